"""The raw scores of one tongue by the kernels: the same to the last bit as those of its word book.

What the kernels cannot be sure of is left to Python: a chunk that may hide a word or that folds in
an unusual way is worked out once and kept; a text that must be read across blanks is repaired
whole and then weighed.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Mapping, Sequence

import numpy as np

from moderation.signals.doubt import Doubt
from moderation.signals.fast import book, pieces, weighing
from moderation.signals.fast.built import Letters, lexis_of
from moderation.signals.fast.shapes import (
    AGAIN,
    DONE,
    LONGEST,
    LONGEST_JUDGED,
    Bytes,
    Codes,
    Floats,
    Ints,
    new_book,
    new_desk,
)
from moderation.signals.grams import CLASS
from moderation.signals.net import NONE
from moderation.signals.tongue import Head, Tongue
from moderation.texts.text import fold_text, fold_texts
from moderation.texts.unmet import flags_of

_BITS = 16  # of the book: some 45,000 chunks
_PASSES = 3  # over texts with chunks that must be learnt: a book that began anew needs one more


class QuickTongue:
    """The heads asked for, of one tongue."""

    def __init__(
        self, tongue: Tongue, doubt: Doubt | None, names: Sequence[str], letters: Letters
    ) -> None:
        self._heads = {n: tongue.heads[n] for n in names if n in tongue.heads}
        self._tongue, self._doubt, self._letters = tongue, doubt, letters
        self._lexicon = tongue.lexicon
        every = self._heads.items()
        settings = [(n, h.setting) for n, h in every if h.setting is not None]
        self._of_all = [*self._heads, *(n + "." for n, _ in settings)]
        self._of_words = [n for n, h in every if h.words is not None]
        self._lexis = lexis_of(
            letters,
            tongue.lexicon,
            [*(h.table for h in self._heads.values()), *(s.table for _, s in settings)],
            [h.words for _, h in every if h.words is not None],
            doubt.net if doubt is not None else None,
        )
        columns = len(self._of_all) + len(self._of_words)
        self._columns = columns + 2
        self._book = new_book(columns, _BITS, self._lexis.net.shape[1])
        self._desk = new_desk()
        self._secret = np.array([secrets.randbits(62) | 1 for _ in range(2)], dtype=np.int64)
        self._lock = threading.Lock()

    def raw(self, texts: Sequence[str]) -> Mapping[str, Floats]:
        """Each head's raw score for each text, those in doubt moved by the net."""
        codes, begins = _laid(
            texts if max(map(len, texts), default=0) <= LONGEST else _short(texts)
        )
        out = np.zeros((len(texts), self._columns))
        with self._lock:
            told = self._weigh(codes, begins, out)
            at: list[int] = np.flatnonzero(told != DONE).tolist()
            left = dict(zip(at, fold_texts([texts[i] for i in at]), strict=True)) if at else {}
            if left:
                self._add_whole(left, out)
            raw = self._settled(out)
            self._add_long(left, raw)
            return raw if self._doubt is None else self._moved(raw, texts, codes, begins, left)

    def _weigh(self, codes: Codes, begins: Ints, out: Floats) -> Bytes:
        told = np.zeros(begins.size - 1, dtype=np.uint8)
        waiting = np.empty((codes.size // 2 + 1, 3), dtype=np.int64)
        which = np.arange(told.size)
        for _ in range(_PASSES):
            found = weighing.weigh(
                codes, begins, which, self._lexis, self._book, self._desk,
                out, told, waiting, self._secret,
            )  # fmt: skip
            if not found:
                break
            self._learn(codes, waiting[:found])
            which = np.flatnonzero(told == AGAIN)
        return told

    def _learn(self, codes: Codes, waiting: Ints) -> None:
        """Works chunks out in Python and enters them."""
        spots: list[tuple[int, int]] = [(int(a), int(b)) for a, b, _ in waiting]
        written = [codes[a:b].tobytes().decode("utf-32-le", "surrogatepass") for a, b in spots]
        self._letters.learn({ord(c) for chunk in written for c in chunk})
        folded = fold_texts(written)
        judged = [self._lexicon.rewritten(f) for f in folded]
        flags = np.array([*map(flags_of, written, folded)], dtype=np.int64)
        points, folds = _laid(folded)
        book.learn(
            waiting, flags, points.astype(np.int64), folds, *_classes(judged),
            self._lexis, self._book, self._desk,
        )  # fmt: skip
        if self._doubt is not None:
            rows = b"".join([self._doubt.net.row(j) for j in judged])
            pieces.learn_pieces(
                waiting, np.frombuffer(rows, dtype=np.int8).reshape(len(judged), -1), self._book
            )

    def _add_whole(self, left: Mapping[int, str], out: Floats) -> None:
        """Adds up texts that are read across blanks, given folded, in their rows of ``out``."""
        at = [i for i, folded in left.items() if len(folded) <= LONGEST_JUDGED]
        sums = np.zeros((len(at), self._columns))
        judged = [self._lexicon.repair(left[i]) for i in at]
        weighing.weigh_judged(*_classes(judged), self._lexis, self._desk, sums)
        out[at] = sums

    def _add_long(self, left: Mapping[int, str], raw: Mapping[str, Floats]) -> None:
        """Texts so long that the order of their sum may matter are left to the book."""
        at = [i for i, folded in left.items() if len(folded) > LONGEST_JUDGED]
        for name, values in self._tongue.raw_of_folded([left[i] for i in at], [*raw]).items():
            raw[name][at] = values

    def _settled(self, sums: Floats) -> dict[str, Floats]:
        """What was added up, by the number of features, with biases, moved by the settings."""
        every, said = (np.sqrt(np.maximum(sums[:, n], 1)) for n in (-2, -1))
        wide = len(self._of_all)
        found = {n: sums[:, k] / every for k, n in enumerate(self._of_all)}
        for k, name in enumerate(self._of_words, wide):
            found[name] = found[name] + sums[:, k] / said
        return {
            n: _with_bias(head, found[n], found.get(n + ".")) for n, head in self._heads.items()
        }

    def _moved(
        self,
        raw: Mapping[str, Floats],
        texts: Sequence[str],
        codes: Codes,
        begins: Ints,
        left: Mapping[int, str],
    ) -> Mapping[str, Floats]:
        """The raw scores, those in doubt moved by the net."""
        doubt = self._doubt
        assert doubt is not None
        at = doubt.asked(raw)
        at = at[~np.isin(at, [*left])]
        most = np.full((at.size, self._lexis.net.shape[1]), NONE, dtype=np.int8)
        missed = np.zeros(at.size, dtype=np.uint8)
        pieces.ask(
            codes, begins, at, self._lexis, self._book, self._desk, most, missed, self._secret
        )
        unsure: list[int] = at[missed != 0].tolist()
        whole = {**left, **{i: fold_text(texts[i]) for i in unsure}}
        at, most = at[missed == 0], most[missed == 0]
        out = dict(doubt.moved_by(raw, at, most))
        if whole:
            folded, mine = [*whole.values()], [*whole]
            found = doubt.moved(
                {n: raw[n][mine] for n in doubt.bands if n in raw}, folded.__getitem__
            )
            for name, values in found.items():
                out[name][mine] = values
        return out


def _with_bias(head: Head, whole: Floats, setting: Floats | None) -> Floats:
    out = whole + head.bias
    if head.setting is not None and setting is not None:
        out -= head.setting.drop(setting)
    return out


def _short(texts: Sequence[str]) -> Sequence[str]:
    """The texts, an empty one in the place of each that is too long to be read by its chunks."""
    if max(map(len, texts), default=0) <= LONGEST:
        return texts
    return [text if len(text) <= LONGEST else "" for text in texts]


def _laid(texts: Sequence[str]) -> tuple[Codes, Ints]:
    """Texts end to end as code points, and where each begins."""
    begins = np.zeros(len(texts) + 1, dtype=np.int64)
    np.cumsum(np.fromiter(map(len, texts), dtype=np.int64, count=len(texts)), out=begins[1:])
    raw = "".join(texts).encode("utf-32-le", "surrogatepass")
    return np.frombuffer(raw, dtype=np.int32), begins


def _classes(judged: Sequence[str]) -> tuple[Ints, Ints]:
    """Judged texts as classes of letters for features, a blank before each and after the last."""
    joined = " ".join(["", *judged, ""])
    raw = np.frombuffer(joined.encode("utf-32-le", "replace"), dtype=np.uint32)
    begins = np.zeros(len(judged) + 1, dtype=np.int64)
    np.cumsum([len(j) + 1 for j in judged], out=begins[1:])
    return CLASS[np.minimum(raw, CLASS.size - 1)].astype(np.int64), begins
