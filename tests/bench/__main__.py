"""`python -m tests.bench [start ingest queue score …]`: ratios side by side, in one doc.

Each bench runs by itself and prints Markdown; what is written is what it printed. Nothing passes
or fails. What each is measured against, and what may be hoped for, is said in the bench's module.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.bench.measuring import ROOT, ROUNDS
from tests.soak.told import machine, write_section

DOC = ROOT / "docs" / "performance.md"
HEAD = """# Measured

Every figure below was written by the command above it. Each is a ratio of two things run side by
side in one run, in interleaved rounds: min / median / max over the rounds. CPU seconds where it is
said, for a machine that others use too. None of it passes or fails a test.
"""
BENCHES = {
    "start": "What it costs to start",
    "ingest": "Taking in comments",
    "queue": "The queue",
    "score": "Scoring",
    "cold": "Scoring comments never met",
    "detoxify": "The detoxify engine",
    "files": "Big export files",
    "load": "What a first visit weighs and takes",
    "desk": "The desk",
    "pages": "Pages of figures",
    "counts": "Counts by day, and long lists",
    "again": "Judging again",
}
ONCE = {"files", "desk"}  # a peak of memory, a person at a desk: not taken in rounds
NOT_MEASURED = "not measured."


def main(wanted: list[str]) -> None:
    for name in wanted or list(BENCHES):
        command = ["-m", f"tests.bench.bench_{name}"]
        done = subprocess.run(
            [sys.executable, *command], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
        )
        body = done.stdout.strip()
        if name == "score":  # a plain table, made by its own module
            body = f"```\n{body}\n```"
        print(f"\n## {BENCHES[name]}\n\n{body}")
        if body.endswith(NOT_MEASURED):
            continue  # what was measured before, elsewhere, stays
        _keep(name, f"python {' '.join(command)}", body)


def _keep(name: str, command: str, body: str, doc: Path = DOC) -> None:
    if not doc.exists():
        doc.write_text(HEAD, "utf-8")
    rounds = "Once" if name in ONCE else f"{ROUNDS} rounds"
    told = f"## {BENCHES[name]}\n\n{body}\n\n{rounds} on {machine()}."
    write_section(f"bench {name}", command, told, doc)


if __name__ == "__main__":
    main(sys.argv[1:])
