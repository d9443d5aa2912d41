"""How people may sign in, as the settings say: passwords, second factor, identity provider."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from data.model import Role


class Passwords(StrEnum):
    """Who may sign in by name and password."""

    EVERYONE = "everyone"
    ADMINISTRATORS = "administrators"
    NOBODY = "nobody"


class FoundBy(StrEnum):
    """What the provider's claim is compared with."""

    NAME = "name"
    EMAIL = "email"


class SecondFactorOf(StrEnum):
    """Who asks for the second factor of those who come through the provider."""

    OURS = "ours"
    PROVIDER = "provider"


@dataclass(frozen=True, slots=True, kw_only=True)
class Oidc:
    """An identity provider that speaks OpenID Connect, and how its people are ours.

    ``home``: where people reach the dashboard, without a slash at the end. ``groups``: the role
    that a group gives to a person who has no account yet; empty: nobody is made by themselves.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    home: str
    title: str = "your organisation's account"
    claim: str = "preferred_username"
    found_by: FoundBy = FoundBy.NAME
    scopes: str = "openid profile email"
    groups_claim: str = "groups"
    groups: Mapping[str, Role] = field(default_factory=dict[str, Role])
    second_factor: SecondFactorOf = SecondFactorOf.OURS


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInRules:
    """Who may use a password, and which roles must show a second factor."""

    passwords: Passwords = Passwords.EVERYONE
    second_factor_roles: frozenset[Role] = frozenset()

    def takes_password_of(self, role: Role) -> bool:
        if self.passwords is Passwords.ADMINISTRATORS:
            return role is Role.ADMINISTRATOR
        return self.passwords is Passwords.EVERYONE

    def needs_second_factor(self, role: Role) -> bool:
        return role in self.second_factor_roles
