"""A collecting process that kills itself with SIGKILL when it keeps its n-th comment.

python -m tests.journey.collect_child sweep|import URL SOURCE PATH N
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from collectors.exports import ReadContext
from collectors.importing import import_file
from data.db import Database
from data.model import Platform
from data.store.sources import source_by_name
from tests.builders import NOW
from tests.collect_helpers import SALT, a_stage, post_of_files, sweep
from tests.journey.collect_scripts import BUSY

REPOSITORY = Path(__file__).parents[2]
BATCH = 40


def killed(what: str, db: Database, source: str, path: Path, at: int) -> int:
    """Runs this module until it dies; gives its exit status, -9 for SIGKILL."""
    command = [sys.executable, "-m", __name__, what, db.url, source, str(path), str(at)]
    return subprocess.run(command, cwd=REPOSITORY, check=False).returncode


def _dying_fold(at: int) -> Callable[[str], str]:
    calls = 0

    def fold(text: str) -> str:
        nonlocal calls
        calls += 1
        if calls == at:
            os.kill(os.getpid(), signal.SIGKILL)
        return text.lower()

    return fold


def context_of_files(platform: Platform = Platform.YOUTUBE) -> ReadContext:
    return ReadContext(
        platform=platform, time_zone="Asia/Karachi", captured_at=NOW, post=post_of_files()
    )


def main(what: str, url: str, source_name: str, path: str, at: str) -> None:
    db, fold = Database(url), _dying_fold(int(at))
    with db.read() as tx:
        source = source_by_name(tx, source_name)
    assert source is not None
    if what == "sweep":
        stage = a_stage(Path(path), BUSY)
        stage.clock.at(1000)
        sweep(db, source, stage.collector, stage.clock.now, fold=fold)
        return
    import_file(
        db,
        source,
        Path(path),
        context=context_of_files(),
        format=None,
        now=NOW,
        clock=lambda: NOW,
        fold=fold,
        author_salt=SALT,
        keep_names=True,
        batch=BATCH,
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
