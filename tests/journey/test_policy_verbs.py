"""An office changes its policy and calibrates on the command line, as the handbook shows it."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.db import Database
from data.documents import DocumentKind
from data.store import users
from moderation.learning.drafts import make_draft
from tests.journey.command_line import CommandLine
from tests.unit.calibrate_helpers import a_page


@pytest.fixture
def run(tmp_path: Path) -> CommandLine:
    made = CommandLine(home=tmp_path, settings={})
    assert made("init").code == 0
    for name, role in (("amina", "administrator"), ("samina", "senior"), ("omar", "officer")):
        assert made("user", "add", name, "--role", role).code == 0
    return made


def test_an_office_changes_its_policy_with_two_people(run: CommandLine) -> None:
    file = run.home / "policy.toml"
    run.done("policy", "export", str(file))
    shown = run("policy", "show")
    assert shown.out == file.read_text("utf-8") and "[queue]" in shown.out
    text = file.read_text("utf-8").replace("toxicity = 0.5", "toxicity = 0.45")
    file.write_text(text.replace("watch_words = []", 'watch_words = ["tanker"]'), "utf-8")
    refused = run("policy", "import", str(file), "--by", "omar")
    assert refused.code == 1 and "omar is officer" in refused.err
    refused = run("policy", "import", str(file), "--by", "nobody")
    assert refused.code == 1 and "no user 'nobody'" in refused.err
    draft = run.done("policy", "import", str(file), "--by", "amina", "--note", "From the law desk")
    assert draft["draft"] == 2 and len(draft["changes"]) == 2
    assert [d["version"] for d in run.done("policy", "drafts")["drafts"]] == [2]
    assert run("policy", "approve", "2", "--by", "amina").code == 1
    without = run("policy", "approve", "2", "--by", "samina")
    assert without.code == 1 and "shadow run" in without.err
    shadow = run.done("policy", "shadow", "2", "--by", "amina", "--days", "30")
    assert shadow["comments"] == 0 and shadow["policy"] == 2
    approved = run.done("policy", "approve", "2", "--by", "samina")
    assert approved == {"policy": 2, "approved_by": "samina", "shadow": 1}
    assert 'watch_words = ["tanker"]' in run("policy", "show").out
    states = [v["state"] for v in run.done("policy", "history")["versions"]]
    assert states == ["in force", "replaced"]
    told = run("policy", "diff", "1", "2").out
    assert "queue.toxicity: 0.5 → 0.45 (more is flagged: abusive text)" in told
    assert run.done("assess", "--again")["again"]["assessed"] == 0
    assert run.done("audit", "verify")["broken_at"] is None


def test_a_draft_is_rejected_with_a_reason(run: CommandLine) -> None:
    file = run.home / "policy.toml"
    file.write_text("[queue]\nspam = 0.9\n", "utf-8")
    run.done("policy", "import", str(file), "--by", "samina")
    assert run("policy", "reject", "2", "--by", "amina").code == 2
    run.done("policy", "reject", "2", "--by", "amina", "--reason", "Too lax")
    assert run("policy", "approve", "2", "--by", "amina").code == 1
    assert run("policy", "drafts").out.strip() == "no draft waits"


def test_a_faulty_document_names_every_fault_and_nothing_is_imported(run: CommandLine) -> None:
    file = run.home / "bad.toml"
    file.write_text("[queue]\ntoxicity = 2\nfoo = 1\n[lists]\nwatch_words = 3\n", "utf-8")
    ran = run("policy", "import", str(file), "--by", "amina")
    assert ran.code == 1 and "nothing was imported; faults: 3" in ran.err
    for key in ("queue.foo", "queue.toxicity: found 2; allowed", "lists.watch_words: found 3"):
        assert key in ran.err
    file.write_bytes(b"\xff\xfe[queue]")
    ran = run("policy", "import", str(file), "--by", "amina")
    assert ran.code == 1 and "UTF-8" in ran.err and "Traceback" not in ran.err
    assert run.done("policy", "drafts") == {"drafts": []}


def test_wrong_versions_are_told(run: CommandLine) -> None:
    assert run("policy", "show", "7").code == 2
    assert run("policy", "diff", "1", "7").code == 2
    assert run("policy", "shadow", "7", "--by", "amina").code == 1
    assert run("calibrate", "show", "7").code == 2
    assert run("calibrate", "approve", "7", "--by", "amina").code == 1


def test_too_few_decisions_are_refused_and_nothing_is_drafted(run: CommandLine) -> None:
    ran = run("calibrate", "--by", "amina")
    assert ran.code == 1 and "no language may be calibrated" in ran.err
    assert run("calibrate").code == 2
    refused = run("calibrate", "--by", "omar")
    assert refused.code == 1 and "omar is officer" in refused.err
    assert run.done("calibrate", "history") == {"versions": []}
    assert run("calibrate", "--back", "--by", "amina", "--reason", "An invented reason").code == 1


def test_a_calibration_is_approved_by_a_second_person_and_gone_back_from(
    run: CommandLine,
) -> None:
    with a_page() as page:
        page.shifted(400)
        body = page.calibrate().body
    db = Database(f"sqlite:///{run.home}/var/sunwai.db")
    with db.write() as tx:
        amina = users.user_by_name(tx, "amina")
        assert amina is not None
        make_draft(tx, DocumentKind.CALIBRATION, body, by=amina, now=amina.created_at)
    db.close()
    assert "log-odds times" in run("calibrate", "show", "1").out
    why = ("--reason", "Tried by hand on paper before.")
    assert run("calibrate", "approve", "1", "--by", "amina", *why).code == 1
    run.done("calibrate", "approve", "1", "--by", "samina", *why)
    questions, answers = run.home / "in.jsonl", run.home / "out.jsonl"
    questions.write_text('{"text": "The road is dark."}\n', "utf-8")
    scored = run("score", "--in", str(questions), "--out", str(answers))
    assert scored.code == 0 and "is left out" in scored.err  # made for an invented engine
    back = run.done("calibrate", "--back", "--by", "samina", *why)
    assert back == {"in_force": None}
    (kept,) = run.done("calibrate", "history")["versions"]
    assert (kept["state"], kept["withdrawn_by"]) == ("withdrawn", "samina")
