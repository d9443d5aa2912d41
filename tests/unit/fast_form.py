"""What the tests of the optional form `fast` share: it, in plain Python, and texts of all sorts."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from data.reading import Language
from moderation.signals.builtin import BuiltinEngine, load_builtin

_NEVER_ANEW = ("moderation.signals.fast.offer", "moderation.signals.fast.installed")


@contextmanager
def plain_python() -> Iterator[Any]:
    """`moderation.signals.fast.quick` with its kernels as plain Python, numba or no numba."""
    mine = [
        m for m in sys.modules if m.startswith("moderation.signals.fast.") and m not in _NEVER_ANEW
    ]
    held = {name: sys.modules.pop(name) for name in [*mine, "numba"] if name in sys.modules}
    sys.modules["numba"] = None  # type: ignore[assignment] # importing it fails
    try:
        with np.errstate(over="ignore"):  # hashes are taken modulo 2**64
            from moderation.signals.fast import quick

            yield quick
    finally:
        for name in [m for m in sys.modules if m.startswith("moderation.signals.fast.")]:
            if name not in _NEVER_ANEW:
                del sys.modules[name]
        del sys.modules["numba"]
        sys.modules.update(held)


class Always:
    """An offer that always gives the same form."""

    def __init__(self, form: Any) -> None:
        self._form = form

    def form(self, texts: int) -> Any:
        return self._form


def engine() -> BuiltinEngine:
    found = load_builtin()
    assert isinstance(found, BuiltinEngine)
    return found


PIECES = [
    "the road is broken", "bijli nahi hai", "سڑک خراب ہے", "الشارع مكسور", "don't", "e-mail,",
    "https://example.org/a1b?c=d", "www.example.org", "http://x", "@someone", "@", "#tag_of_mine",
    "#a#b", "c0me h3re", "b1g", "f.i.r", "a b c d", "n o w", "o.n.e", "$100", "pa$$", "100", "4g",
    "covid19", "nooooo", "hmm!!!", "…", "wait…", "½", "ﷺ", "Ⅻ", "straße", "😀", "👍🏽", "a\u200bb",
    "e\u0301", "ــ", "ۃ", "x" * 70, "ab" * 40, "(word)", "“said”", "a_b", "__", "*", "**", "a*b",
    "\ud800", "\U0010ffff", "\x00", "\u00a0", "I", "a!", "a.b.c", "k.k.k.k", "r00d.com", "ııı",
    "اۤ", "٣٤", "۔", "؟؟؟", "tel:0300-1234567", "yes/no", "one,two", "ok" * 29, "&amp;", "<b>",
]  # fmt: skip


def _bent(word: str, chance: random.Random) -> str:
    """A word as it is written by whoever wants to hide it, or as it is."""
    at = chance.randrange(len(word))
    return chance.choice(
        (
            word,
            word[:at] + word[at + 1 :],
            word[:at] + word[at] * 2 + word[at + 1 :],
            word[:at] + "*" + word[at + 1 :],
            word[:at] + " " + word[at:],
            word[:at] + "." + word[at:],
            word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :],
            word[:at] + "e" + word[at:],
            " ".join(word),
            "#" + word + "_",
            word + str(at) + "!!!",
        )
    )


def texts_of(engine: BuiltinEngine, code: Language, count: int, seed: int = 1) -> list[str]:
    """Texts of all sorts: of pieces, and of the words that the model itself looks for, bent."""
    chance = random.Random(seed)
    lexicon = engine.tongues[code].lexicon
    words = [*sorted(lexicon.targets), *sorted(lexicon.joins), *sorted(lexicon.blind)]
    out = ["", " ", "  \n", "a", "\U0010ffff", "word " * 500, "x" * 2500]
    while len(out) < count:
        some = [
            chance.choice(PIECES) if chance.random() < 0.5 else _bent(chance.choice(words), chance)
            for _ in range(chance.randint(1, 9))
        ]
        out.append(chance.choice((" ", " ", " ", "\n", "", "  ")).join(some))
    return out
