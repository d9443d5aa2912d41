"""Makes the table that tells Roman Urdu from English, from the labelled sets' own languages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
from scipy import sparse  # pyright: ignore[reportMissingTypeStubs]
from sklearn.linear_model import LogisticRegression  # pyright: ignore[reportMissingTypeStubs]

from data.model import Language
from moderation.models.modelfile import model_bytes
from moderation.texts.tongues import BITS, LANGUAGE_FILE, word_ids
from moderation.training.corpus import Row, source_weights

WORD = re.compile(r"[^\W\d_]+")
_LATIN = (Language.EN, Language.UR_LATN)
_CUT = (3, 8)  # words of the short copies that teach it to judge short comments


def _features(texts: Sequence[Sequence[str]]) -> Any:
    memo: dict[str, list[int]] = {}
    ids: list[int] = []
    owner: list[int] = []
    value: list[float] = []
    for i, words in enumerate(texts):
        for word in words:
            found = memo.get(word) or memo.setdefault(word, word_ids(word))
            ids += found
            owner += [i] * len(found)
            value += [1 / (len(found) * len(words)) ** 0.5] * len(found)
    return sparse.csr_matrix((value, (owner, ids)), shape=(len(texts), 1 << BITS))


def train_tongues(rows: Sequence[Row], out: Path, *, seed: int) -> Path:
    """Writes the language table into the folder `out`."""
    mine = [r for r in rows if r.language in _LATIN]
    weight = source_weights(mine)
    texts = [WORD.findall(re.sub(r"[@#]\w+", " ", r.text).lower()) for r in mine]
    label = [r.language is Language.UR_LATN for r in mine]
    for i in range(len(mine)):
        size = _CUT[i % len(_CUT)]
        if len(texts[i]) > size:
            texts.append(texts[i][:size])
            label.append(label[i])
            weight.append(weight[i])
    model = cast(Any, LogisticRegression(C=8.0, solver="liblinear", random_state=seed, tol=1e-3))
    balance = np.where(label, 1 / np.mean(label), 1 / (1 - np.mean(label)))
    model.fit(_features(texts), np.array(label, int), sample_weight=np.array(weight) * balance)
    table = model.coef_.ravel()
    scale = float(np.abs(table).max())
    small = (np.sign(table) * np.rint(np.sqrt(np.abs(table) / scale) * 127)).astype(np.int8)
    facts = {"scale": scale, "bias": float(model.intercept_[0]), "seed": seed}
    path = out / LANGUAGE_FILE
    path.write_bytes(model_bytes(facts, {"table": small}))
    return path
