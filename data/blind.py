"""Blind samples: what was decided, drawn by chance and judged again by another officer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from data.model import ReasonCode, Verdict


class Stratum(StrEnum):
    """What a drawn text stood for. The officer who judges again is not told."""

    REMOVED = "removed"
    KEPT = "kept"
    VISIBLE = "visible"  # any text that can still be seen, decided on or not
    UNFLAGGED = "unflagged"  # below the queue point: drawn for calibration, at unequal chances


class Settled(StrEnum):
    """What a senior officer made of a difference."""

    STANDS = "stands"
    REOPENED = "reopened"


@dataclass(frozen=True, slots=True, kw_only=True)
class BlindItem:
    """One drawn text; ``first`` is the verdict that stood when it was drawn, None for none."""

    id: int
    comment_id: str
    revision_id: int
    stratum: Stratum
    decision_id: int | None
    first: Verdict | None
    round: str
    drawn_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BlindAnswer:
    """What another officer said of a drawn text, not knowing what was decided."""

    item: BlindItem
    by_user: int
    verdict: Verdict
    reason: ReasonCode | None
    reason_text: str
    at: datetime
    settled_at: datetime | None
    settled_how: Settled | None
