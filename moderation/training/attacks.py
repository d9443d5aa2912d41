"""The ways people hide a word, as functions from a word and a seeded chance to the hidden word.

Used twice: to train on hidden copies, and to examine how much recall each way of hiding costs.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

_HOMOGLYPHS = dict(zip("aceiopsxyjkmhtbn", "асеіорѕхујкмһтьп", strict=True))
_LEET = {"a": "4", "e": "3", "i": "1", "o": "0", "s": "5", "t": "7", "b": "8"}
_TO_ARABIC = {"ی": "ي", "ک": "ك", "ہ": "ه", "ے": "ی"}
_VOWELS = "aeiou"
_SPELLINGS = (("aa", "a"), ("ee", "i"), ("oo", "u"), ("i", "ee"), ("u", "oo"), ("a", "aa"),
              ("kh", "k"), ("gh", "g"), ("z", "j"), ("ch", "c"), ("w", "v"),
              ("y", "i"))  # fmt: skip
Attack = Callable[[str, random.Random], str]


def spaced(word: str, chance: random.Random) -> str:
    return chance.choice((" ", ".", "-")).join(word)


def zero_width(word: str, chance: random.Random) -> str:
    return chance.choice("\u200b\u200c\u200d\u2060").join(word)


def homoglyphs(word: str, chance: random.Random) -> str:
    return "".join(_HOMOGLYPHS.get(c, c) for c in word)


def math_bold(word: str, chance: random.Random) -> str:
    return "".join(chr(0x1D41A + ord(c) - 97) if "a" <= c <= "z" else c for c in word)


def leet(word: str, chance: random.Random) -> str:
    return "".join(_LEET.get(c, c) if i else c for i, c in enumerate(word))


def masked(word: str, chance: random.Random) -> str:
    if len(word) < 3:
        return word
    at = chance.randrange(1, len(word) - 1)
    return word[:at] + "*" + word[at + 1 :]


def repeated(word: str, chance: random.Random) -> str:
    at = chance.randrange(len(word))
    return word[:at] + word[at] * chance.randrange(3, 6) + word[at + 1 :]


def swapped(word: str, chance: random.Random) -> str:
    if len(word) < 4:
        return word
    at = chance.randrange(1, len(word) - 2)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def split(word: str, chance: random.Random) -> str:
    if len(word) < 4:
        return word
    at = chance.randrange(2, len(word) - 1)
    return word[:at] + " " + word[at:]


def respelt(word: str, chance: random.Random) -> str:
    """Another spelling: a vowel dropped, doubled or changed, or letters that sound alike."""
    fits = [(a, b) for a, b in _SPELLINGS if a in word]
    if fits:
        old, new = chance.choice(fits)
        return word.replace(old, new, 1)
    inner = [i for i in range(1, len(word) - 1) if word[i] in _VOWELS + "اویہ"]
    if not inner:
        return word
    at = chance.choice(inner)
    return word[:at] + word[at + 1 :]


def other_letters(word: str, chance: random.Random) -> str:
    """Urdu letters as an Arabic keyboard types them."""
    return "".join(_TO_ARABIC.get(c, c) for c in word)


def marked(word: str, chance: random.Random) -> str:
    """Diacritics (Arabic script) or accents (Latin) between the letters, and a tatweel."""
    mark = "\u064e" if word and ord(word[0]) > 0x5FF else "\u0301"
    return "".join(c + mark for c in word)


ATTACKS: Mapping[str, Attack] = {
    "spaced": spaced,
    "zero-width": zero_width,
    "homoglyphs": homoglyphs,
    "math bold": math_bold,
    "leet": leet,
    "masked": masked,
    "repeats": repeated,
    "letter swap": swapped,
    "split word": split,
    "spelling variant": respelt,
    "other letters": other_letters,
    "marks": marked,
}


def attack_words(text: str, picked: list[str], attack: Attack, chance: random.Random) -> str:
    """`text` with each of the `picked` words hidden by `attack`, wherever it stands."""
    hidden = set(picked)
    return " ".join(attack(w, chance) if w in hidden else w for w in text.split(" "))


def hidden_copy(text: str, loud: Mapping[str, float], chance: random.Random) -> str:
    """A copy for training: the loudest words of the text hidden, each in a way of its own."""
    words = sorted({w for w in text.split(" ") if len(w) > 2}, key=lambda w: (-loud.get(w, 0), w))
    ways = [a for n, a in ATTACKS.items() if n not in ("other letters", "zero-width", "math bold")]
    out = text
    for word in words[: chance.choice((1, 2, 2, 3))]:
        out = attack_words(out, [word], chance.choice(ways), chance)
    return out
