"""Texts made to hide behind length, or to cost more than their length."""

from __future__ import annotations

import pytest

from data.model import Coverage, Language
from moderation.judging.policy import judge
from moderation.judging.read import Reader
from moderation.judging.score import is_flagged
from moderation.policies.policy_document import DEFAULT_POLICY
from moderation.signals.builtin import load_builtin
from moderation.texts.language import read_language, read_languages
from moderation.texts.text import fold, fold_text

READER = Reader(load_builtin())
ENGLISH = "There has been no water in our street for three days and nobody listens to us. "
URDU = "ہمارے محلے میں تین دن سے پانی نہیں آ رہا ہے اور کوئی سننے والا نہیں۔ "
ROMAN = "hamare mohallay mein teen din se pani nahi aa raha aur koi sunne wala nahi. "
HINDI = "हमारे मोहल्ले में तीन दिन से पानी नहीं आ रहा है और कोई सुनने वाला नहीं। "
ABUSE = "you fucking bastards, you motherfucking whores"


@pytest.mark.parametrize("before", [".", "\u200b", "1 ", "😀 ", "https://example.pk/", "#a "])
@pytest.mark.parametrize("size", [3_000, 6_000, 60_000])
def test_what_stands_behind_thousands_of_signs_is_read(before: str, size: int) -> None:
    text = before * (size // len(before)) + " " + ABUSE
    (reading,) = READER.read([text])
    assert reading.language in (Language.EN, Language.MIXED)
    assert is_flagged(judge(reading, DEFAULT_POLICY))


def test_wordless_text_of_any_length_has_nothing_to_judge() -> None:
    for text in ("." * 9_000, "\u200b" * 50_000, "1 2 3 " * 2_000):
        assert read_language(text) == read_language("...")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ENGLISH * 120, Language.EN),
        (URDU * 120, Language.UR),
        (ENGLISH * 60 + URDU * 60, Language.MIXED),
        (ENGLISH * 60 + ROMAN * 60, Language.MIXED),
        (URDU * 60 + "\u200b" * 9_000, Language.UR),
    ],
    ids=["en", "ur", "en and ur", "en and ur-Latn", "ur and nothing"],
)
def test_a_long_text_is_told_by_all_of_it(text: str, expected: Language) -> None:
    assert read_language(text).language is expected


def test_a_long_part_in_a_language_not_covered_is_said_so() -> None:
    found = read_language(ENGLISH * 100 + HINDI * 60)
    assert (found.language, found.coverage) == (Language.HI, Coverage.NOT_COVERED)


def test_short_and_long_texts_of_one_batch_stay_in_order() -> None:
    texts = ["thank you very much sir", URDU * 200, "", ENGLISH * 200, "بہت شکریہ جناب"]
    assert read_languages(texts) == [read_language(t) for t in texts]


def test_latin_letters_far_into_a_mixture_are_judged_by_the_latin_tables() -> None:
    (reading,) = READER.read([URDU * 20 + ENGLISH * 20 + ABUSE + "."])
    assert reading.language is Language.MIXED
    assert (reading.value("toxicity") or 0.0) >= 0.5


@pytest.mark.parametrize("piece", ["k*", "k*t*", "a1", "h4t3", "k.", "k*i.t*", "$a"])
def test_disguises_of_a_million_characters_are_folded_to_the_end(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    assert fold(text).text == fold_text(text)


@pytest.mark.parametrize("piece", ["a@", "@a", "x@x", "a@a.", "@"])
def test_signs_of_addresses_cost_no_cube(piece: str) -> None:
    texts = [f"{n} {piece * (4_000 // len(piece) - 3)}" for n in range(40)]
    assert len(read_languages(texts)) == 40


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("write to a.b@c.example.org now", ["write", "to", "now"]),
        ("a@b@c.example now", ["now"]),
        ("@dc.office@x.example now", ["now"]),
    ],
)
def test_addresses_are_no_words(text: str, left: list[str]) -> None:
    both = read_languages([text, " ".join(left)])
    assert both[0] == both[1]
