"""Says on a page that compares two windows of days which of them were not watched in full."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from analysis.trends import Compared
from dashboard.words import t, tn


def unwatched_note(told: Compared, n: int) -> Component | None:
    """A sentence for each side that was not watched in full; None where both were."""
    if told.is_even:
        return None
    lines: list[str] = []
    if told.before_dark:
        lines.append(
            tn(
                "On {n} of the {all} days before nobody looked.",
                "On {n} of the {all} days before nobody looked.",
                told.before_dark,
                all=n,
            )
        )
    if told.before_partly:
        lines.append(
            tn(
                "{n} of the {all} days before was watched in part only.",
                "{n} of the {all} days before were watched in part only.",
                told.before_partly,
                all=n,
            )
        )
    if told.now_partly:
        lines.append(
            tn(
                "{n} of these days was not watched in full.",
                "{n} of these days were not watched in full.",
                told.now_partly,
            )
        )
    lines.append(t("A change against them may come from watching, not from what people write."))
    return html.P(" ".join(lines), className="note tone-warn unwatched-note")
