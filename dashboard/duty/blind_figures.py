"""The measures of the blind samples as a table: n, range, and "too few to say" under 30."""

from __future__ import annotations

from dash.development.base_component import Component

from analysis.blind import BlindMeasures
from analysis.ranges import FEW
from dashboard.drawing import components as c
from dashboard.words import t
from dashboard.words.shares import share_words


def measures_table(m: BlindMeasures) -> Component:
    """One line a measure, with what it is measured on."""
    none = t("none judged yet")
    rows: list[list[c.Piece]] = [
        [t("False removals"), t("judged to stay, of a sample of what was removed"),
         share_words(m.false_removals, none=none)],
        [t("Missed"), t("judged to go, of a sample of what was kept"),
         share_words(m.missed, none=none)],
        [t("Prevalence"), t("judged to go, of a random sample of what can still be seen"),
         share_words(m.prevalence, none=none)],
        [t("Agreement (Cohen's kappa)"), t("texts that two officers judged"), _kappa(m)],
    ]  # fmt: skip
    heads = (t("Measure"), t("Of what"), t("Value (95% range)"))
    return c.table(heads, rows, caption=t("Blind samples"))


def _kappa(m: BlindMeasures) -> str:
    if m.judged_twice == 0:
        return t("none judged yet")
    if m.kappa is None or m.judged_twice < FEW:
        return t("{n} judged: too few to say", n=m.judged_twice)
    return t("{kappa} on {n}", kappa=f"{m.kappa:.2f}", n=m.judged_twice)
