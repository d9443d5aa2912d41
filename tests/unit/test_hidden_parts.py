"""The parts of looking hidden words up: edits, numbers of known words, words end to end."""

from __future__ import annotations

import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.signals.edits import distance, within_one
from moderation.signals.known import LONGEST_WORD, Kept, crcs
from moderation.signals.laid import hashed, pick, written
from moderation.signals.tokens import tokens_of

few = st.text(st.sampled_from("abc"), max_size=7)
words = st.lists(st.text(st.sampled_from("abkہ😀\u0301."), max_size=9), min_size=1, max_size=9)


def plain_distance(a: str, b: str) -> int:
    """Edits between two words, worked out in full."""
    rows = [[*range(len(b) + 1)]]
    for i, x in enumerate(a, start=1):
        row = [i]
        for j, y in enumerate(b, start=1):
            cost = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, rows[-2][j - 2] + 1)
            row.append(cost)
        rows.append(row)
    return rows[-1][-1]


@settings(max_examples=500, deadline=None)
@given(few, few)
def test_distance_is_that_worked_out_in_full_where_it_is_small(a: str, b: str) -> None:
    full = plain_distance(a, b)
    assert (distance(a, b) == full) if full <= 2 else (distance(a, b) > 2)
    assert within_one(a, b) == (full <= 1)


@given(st.lists(st.text(st.sampled_from("abkہ😀é"), min_size=1, max_size=30), min_size=1))
def test_numbers_of_words_are_those_that_zlib_gives(given: list[str]) -> None:
    parts = [word.encode() for word in given]
    ends = np.cumsum([len(part) for part in parts])
    starts = ends - [len(part) for part in parts]
    found = crcs(np.frombuffer(b"".join(parts), dtype=np.uint8), starts, ends)
    assert found.tolist() == [zlib.crc32(part) for part in parts]


def test_longest_word_has_a_number_and_no_word_none() -> None:
    long = b"\xff" * LONGEST_WORD
    at = np.array([0]), np.array([LONGEST_WORD])
    assert crcs(np.frombuffer(long, dtype=np.uint8), *at).tolist() == [zlib.crc32(long)]
    nothing = np.zeros(0, dtype=np.intp)
    assert crcs(np.zeros(0, dtype=np.uint8), nothing, nothing).tolist() == []


# Near the ends many stand close to one another.
numbers = st.one_of(
    st.integers(0, 2**32 - 1), st.integers(0, 40), st.integers(2**32 - 40, 2**32 - 1)
)


@given(st.sets(numbers), st.lists(numbers, max_size=20))
def test_kept_numbers_are_a_set(held: set[int], asked: list[int]) -> None:
    kept = Kept.of(held)
    asked += held
    assert kept.holds(np.array(asked, dtype=np.uint32)).tolist() == [n in held for n in asked]
    assert [n in kept for n in asked] == [n in held for n in asked]
    assert (len(kept), {*kept}, Kept.of(kept)) == (len(held), held, kept)


@given(words)
def test_words_laid_out_are_themselves_and_hash_as_each_alone(given: list[str]) -> None:
    laid = written(given)
    assert [laid.string(n) for n in range(len(given))] == given
    assert hashed(laid)[0].tolist() == [hashed(written([word]))[0][0] for word in given]
    behind = pick(laid, np.arange(1, len(given))).then(pick(laid, np.zeros(1, dtype=np.intp)))
    assert [behind.string(n) for n in range(len(given))] == [*given[1:], given[0]]


@pytest.mark.parametrize(
    ("chunk", "parts", "odd"),
    [
        ("kutta!", ["kutta"], False),
        ("(ku-tta),", ["kutta"], False),
        ("aur,kutta", ["aur", "kutta"], False),
        ("5h1t", ["shit"], False),
        ("ku!tta", ["kutta"], True),
        ("k*tta", ["k", "tta"], True),
        ("@kutta", ["kutta"], True),
        ("x.com/www", ["xcom", "www"], True),
        ("😀", [], False),
    ],
)
def test_tokens_of_a_chunk(chunk: str, parts: list[str], odd: bool) -> None:
    tokens = tokens_of(written(["pani", chunk, "sadak"]))
    words, owner = tokens.words(np.ones(tokens.owner_of_tokens.size, dtype=bool))
    found = [(int(n), words.string(i)) for i, n in enumerate(owner)]
    assert sorted(found) == sorted([(0, "pani"), *((1, p) for p in parts), (2, "sadak")])
    assert tokens.odd.tolist() == [False, odd, False]
