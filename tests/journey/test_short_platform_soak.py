"""A rehearsal platform with faults and two kills: the store is the page, and all was done once.

The long form is `python -m tests.soak platform`; its figures stand in docs/reliability.md.
"""

from __future__ import annotations

from pathlib import Path

from data.db import Database
from tests.soak.platform_examine import examine_platform
from tests.soak.platform_plan import SHORT
from tests.soak.platform_run import run_platform_soak


def test_hours_of_faults_and_kills_on_a_platform_lose_and_double_nothing(
    file_db: Database, tmp_path: Path
) -> None:
    url = file_db.engine.url.render_as_string(hide_password=False)
    soak = run_platform_soak(SHORT, url, tmp_path)
    found = examine_platform(soak)
    soak.db.close()
    effects = [e for e in soak.page.world.effects if e.was is not e.became]
    assert effects, "nothing was ever carried out"
    assert soak.serving.faults.done.total() > 0 and soak.gaps_seen > 0
    assert [(f.what, f.wrong, f.examples) for f in found if f.wrong] == []
