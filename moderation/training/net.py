"""Learns the net of `moderation.signals.net`: a pretrained encoder's vectors tuned on the rows.

Each head tunes the vectors for itself and has columns of its own. Plain numpy on one thread, so the
same rows and seed give the same bytes.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from data.model import Language
from moderation.signals.doubt import Doubt
from moderation.signals.hidden import HiddenWords
from moderation.signals.net import NONE, Band, Net, Sum, pieces_of_word, words_of
from moderation.training.bench import Bench
from moderation.training.encoder import Encoder

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_SIZE, _SPREAD = 64, 0.3  # of a piece's vector; spread of the vectors
_SEEN = 2  # rows that hold a piece, at least, for it to be kept
_LONGEST = 64  # pieces of a text
_AT_ONCE, _WARM = 64, 100
_RATE, _RATE_VECTORS, _SHRINK = 2e-3, 5e-4, 1e-2
_HIDE_PIECE, _HIDE_COLUMN = 0.1, 0.4
_CIVIL_WEIGHT = 2.5  # of a civil row, beside its weight: swearing at a firm is no abuse of it
_FLOOR = np.float32(-1e4)  # below anything that a piece says


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Of a head: how it learns, where it is asked, and the log-odds taken off what it says."""

    columns: int
    rounds: int
    caution: float = 0.0
    band: Band


LANGUAGES = frozenset({Language.EN})
"""Those whose pieces the encoder knows."""
_HIGH = 50.0  # no raw score lies so high
# Chosen on scores out of fold. Of toxicity: macro-F1 under the civil limits; a fifth of civil rows
# is in doubt. Of the others: what is found of lots that did not teach, under the same limits.
HEADS: Mapping[str, Wanted] = {
    "toxicity": Wanted(columns=64, rounds=5, caution=0.5,
                       band=Band(low=-1.8, high=2.2, edge=0.6, share=0.6, most=2.0)),
    "menace": Wanted(columns=32, rounds=30,
                     band=Band(low=-1.6, high=_HIGH, edge=0.6, share=0.5, most=3.0)),
    "hatred": Wanted(columns=48, rounds=30,
                     band=Band(low=-0.6, high=_HIGH, edge=0.2, share=0.8, most=2.0)),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
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

    def part(self, among: Bools) -> Lesson:
        """These texts alone."""
        numbers: list[int] = np.flatnonzero(among).tolist()
        texts = [self.texts[i] for i in numbers]
        return Lesson(texts=texts, label=self.label[among], weight=self.weight[among])

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What a head has of the net: its columns of the first pieces, and their sum."""

    table: npt.NDArray[np.int8]
    sum: Sum

    def said(self, texts: Sequence[Ints]) -> Floats:
        """What the net says of texts, which are numbers of pieces from 1 on, 0 for none."""
        nothing = np.full((1, self.table.shape[1]), NONE, dtype=np.int8)
        rows = np.vstack([nothing, self.table])
        most = [rows[np.minimum(text, rows.shape[0])].max(axis=0) for text in texts]
        return self.sum.of(np.stack(most))


class _Learner:
    """The net while it learns: vectors of pieces, their way to columns, and the sum of these."""

    def __init__(self, vectors: Singles, wanted: Wanted, seed: int) -> None:
        self._chance = np.random.default_rng(seed)
        self._wanted = wanted
        size, count = vectors.shape[1], wanted.columns
        self.vectors = _Adam(vectors.copy())
        self.columns = _Adam(self._drawn(size, (size, count)))
        self.weight = _Adam(self._drawn(count, (count,)))
        self.bias, self.offset = _Adam(np.zeros(count, "f4")), _Adam(np.zeros(1, "f4"))
        self._time = 0

    def _drawn(self, size: int, shape: tuple[int, ...]) -> Singles:
        return (self._chance.uniform(-1, 1, shape) / math.sqrt(size)).astype(np.float32)

    def learn(self, lesson: Lesson) -> None:
        steps = self._wanted.rounds * math.ceil(len(lesson.texts) / _AT_ONCE)
        for _ in range(self._wanted.rounds):
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
        column = np.arange(self._wanted.columns)
        spoken = np.maximum(says[most, column] + self.bias.array, 0) * open_ / (1 - _HIDE_COLUMN)
        raw = spoken @ self.weight.array + self.offset.array[0]
        gap = ((1 / (1 + np.exp(-raw)) - label) * weight / label.size).astype(np.float32)
        back = gap[:, None] * self.weight.array * (spoken > 0) / np.float32(1 - _HIDE_COLUMN)
        cells = (most * column.size + column).ravel()
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

    def share(self) -> Share:
        """What was learnt, with a byte for each number of each piece."""
        says = (self.vectors.array[1:] @ self.columns.array).astype(np.float64)
        scale = np.maximum(np.abs(says).max(axis=0), 1e-9) / 127
        of = Sum(
            begin=0,
            scale=scale.astype(np.float32).astype(np.float64),
            bias=self.bias.array.astype(np.float64),
            weight=self.weight.array.astype(np.float64),
            offset=float(self.offset.array[0]) - self._wanted.caution,
        )
        return Share(table=np.rint(says / scale).astype(np.int8), sum=of)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Pieces of words and their vectors, an empty one in front, before any head tuned them."""

    pieces: Mapping[str, int]
    vectors: Singles

    @classmethod
    def of(cls, listed: Sequence[str], encoder: Encoder) -> Ground:
        """The listed pieces, numbered from 1 on."""
        pieces = {piece: n for n, piece in enumerate(listed, start=1)}
        return cls(pieces=pieces, vectors=_vectors(listed, encoder))

    def texts(self, judged: Sequence[str]) -> list[Ints]:
        """Judged texts as numbers of pieces."""
        return [
            np.array(
                [n for w in words_of(t) for n in pieces_of_word(w, self.pieces)][:_LONGEST] or [0]
            )
            for t in judged
        ]

    def learnt(self, lesson: Lesson, wanted: Wanted, seed: int) -> Share:
        """What a head learns of a lesson in these pieces."""
        learner = _Learner(self.vectors, wanted, seed)
        learner.learn(lesson)
        return learner.share()


class Grounds:
    """The pieces that toxicity learns from, and those with all pieces of what was written behind
    them, from which the heads for sentences learn."""

    def __init__(self, bench: Bench, labelled: Bools, encoder: Encoder, written: Sequence[str]):
        self.judged = [t for t, of in zip(bench.judged, labelled, strict=True) if of]
        listed = _kept(self.judged, encoder, _SEEN)
        held = frozenset(listed)
        more = [
            p for p in _kept([*map(bench.lexicon.repair, written)], encoder, 1) if p not in held
        ]
        self.narrow, self.wide = Ground.of(listed, encoder), Ground.of([*listed, *more], encoder)

    def doubt(self, shares: Mapping[str, Share], lexicon: HiddenWords) -> Doubt:
        """The heads' columns side by side; a head says nothing of pieces that it does not know."""
        sums: dict[str, Sum] = {}
        table = np.full((len(self.wide.pieces), 0), NONE, dtype=np.int8)
        for name, share in shares.items():
            sums[name] = replace(share.sum, begin=table.shape[1])
            rest = ((0, table.shape[0] - share.table.shape[0]), (0, 0))
            table = np.hstack([table, np.pad(share.table, rest, constant_values=NONE)])
        pieces = {piece: n - 1 for piece, n in self.wide.pieces.items()}
        net = Net(pieces=pieces, table=table, sums=sums)
        return Doubt(net=net, lexicon=lexicon, bands={n: HEADS[n].band for n in shares})


def _kept(judged: Sequence[str], encoder: Encoder, least: int) -> list[str]:
    """The pieces that the texts hold so often, in the encoder's order."""
    known = {piece: n for n, piece in enumerate(encoder.pieces)}
    seen = Counter[int]()
    for text in judged:
        seen.update({n for word in words_of(text) for n in pieces_of_word(word, known)})
    return [encoder.pieces[n] for n in sorted(seen) if seen[n] >= least]


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


def learn_doubt(
    bench: Bench, labelled: Bools, held: Floats, grounds: Grounds, seed: int
) -> tuple[Share, Floats]:
    """Toxicity's share of the net, and the raw scores `held` out of fold as it moves them.

    The net that moves a row's score has not learnt from that row either.
    """
    rows = [r for r, of in zip(bench.rows, labelled, strict=True) if of]
    weight = bench.weight[labelled] * [_CIVIL_WEIGHT if r.civil else 1.0 for r in rows]
    weight /= bench.weight[labelled].mean()
    ground, wanted = grounds.narrow, HEADS["toxicity"]
    lesson = Lesson(
        texts=ground.texts(grounds.judged),
        label=np.array([bool(r.label) for r in rows], dtype=np.float32),
        weight=weight.astype(np.float32),
    )
    group, said = bench.group[labelled], np.zeros(held.size)
    for fold in np.unique(group).tolist():
        mine = group == fold
        said[mine] = ground.learnt(lesson.part(~mine), wanted, seed).said(lesson.part(mine).texts)
    return ground.learnt(lesson, wanted, seed), held + wanted.band.by(held, said)
