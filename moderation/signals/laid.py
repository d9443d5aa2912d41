"""Words end to end as code points, so that one numpy pass hashes or splits all of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from moderation.texts.strung import Coded

Codes = npt.NDArray[np.uint32]
Places = npt.NDArray[np.intp]

_FACTOR = 0x5BD1E995
BACK = np.uint32(pow(_FACTOR, -1, 1 << 32))
_LONGEST = 128  # letters of a word that are told apart by their place
POWERS = np.array([pow(_FACTOR, n, 1 << 32) for n in range(_LONGEST + 1)], dtype=np.uint32)
POWER_LIST: list[int] = POWERS.tolist()


class Laid(NamedTuple):
    """Words end to end, one code that is no letter after each: where each begins and ends."""

    codes: Codes
    starts: Places
    ends: Places

    def string(self, n: int) -> str:
        """The n-th word."""
        return self.codes[self.starts[n] : self.ends[n]].tobytes().decode("utf-32-le", "replace")

    def then(self, more: Laid) -> Laid:
        """These words, and more of them."""
        size = self.codes.size
        return Laid(
            np.concatenate([self.codes, more.codes]),
            np.concatenate([self.starts, more.starts + size]),
            np.concatenate([self.ends, more.ends + size]),
        )


def written(words: Iterable[str]) -> Laid:
    """The words with a 0 after each; a 0 within a word is read as another mark."""
    listed = [*words]
    joined = "\0".join([*listed, ""])
    if joined.count("\0") != len(listed):
        joined = "\0".join([*(w.replace("\0", "\1") for w in listed), ""])
    return lay(np.frombuffer(joined.encode("utf-32-le", "replace"), dtype="<u4"))


def lay(codes: Codes) -> Laid:
    """Words that stand end to end with a 0 after each."""
    ends = np.flatnonzero(codes == 0)
    return Laid(codes, np.concatenate([[0], ends + 1])[:-1], ends)


def runs(starts: Places, ends: Places) -> tuple[Places, Places]:
    """All places in [start, end) of each run, one after the other; and where each run begins
    among them, with an end after the last."""
    sizes = ends - starts
    begins = np.zeros(sizes.size + 1, dtype=np.intp)
    np.cumsum(sizes, out=begins[1:])
    return np.arange(int(begins[-1])) + np.repeat(starts - begins[:-1], sizes), begins


def pick(laid: Laid, wanted: Places) -> Laid:
    """Only these words."""
    at, begins = runs(laid.starts.take(wanted), laid.ends.take(wanted) + 1)
    return Laid(laid.codes.take(at), begins[:-1], begins[1:] - 1)


def laid_of(coded: Coded, wanted: Places) -> Laid:
    """The strings of these numbers."""
    at, begins = runs(coded.begins.take(wanted), coded.begins.take(wanted + 1))
    codes = coded.codes.take(at)
    codes[begins[1:] - 1] = 0
    return Laid(codes, begins[:-1], begins[1:] - 1)


def hashed(laid: Laid) -> tuple[Codes, Codes]:
    """A hash of each word, and what each letter adds to it."""
    at = np.arange(laid.codes.size) - np.repeat(laid.starts, laid.ends - laid.starts + 1)
    terms = (laid.codes + np.uint32(7)) * POWERS.take(at, mode="clip")
    terms[laid.ends] = 0
    if not laid.starts.size:
        return np.zeros(0, dtype=np.uint32), terms
    return np.add.reduceat(terms, laid.starts, dtype=np.uint32), terms
