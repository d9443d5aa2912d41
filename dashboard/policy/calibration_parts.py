"""A calibration as a person reads it: what it was fitted on, and the figures before and after."""

from __future__ import annotations

from typing import cast

from dash import html
from dash.development.base_component import Component

from dashboard.drawing import components as c
from dashboard.words import t
from dashboard.words.below import below, language_word
from data.documents import Document
from data.model import JsonObject
from moderation.judging.calibration import CalibrationDamaged, told_in
from moderation.learning.calibration_told import languages_of, notes_of, pair_words, range_words


def calibration_facts(document: Document) -> Component:
    """What was measured when this calibration was made."""
    try:
        told = told_in(document.body)
    except (CalibrationDamaged, ValueError):
        return c.banner(t("This calibration cannot be read."), tone="bad")
    return html.Div([_table(told), html.Ul([html.Li(below(note)) for note in notes_of(told)])])


def _table(told: JsonObject) -> Component:
    rows: list[list[c.Piece]] = []
    for name, x in languages_of(told):
        before, after = _half(x, "before"), _half(x, "after")
        rows.append(
            [
                language_word(name),
                below(str(x["status"])),
                str(x["fitted_on"]),
                str(x["held_out"]),
                pair_words(before, after, "ece"),
                pair_words(before, after, "macro_f1"),
                pair_words(before, after, "flagged_share"),
                f"{range_words(before)} → {range_words(after)}" if before and after else "",
            ]
        )
    heads = (t("Language"), t("Outcome"), t("Fitted on"), t("Held out"), t("Calibration error"),
             t("Macro-F1"), t("Share flagged"),
             t("Kept comments flagged (95 % range)"))  # fmt: skip
    caption = t("Before and after, on decisions that the fit has not seen")
    return c.table(heads, rows, caption=caption, numbers={2, 3})


def _half(x: JsonObject, name: str) -> JsonObject | None:
    found = x.get(name)
    return cast(JsonObject, found) if isinstance(found, dict) else None
