"""sunwai outbox and sunwai demo platforms, as typed."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from data.db import Database
from data.model import EnforcementState, Role, WriteBack
from data.store import outbox, sources
from data.store.write_stops import stop_of, stop_writing
from moderation.carrying_out.enforce import carry_out_decisions
from sunwai.cli import main
from sunwai.rehearsal.rehearsing import TOKEN
from tests.builders import a_user
from tests.unit.decide_helpers import REMOVE, Desk, a_desk

S = EnforcementState


Typed = Callable[..., tuple[int, str]]


@pytest.fixture
def typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Typed:
    """Types words at the program in this process; gives exit code and what was printed."""
    monkeypatch.setenv("SUNWAI_HOME", str(tmp_path))

    def type_(*words: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["sunwai", *words])
        capsys.readouterr()
        try:
            main()
            code = 0
        except SystemExit as ended:
            code = int(ended.code or 0)
        told = capsys.readouterr()
        return code, told.out + told.err

    return type_


@pytest.fixture
def desk(tmp_path: Path, typed: Typed) -> Desk:
    """A home with a database in which officers work."""
    assert typed("init")[0] == 0
    db = Database(f"sqlite:///{tmp_path}/var/sunwai.db")
    made = a_desk(db)
    with db.write() as tx:
        a_user(tx, "auditor", Role.AUDITOR)
    return made


def an_action(desk: Desk, *states: EnforcementState, **told: Any) -> int:
    comment_id = desk.comment()
    action_id = desk.decide(comment_id, **REMOVE).action_id
    assert action_id is not None
    with desk.db.write() as tx:
        for state in states:
            outbox.append_enforcement(tx, action_id, state, now=desk.now, **told)
    return action_id


def state(desk: Desk, action_id: int) -> EnforcementState:
    with desk.db.read() as tx:
        found = outbox.action_by_id(tx, action_id)
    assert found is not None
    return found.state


def test_the_dead_are_listed_and_tried_again_by_name(desk: Desk, typed: Typed) -> None:
    dead = an_action(desk, S.REFUSED, detail="the platform says no")
    an_action(desk, S.VERIFIED)
    code, told = typed("outbox", "list", "--dead", "--json")
    assert code == 0
    assert [(x["action"], x["detail"]) for x in json.loads(told)] == [
        (dead, "the platform says no")
    ]
    assert typed("outbox", "retry", str(dead), "--by", "auditor")[0] == 1
    assert state(desk, dead) is S.REFUSED
    assert typed("outbox", "retry", str(dead), "--by", "officer")[0] == 0
    assert state(desk, dead) is S.HELD


def test_a_dry_run_shows_the_exact_request(desk: Desk, typed: Typed) -> None:
    request = {"method": "POST", "path": "/v26.0/1_2", "params": {"is_hidden": "true"}, "body": {}}
    number = an_action(desk, S.DRY_RUN, request=request)
    code, told = typed("outbox", "list", "--state", "dry_run")
    assert code == 0 and "POST /v26.0/1_2?is_hidden=true" in told
    assert "asked: POST /v26.0/1_2?is_hidden=true" in typed("outbox", "show", str(number))[1]


def test_a_conflict_is_left_with_its_reason(desk: Desk, typed: Typed) -> None:
    number = an_action(desk, S.CONFLICT)
    words = ("outbox", "leave", str(number), "--by", "officer", "--why", "mild after all")
    assert typed(*words)[0] == 0
    assert state(desk, number) is S.LEFT


def test_stopped_writing_goes_on_when_a_senior_says_so(desk: Desk, typed: Typed) -> None:
    with desk.db.write() as tx:
        stop_writing(tx, desk.source.id, "blocked", now=desk.now)
    assert typed("outbox", "resume", "page", "--by", "officer")[0] == 1
    assert typed("outbox", "resume", "page", "--by", "senior")[0] == 0
    with desk.db.read() as tx:
        assert stop_of(tx, desk.source.id) is None


@pytest.mark.parametrize(("ending", "start"), [("pdf", b"%PDF"), ("xlsx", b"PK"), ("csv", b"\xef")])
def test_the_work_sheet_is_written_to_a_file(
    desk: Desk, typed: Typed, tmp_path: Path, ending: str, start: bytes
) -> None:
    with desk.db.write() as tx:
        sources.set_write_back(tx, desk.source.id, WriteBack.OFF)
    an_action(desk)
    desk.later(minutes=1)
    carry_out_decisions(desk.db, {}, owner="test", clock=lambda: desk.now)
    file = tmp_path / f"sheet.{ending}"
    code, told = typed("outbox", "sheet", str(file))
    assert (code, "1 to do by hand" in told) == (0, True)
    assert file.read_bytes().startswith(start)


def test_wrong_words_end_with_two(desk: Desk, typed: Typed, tmp_path: Path) -> None:
    for words in (
        ("outbox", "list", "--state", "magic"),
        ("outbox", "show", "99"),
        ("outbox", "sheet", str(tmp_path / "sheet.doc")),
        ("outbox", "retry", "1", "--by", "nobody"),
    ):
        assert typed(*words)[0] == 2, words


def test_comparing_says_when_nothing_is_due(desk: Desk, typed: Typed) -> None:
    assert typed("outbox", "compare") == (0, "nothing is due to be compared\n")


def test_the_rehearsal_platforms_answer_until_they_are_told_to_end(tmp_path: Path) -> None:
    child = subprocess.Popen(
        [sys.executable, "-m", "sunwai", "demo", "platforms", "--port", "0", "--every", "0.2"],
        env={"SUNWAI_HOME": str(tmp_path), "PATH": ""},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    told = ""
    for line in child.stdout:
        told += line
        if "Ctrl-C" in line:
            break
    found = re.findall(r"--platform (\w+) .*--account (\S+) --address (\S+)", told)
    assert [name for name, _, _ in found] == ["facebook", "instagram", "youtube", "x"]
    _, account, address = found[0]
    told_by = {"authorization": f"Bearer {TOKEN}"}
    answer = httpx.get(f"{address}/{account}", headers=told_by, timeout=60)
    assert answer.json()["id"] == account
    child.send_signal(signal.SIGINT)
    rest = child.stdout.read()
    assert child.wait(timeout=30) == 0 and "stopped" in rest
    child.stdout.close()
