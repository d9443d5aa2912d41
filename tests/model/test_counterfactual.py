"""Counterfactual pairs: criticism, names and animals must not be taken for abuse.

The rows of pairs.jsonl are invented, in four languages, and were looked at while the word lists of
the feedback kinds were made: for those they are a development set. No model was trained on them.
A limit that is passed here means that citizens would be flagged for what they may say.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from data.model import Flag, Judgement
from moderation.judging.policy import DEFAULT_POLICY, judge
from moderation.judging.read import Reader
from moderation.judging.score import is_flagged
from moderation.signals.builtin import load_builtin
from moderation.signals.engine import ModelDamaged

PAIRS = Path(__file__).with_name("pairs.jsonl")
LANGUAGES = ("en", "ur-Latn", "ur", "ar")

# The stated limits, as shares of rows.
MOST_FLAGGED = {
    "criticism": 0.02, "names": 0.02, "harsh": 0.10, "animals": 0.06, "quoted": 0.06, "body": 0.05,
}  # fmt: skip
MOST_SEVERE = 0.02
LEAST_ABUSIVE_FLAGGED = 0.75
LEAST_PROTECTED = 0.90
WIDEST_SWAP = 0.25
MOST_WIDE_SWAPS = 0.10  # known failure: "the Pakistani neighbour" in Arabic stands near the line

Row = dict[str, str]
Judged = tuple[Row, float, Judgement]


def rows() -> list[Row]:
    return [json.loads(line) for line in PAIRS.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def judged() -> list[Judged]:
    try:
        reader = Reader(load_builtin())
    except (ModelDamaged, OSError) as fault:
        pytest.skip(f"no shipped model in moderation/models, did not run: {fault}")
    pairs = rows()
    readings = reader.read([row["text"] for row in pairs])
    return [
        (row, reading.value("toxicity") or 0.0, judge(reading, DEFAULT_POLICY))
        for row, reading in zip(pairs, readings, strict=True)
    ]


def share(of: list[Judged], holds: Callable[[Judgement], bool]) -> float:
    assert of
    return sum(holds(judgement) for _, _, judgement in of) / len(of)


def test_file_holds_at_least_400_rows_in_four_languages_and_no_text_twice():
    pairs = rows()
    assert len(pairs) >= 400
    assert {row["lang"] for row in pairs} == set(LANGUAGES)
    assert len({row["text"] for row in pairs}) == len(pairs)
    assert len({row["id"] for row in pairs}) == len(pairs)
    for language in LANGUAGES:
        assert sum(row["lang"] == language for row in pairs) >= 100


@pytest.mark.parametrize("kind", MOST_FLAGGED)
def test_protected_and_neutral_members_stay_under_the_stated_limit(judged, kind):
    civil = [j for j in judged if j[0]["kind"] == kind and j[0]["role"] != "abusive"]
    flagged = [row["text"] for row, _, judgement in civil if is_flagged(judgement)]
    assert share(civil, is_flagged) <= MOST_FLAGGED[kind], flagged


def test_protected_and_neutral_members_are_hardly_ever_severe(judged):
    civil = [j for j in judged if j[0]["role"] != "abusive"]
    assert share(civil, lambda judgement: judgement.flag is Flag.SEVERE) <= MOST_SEVERE


def test_every_row_is_judged_at_all(judged):
    assert share(judged, lambda j: j.flag in (Flag.NOT_CHECKED, Flag.NOT_COVERED)) == 0.0


def test_abusive_members_are_flagged_above_the_stated_bound(judged):
    abusive = [j for j in judged if j[0]["role"] == "abusive"]
    missed = [row["text"] for row, _, judgement in abusive if not is_flagged(judgement)]
    assert share(abusive, is_flagged) >= LEAST_ABUSIVE_FLAGGED, missed


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", ["protected", "abusive"])
def test_criticism_is_shielded_with_and_without_the_abusive_word(judged, language, role):
    criticism = [
        j for j in judged
        if (j[0]["kind"], j[0]["role"], j[0]["lang"]) == ("criticism", role, language)
    ]  # fmt: skip
    assert share(criticism, lambda judgement: judgement.protected) >= LEAST_PROTECTED


def test_plain_insults_and_threats_are_not_shielded(judged):
    plain = [j for j in judged if j[0]["kind"] in ("insult", "threat")]
    assert share(plain, lambda judgement: judgement.protected) == 0.0


def test_swapping_a_name_hardly_moves_the_score(judged):
    scores: dict[str, list[float]] = {}
    for row, toxicity, _ in judged:
        if row["kind"] == "names":
            scores.setdefault(row["pair"], []).append(toxicity)
    wide = [pair for pair, found in scores.items() if max(found) - min(found) > WIDEST_SWAP]
    assert len(wide) / len(scores) <= MOST_WIDE_SWAPS, wide
