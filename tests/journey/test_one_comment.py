"""One comment walks through the nine stops of ARCHITECTURE.md 3, by the command line alone."""

from __future__ import annotations

import json
from collections.abc import Generator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from data.db import Database
from data.model import Language
from data.samples.content import Label
from data.samples.script import MOCK_PAGE, MockScript, ScriptComment, ScriptPost
from data.store.outbox import state_counts
from tests.journey.command_line import TOKEN, CommandLine, mock_platform

ABUSE = "You are a shameless idiot and a bloody bastard, shut up you stupid dog."
COMPLAINT = "The water line in our street has been broken for two weeks. Please repair it."


def a_comment(name: str, text: str) -> ScriptComment:
    return ScriptComment(
        external_id=name,
        post_id="p1",
        at_minute=0,
        text=text,
        author=f"author of {name}",
        parent=None,
        label=Label.ABUSE,
        code=None,
        language=Language.EN,
    )


SCRIPT = MockScript(
    page=MOCK_PAGE,
    loop_minutes=100_000,
    posts=(ScriptPost(external_id="p1", at_minute=0, text="Water supply timings"),),
    comments=(
        a_comment("rude", ABUSE),
        a_comment("ruder", ABUSE + " Liar!"),
        a_comment("wet", COMPLAINT),
    ),
    edits=(),
    deletions=(),
    outages=(),
)


@pytest.fixture
def office(file_db: Database, tmp_path: Path) -> Generator[CommandLine]:
    """An office with one live page, on SQLite and on PostgreSQL."""
    yield from an_office(file_db, tmp_path)


@pytest.fixture
def small_office(tmp_path: Path) -> Generator[CommandLine]:
    """The same on SQLite only, for walks that the store's own tests hold on both."""
    db = Database(f"sqlite:///{tmp_path}/office.db")
    yield from an_office(db, tmp_path)
    db.close()


def an_office(db: Database, tmp_path: Path) -> Generator[CommandLine]:
    """Set up by the command line on the database of the test."""
    with mock_platform(tmp_path, SCRIPT) as address:
        run = CommandLine(
            home=tmp_path,
            settings={
                "SUNWAI_DATABASE_URL": db.engine.url.render_as_string(hide_password=False),
                "SUNWAI_MOCK_TOKEN": TOKEN,
                "SUNWAI_HOLD_ORDINARY_SECONDS": "0",
            },
        )
        run.done("init")
        for name, role in (("amina", "officer"), ("bilal", "senior"), ("chief", "manager")):
            assert run("user", "add", name, "--role", role).code == 0
        added = run(
            "sources", "add", "live", "--platform", "mock", "--mode", "api", "--address", address
        )
        assert added.code == 0, added.err
        yield run


def waiting(run: CommandLine) -> list[str]:
    listed = run("queue", "list", "--json")
    assert listed.code == 0, listed.err
    return [item["comment"] for item in json.loads(listed.out)]


def test_one_comment_walks_from_the_platform_to_the_report(
    office: CommandLine, file_db: Database
) -> None:
    run = office
    # 1-4 collected and kept; again, and nothing doubles
    first = run.done("collect", "--source", "live")["sweeps"][0]
    assert (first["outcome"], first["new"]) == ("complete", 3)
    assert run.done("collect", "--source", "live")["sweeps"][0]["new"] == 0
    # 6 before it is judged it waits for a person, for nothing fails open
    assert len(waiting(run)) == 3
    # 5 assessed; what is clean leaves, what is abuse waits, the complaint was never in danger
    assert run.done("assess")["assessed"] == 3
    assert set(waiting(run)) == {"mock:rude", "mock:ruder"}
    # 7 decided: not without a code, not for a non-reason, not by a manager; then for good
    for words, told in (
        (["--by", "amina"], "reason"),
        (["--by", "amina", "--reason", "NR-1"], "NR-1"),
        (["--by", "amina", "--reason", "OM-5-X", "--text", "short"], "15"),
        (["--by", "chief", "--reason", "OM-5-OFF-3"], "manager"),
    ):
        refused = run("decide", "mock:rude", "--verdict", "remove", *words)
        assert refused.code == 1 and told in refused.err, (words, refused)
    ground = ["--verdict", "remove", "--reason", "OM-5-OFF-3", "--by", "amina"]
    decided = run.done("decide", "mock:rude", *ground)
    assert decided["action"] is not None and not decided["awaits_second"]
    assert waiting(run) == ["mock:ruder"]
    # 8 dry-run by default: the request is shown, nothing is sent
    assert run.done("enforce")["dry_run"] == 1
    # switched on, the next one is carried out and proved
    assert run("sources", "write-back", "live", "on").code == 0
    run.done("decide", "mock:ruder", *ground)
    assert run.done("enforce")["accepted"] == 1
    run.done("collect")
    with file_db.read() as tx:
        assert state_counts(tx) == {"dry_run": 1, "verified": 1}
    # the platform still shows the one that was only shown as a dry run: never told as done
    # 9 told
    check = run.done("audit", "verify")
    assert check["broken_at"] is None and check["entries"] > 5
    out = run.home / "report"
    today = datetime.now(ZoneInfo("Asia/Karachi")).date().isoformat()
    made = run.done("report", "--day", today, "--out", str(out))
    assert made["verdict"] in ("met", "not_met", "not_proven")
    folder = Path(made["folder"])
    assert {"report.html", "report.json", "manifest.json"} <= {p.name for p in folder.iterdir()}
    html = (folder / "report.html").read_text("utf-8")
    assert "OM-5-OFF-3" in html and ABUSE not in html


def test_a_removal_can_be_undone_and_the_comment_waits_again(small_office: CommandLine) -> None:
    run = small_office
    run.done("collect")
    run.done("assess")
    run.done(
        "decide", "mock:rude", "--verdict", "remove", "--reason", "OM-5-OFF-3", "--by", "amina"
    )
    assert "mock:rude" not in waiting(run)
    run.done("decide", "mock:rude", "--verdict", "undo", "--by", "amina")
    assert "mock:rude" in waiting(run)
    assert run.done("enforce").get("dry_run", 0) == 0


def test_a_protected_comment_needs_a_second_officer(small_office: CommandLine) -> None:
    run = small_office
    run.done("collect")
    run.done("assess")
    words = ["--verdict", "remove", "--reason", "OM-5-INA-1"]
    proposed = run.done("decide", "mock:wet", *words, "--by", "amina")
    assert proposed["awaits_second"] and proposed["action"] is None
    assert run("decide", "mock:wet", *words, "--by", "amina").code == 1
    confirmed = run.done("decide", "mock:wet", *words, "--by", "bilal")
    assert confirmed["action"] is not None


def test_a_failed_sweep_is_a_record_and_exit_code_1(small_office: CommandLine) -> None:
    office = small_office
    wrong = CommandLine(home=office.home, settings={**office.settings, "SUNWAI_MOCK_TOKEN": "no"})
    ran = wrong("collect", "--json")
    assert ran.code == 1
    sweep = ran.json["sweeps"][0]
    assert sweep["outcome"] == "failed" and "token" in sweep["error"].lower()
