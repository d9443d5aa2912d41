"""Comments that a process has never met, against plain scikit-learn on the same ones.

`python -m tests.bench.bench_cold [FOLDER]`: each round is a process of its own, which judges three
batches of 4,000 comments, one after the other; single-thread CPU time. What is remembered of words
is empty at first and helps only where words come again, as in an office's own work. With a FOLDER
of public data (JSON Lines with `text` and `lang`) its comments are taken too. Nothing here passes
or fails.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.comments import Comments, Written, as_people_write
from tests.bench.measuring import ROOT, ROUNDS, Ratio, ratio_table

if TYPE_CHECKING:
    from moderation.signals.builtin import BuiltinEngine

_COUNT, _BATCHES, _ALONE = 4000, 3, 400
_HEAD, _WHOLE = "toxicity head", "whole judgement"
_ONE, _ALL_ONE = (f"{what}, one comment a call" for what in ("toxicity head", "whole engine"))
Spent = tuple[float, float]  # theirs and ours, in microseconds of CPU a comment


def main(folder: str | None) -> str:
    """The figures as Markdown."""
    kinds = ["invented", *([folder] if folder else [])]
    tables = [_table(kind) for kind in kinds]
    if not folder:
        tables.append("Comments of public data: no folder given, did not run.")
    return "\n\n".join(tables)


def _table(kind: str) -> str:
    rounds = [{job: _in_a_process(kind, seed, job) for job in _JOBS} for seed in range(ROUNDS)]
    rows = [
        Ratio(
            what=f"scikit-learn / {job}, {_which(n)}",
            over=[told[job][n][0] for told in rounds],
            under=[told[job][n][1] for told in rounds],
            unit="us of CPU a comment",
        )
        for job in _JOBS
        for n in range(_BATCHES)
    ]
    whose = "invented as people write" if kind == "invented" else "of public data"
    return f"{_COUNT} comments a batch, {whose}:\n\n{ratio_table(rows)}"


def _which(batch: int) -> str:
    return "first batch" if not batch else f"batch {batch + 1}"


def _in_a_process(kind: str, seed: int, job: str) -> list[Spent]:
    command = [sys.executable, "-m", "tests.bench.bench_cold", "--in-a-process", kind, str(seed)]
    kept = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [*command, job], cwd=ROOT, env=kept, check=True, stdout=subprocess.PIPE, text=True
    )
    return json.loads(done.stdout)


# ------------------------------------------------------------------------------ in a process


def _batches(kind: str, seed: int) -> Iterator[Comments]:
    if kind == "invented":
        return iter([as_people_write(_COUNT, 10 * seed + n) for n in range(_BATCHES + 1)])
    written = Written(Path(kind), seed)
    return iter([written.take(_COUNT) for _ in range(_BATCHES + 1)])


def _measured(kind: str, seed: int, job: str) -> list[Spent]:
    batches = _batches(kind, seed)
    theirs, ours = _theirs(next(batches)[0]), _JOBS[job]()
    gc.collect()
    gc.freeze()
    count = _ALONE if job in (_ONE, _ALL_ONE) else _COUNT
    return [
        (_cpu(theirs, given, job) * 1e6 / count, _cpu(ours, given, job) * 1e6 / count)
        for given in batches
    ]


def _cpu(work: Callable[[Comments], object], given: Comments, job: str) -> float:
    parts = [given]
    if job in (_ONE, _ALL_ONE):
        parts = [([text], [code]) for text, code in zip(*given, strict=True)][:_ALONE]
    start = time.process_time()
    for part in parts:
        work(part)
    return time.process_time() - start


def _theirs(texts: list[str]) -> Callable[[Comments], object]:
    from tests.bench.bench_score import references

    one, _ = references(texts)
    return lambda given: one(*given)


def _engine() -> BuiltinEngine:
    from moderation.signals.builtin import BuiltinEngine, load_builtin

    engine = load_builtin()
    assert isinstance(engine, BuiltinEngine)
    engine.offer.withhold()  # numpy alone; bench_score has the compiled form
    return engine


def _head() -> Callable[[Comments], object]:
    engine = _engine()
    return lambda given: engine.raw_toxicity(*given)


def _all_of_it() -> Callable[[Comments], object]:
    engine = _engine()
    return lambda given: engine.score(*given)


def _whole() -> Callable[[Comments], object]:
    from moderation.judging.policy import DEFAULT_POLICY
    from moderation.judging.read import Reader
    from moderation.judging.score import score_lines

    reader = Reader(_engine())

    def judged(given: Comments) -> object:
        lines = [json.dumps({"id": str(n), "text": text}) for n, text in enumerate(given[0])]
        return list(score_lines(lines, reader, DEFAULT_POLICY))

    return judged


_JOBS = {_HEAD: _head, _WHOLE: _whole, _ONE: _head, _ALL_ONE: _all_of_it}


if __name__ == "__main__":
    if sys.argv[1:2] == ["--in-a-process"]:
        print(json.dumps(_measured(sys.argv[2], int(sys.argv[3]), sys.argv[4])))
    else:
        print(main(sys.argv[1] if len(sys.argv) > 1 else None))
