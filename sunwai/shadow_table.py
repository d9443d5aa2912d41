"""A shadow run as lines of text for a terminal."""

from __future__ import annotations

from data.documents import ShadowRun
from data.model import JsonObject
from moderation.learning.shadow import CHANGE_WORDS, Change, changed, languages, number, sentences

_COLUMNS = (
    ("comments", "comments"),
    ("flagged before", "flagged_before"),
    ("after", "flagged_after"),
    ("newly", "newly_flagged"),
    ("no longer", "no_longer_flagged"),
    ("severe before", "severe_before"),
    ("after", "severe_after"),
    ("protected newly", "protected_newly_flagged"),
    ("removed lost", "removed_lost"),
)


def lines(run: ShadowRun, most: int) -> list[str]:
    """The sentences, the table by language, and the first ``most`` changed comments."""
    told = run.result
    head = f"draft {run.version} of the {run.kind.value} against policy {run.against_policy}"
    if run.against_calibration is not None:
        head += f" and calibration {run.against_calibration}"
    spent = f", comments of {run.since:%Y-%m-%d} to {run.until:%Y-%m-%d}"
    found = [head + spent, *sentences(told), "", _heads()]
    found += [_row(name, counts) for name, counts in [("all", told), *languages(told)]]
    listed = changed(told)
    if listed:
        found += ["", "changed sides, protected ones first:"]
        found += [_changed(c) for c in listed[:most]]
        more = len(listed) - most + number(told, "left_out")
        if more > 0:
            found.append(f"… and {more:,} more (--json and the page list {len(listed):,})")
    return found


def _heads() -> str:
    return "language".ljust(10) + "".join(head.rjust(len(head) + 2) for head, _ in _COLUMNS)


def _row(name: str, counts: JsonObject) -> str:
    cells = [f"{number(counts, key):,}".rjust(len(head) + 2) for head, key in _COLUMNS]
    return name.ljust(10) + "".join(cells)


def _changed(c: JsonObject) -> str:
    shield = "[protected] " if c["protected"] else ""
    decided = f", decided: {c['verdict']}" if c["verdict"] else ""
    words = CHANGE_WORDS[Change(str(c["change"]))]
    return f"  {shield}{c['comment']}  {words} ({c['language']}{decided})"
