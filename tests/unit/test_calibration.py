"""A calibration: numbers only, put on after the engine, taken off without a trace."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.model import Language, Reading
from moderation.judging.calibrated_reader import CalibratedReader
from moderation.judging.calibration import (
    RAW,
    Calibration,
    CalibrationDamaged,
    Curve,
    buckets_of,
    calibrated,
    calibration_from_json,
    calibration_to_json,
    told_in,
    uncalibrated,
)
from moderation.signals.names import NAMES
from tests.unit.calibrate_helpers import a_score
from tests.unit.judgement_helpers import WordEngine

CURVES = st.builds(
    Curve,
    slope=st.floats(0.05, 5).map(lambda x: round(x, 6)),
    shift=st.floats(-6, 6).map(lambda x: round(x, 6)),
    point=st.floats(0.05, 0.95),
    raises_below=st.booleans(),
)
SCORES = st.floats(0, 1)


def a_calibration(curve: Curve | None = None, **told: Any) -> Calibration:
    used = curve or Curve(slope=1.0, shift=-1.0, point=0.5, raises_below=False)
    facts: dict[str, Any] = {"version": 3, "engine": "test", "engine_version": "1",
                             "curves": {Language.EN: used}}  # fmt: skip
    return Calibration(**(facts | told))


@given(CURVES, SCORES, SCORES)
def test_a_higher_score_never_comes_out_lower(curve: Curve, one: float, two: float) -> None:
    low, high = sorted((one, two))
    assert curve.value(low) <= curve.value(high) + 1e-12


@given(CURVES, SCORES, st.floats(-1, 1))
def test_a_score_stays_a_score(curve: Curve, raw: float, extra: float) -> None:
    assert 0.0 <= curve.value(raw, extra) <= 1.0
    assert curve.value(0.0, extra) == 0.0


@given(CURVES, SCORES, st.floats(-1, 1))
def test_below_the_point_nothing_rises_where_nothing_is_known(
    curve: Curve, raw: float, extra: float
) -> None:
    known = replace(curve, raises_below=False)
    if raw < known.point:
        assert known.value(raw, extra) <= raw


@given(CURVES, SCORES)
def test_what_was_put_on_comes_off_without_a_trace(curve: Curve, raw: float) -> None:
    reading = a_score(raw)
    once = calibrated(reading, a_calibration(curve), "x")
    assert once.calibration == 3 and once.value(RAW) == raw
    assert uncalibrated(once) == reading
    assert calibrated(once, a_calibration(curve), "x") == once
    assert calibrated(once, None, "x") == reading


def test_a_language_without_a_curve_and_a_missing_score_stay_as_they_are() -> None:
    for reading in (a_score(0.7, language=Language.UR), a_score(None)):
        named = calibrated(reading, a_calibration(), "x")
        assert named == reading._replace(calibration=3)
        assert uncalibrated(named) == reading


def test_the_score_names_the_calibration_that_made_it() -> None:
    found: Reading = calibrated(a_score(0.7), a_calibration(), "x")
    first = next(s for s in found.signals if s.name == "toxicity")
    assert first.version == "engine 1, calibration 3"


def test_a_calibration_of_another_engine_is_left_out() -> None:
    curves = {"curves": {Language.EN: Curve(slope=1, shift=-3, point=0.5, raises_below=False)}}
    text = "you vile people, the water is late"
    for version, expected in (("1", 3), ("2", None)):
        made = a_calibration(engine="fake", engine_version=version, **curves)
        (reading,) = CalibratedReader(WordEngine("vile"), calibration=made).read([text])
        assert reading.calibration == expected
        assert (reading.value("toxicity") == 0.9) == (expected is None)
    (dead,) = CalibratedReader(None, calibration=a_calibration()).read([text])
    assert dead.calibration is None and dead.value("toxicity") is None


def test_names_of_groups_and_people_never_move_a_score() -> None:
    weights = {b: 1.0 for word in ("zorble", *sorted(NAMES)) for b in buckets_of(word)}
    made = a_calibration(residual={Language.EN: weights})
    plain = made.score(Language.EN, 0.6, "a family in our street")
    for name in ("shia", "sunni", "hindu", "punjabi", "شیعہ"):
        assert made.score(Language.EN, 0.6, f"a {name} family in our street") == plain
    assert made.score(Language.EN, 0.6, "a zorble family in our street") > plain


# ------------------------------------------------------------------------------ the document


@given(CURVES, st.dictionaries(st.integers(0, 32767), st.floats(-1, 1), max_size=5))
def test_a_written_calibration_is_read_back_the_same(curve: Curve, words: dict[int, float]) -> None:
    made = a_calibration(curve, residual={Language.EN: words} if words else {})
    body = calibration_to_json(made, {"notes": ["one"]})
    assert calibration_from_json(body, version=3) == made
    assert calibration_to_json(calibration_from_json(body, version=3), {"notes": ["one"]}) == body
    assert told_in(body) == {"notes": ["one"]}


def damaged(**changes: Any) -> str:
    document = json.loads(calibration_to_json(a_calibration(), {}))
    language = document["languages"]["en"]
    for key, value in changes.items():
        (document if key in document else language)[key] = value
    return json.dumps(document)


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ("{", "not JSON"),
        ("[]", "the document must be an object"),
        ("{}", "form must be"),
        (damaged(form="other"), "form must be"),
        (damaged(slope=0.0), "languages.en.slope"),
        (damaged(slope=float("nan")), "languages.en.slope"),
        (damaged(slope="1"), "languages.en.slope must be a number"),
        (damaged(shift=99), "languages.en.shift"),
        (damaged(point=True), "languages.en.point must be a number"),
        (damaged(raises_below=1), "raises_below must be true or false"),
        (damaged(words=[]), "languages.en.words must be an object"),
        (damaged(words={"-1": 0.1}), "languages.en.words.-1"),
        (damaged(words={"99999": 0.1}), "languages.en.words.99999"),
        (damaged(words={"١": 0.1}), "languages.en.words"),
        (damaged(words={"1": 7}), "languages.en.words.1"),
        (damaged(words={str(n): 0.1 for n in range(5000)}), "more than 4000"),
        (damaged(languages={"xx": {}}), "languages.xx"),
        (damaged(languages=3), "languages must be an object"),
        (damaged(engine=3), "engine must be text"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_a_damaged_calibration_is_refused_by_its_place(body: str, named: str) -> None:
    with pytest.raises(CalibrationDamaged) as caught:
        calibration_from_json(body, version=1)
    assert named in str(caught.value)
