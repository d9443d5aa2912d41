"""`sunwai score`: texts of a file judged as a stream.

Programs ask for it again and again, a file at a time, so it starts without the other verbs: typer
and the pydantic that it loads took a quarter of the time to the first answer.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from argparse import Namespace

    from moderation.judging.calibration import Calibration
    from sunwai.settings import Settings
    from sunwai.wiring import House

ENGINES = ("builtin", "detoxify", "both")


def score(words: Sequence[str]) -> None:
    """The verb, given what was typed after it. Wrong usage ends the program with exit code 2."""
    from sunwai.settings import one_thread_for_numpy

    typed = _parsed(words)
    one_thread_for_numpy()
    from moderation.judging.score import score_lines

    reader, policy = judges(typed.engine)
    lines = errors = 0
    with (
        typed.source.open(encoding="utf-8-sig", errors="surrogateescape", newline="\n") as asked,
        typed.out.open("w", encoding="utf-8", errors="backslashreplace") as answers,
    ):
        for answer in score_lines(asked, reader, policy):
            answers.write(answer + "\n")
            lines += 1
            errors += '"error":' in answer
    if typed.as_json:
        result = {"lines": lines, "errors": errors, "out": str(typed.out)}
        print(json.dumps(result, ensure_ascii=False))
    else:
        print(f"{lines} lines judged, {errors} of them answered by an error: {typed.out}")


def _parsed(words: Sequence[str]) -> Namespace:
    from argparse import ArgumentParser

    parser = ArgumentParser(
        "sunwai score", description="Judge texts from a file: one line of answer for each line."
    )
    add = parser.add_argument
    add("--in", dest="source", type=Path, required=True, help="JSON Lines; each has `text`.")
    add("--out", type=Path, required=True, help="Where the answers go, line by line.")
    add("--engine", choices=ENGINES, help="By default what the settings say.")
    add("--json", dest="as_json", action="store_true", help="Print one JSON object, nothing else.")
    typed = parser.parse_args(words)
    if not typed.source.is_file():
        what = "is a folder" if typed.source.is_dir() else "does not exist"
        parser.error(f"{typed.source} {what}; give the path of a file.")
    if not typed.out.parent.is_dir():
        parser.error(f"--out {typed.out}: there is no such folder as {typed.out.parent}.")
    if typed.out.exists() and typed.out.samefile(typed.source):
        parser.error(f"--out {typed.out} is the file that --in names: it would be lost.")
    return typed


def judges(engine: str | None, calibration: int | None = None) -> tuple[Any, Any]:
    """(reader, policy): the office's own where a database stands, else the shipped defaults.

    ``engine`` is one of ENGINES, None for what the settings say. ``calibration`` names a version,
    0 for the engine's own scores, None for the one in force.
    """
    from moderation.judging.read import Reader
    from sunwai.engines import build_engine
    from sunwai.settings import load

    found = load()  # without logging, which costs more to set up than a comment to judge
    policy, own = _office(found, calibration)
    built, absent = build_engine(engine or found.text("judgement.engine"), found.models)
    if built is None:
        print(f"sunwai: no engine: {absent}", file=sys.stderr)
        return Reader(None, lists=policy.lists, absent=absent), policy
    if own is None:
        return Reader(built, lists=policy.lists), policy
    from moderation.judging.calibrated_reader import CalibratedReader

    reader = CalibratedReader(built, lists=policy.lists, calibration=own)
    if reader.calibration is None:
        told = f"calibration {own.version} was made for {own.engine} {own.engine_version}"
        print(f"sunwai: {told}, not for {reader.engine_name}: it is left out", file=sys.stderr)
    return reader, policy


def _office(found: Settings, calibration: int | None) -> tuple[Any, Any]:
    """The policy and the calibration; without a database, which is not even loaded then, the
    shipped policy and none."""
    from moderation.policies.policy_document import DEFAULT_POLICY

    own = found.database_url.removeprefix("sqlite:///")
    if found.database_url != own and not Path(own).exists():
        return DEFAULT_POLICY, None
    from data.db import DatabaseUnreadable
    from sunwai.wiring import House, NotReady

    try:
        home = House(settings=found)
        return home.policy(), _calibration_to_use(home, calibration)
    except (NotReady, DatabaseUnreadable):
        return DEFAULT_POLICY, None


def _calibration_to_use(house: House, version: int | None) -> Calibration | None:
    """The named version, for measuring; None names the one in force, 0 the engine's own scores."""
    from data.documents import DocumentKind
    from data.store import documents
    from moderation.judging.calibration import CalibrationDamaged
    from moderation.learning.drafts import calibration_in_force, calibration_of
    from sunwai.failing import Failed

    if version == 0:
        return None
    try:
        with house.ready_db.read() as tx:
            if version is None:
                return calibration_in_force(tx)
            found = documents.document(tx, DocumentKind.CALIBRATION, version)
            if found is not None:
                return calibration_of(found)
    except CalibrationDamaged as error:
        raise Failed(f"{error}. Go back by: sunwai calibrate --back") from error
    from sunwai.cli import BadUsage

    raise BadUsage(f"--calibration {version}: there is no such version.")
