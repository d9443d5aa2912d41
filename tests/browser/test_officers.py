"""Officers at one queue, by keyboard, against gunicorn with two workers, on both databases.

`python -m tests.soak officers` is the same with ten officers and 2,000 comments.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from data.db import Database
from tests.soak.officers import Cleared, Plan, clear, examine, fill, gunicorn


def run(browser: Browser, db: Database, home: Path, plan: Plan) -> Cleared:
    ids = fill(db, plan)
    with gunicorn(home, db, plan.workers) as (address, master):
        told = clear(browser, address, master, db, plan)
    return examine(db, ids, told)


def test_an_officer_clears_200_cards_as_fast_as_the_page_lets(
    browser: Browser, file_db: Database, tmp_path: Path
) -> None:
    told = run(browser, file_db, tmp_path, Plan(officers=1, cards=200))
    assert told.wrong == []
    assert (told.keys, told.undecided, told.twice) == (200, 0, 0)


@pytest.mark.parametrize("kills", [(0.3, 0.6)])
def test_officers_lose_and_double_nothing_while_a_worker_is_killed_and_one_is_signed_out(
    browser: Browser, file_db: Database, tmp_path: Path, kills: tuple[float, ...]
) -> None:
    plan = Plan(officers=5, cards=200, kill_at=kills, sign_out_at=0.45)
    told = run(browser, file_db, tmp_path, plan)
    assert told.wrong == []
    assert (told.killed, told.signed_in_again, told.undecided) == (len(kills), 1, 0)
    assert len(told.by_officer) == plan.officers
