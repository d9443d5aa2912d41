"""Chunks worked out together must be what each is by itself; strings in numbers are strings."""

from __future__ import annotations

import re

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from moderation.texts.chunks import Chunks, CodedColumn, Column
from moderation.texts.folding import fold_alone, fold_text_alone
from moderation.texts.hashes import Table, hashes_of, numbered
from moderation.texts.strung import Strung, coded
from moderation.texts.unmet import flags_of, worked_out

_LETTERS = st.sampled_from([
    *"abiIKmnsx014$@!.-_*/'’~,?#", *"کتاہیآئي", "\u0301", "\u200c", "\ud800", "😀", "é", "ﷺ", "¨",
    "½", "…", "ß", "ф", "٣", "\U0010fffe", "iii", "a.b.c", "s1r", "f-u-c-k", "$ir", "x" * 59,
])  # fmt: skip
chunks = st.lists(_LETTERS, min_size=1, max_size=7).map("".join)
many = st.lists(chunks, max_size=8, unique=True)
_WORDS = re.compile(r"[^\W_]+(?:'[^\W_]+)*")


@settings(max_examples=400)
@given(many)
@example(["\u200c", "a", "\u200c", "'a'b'", "niii"])
def test_chunks_worked_out_together_are_those_worked_out_alone(written: list[str]) -> None:
    found = worked_out(coded(written))
    folded = [fold_text_alone(chunk) for chunk in written]
    assert found.folded.strings() == folded
    assert found.folded.hashes.tolist() == hashes_of(folded).tolist()
    assert found.flags.tolist() == [flags_of(*pair) for pair in zip(written, folded, strict=True)]
    words = [_WORDS.findall(f.replace("ii", "i")) for f in folded]
    assert found.words.counts.tolist() == [*map(len, words)]
    picked = found.words.picked(np.arange(found.words.hashes.size))
    assert picked.strings() == [w for of in words for w in of]


@given(st.lists(many, max_size=4))
def test_book_of_chunks_keeps_what_it_learns_piece_by_piece(pieces: list[list[str]]) -> None:
    book, known = Chunks(), list[str]()
    lengths = Column(lambda new: np.array([*map(len, new)]), "folded")
    coded_lengths = CodedColumn(lambda new: np.diff(new.begins) - 1, "folded")
    for piece in pieces:
        new = [chunk for chunk in piece if chunk not in known]
        book.learn(coded(new))
        known += new
        sizes = [len(fold_text_alone(chunk)) for chunk in known]
        assert lengths.rows(book)[: book.count].tolist() == sizes
        assert coded_lengths.rows(book)[: book.count].tolist() == sizes
    assert book.written == known
    assert book.folded == [fold_text_alone(chunk) for chunk in known]
    assert book.count == len(known)
    assert book.word_total == len(book.words) == len(set(book.words))
    for n, folded in enumerate(book.folded):
        first, count = int(book.word_first[n]), int(book.word_count[n])
        numbers: list[int] = book.word_of[first : first + count].tolist()
        words = [book.words[w] for w in numbers]
        assert words == _WORDS.findall(folded.replace("ii", "i"))
        spots = [fold_alone(known[n]).original(*m.span()) for m in _WORDS.finditer(folded)]
        assert [book.spot(first + w) for w in range(count)] == spots
    assert book.numbers(hashes_of(known)).tolist() == [*range(len(known))]


@given(st.lists(st.text(st.characters(exclude_characters="\U0010ffff")), max_size=6))
def test_strings_in_numbers_are_the_strings(given_strings: list[str]) -> None:
    held = coded(given_strings)
    assert held.strings() == given_strings
    assert [held.string(n) for n in range(len(given_strings))] == given_strings
    half = len(given_strings) // 2
    assert held.part(half, len(given_strings)).strings() == given_strings[half:]
    back = held.picked(np.arange(len(given_strings))[::-1])
    assert back.strings() == given_strings[::-1]
    assert back.hashes.tolist() == hashes_of(given_strings[::-1]).tolist()


def test_strings_are_made_once_and_in_the_same_list() -> None:
    held = Strung()
    held.add(coded(["a", ""]))
    made = held.strings()
    held.add(coded(["b"]))
    assert held.strings() is made
    assert made == ["a", "", "b"]


def test_equal_strings_have_one_hash_and_others_another() -> None:
    strings = [f"{n}{'k' * (n % 7)}" for n in range(5000)]
    found = hashes_of(strings)
    assert len(set(found.tolist())) == len(strings)
    assert (hashes_of(strings[::-1])[::-1] == found).all()
    assert hashes_of([]).size == 0


@given(st.lists(st.lists(st.integers(1, 40), max_size=20), max_size=4))
def test_table_numbers_each_hash_in_the_order_in_which_it_came(pages: list[list[int]]) -> None:
    table, known = Table(6), dict[int, int]()
    for page in pages:
        # All of these want the same few places, so that some must stand further on.
        found = np.array(page, dtype=np.uint64) << np.uint64(55)
        numbers, new = numbered(table, found, len(known))
        fresh = [n for n in dict.fromkeys(page) if n not in known]
        assert [page[at] for at in new.tolist()] == fresh
        known |= {n: len(known) + i for i, n in enumerate(fresh)}
        assert numbers.tolist() == [known[n] for n in page]
    missing = np.arange(41, 45, dtype=np.uint64) << np.uint64(55)
    assert (table.find(missing) == -1).all()
