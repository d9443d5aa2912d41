"""The sieve spares look-ups and must never lose a hit: it is held against looking all words up."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.model import Language
from moderation.signals import laid
from moderation.signals.builtin import load_builtin
from moderation.signals.hidden import HiddenWords, word_hash
from moderation.signals.sieve import Seams

LETTERS = "abcdehikoptuzy"
TARGETS = {"kutta": 3.0, "kameena": 2.0, "bastard": 4.0, "chutiya": 5.0, "ass": 1.0, "کتا": 2.0,
           "بدتمیز": 2.5, "aagoo": 1.5}  # fmt: skip
KNOWN = ("pani", "kitab", "kuta", "boot", "bas")


def invented(*, roman: bool) -> HiddenWords:
    return HiddenWords(TARGETS, frozenset(map(word_hash, KNOWN)), roman, frozenset({"zaid", "b0b"}))


SHIPPED = [tongue.lexicon for tongue in load_builtin().tongues.values()]
BOOKS = [invented(roman=True), invented(roman=False), *SHIPPED]


@st.composite
def misspelt(draw: st.DrawFn, targets: list[str]) -> str:
    """A target with up to three letters put in, left out, changed, doubled or swapped."""
    word = draw(st.sampled_from(targets))
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(word)))
        put = draw(st.sampled_from([*LETTERS, "", "*", "1", "@", "ا", "-", word[:1]]))
        left = draw(st.integers(0, 1))
        swapped = word[at : at + 2][::-1] if draw(st.booleans()) else word[at : at + left]
        word = word[:at] + put + swapped + word[at + len(swapped) :]
    return word + draw(st.sampled_from(["", "!", "..", ",", "42", "11"]))


written = st.text(st.sampled_from(LETTERS + "aeiou0123459.!,?*@'w_ہےکاé\u0800😀²"), max_size=34)


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_no_hidden_word_is_lost(data: st.DataObject) -> None:
    words = data.draw(st.sampled_from(BOOKS))
    near = misspelt(sorted(words.targets) + sorted(words.blind))
    chunks = data.draw(st.lists(near | written | st.sampled_from(KNOWN), max_size=12))
    assert words.all_rewritten(chunks) == [words.rewritten(chunk) for chunk in chunks]


@pytest.mark.parametrize(
    "chunk", ["", "www..", "www.x.pk", "http://a.b", "\0", "a\0b", "kutta\0", "\ud800", "k" * 200,
              "@kutta", "b0b", "z4id", "kut.ta", "99", "!!", "kuttttta", "²"]
)  # fmt: skip
def test_odd_chunk_is_written_as_when_it_is_looked_up_alone(chunk: str) -> None:
    words = invented(roman=True)
    assert words.all_rewritten(["pani", chunk, "kutti"]) == [
        "pani", words.rewritten(chunk), words.rewritten("kutti")
    ]  # fmt: skip


def test_most_ordinary_words_are_not_looked_up() -> None:
    words = invented(roman=True)
    ordinary = ["sadak", "bijli42", "mehngai", "bohat,", "sarkar!!", "سڑک", "خراب"]
    passed = words.passing(laid.written([*ordinary, "kutti"]))
    assert passed == [len(ordinary)]


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_target_written_in_two_is_lost(data: st.DataObject) -> None:
    words = data.draw(st.sampled_from(BOOKS))
    whole = st.sampled_from(sorted(words.targets) + sorted(words.joins))
    cut = whole.flatmap(lambda w: st.integers(1, max(len(w) - 1, 1)).map(lambda n: (w[:n], w[n:])))
    pairs = data.draw(st.lists(cut | st.tuples(written, written), min_size=1, max_size=6))
    ends = data.draw(st.lists(st.sampled_from(["", "!", "?."]), min_size=12, max_size=12))
    chunks = [part.replace("\0", "") + end for part, end in zip(sum(pairs, ()), ends, strict=False)]
    numbers = words.seams.ends(laid.written(chunks))
    alone = [words.seams.ends(laid.written([chunk]))[:, 0].tolist() for chunk in chunks]
    assert numbers.T.tolist() == alone
    found = set(words.seams.joined(numbers).tolist())
    for at, (left, right) in enumerate(pairwise(chunks)):
        if (bare := right.rstrip("!.,?")) and words.is_joined(left, bare):
            assert at in found


def test_lexicon_without_a_word_has_nothing_to_find() -> None:
    empty = HiddenWords({}, frozenset(), blind=frozenset())
    assert empty.all_rewritten(["pani", "ku*ta", ""]) == ["pani", "ku*ta", ""]
    assert empty.all_rewritten([]) == []
    assert Seams([]).joined(Seams([]).ends(laid.written(["a", "b"]))).tolist() == []


def test_every_covered_language_is_tried() -> None:
    assert {*load_builtin().tongues} == {Language.EN, Language.UR_LATN, Language.UR, Language.AR}
