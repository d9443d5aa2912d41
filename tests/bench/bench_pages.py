"""E: what a page of figures costs the server, against the same figures drawn the naive way.

`python -m tests.bench.bench_pages [COUNT [URL]]`: COUNT (1,000,000) comments in a SQLite store of
its own, or in the SQLite store of the URL, which is filled where it is empty; its days are counted,
as the scheduler keeps them. Naive is what one writes first: the window's raw rows into polars,
three charts by plotly.express, as JSON.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import text

from dashboard.deps import Deps
from dashboard.drawing.figures import volume_figure
from dashboard.duty.serving import serving
from dashboard.duty.today_figures import today
from dashboard.feedback.hearing import Hearing, hearing
from dashboard.finding.kept import kept
from data.day import DEFAULT_ZONE
from data.db import Database, Tx, migrate
from moderation.texts.text import search_fold
from sunwai.counting import keep_counts
from tests.bench.big_store import fill
from tests.bench.measuring import ROOT, ROUNDS, Ratio, cpu_of, ratio_table
from tests.tables import count_comments

DAYS = 30
RAW = """SELECT coalesce(c.created_at, c.first_seen_at) AS at, a.language, a.flag, a.sentiment
FROM comment c JOIN assessment a ON a.id = c.assessment_id
WHERE coalesce(c.created_at, c.first_seen_at) >= :since"""
PSS = """
import re
print(int(re.search(r"Pss:\\s+(\\d+)", open("/proc/self/smaps_rollup").read()).group(1)) / 1024)
"""


def main(count: int, url: str | None = None) -> str:
    """The figures as Markdown."""
    with tempfile.TemporaryDirectory() as folder:
        db = Database(url or f"sqlite:///{folder}/many.db")
        migrate(db)
        now = datetime.now(UTC)
        with db.read() as tx:
            filled = count_comments(tx)
        if not filled:
            fill(db, count, still_open=2_000, now=now)
        keep_counts(db, DEFAULT_ZONE, now=now)
        told = measured(db, count)
        db.close()
    return told


def measured(db: Database, count: int) -> str:
    """The figures of a store that is filled already."""
    now = datetime.now(UTC)
    d = Deps(
        db=db, clock=lambda: now, secret_key=b"x" * 32, fold=search_fold,
        reports_folder=Path(),
    )  # fmt: skip
    # No counts are kept of this zone, which has the same days: all are counted on the spot.
    uncounted = replace(d, zone="Asia/Tashkent")
    ways: dict[str, Callable[[Tx], object]] = {
        "naive": lambda tx: _naive(tx, now),
        "feedback": lambda tx: _drawn(hearing(tx, d, DAYS)),
        "kept": lambda tx: _drawn(
            kept(tx, db, ("feedback", DAYS), now, lambda: hearing(tx, d, DAYS))
        ),
        "duty": lambda tx: serving(tx, d, DAYS),
        "uncounted": lambda tx: hearing(tx, uncounted, DAYS),
        "today": lambda tx: today(tx, d, now),
    }
    spent: dict[str, list[float]] = {name: [] for name in ways}
    with db.read() as tx:
        ways["kept"](tx)
        for _ in range(ROUNDS):
            for name, work in ways.items():
                spent[name].append(cpu_of(lambda work=work: work(tx)))
    ratios = [
        Ratio(what=what, over=spent["naive"], under=spent[name], unit="s of CPU")
        for what, name in (
            ("E1 naive three charts / our feedback figures, kept", "kept"),
            ("naive three charts / our feedback figures, worked out anew", "feedback"),
            ("the same where no day's counts are kept", "uncounted"),
            ("naive three charts / our duty figures, worked out anew", "duty"),
            ("naive three charts / our Today", "today"),
        )
    ]
    ours, theirs = _memory("import sunwai.web"), _memory("import dash, polars, plotly.express")
    return (
        f"{count:,} comments of a year in the store, a window of {DAYS} days.\n\n"
        + ratio_table(ratios)
        + f"\n\nMemory (PSS) of a process that imported it: all of the web application {ours:.0f} "
        f"MB, dash with polars and plotly.express alone {theirs:.0f} MB. The application imports "
        "polars (for the feedback and duty pages), and neither pandas nor plotly.express."
    )


def _drawn(h: Hearing) -> Any:
    return volume_figure(h.trend)


def _naive(tx: Tx, now: datetime) -> str:
    import polars as pl

    px: Any = import_module("plotly.express")

    rows = tx.execute(text(RAW), {"since": str(now - timedelta(days=DAYS))}).all()
    frame = pl.DataFrame(
        [tuple(r) for r in rows], schema=["at", "language", "flag", "sentiment"], orient="row"
    ).with_columns(pl.col("at").str.slice(0, 10).alias("day"))
    told = ""
    for column in ("language", "flag", "sentiment"):
        counted = frame.group_by("day", column).len().sort("day")
        told += px.bar(counted, x="day", y="len", color=column).to_json()
    return told


def _memory(code: str) -> float:
    done = subprocess.run(
        [sys.executable, "-c", code + PSS], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return float(done.stdout)


if __name__ == "__main__":
    wanted = sys.argv[1:]
    print(main(int(wanted[0]) if wanted else 1_000_000, wanted[1] if wanted[1:] else None))
