"""Verbs of judgement: score, evaluate, train, assess."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sunwai.cli import AsJson, BadUsage, app, existing, house, refused_as_failure, say, settings
from sunwai.settings import Settings, load

if TYPE_CHECKING:
    from sunwai.wiring import House

ENGINES = ("builtin", "detoxify", "both")
EngineName = Annotated[
    str | None, typer.Option(help="builtin, detoxify or both; by default what the settings say.")
]


def _judges(engine: str | None, calibration: int | None = None) -> tuple[Any, Any]:
    """(reader, policy): the office's own where a database stands, else the shipped defaults.

    ``calibration`` names a version, 0 for the engine's own scores, None for the one in force.
    """
    from moderation.calibrated_reader import CalibratedReader
    from moderation.read import Reader
    from sunwai.engines import build_engine

    if engine is not None and engine not in ENGINES:
        raise BadUsage(f"--engine {engine}: it is one of {', '.join(ENGINES)}.")
    found = load()  # without logging, which costs more to set up than a comment to judge
    policy, own = _office(found, calibration)
    built, absent = build_engine(engine or found.text("judgement.engine"), found.models)
    if built is None:
        print(f"sunwai: no engine: {absent}", file=sys.stderr)
        return Reader(None, lists=policy.lists, absent=absent), policy
    if own is None:
        return Reader(built, lists=policy.lists), policy
    reader = CalibratedReader(built, lists=policy.lists, calibration=own)
    if reader.calibration is None:
        told = f"calibration {own.version} was made for {own.engine} {own.engine_version}"
        print(f"sunwai: {told}, not for {reader.engine_name}: it is left out", file=sys.stderr)
    return reader, policy


def _office(found: Settings, calibration: int | None) -> tuple[Any, Any]:
    """The policy and the calibration; without a database, which is not even loaded then, the
    shipped policy and none."""
    from moderation.policy_document import DEFAULT_POLICY

    own = found.database_url.removeprefix("sqlite:///")
    if found.database_url != own and not Path(own).exists():
        return DEFAULT_POLICY, None
    settings()  # sets logging up
    from data.db import DatabaseUnreadable
    from sunwai.calibrating import calibration_to_use
    from sunwai.wiring import House, NotReady

    try:
        home = House(settings=found)
        return home.policy(), calibration_to_use(home, calibration)
    except (NotReady, DatabaseUnreadable):
        return DEFAULT_POLICY, None


@app.command()
def score(
    source: Annotated[Path, typer.Option("--in", help="JSON Lines; each line has `text`.")],
    out: Annotated[Path, typer.Option("--out", help="Where the answers go, line by line.")],
    engine: EngineName = None,
    as_json: AsJson = False,
) -> None:
    """Judge texts from a file: one line of answer for each line of question, as a stream."""
    from moderation.score import score_lines

    existing(source)
    reader, policy = _judges(engine)
    lines = errors = 0
    with (
        source.open(encoding="utf-8-sig", errors="surrogateescape", newline="\n") as asked,
        out.open("w", encoding="utf-8", errors="backslashreplace") as answers,
    ):
        for answer in score_lines(asked, reader, policy):
            answers.write(answer + "\n")
            lines += 1
            errors += '"error":' in answer
    result = {"lines": lines, "errors": errors, "out": str(out)}
    say(result, as_json, f"{lines} lines judged, {errors} of them answered by an error: {out}")


@app.command()
def evaluate(
    data: Annotated[Path, typer.Option(help="JSON Lines with `text` and `abusive` or `civil`.")],
    engine: EngineName = None,
    calibration: Annotated[
        int | None, typer.Option(min=0, help="A version; 0: the engine's own scores.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Measure the judgement on labelled texts: F1, ranges, calibration, by language."""
    from sunwai.measuring import BadRow, measure, table

    existing(data)
    reader, policy = _judges(engine, calibration)
    with data.open(encoding="utf-8") as rows, refused_as_failure(BadRow, UnicodeDecodeError):
        told = measure(rows, reader, policy)
    say(told, as_json, lambda: table(told))


@app.command()
def train(
    data: Annotated[Path, typer.Option(help="Folder with the labelled sets.")],
    out: Annotated[Path, typer.Option(help="Folder that the model and its card are written to.")],
    seed: Annotated[int, typer.Option(help="Same data and seed give the same bytes.")] = 1,
    licence_clear: Annotated[
        bool, typer.Option(help="Only sets whose licence is stated as free.")
    ] = False,
    beside: Annotated[
        Path | None,
        typer.Option(help="Folder of a licence-clear variant; its figures go into the card too."),
    ] = None,
) -> None:
    """Make the shipped model again from labelled data, with its card and figures."""
    from moderation.training.train import train as make

    if not data.is_dir():
        raise BadUsage(f"--data {data}: there is no such folder.")
    if beside is not None and not beside.is_dir():
        raise BadUsage(f"--beside {beside}: there is no such folder.")
    make(data, out, seed=seed, licence_clear=licence_clear, beside=beside)
    print(f"model and card written to {out}")


@app.command()
def assess(
    again: Annotated[
        bool, typer.Option("--again", help="Also what another policy or engine judged.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Judge every comment that waits for it, and match themes."""
    from sunwai import jobs

    home = house()
    tally = jobs.assess_new(home)
    jobs.match_new(home)
    result: dict[str, Any] = {
        "assessed": tally.assessed,
        "flagged": tally.flagged,
        "not_checked": tally.not_checked,
    }
    line = f"{tally.assessed} judged: {tally.flagged} flagged, {tally.not_checked} not checked"
    if again:
        result["again"], told = _judged_again(home)
        line += f"\n{told}"
    say(result, as_json, line)


def _judged_again(home: House) -> tuple[dict[str, Any], str]:
    """Judges again all that something else judged, to the end."""
    from dataclasses import asdict

    from moderation.drafts import DraftRefused
    from moderation.reassess import AlreadyRuns, assess_again
    from sunwai import jobs
    from sunwai.changing import again
    from sunwai.schedule import owner_name

    jobs.retry_not_checked(home)
    with refused_as_failure(AlreadyRuns, DraftRefused):
        tally = assess_again(again(home, owner=owner_name(), by="command line"))
    told = f"{tally.assessed:,} judged again: {tally.changed:,} flags changed, the engine read "
    told += f"{tally.read:,} of them"
    if not tally.ended:
        told += "; stopped because the engine died: run it again"
    return asdict(tally), told if tally.assessed or not tally.ended else "nothing to judge again"
