"""Ratios of the builtin engine against plain scikit-learn, side by side in one run.

`python -m tests.bench.bench_score [COMMENTS]`: interleaved rounds, single-thread process CPU time
(insensitive to other work on the machine). Nothing here passes or fails. The reference is a
pipeline as one writes it: HashingVectorizer(char_wb, 2-5, 2**18) and one linear head, or six of
them where ours answers for kinds too. Every round has comments that no round had before, one in
eight of their words from a long tail: what is kept of words helps only where words come again.
"""

from __future__ import annotations

import gc
import importlib.util
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import cache
from itertools import accumulate

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.linear_model import SGDClassifier
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline

from data.model import Language
from moderation.judging.policy import DEFAULT_POLICY
from moderation.judging.read import Reader
from moderation.judging.score import score_lines
from moderation.signals.builtin import BuiltinEngine, load_builtin
from moderation.texts.language import read_languages
from moderation.texts.text import fold_texts

_ROUNDS = 5
_ALONE = 300  # comments of a round that are asked for one by one
Texts = Sequence[str]
Codes = Sequence[Language]
_Job = Callable[[Texts, Codes], object]


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


_SYLLABLES = {
    Language.EN: _split("con ver ing ment tion re al est ish ter pro der nal ful"),
    Language.UR_LATN: _split("ka ri sha mo hai za aat pu lan gi deh taa war na"),
    Language.UR: _split("کا ری شا مو ہا زا ات پو لن گی دہ تا ور نا"),
    Language.AR: _split("مس تع ري كا لو من فا دي را سا حم قد"),
}


@cache
def _tail(code: Language) -> tuple[list[str], list[float]]:
    """Rare words of a language, invented from syllables, the n-th of them 1/n as common."""
    chance = random.Random(code.value)
    rare = [
        "".join(chance.choices(_SYLLABLES[code], k=chance.randint(2, 4))) for _ in range(20_000)
    ]
    return rare, list(accumulate(1 / (n + 20) for n in range(len(rare))))


def _rare(chance: random.Random, code: Language) -> str:
    words, share = _tail(code)
    return chance.choices(words, cum_weights=share)[0]


def invented(count: int, seed: int = 1) -> tuple[list[str], list[Language]]:
    """Invented comments, median near 80 characters, some long, in the mix of a page."""
    chance = random.Random(seed)
    codes = chance.choices(list(_WORDS), _SHARES, k=count)
    texts: list[str] = []
    for code in codes:
        size = max(2, int(chance.lognormvariate(2.6, 0.7)))
        words = [
            chance.choice(_WORDS[code]) if chance.random() < 0.88
            else _rare(chance, code)
            for _ in range(size)
        ]  # fmt: skip
        words[-1] += chance.choice(("", "", "", str(chance.randrange(99)), ","))
        texts.append(" ".join(words) + chance.choice(("", "!", "!!!", " 😀", "...")))
    return texts, codes


def _cpu(work: _Job, texts: Texts, codes: Codes) -> float:
    start = time.process_time()
    work(texts, codes)
    return time.process_time() - start


def _line(name: str, theirs: Sequence[float], ours: Sequence[float], count: int) -> str:
    ratios = sorted(r / o for r, o in zip(theirs, ours, strict=True))
    told = f"{name:44s} {ratios[0]:7.1f} {ratios[len(ratios) // 2]:7.1f} {ratios[-1]:7.1f}"
    return f"{told}   ({1e6 * min(ours) / count:.1f} us a comment)"


def references(texts: Texts) -> tuple[_Job, _Job]:
    """One head and six, fitted on a little so that they are whole; their speed is the same."""

    def hashed() -> HashingVectorizer:
        return HashingVectorizer(analyzer="char_wb", ngram_range=(2, 5), n_features=2**18)

    def linear() -> SGDClassifier:
        return SGDClassifier(loss="log_loss", max_iter=3, tol=None)

    one = make_pipeline(hashed(), linear())
    six = make_pipeline(hashed(), OneVsRestClassifier(linear()))
    one.fit(texts[:600], [n % 2 for n in range(600)])
    six.fit(texts[:600], [n % 6 for n in range(600)])
    return (
        lambda given, _: one.decision_function(given),
        lambda given, _: six.decision_function(given),
    )


def _by_one(work: _Job) -> _Job:
    """The work for each comment by itself, for the first of them."""

    def asked(texts: Texts, codes: Codes) -> object:
        few = zip(texts[:_ALONE], codes[:_ALONE], strict=True)
        return [work([text], [code]) for text, code in few]

    return asked


def main(count: int = 4000) -> None:
    texts, _ = invented(count)
    one, six = references(texts)
    engine = load_builtin()
    assert isinstance(engine, BuiltinEngine)
    engine.offer.withhold()  # numpy alone; the compiled form has a line of its own
    reader = Reader(engine)

    def judged(given: Texts, _: Codes) -> object:
        lines = [json.dumps({"id": str(i), "text": text}) for i, text in enumerate(given)]
        return list(score_lines(lines, reader, DEFAULT_POLICY))

    jobs: dict[str, tuple[_Job, _Job, int]] = {
        "toxicity head, folding and look-up, batch": (one, engine.raw_toxicity, count),
        "whole engine with kinds and spans, batch": (one, engine.score, count),
        "the same against six heads": (six, engine.score, count),
        "toxicity head, one comment a call": (_by_one(one), _by_one(engine.raw_toxicity), _ALONE),
        "whole engine, one comment a call": (_by_one(one), _by_one(engine.score), _ALONE),
        "the same against six heads ": (_by_one(six), _by_one(engine.score), _ALONE),
        "folding alone": (one, lambda given, _: fold_texts(given), count),
        "language alone": (one, lambda given, _: read_languages(given), count),
        "whole judgement, as `sunwai score`": (one, judged, count),
        "the same against six heads  ": (six, judged, count),
    }
    for seed in (2, 3, 4):  # words as they are known to a process that has been at work
        engine.score(*invented(count, seed))
        judged(*invented(count, seed))
    gc.collect()
    gc.freeze()
    spent: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in jobs}
    for round_no in range(_ROUNDS):
        for n, (name, (theirs, ours, _)) in enumerate(jobs.items()):
            fresh = invented(count, 100 + round_no * len(jobs) + n)
            spent[name][0].append(_cpu(theirs, *fresh))
            spent[name][1].append(_cpu(ours, *fresh))
    print(f"{count} invented comments, new ones each round; times faster than scikit-learn,")
    print(f"min median max of {_ROUNDS}")
    for name, (theirs, ours) in spent.items():
        print(_line(name, theirs, ours, jobs[name][2]))
    head, folding = (min(spent[name][1]) for name in (next(iter(jobs)), "folding alone"))
    print(
        f"\nfolding, by itself, takes {folding / head:.2f} of what the toxicity head takes with it"
    )
    print(_compiled(one, count, engine))
    print(_profanity(count, engine))
    print(_hostile(reader))
    print(_memory())


def _compiled(theirs: _Job, count: int, engine: BuiltinEngine) -> str:
    """The toxicity head by the extra `fast`, and whether it says the same to the last bit."""
    quick = load_builtin()
    assert isinstance(quick, BuiltinEngine)
    if not quick.offer.begin():
        return "toxicity head, compiled (extra `fast`): numba is not installed, did not run"
    for seed in (2, 3, 4):
        quick.raw_toxicity(*invented(count, seed))
    gc.collect()
    gc.freeze()
    spent: tuple[list[float], list[float]] = ([], [])
    same = True
    for n in range(_ROUNDS):
        fresh = invented(count, 700 + n)
        spent[0].append(_cpu(theirs, *fresh))
        spent[1].append(_cpu(quick.raw_toxicity, *fresh))
        same = same and np.array_equal(quick.raw_toxicity(*fresh), engine.raw_toxicity(*fresh))
    told = _line("toxicity head, compiled (extra `fast`)", *spent, count)
    return f"{told}\n    to the last bit as numpy says: {'yes' if same else 'NO'}"


def _profanity(count: int, engine: BuiltinEngine) -> str:
    """The same against a word-count model for English alone: the extra `bench` brings it."""
    if importlib.util.find_spec("profanity_check") is None:
        return "alt-profanity-check: not installed, did not run"
    from profanity_check import predict_prob  # pyright: ignore

    theirs: list[float] = []
    ours: list[float] = []
    for n in range(_ROUNDS):
        fresh = invented(count, 900 + n)
        theirs.append(_cpu(lambda given, _: predict_prob(list(given)), *fresh))  # pyright: ignore
        ours.append(_cpu(engine.raw_toxicity, *fresh))
    return _line("alt-profanity-check, batch / toxicity head", theirs, ours, count)


_HOSTILE = {
    "spaced letters": "f u c k ",
    "starred words": "k*tta f*** ",
    "digits": "0300-1234567 ",
    "links and dots": "a.b.http://c.d/",
    "combining marks": "a\u0301\u0301\u0301",
    "one word": "kutta",
}


def _read_cpu(reader: Reader, text: str) -> float:
    return _cpu(lambda given, _: reader.read(given), [text], ())


def _hostile(reader: Reader) -> str:
    """CPU time of a text ten times as long: near ten where the time is linear."""
    told: list[str] = []
    for name, part in _HOSTILE.items():
        # Each text differs, for what was folded last is remembered.
        small = min(_read_cpu(reader, f"{n} {part * (100_000 // len(part))}") for n in range(3))
        told.append(f"{name} {_read_cpu(reader, part * (1_000_000 // len(part))) / small:.0f}")
    return "ten times the text, times the CPU: " + ", ".join(told)


_JUDGES = (
    "import json\n"
    "from moderation.judging.policy import DEFAULT_POLICY\n"
    "from moderation.judging.read import Reader\n"
    "from moderation.judging.score import score_lines\n"
    "from moderation.signals.builtin import load_builtin\n"
    "line = json.dumps({{'text': {text!r} * (5_000_000 // {size})}})\n"
    "list(score_lines([line], Reader(load_builtin()), DEFAULT_POLICY))\n"
    "told = open('/proc/self/status').read().split('VmHWM:')[1]\n"
    "print(int(told.split()[0]))"
)


def _memory() -> str:
    """The most memory that a process needed which judged one text of 5 million characters."""
    # Not `ru_maxrss`: it holds what the bench itself had when it began the process.
    most = 0
    for part in ("bijli nahi hai idiot ", "k*tta ", "سڑک "):
        code = _JUDGES.format(text=part, size=len(part))
        done = subprocess.run(
            [sys.executable, "-c", code], check=True, stdout=subprocess.PIPE, text=True
        )
        most = max(most, int(done.stdout))
    return f"one text of 5 million characters: {most / 1024:.0f} MB at most in a process of its own"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 4000)
