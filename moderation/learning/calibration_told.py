"""The record of how a calibration was made and measured, read back in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import cast

from data.reading import JsonObject


def languages_of(told: JsonObject) -> Iterable[tuple[str, JsonObject]]:
    """(language, its figures): status, fitted_on, held_out, before and after (or None)."""
    return cast("dict[str, JsonObject]", told.get("languages", {})).items()


def notes_of(told: JsonObject) -> list[str]:
    """What a reader of the figures must know."""
    return [str(note) for note in cast("list[object]", told.get("notes", []))]


def pair_words(before: JsonObject | None, after: JsonObject | None, name: str) -> str:
    """One figure before and after: "0.112 → 0.041"."""
    return f"{_figure(before, name)} → {_figure(after, name)}" if before and after else ""


def _figure(half: JsonObject | None, name: str) -> str:
    value = None if half is None else half.get(name)
    return "-" if not isinstance(value, int | float) else f"{value:.3f}"


def range_words(half: JsonObject | None) -> str:
    """Civil false flags: "3 of 120 (0.9 to 7.1 %)"."""
    if half is None:
        return "-"
    low, high = cast("list[float]", half["civil_range"])
    return f"{half['civil_flagged']} of {half['civil']} ({100 * low:.1f} to {100 * high:.1f} %)"


def table(told: JsonObject) -> list[str]:
    """Before and after as lines of text for a terminal."""
    heads = ("language", "outcome", "fitted", "held out", "ECE", "macro-F1", "share flagged",
             "kept comments flagged (95 % range)")  # fmt: skip
    rows: list[Sequence[str]] = [heads]
    for name, x in languages_of(told):
        before = cast("JsonObject | None", x.get("before"))
        after = cast("JsonObject | None", x.get("after"))
        rows.append(
            (
                name,
                str(x["status"]),
                str(x["fitted_on"]),
                str(x["held_out"]),
                pair_words(before, after, "ece"),
                pair_words(before, after, "macro_f1"),
                pair_words(before, after, "flagged_share"),
                f"{range_words(before)} → {range_words(after)}" if before and after else "",
            )
        )
    widths = [max(len(row[i]) for row in rows) for i in range(len(heads))]
    return [
        "  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
