"""Evaluation from a file: rows read and refused by line, figures told as an object or a table."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator
from typing import Any, cast

from moderation.judging.read import Reader
from moderation.learning.evaluate import evaluate, labelled
from moderation.policies.policy_document import Policy

MOST_TOLD = 20


class NoRows(ValueError):
    """The labelled file holds no row that can be used."""


def measure(lines: Iterable[str], reader: Reader, policy: Policy) -> dict[str, Any]:
    """All measures of the judgement on labelled rows, with comments per second.

    A row that cannot be used is left out and told by its line in ``left_out`` (the first
    MOST_TOLD of ``rejected``). Raises NoRows where none is left.
    """
    left_out: list[dict[str, Any]] = []
    rows = list(_rows(lines, left_out))
    if not rows:
        first = f": line {left_out[0]['line']} {left_out[0]['error']}" if left_out else ""
        raise NoRows(f"the file has no rows that can be used{first}")
    begun = time.perf_counter()
    result = evaluate(rows, reader, policy)
    seconds = time.perf_counter() - begun
    return {
        **_rounded(result.to_json()),
        "rejected": len(left_out),
        "left_out": left_out[:MOST_TOLD],
        "comments_per_second": round(len(rows) / seconds, 1),
    }


def _rows(lines: Iterable[str], left_out: list[dict[str, Any]]) -> Iterator[dict[str, object]]:
    """The usable rows; what is not goes into ``left_out`` with its line from 1 and why."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        row, wrong = _row(line)
        if wrong:
            left_out.append({"line": number, "error": wrong})
        else:
            yield row


def _row(line: str) -> tuple[dict[str, object], str]:
    try:
        row: object = json.loads(line)
    except RecursionError:
        return {}, "is nested too deeply"
    except ValueError as error:
        return {}, f"is not JSON: {error}"
    if not isinstance(row, dict):
        return {}, "is not an object"
    given = cast(dict[str, object], row)
    if not isinstance(given.get("text"), str):
        return {}, "has no `text` that is text"
    if labelled(given) is None:
        return {}, "has no label: `abusive` 0 or 1, or `civil` 1"
    return given, ""


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
    if told["rejected"]:
        lines.append(f"{told['rejected']} rows left out:")
        lines += [f"  line {x['line']} {x['error']}" for x in told["left_out"]]
    return "\n".join(lines)
