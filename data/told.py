"""What a report quotes beside its frames, as plain records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from data.model import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptText:
    """One comment's text with the characters that a reader must not meet unmasked."""

    comment_id: str
    text: str
    spans: tuple[Span, ...]
    remark: tuple[int, int] | None  # what a split took out
    permalink: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One change of rules or people, from the audit log."""

    at: datetime
    actor: str
    verb: str
    object: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldAlert:
    """An alert of a source as it stood at an instant; ``until`` is None while it stood open.

    Its own words are left out: they change while it stands, and nobody can say later how they were.
    """

    source_id: int
    kind: str
    since: datetime
    until: datetime | None
