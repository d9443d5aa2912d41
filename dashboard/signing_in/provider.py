"""Sign-in through an identity provider: who the provider vouches for becomes a user of ours.

Roles are ours. Nobody gets an account by themselves unless a setting gives their group a role.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any, cast

from flask import Blueprint, abort, make_response, redirect, request, session
from flask.typing import ResponseReturnValue

from dashboard.deps import Deps, deps
from dashboard.identity.oidc import BACK, Asked, Person, Provider, ProviderTrouble, Trouble
from dashboard.identity.passwords import NO_PASSWORD
from dashboard.identity.sign_in_rules import FoundBy, Oidc, SecondFactorOf
from dashboard.signing_in.auth import LONGEST_NAME, safe_next, went_well
from dashboard.signing_in.first_page import first_page
from dashboard.signing_in.sessions import Shown
from dashboard.words import mark, t
from data.db import Tx
from data.model import Role, User
from data.store import audit, identities, users

log = logging.getLogger(__name__)
routes = Blueprint("provider_sign_in", __name__)

BEGIN = "/sign-in/provider"
KEPT = "asked"
# An authentication method that counts as a second factor (RFC 8176).
STRONG_METHODS = frozenset({"mfa", "otp", "hwk", "swk", "sms", "fpt", "face"})

SENTENCES = {
    Trouble.DOWN: mark(
        "The sign-in service of your organisation does not answer. Try again in a few minutes; "
        "if it stays so, tell your administrator."
    ),
    Trouble.REFUSED: mark("The sign-in service did not let you in, or you stopped. Try again."),
    Trouble.STRANGE: mark("This sign-in was not begun here, or it is too old. Begin again."),
    Trouble.UNTRUSTED: mark(
        "The answer of the sign-in service cannot be trusted, so nobody was let in. "
        "Tell your administrator."
    ),
}
NO_ACCOUNT = mark(
    "You are known to the sign-in service, but no account is open for you here. "
    "An administrator of your organisation opens one."
)


class NoAccount(Exception):
    """The provider vouches for a person who may not come in here; the message is for the log."""


def _ours() -> Provider:
    provider = deps().provider
    if provider is None:
        abort(404)
    return provider


def _refusal(sentence: str, status: int) -> ResponseReturnValue:
    page = first_page("sign_in.html", error=sentence, name="", next="/")
    return make_response(page, status)


@routes.get(BEGIN)
def begin() -> ResponseReturnValue:
    """Sends the browser to the provider, with what it must come back with in its cookie."""
    provider, now = _ours(), deps().clock()
    try:
        address, asked = provider.begin(now)
    except ProviderTrouble as trouble:
        return _told(trouble)
    session[KEPT] = {
        "state": asked.state,
        "nonce": asked.nonce,
        "verifier": asked.verifier,
        "next": safe_next(request.args.get("next")),
        "at": int(now.timestamp()),
    }
    return redirect(address)


@routes.get(BACK)
def back() -> ResponseReturnValue:
    """Takes who comes back from the provider in, or says why not."""
    d, provider = deps(), _ours()
    now = d.clock()
    try:
        asked, next_ = _taken(now)
        person = provider.finish(request.args.to_dict(), asked, now)
        user = _user_of(d, provider.oidc, person, now)
    except ProviderTrouble as trouble:
        return _told(trouble)
    except NoAccount as error:
        log.warning("sign-in through the provider: %s", error)
        return _refusal(t(NO_ACCOUNT), 403)
    shown = Shown(how="provider", strong=_is_strong(provider.oidc, person), proof=person.proof)
    return went_well(d, user, shown, next_=next_, now=now)


def _told(trouble: ProviderTrouble) -> ResponseReturnValue:
    log.warning("sign-in through the provider: %s: %s", trouble.kind.value, trouble)
    status = 502 if trouble.kind is Trouble.DOWN else 400
    return _refusal(t(SENTENCES[trouble.kind]), status)


def _taken(now: datetime) -> tuple[Asked, str]:
    """What this browser was sent off with; it can be used once, and for ten minutes."""
    kept: object = session.pop(KEPT, None)
    if not isinstance(kept, dict):
        raise ProviderTrouble(Trouble.STRANGE, "nothing was asked in this browser")
    told = cast("dict[str, Any]", kept)
    if not 0 <= now.timestamp() - told["at"] + 1 <= 600:
        raise ProviderTrouble(Trouble.STRANGE, "asked too long ago")
    asked = Asked(state=told["state"], nonce=told["nonce"], verifier=told["verifier"])
    return asked, safe_next(told["next"])


def _is_strong(oidc: Oidc, person: Person) -> bool:
    if oidc.second_factor is SecondFactorOf.PROVIDER:
        return True
    methods = person.claims.get("amr")
    return isinstance(methods, list) and not STRONG_METHODS.isdisjoint(
        m for m in cast("list[object]", methods) if isinstance(m, str)
    )


# ------------------------------------------------------------------------------ whose it is


def _user_of(d: Deps, oidc: Oidc, person: Person, now: datetime) -> User:
    """Our user for this person; tied to them from the first time on. Raises NoAccount."""
    with d.db.write() as tx:
        user = identities.user_of_identity(tx, person.issuer, person.subject)
        if user is None:
            user = _found(tx, oidc, person) or _made(tx, oidc, person, now)
            _tie(tx, person, user, now)
    if user.disabled_at is not None:
        raise NoAccount(f"user {user.id} is disabled")
    return user


def _found(tx: Tx, oidc: Oidc, person: Person) -> User | None:
    said = person.claims.get(oidc.claim)
    if not isinstance(said, str) or not said.strip() or not said.isprintable():
        raise NoAccount(f"there is no claim {oidc.claim!r}")
    if oidc.found_by is FoundBy.NAME:
        return users.user_by_name(tx, said)
    if person.claims.get("email_verified") is not True and oidc.claim == "email":
        raise NoAccount("the provider has not verified the e-mail address")
    return identities.user_by_email(tx, said)


def _tie(tx: Tx, person: Person, user: User, now: datetime) -> None:
    """A name that the provider gave to another person later does not open the first one's desk."""
    if identities.subject_of_user(tx, person.issuer, user.id) is not None:
        raise NoAccount(f"user {user.id} is tied to another subject")
    identities.tie(tx, person.issuer, person.subject, user.id, now=now)
    audit.note(tx, actor=user.pseudonym, verb="user.tie", object=f"user:{user.id}", now=now)


def _made(tx: Tx, oidc: Oidc, person: Person, now: datetime) -> User:
    """A new user with the role of their group, if a setting gives it just one."""
    role = _role_of(oidc, person)
    name = str(person.claims[oidc.claim])
    if len(name) > LONGEST_NAME or " " in name or users.user_by_name(tx, name) is not None:
        raise NoAccount("the claim cannot be a user's name")
    said = person.claims.get("name")
    shown = said.strip()[:120] if isinstance(said, str) and said.isprintable() else ""
    user = users.add_user(
        tx, name=name, display=shown or name, role=role, password_hash=NO_PASSWORD, now=now
    )
    if oidc.found_by is FoundBy.EMAIL:
        identities.set_email(tx, user.id, name)
    audit.note(
        tx, actor="identity provider", verb="user.add", object=f"user:{user.id}", now=now,
        detail={"role": role.value},
    )  # fmt: skip
    return user


def _role_of(oidc: Oidc, person: Person) -> Role:
    told = person.claims.get(oidc.groups_claim)
    groups = cast("list[object]", told) if isinstance(told, list) else [told]
    roles = {oidc.groups[g] for g in groups if isinstance(g, str) and g in oidc.groups}
    if len(roles) != 1:
        raise NoAccount(f"no account, and {len(roles)} roles by group")
    return roles.pop()
