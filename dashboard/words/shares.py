"""Shares and rates as a reader sees them: with n and range, or that there are too few to say."""

from __future__ import annotations

from analysis.ranges import Share
from dashboard.words import t
from dashboard.words.written import number, percent


def share_words(share: Share, *, none: str | None = None) -> str:
    """ "93.1% of 58 (83.6 to 97.3)", "12 of 20: too few to say", or "none"."""
    if share.value is None or share.low is None or share.high is None:
        return none if none is not None else t("none")
    if share.too_few:
        return t("{hits} of {n}: too few to say", hits=number(share.hits), n=number(share.n))
    return t(
        "{share} of {n} ({low} to {high})",
        share=percent(share.value, 1),
        n=number(share.n),
        low=number(share.low * 100, 1),
        high=number(share.high * 100, 1),
    )


def per_1000(share: Share) -> str:
    """A rate with its range, or that there are too few to say one."""
    if share.value is None or share.low is None or share.high is None:
        return t("none seen")
    if share.too_few:
        return t("too few to say (n {n})", n=number(share.n))
    return t(
        "{rate} ({low} to {high})",
        rate=number(share.value * 1000, 1),
        low=number(share.low * 1000, 1),
        high=number(share.high * 1000, 1),
    )
