"""One user on the settings page: what is known of them, and what an administrator can do."""

from __future__ import annotations

from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from dashboard.deps import Deps
from dashboard.drawing import components as c
from dashboard.drawing.fields import Field, Option, action
from dashboard.drawing.shell import ROLE_TITLES
from dashboard.settings import users_api
from dashboard.signing_in.second_factor import State, state_of
from dashboard.words import t
from data.db import Tx
from data.model import Role, User
from data.store import conflicts, identities, users


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """All that the card of one user shows."""

    user: User
    own: bool
    factor: State
    sessions: int
    email: str
    tied: bool
    words: list[str]


def told_of(tx: Tx, d: Deps, user: User, viewer: User) -> Told:
    now = d.clock()
    return Told(
        user=user,
        own=user.id == viewer.id,
        factor=state_of(tx, user.id),
        sessions=len(users.sessions_of(tx, user.id, now=now, idle_since=now - d.session.idle)),
        email=identities.emails(tx).get(user.id, ""),
        tied=user.id in identities.tied_users(tx),
        words=[w.word for w in conflicts.words_of(tx, user.id)],
    )


def user_card(told: Told, d: Deps) -> Component:
    """The card of one user."""
    user = told.user
    parts: list[c.Piece] = [
        _facts(told, d),
        _names(told),
        html.H3(t("Coming in")),
        *(_own_account() if told.own else _access(told)),
        *_provider(told, d),
        *_conflicts(told),
        html.Div(c.link(t("Close"), "/settings", as_button=True), className="user-foot"),
    ]
    inside = html.Div(parts, className="user-card")
    return c.card(inside, title=t("User {name}", name=user.name))


def _which(user: User) -> Field:
    return Field(name="user", label="", kind="hidden", value=str(user.id))


def role_options() -> list[Option]:
    return [(role.value, t(ROLE_TITLES[role.value])) for role in Role]


def _facts(told: Told, d: Deps) -> Component:
    factor = t("on since") if told.factor.is_on else t("off")
    since: c.Piece = ""
    if told.factor.is_on:
        since = c.moment(told.factor.since, d.zone)
    pairs: list[tuple[str, c.Piece]] = [
        (t("In exports"), html.Bdi(told.user.pseudonym)),
        (t("Second factor"), html.Span([factor, " ", since])),
        (t("Open sessions"), str(told.sessions)),
        (t("Since"), c.moment(told.user.created_at, d.zone)),
    ]
    return c.definitions(pairs)


def _names(told: Told) -> Component:
    shown = Field(name="display", label=t("Shown as"), value=told.user.display, longest=120,
                  needed=True)  # fmt: skip
    return action(users_api.DISPLAY, t("Save"), fields=[_which(told.user), shown])


def _own_account() -> list[c.Piece]:
    return [
        html.P(
            t("This is your own account: role and access are changed by another administrator.")
        ),
        html.A(t("Second factor, password, sessions"), href="/me/second-factor", className="link"),
    ]


def _access(told: Told) -> list[c.Piece]:
    user, which = told.user, _which(told.user)
    role = Field(name="role", label=t("Role"), kind="choice", value=user.role.value,
                 options=role_options())  # fmt: skip
    change = action(users_api.ROLE, t("Change the role"), fields=[which, role],
                    confirm=t("Change the role? The user's sessions end."))  # fmt: skip
    parts: list[c.Piece] = [
        action(users_api.PASSWORD, t("Give a new password"), fields=[which], stay=True,
               confirm=t("Give a new password? The old one works no more, and sessions end.")),
        action(users_api.SESSIONS, t("End all sessions"), fields=[which]),
    ]  # fmt: skip
    if told.factor.is_on:
        sure = t("Reset the second factor? Do it only when you know who asks.")
        reset = t("Reset the second factor")
        parts.append(action(users_api.FACTOR, reset, fields=[which], confirm=sure))
    if user.disabled_at is None:
        sure = t("Disable this user? They cannot come in any more; what they decided stays.")
        bar = action(users_api.DISABLE, t("Disable"), fields=[which], tone="danger", confirm=sure)
        parts.append(bar)
    else:
        parts.append(action(users_api.ENABLE, t("Enable"), fields=[which], tone="primary"))
    return [change, html.Div(parts, className="user-acts")]


def _provider(told: Told, d: Deps) -> list[c.Piece]:
    """What ties the user to the identity provider; nothing where none is set."""
    if d.provider is None:
        return []
    which = _which(told.user)
    email = Field(name="email", label=t("E-mail address"), value=told.email, longest=254)
    parts: list[c.Piece] = [
        html.H3(t("Sign-in through {name}", name=d.provider.oidc.title)),
        html.P(t("Tied to an account there.") if told.tied else t("Not tied to an account yet.")),
        action(users_api.EMAIL, t("Save"), fields=[which, email]),
    ]
    if told.tied:
        sure = t("Untie? The next person whom the provider calls by this name becomes this user.")
        parts.append(action(users_api.UNTIE, t("Untie"), fields=[which], confirm=sure))
    return parts


def _conflicts(told: Told) -> list[c.Piece]:
    if told.user.role not in (Role.OFFICER, Role.SENIOR):
        return []
    words: c.Piece = ", ".join(told.words) if told.words else t("none yet")
    return [
        html.H3(t("Conflict of interest")),
        html.P([t("Names and units by which comments go to another officer:"), " ",
                html.Bdi(words)]),
        c.link(t("Change the words"), "/settings/conflicts"),
    ]  # fmt: skip
