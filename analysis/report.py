"""The nightly report as data: everything that the sheet, its tables and its charts tell of a day.

Texts stand in it masked. Ids, codes, instants and pseudonyms are enough to check each line.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any, cast

from analysis.duty import DutyRow, StageTime, Waiting
from analysis.fairness import Fairness, Undoing
from analysis.themes import ThemeRow
from analysis.verdict import Ruling
from analysis.watch import Watched
from data.model import JsonObject, JsonValue

FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What came in: comments first seen on the day, and how they were judged."""

    comments: int
    flagged: int
    severe: int
    protected: int
    removed: int
    kept: int
    by_coverage: dict[str, int]
    by_language: dict[str, int]
    not_judged: int
    revised: int
    unread_rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PageDay:
    """One page's line: what came in, what was done, how the duty stands there."""

    source: str
    title: str
    platform: str
    seen: int
    flagged: int
    removed: int
    duty: DutyRow


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeCount:
    """Removals decided on the day under one reason code, and how many are verified."""

    code: str
    head: str
    sub_code: str
    removed: int
    verified: int
    undone: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One comment in a list or the appendix, masked."""

    comment_id: str
    source: str
    platform: str
    language: str
    text: str
    rtl: bool
    code: str | None
    verdict: str | None
    officer: str | None
    posted_at: datetime
    first_seen_at: datetime
    decided_at: datetime | None
    verified_at: datetime | None
    state: str | None
    by_hand: bool
    permalink: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionLine:
    """An action on a platform that is not at its end, or failed."""

    action_id: int
    comment_id: str
    source: str
    kind: str
    state: str
    since: datetime
    by_hand: bool
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeLine:
    """A theme with its titles and masked quotes."""

    title_en: str
    title_ur: str
    row: ThemeRow
    quotes: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayPoint:
    """One day of the trend; counts are None where nothing was collected: a gap, not a zero."""

    day: date
    comments: int | None
    flagged: int | None
    removed: int | None
    not_judged: int | None
    watched: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A change of rules or people on the day, from the audit log."""

    at: datetime
    actor: str
    verb: str
    object: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertLine:
    """What called for a person at a source on the day; ``until`` is None while it stood open."""

    source: str
    title: str
    kind: str
    told: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What the report was made from; with the same inputs it is the same, byte for byte."""

    as_of: datetime
    policy_version: int | None
    taxonomy_version: int
    chain_seq: int
    chain_head: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The nightly report of one local day."""

    format: int
    organisation: str
    day: date
    zone: str
    starts_at: datetime
    ends_at: datetime
    ruling: Ruling
    standard: tuple[str, ...]
    next_steps: tuple[str, ...]
    seen: Seen
    duty: DutyRow
    pages: tuple[PageDay, ...]
    classes: tuple[DutyRow, ...]
    stages: tuple[StageTime, ...]
    waiting: Waiting
    watched: tuple[Watched, ...]
    alerts: tuple[AlertLine, ...]
    codes: tuple[CodeCount, ...]
    removals: tuple[Line, ...]
    kept_flagged: tuple[Line, ...]
    protected: tuple[Line, ...]
    failures: tuple[ActionLine, ...]
    by_hand: tuple[ActionLine, ...]
    undoings: Undoing
    fairness: Fairness
    kinds: dict[str, int]
    themes: tuple[ThemeLine, ...]
    theme_days: int
    candidates: tuple[str, ...]
    trend: tuple[DayPoint, ...]
    changes: tuple[Changed, ...]
    inputs: Inputs


def report_json(report: Report) -> JsonObject:
    """The report as JSON values: instants as ISO text in UTC, spans in minutes."""
    value = _plain(report)
    assert isinstance(value, dict)
    return value


def _plain(value: object) -> JsonValue:
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds() / 60
    if is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in cast("dict[Any, object]", value).items()}
    if isinstance(value, (tuple, list)):
        return [_plain(v) for v in cast("tuple[object, ...]", value)]
    if value is None or isinstance(value, (str, int, float)):
        return value
    raise TypeError(f"a report holds no {type(value).__name__}")
