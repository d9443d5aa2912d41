"""Shares with what they are worth: count, n, and the Wilson 95 % range."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

Z95 = 1.959963984540054
FEW = 30  # PRODUCT.md 3.11: under this n a share is not told


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """``hits`` of ``n``. ``value``, ``low`` and ``high`` are None when n is 0."""

    hits: int
    n: int
    value: float | None
    low: float | None
    high: float | None

    @property
    def too_few(self) -> bool:
        """Under 30 the share says too little to be told as a percentage."""
        return self.n < FEW


def share_of(hits: int, n: int) -> Share:
    """``hits`` of ``n`` with the Wilson score interval at 95 %. Raises ValueError on 3 of 2."""
    if not 0 <= hits <= n:
        raise ValueError(f"{hits} of {n} is no share: hits must lie between 0 and n.")
    if n == 0:
        return Share(hits=0, n=0, value=None, low=None, high=None)
    p, zz = hits / n, Z95 * Z95
    middle = (p + zz / (2 * n)) / (1 + zz / n)
    half = Z95 * sqrt(p * (1 - p) / n + zz / (4 * n * n)) / (1 + zz / n)
    low = 0.0 if hits == 0 else max(0.0, middle - half)
    high = 1.0 if hits == n else min(1.0, middle + half)
    return Share(hits=hits, n=n, value=p, low=low, high=high)


def in_words(share: Share) -> str:
    """ "93.1% of 58 (83.6 to 97.3)", "12 of 20: too few to say", or "none"."""
    if share.value is None or share.low is None or share.high is None:
        return "none"
    if share.too_few:
        return f"{share.hits} of {share.n}: too few to say"
    return f"{share.value:.1%} of {share.n} ({share.low * 100:.1f} to {share.high * 100:.1f})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """How a rate moved: now over before, with its 95 % range. None where it cannot be told."""

    before: int
    now: int
    ratio: float | None
    low: float | None
    high: float | None

    @property
    def sure(self) -> bool:
        """True when the whole range lies on one side of "no change"."""
        return self.low is not None and self.high is not None and not self.low <= 1 <= self.high


def change_of(now: int, before: int, now_total: int, before_total: int) -> Change:
    """Ratio of two shares (now of now_total against before of before_total), log-normal range.

    Under 5 on either side the range is not told: it would promise what the counts cannot keep.
    """
    least = 5
    if min(now, before) < least or now_total == 0 or before_total == 0:
        return Change(before=before, now=now, ratio=None, low=None, high=None)
    ratio = (now / now_total) / (before / before_total)
    spread = max(0.0, 1 / now - 1 / now_total + 1 / before - 1 / before_total)
    factor = 2.718281828459045 ** (Z95 * sqrt(spread))
    return Change(before=before, now=now, ratio=ratio, low=ratio / factor, high=ratio * factor)
