"""The shipped engine: shape of its answers, spans, damaged files, hidden words, blinded names."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.model import Coverage, Language
from moderation.models.modelfile import ModelDamaged, model_bytes, read_model
from moderation.signals.builtin import MODEL_FILE, load_builtin
from moderation.signals.edits import distance
from moderation.signals.engine import KINDS, ToxicityEngine
from moderation.signals.hidden import HiddenWords, word_hash

MODELS = Path(__file__).parents[2] / "moderation" / "models"


@pytest.fixture(scope="module")
def engine() -> ToxicityEngine:
    return load_builtin()


def test_engine_gives_one_score_for_each_text_in_order(engine: ToxicityEngine) -> None:
    texts = ["you bloody idiot", "", "شکریہ جناب", "😀😀", "bijli nahi hai", "a" * 10_000, "x"]
    languages = [Language.EN, Language.UND, Language.UR, Language.UND, Language.UR_LATN,
                 Language.EN, Language.UND]  # fmt: skip
    together = engine.score(texts, languages)
    alone = [engine.score([t], [code])[0] for t, code in zip(texts, languages, strict=True)]
    for one, other in zip(alone, together, strict=True):
        assert (one.spans, one.note) == (other.spans, other.note)
        assert one.toxicity == pytest.approx(other.toxicity, abs=1e-12)
        assert dict(one.kinds) == pytest.approx(dict(other.kinds), abs=1e-12)


def test_engine_takes_an_empty_list(engine: ToxicityEngine) -> None:
    assert engine.score([], []) == []


def test_engine_refuses_texts_without_their_languages(engine: ToxicityEngine) -> None:
    with pytest.raises(ValueError, match="2 texts but 1 languages"):
        engine.score(["a", "b"], [Language.EN])


@pytest.mark.parametrize("text", ["", "   ", "😀😀", "12345"])
def test_engine_gives_no_score_for_a_text_without_words(engine: ToxicityEngine, text: str) -> None:
    score = engine.score([text], [Language.UND])[0]
    assert score.toxicity is None
    assert score.note


@pytest.mark.parametrize("code", [Language.PS, Language.SD, Language.FA, Language.HI])
def test_engine_does_not_judge_a_language_it_does_not_cover(
    engine: ToxicityEngine, code: Language
) -> None:
    assert engine.covers(code) is Coverage.NOT_COVERED
    assert engine.score(["you idiot"], [code])[0].toxicity is None


def test_engine_covers_four_languages_and_three_weakly(engine: ToxicityEngine) -> None:
    covered = {c for c in Language if engine.covers(c) is Coverage.COVERED}
    weak = {c for c in Language if engine.covers(c) is Coverage.WEAK}
    assert covered == {Language.EN, Language.UR, Language.UR_LATN, Language.AR}
    assert weak == {Language.MIXED, Language.UND, Language.PNB}


def test_engine_scores_lie_between_zero_and_one_and_kinds_are_named(engine: ToxicityEngine) -> None:
    score = engine.score(["you stupid idiot, shut up"], [Language.EN])[0]
    assert score.toxicity is not None
    assert 0 <= score.toxicity <= 1
    assert set(score.kinds) <= set(KINDS)
    assert all(0 <= v <= 1 for v in score.kinds.values())


def test_engine_finds_an_insult_at_the_end_of_a_megabyte(engine: ToxicityEngine) -> None:
    text = "the road is good and the water is clean " * 26_300 + "you fucking idiot bastard"
    assert len(text) >= 1 << 20
    assert (engine.score([text], [Language.EN])[0].toxicity or 0) >= 0.5


@given(st.text(st.characters() | st.characters(categories=("Cs",)), max_size=300))
@settings(max_examples=50, deadline=None)
def test_engine_answers_any_text(text: str) -> None:
    engine = load_builtin()
    for code in (Language.EN, Language.UR, Language.MIXED):
        score = engine.score([text], [code])[0]
        assert score.toxicity is None or 0 <= score.toxicity <= 1
        assert all(0 <= s.start < s.end <= len(text) for s in score.spans)


def test_span_marks_the_hidden_word_in_the_original(engine: ToxicityEngine) -> None:
    text = "Sir, you are an 𝐢𝐝𝐢\u200b𝐨𝐭 and b a s t a r d!"
    found = engine.score([text], [Language.EN])[0]
    marked = [text[s.start : s.end] for s in found.spans]
    assert any(m.startswith("b a s t a r d") for m in marked)


@pytest.mark.parametrize(
    ("code", "template", "names"),
    [
        (Language.EN, "the {} family next door has no water since monday", ["muslim", "hindu"]),
        (Language.EN, "{} is our representative and came to the opening", ["imran", "nawaz"]),
        (Language.UR_LATN, "hamare {} bhai ki dukan band hai", ["shia", "sunni", "pathan"]),
        (Language.UR, "ہمارے {} پڑوسی کے گھر پانی نہیں آ رہا", ["شیعہ", "سنی", "پٹھان"]),
        (Language.AR, "جارنا {} بدون ماء منذ يومين", ["السوري", "اللبناني"]),
    ],
)
def test_score_is_the_same_whichever_name_a_plain_sentence_holds(
    engine: ToxicityEngine, code: Language, template: str, names: list[str]
) -> None:
    scores = engine.score([template.format(n) for n in names], [code] * len(names))
    assert len({s.toxicity for s in scores}) == 1
    assert (scores[0].toxicity or 0) < 0.5


@pytest.mark.parametrize("at", [0, 12, 40, 5000, -40, -1])
def test_load_refuses_a_model_file_with_one_byte_changed(tmp_path: Path, at: int) -> None:
    body = bytearray((MODELS / MODEL_FILE).read_bytes())
    body[at] ^= 0xFF
    (tmp_path / MODEL_FILE).write_bytes(body)
    with pytest.raises(ModelDamaged, match="sunwai train"):
        load_builtin(tmp_path)


@pytest.mark.parametrize("size", [0, 10, 1000])
def test_load_refuses_a_model_file_cut_short(tmp_path: Path, size: int) -> None:
    (tmp_path / MODEL_FILE).write_bytes((MODELS / MODEL_FILE).read_bytes()[:size])
    with pytest.raises(ModelDamaged):
        load_builtin(tmp_path)


def test_load_refuses_a_missing_model(tmp_path: Path) -> None:
    with pytest.raises(ModelDamaged, match="cannot be read"):
        load_builtin(tmp_path)


def test_load_refuses_a_whole_file_of_other_contents(tmp_path: Path) -> None:
    (tmp_path / MODEL_FILE).write_bytes(model_bytes({"version": "9"}, {}))
    with pytest.raises(ModelDamaged, match="do not fit"):
        load_builtin(tmp_path)


@pytest.mark.parametrize("lost", ["ar/toxicity", "ur/known", "ur-Latn/lexicon", "en/joins"])
def test_load_refuses_a_model_that_lacks_a_part_of_a_language(tmp_path: Path, lost: str) -> None:
    """Though a language is read only when it is first asked for."""
    model = read_model(MODELS / MODEL_FILE)
    arrays = {name: array for name, array in model.arrays.items() if name != lost}
    (tmp_path / MODEL_FILE).write_bytes(model_bytes(model.facts, arrays))
    with pytest.raises(ModelDamaged, match="sunwai train"):
        load_builtin(tmp_path)


def test_model_file_is_the_same_bytes_for_the_same_contents() -> None:
    model = read_model(MODELS / MODEL_FILE)
    assert model_bytes(model.facts, model.arrays) == (MODELS / MODEL_FILE).read_bytes()


def test_model_file_refuses_arrays_that_could_carry_code() -> None:
    import numpy as np

    with pytest.raises(ValueError, match="dtype"):
        model_bytes({}, {"a": np.array([object()])})


def test_models_stay_under_eight_megabytes() -> None:
    assert sum(f.stat().st_size for f in MODELS.rglob("*") if f.is_file()) < 8_000_000


def hidden_words() -> HiddenWords:
    ordinary = ["ha", "good", "batter", "sister", "do"]
    return HiddenWords(
        {"dolthead": 5.0, "harkara": 4.0, "bastor": 3.0, "گدھا": 3.0},
        frozenset(word_hash(w) for w in ordinary),
        roman=True,
    )


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("d*lthead", "dolthead"),
        ("d**thead", "dolthead"),
        ("dolt-head", "dolthead"),
        ("dolthaed", "dolthead"),
        ("dolthed", "dolthead"),
        ("d0lth3ad", "dolthead"),
        ("do lthead", "dolthead"),
        ("haarkaara", "harkara"),
        ("گ*ھا", "گدھا"),
        ("baster", "bastor"),
    ],
)
def test_hidden_word_is_looked_up(written: str, read: str) -> None:
    assert hidden_words().repair(written) == read


@pytest.mark.parametrize("word", ["batter", "sister", "good", "covid19", "5*5", "x", "well-known"])
def test_ordinary_word_is_left_alone(word: str) -> None:
    assert hidden_words().repair(word) == word


def test_mentions_and_links_say_nothing() -> None:
    assert hidden_words().repair("@dolthead2 https://dolthead.example/x ok").split() == ["ok"]


def test_distance_counts_a_swap_as_one_and_stops_at_its_limit() -> None:
    assert distance("abcd", "abdc") == 1
    assert distance("abcd", "abcd") == 0
    assert distance("abcdef", "x") == 3
