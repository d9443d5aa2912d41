"""Every verb says what it does, keeps its exit codes, and starts without heavy imports."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
import typer
from typer.main import get_command

from tests.journey.command_line import CommandLine

HEAVY = ("sqlalchemy", "polars", "dash", "plotly", "numpy", "sklearn", "torch", "weasyprint")


def verbs() -> Iterator[tuple[tuple[str, ...], str]]:
    """(words, help) of every verb, however deep."""
    from sunwai import cli

    for module in cli.VERBS:
        import_module(f"sunwai.{module}")
    todo = [((), get_command(cli.app))]
    while todo:
        words, command = todo.pop()
        below = getattr(command, "commands", {})
        if not below:
            yield words, command.help or ""
        todo += [((*words, name), each) for name, each in below.items()]


@pytest.mark.parametrize(("words", "told"), sorted(verbs()), ids=lambda x: str(x)[:40])
def test_every_verb_has_help_of_a_sentence(words: tuple[str, ...], told: str) -> None:
    first = told.split("\n\n")[0]
    assert len(first.split()) >= 4 and first.rstrip().endswith("."), (words, told)


def test_the_contract_verbs_are_all_there() -> None:
    known = {" ".join(words) for words, _ in verbs()}
    assert known >= {
        "init",
        "demo load",
        "serve",
        "schedule",
        "run",
        "import",
        "collect",
        "assess",
        "enforce",
        "score",
        "evaluate",
        "queue list",
        "decide",
        "report",
        "audit verify",
        "user add",
        "user disable",
        "user passwd",
        "doctor",
        "train",
    }


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['sunwai', '--help']\n"
        "from sunwai.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        f"print('HEAVY', [m for m in {HEAVY!r} if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip().endswith("HEAVY []")


NEEDLESS = (*HEAVY[:4], "sklearn", "scipy", "torch", "alembic", "typer", "structlog", "numpy.ma",
            "data.model", "secrets")  # fmt: skip


def test_a_first_score_loads_nothing_that_it_does_not_need(tmp_path: Path) -> None:
    """numpy.ma comes along with `np.unique` and `np.isin`: a tenth of all that is loaded."""
    asked = tmp_path / "asked.jsonl"
    lines = (
        "You are a fool.",
        "بجلی نہیں ہے",
        "paani kab aayega",
        "x@y.pk 0300-1234567",
        "f o o l",
    )
    asked.write_text("".join(json.dumps({"text": x}) + "\n" for x in lines), "utf-8")
    words = ["sunwai", "score", "--in", str(asked), "--out", str(tmp_path / "out.jsonl")]
    code = (
        f"import sys; sys.argv = {words!r}\n"
        "from sunwai.__main__ import main\n"
        "main()\n"
        f"print('NEEDLESS', [m for m in {NEEDLESS!r} if m in sys.modules])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"SUNWAI_HOME": str(tmp_path)},
    )
    assert ran.stdout.strip().endswith("NEEDLESS []")


@pytest.fixture
def run(tmp_path: Path) -> CommandLine:
    return CommandLine(home=tmp_path, settings={})


def test_a_wrong_setting_is_exit_code_2_and_names_the_key(run: CommandLine) -> None:
    (run.home / "sunwai.toml").write_text("[web]\nprot = 1\n", "utf-8")
    ran = run("init")
    assert ran.code == 2
    assert "web.prot" in ran.err and "Traceback" not in ran.err


@pytest.mark.parametrize(
    "words",
    [
        ["import", "/no/such/file", "--source", "s"],
        ["report", "--day", "tomorrow", "--out", "x"],
        ["no-such-verb"],
        ["score", "--in", "/no/such/file", "--out", "x"],
        ["evaluate", "--data", "/no/such/file"],
    ],
    ids=lambda w: w[0],
)
def test_wrong_usage_is_exit_code_2(run: CommandLine, words: list[str]) -> None:
    ran = run(*words)
    assert ran.code == 2, ran
    assert "Traceback" not in ran.err


def test_verbs_before_init_say_what_to_run(run: CommandLine) -> None:
    ran = run("queue", "list")
    assert ran.code == 1 and "sunwai init" in ran.err and "Traceback" not in ran.err


def test_an_unreadable_database_is_told_in_a_sentence(tmp_path: Path) -> None:
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"this is no database" * 100)
    run = CommandLine(home=tmp_path, settings={"SUNWAI_DATABASE_URL": f"sqlite:///{broken}"})
    for words in (["init"], ["queue", "list"]):
        ran = run(*words)
        assert ran.code == 1, ran
        assert "broken.db" in ran.err and "Traceback" not in ran.err
    ran = run("doctor", "--json")
    assert ran.code == 1 and not ran.json["ok"]


def test_a_server_that_is_down_is_told_without_its_password(tmp_path: Path) -> None:
    url = "postgresql://u:hush@127.0.0.1:1/x"
    ran = CommandLine(home=tmp_path, settings={"SUNWAI_DATABASE_URL": url})("init")
    assert ran.code == 1 and "hush" not in ran.err and "Traceback" not in ran.err


def test_score_answers_each_line_and_a_bad_one_by_an_error(run: CommandLine) -> None:
    asked = run.home / "in.jsonl"
    lines = ['{"id": 1, "text": "thank you"}', "not json", '{"id": 3}', '{"id": 4, "text": NaN}']
    asked.write_bytes("\n".join(lines).encode() + b'\n{"id": 5, "text": "\xff"}\n')
    told = run.done("score", "--in", str(asked), "--out", str(run.home / "out.jsonl"))
    assert (told["lines"], told["errors"]) == (5, 3)  # bytes that are no UTF-8 are judged as read
    answers = [json.loads(x) for x in (run.home / "out.jsonl").read_text("utf-8").splitlines()]
    assert answers[0]["id"] == 1 and answers[4]["id"] == 5
    assert answers[0]["flag"] is False and 0 <= answers[0]["toxicity"] <= 1
    assert all(a["error"] for a in answers[1:4])


def test_score_does_not_write_over_its_own_question(run: CommandLine) -> None:
    asked = run.home / "in.jsonl"
    asked.write_text('{"text": "thank you"}\n', "utf-8")
    ran = run("score", "--in", str(asked), "--out", str(run.home / "." / "in.jsonl"))
    assert ran.code == 2 and "would be lost" in ran.err
    assert asked.read_text("utf-8") == '{"text": "thank you"}\n'


def test_score_names_a_folder_that_is_not_there(run: CommandLine) -> None:
    asked = run.home / "in.jsonl"
    asked.write_text('{"text": "thank you"}\n', "utf-8")
    ran = run("score", "--in", str(asked), "--out", str(run.home / "none" / "out.jsonl"))
    assert ran.code == 2 and "there is no such folder" in ran.err


def test_evaluate_leaves_a_bad_row_out_by_its_line_and_goes_on(run: CommandLine) -> None:
    rows = run.home / "rows.jsonl"
    bad = ["not json", "[1]", '{"text": 5, "abusive": 1}', '{"text": "x", "abusive": NaN}']
    rows.write_bytes(
        b'{"text": "\xff x", "abusive": 1}\n' + "\n".join(bad).encode() + b"\n" + b"[" * 100_000
    )
    told = run.done("evaluate", "--data", str(rows))
    assert (told["n"], told["rejected"]) == (1, 5)
    assert [x["line"] for x in told["left_out"]] == [2, 3, 4, 5, 6]


def test_evaluate_refuses_a_file_without_a_row_that_can_be_used(run: CommandLine) -> None:
    rows = run.home / "rows.jsonl"
    rows.write_text('not json\n{"text": "x"}\n', "utf-8")
    ran = run("evaluate", "--data", str(rows), "--json")
    assert ran.code == 1 and "line 1" in ran.err


def test_evaluate_refuses_a_calibration_where_there_is_none_to_be_had(run: CommandLine) -> None:
    rows = run.home / "rows.jsonl"
    rows.write_text('{"text": "thank you", "abusive": 0}\n')
    ran = run("evaluate", "--data", str(rows), "--calibration", "9")
    assert ran.code != 0 and "sunwai init" in ran.err
    assert run("evaluate", "--data", str(rows), "--calibration", "0").code == 0


def test_evaluate_tells_its_measures(run: CommandLine) -> None:
    rows = run.home / "rows.jsonl"
    texts = [("you bloody idiot", 1), ("thank you for the road", 0)]
    rows.write_text("".join(json.dumps({"text": t, "abusive": a}) + "\n" for t, a in texts))
    told = run.done("evaluate", "--data", str(rows))
    assert told["n"] == 2
    wanted = {"macro_f1", "precision", "recall", "f1", "roc_auc", "pr_auc", "share_flagged", "ece"}
    assert wanted | {"by_language", "comments_per_second"} <= set(told)


def test_a_file_in_an_old_code_page_is_taken_once_the_page_is_named(run: CommandLine) -> None:
    run.done("init")
    file = run.home / "export.csv"
    rows = "id,replyCount,likeCount,publishedAt,authorName,text,authorChannelId,authorChannelUrl,"
    rows += "isReply,isReplyTo,isReplyToName\n"
    rows += "UgxInvented1AABAg,0,1,2026-01-01 10:00:00,@somebody,پانی کب آئے گا,UCinvented,,0,,\n"
    file.write_bytes(rows.replace("ے", "ي").replace("ی", "ي").encode("cp1256"))
    refused = run("import", str(file), "--source", "tube")
    assert refused.code == 1 and "cp1256" in refused.err
    assert run("import", str(file), "--source", "tube", "--encoding", "cp9999").code == 2
    taken = run.done("import", str(file), "--source", "tube", "--encoding", "cp1256")
    assert (taken["read"], taken["new"], taken["rejected"]) == (1, 1, 0)


def test_a_user_is_added_once_with_a_password_of_its_own(run: CommandLine) -> None:
    run.done("init")
    first = run("user", "add", "amina", "--role", "officer")
    assert first.code == 0 and "password: " in first.out
    assert run("user", "add", "amina", "--role", "officer").code == 2
    assert run("user", "add", "bilal", "--role", "king").code == 2
    assert run("user", "passwd", "nobody").code == 2
    assert run("user", "disable", "amina").code == 0


def test_typer_is_told_to_show_no_locals_in_a_trace() -> None:
    from sunwai.cli import app

    assert isinstance(app, typer.Typer)
    assert app.pretty_exceptions_enable is False
