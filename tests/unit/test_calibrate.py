"""Learning from decisions: the error falls on newer ones, and civil flags never rise."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence

import pytest

from data.model import JsonObject, Language, Reading, ReasonCode, Verdict
from moderation.judging.calibration import BUCKETS, buckets_of, calibration_from_json
from moderation.learning.calibrate import LEAST_DECISIONS, CalibrationRefused
from moderation.learning.calibrate_fit import fit_curve, fit_words
from moderation.learning.calibrate_guard import GUARD
from moderation.learning.calibrate_rows import Gathered, by_time, gather
from moderation.signals.names import NAMES
from tests.unit.calibrate_helpers import (
    POLICY,
    Page,
    ScoreReader,
    a_page,
    a_score,
    rereader_of,
)


@pytest.fixture
def page() -> Iterator[Page]:
    with a_page() as made:
        yield made


@pytest.fixture(scope="module")
def shifted() -> Iterator[Page]:
    with a_page() as made:
        made.shifted(500)
        yield made


def english(told: JsonObject) -> dict[str, object]:
    return told["languages"]["en"]  # type: ignore[index,call-overload,return-value]


def rows(page: Page, *, residual: bool = False) -> Gathered:
    return gather(page.db, rereader_of(ScoreReader()), POLICY, residual=residual)


# ------------------------------------------------------------------------------ what it gives


def test_decisions_of_a_page_with_a_known_shift_lower_the_error_on_newer_ones(
    shifted: Page,
) -> None:
    made = shifted.calibrate()
    found = english(made.told)
    before, after = found["before"], found["after"]
    assert found["status"] == "fitted"
    assert after["ece"] < before["ece"] / 2 and after["ece"] < 0.1  # type: ignore[index]
    assert after["civil_flagged"] <= before["civil_flagged"]  # type: ignore[index]
    assert after["protected_flagged"] <= before["protected_flagged"]  # type: ignore[index]
    curve = calibration_from_json(made.body, version=1).curves[Language.EN]
    assert -2.0 < curve.shift < -0.4 and not curve.raises_below


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("shift", [-2.0, -0.7, 0.0])
def test_whatever_the_page_is_like_no_more_civil_comments_are_flagged(
    page: Page, seed: int, shift: float
) -> None:
    page.shifted(260, seed=seed, shift=shift)
    try:
        told = page.calibrate(residual=True).told
    except CalibrationRefused as refused:
        assert english(refused.told)["status"] != "fitted"
        return
    found = english(told)
    before, after = found["before"], found["after"]
    for name in ("civil_flagged", "protected_flagged"):
        assert after[name] <= before[name]  # type: ignore[index,operator]
    assert told["guard"]["flagged_after"] <= told["guard"]["flagged_before"]  # type: ignore


def test_the_same_decisions_give_the_same_bytes(shifted: Page) -> None:
    assert shifted.calibrate(residual=True).body == shifted.calibrate(residual=True).body


def test_stored_scores_are_used_and_the_engine_reads_only_the_guard(shifted: Page) -> None:
    reader = ScoreReader()
    shifted.calibrate(reader=reader)
    civil = [json.loads(line)["text"] for line in GUARD.read_text("utf-8").splitlines()]
    assert reader.seen == civil


def test_scores_of_another_engine_version_are_read_again(page: Page) -> None:
    page.shifted(200)
    reader = ScoreReader(version="2")
    made = page.calibrate(reader=reader)
    assert len(reader.seen) >= 200
    assert calibration_from_json(made.body, version=1).engine_version == "2"


# ------------------------------------------------------------------------------ what it refuses


def test_too_few_decisions_are_refused_with_their_number(page: Page) -> None:
    page.shifted(LEAST_DECISIONS - 20)
    with pytest.raises(CalibrationRefused) as caught:
        page.calibrate()
    status = str(english(caught.value.told)["status"])
    assert f"needed are {LEAST_DECISIONS} in all" in status
    assert "removed for abuse and" in status


def test_one_sided_decisions_are_refused(page: Page) -> None:
    for n in range(LEAST_DECISIONS + 50):
        page.decided(0.6, Verdict.KEEP if n % 20 else Verdict.REMOVE)
    with pytest.raises(CalibrationRefused) as caught:
        page.calibrate()
    assert "30 of each" in str(english(caught.value.told)["status"])


def test_a_good_calibration_is_left_as_it_is(page: Page) -> None:
    page.shifted(400, shift=0.0)
    with pytest.raises(CalibrationRefused) as caught:
        page.calibrate()
    assert "left as it is" in str(english(caught.value.told)["status"])


def test_a_fit_that_would_flag_more_kept_comments_is_refused(page: Page) -> None:
    chance = random.Random(1)
    for _ in range(400):  # blind samples below the point, most of which were removed
        raw = round(chance.uniform(0.3, 0.49), 3)
        verdict = Verdict.REMOVE if chance.random() < 0.8 else Verdict.KEEP
        page.decided(raw, verdict, rate=0.5)
    with pytest.raises(CalibrationRefused) as caught:
        page.calibrate()
    assert "kept comments flagged would rise from 0" in str(english(caught.value.told)["status"])


def test_a_fit_that_would_flag_more_of_the_shipped_civil_sentences_is_refused(
    page: Page,
) -> None:
    chance = random.Random(1)
    for _ in range(400):  # nobody kept anything near the point; the civil set stands at 0.45
        high = chance.random() < 0.5
        raw = round(chance.uniform(0.4, 0.49) if high else chance.uniform(0.01, 0.1), 3)
        page.decided(raw, Verdict.REMOVE if high else Verdict.KEEP, rate=0.5)

    class NearReader(ScoreReader):
        def read(self, texts: Sequence[str]) -> list[Reading]:
            return super().read([f"0.45 {t}" for t in texts])

    with pytest.raises(CalibrationRefused) as caught:
        page.calibrate(reader=NearReader())
    status = str(english(caught.value.told)["status"])
    assert "civil sentences of the shipped set flagged would rise from 0 to 302" in status


def test_the_shipped_guard_holds_civil_sentences_in_four_languages() -> None:
    found = [json.loads(line) for line in GUARD.read_text("utf-8").splitlines()]
    count = {x: sum(r["language"] == x for r in found) for x in ("en", "ur", "ur-Latn", "ar")}
    assert len(found) >= 300 and min(count.values()) >= 70
    assert len({r["text"] for r in found}) == len(found)


# ------------------------------------------------------------------------------ what counts


def test_only_decisions_on_abuse_that_stand_are_learnt_from(page: Page) -> None:
    page.decided(0.7, Verdict.REMOVE)
    page.decided(0.7, Verdict.SPLIT, span=(0, 3))
    page.decided(0.7, Verdict.KEEP)
    page.decided(0.7, Verdict.COMPLAINT)
    page.decided(0.7, Verdict.REMOVE, reason=ReasonCode.SPAM)
    page.decided(0.7, Verdict.REMOVE, reason=ReasonCode.THREAT)
    page.decided(0.7, Verdict.REMOVE, undone=True)
    page.decided(0.7, Verdict.REMOVE, awaits_second=True)
    page.decided(0.7, Verdict.ESCALATE)
    page.decided(0.7, Verdict.WAIT)
    found = rows(page)
    assert [r.abusive for r in found.rows] == [True, True, False, False]
    assert found.left_out == {"removed on another ground than abuse": 2}


def test_what_has_no_score_is_left_out_and_told(page: Page) -> None:
    page.decided(None, Verdict.KEEP, text="nothing to score", language=Language.PS)
    found = gather(page.db, rereader_of(SilentReader()), POLICY)
    assert found.rows == [] and found.left_out == {"the engine gives no score": 1}


class SilentReader(ScoreReader):
    def read(self, texts: Sequence[str]) -> list[Reading]:
        return [a_score(None) for _ in texts]


def test_copies_decided_alike_count_as_one(page: Page) -> None:
    for _ in range(4):
        page.decided(0.7, Verdict.KEEP, text="the very same words")
    page.decided(0.7, Verdict.REMOVE, text="the very same words")
    found = rows(page).rows
    assert [r.weight for r in found] == [0.25, 0.25, 0.25, 0.25, 1.0]


def test_a_blind_sample_counts_for_what_it_stands_for_and_strays_are_left_out(
    page: Page,
) -> None:
    page.decided(0.2, Verdict.KEEP, rate=0.1)
    page.decided(0.2, Verdict.KEEP, rate=0.001)
    page.decided(0.2, Verdict.KEEP)
    page.decided(0.7, Verdict.KEEP)
    found = rows(page)
    assert [r.weight for r in found.rows] == [10.0, 50.0, 1.0]
    assert [r.sampled for r in found.rows] == [True, True, False]
    assert found.left_out == {"decided without a flag and not drawn by a blind sample": 1}


def test_copies_stay_on_one_side_of_the_cut(page: Page) -> None:
    for n in range(40):
        page.decided(0.7, Verdict.KEEP, text="again and again" if n % 2 else f"0.7 {n}")
    older, newer, _ = by_time(rows(page).rows, 0.5)
    assert {r.alike for r in older}.isdisjoint({r.alike for r in newer})
    assert len(older) + len(newer) == 40


def test_a_split_teaches_the_words_of_its_remark_only(page: Page) -> None:
    text = "you zorble the water is late again"
    page.decided(0.7, Verdict.SPLIT, text=text, span=(0, 10))
    (row,) = rows(page, residual=True).rows
    assert set(row.words) == set(buckets_of("you zorble"))


# ------------------------------------------------------------------------------ words


def test_words_that_officers_remove_get_weight_and_names_never_do(page: Page) -> None:
    name = sorted(NAMES)[0]
    for n in range(60):
        said = "zorble" if n % 2 else "friend"
        verdict = Verdict.REMOVE if n % 2 else Verdict.KEEP
        page.decided(0.6, verdict, text=f"0.6 {said} {name} number {n}")
    found = rows(page, residual=True).rows
    weights = fit_words(found, fit_curve(found))
    (bad,), (good,) = buckets_of("zorble"), buckets_of("friend")
    assert weights[bad] > 0.1 and weights[good] < -0.1
    assert buckets_of(name) == [] and all(0 <= b < BUCKETS for b in weights)
