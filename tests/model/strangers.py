"""What strangers may expect: hatred, threats and feedback in words that nothing was made from.

`python -m tests.model.strangers` writes the table into docs/judgement.md. The sentences were
written by hands that had seen neither the project nor what its heads learnt from. With the part
``first`` in sight the limits of the heads were set; ``last`` and ``newest`` were written later. A
people's name stands in the slot ``{people}``; some are on no list.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from data.model import FeedbackKind
from moderation.judging.policy import DEFAULT_POLICY, judge
from moderation.judging.read import Reader
from moderation.judging.score import is_flagged
from moderation.signals.builtin import load_builtin
from tests.model.feedback_kinds import KINDS
from tests.model.functional import DOC, LANGUAGES
from tests.soak.told import write_section

CASES = Path(__file__).with_name("strangers.jsonl")
PARTS = ("first", "last", "newest")
_NAMES = {
    "en": ("Afghans", "Hindus", "Ahmadis", "Baloch people", "refugees", "Shias",
           "Wakhis", "Burushos", "left-handed people"),
    "ur-Latn": ("afghanion", "hinduon", "qadianiyon", "balochon", "mohajiron", "shia logon",
                "wakhiyon", "dogra logon", "malang logon"),
    "ur": ("افغانیوں", "ہندوؤں", "قادیانیوں", "بلوچوں", "مہاجروں", "شیعوں",
           "واخیوں", "ڈوگروں", "ملنگوں"),
    "ar": ("السوريين", "الهندوس", "الاكراد", "اليمنيين", "اللاجئين", "الشيعة",
           "الشبك", "الهزارة", "الطوارق"),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A sentence: what it is, and what the judgement made of it."""

    language: str
    part: str
    kind: str
    bad: bool
    feedback: frozenset[FeedbackKind]
    flagged: bool
    found: frozenset[FeedbackKind]


def judged(reader: Reader) -> list[Said]:
    """Every sentence with what the judgement says of it."""
    rows = [json.loads(line) for line in CASES.read_text("utf-8").splitlines()]
    readings = reader.read([_filled(row["text"], row["lang"]) for row in rows])
    return [
        Said(
            language=row["lang"],
            part=row["part"],
            kind=row["kind"],
            bad=bool(row.get("bad")),
            feedback=frozenset(map(FeedbackKind, row.get("feedback", ()))),
            flagged=is_flagged(judge(reading, DEFAULT_POLICY)),
            found=frozenset(reading.feedback),
        )
        for row, reading in zip(rows, readings, strict=True)
    ]


def _filled(text: str, language: str) -> str:
    names = _NAMES[language]
    name = names[zlib.crc32(text.encode()) % len(names)]
    if language == "ar":
        text = text.replace("لل{people}", "ل{people}").replace("ل{people}", f"لل{name[2:]}")
    return text.replace("{people}", name)


def flagged(said: Sequence[Said]) -> tuple[int, int]:
    """How many of these are flagged, of how many."""
    return sum(s.flagged for s in said), len(said)


def f1(said: Sequence[Said], kind: FeedbackKind) -> float:
    """The F1 of a kind of feedback, 0 to 1."""
    both = sum(kind in s.feedback and kind in s.found for s in said)
    return 2 * both / sum((kind in s.feedback) + (kind in s.found) for s in said)


def told(said: Sequence[Said]) -> Iterator[str]:
    """The table as Markdown."""
    yield f"| what | part | {' | '.join(LANGUAGES)} | all |"
    yield f"|---|---|{'---:|' * (len(LANGUAGES) + 1)}"
    wanted = (("hatred", True), ("hatred", False), ("threat", True), ("threat", False))
    words = {True: "{}, flagged", False: "civil talk near to {}, flagged"}
    for kind, bad in wanted:
        for part in PARTS:
            of = [s for s in said if s.kind == kind and s.bad is bad and s.part == part]
            yield _line(words[bad].format(kind), part, of)
    for kind in KINDS:
        for part in PARTS[:2]:  # the newest lot is of hatred and threats alone
            of = [s for s in said if s.kind == "feedback" and s.part == part]
            cells = [f"{f1([s for s in of if s.language == x], kind):.2f}" for x in LANGUAGES]
            name = kind.value.replace("_", " ")
            yield f"| {name}, F1 | {part} | {' | '.join(cells)} | {f1(of, kind):.2f} |"


def _line(name: str, part: str, of: Sequence[Said]) -> str:
    cells = [flagged([s for s in of if s.language == x]) for x in LANGUAGES]
    return f"| {name} | {part} | {' | '.join(f'{a} of {n}' for a, n in [*cells, flagged(of)])} |"


def main() -> None:
    table = "\n".join([INTRODUCTION, "", *told(judged(Reader(load_builtin())))])
    write_section(
        "strangers",
        "python -m tests.model.strangers",
        f"## What strangers say\n\n{table}",
        DOC,
    )
    print(table)


INTRODUCTION = """Sentences of hands that had seen neither the project nor what it learnt from. With
the part *first* in sight the limits of the heads were set. *last* was written when they stood and
chose nothing then; what it showed in sum, and one row of it that was seen when a rule was mended,
led to a fourth lot to learn from and to longer lists of peoples. *newest* was written beside that
lot and chose nothing: it is what to expect. Before the fourth lot 123 of its 280 hateful sentences
were flagged (17 of 280 civil) and 105 of 180 threats (15 of 180). With word rules alone, of *last*
37 of 280 hateful sentences were flagged (3 of 280 civil) and 21 of 180 threats (7 of 180), and the
kinds of feedback stood at 0.62, 0.49, 0.72, 0.93 and 0.64. Hatred is from outright to quiet and
mostly without a hard word; every third name of a people that is put in was on no list at first, one
in nine is on none now, and of these hatred is not heard. The civil sentences are as near to the
others as may be, and are no picture of a page."""

if __name__ == "__main__":
    main()
