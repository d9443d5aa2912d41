"""Verbs of judgement: score, evaluate, train, assess."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sunwai.cli import AsJson, BadUsage, app, existing, house, refused_as_failure, say
from sunwai.scoring import ENGINES

if TYPE_CHECKING:
    from sunwai.wiring import House

EngineName = Annotated[
    str | None, typer.Option(help="builtin, detoxify or both; by default what the settings say.")
]


def _judges(engine: str | None, calibration: int | None = None) -> tuple[Any, Any]:
    from sunwai.scoring import judges

    if engine is not None and engine not in ENGINES:
        raise BadUsage(f"--engine {engine}: it is one of {', '.join(ENGINES)}.")
    if calibration:
        _ = house().ready_db  # without a database no version can be the one that was named
    return judges(engine, calibration)


@app.command(
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
    add_help_option=False,
)
def score(typed: typer.Context) -> None:
    """Judge texts from a file: one line of answer for each line of question, as a stream."""
    from sunwai import scoring

    scoring.score(typed.args)


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
    from sunwai.measuring import NoRows, measure, table

    existing(data)
    reader, policy = _judges(engine, calibration)
    with (
        data.open(encoding="utf-8-sig", errors="surrogateescape", newline="\n") as rows,
        refused_as_failure(NoRows),
    ):
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
    encoder: Annotated[
        Path | None,
        typer.Option(help="Folder of a pretrained encoder: vocab.txt and model.safetensors."),
    ] = None,
) -> None:
    """Make the shipped model again from labelled data, with its card and figures."""
    from moderation.training.encoder import EncoderMissing
    from moderation.training.train import train as make

    if not data.is_dir():
        raise BadUsage(f"--data {data}: there is no such folder.")
    if beside is not None and not beside.is_dir():
        raise BadUsage(f"--beside {beside}: there is no such folder.")
    with refused_as_failure(EncoderMissing):
        make(data, out, seed=seed, licence_clear=licence_clear, beside=beside, encoder=encoder)
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

    from moderation.learning.drafts import DraftRefused
    from moderation.learning.reassess import AlreadyRuns, assess_again
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
