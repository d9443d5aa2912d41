"""How well Roman Urdu and English are told apart on sets that taught nothing.

``python -m moderation.training.tongue_unseen FOLDER`` leaves out one set after the other (the three
UCI sets as one, the two of support desks as one), learns the table from the others' training rows
and prints the share of the left-out rows of two words or more that are read as the set says.
RUHSOLD and UCI hold English sentences under the name of Roman Urdu; they count as misread.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from data.model import Language
from moderation.texts.codes import LETTER, split_words
from moderation.texts.tongues import LatinTongues
from moderation.training.corpus import NEVER_TRAINED, Row, read_corpus, training_rows
from moderation.training.tongue import train_tongues

_LATIN = (Language.EN, Language.UR_LATN)
_FAMILIES = ("uci_rur_", "complaints_en")
_NOT_SPOKEN = re.compile(r"[@#]\w+")
_SEED = 1


def _family(source: str) -> str:
    return next((name for name in _FAMILIES if name in source), source)


def _right(tongues: LatinTongues, rows: Sequence[Row]) -> Iterator[bool]:
    told = split_words([_NOT_SPOKEN.sub(" ", r.text) for r in rows], LETTER, "'’")
    for row, words in zip(rows, told, strict=True):
        latin = [w for w in words if w.isascii()]
        if len(latin) > 1:
            yield (tongues.margin(latin) > 0) == (row.language is Language.UR_LATN)


def unseen_shares(rows: Sequence[Row]) -> dict[str, tuple[Language, int, float]]:
    """For each set left out: its language, its rows of two words or more, the share read right."""
    latin = [r for r in rows if r.language in _LATIN]
    teaching = training_rows(latin)
    out: dict[str, tuple[Language, int, float]] = {}
    for family in sorted({_family(r.source) for r in latin}):
        with TemporaryDirectory() as folder:
            others = [r for r in teaching if _family(r.source) != family]
            train_tongues(others, Path(folder), seed=_SEED)
            tongues = LatinTongues(Path(folder))
        mine = [r for r in latin if _family(r.source) == family]
        right = list(_right(tongues, mine))
        out[family] = (mine[0].language, len(right), sum(right) / max(len(right), 1))
    return out


if __name__ == "__main__":
    for name, (language, n, share) in unseen_shares(read_corpus(Path(sys.argv[1]))).items():
        never = ", never learnt from" if name in NEVER_TRAINED else ""
        print(f"{name:20s} {language.value:8s} n {n:6d} right {share:.3f}{never}")
