"""How a soak is told: a table, and its place in docs/reliability.md between two markers."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Sequence
from pathlib import Path

from tests.soak.examine import Finding
from tests.soak.platform_run import PlatformSoak
from tests.soak.run import Soak

ROOT = Path(__file__).parents[2]
DOC = ROOT / "docs" / "reliability.md"


def table(soak: Soak, found: Sequence[Finding]) -> str:
    """The figures of one soak as a Markdown table."""
    plan = soak.plan
    faults = ", ".join(f"{kind} {n}" for kind, n in sorted(soak.platform.faults.items()))
    head = [
        f"{plan.days} simulated days, seed {plan.seed}: about {plan.comments_a_day} comments a "
        f"day, a sweep each {plan.sweep_minutes} minutes, a round of all duties each "
        f"{plan.tick_minutes}. Faults put in: {faults}; hides that the platform forgot "
        f"{len(soak.platform.forgotten)}; put back by a person {len(soak.platform.reversals)}.",
        "",
        "| what | of | wrong (must be 0) |",
        "|---|---:|---:|",
    ]
    rows = [
        f"| {f.what} | {f.told} | {'told only' if f.wrong is None else f.wrong} |" for f in found
    ]
    return "\n".join([*head, *rows, "", f"It took {soak.seconds:.0f} s on {machine()}."])


def platform_table(soak: PlatformSoak, found: Sequence[Finding]) -> str:
    """The figures of one platform soak as a Markdown table."""
    plan, world = soak.plan, soak.page.world
    put_in = soak.serving.faults.done
    faults = ", ".join(f"{kind} {n}" for kind, n in sorted(put_in.items()))
    took = ", ".join(f"{phase} {seconds:.0f} s" for phase, seconds in soak.took.items())
    head = [
        f"{plan.platform.value}: {len(world.comments)} comments under {len(world.posts)} posts, "
        f"{plan.hours} simulated hours in {soak.rounds} rounds, seed {plan.seed}. "
        f"{len(soak.serving.asked)} requests, {put_in.total()} of them with a fault: {faults}. "
        f"Put back by a colleague: {len(soak.page.reversals)}; taken away by their authors: "
        f"{len(soak.page.gone)}.",
        "",
        "| what | of | wrong (must be 0) |",
        "|---|---:|---:|",
    ]
    rows = [
        f"| {f.what} | {f.told} | {'told only' if f.wrong is None else f.wrong} |" for f in found
    ]
    return "\n".join([*head, *rows, "", f"It took {soak.seconds:.0f} s ({took}) on {machine()}."])


def machine() -> str:
    """The machine in words, without its name."""
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, shared with other work"


def write_section(name: str, command: str, body: str, doc: Path = DOC) -> None:
    """Puts the section in place of the one of the same name, or at the end."""
    start, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    section = f"{start}\n`{command}`\n\n{body}\n{end}"
    text = doc.read_text("utf-8") if doc.exists() else ""
    pattern = re.compile(re.escape(start) + ".*?" + re.escape(end), re.DOTALL)
    if pattern.search(text):
        text = pattern.sub(lambda _: section, text)
    else:
        text = f"{text.rstrip()}\n\n{section}\n".lstrip()
    doc.write_text(text, "utf-8")
