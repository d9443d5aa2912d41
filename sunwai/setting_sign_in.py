"""The settings of sign-in, read into what the dashboard is given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dashboard.identity.sign_in_rules import Oidc, SignInRules
    from data.model import Role

Value = str | int | bool
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def check_sign_in(values: Mapping[str, Value]) -> None:
    """Raises ValueError, with the setting's name and what to do, for what cannot be."""
    roles_of(values)
    groups_of(values)
    if values["oidc.issuer"]:
        _check_oidc(values)
    elif values["sign_in.passwords"] != "everyone":
        raise ValueError(
            "sign_in.passwords keeps people out, and oidc.issuer names no other way in. "
            "Set oidc.issuer, or leave sign_in.passwords at everyone."
        )
    if values["web.address"]:
        _check_address("web.address", str(values["web.address"]))


def _check_oidc(values: Mapping[str, Value]) -> None:
    for name in ("oidc.client_id", "web.address", "oidc.claim"):
        if not values[name]:
            raise ValueError(f"oidc.issuer is set, so {name} must be set too.")
    if "openid" not in str(values["oidc.scopes"]).split():
        raise ValueError("oidc.scopes must hold the word openid.")
    _check_address("oidc.issuer", str(values["oidc.issuer"]))


def _check_address(name: str, address: str) -> None:
    """An address by https; by http on this machine only, for trying it out."""
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(address)
    except ValueError:
        raise ValueError(f"{name} = {address!r} is no address.") from None
    tried_here = parts.scheme == "http" and parts.hostname in LOOPBACK
    if not parts.hostname or not (parts.scheme == "https" or tried_here) or parts.query:
        raise ValueError(f"{name} = {address!r} must be an address that begins with https://.")


def roles_of(values: Mapping[str, Value]) -> frozenset[Role]:
    """The roles that must have a second factor."""
    return frozenset(
        _role("sign_in.second_factor_roles", word)
        for word in str(values["sign_in.second_factor_roles"]).split()
    )


def groups_of(values: Mapping[str, Value]) -> dict[str, Role]:
    """The role that each group of the provider gives."""
    found: dict[str, Role] = {}
    for part in str(values["oidc.groups"]).split(";"):
        if not part.strip():
            continue
        group, sign, role = part.rpartition("=")
        if not sign or not group.strip():
            raise ValueError(f"oidc.groups: {part.strip()!r} must be written as group=role.")
        found[group.strip()] = _role("oidc.groups", role.strip())
    return found


def _role(name: str, word: str) -> Role:
    from data.model import Role

    try:
        return Role(word)
    except ValueError:
        raise ValueError(f"{name}: {word!r} is no role. It is one of {', '.join(Role)}.") from None


def sign_in_rules(values: Mapping[str, Value]) -> SignInRules:
    from dashboard.identity.sign_in_rules import Passwords, SignInRules

    return SignInRules(
        passwords=Passwords(str(values["sign_in.passwords"])),
        second_factor_roles=roles_of(values),
    )


def oidc_of(values: Mapping[str, Value], secret: str) -> Oidc | None:
    """The identity provider of the settings; None where none is set."""
    from dashboard.identity.sign_in_rules import FoundBy, Oidc, SecondFactorOf

    if not values["oidc.issuer"]:
        return None
    return Oidc(
        issuer=str(values["oidc.issuer"]),
        client_id=str(values["oidc.client_id"]),
        client_secret=secret,
        home=str(values["web.address"]).rstrip("/"),
        title=str(values["oidc.title"]),
        claim=str(values["oidc.claim"]),
        found_by=FoundBy(str(values["oidc.found_by"])),
        scopes=str(values["oidc.scopes"]),
        groups_claim=str(values["oidc.groups_claim"]),
        groups=groups_of(values),
        second_factor=SecondFactorOf(str(values["oidc.second_factor"])),
    )
