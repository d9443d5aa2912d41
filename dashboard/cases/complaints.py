"""Complaints as a list: what its address asks for; the rows that screen, CSV and sheet share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from analysis.masking import mask_removed, mask_words
from dashboard.deps import Deps
from dashboard.finding.listing import source_name, theme_title
from dashboard.finding.wanted import to
from data.day import day_bounds, local_day
from data.db import Tx
from data.model import REMOVING, Case, CaseState, Comment, Span
from data.store import cases, comments, decisions, sources, themes
from data.store.assessments import current_assessment

PATH = "/cases"
PAGE = 30
STATES = {
    "open": (CaseState.OPEN,),
    "handed_over": (CaseState.HANDED_OVER,),
    "closed": (CaseState.CLOSED,),
    "not_closed": (CaseState.OPEN, CaseState.HANDED_OVER),
}
NAMES = ("state", "theme", "office", "overdue", "since", "until")
NO_THEME = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedCases:
    """What a query asks for; with ``wrong`` nothing may be listed."""

    filters: Mapping[str, Any]  # of data.store.cases.find_cases
    given: Mapping[str, str]
    page: int
    wrong: str = ""

    def href(self, path: str, **changed: object) -> str:
        return to(path, **{**self.given, **changed})


class _Wrong(ValueError):
    """The name of a filter whose value means nothing."""


def asked_cases(query: Mapping[str, list[str]], d: Deps) -> AskedCases:
    """Reads the query. A filter that is not understood is told, never left out silently."""
    given = {k: vs[0] for k, vs in query.items() if k in NAMES and vs and vs[0] != ""}
    odd = [k for k in query if k not in (*NAMES, "page")]
    try:
        if odd:
            raise _Wrong(odd[0])
        filters = _filters(given, d)
        page = _page(query)
    except _Wrong as wrong:
        return AskedCases(filters={}, given=given, page=1, wrong=str(wrong)[:40])
    return AskedCases(filters=filters, given=given, page=page)


def _filters(given: Mapping[str, str], d: Deps) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if "state" in given:
        if given["state"] not in STATES:
            raise _Wrong("state")
        found["states"] = STATES[given["state"]]
    if "theme" in given:
        found["theme"] = "" if given["theme"] == NO_THEME else given["theme"][:60]
    if "office" in given:
        found["office"] = given["office"][:200]
    if "overdue" in given:
        if given["overdue"] != "yes":
            raise _Wrong("overdue")
        found["overdue_on"] = local_day(d.clock(), d.zone)
    if "since" in given:
        found["since"] = day_bounds(_day("since", given["since"]), d.zone)[0]
    if "until" in given:
        found["until"] = day_bounds(_day("until", given["until"]), d.zone)[1]
    return found


def _day(name: str, value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise _Wrong(name) from None


def _page(query: Mapping[str, list[str]]) -> int:
    told = (query.get("page") or ["1"])[0]
    if not (told.isascii() and told.isdigit() and len(told) < 7 and int(told) > 0):
        raise _Wrong("page")
    return int(told)


# ------------------------------------------------------------------------------ rows


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """One complaint with what its list, its CSV and its sheet tell of it.

    ``text`` is masked, and of a split comment it is what stays; ``late_days`` counts the days
    past the due day, 0 while it is in time or closed.
    """

    case: Case
    comment: Comment | None
    theme: str
    source: str
    text: str
    full: str  # without masks, still without the removed remark: for the office, on paper
    late_days: int
    closed_at: datetime | None


def each_case(tx: Tx, asked: AskedCases, d: Deps) -> Iterator[CaseRow]:
    """All rows of the list in the order of the screen, read a part at a time."""
    offset = 0
    while part := cases.find_cases(tx, **asked.filters, limit=500, offset=offset):
        yield from case_rows(tx, part, d)
        offset += len(part)


def case_rows(tx: Tx, found: list[Case], d: Deps) -> list[CaseRow]:
    """The rows of these cases, in their order."""
    known = comments.get_comments(tx, [c.comment_id for c in found])
    titles = {t.key: theme_title(t) for t in themes.list_themes(tx)}
    names = {s.id: source_name(s) for s in sources.list_sources(tx)}
    today = local_day(d.clock(), d.zone)
    return [_row(tx, c, known.get(c.comment_id), titles, names, today) for c in found]


def _row(
    tx: Tx,
    case: Case,
    comment: Comment | None,
    titles: Mapping[str, str],
    names: Mapping[int, str],
    today: date,
) -> CaseRow:
    masked, full = ("", "") if comment is None else _texts(tx, case, comment)
    late = case.due_on is not None and case.state is not CaseState.CLOSED and case.due_on < today
    return CaseRow(
        case=case,
        comment=comment,
        theme=titles.get(case.theme or "", case.theme or ""),
        source="" if comment is None else names.get(comment.source_id, ""),
        text=masked,
        full=full,
        late_days=(today - case.due_on).days if late and case.due_on is not None else 0,
        closed_at=case.closed_at,
    )


def _texts(tx: Tx, case: Case, comment: Comment) -> tuple[str, str]:
    """The complaint masked, and as it was written; the remark of a split stands in neither."""
    seen, decision = (
        current_assessment(tx, comment.id),
        decisions.decision_by_id(tx, case.decision_id),
    )
    spans: list[Span] = [] if seen is None else [s for g in seen.reading.signals for s in g.spans]
    text = comment.revision.text
    if decision is None or decision.verdict not in REMOVING or decision.span is None:
        return mask_words(text, spans), text
    if decision.revision_id != comment.revision.id:  # the marked words are of an older text
        return mask_words(text, spans), mask_words(text, spans)
    start, end = decision.span
    return mask_removed(text, spans, decision.span), f"{text[:start]}[…]{text[end:]}"
