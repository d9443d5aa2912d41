"""The labelled sets as rows for training and for development tests; never a test split.

Rows whose folded text also stands in a development split are left out of training, and texts
that occur with both labels in training are left out altogether.
"""

from __future__ import annotations

import html
import json
import math
import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.model import Language
from moderation.texts.text import fold_text

NEVER_TRAINED = frozenset({"notebandi_against"})
LICENCE_CLEAR = frozenset(
    {"ruhsold", "davidson", "urdu_abusive_akhter", "urdu_threat_fire", "arsarcasm_neg",
     "arsarcasm_neu"}
)  # fmt: skip
_MAY_STAY = LICENCE_CLEAR | NEVER_TRAINED  # nothing is learnt from the latter
_CARRIED = re.compile(r"\bRT @user:?|\bURL\b|<LF>|https?://\S+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One labelled text; a label that the set does not give is None."""

    id: str
    text: str
    language: Language
    dev: bool
    source: str
    abusive: bool | None = None
    threat: bool | None = None
    civil: bool = False
    kind: str = ""

    @property
    def label(self) -> bool | None:
        return False if self.civil else self.abusive


class BadCorpus(ValueError):
    """A data file that cannot be read; the message names the file, the line and the reason."""


def _flag(value: Any) -> bool | None:
    return None if value is None or value != value else bool(value)


def _row(item: dict[str, Any]) -> Row:
    kind = item.get("kind")
    text = _CARRIED.sub(" ", html.unescape(str(item["text"])))
    return Row(
        id=str(item["id"]),
        text=text,
        language=Language(item["lang"]),
        dev=item["split"] == "dev",
        source=str(item["source"]),
        abusive=_flag(item.get("abusive")),
        threat=_flag(item.get("threat")),
        civil=bool(item.get("civil", 0)),
        kind=kind if isinstance(kind, str) else "",
    )


def _rows_of(path: Path) -> Iterable[Row]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            yield _row(json.loads(line))
        except (KeyError, ValueError) as fault:
            raise BadCorpus(f"{path.name} line {number}: {fault}") from fault


def read_corpus(folder: Path, *, licence_clear: bool = False) -> list[Row]:
    """Every row of every ``*.jsonl`` in `folder`, files in name order. Raises BadCorpus."""
    files = sorted(folder.glob("*.jsonl"))
    if not files:
        raise BadCorpus(f"{folder} holds no .jsonl file: give the folder of the labelled sets")
    rows = [row for path in files for row in _rows_of(path)]
    return [r for r in rows if not licence_clear or r.dev or r.source in _MAY_STAY]


def _key(text: str) -> str:
    return " ".join(re.findall(r"\w+", fold_text(text)))


def training_rows(rows: list[Row]) -> list[Row]:
    """The rows that may be learnt from: no dev row, no copy of one, no contradicted text."""
    dev = {_key(r.text) for r in rows if r.dev or r.source in NEVER_TRAINED}
    said: dict[str, set[bool]] = {}
    kept: list[tuple[str, Row]] = []
    for row in rows:
        key = _key(row.text)
        if row.dev or row.source in NEVER_TRAINED or key in dev or not key:
            continue
        if row.label is not None:
            said.setdefault(key, set()).add(row.label)
        kept.append((key, row))
    return _first_copies([(k, r) for k, r in kept if len(said.get(k, ())) < 2])


def _first_copies(kept: list[tuple[str, Row]]) -> list[Row]:
    seen: set[tuple[str, str]] = set()
    out: list[Row] = []
    for key, row in kept:
        if (key, row.source) not in seen:
            seen.add((key, row.source))
            out.append(row)
    return out


def dev_rows(rows: list[Row]) -> list[Row]:
    """Development rows, and all rows of the sets that are never trained on."""
    return [r for r in rows if r.dev or r.source in NEVER_TRAINED]


def chooses(row: Row) -> bool:
    """Whether a development row may help to choose thresholds; the others only measure.

    Of a set that is never trained on, the rows of its training split choose.
    """
    if row.source in NEVER_TRAINED:
        return not row.dev
    return zlib.crc32(row.id.encode()) % 2 == 0


def source_weights(rows: list[Row]) -> list[float]:
    """A weight for each row so that a set counts by the square root of its size."""
    sizes: dict[str, int] = {}
    for row in rows:
        sizes[row.source] = sizes.get(row.source, 0) + 1
    raw = [1 / math.sqrt(sizes[r.source]) for r in rows]
    mean = sum(raw) / max(len(raw), 1)
    return [w / mean for w in raw]
