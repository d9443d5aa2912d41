"""How the word weights of the sentiment signal are made.

``python -m moderation.training.mood FOLDER`` reads the rows of FOLDER that carry ``sentiment``
(train split only), fits a logistic regression over the words that a text holds and the cues found
in it, and writes ``moderation/signals/words/mood.tsv``: word, weight for negative and for positive
against neutral. The same data give the same bytes. The sets are shop reviews, tweets and forum
talk: good enough for a trend, not for one comment.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix  # pyright: ignore[reportMissingTypeStubs]
from sklearn.linear_model import LogisticRegression  # pyright: ignore[reportMissingTypeStubs]

from moderation.signals.by_rule import lexicon_with
from moderation.signals.lexicon import Words
from moderation.signals.sentiment import BIAS, features
from moderation.signals.word_lists import WORDS

_CLASSES = ("negative", "neutral", "positive")
_LEAST_TEXTS, _KEPT, _LONGEST = 6, 4000, 18
_STRENGTH = 0.25


def _rows(folder: Path) -> Iterator[tuple[frozenset[str], int, str]]:
    lexicon = lexicon_with(())
    for path in sorted(folder.glob("civil_*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row: dict[str, Any] = json.loads(line)
            if row["split"] == "train" and row.get("sentiment") in _CLASSES:
                words = Words(row["text"])
                found = features(words, lexicon.find(words.words))
                yield frozenset(found), _CLASSES.index(row["sentiment"]), row["source"]


def _usable(word: str) -> bool:
    return word.startswith("<") or (2 <= len(word) <= _LONGEST and word.isalpha())


def train(folder: Path) -> list[str]:
    """The lines of mood.tsv. Raises ValueError where the folder has no labelled rows."""
    rows = list(_rows(folder))
    if not rows:
        raise ValueError(f"{folder}: no civil_*.jsonl with rows that carry a sentiment")
    counts = Counter(word for words, _, _ in rows for word in words if _usable(word))
    vocabulary = sorted(w for w, n in counts.items() if n >= _LEAST_TEXTS)
    place = {word: i for i, word in enumerate(vocabulary)}
    hits = [(i, place[w]) for i, (words, _, _) in enumerate(rows) for w in words if w in place]
    table = csr_matrix(
        (np.ones(len(hits)), tuple(np.array(hits).T)), shape=(len(rows), len(vocabulary))
    )
    sizes = Counter(source for _, _, source in rows)
    weight = [1 / np.sqrt(sizes[source]) for _, _, source in rows]
    model: Any = LogisticRegression(C=_STRENGTH, max_iter=400, class_weight="balanced")
    model.fit(table, [label for _, label, _ in rows], np.array(weight) * np.sqrt(len(rows)))
    return _lines(vocabulary, model.coef_ - model.coef_[1], model.intercept_ - model.intercept_[1])


def _lines(vocabulary: list[str], weights: Any, bias: Any) -> list[str]:
    loudest = np.argsort(-np.abs(weights).max(axis=0), kind="stable")[:_KEPT]
    kept = sorted(int(i) for i in loudest)
    lines = [f"{BIAS}\t{bias[0]:.2f}\t{bias[2]:.2f}"]
    return lines + [f"{vocabulary[i]}\t{weights[0][i]:.2f}\t{weights[2][i]:.2f}" for i in kept]


if __name__ == "__main__":
    (WORDS / "mood.tsv").write_text("\n".join(train(Path(sys.argv[1]))) + "\n", encoding="utf-8")
