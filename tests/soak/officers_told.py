"""`python -m tests.soak officers`: ten officers clear 2,000 cards, a worker is killed meanwhile."""

from __future__ import annotations

import argparse
import os
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import sync_playwright

from data.db import Database, migrate
from tests.browser.chromium import launch_arguments
from tests.soak.officers import Cleared, Plan, clear, examine, fill, gunicorn


def run(url: str, home: Path, plan: Plan) -> Cleared:
    """Fills the database, lets the officers clear it in one Chromium, and examines what is left."""
    db = Database(url)
    migrate(db)
    ids = fill(db, plan)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_arguments())
        with gunicorn(home, db, plan.workers) as (address, master):
            told = clear(browser, address, master, db, plan)
        browser.close()
    examine(db, ids, told)
    db.close()
    return told


def told_line(name: str, times: Sequence[float]) -> str:
    """p50 and p95 of the milliseconds, and of how many."""
    if not times:
        return f"| {name} | none |"
    p95 = statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]
    return f"| {name} | {statistics.median(times):.0f} / {p95:.0f} ms of {len(times)} |"


def as_table(plan: Plan, told: Cleared) -> str:
    """What came of it as Markdown."""
    load = os.getloadavg()[0]
    rows = [
        "| what | came of it |",
        "|---|---:|",
        f"| comments, officers (each a Chromium context), web workers | {plan.cards:,}, "
        f"{plan.officers}, {plan.workers} |",
        f"| seconds, decisions a second | {told.seconds:.0f}, {plan.cards / told.seconds:.1f} |",
        f"| web workers killed with SIGKILL | {told.killed} |",
        f"| officers signed out by the server and in again | {told.signed_in_again} |",
        f"| **comments not decided** | {told.undecided} |",
        f"| **comments decided twice** | {told.twice} |",
        f"| decisions of each officer, most to least | {_range(told.by_officer)} |",
        told_line("key to the next card painted, p50 / p95", told.paint),
        told_line("one decision on its way, p50 / p95", told.save),
        told_line("the next cards fetched, p50 / p95", told.next),
        f"| load of the machine when it ended | {load:.1f} |",
    ]
    return "\n".join(rows)


def _range(counts: Sequence[int]) -> str:
    return f"{max(counts)} to {min(counts)}" if counts else "none"


def asked(arguments: Sequence[str]) -> tuple[Plan, str, bool]:
    """The plan, the kind of database, and whether to write no document."""
    usual = Plan()
    ask = argparse.ArgumentParser(prog="python -m tests.soak officers", description=__doc__)
    ask.add_argument("--officers", type=int, default=usual.officers)
    ask.add_argument("--cards", type=int, default=usual.cards)
    ask.add_argument("--kills", type=int, default=2)
    ask.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    ask.add_argument("--no-doc", action="store_true", help="print only")
    given = ask.parse_args(arguments)
    kills = tuple((n + 1) / (given.kills + 1) for n in range(given.kills))
    plan = Plan(
        officers=given.officers,
        cards=given.cards,
        kill_at=kills,
        sign_out_at=0.5 if given.officers > 1 else None,
    )
    return plan, given.database, given.no_doc


def command(plan: Plan, database: str) -> str:
    return (
        f"python -m tests.soak officers --officers {plan.officers} --cards {plan.cards} "
        f"--kills {len(plan.kill_at)} --database {database}"
    )


def say_wrong(told: Cleared) -> int:
    """1 when something that must be nought is not."""
    for line in told.wrong:
        print(f"WRONG: {line}", file=sys.stderr)
    return 1 if told.wrong else 0
