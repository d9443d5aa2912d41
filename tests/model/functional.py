"""What the whole judgement can and cannot tell apart: use and mention, denial, and the like.

`python -m tests.model.functional` writes the table into docs/judgement.md. The sentences of
functional.jsonl are invented in the manner of HateCheck (Röttger et al. 2021), one kind of speech
each. No model was trained on them. The rules of contempt and mention were made with the parts
``first`` and ``tuned`` in sight, those of hatred with ``blind-tuned``; ``held`` and ``blind-held``
were looked at once, when they were done.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from moderation.judging.policy import DEFAULT_POLICY, judge
from moderation.judging.read import Reader
from moderation.judging.score import is_flagged
from moderation.signals.builtin import load_builtin
from tests.bench.measuring import ROOT
from tests.soak.told import write_section

CASES = Path(__file__).with_name("functional.jsonl")
DOC = ROOT / "docs" / "judgement.md"
LANGUAGES = ("en", "ur-Latn", "ur", "ar")
PARTS = ("first", "tuned", "held", "blind-tuned", "blind-held")
HEAD = """# What the judgement tells apart

Every table below was written by the command above it, with the shipped model, the shipped word
lists and the policy that comes with Sunwai.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One sentence: its kind of speech, whether it is abusive, and whether it was flagged."""

    name: str
    language: str
    abusive: bool
    text: str
    part: str
    flagged: bool

    @property
    def right(self) -> bool:
        return self.flagged is self.abusive


def judged_cases(reader: Reader) -> list[Case]:
    """Every sentence with what the judgement says of it."""
    rows = [json.loads(line) for line in CASES.read_text("utf-8").splitlines()]
    readings = reader.read([row["text"] for row in rows])
    return [
        Case(
            name=row["case"],
            language=row["lang"],
            abusive=bool(row["abusive"]),
            text=row["text"],
            part=row["part"],
            flagged=is_flagged(judge(reading, DEFAULT_POLICY)),
        )
        for row, reading in zip(rows, readings, strict=True)
    ]


def balanced_accuracy(cases: Sequence[Case]) -> float:
    """The mean of the shares that are right among abusive and among civil sentences, 0 to 1."""
    sides = [[c.right for c in cases if c.abusive is side] for side in (True, False)]
    return sum(sum(side) / len(side) for side in sides) / len(sides)


def told(cases: Sequence[Case]) -> str:
    """The table as Markdown: right of all, by kind of speech and language."""
    lines = [
        f"{len(cases)} invented sentences; right means flagged where abusive, not where civil. "
        f"Balanced accuracy **{balanced_accuracy(cases):.2f}** (0.5 is chance).",
        "",
        _PARTS.format(**{name.replace("-", "_"): _part(cases, name) for name in PARTS}),
        "",
        f"| kind of speech | should be | {' | '.join(LANGUAGES)} |",
        f"|---|---|{'---:|' * len(LANGUAGES)}",
    ]
    for name in dict.fromkeys(c.name for c in cases):
        of = [c for c in cases if c.name == name]
        cells = [_share([c for c in of if c.language == code]) for code in LANGUAGES]
        wanted = "flagged" if of[0].abusive else "left"
        lines.append(f"| {name} | {wanted} | {' | '.join(cells)} |")
    by_language = [
        f"{balanced_accuracy([c for c in cases if c.language == x]):.2f}" for x in LANGUAGES
    ]
    lines.append(f"| **balanced accuracy** | | {' | '.join(by_language)} |")
    return "\n".join(lines)


_PARTS = """What strangers may expect: 368 sentences were invented before any rule or word list was
looked at, of the kinds of speech below and of peoples that the lists did not hold. Once through the
judgement as it was they gave **0.62** (58 of 204 abusive ones found, 156 of 164 civil ones left).
Then the rules of hatred were written with one half of them in sight ({blind_tuned} now); the other
half was looked at once, when they were done: 0.67 before and 0.92 after ({blind_held} now; a
sentence lies in the same half in all four languages). The hand that invented them wrote the rules,
so take 0.92 for an upper bound. A better guess: hateful sentences invented later, each lot before
it mended rules: 24 of 80 were found without the new rules and 33 with them, then 7 and 8 of 48,
then 3 and 8 of 40; of 72 civil ones beside them 3 were flagged with either. All this is of rules:
what the model has learnt since of hatred and threats stands under "What strangers say". The older
parts: {first}; {tuned}; and, looked at once,
{held}."""


def _part(cases: Sequence[Case], name: str) -> str:
    of = [c for c in cases if c.part == name]
    return f"{balanced_accuracy(of):.2f}, n {len(of)}"


def _share(cases: Sequence[Case]) -> str:
    return f"{sum(c.right for c in cases)} of {len(cases)}" if cases else "-"


def main() -> None:
    table = told(judged_cases(Reader(load_builtin())))
    if not DOC.exists():
        DOC.write_text(HEAD, "utf-8")
    write_section(
        "functional",
        "python -m tests.model.functional",
        f"## Kinds of speech\n\n{table}",
        DOC,
    )
    print(table)


if __name__ == "__main__":
    main()
