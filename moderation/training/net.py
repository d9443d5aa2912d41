"""Learns the net of `moderation.signals.net`: a pretrained encoder's vectors tuned on the rows.

Plain numpy on one thread, so the same rows and seed give the same bytes.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from data.model import Language
from moderation.signals.net import Doubt, Net, pieces_of_word, words_of
from moderation.training.bench import Bench
from moderation.training.encoder import Encoder

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
__all__ = ["DOUBTS", "learn_doubt"]

_SIZE, _COLUMNS, _SPREAD = 64, 64, 0.3  # of a piece's vector, of the net; spread of the vectors
_SEEN = 2  # rows that hold a piece, at least, for it to be kept
_LONGEST = 64  # pieces of a text
_ROUNDS, _AT_ONCE, _WARM = 5, 64, 100
_RATE, _RATE_VECTORS, _SHRINK = 2e-3, 5e-4, 1e-2
_HIDE_PIECE, _HIDE_COLUMN = 0.1, 0.4
_CIVIL_WEIGHT = 2.5  # of a civil row, beside its weight: swearing at a firm is no abuse of it
_CAUTION = 0.5  # log-odds that are taken off what the net says
_FLOOR = np.float32(-1e4)  # below anything that a piece says

# Chosen on scores out of fold: macro-F1 under the civil limits; a fifth of civil rows is in doubt.
DOUBTS: Mapping[Language, Mapping[str, float]] = {
    Language.EN: {"low": -1.8, "high": 2.2, "edge": 0.6, "share": 0.6, "most": 2.0},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lesson:
    """The texts as numbers of pieces, which is 0 for none, and what they should say."""

    texts: Sequence[Ints]
    label: Singles
    weight: Singles

    def batches(self, chance: np.random.Generator) -> Iterator[Ints]:
        """Rows at random, those of like length together."""
        sizes = np.array(list(map(len, self.texts)), dtype=np.int64)
        order = chance.permutation(sizes.size)
        parts = np.array_split(order, max(1, order.size // (_AT_ONCE * 30)))
        order = np.concatenate([p[np.argsort(sizes[p], kind="stable")] for p in parts])
        batches = [order[a : a + _AT_ONCE] for a in range(0, order.size, _AT_ONCE)]
        for n in chance.permutation(len(batches)).tolist():
            yield batches[n]

    def part(self, among: Bools) -> _Lesson:
        """These texts alone."""
        numbers: list[int] = np.flatnonzero(among).tolist()
        texts = [self.texts[i] for i in numbers]
        return _Lesson(texts=texts, label=self.label[among], weight=self.weight[among])

    def padded(self, rows: Ints) -> Ints:
        numbers: list[int] = rows.tolist()
        texts = [self.texts[i] for i in numbers]
        out = np.zeros((len(texts), max(map(len, texts))), dtype=np.int64)
        for line, text in zip(out, texts, strict=True):
            line[: len(text)] = text
        return out


class _Adam:
    """Adam for one array; `rows` names those that the gradient is of."""

    def __init__(self, array: Singles) -> None:
        self.array = array
        self._mean, self._square = np.zeros_like(array), np.zeros_like(array)

    def step(self, gradient: Any, time: int, rate: float, rows: Any = slice(None)) -> None:
        mean = self._mean[rows] = np.float32(0.9) * self._mean[rows] + np.float32(0.1) * gradient
        square = self._square[rows] = (
            np.float32(0.999) * self._square[rows] + np.float32(0.001) * gradient * gradient
        )
        mean, square = mean / np.float32(1 - 0.9**time), square / np.float32(1 - 0.999**time)
        self.array[rows] -= np.float32(rate) * mean / (np.sqrt(square) + np.float32(1e-8))


class _Learner:
    """The net while it learns: vectors of pieces, their way to columns, and the sum of these."""

    def __init__(self, vectors: Singles, seed: int) -> None:
        self._chance = np.random.default_rng(seed)
        size = vectors.shape[1]
        self.vectors = _Adam(vectors.copy())
        self.columns = _Adam(self._drawn(size, (size, _COLUMNS)))
        self.weight = _Adam(self._drawn(_COLUMNS, (_COLUMNS,)))
        self.bias, self.offset = _Adam(np.zeros(_COLUMNS, "f4")), _Adam(np.zeros(1, "f4"))
        self._time = 0

    def _drawn(self, size: int, shape: tuple[int, ...]) -> Singles:
        return (self._chance.uniform(-1, 1, shape) / math.sqrt(size)).astype(np.float32)

    def learn(self, lesson: _Lesson) -> None:
        steps = _ROUNDS * math.ceil(len(lesson.texts) / _AT_ONCE)
        for _ in range(_ROUNDS):
            for rows in lesson.batches(self._chance):
                pace = max(0.02, 1 - self._time / steps) * min(1.0, (self._time + 1) / _WARM)
                self._time += 1
                self._step(lesson.padded(rows), lesson.label[rows], lesson.weight[rows], pace)

    def _step(self, pieces: Ints, label: Singles, weight: Singles, pace: float) -> None:
        shown = self._chance.random(pieces.shape, dtype=np.float32) >= _HIDE_PIECE
        held, at = np.unique(np.where(shown, pieces, 0), return_inverse=True)
        at = at.reshape(pieces.shape)
        vectors = self.vectors.array[held]
        says = vectors @ self.columns.array
        says[held == 0] = _FLOOR
        loudest = says[at].argmax(axis=1)
        most = np.take_along_axis(at, loudest, axis=1)  # for each column the piece that says most
        open_ = self._chance.random(most.shape, dtype=np.float32) >= _HIDE_COLUMN
        column = np.arange(_COLUMNS)
        spoken = np.maximum(says[most, column] + self.bias.array, 0) * open_ / (1 - _HIDE_COLUMN)
        raw = spoken @ self.weight.array + self.offset.array[0]
        gap = ((1 / (1 + np.exp(-raw)) - label) * weight / label.size).astype(np.float32)
        back = gap[:, None] * self.weight.array * (spoken > 0) / np.float32(1 - _HIDE_COLUMN)
        cells = (most * _COLUMNS + column).ravel()
        of_piece = np.bincount(cells, back.ravel(), says.size).reshape(says.shape).astype("f4")
        rate = _RATE * pace
        self.vectors.step(
            of_piece @ self.columns.array.T, self._time, _RATE_VECTORS * pace, rows=held
        )
        for part, gradient, shrinks in (
            (self.columns, vectors.T @ of_piece, True),
            (self.weight, spoken.T.astype(np.float32) @ gap, True),
            (self.bias, back.sum(axis=0), False),
            (self.offset, gap.sum(keepdims=True), False),
        ):
            part.array *= np.float32(1 - rate * _SHRINK * shrinks)
            part.step(gradient, self._time, rate)

    def net(self, listed: Sequence[str]) -> Net:
        """What was learnt, with a byte for each number of each listed piece."""
        says = (self.vectors.array[1:] @ self.columns.array).astype(np.float64)
        scale = np.maximum(np.abs(says).max(axis=0), 1e-9) / 127
        return Net(
            pieces={piece: n for n, piece in enumerate(listed)},
            table=np.rint(says / scale).astype(np.int8),
            scale=scale.astype(np.float32).astype(np.float64),
            bias=self.bias.array.astype(np.float64),
            weight=self.weight.array.astype(np.float64),
            offset=float(self.offset.array[0]) - _CAUTION,
        )


def _kept(judged: Sequence[str], encoder: Encoder) -> list[str]:
    """The pieces that the texts hold often enough, in the encoder's order."""
    known = {piece: n for n, piece in enumerate(encoder.pieces)}
    seen = Counter[int]()
    for text in judged:
        seen.update({n for word in words_of(text) for n in pieces_of_word(word, known)})
    return [encoder.pieces[n] for n in sorted(seen) if seen[n] >= _SEEN]


def _vectors(pieces: Sequence[str], encoder: Encoder) -> Singles:
    """Their vectors along the widest directions, an empty one in front."""
    at = {piece: n for n, piece in enumerate(encoder.pieces)}
    whole = encoder.vectors[[at[p] for p in pieces]].astype(np.float64)
    whole -= whole.mean(axis=0)
    turned = cast(Any, np.linalg.eigh(whole.T @ whole)).eigenvectors[:, ::-1][:, :_SIZE]
    turned = turned * np.sign(turned[np.abs(turned).argmax(axis=0), np.arange(turned.shape[1])])
    flat = whole @ turned
    flat *= _SPREAD / (flat.std() or 1.0)
    return np.vstack([np.zeros((1, flat.shape[1])), flat]).astype(np.float32)


def _lesson(bench: Bench, labelled: Bools, judged: Sequence[str], listed: Sequence[str]) -> _Lesson:
    """The labelled rows of a bench as numbers of the listed pieces, from 1 on."""
    pieces = {piece: n for n, piece in enumerate(listed, start=1)}
    rows = [r for r, of in zip(bench.rows, labelled, strict=True) if of]
    weight = bench.weight[labelled] * [_CIVIL_WEIGHT if r.civil else 1.0 for r in rows]
    weight /= bench.weight[labelled].mean()
    return _Lesson(
        texts=[
            np.array([n for w in words_of(t) for n in pieces_of_word(w, pieces)][:_LONGEST] or [0])
            for t in judged
        ],
        label=np.array([bool(r.label) for r in rows], dtype=np.float32),
        weight=weight.astype(np.float32),
    )


def learn_doubt(
    bench: Bench, labelled: Bools, held: Floats, encoder: Encoder, seed: int
) -> tuple[Doubt, Floats] | None:
    """The net of a bench's language, and the raw scores `held` out of fold as it moves them.

    The net that moves a row's score has not learnt from that row either. None for a language that
    has no net.
    """
    told = DOUBTS.get(bench.language)
    if told is None:
        return None
    judged = [t for t, of in zip(bench.judged, labelled, strict=True) if of]
    listed = _kept(judged, encoder)
    vectors, lesson = _vectors(listed, encoder), _lesson(bench, labelled, judged, listed)

    def learnt(among: Bools) -> Net:
        learner = _Learner(vectors, seed)
        learner.learn(lesson.part(among))
        return learner.net(listed)

    group, said = bench.group[labelled], np.zeros(held.size)
    for fold in np.unique(group).tolist():
        mine = group == fold
        chunks = [judged[i].split(" ") for i in np.flatnonzero(mine).tolist()]
        said[mine] = learnt(~mine).said(chunks)
    doubt = Doubt.of(learnt(np.ones(held.size, bool)), bench.lexicon, told)
    return doubt, held + doubt.by(held, said)
