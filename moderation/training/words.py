"""The lexicon of a language, learnt from the training rows: loud words and ordinary words."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence, Set
from itertools import pairwise
from pathlib import Path

from data.model import Language
from moderation.signals.hidden import HiddenWords, pair_hash, word_hash
from moderation.texts.text import fold_text
from moderation.training.corpus import Row

_MOST = 1500
# How often a loud word was seen at least, and its log odds; Arabic words come in many forms.
_SEEN, _LOUD = 3, 1.6
_SEEN_ARABIC, _LOUD_ARABIC, _MOST_ARABIC = 2, 1.3, 3000
_JOINED_MOST, _JOINED_SEEN, _JOINED_LOUD, _JOINED_LEAST = 3000, 2, 0.7, 4
_CONTRACTED = re.compile(r"[^\W\d_]+'[^\W\d_]+")
_CONTRACTED_SEEN = 2
MIT_LIST = "roman_urdu_abusive_lexicon.txt"


def _words(text: str) -> list[str]:
    return [w for w in "".join(c if c.isalnum() else " " for c in text).split() if w.isalpha()]


def learn_lexicon(rows: Sequence[Row], language: Language, listed: Iterable[str]) -> HiddenWords:
    """Loud words (much commoner in abusive rows) as targets; every ordinary word as known."""
    loud, plain = Counter[str](), Counter[str]()
    for row in rows:
        if row.label is not None or row.threat is not None:
            (loud if row.label else plain).update(set(_words(fold_text(row.text))))
    total_loud, total_plain = sum(loud.values()) + 1, sum(plain.values()) + 1
    arabic = language is Language.AR
    seen, line = (_SEEN_ARABIC, _LOUD_ARABIC) if arabic else (_SEEN, _LOUD)
    targets: dict[str, float] = {}
    joined: dict[str, float] = {}
    for word, n in loud.items():
        odds = math.log((n + 0.5) / total_loud) - math.log((plain[word] + 0.5) / total_plain)
        if n >= seen and odds >= line and len(word) >= 3:
            targets[word] = round(odds * math.log1p(n), 3)
        elif n >= _JOINED_SEEN and odds >= _JOINED_LOUD and len(word) >= _JOINED_LEAST:
            joined[word] = odds * math.log1p(n)
    best = sorted(targets, key=lambda w: (-targets[w], w))[: _MOST_ARABIC if arabic else _MOST]
    kept = {w: targets[w] for w in best} | {
        w: 4.0 for w in listed if w not in targets and plain[w] == 0
    }
    known = {word_hash(w) for w in plain} | {word_hash(w) for w, n in loud.items() if n >= _SEEN}
    known |= _contracted(rows)
    loudest = sorted(joined, key=lambda w: (-joined[w], w))[:_JOINED_MOST]
    joins = frozenset(w for w in loudest if w not in kept)
    return HiddenWords(
        kept,
        frozenset(known),
        roman=language is Language.UR_LATN,
        joins=joins,
        apart=_apart(rows, joins | kept.keys()),
    )


def _contracted(rows: Sequence[Row]) -> set[int]:
    """Words of clean rows with an apostrophe within: "can't" hides nothing."""
    clean = [r for r in rows if r.label is False]
    seen = Counter(w for r in clean for w in set(_CONTRACTED.findall(fold_text(r.text))))
    return {word_hash(w) for w, n in seen.items() if n >= _CONTRACTED_SEEN}


def _apart(rows: Sequence[Row], loud: Set[str]) -> frozenset[int]:
    """Neighbours in clean rows that would make a loud word if they were written as one."""
    found: set[int] = set()
    for row in rows:
        if row.label is False:
            for left, right in pairwise(_words(fold_text(row.text))):
                if left + right in loud:
                    found.add(pair_hash(left, right))
    return frozenset(found)


def listed_words(folder: Path, language: Language) -> list[str]:
    """The single words of the MIT list that came with RUHSOLD; none for other languages."""
    path = folder / MIT_LIST
    if language is not Language.UR_LATN or not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").splitlines()
    folded = sorted({fold_text(line) for line in lines})
    return [w for w in folded if w.isalpha() and len(w) >= 4]
