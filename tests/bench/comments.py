"""Comments to measure speed on: invented as people write, or those of public data sets.

Speed depends on how many words were never met before, so the invented ones have what real ones
have: a few common words, a long tail of rare ones, names of accounts, links, hashtags, emoji,
drawn-out letters, capitals, numbers. `python -m tests.bench.comments FOLDER` compares both kinds.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator
from functools import cache
from itertools import accumulate
from pathlib import Path

from data.model import Language

SHARES = {Language.EN: 0.35, Language.UR: 0.25, Language.UR_LATN: 0.30, Language.AR: 0.10}
Comments = tuple[list[str], list[Language]]

_COMMON = {
    Language.EN: "the to a and you is of in it that for this i not on my we are be your with have "
    "no why please when office road water power bill month who what can do all was",
    Language.UR_LATN: "ki hai ke ka nahi ko se mein ye aur to ho kya bhi koi is wo kar ap ne sab "
    "bijli pani sarkar awam log bohat kab tak sadak shikayat paisa mulk",
    Language.UR: "کے کی میں ہے کو سے کا نہیں اور یہ ہیں پر نے بھی اس ہو تو کر کیا جو لوگ حکومت "
    "بجلی پانی سڑک عوام ملک شکایت بہت کب تک",
    Language.AR: "من في على لا ما يا الله كل هذا ان و انت هو عن بس كان مع الي شو متى الماء "
    "الكهرباء الشارع الناس",
}
_SYLLABLES = {
    Language.EN: "con ver ing ment tion re al est ish ter pro der nal ful ble un ex st and or it",
    Language.UR_LATN: "ka ri sha mo hai za aat pu lan gi deh taa war na bu iz kh ee ol un ab da",
    Language.UR: "کا ری شا مو ہا زا ات پو لن گی دہ تا ور نا بس چہ خو ین مر ست",
    Language.AR: "مس تع ري كا لو من فا دي را سا حم قد ال ين ها شر بي ند",
}
_RARE = 60_000
_STEEP = 1.08
_LONG = (1, 2, 2, 3, 3)
_ENDS = ("", "", "", "", "!", "!!", "...", "؟", "?", ".", " 😀", " 😂😂", " 🙏", " 😡😡😡")


@cache
def _words(code: Language) -> tuple[list[str], list[float]]:
    """Words of a language, the n-th about 1/n as common: known ones, then invented ones."""
    chance = random.Random(code.value)
    parts = _SYLLABLES[code].split()
    rare = ("".join(chance.choices(parts, k=chance.choice(_LONG))) for _ in range(_RARE))
    words = list(dict.fromkeys([*_COMMON[code].split(), *rare]))
    return words, list(accumulate((n + 6) ** -_STEEP for n in range(len(words))))


def _word(chance: random.Random, code: Language) -> str:
    words, share = _words(code)
    word = chance.choices(words, cum_weights=share)[0]
    odd = chance.random()
    if odd < 0.02:
        return "@" + word + str(chance.randrange(9999))
    if odd < 0.03:
        return "#" + word.title() + chance.choice(words)
    if odd < 0.035:
        return f"https://t.example/{chance.randrange(16**8):x}"
    if odd < 0.05:
        return word + word[-1] * chance.randint(2, 6)
    if odd < 0.065:
        return str(chance.randrange(10_000))
    if odd < 0.085:
        return word.upper()
    return word + chance.choice((",", ".", "...", "!")) if odd < 0.17 else word


def as_people_write(count: int, seed: int) -> Comments:
    """Invented comments in the mix of a page; other seeds share their common words."""
    chance = random.Random(seed)
    codes = chance.choices(list(SHARES), list(SHARES.values()), k=count)
    texts = [
        " ".join(_word(chance, code) for _ in range(max(1, int(chance.lognormvariate(2.58, 0.7)))))
        + chance.choice(_ENDS)
        for code in codes
    ]
    return texts, codes


class Written:
    """The comments of a folder of JSON Lines (`text`, `lang`), in the mix of a page, each once."""

    def __init__(self, folder: Path, seed: int) -> None:
        """Raises FileNotFoundError if the folder holds none."""
        self._chance = random.Random(seed)
        held: dict[Language, set[str]] = {code: set() for code in SHARES}
        for file in sorted(folder.rglob("*.jsonl")):
            for line in file.read_text("utf-8").splitlines():
                row = json.loads(line)
                held[Language(row["lang"])].add(row["text"])
        if not all(held.values()):
            raise FileNotFoundError(f"{folder}: no comments in all four languages")
        self._left: dict[Language, Iterator[str]] = {}
        for code, texts in held.items():
            mixed = sorted(texts)
            self._chance.shuffle(mixed)
            self._left[code] = iter(mixed)

    def take(self, count: int) -> Comments:
        """The next comments. Raises StopIteration when a language has no more."""
        codes = self._chance.choices(list(SHARES), list(SHARES.values()), k=count)
        return [next(self._left[code]) for code in codes], codes


def _told(name: str, batches: Iterator[Comments]) -> None:
    met: set[str] = set()
    for n, (texts, _) in enumerate(batches):
        chunks = [chunk for text in texts for chunk in text.split()]
        new = {*chunks} - met
        met |= new
        letters = sum(map(len, texts)) / len(texts)
        print(
            f"{name}, batch {n}: {letters:.0f} characters, {len(chunks) / len(texts):.1f} chunks, "
            f"{len(new) / len(texts):.1f} of them new, in a comment"
        )


if __name__ == "__main__":
    written = Written(Path(sys.argv[1]), 1)
    _told("real", iter([written.take(4000) for _ in range(4)]))
    _told("invented", iter([as_people_write(4000, seed) for seed in range(4)]))
