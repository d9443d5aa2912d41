"""One comment a call: its words are remembered, and it is judged as among others."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.model import Language
from moderation.signals import alone, lone
from moderation.signals.alone import Alone
from moderation.signals.builtin import BuiltinEngine, load_builtin

CIVIL = "the road in our street was repaired on time and the people here are glad about it"
LONG = f"{CIVIL} again, {CIVIL} too, {CIVIL} once more, {CIVIL} and so on"
COMMENTS = {
    "a sentence that is worse than its text": f"{CIVIL}. you stupid idiot. {CIVIL}.",
    "a line that is worse than its text": f"{CIVIL}\nyou stupid idiot\n{CIVIL}",
    "civil sentences": f"{CIVIL}. {CIVIL}!\n{CIVIL}",
    "words in other letters": f"{CIVIL} سڑک خراب ہے {CIVIL}",
    "abuse in other letters": f"{CIVIL} تم سب کتے ہو {CIVIL}",
    "more than one piece": LONG,
    "abuse in the last of many pieces": f"{LONG} you stupid idiot",
    "a word in two": "you are an id iot and that is all",
    "letters spaced out": "what an i d i o t he is",
    "letters spaced out among others": "see (i d i o t) here",
    "drawn-out letters": "sooooo goooood",
    "a blank in disguise": "the\u200b road \ufdfa is \u3000 here",
    "words that fold to nothing": "\u200b \u200d road \u200b",
}


@pytest.fixture(scope="module")
def engine() -> BuiltinEngine:
    found = load_builtin()
    assert isinstance(found, BuiltinEngine)
    return found


@pytest.mark.parametrize("what", COMMENTS)
@pytest.mark.parametrize("language", [Language.EN, Language.UR_LATN, Language.UR, Language.AR])
def test_comment_alone_is_judged_as_among_others_also_in_its_parts(
    engine: BuiltinEngine, language: Language, what: str
) -> None:
    text = COMMENTS[what]
    among, _ = engine.score([text, CIVIL], [language] * 2)
    for _ in range(2):  # the second time its chunks are remembered
        by_itself = engine.score([text], [language])[0]
        assert (by_itself.spans, by_itself.note) == (among.spans, among.note)
        assert by_itself.toxicity == pytest.approx(among.toxicity, abs=1e-12)
        assert dict(by_itself.kinds) == pytest.approx(dict(among.kinds), abs=1e-12)
    raw = engine.raw_toxicity([text, CIVIL], [language] * 2).tolist()
    assert engine.raw_toxicity([text], [language]).tolist() == raw[:1]


_letters = st.text(st.sampled_from("abiKtt019*@$#'.-! \n\u200b\u3000ہےيکاé😀ﷺ"), max_size=60)


@settings(max_examples=200, deadline=None)
@given(_letters, st.sampled_from([Language.EN, Language.UR_LATN, Language.UR, Language.AR]))
def test_raw_toxicity_of_any_comment_alone_is_that_among_others_to_the_last_bit(
    engine: BuiltinEngine, text: str, language: Language
) -> None:
    among = engine.raw_toxicity([text, CIVIL], [language] * 2).tolist()
    assert engine.raw_toxicity([text], [language]).tolist() == among[:1]


def test_no_more_words_are_remembered_than_fit(
    engine: BuiltinEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alone, "_REMEMBERED", 30)
    small, large = (Alone(engine.tongues[Language.EN]) for _ in range(2))
    held: list[int] = []
    for n in range(200):
        text = f"word{n} other{n}.of.many.parts{n}"
        assert small.toxicity(text) == large.toxicity(text)
        held.append(small.remembered)
    assert max(held) < 40
    assert held[-1] < max(held)


def test_no_more_letters_of_weighed_words_are_remembered_than_fit(
    engine: BuiltinEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = engine.tongues[Language.EN].book.lone
    texts = [f"again word{'ab' * n} again other{'cd' * n}" for n in range(20)]
    want = [ours.words([text]) for text in texts]
    monkeypatch.setattr(lone, "_REMEMBERED", 60)
    held: list[int] = []
    for text, words in zip(texts, want, strict=True):
        assert ours.words([text]) == words
        held.append(ours.letters)
    assert max(held) < 60 + max(map(len, texts))


def test_no_more_characters_are_learnt_than_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lone, "_LEARNT", 5)
    classes = lone.Classes()
    assert "abcdefgh.!".translate(classes) == "abcdefgh  "
    assert len(classes) == 5
