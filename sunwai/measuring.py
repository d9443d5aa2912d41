"""Evaluation from a file: rows read and refused by line, figures told as an object or a table."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator
from typing import Any

from moderation.evaluate import evaluate
from moderation.policy_document import Policy
from moderation.read import Reader


class BadRow(ValueError):
    """A row of the labelled file cannot be used."""


def measure(lines: Iterable[str], reader: Reader, policy: Policy) -> dict[str, Any]:
    """All measures of the judgement on labelled rows, with comments per second.

    Raises BadRow: a measurement over half a file would be a wrong number.
    """
    rows = list(_rows(lines))
    if not rows:
        raise BadRow("the file has no rows")
    begun = time.perf_counter()
    result = evaluate(rows, reader, policy)
    seconds = time.perf_counter() - begun
    return {**_rounded(result.to_json()), "comments_per_second": round(len(rows) / seconds, 1)}


def _rows(lines: Iterable[str]) -> Iterator[dict[str, object]]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row: object = json.loads(line)
        except json.JSONDecodeError as error:
            raise BadRow(f"line {number} is not JSON: {error}") from error
        if not isinstance(row, dict) or not isinstance(row.get("text"), str):  # pyright: ignore
            raise BadRow(f"line {number} has no `text`")
        yield row  # pyright: ignore[reportUnknownVariableType]


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, dict):
        return {str(k): _rounded(v) for k, v in value.items()}  # pyright: ignore
    return value


COLUMNS = (
    "n",
    "macro_f1",
    "precision",
    "recall",
    "f1",
    "roc_auc",
    "pr_auc",
    "share_flagged",
    "ece",
)


def table(told: dict[str, Any]) -> str:
    """The figures as lines of text, all first, then by language."""
    groups = {"all": told, **told.get("by_language", {})}
    lines = ["language".ljust(10) + "".join(c.rjust(14) for c in COLUMNS)]
    for name, figures in groups.items():
        cells = ["-" if figures.get(c) is None else str(figures[c]) for c in COLUMNS]
        lines.append(name.ljust(10) + "".join(c.rjust(14) for c in cells))
    lines.append(f"{told['comments_per_second']} comments per second")
    return "\n".join(lines)
