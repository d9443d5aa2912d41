"""How a Roman Urdu word sounds, so that its many spellings are one entry of a word list."""

from __future__ import annotations

import re

_LEAST_SOUND = 5
_VOWELS = re.compile(r"[aeiouy]+")
_SAME_SOUND = (
    ("sh", "x"), ("ph", "f"), ("kh", "k"), ("gh", "g"), ("ch", "c"), ("th", "t"), ("dh", "d"),
    ("bh", "b"), ("jh", "j"), ("ck", "k"), ("q", "k"), ("w", "v"), ("z", "j"),
)  # fmt: skip
_TWICE = re.compile(r"([a-z])\1+")


def sound_of(word: str) -> str:
    """How a Roman Urdu word sounds, roughly: consonants kept, each run of vowels one dot.

    ``bijli``, ``bijlee`` and ``bijly`` sound the same. Empty for a word too short to be told by
    its sound.
    """
    if len(word) < _LEAST_SOUND or not word.isascii() or not word.isalpha():
        return ""
    for letters, sound in _SAME_SOUND:
        word = word.replace(letters, sound)
    word = _VOWELS.sub(".", _TWICE.sub(r"\1", word))
    if word.endswith(".h"):
        word = word[:-1]
    return word if len(word) - word.count(".") >= 3 else ""
