"""Answers written by columns: each says what its Reading and Judgement say, whoever reads."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from data.model import Coverage, Flag, Judgement, Language, Reading
from moderation.judging.answers import Answers, is_flagged
from moderation.judging.calibrated_reader import CalibratedReader
from moderation.judging.calibration import Calibration, Curve
from moderation.judging.policy import DEFAULT_POLICY, Lists, Policy, judge
from moderation.judging.read import Reader
from moderation.judging.score import score_lines
from moderation.signals.builtin import load_builtin
from moderation.signals.engine import KINDS, EngineScore, ToxicityEngine
from tests.unit.judgement_helpers import DeadEngine, PickyEngine, WordEngine

CASES = Path(__file__).parents[1] / "model" / "functional.jsonl"
ODD = [
    "", "   ", "😂😂😂", "12345", "f o o l  you", "x" * 3000, "paani nahi hai " * 300,
    "\ud800 fool",
    "پشتو ښه ده", "यह सड़क टूटी है", "visit https://example.org/win 100% free prize",
    "call me 0300-1234567", "his card is 35202-1234567-1", "poison", "bijli ka 50% bill aur fool",
    "he called me a fool", "WHERE IS THE WATER IN OUR STREET TODAY", "the watchword is here",
    "I will kill you and your family today", "fool 😂😂😂😂😂😂😂😂😂😂",
]  # fmt: skip


@cache
def engine() -> ToxicityEngine:
    return load_builtin()


@cache
def texts() -> list[str]:
    lines = CASES.read_text("utf-8").splitlines()
    return ODD + [json.loads(line)["text"] for line in lines]


class ManyScores(WordEngine):
    """A number for each text, some of them on a point of the policy; no head for some kinds."""

    def __init__(self, *left_out: str) -> None:
        super().__init__()
        self.left_out = left_out

    def one(self, text: str, language: Language) -> EngineScore:
        n = sum(map(ord, text))
        values = [(n * k % 41) / 40 for k in (3, 5, 7, 11)]
        kinds = {k: v for k, v in zip(KINDS, values, strict=True) if k not in self.left_out}
        return EngineScore(toxicity=(n % 101) / 100, kinds=kinds, note="50 %" if n % 3 else "")


class NoScores(WordEngine):
    def one(self, text: str, language: Language) -> EngineScore:
        wrong = (float("nan"), 1.5, -0.1, float("inf"))[len(text) % 4]
        return EngineScore(toxicity=wrong, kinds=dict.fromkeys(KINDS, wrong))


READERS = {
    "builtin": lambda: Reader(engine()),
    "builtin with lists": lambda: Reader(
        engine(), lists=Lists(watch_words=("watchword",), official_numbers=("0300-1234567",))
    ),
    "calibrated": lambda: CalibratedReader(engine(), calibration=a_calibration()),
    "no engine": lambda: Reader(None, absent="the model file is 100% gone"),
    "dead": lambda: Reader(DeadEngine()),
    "picky": lambda: Reader(PickyEngine("fool")),
    "few languages": lambda: Reader(WordEngine("fool", covered=[Language.EN])),
    "many scores": lambda: Reader(ManyScores()),
    "no threats": lambda: Reader(ManyScores("threat")),
    "no slurs": lambda: Reader(ManyScores("slur", "threat")),
    "no scores": lambda: Reader(NoScores()),
}
POLICIES = {
    "default": DEFAULT_POLICY,
    "moved": replace(
        DEFAULT_POLICY,
        version=4,
        by_language={Language.EN: 0.3, Language.UR_LATN: 0.7},
        severe_by_language={Language.EN: 0.35, Language.UR: 0.9},
        weak_toxicity=0.2,
    ),
    "few needed": replace(DEFAULT_POLICY, needed=("toxicity",)),
    "all or nothing": replace(
        DEFAULT_POLICY,
        queue=replace(DEFAULT_POLICY.queue, toxicity=0.0, insult=0.0, spam=0.0, threat=1.0),
        severe=replace(DEFAULT_POLICY.severe, toxicity=1.0, obscene=0.5, threat=1.0),
    ),
}


def a_calibration() -> Calibration:
    curves = {
        Language.EN: Curve(slope=1.5, shift=0.7, point=0.5, raises_below=True),
        Language.UR_LATN: Curve(slope=0.5, shift=-0.7, point=0.5, raises_below=False),
    }
    residual = {Language.EN: {n: 0.1 for n in range(0, 1 << 15, 3)}}
    name, version = engine().name, engine().version
    return Calibration(
        version=7, engine=name, engine_version=version, curves=curves, residual=residual
    )


def told(id_: object, reading: Reading, judgement: Judgement) -> dict[str, object]:
    """An answer by the Reading and the Judgement, as the contract says it."""
    shown = ("obscene", "slur", "insult", "threat", "hatred", "sectarian", "personal_data", "spam")
    kinds = {name: reading.value(name) for name in shown}
    menace = reading.value("menace")
    if menace is not None:
        kinds["threat"] = max(kinds["threat"] or 0.0, menace)
    return {
        "id": id_,
        "language": reading.language.value,
        "coverage": reading.coverage.value,
        "toxicity": rounded(reading.value("toxicity")),
        "flag": is_flagged(judgement),
        "queue": judgement.flag.value,
        "kinds": {name: rounded(value) for name, value in kinds.items()},
        "reasons": [reason.value for reason in judgement.reasons],
        "protected": judgement.protected,
        "feedback": [kind.value for kind in reading.feedback],
        "why": [why.text for why in judgement.why],
    }


def rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def lines_of(given: Sequence[str], reader: Reader, policy: Policy) -> list[str]:
    rows = [json.dumps({"id": n, "text": text}) for n, text in enumerate(given)]
    return list(score_lines(rows, reader, policy, batch=100))


@cache
def read_by(reader: str) -> tuple[Reader, list[Reading]]:
    made = READERS[reader]()
    return made, made.read(texts())


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("reader", READERS)
def test_every_line_says_what_the_reading_and_the_judgement_say(reader: str, policy: str) -> None:
    (made, readings), under = read_by(reader), POLICIES[policy]
    expected = [
        json.dumps(told(n, reading, judge(reading, under))) for n, reading in enumerate(readings)
    ]
    assert lines_of(texts(), made, under) == expected


def test_a_line_is_the_same_whichever_text_its_form_was_made_of() -> None:
    forth, back = (Reader(engine()) for _ in range(2))
    lines = lines_of(texts(), forth, DEFAULT_POLICY)
    turned = lines_of(texts()[::-1], back, DEFAULT_POLICY)[::-1]
    last = len(lines) - 1
    assert [x.replace(f'"id": {last - n},', f'"id": {n},', 1) for n, x in enumerate(turned)] == (
        lines
    )


def test_readers_that_share_a_name_but_not_what_they_cover_answer_each_for_itself() -> None:
    text = "hello my friends here"
    few = WordEngine("fool", covered=[Language.UR])
    for made, expected in ((WordEngine("fool"), "covered"), (few, "not_covered")):
        (line,) = lines_of([text], Reader(made), DEFAULT_POLICY)
        assert json.loads(line)["coverage"] == expected


def test_a_policy_that_is_changed_counts_at_once() -> None:
    reader = Reader(WordEngine("fool"))
    strict = replace(DEFAULT_POLICY, queue=replace(DEFAULT_POLICY.queue, toxicity=0.01))
    flags = [
        json.loads(lines_of(["hello my friends here"], reader, policy)[0])["flag"]
        for policy in (DEFAULT_POLICY, strict, DEFAULT_POLICY)
    ]
    assert flags == [False, True, False]


def test_scores_are_written_as_round_writes_them() -> None:
    """Also those whose product with ten thousand lies on a half only because it is rounded."""
    rng = np.random.default_rng(3)
    halves = (rng.integers(0, 10_000, 3000) + 0.5) / 10_000
    values = np.concatenate(
        [halves, np.nextafter(halves, 0), np.nextafter(halves, 1), rng.random(3000), [0.0, 1.0]]
    )

    class Given(WordEngine):
        def one(self, text: str, language: Language) -> EngineScore:
            value = float(values[int(text.split()[-1])])
            return EngineScore(toxicity=value, kinds=dict.fromkeys(KINDS, value))

    lines = lines_of([f"hello my friends {n}" for n in range(values.size)], Reader(Given()),
                     DEFAULT_POLICY)  # fmt: skip
    assert [json.loads(x)["toxicity"] for x in lines] == [round(v, 4) for v in values.tolist()]


def test_forms_that_are_kept_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moderation.judging.answers._MOST", 5)
    reader, answers = Reader(ManyScores()), Answers(DEFAULT_POLICY)
    for at in range(0, len(texts()), 10):
        for places, sheet in reader.sheets(texts()[at : at + 10]):
            assert len(answers.lines(list(places), sheet)) == len(places)
            assert len(answers._forms) <= 5 + 10


def test_text_that_no_engine_judged_is_not_checked_and_never_a_number() -> None:
    for line in lines_of(texts(), Reader(NoScores()), DEFAULT_POLICY):
        answer = json.loads(line)
        assert answer["toxicity"] is None
        assert answer["coverage"] in (Coverage.NOT_CHECKED, Coverage.NOT_COVERED)
        assert answer["queue"] != Flag.NONE
