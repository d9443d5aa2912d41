"""The address of a list of comments: what its query asks for, and how a number links to it.

Every number on a page links to /comments with the query that finds exactly the comments behind
it. A filter that is not understood is told; it is never left out silently, because a list that
shows more than was asked for would prove the wrong thing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import cast
from urllib.parse import urlencode

from dashboard.deps import Deps
from dashboard.finding.outcomes import ids_of_outcome
from dashboard.finding.places import NoPlace, asked_place
from dashboard.words import t
from data.day import day_bounds
from data.db import Tx
from data.model import (
    Coverage,
    EnforcementState,
    FeedbackKind,
    Flag,
    Language,
    Platform,
    ReasonCode,
    Sentiment,
    Verdict,
    utc,
)
from data.store import sources, users
from data.store.grid import Key, order_of
from data.store.queue import QUEUES
from data.store.search import Wanted

PAGE = 50
NOBODY = "none:none"  # an id that no comment has: a list of ids that must stay empty

CLOSED_SETS: Mapping[str, tuple[str, Iterable[str]]] = {
    "language": ("languages", Language),
    "coverage": ("coverages", Coverage),
    "flag": ("flags", Flag),
    "feedback": ("feedback", FeedbackKind),
    "verdict": ("verdicts", Verdict),
    "reason": ("reasons", ReasonCode),
    "mood": ("moods", Sentiment),
    "state": ("states", EnforcementState),
    "queue": ("queues", QUEUES),
    "platform": ("platforms", Platform),
    "code": ("codes", ReasonCode),
}
YES_NO = ("protected", "decided", "closed")
BY = ("created", "first_seen", "decided")
SHOW = ("open", "decided", "all")
OTHERS = ("words", "since", "until", "by", "source", "officer", "theme", "post", "id", "outcome",
          "show", "score_from", "score_to", "age")  # fmt: skip
# `page` is of older links, which counted pages: they open the first one.
NOT_FILTERS = frozenset({"after", "before", "comment_id", "page"})
NAMES = (*CLOSED_SETS, *YES_NO, *OTHERS)
OLDEST_HOURS = 24 * 366 * 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a query asks for. With ``problems`` nothing may be listed."""

    wanted: Wanted
    given: Mapping[str, list[str]]  # the filters as the address has them, for links and forms
    problems: tuple[str, ...]
    place: Key | None = None  # the page that is asked for goes on after it,
    back: bool = False  # or goes before it

    def href(self, path: str, **changed: object) -> str:
        """The address of this list at ``path`` with some filters changed (None takes one out)."""
        return to(path, **{**dict(self.given), **changed})


class _Wrong(ValueError):
    """A filter's value that means nothing; the message says what it may be."""


def to(path: str, **filters: object) -> str:
    """An address: ``to("/comments", since=day, verdict=["remove", "split"])``; None is left out."""
    pairs: list[tuple[str, str]] = []
    for name, value in filters.items():
        several = isinstance(value, list | tuple)
        values = cast("Iterable[object]", value) if several else (value,)
        pairs += [(name, _written(v)) for v in values if v is not None and v != ""]
    return f"{path}?{urlencode(pairs)}" if pairs else path


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)


def asked(
    tx: Tx,
    query: Mapping[str, list[str]],
    d: Deps,
    *,
    by: str = "created",
    besides: Collection[str] = (),
) -> Asked:
    """Reads the query of a list. ``by`` is the instant that since and until bound by default;
    ``besides`` are names that the page reads by itself."""
    left_out = NOT_FILTERS.union(besides)
    given = {k: [v for v in vs if v != ""] for k, vs in query.items() if k not in left_out}
    given = {k: vs for k, vs in given.items() if vs}
    problems = [t("There is no filter “{name}”.", name=k[:40]) for k in given if k not in NAMES]
    found = Wanted(by=by)
    for name in (n for n in NAMES if n in given):
        try:
            found = _with(tx, found, name, given[name], d)
        except _Wrong as wrong:
            problems.append(str(wrong))
    try:
        found = _with_outcome(tx, found, given, d)
    except _Wrong as wrong:
        problems.append(str(wrong))
    place, back = None, False
    try:
        place, back = (None, False) if "after" in besides else asked_place(query, order_of(found))
    except NoPlace:
        problems.append(t("The page was not found. Begin at the first one."))
    return Asked(wanted=found, given=given, problems=tuple(problems), place=place, back=back)


def _with(tx: Tx, w: Wanted, name: str, values: list[str], d: Deps) -> Wanted:
    if name in CLOSED_SETS:
        target, closed_set = CLOSED_SETS[name]
        return replace(w, **{target: tuple(_member(name, v, closed_set) for v in values)})
    if name in YES_NO:
        return replace(w, **{name: _yes_no(name, values[0])})
    match name:
        case "words":
            return replace(w, words=d.fold(values[0][:500]))
        case "since":
            return replace(w, since=_since(values[0], d.zone))
        case "until":
            return replace(w, until=_until(values[0], d.zone))
        case "by":
            return replace(w, by=_member(name, values[0], BY))
        case "source":
            return replace(w, source_ids=tuple(_source(tx, v) for v in values))
        case "officer":
            return replace(w, by_users=tuple(_officer(tx, v) for v in values))
        case "theme":
            return replace(w, theme=values[0][:80])
        case "post":
            return replace(w, post_id=_number("post", values[0]))
        case "id":
            return replace(w, comment_ids=tuple(v[:200] for v in values[:500]))
        case _:
            return _with_waiting(w, name, values[0], d)


def _with_waiting(w: Wanted, name: str, value: str, d: Deps) -> Wanted:
    match name:
        case "show":
            shown = _member(name, value, SHOW)
            open_only, decided = shown == "open" or w.is_open, shown == "decided" or w.decided
            return replace(w, is_open=open_only or None, decided=decided or None)
        case "score_from":
            return replace(w, score_from=_share(name, value))
        case "score_to":
            return replace(w, score_to=_share(name, value))
        case "age":
            hours = min(_number(name, value), OLDEST_HOURS)
            return replace(w, not_after=d.clock() - timedelta(hours=hours))
        case _:  # outcome: read at the end, it needs the window
            return w


def _with_outcome(tx: Tx, w: Wanted, given: Mapping[str, list[str]], d: Deps) -> Wanted:
    """Due items of a window by how they ended; the window is then of due instants, not posting."""
    if "outcome" not in given:
        return w
    if w.since is None or w.until is None:
        raise _Wrong(t("“outcome” needs both “since” and “until”."))
    found = ids_of_outcome(tx, d, given["outcome"], w.since, w.until)
    if found is None:
        raise _Wrong(t("“outcome” is not a word of the duty table."))
    return replace(w, comment_ids=found or (NOBODY,), since=None, until=None)


def _member(name: str, value: str, closed_set: Iterable[str]) -> str:
    known = [str(m) for m in closed_set]
    if value not in known:
        raise _Wrong(
            t("“{value}” is no {name}. It is one of: {known}.", value=value[:40], name=name,
              known=", ".join(known))
        )  # fmt: skip
    return value


def _yes_no(name: str, value: str) -> bool:
    if value not in ("yes", "no"):
        raise _Wrong(t("“{name}” is yes or no.", name=name))
    return value == "yes"


def _number(name: str, value: str) -> int:
    if not value.isascii() or not value.isdigit() or len(value) > 15:
        raise _Wrong(t("“{name}” is a number.", name=name))
    return int(value)


_SHARE = re.compile(r"(?:0|1|0?\.\d{1,6}|1\.0{1,6}|0\.)")


def _share(name: str, value: str) -> float:
    if _SHARE.fullmatch(value) is None:
        raise _Wrong(t("“{name}” is a number from 0 to 1, as 0.75.", name=name))
    return float(value)


def _since(value: str, zone: str) -> datetime:
    day = _day(value)
    return _instant(value) if day is None else day_bounds(day, zone)[0]


def _until(value: str, zone: str) -> datetime:
    """A day is included whole; an instant is where the window ends."""
    day = _day(value)
    return _instant(value) if day is None else day_bounds(day, zone)[1]


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value) if len(value) == 10 else None
    except ValueError:
        raise _Wrong(t("“{value}” is no day. Write it as 2026-06-30.", value=value)) from None


def _instant(value: str) -> datetime:
    try:
        # A plus sign in an address is read as a blank.
        found = datetime.fromisoformat(value.replace(" ", "+") if "T" in value else value)
        return utc(found)
    except ValueError:
        raise _Wrong(
            t("“{value}” is no instant. Write a day, or an instant with its zone.",
              value=value[:40])
        ) from None  # fmt: skip


def _source(tx: Tx, value: str) -> int:
    source = (
        sources.source_by_id(tx, int(value))
        if value.isascii() and value.isdigit() and len(value) < 15
        else sources.source_by_name(tx, value)
    )
    if source is None:
        raise _Wrong(t("There is no source “{name}”.", name=value[:40]))
    return source.id


def _officer(tx: Tx, value: str) -> int:
    user = next((u for u in users.list_users(tx) if u.pseudonym == value), None)
    if user is None:
        raise _Wrong(t("There is no officer “{name}”.", name=value[:40]))
    return user.id


# ------------------------------------------------------------------------------ windows


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """The last ``n`` local days up to and with today, as instants [since, until)."""

    n: int
    first: date
    last: date
    since: datetime
    until: datetime


def last_days(n: int, today: date, zone: str) -> Days:
    """``n`` local days that end with ``today``."""
    first = today - timedelta(days=n - 1)
    return Days(
        n=n,
        first=first,
        last=today,
        since=day_bounds(first, zone)[0],
        until=day_bounds(today, zone)[1],
    )
