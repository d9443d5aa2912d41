"""Two simulated days under faults and three kills: the store is the page, and all was done once.

The long form is `make soak`; its figures stand in docs/reliability.md.
"""

from __future__ import annotations

from pathlib import Path

from data.db import Database
from tests.soak.examine import examine
from tests.soak.plan import SHORT
from tests.soak.run import run_soak


def test_two_days_of_faults_and_kills_lose_and_double_nothing(
    file_db: Database, tmp_path: Path
) -> None:
    url = file_db.engine.url.render_as_string(hide_password=False)
    soak = run_soak(SHORT, url, tmp_path)
    found = examine(soak)
    soak.db.close()
    assert soak.platform.effects, "nothing was ever carried out"
    assert [(f.what, f.wrong, f.examples) for f in found if f.wrong] == []
