"""The shipped model in bands: invented sentences, and the development sets where they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.model import Language
from moderation.signals.builtin import BuiltinEngine, load_builtin
from moderation.training.corpus import Row, dev_rows, read_corpus
from moderation.training.dev import (
    QUEUE,
    SEVERE,
    SetFigures,
    evasion_figures,
    language_ece,
    set_figures,
)

DATASETS = Path(__file__).parents[2].parent / "shared" / "datasets"
CIVIL = [
    (Language.EN, "The water supply in our street has been off for three days, please help."),
    (Language.EN, "This budget is a disaster for the poor and the minister should answer for it."),
    (Language.EN, "Stray dogs near the school are a danger to the children."),
    (Language.EN, "I do not agree with this policy at all, it will hurt farmers."),
    (Language.UR_LATN, "bijli ka bill bohat zyada aya hai, hum kahan se dein"),
    (Language.UR_LATN, "hukumat ki yeh policy bilkul ghalat hai, gareeb log pis gaye hain"),
    (Language.UR_LATN, "school ke paas awara kutte bohat hain bachay dartay hain"),
    (Language.UR_LATN, "sadak do saal se tooti hui hai koi poochne wala nahi"),
    (Language.UR, "ہمارے محلے میں تین دن سے پانی نہیں آ رہا، مہربانی کر کے نوٹس لیں"),
    (Language.UR, "یہ بجٹ غریبوں کے لیے بہت سخت ہے"),
    (Language.UR, "حکومت کی یہ پالیسی غلط ہے، اسے واپس لیا جائے"),
    (Language.AR, "الماء مقطوع عن الحي منذ ثلاثة أيام نرجو المساعدة"),
    (Language.AR, "هذا القرار خاطئ ويضر بالفقراء"),
]
ABUSIVE = [
    (Language.EN, "you fucking idiot, shut your mouth bitch"),
    (Language.EN, "what a stupid asshole you are"),
    (Language.UR_LATN, "tu kutta harami hai chutiya"),
    (Language.UR_LATN, "abay gandu bhenchod"),
    (Language.UR, "تم حرامی کتے ہو، گانڈو"),
    (Language.AR, "انت كلب حقير يا ابن الكلب"),
]
# A little under the figures in moderation/models/CARD.md, which the training command measured.
LEAST_MACRO_F1 = {
    "ruhsold": 0.85,
    "urdu_abusive_akhter": 0.95,
    "davidson": 0.915,
    "olid": 0.71,
    "osact4": 0.835,
    "osact5": 0.735,
    "lhsab": 0.84,
}
MOST_FLAGGED = {"uci_rur_neg": 0.04, "usc_urdu_neg": 0.04, "arsarcasm_neg": 0.04}
MOST_SEVERE = {"usc_urdu_neg": 0.016}  # one row of 64, a plain insult
MOST_CALIBRATION_ERROR = 0.05
# Shares of the clean recall.
LEAST_KEPT = 0.88
LEAST_KEPT_OF = {"letter swap": 0.80, "spelling variant": 0.80}


@pytest.fixture(scope="module")
def engine() -> BuiltinEngine:
    loaded = load_builtin()
    assert isinstance(loaded, BuiltinEngine)
    return loaded


@pytest.fixture(scope="module")
def measured(engine: BuiltinEngine) -> dict[str, SetFigures]:
    if not DATASETS.is_dir():
        pytest.skip("the shared labelled sets are not here: dev figures did not run")
    return {f.source: f for f in set_figures(engine, dev_rows(read_corpus(DATASETS)))}


@pytest.mark.parametrize(("code", "text"), CIVIL)
def test_civil_text_is_not_flagged(engine: BuiltinEngine, code: Language, text: str) -> None:
    assert (engine.score([text], [code])[0].toxicity or 0) < QUEUE


@pytest.mark.parametrize(("code", "text"), ABUSIVE)
def test_plain_abuse_is_flagged_with_words_that_drove_it(
    engine: BuiltinEngine, code: Language, text: str
) -> None:
    score = engine.score([text], [code])[0]
    assert (score.toxicity or 0) >= QUEUE
    assert score.spans


def test_one_abusive_word_alone_is_flagged(engine: BuiltinEngine) -> None:
    assert (engine.score(["chutiya"], [Language.UND])[0].toxicity or 0) >= QUEUE


@pytest.mark.parametrize("source", LEAST_MACRO_F1)
def test_macro_f1_on_dev_stays_above_its_bound(
    measured: dict[str, SetFigures], source: str
) -> None:
    assert (measured[source].figures.macro_f1 or 0) >= LEAST_MACRO_F1[source]


def test_civil_dev_sets_are_flagged_rarely(measured: dict[str, SetFigures]) -> None:
    civil = {s: f for s, f in measured.items() if f.figures.macro_f1 is None}
    assert len(civil) >= 14
    over = {
        s: f.figures.flagged_share
        for s, f in civil.items()
        if f.figures.flagged_share > MOST_FLAGGED.get(s, 0.025)
    }
    assert over == {}


def test_civil_dev_sets_hardly_ever_reach_the_severe_point(
    measured: dict[str, SetFigures],
) -> None:
    over = {
        s: f.severe_share
        for s, f in measured.items()
        if f.figures.macro_f1 is None and f.severe_share > MOST_SEVERE.get(s, 0.005)
    }
    assert over == {}


def test_policy_criticism_is_hardly_ever_severe(measured: dict[str, SetFigures]) -> None:
    views = measured["notebandi_against"]
    assert views.figures.flagged_share <= 0.025
    assert views.severe_share <= 0.01
    assert SEVERE > QUEUE


@pytest.fixture(scope="module")
def held() -> list[Row]:
    if not DATASETS.is_dir():
        pytest.skip("the shared labelled sets are not here: dev figures did not run")
    return dev_rows(read_corpus(DATASETS))


@pytest.mark.parametrize("code", [Language.EN, Language.UR_LATN, Language.UR, Language.AR])
def test_hidden_words_keep_most_of_the_recall(
    engine: BuiltinEngine, held: list[Row], code: Language
) -> None:
    _, n, kept = evasion_figures(engine, held, code)
    assert n > 100
    low = {w: share for w, share in kept.items() if share < LEAST_KEPT_OF.get(w, LEAST_KEPT)}
    assert low == {}


@pytest.mark.parametrize("code", [Language.EN, Language.UR_LATN, Language.UR, Language.AR])
def test_scores_are_calibrated_to_a_page(
    engine: BuiltinEngine, held: list[Row], code: Language
) -> None:
    found = language_ece(engine, held, code)
    assert found is not None
    assert found[1] <= MOST_CALIBRATION_ERROR


def test_scores_are_as_good_where_the_product_finds_the_language_itself(
    measured: dict[str, SetFigures],
) -> None:
    for found in measured.values():
        if found.detected is not None:
            assert abs(found.detected - (found.figures.macro_f1 or 0)) < 0.02


def test_threat_head_speaks_for_urdu_alone(engine: BuiltinEngine) -> None:
    codes = [Language.EN, Language.UR_LATN, Language.UR, Language.AR]
    scores = engine.score(["road", "sadak", "سڑک", "شارع"], codes)
    assert ["threat" in s.kinds for s in scores] == [c is Language.UR for c in codes]
