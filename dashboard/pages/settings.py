"""Settings: who has which role and how they come in; what the program runs with, to be read."""

from __future__ import annotations

from dash import Dash, html
from dash.development.base_component import Component

from analysis.service_level import ServiceLevel
from dashboard.deps import Deps, deps
from dashboard.drawing import components as c
from dashboard.drawing.fields import Field, action
from dashboard.drawing.page import Query, add_page, first
from dashboard.drawing.plain import plainly
from dashboard.drawing.shell import ROLE_TITLES
from dashboard.identity.sign_in_rules import Passwords
from dashboard.policy.rejudging import rejudging
from dashboard.settings import users_api
from dashboard.settings.user_parts import role_options, told_of, user_card
from dashboard.signing_in.security import signed_in
from dashboard.words import mark, t, tn
from data.db import Tx
from data.documents import DocumentKind
from data.model import User
from data.store import users
from data.store.documents import documents
from data.store.second_factor import confirmed_users

PATH = "/settings"
DAYS = (mark("Monday"), mark("Tuesday"), mark("Wednesday"), mark("Thursday"), mark("Friday"),
        mark("Saturday"), mark("Sunday"))  # fmt: skip
WHO = {
    Passwords.EVERYONE: mark("everyone"),
    Passwords.ADMINISTRATORS: mark("administrators only"),
    Passwords.NOBODY: mark("nobody"),
}


def layout(query: Query) -> Component:
    """Users, sign-in, the service level, every setting in force."""
    d = deps()
    with d.db.read() as tx:
        waiting = len(documents(tx, DocumentKind.POLICY, drafts=True))
        parts = [rejudging(tx), _policy(d, waiting), _opened(tx, d, query), _users(tx, d)]
    return c.page(
        t("Settings"),
        *parts,
        _new_user(),
        _sign_in(d),
        _service_level(d.service_level),
        _in_force(d),
        lead=t("Users are changed here; all else by sunwai.toml or the environment."),
        tools=[c.link(t("Conflict guard"), "/settings/conflicts", as_button=True)],
    )


def _policy(d: Deps, waiting: int) -> Component:
    told = t("Version {n} is in force.", n=d.policy_version())
    waits = tn("{n} draft waits for a second person.", "{n} drafts wait for a second person.",
               waiting) if waiting else t("No draft waits.")  # fmt: skip
    link = c.link(t("Policy, drafts and shadow runs"), "/policy", as_button=True)
    return c.card(html.P(f"{told} {waits}"), link, title=t("Policy"))


# ------------------------------------------------------------------------------ users


def _opened(tx: Tx, d: Deps, query: Query) -> Component | None:
    """The card of the user whom the address names."""
    asked = first(query, "user")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 16):
        return None
    user = users.user_by_id(tx, int(asked))
    if user is None:
        return c.empty(t("There is no such user."))
    return user_card(told_of(tx, d, user, signed_in()), d)


def _users(tx: Tx, d: Deps) -> Component:
    known, strong, last = users.list_users(tx), confirmed_users(tx), users.last_sign_ins(tx)
    heads = (t("Name"), t("Shown as"), t("Role"), t("In exports"), t("Second factor"),
             t("Last sign-in"), t("State"))  # fmt: skip
    rows: list[list[c.Piece]] = [
        [
            c.link(html.Bdi(u.name), f"{PATH}?user={u.id}"),
            html.Bdi(u.display),
            t(ROLE_TITLES[u.role.value]),
            html.Bdi(u.pseudonym),
            _factor(d, u, u.id in strong),
            c.moment(last.get(u.id), d.zone, missing=t("never")),
            c.badge(t("active"), "good") if u.disabled_at is None else _disabled(u, d.zone),
        ]
        for u in known
    ]
    table = c.table(heads, rows, caption=t("Users and their roles"))
    return c.card(table, title=t("Users ({n})", n=len(known)))


def _factor(d: Deps, user: User, is_on: bool) -> Component:
    if is_on:
        return c.badge(t("on"), "good")
    must = d.sign_in.needs_second_factor(user.role)
    return c.badge(t("to be set up"), "warn") if must else c.badge(t("off"))


def _disabled(user: User, zone: str) -> Component:
    return html.Span([c.badge(t("disabled")), " ", c.moment(user.disabled_at, zone)])


def _new_user() -> Component:
    fields = [
        Field(name="name", label=t("User name"), longest=80, needed=True),
        Field(name="display", label=t("Shown as"), longest=120),
        Field(name="role", label=t("Role"), kind="choice", value="officer", options=role_options()),
    ]
    form = action(users_api.ADD, t("Add the user"), fields=fields, tone="primary", stay=True)
    told = html.P(t("The password is made here and shown once. Pass it on by a safe way."))
    return c.card(html.Div([told, form], className="new-user"), title=t("New user"))


# ------------------------------------------------------------------------------ to be read


def _sign_in(d: Deps) -> Component:
    roles = [t(ROLE_TITLES[r.value]) for r in sorted(d.sign_in.second_factor_roles)]
    pairs: list[tuple[str, c.Piece]] = [
        (t("By name and password"), t(WHO[d.sign_in.passwords])),
        (t("Identity provider"), _provider(d)),
        (t("Second factor needed by"), ", ".join(roles) or t("no role; everyone may have one")),
        (t("A session ends"), _ends(d)),
    ]
    return c.card(c.definitions(pairs), title=t("Sign-in"))


def _provider(d: Deps) -> c.Piece:
    return t("none") if d.provider is None else html.Bdi(d.provider.oidc.issuer)


def _ends(d: Deps) -> str:
    idle, whole = d.session.idle.total_seconds(), d.session.absolute.total_seconds()
    return t("after {idle} without a request, and after {whole} in any case",
             idle=c.duration(idle), whole=c.duration(whole))  # fmt: skip


def _service_level(s: ServiceLevel) -> Component:
    days = ", ".join(t(DAYS[n]) for n in sorted(s.work_days))
    holidays = ", ".join(day.isoformat() for day in sorted(s.holidays))
    pairs: list[tuple[str, c.Piece]] = [
        (t("A sweep of every source"), t("each {n} min", n=s.sweep_minutes)),
        (t("Severe items decided"), t("within {n} min of first sight", n=s.severe_minutes)),
        (t("Flagged items decided"),
         t("within {n} working hours", n=f"{s.flagged_working_hours:g}")),
        (t("Nothing older than"), t("{n} h", n=f"{s.oldest_hours:g}")),
        (t("The standard is met at"),
         t("{share} of due items in target", share=f"{s.least_share:.0%}")),
        (t("Working hours"),
         t("{start} to {end}, {days}", start=f"{s.work_from:%H:%M}", end=f"{s.work_until:%H:%M}",
           days=days)),
        (t("Days off"), holidays or t("none set")),
        (t("Time zone"), html.Bdi(s.zone)),
    ]  # fmt: skip
    return c.card(c.definitions(pairs), title=t("Service level"))


def _in_force(d: Deps) -> Component:
    told = dict(d.settings_told) or {
        "organisation.name": d.organisation,
        "organisation.zone": d.zone,
        "hold.ordinary_seconds": f"{d.holds.ordinary.total_seconds():g}",
        "hold.one_way_minutes": f"{d.holds.one_way.total_seconds() / 60:g}",
        "web.idle_minutes": f"{d.session.idle.total_seconds() / 60:g}",
    }
    rows: list[list[c.Piece]] = [
        [html.Code(name), html.Bdi(value) if value else html.Span(t("empty"), className="quiet")]
        for name, value in told.items()
    ]
    rows.append([html.Code("policy version"), str(d.policy_version())])
    table = c.table((t("Setting"), t("In force")), rows, caption=t("Settings in force"))
    return c.card(table, title=t("In force"))


def register(app: Dash) -> None:
    app.server.register_blueprint(users_api.routes)
    add_page(
        __name__,
        path=PATH,
        title=mark("Settings"),
        icon="settings",
        layout=plainly(layout),
    )
