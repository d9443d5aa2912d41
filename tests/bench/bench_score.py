"""Ratios of the builtin engine against plain scikit-learn, side by side in one run.

`python -m tests.bench.bench_score [COMMENTS]`: interleaved rounds, single-thread process CPU time
(insensitive to other work on the machine). Nothing here passes or fails. The reference is
HashingVectorizer(char_wb, 2-5, 2**18) with one linear head; its weights are random, which does not
change its speed.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from collections.abc import Callable, Sequence

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from sklearn.feature_extraction.text import HashingVectorizer

from data.model import Language
from moderation.language import read_languages
from moderation.policy import DEFAULT_POLICY
from moderation.read import Reader
from moderation.score import score_lines
from moderation.signals.builtin import BuiltinEngine, load_builtin
from moderation.text import fold_texts

_ROUNDS = 5


def _split(words: str) -> list[str]:
    return words.split()


_WORDS = {
    Language.EN: _split(
        "the road water office please when why not my our street repair bill is was are they "
        "should people idiot useless thanks good power light since month "
    ),
    Language.UR_LATN: _split(
        "bijli pani nahi aa raha hai kab tak sarkar ko shikayat ki thi koi sunta hi sadak "
        "kharab bohat zyada bill mehngai bewaqoof shukriya sahab jald "
    ),
    Language.UR: _split(
        "بجلی پانی نہیں آ رہا ہے کب تک سڑک خراب شکایت کی تھی کوئی سنتا شکریہ صاحب بہت بل "
    ),
    Language.AR: _split(
        "الشارع الماء الكهرباء مقطوعة منذ شهر شكرا متى لا احد يهتم الفاتورة غالية جدا "
    ),
}
_SHARES = (0.35, 0.25, 0.30, 0.10)


def invented(count: int, seed: int = 1) -> tuple[list[str], list[Language]]:
    """Invented comments, median near 80 characters, some long, in the mix of a page."""
    chance = random.Random(seed)
    codes = chance.choices(list(_WORDS), _SHARES, k=count)
    texts = []
    for code in codes:
        size = max(2, int(chance.lognormvariate(2.6, 0.7)))
        words = [
            w + chance.choice(("", "", "", str(chance.randrange(99)), "s"))
            for w in chance.choices(_WORDS[code], k=size)
        ]
        texts.append(" ".join(words) + chance.choice(("", "!", "!!!", " 😀", "...")))
    return texts, codes


def _cpu(work: Callable[[], object]) -> float:
    fold_texts(["-"])  # or the last batch would be remembered, and folding left out
    start = time.process_time()
    work()
    return time.process_time() - start


def _line(name: str, reference: Sequence[float], ours: Sequence[float]) -> str:
    ratios = sorted(r / o for r, o in zip(reference, ours, strict=True))
    return f"{name:42s} {ratios[0]:7.1f} {ratios[len(ratios) // 2]:7.1f} {ratios[-1]:7.1f}"


def main(count: int = 4000) -> None:
    texts, codes = invented(count)
    engine = load_builtin()
    assert isinstance(engine, BuiltinEngine)
    hashed = HashingVectorizer(analyzer="char_wb", ngram_range=(2, 5), n_features=2**18)
    weights = np.random.default_rng(0).normal(size=2**18)

    def plain(part: Sequence[str]) -> object:
        return hashed.transform(part) @ weights

    reader = Reader(engine)
    lines = [json.dumps({"id": str(i), "text": text}) for i, text in enumerate(texts)]
    few = list(zip(texts[:300], codes[:300], strict=True))
    jobs: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
        "toxicity head, folding and look-up, batch": (
            lambda: plain(texts),
            lambda: engine.raw_toxicity(texts, codes),
        ),
        "whole engine with kinds and spans, batch": (
            lambda: plain(texts),
            lambda: engine.score(texts, codes),
        ),
        "whole engine, one comment a call": (
            lambda: [plain([t]) for t, _ in few],
            lambda: [engine.score([t], [c]) for t, c in few],
        ),
        "folding alone": (lambda: plain(texts), lambda: fold_texts(texts)),
        "language alone": (lambda: plain(texts), lambda: read_languages(texts)),
        "whole judgement, as `sunwai score`": (
            lambda: plain(texts),
            lambda: list(score_lines(lines, reader, DEFAULT_POLICY)),
        ),
    }
    print(f"{count} invented comments; times faster than scikit-learn, min median max of {_ROUNDS}")
    spent: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in jobs}
    for _ in range(_ROUNDS):
        for name, (theirs, ours) in jobs.items():
            spent[name][0].append(_cpu(theirs))
            spent[name][1].append(_cpu(ours))
    for name, (theirs, ours) in spent.items():
        print(_line(name, theirs, ours), f"  ({1e6 * min(ours) / count:.1f} us a comment)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 4000)
