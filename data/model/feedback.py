"""What the public says: themes, and complaints handed to an office."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from data.model.kept import Aware


class ThemeState(StrEnum):
    CANDIDATE = "candidate"
    SELECTED = "selected"
    MERGED = "merged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme(Aware):
    """A topic of feedback with words in each language; the key is stable for ever."""

    key: str
    title_en: str
    title_ur: str
    terms: tuple[str, ...]
    state: ThemeState
    version: int
    created_at: datetime


class CaseState(StrEnum):
    OPEN = "open"
    HANDED_OVER = "handed_over"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case(Aware):
    """A complaint handed to an office."""

    id: int
    comment_id: str
    decision_id: int
    theme: str | None
    office: str
    place: str
    due_on: date | None
    state: CaseState
    created_at: datetime
    handed_over_at: datetime | None = None
    closed_at: datetime | None = None
    closed_by: str | None = None  # pseudonym
    closing_note: str = ""
