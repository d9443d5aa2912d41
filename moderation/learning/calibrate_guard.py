"""The civil guard: invented criticism, complaints and plain speech that must not be flagged more.

The sentences are part of the product (guard_civil.jsonl, four languages), so that an office whose
decisions hold none of a kind is held to it all the same.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from data.reading import Flag, Language, Reading
from moderation.judging.calibration import Calibration, calibrated
from moderation.judging.policy import judge
from moderation.judging.rereading import Rereader, Side
from moderation.judging.score import is_flagged

GUARD = Path(__file__).parent / "guard_civil.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardRow:
    """A civil sentence of the shipped set, as the engine reads it."""

    text: str
    reading: Reading


def guard_rows(rereader: Rereader, live: Side, path: Path = GUARD) -> list[GuardRow]:
    """The shipped civil sentences, read by the engine that judges."""
    texts = [json.loads(line)["text"] for line in path.read_text("utf-8").splitlines() if line]
    readings = rereader.reader_with(live.policy.lists).read(texts)
    return [GuardRow(text=t, reading=r) for t, r in zip(texts, readings, strict=True)]


def worse_on_guard(
    civil: Sequence[GuardRow], language: Language, live: Side, made: Calibration
) -> str:
    """Why a calibration of one language may not be, empty where it may."""
    mine = [x for x in civil if x.reading.language is language]
    was = guard_flags(mine, live, live.calibration)
    now = guard_flags(mine, live, made)
    for words, before, after in zip(("flagged", "severe"), was, now, strict=True):
        if after > before:
            return f"civil sentences of the shipped set {words} would rise from {before} to {after}"
    return ""


def guard_flags(
    rows: Sequence[GuardRow], live: Side, calibration: Calibration | None
) -> tuple[int, int]:
    """How many civil sentences are flagged, and severe, under a calibration."""
    judged = [judge(calibrated(x.reading, calibration, x.text), live.policy) for x in rows]
    return sum(map(is_flagged, judged)), sum(j.flag is Flag.SEVERE for j in judged)
