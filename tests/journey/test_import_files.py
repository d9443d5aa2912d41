"""Files as an office brings them: unknown columns on the command line, and the drop folder under
a scheduler that is killed."""

from __future__ import annotations

import json
import os
import shutil
import signal
from pathlib import Path

import pytest

from data.db import Database
from data.model import DropState, ImportState
from data.store import files
from tests.journey.command_line import CommandLine, kill_now
from tests.journey.processes import PATIENCE, until
from tests.tables import count_comments

EXPORTS = Path(__file__).parents[1] / "fixtures" / "exports"
UNKNOWN = "تاریخ,صارف,تبصرہ\n2026-03-01 10:00,احمد,پانی نہیں ہے\n2026-03-02 11:00,سارہ,شکریہ\n"
ROWS = 6_000


@pytest.fixture
def run(tmp_path: Path) -> CommandLine:
    settings = {
        "SUNWAI_IMPORT_DROP_FOLDER": str(tmp_path / "drop"),
        "SUNWAI_IMPORT_DROP_SECONDS": "1",
        "SUNWAI_SCHEDULE_LEASE_SECONDS": "3",
    }
    made = CommandLine(home=tmp_path, settings=settings)
    assert made("init").code == 0
    return made


def test_an_unknown_file_is_mapped_remembered_and_forgotten(
    run: CommandLine, tmp_path: Path
) -> None:
    path = tmp_path / "march.csv"
    path.write_text(UNKNOWN, encoding="utf-8")
    asked = run("import", str(path), "--source", "our-page", "--platform", "facebook")
    assert asked.code == 1
    assert "created=تاریخ,author_name=صارف,text=تبصرہ" in asked.err
    said = "text=تبصرہ,created=تاریخ,author_name=صارف"
    words = ("import", str(path), "--source", "our-page", "--platform", "facebook", "--map", said)
    assert run.done(*words)["new"] == 2

    (kept,) = run.done("mappings", "list")["mappings"]
    assert kept["source"] == "our-page" and kept["columns"]["تبصرہ"] == "text"
    path.write_text(UNKNOWN + "2026-03-03 11:00,علی,سڑک خراب ہے\n", encoding="utf-8")
    again = run.done("import", str(path), "--source", "our-page")
    assert (again["new"], again["unchanged"], again["format"]) == (1, 2, "mapped")

    toml = tmp_path / "columns.toml"
    toml.write_text(run("mappings", "show", str(kept["id"])).out, encoding="utf-8")
    other = run.done("import", str(path), "--source", "other", "--mapping", str(toml))
    assert other["unchanged"] + other["new"] == 3
    assert run("mappings", "remove", str(kept["id"])).code == 0
    path.write_text(UNKNOWN.replace("10:00", "10:30"), encoding="utf-8")
    assert run("import", str(path), "--source", "our-page").code == 1


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (("--map", "text"), "write it as meaning=column"),
        (("--map", "song=a"), "nothing that a column can be"),
        (("--map", "created=تاریخ"), "No column is the text"),
        (("--zone", "Asia/Karachi"), "give --map too"),
        (("--map", "text=تبصرہ", "--date-format", "moon"), "no such date format"),
        (("--made-at", "yesterday"), "write a day, a time and a zone"),
        (("--platform", "myspace"), "it is one of"),
    ],
)
def test_what_was_typed_wrong_is_said(
    run: CommandLine, tmp_path: Path, more: tuple[str, ...], told: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(UNKNOWN, encoding="utf-8")
    ran = run("import", str(path), "--source", "x", *more)
    assert ran.code == 2
    assert told in " ".join(ran.err.replace("│", " ").split())


def test_the_accounts_own_comments_and_posts_without_comments_are_told(run: CommandLine) -> None:
    own = run("import", str(EXPORTS / "google_takeout.csv"), "--source", "our-channel")
    assert own.code == 0 and "only the account's own comments" in own.out
    posts = run("import", str(EXPORTS / "crowdtangle_facebook.csv"), "--source", "our-page")
    assert posts.code == 0 and "posts 1" in posts.out and "0 comments come in" in posts.out
    named = run.done(
        "import", str(EXPORTS / "instaloader_comments.json"), "--source", "our-instagram",
        "--post", "https://www.instagram.com/p/SAMPLE00001/", "--made-at", "2026-03-15T10:00Z",
    )  # fmt: skip
    assert named["new"] == 2 and not any("which post" in w for w in named["warnings"])


def test_a_dropped_file_comes_in_whole_though_the_scheduler_is_killed(
    run: CommandLine, tmp_path: Path
) -> None:
    assert run("sources", "add", "our-page", "--platform", "instagram").code == 0
    folder = tmp_path / "drop" / "our-page"
    db = Database(f"sqlite:///{tmp_path}/var/sunwai.db")

    def rows_done() -> int:
        with db.read() as tx:
            return max((f.rows_done for f in files.list_imports(tx)), default=0)

    def is_done() -> bool:
        with db.read() as tx:
            return [d.state for d in files.list_dropped(tx)] == [DropState.DONE]

    first = run.start("schedule")
    try:
        assert until(folder.is_dir)
        _lay_in(folder, tmp_path)
        assert until(lambda: rows_done() >= 500)
    finally:
        kill_now(first)
    with db.read() as tx:
        assert count_comments(tx) < ROWS
    second = run.start("schedule")
    try:
        assert until(is_done)
    finally:
        second.send_signal(signal.SIGINT)
        second.communicate(timeout=PATIENCE)
    with db.read() as tx:
        assert count_comments(tx) == ROWS
        assert [f.state for f in files.list_imports(tx)] == [ImportState.DONE]
    assert {p.name for p in folder.rglob("*")} == {"done", "march.jsonl", "march.jsonl.why.txt"}
    db.close()


def _lay_in(folder: Path, tmp_path: Path) -> None:
    """Written under a name for unfinished files, then renamed, as it should be done."""
    body = "".join(
        json.dumps({"id": f"179{n:014d}", "text": f"Comment {n}", "ownerUsername": f"c{n}",
                    "timestamp": "2026-03-01T08:12:33.000Z"}) + "\n"
        for n in range(ROWS)
    )  # fmt: skip
    (tmp_path / "made.jsonl").write_text(body, encoding="utf-8")
    shutil.copy(tmp_path / "made.jsonl", folder / "march.jsonl.part")
    os.rename(folder / "march.jsonl.part", folder / "march.jsonl")  # noqa: PTH104
