"""Ratios taken round by round, and how they are told: min / median / max, and nothing passes."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROUNDS = 5
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """``over[i] / under[i]`` of each round; ``unit`` says what a value is."""

    what: str
    over: Sequence[float]
    under: Sequence[float]
    unit: str

    def row(self) -> str:
        ratios = sorted(a / b for a, b in zip(self.over, self.under, strict=True))
        low, mid, high = ratios[0], statistics.median(ratios), ratios[-1]
        a, b = statistics.median(self.over), statistics.median(self.under)
        return (
            f"| {self.what} | {low:.2f} / {mid:.2f} / {high:.2f} | {a:.4g} : {b:.4g} {self.unit} |"
        )


def ratio_table(ratios: Sequence[Ratio]) -> str:
    """The ratios as a Markdown table."""
    head = "| ratio | min / median / max | medians of both |\n|---|---:|---:|\n"
    return head + "\n".join(r.row() for r in ratios)


def cpu_of(work: Callable[[], object]) -> float:
    """CPU seconds of this process for one run of the work."""
    start = time.process_time()
    work()
    return time.process_time() - start


def cpu_of_command(command: Sequence[str], home: Path) -> tuple[float, float]:
    """(CPU seconds, seconds by the clock) of one command run in a process of its own."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    kept = {k: v for k, v in os.environ.items() if not k.startswith("SUNWAI_")}
    subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={**kept, "SUNWAI_HOME": str(home)},
        check=True,
        stdout=subprocess.DEVNULL,
    )
    spent = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, spent
