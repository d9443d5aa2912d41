"""Abuse is found among civil sentences and in other letters; civil texts of both stay civil."""

from __future__ import annotations

import pytest

from data.model import Language
from moderation.signals.builtin import load_builtin
from moderation.signals.engine import EngineScore

CIVIL = {
    Language.EN: "The road in our street was repaired in March. The water comes at six. "
    "We went to the office on Monday.",
    Language.UR_LATN: "Hamari gali ki sadak March mein bani thi. Pani subah che baje aata hai. "
    "Hum peer ko daftar gaye the.",
    Language.UR: "ہماری گلی کی سڑک مارچ میں بنی تھی۔ پانی صبح چھ بجے آتا ہے۔ "
    "ہم پیر کو دفتر گئے تھے۔",
    Language.AR: "تم اصلاح الشارع في شهر مارس. الماء يصل في السادسة صباحا. "
    "ذهبنا الى المكتب يوم الاثنين.",
}
ABUSIVE = {
    Language.EN: "You are a stupid bitch.",
    Language.UR_LATN: "Tu kutte ka bacha hai harami.",
    Language.UR: "تو کتے کا بچہ ہے حرامی۔",
    Language.AR: "انت كلب ابن كلب يا حمار.",
}
LANGUAGES = tuple(CIVIL)


def score(text: str, language: Language) -> float:
    found = load_builtin().score([text], [language])[0]
    assert found.toxicity is not None
    return found.toxicity


def both_ways(text: str, language: Language) -> tuple[EngineScore, EngineScore]:
    """Asked for alone, and in a batch."""
    engine = load_builtin()
    return engine.score([text], [language])[0], engine.score([text, "ok"], [language] * 2)[0]


def assert_same(one: EngineScore, other: EngineScore) -> None:
    """The same but for the last bit, which numpy's exp and the standard library's may not share."""
    assert one.toxicity == pytest.approx(other.toxicity, rel=1e-12)
    assert dict(one.kinds) == pytest.approx(dict(other.kinds), rel=1e-12)
    assert (one.spans, one.note) == (other.spans, other.note)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("between", [" ", "\n"], ids=["same line", "new line"])
def test_abuse_behind_and_before_civil_sentences_is_found(language: Language, between: str) -> None:
    long = between.join([CIVIL[language]] * 2)
    assert score(long, language) < 0.5
    assert score(long + between + ABUSIVE[language], language) >= 0.5
    assert score(ABUSIVE[language] + between + long, language) >= 0.5


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_line_without_a_full_stop_is_a_sentence_too(language: Language) -> None:
    bare = CIVIL[language].replace(".", "").replace("۔", "")
    text = "\n".join([bare, ABUSIVE[language].rstrip(".۔"), bare])
    assert score(text, language) >= 0.5


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_of_sentences_scores_the_same_alone_and_in_a_batch(language: Language) -> None:
    for text in (
        CIVIL[language],
        CIVIL[language] + " " + ABUSIVE[language],
        CIVIL[language] + " f u c k " + ABUSIVE[language],  # looked at whole
    ):
        alone, together = both_ways(text, language)
        assert_same(alone, together)


@pytest.mark.parametrize("language", LANGUAGES)
def test_abuse_in_other_letters_is_found(language: Language) -> None:
    arabic = language in (Language.UR, Language.AR)
    other = "you fucking bitch" if arabic else "کتے کے بچے"
    civil = CIVIL[language].replace(".", "").replace("۔", "")
    for text in (f"{civil} {other}", f"{civil} f u c k {other}"):
        alone, together = both_ways(text, language)
        assert_same(alone, together)
        assert (alone.toxicity or 0.0) >= 0.5
    assert "threat" not in alone.kinds or (alone.kinds["threat"] or 0.0) < 0.5


@pytest.mark.parametrize("language", LANGUAGES)
def test_plain_words_in_other_letters_leave_a_text_quiet(language: Language) -> None:
    arabic = language in (Language.UR, Language.AR)
    other = "Facebook page service good morning" if arabic else "شکریہ جناب بہت اچھا"
    assert score(f"{CIVIL[language]} {other}", language) < 0.5
