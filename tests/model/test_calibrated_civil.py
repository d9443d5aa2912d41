"""A calibration of an invented page never flags more civil sentences by the shipped model."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from data.model import Language, Reading, Verdict
from moderation.judging.calibration import Calibration, calibrated, calibration_from_json
from moderation.judging.policy import DEFAULT_POLICY, judge
from moderation.judging.read import Reader
from moderation.judging.score import is_flagged
from moderation.learning.calibrate import CalibrationRefused
from moderation.learning.calibrate_guard import GUARD
from moderation.signals.builtin import load_builtin
from tests.unit.calibrate_helpers import Page, ScoreReader, a_page

PAIRS = Path(__file__).parent / "pairs.jsonl"
COUNT = 600


def rows(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def read() -> list[tuple[str, str, Reading]]:
    """(text, role, reading) of the pairs and of the shipped civil sentences."""
    held = [(r["text"], r["role"]) for r in rows(PAIRS)]
    held += [(r["text"], "civil") for r in rows(GUARD)]
    readings = Reader(load_builtin()).read([text for text, _ in held])
    return [(t, role, r) for (t, role), r in zip(held, readings, strict=True)]


class ShippedReader(ScoreReader):
    """Reads the civil guard with the shipped model."""

    def read(self, texts: Sequence[str]) -> list[Reading]:
        return Reader(load_builtin()).read(texts)


def fitted(page: Page, read: list[tuple[str, str, Reading]], shift: float) -> Calibration | None:
    """What a page gives whose officers think a score worth this much more or less; a blind sample
    of one in two reaches below the queue point."""
    chance = random.Random(5)
    raws = [r.value("toxicity") or 0.01 for _, _, r in read if r.language is Language.EN]
    loud = [raw for raw in raws if raw >= 0.5]
    with page.db.write() as page.tx:
        for n in range(COUNT):
            raw = round(chance.choice(loud if n % 2 else raws), 4)
            worth = 1 / (1 + math.exp(-(math.log(raw / (1 - raw)) + shift)))
            verdict = Verdict.REMOVE if chance.random() < worth else Verdict.KEEP
            told = {} if raw >= 0.5 else {"rate": 0.5}
            page.decided(raw, verdict, text=f"{raw} n{n}", **told)
    page.tx = None
    try:
        body = page.calibrate(reader=ShippedReader()).body
        return calibration_from_json(body, version=1)
    except CalibrationRefused:
        return None


def civil_flags(read: list[tuple[str, str, Reading]], calibration: Calibration | None) -> int:
    judged = [
        judge(calibrated(reading, calibration, text), DEFAULT_POLICY)
        for text, role, reading in read
        if role in ("protected", "civil")
    ]
    return sum(map(is_flagged, judged))


@pytest.mark.parametrize("shift", [-2.0, -1.0, 0.0, 1.0, 2.0])
def test_civil_sentences_are_never_flagged_more_whatever_the_page_teaches(
    read: list[tuple[str, str, Reading]], shift: float
) -> None:
    with a_page() as page:
        made = fitted(page, read, shift)
    assert sum(role in ("protected", "civil") for _, role, _ in read) > 400
    assert civil_flags(read, made) <= civil_flags(read, None)
    if shift == -2.0:
        assert made is not None
