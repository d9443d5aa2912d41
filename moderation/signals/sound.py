"""How a Roman Urdu word sounds, so that its many spellings are one entry of a word list."""

from __future__ import annotations

import re

import numpy as np

from moderation.texts.hashes import Hashes, hashes
from moderation.texts.strung import Coded

LEAST_SOUND = 5
"""Letters; a shorter word is not told by its sound."""
_VOWELS = re.compile(r"[aeiouy]+")
_SAME_SOUND = (
    ("sh", "x"), ("ph", "f"), ("kh", "k"), ("gh", "g"), ("ch", "c"), ("th", "t"), ("dh", "d"),
    ("bh", "b"), ("jh", "j"), ("ck", "k"), ("q", "k"), ("w", "v"), ("z", "j"),
)  # fmt: skip
_TWICE = re.compile(r"([a-z])\1+")
_DOT, _H, _BETWEEN = ord("."), ord("h"), 0xFF
_IS_VOWEL = np.zeros(256, dtype=np.bool_)
_IS_VOWEL[[*b"aeiouy"]] = True


def sound_of(word: str) -> str:
    """How a Roman Urdu word sounds, roughly: consonants kept, each run of vowels one dot.

    ``bijli``, ``bijlee`` and ``bijly`` sound the same. Empty for a word too short to be told by
    its sound.
    """
    if len(word) < LEAST_SOUND or not word.isascii() or not word.isalpha():
        return ""
    for letters, sound in _SAME_SOUND:
        word = word.replace(letters, sound)
    word = _VOWELS.sub(".", _TWICE.sub(r"\1", word))
    if word.endswith(".h"):
        word = word[:-1]
    return word if len(word) - word.count(".") >= 3 else ""


def sounds_of(words: Coded) -> Hashes:
    """The hash of the sound of each word; each is five letters a to z, or more.

    A sound with too few consonants has one too: no list holds such a sound.
    """
    written = np.where(words.codes > _H << 1, _BETWEEN, words.codes).astype(np.uint8).tobytes()
    for letters, sound in _SAME_SOUND:
        written = written.replace(letters.encode(), sound.encode())
    heard = np.frombuffer(written, dtype=np.uint8)
    heard = heard[np.append(True, heard[1:] != heard[:-1])]
    vowel = _IS_VOWEL[heard]
    heard = np.where(vowel, np.uint8(_DOT), heard)[np.append(True, ~(vowel[1:] & vowel[:-1]))]
    last = (heard[1:-1] == _H) & (heard[:-2] == _DOT) & (heard[2:] == _BETWEEN)
    heard = heard[np.concatenate([[True], ~last, [True]])]
    ends = np.flatnonzero(heard == _BETWEEN)
    return hashes(heard.astype(np.uint32), np.append(0, ends[:-1] + 1), ends)
