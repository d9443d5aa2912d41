"""Processes as Linux tells of them: children, descendants, and waiting for what they do."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

PATIENCE = 240.0  # seconds: two cores with many processes on them are slow, not wrong


def until(true: Callable[[], bool]) -> bool:
    """Waits for something that another process brings about; False when it did not in time."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.05)
    return False


def children_of(pid: int) -> list[int]:
    """The living children of a process."""
    parents = _parents()
    return sorted(child for child, parent in parents.items() if parent == pid)


def family_of(pid: int) -> list[int]:
    """The process and all that it started, directly or not."""
    parents, found = _parents(), [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found


def alive(pids: list[int]) -> list[int]:
    """Those that still run (a zombie does not)."""
    return [p for p in pids if p in _parents()]


def _parents() -> dict[int, int]:
    found: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = stat.read_text("utf-8", "replace").rsplit(")", 1)[1].split()
        except OSError:
            continue
        if words[0] not in ("Z", "X"):
            found[int(stat.parent.name)] = int(words[1])
    return found
