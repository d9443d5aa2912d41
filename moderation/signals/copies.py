"""Near-copies: a short signature of a text, such that near-copies share at least one band.

MinHash (Broder 1997) over the five-letter sequences of the folded text, 64 permutations in 16
bands of 4: texts that are 80 % alike share a band with probability 0.9998, texts that are 30 %
alike with 0.12. Candidates that share a band are then compared by ``similarity``. The numbers are
the same on every machine and in every process, so they can be kept.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.reading import Reading, Signal
from moderation.texts.text import fold_text

VERSION = "minhash 2"
ALIKE = 0.7
"""At or above this similarity two texts are near-copies."""

_SHINGLE, _PERMUTATIONS, _BANDS = 5, 64, 16
_ROWS = _PERMUTATIONS // _BANDS
_LONGEST = 20_000  # folded characters that count; a longer text is told by its beginning
_CHUNK = 2_048  # rows of the table that is held at once: 1 MB
_LEAST_WORDS, _LEAST_LETTERS, _PLAINLY_LONG = 5, 24, 40
_WORD = re.compile(r"[^\W_]+")
_TWICE = re.compile(r"(\w)\1")  # "shaame": folding leaves two of a letter that is drawn out
_TAGS = re.compile(r"(?:https?://|www\.)\S+|[@#]\w+")  # who copies a text adds his own

UInts = npt.NDArray[np.uint64]
_MIX = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """``bands`` are keys to look candidates up by (0 to 2**63-1); ``minhash`` is compared."""

    bands: tuple[int, ...]
    minhash: bytes


def _mixed(values: UInts) -> UInts:
    """Splitmix64's finaliser: every bit of the result depends on every bit given."""
    with np.errstate(over="ignore"):
        z = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


_SEEDS = _mixed(np.arange(1, 2 * _PERMUTATIONS + 1, dtype=np.uint64) * _MIX)
_FACTORS: UInts = _SEEDS[:_PERMUTATIONS] | np.uint64(1)
_TERMS: UInts = _SEEDS[_PERMUTATIONS:]


def signature(text: str) -> Signature | None:
    """The text's signature; None when it is too short to be called a copy of another."""
    return signatures([text])[0]


def signatures(texts: Sequence[str]) -> list[Signature | None]:
    """Each text's signature; None where it is too short to be called a copy of another.

    A greeting or a word of thanks is written by many people alike: below five words and 24
    letters, or 40 letters without blanks, nothing is said.
    """
    least = [None if told is None else _least(_shingles(told)) for told in map(_told, texts)]
    rows = [row for row in least if row is not None]
    bands = iter(_bands(np.stack(rows)) if rows else [])
    return [
        None if row is None else Signature(bands=next(bands), minhash=row.astype("<u4").tobytes())
        for row in least
    ]


def _told(text: str) -> str | None:
    """The words that are compared, with one blank between; links, mentions and hashtags count only
    in a text that says little else."""
    text = text[:_LONGEST]
    plain = _TAGS.sub(" ", text)
    return _words(plain) or (None if plain == text else _words(text))


def _words(text: str) -> str | None:
    words = _WORD.findall(_TWICE.sub(r"\1", fold_text(text)))
    letters = sum(map(len, words))
    if letters < _LEAST_LETTERS or (len(words) < _LEAST_WORDS and letters < _PLAINLY_LONG):
        return None
    return " ".join(words)[:_LONGEST]


def _shingles(text: str) -> UInts:
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.uint64)
    size = len(points) - _SHINGLE + 1
    hashed = np.zeros(size, dtype=np.uint64)
    with np.errstate(over="ignore"):
        for i in range(_SHINGLE):
            hashed = hashed * np.uint64(0x100000001B3) + points[i : i + size]
    return np.unique(_mixed(hashed))


def _least(shingles: UInts) -> npt.NDArray[np.uint32]:
    best = np.full(_PERMUTATIONS, np.iinfo(np.uint64).max, dtype=np.uint64)
    with np.errstate(over="ignore"):
        for start in range(0, len(shingles), _CHUNK):
            table = shingles[start : start + _CHUNK, None] * _FACTORS + _TERMS
            best = np.minimum(best, table.min(axis=0))
    return (best >> np.uint64(32)).astype(np.uint32)


def _bands(least: npt.NDArray[np.uint32]) -> list[tuple[int, ...]]:
    """The bands of many texts at once: one row of ``least`` for each."""
    rows = least.astype(np.uint64).reshape(len(least), _BANDS, _ROWS)
    hashed: UInts = np.tile(np.arange(1, _BANDS + 1, dtype=np.uint64) * _MIX, (len(least), 1))
    for column in range(_ROWS):
        hashed = _mixed(hashed ^ rows[:, :, column])
    return [tuple(row) for row in (hashed >> np.uint64(1)).tolist()]


def similarity(a: bytes, b: bytes) -> float:
    """How alike two texts are, 0 to 1, from their minhashes: the estimated Jaccard index.

    Raises ValueError for a minhash that is not one: a kept value was damaged.
    """
    size = 4 * _PERMUTATIONS
    if len(a) != size or len(b) != size:
        raise ValueError(f"a minhash has {size} bytes, not {len(a)} and {len(b)}")
    one: npt.NDArray[np.uint32] = np.frombuffer(a, dtype="<u4")
    other: npt.NDArray[np.uint32] = np.frombuffer(b, dtype="<u4")
    return int(np.count_nonzero(one == other)) / _PERMUTATIONS


def with_copies(reading: Reading, *, count: int, accounts: int, minutes: float) -> Reading:
    """The reading with what is known of near-copies: how many, by how many accounts, in how long.

    ``count`` includes the comment itself. Nothing is claimed about accounts being linked.
    """
    note = f"{count} copies, {accounts} accounts, {minutes:.0f} min"
    values = {"copies": count, "copy_accounts": accounts, "copy_minutes": minutes}
    kept = tuple(s for s in reading.signals if s.name not in values)
    added = tuple(
        Signal(
            name=name, value=float(value), version=VERSION, note=note if name == "copies" else ""
        )
        for name, value in values.items()
    )
    return reading._replace(signals=kept + added)
