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
