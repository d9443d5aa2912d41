"""Whether abuse is still found when civil comments stand before or behind it.

`python -m tests.model.padding FOLDER` writes the table into docs/judgement.md. FOLDER holds
labelled sets as JSON lines with ``text``, ``lang``, ``split``, and ``abusive`` or ``civil``.
Development rows only. An abusive comment that is flagged by itself is written into one comment
with one, two or four civil ones, each ended by a full stop.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

from data.model import Language
from moderation.signals.builtin import load_builtin
from tests.model.functional import DOC, LANGUAGES
from tests.soak.told import write_section

AROUND = (1, 2, 4)
_MOST, _SHORTEST, _LONGEST, _QUEUE_POINT = 400, 20, 120, 0.5


class Sets:
    """The development rows of a folder: civil ones and abusive ones of each language."""

    def __init__(self, folder: Path) -> None:
        self.civil: dict[str, list[str]] = {code: [] for code in LANGUAGES}
        self.abusive: dict[str, list[str]] = {code: [] for code in LANGUAGES}
        for file in sorted(folder.rglob("*.jsonl")):
            for line in file.read_text("utf-8").splitlines():
                row = json.loads(line)
                if row["split"] != "dev":
                    continue
                if row.get("civil") and _SHORTEST < len(row["text"]) < _LONGEST:
                    self.civil[row["lang"]].append(row["text"])
                elif row.get("abusive"):
                    self.abusive[row["lang"]].append(row["text"])


def flagged(texts: Sequence[str], language: str) -> list[bool]:
    """Whether the shipped model puts each text in the queue."""
    scores = load_builtin().score(texts, [Language(language)] * len(texts))
    return [(s.toxicity or 0.0) >= _QUEUE_POINT for s in scores]


def padded(sets: Sets, language: str, around: int, *, before: bool) -> list[str]:
    """Comments that are flagged alone, each with so many civil ones before or behind it."""
    chance = random.Random(f"{language} {around} {before}")
    alone = sets.abusive[language]
    loud = [t for t, found in zip(alone, flagged(alone, language), strict=True) if found]
    chance.shuffle(loud)
    out: list[str] = []
    for text in loud[:_MOST]:
        civil = chance.sample(sets.civil[language], around)
        out.append(". ".join([*civil, text] if before else [text, *civil]))
    return out


def told(sets: Sets) -> Iterator[str]:
    """The table, line by line."""
    yield "| language | n | " + " | ".join(f"{n} before | {n} behind" for n in AROUND) + " |"
    yield "|---|---:|" + "---:|---:|" * len(AROUND)
    for language in LANGUAGES:
        shares: list[str] = []
        count = 0
        for around in AROUND:
            for before in (True, False):
                found = flagged(padded(sets, language, around, before=before), language)
                count = len(found)
                shares.append(f"{sum(found) / count:.2f}")
        yield f"| {language} | {count} | {' | '.join(shares)} |"


def main() -> None:
    """Prints the table and puts it into docs/judgement.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    sets = Sets(parser.parse_args().folder)
    table = "\n".join(told(sets))
    body = (
        "## Abuse among civil sentences\n\nAbusive development rows that are flagged alone, and "
        "the share of them that the model still\nflags when so many civil comments stand before "
        f"or behind them in one comment.\n\n{table}"
    )
    write_section("padding", "python -m tests.model.padding FOLDER", body, DOC)
    print(body)


if __name__ == "__main__":
    main()
