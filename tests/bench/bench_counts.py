"""C: a year by day from what is kept of it, against counting it; and pages far down a list.

`python -m tests.bench.bench_counts [COUNT [URL]]`: COUNT (1,000,000) comments in a SQLite store of
its own, or in the store of the URL, which is filled where it is empty. There is no Parquet mirror
of the store, and so no C3: nothing in the product scans all comments for an ad-hoc question.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import text

from dashboard.finding.paging import found_page
from dashboard.finding.wanted import PAGE, Asked
from data.day import DEFAULT_ZONE, day_bounds, local_day
from data.db import Database, Tx, migrate
from data.store import day_counts
from data.store.grid import Key
from data.store.search import Wanted, count_found, found_of, instant_of, matching
from sunwai.counting import keep_counts
from tests.bench.big_store import DAYS, fill
from tests.bench.measuring import ROUNDS, Ratio, cpu_of, ratio_table
from tests.tables import count_comments

BY_DAY = {
    "sqlite": "date(coalesce(c.created_at, c.first_seen_at), '+5 hours')",
    "postgresql": "CAST(coalesce(c.created_at, c.first_seen_at)"
    " AT TIME ZONE 'Asia/Karachi' AS date)",
}
GROUPED = """SELECT {day} AS day, coalesce(a.sentiment, ''), count(*)
FROM comment c LEFT JOIN assessment a ON a.id = c.assessment_id AND a.revision_id = c.revision_id
WHERE NOT c.is_page_owner AND coalesce(c.created_at, c.first_seen_at) >= :since
GROUP BY 1, 2"""


def main(count: int, url: str | None = None) -> str:
    """The figures as Markdown."""
    now = datetime.now(UTC)
    with ExitStack() as open_things:
        folder = open_things.enter_context(tempfile.TemporaryDirectory())
        big = _store(url or f"sqlite:///{folder}/big.db", count, now)
        open_things.callback(big.close)
        small = _store(f"sqlite:///{folder}/small.db", count // 10, now)
        open_things.callback(small.close)
        return _told(big, small, count, now)


def _store(url: str, count: int, now: datetime) -> Database:
    """A filled store whose days are all counted."""
    db = Database(url)
    migrate(db)
    with db.read() as tx:
        filled = count_comments(tx)
    if not filled:
        fill(db, count, still_open=2_000, now=now)
    keep_counts(db, DEFAULT_ZONE, now=now)
    return db


def _told(big: Database, small: Database, count: int, now: datetime) -> str:
    last = local_day(now, DEFAULT_ZONE) - timedelta(days=1)
    first = last - timedelta(days=DAYS - 2)
    listed = Asked(wanted=Wanted(), given={}, problems=())
    with big.read() as tx, small.read() as few:
        _same(tx, first, last)
        middle = Asked(wanted=Wanted(), given={}, problems=(), place=_place(tx, count // 2))
        ways: dict[str, Callable[[], object]] = {
            "grouped": lambda: _grouped(tx, first),
            "kept": lambda: _kept(tx, first, last),
            "kept of few": lambda: _kept(few, first, last),
            "offset": lambda: _offset(tx, count // 2),
            "counted": lambda: count_found(tx, Wanted()),
            "first page": lambda: found_page(tx, listed),
            "middle page": lambda: found_page(tx, middle),
        }
        spent = {name: [cpu_of(work) for _ in range(ROUNDS)] for name, work in ways.items()}
    naive = [a + b for a, b in zip(spent["offset"], spent["counted"], strict=True)]
    return _table(spent | {"naive": naive}, count)


def _table(spent: dict[str, list[float]], count: int) -> str:
    ratios = [
        Ratio(what=what, over=spent[over], under=spent[under], unit="s of CPU")
        for what, over, under in (
            ("C1 a year by day and mood: GROUP BY over the comments / what is kept", "grouped",
             "kept"),
            ("C2 what is kept of a year: of all / of a tenth as many comments", "kept",
             "kept of few"),
            ("a page in the middle: OFFSET and an exact count / ours", "naive", "middle page"),
            ("ours: a page in the middle / the first page", "middle page", "first page"),
        )
    ]  # fmt: skip
    return f"{count:,} comments of a year in the store.\n\n{ratio_table(ratios)}"


def _grouped(tx: Tx, first: date) -> list[Any]:
    since = day_bounds(first, DEFAULT_ZONE)[0]
    bound = since.replace(tzinfo=None).isoformat(" ") if tx.dialect.name == "sqlite" else since
    query = text(GROUPED.format(day=BY_DAY[tx.dialect.name]))
    return list(tx.execute(query, {"since": bound}).all())


def _kept(tx: Tx, first: date, last: date) -> dict[date, day_counts.Cells]:
    stale = day_counts.stale_days(tx, DEFAULT_ZONE, first, last)
    return day_counts.by_day(tx, DEFAULT_ZONE, first, last, ("mood",), without=stale)


def _same(tx: Tx, first: date, last: date) -> None:
    """Both ways tell the same, or nothing is measured."""
    grouped = {(str(day), mood): n for day, mood, n in _grouped(tx, first) if str(day) <= str(last)}
    kept = {
        (str(day), mood): n
        for day, cells in _kept(tx, first, last).items()
        for (_, mood), n in cells.items()
    }
    if grouped != kept:
        raise SystemExit("What is kept is not what the comments say.")


def _offset(tx: Tx, offset: int) -> list[Any]:
    at = instant_of(Wanted())
    query = matching(tx, Wanted()).order_by(at.desc(), text("comment.id"))
    return list(found_of(tx, tx.execute(query.limit(PAGE).offset(offset)).all()))


def _place(tx: Tx, offset: int) -> Key:
    at = instant_of(Wanted())
    fitting = matching(tx, Wanted()).with_only_columns(at, text("comment.id"))
    row = tx.execute(fitting.order_by(at.desc(), text("comment.id")).offset(offset).limit(1)).one()
    return tuple(row)


if __name__ == "__main__":
    wanted = sys.argv[1:]
    print(main(int(wanted[0]) if wanted else 1_000_000, wanted[1] if wanted[1:] else None))
