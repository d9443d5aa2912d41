"""The names of peoples that are blinded: those of words/peoples.toml that are never an insult.

They are worked out from the word list once and ship beside it, with a digest of the list that they
were made of; where that has changed since, they are worked out anew.
``python -m moderation.signals.listing`` makes the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from moderation.texts.text import fold_texts

_WORDS = Path(__file__).parent / "words"
_LIST, _READY = _WORDS / "peoples.toml", _WORDS / "ready_names.txt"
_CUES = ("folk_more", "folk_if")
_OF_I, _OF_OTHERS, _OF_URDU = ("s", "yon", "yo", "on", "o"), ("s", "on", "o"), ("وں",)
"""What an entry that takes every ending stands for here, beside its stem."""


def peoples_names() -> frozenset[str]:
    """The names, folded, single words all of them."""
    made_of, _, names = _READY.read_text(encoding="utf-8").partition("\n")
    return frozenset(names.split()) if made_of == _digest() else frozenset(made())


def made() -> list[str]:
    """The names, worked out from the list."""
    from moderation.signals.listing import ARAB_ENDINGS, spellings
    from moderation.signals.word_lists import read_lists

    names = [
        name
        for cue, language, entries in read_lists(_LIST.stem)
        if cue in _CUES
        for entry in entries
        for spelt in spellings(entry.replace(*ARAB_ENDINGS))
        for name in _forms(spelt, arabic=language == "ar")
    ]
    return sorted(set(fold_texts(names)))


def _forms(entry: str, *, arabic: bool) -> Iterator[str]:
    name = entry.rstrip("*")
    if not name.isalpha():  # a phrase is no word that could be blinded
        return
    yield name
    if name != entry:
        plain = _OF_I if name.endswith("i") else _OF_OTHERS
        yield from (name + end for end in (plain if name.isascii() else _OF_URDU))
    elif arabic and not name.startswith("ال"):
        yield "ال" + name


def _digest() -> str:
    return sha256(_LIST.read_bytes()).hexdigest()


def make_ready() -> None:
    """Writes the names that ship."""
    _READY.write_text(f"{_digest()}\n{' '.join(made())}\n", encoding="utf-8")
