"""What tells the language: the sums over a text against counting its words one by one."""

from __future__ import annotations

import re
import unicodedata

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from data.model import Coverage, Language
from moderation.models.modelfile import ModelDamaged
from moderation.texts import language
from moderation.texts.language import read_languages
from moderation.texts.small_words import AR_WORDS, FA_WORDS, OTHER_LATIN, PNB_WORDS, UR_WORDS
from moderation.texts.strung import Coded, end_to_end
from moderation.texts.tells import COUNTS, Tells, counts_of, weights_of

_NOT_WORDS = re.compile(r"(?:https?://|www\.)\S+|(?<!\w)[@#]\w+|\S+@\S+\.\w+")
_WORDS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_PARTS = st.sampled_from([
    *"ab@#.:/'’_1 \n", *"کہٹےةټڀا", "é", "𝐛", "ｗ", "क", "ф", "\u0301", " está ", " ESTÁ ", " ist ",
    " ہے ", " ال", " است ", " نوں ", " من ", "http://x.y", "www.z", "a@b.pk", " @tag ", "#ٹیگ",
    "\u0675", "ﻛ", "\ud800", "straẞe ", "\u212a",
])  # fmt: skip
texts = st.lists(st.lists(_PARTS, max_size=12).map("".join), max_size=6)
_LISTS = (("ur_words", UR_WORDS), ("ar_words", AR_WORDS), ("fa_words", FA_WORDS),
          ("pnb_words", PNB_WORDS))  # fmt: skip
_SIGNS = (("ps", "ټډړږښڅځګڼېۍ"), ("sd", "ٻڀٺٽڄڃڇڊڌڍڏڙڦڪڱڳڻ"), ("ur", "ٹڈڑےںہھۓۂ"),
          ("ar", "ةيىكأإؤءه"))  # fmt: skip
_SCRIPTS = (("arabic", "[\u0600-\u06ff]"), ("devanagari", "[\u0900-\u097f]"))


def _script(word: str) -> str:
    plain = unicodedata.normalize("NFKC", word)
    if any(c.isascii() for c in plain):
        return "latin"
    middle = plain[len(plain) // 2]
    found = (name for name, known in _SCRIPTS if re.match(known, middle))
    return next(found, "latin" if middle in "éẞ" else "")


def _counted(text: str) -> dict[str, int]:
    out = dict.fromkeys(COUNTS, 0)
    for word in _WORDS.findall(_NOT_WORDS.sub(" ", text)):
        script = _script(word)
        out["words"] += 1
        if script:
            out[script] += 1
        if script == "latin":
            out["other"] += word.lower() in OTHER_LATIN
        if script == "arabic":
            out["letters"] += len(word)
            out["article"] += word.startswith("ال")
            for name, known in _LISTS:
                out[name] += word in known
            for name, letters in _SIGNS:
                out[name] += sum(map(letters.count, word))
    return out


def _lengths(words: Coded) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.diff(words.begins) - 1.0


@settings(max_examples=400)
@given(texts)
@example(["@a@b.c x", "x-@tag", "mail:a@b.c#d", "@", "#", "a@"])
def test_sums_of_words_are_those_of_counting(given_texts: list[str]) -> None:
    rows = Tells(_lengths).rows(*end_to_end(given_texts))
    told = [dict(zip(COUNTS, row, strict=True)) for row in counts_of(rows).tolist()]
    assert told == [_counted(text) for text in given_texts]
    spoken = [_WORDS.findall(_NOT_WORDS.sub(" ", text)) for text in given_texts]
    latin = [sum(len(w) for w in words if _script(w) == "latin") for words in spoken]
    assert weights_of(rows).tolist() == latin


def test_each_word_is_weighed_once() -> None:
    asked: list[str] = []

    def weigh(words: Coded) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        asked.extend(words.strings())
        return _lengths(words)

    tells = Tells(weigh)
    for text in ("the road", "the road the light", "the light road"):
        tells.rows(*end_to_end([text]))
    assert asked == ["the", "road", "light"]


def test_sums_of_a_long_text_are_those_of_its_words() -> None:
    text = "road " * 13_000
    rows = Tells(_lengths).rows(*end_to_end(["a", text, "b"]))
    assert counts_of(rows)[:, 0].tolist() == [1, 13_000, 1]
    assert weights_of(rows).tolist() == [1, 52_000, 1]


def test_damaged_table_leaves_texts_in_latin_letters_not_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def damaged() -> None:
        raise ModelDamaged("language.sunwai: restore it")

    monkeypatch.setattr(language, "shipped_tongues", damaged)
    found = read_languages(
        ["quite unheardof wordings", "پانی کا نلکا خراب ہے", "wir haben kein Wasser", "", "zzqx"]
    )
    assert [f.language for f in found] == [
        *(Language.UND, Language.UR, Language.OTHER, Language.UND, Language.UND),
    ]
    assert [f.coverage for f in found][::4] == [Coverage.NOT_CHECKED] * 2
    assert found[0].note == "language.sunwai: restore it"
