"""What a source's access allows: asked of the platform itself, told so that a person can act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessHealth:
    """How a source's access stands.

    ``account`` is the name or id that the access belongs to. ``expires_at`` is the token's end,
    ``data_access_until`` the end of what it may read (Meta); None = no end, or not told.
    ``scopes`` are those granted; ``missing`` those that Sunwai needs and has not. ``problems`` are
    sentences: which permission is missing, what it is for, and what is lost without it.
    """

    ok: bool
    account: str | None = None
    expires_at: datetime | None = None
    data_access_until: datetime | None = None
    scopes: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


@runtime_checkable
class Checked(Protocol):
    """A collector that can say how its access stands."""

    def check(self, now: datetime) -> AccessHealth:
        """Asks the platform. A refusal of the access is a problem in the answer; CollectError is
        raised only where the platform could not be asked (away, held back, out of order)."""
        ...
