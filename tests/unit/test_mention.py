"""Abuse that is told of, refused, or said of beasts and things does not reach the queue point."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.model import Span
from moderation.signals.by_rule import lexicon_with
from moderation.signals.engine import EngineScore
from moderation.signals.lexicon import Words
from moderation.signals.mention import NOTE, lowered, mentioned

LOUD = re.compile(
    r"bitch|dogs?\b|idiot|stupid|bastards|kutti|gadha|haramzade|کتیا|حرامزادے|كلبة|حمير|كلاب|زفت"
)


def score(text: str, value: float = 0.9) -> EngineScore:
    """What an engine that knows these words alone would say."""
    spans = tuple(Span(start=m.start(), end=m.end(), label="insult") for m in LOUD.finditer(text))
    words = Words(text)
    whole = EngineScore(toxicity=value, kinds={"insult": value, "slur": 0.0}, spans=spans)
    return lowered(whole, mentioned(words, lexicon_with(()).find(words.words)))


@pytest.mark.parametrize("text", [
    "The guard called me a bitch at gate 3", "Your clerk called my father an idiot",
    "Do not call anyone a dog", "He is not an idiot", "Whoever writes 'bastards' here, shame",
    "Stray dogs bite children", "This stupid form again", "A bitch with puppies at the clinic",
    "Guard ne mujhe kutti kaha", "Kisi ko gadha na kahein",
    "Jo 'haramzade' likh rahe hain sharam karein",
    "گارڈ نے مجھے کتیا کہا", "جو 'حرامزادے' لکھ رہے ہیں ان کو روکیں",
    "قال لي الموظف يا كلبة", "لا تسموا احدا حمير", "شارع زفت",
])  # fmt: skip
def test_mentioned_abuse_is_lowered_and_keeps_its_marks(text: str) -> None:
    told = score(text)
    assert told.toxicity is not None and told.toxicity < 0.5
    assert max(told.kinds.values()) < 0.5
    assert told.spans and NOTE in told.note


@pytest.mark.parametrize("text", [
    "You stupid idiot", "You called me a liar, you idiot", "Stray dogs bite and you are a bitch",
    "Stupid people at the counter", "He said water is coming, idiot that he is",
    '"you are all idiot dogs and nobody will ever help you here"', "Tum kutti ho",
    "Mujhe pani do gadha", "يا كلاب", "no loud word at all",
])  # fmt: skip
def test_abuse_that_is_thrown_keeps_its_score(text: str) -> None:
    assert score(text).toxicity == 0.9


def test_a_quiet_score_is_left_as_it_is() -> None:
    assert score("The guard called me a bitch", 0.3).toxicity == 0.3


@given(st.text(alphabet="called me dogs'\"bitch not a", max_size=60))
def test_a_score_never_rises(text: str) -> None:
    assert (score(text).toxicity or 0.0) <= 0.9
