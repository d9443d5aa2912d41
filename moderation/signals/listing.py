"""The word lists made ready to be looked up, as ``words/ready.jsonl`` keeps them.

Reading, folding and sorting the lists takes longer than all else at the start of a process. So the
outcome ships too, with a digest of the lists that it was made of: where they have changed since,
the lists themselves are read. ``python -m moderation.signals.listing`` makes the file anew, and
that of `blinded`; beside the digest it records the one of all that judges (`made_of`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from hashlib import sha256
from itertools import product
from typing import Any, NamedTuple, Self

from moderation.signals.sound import sound_of
from moderation.signals.word_lists import WORDS, read_lists
from moderation.texts.text import fold_texts

_AS_LISTED = ("feedback", "spam", "lures", "sectarian", "threat")
_SPELT_OUT = ("insults", "contempt", "hatred", "mention", "feedback_more", "peoples")
_READY = WORDS / "ready.jsonl"
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_CHOICE = re.compile(r"\(([^()]*)\)")
ARAB_ENDINGS = ("~", "(ي|يون|يين|ية|يات)")
"""What stands for the endings of a people's name in Arabic, and these."""
_LEAST_STEM = 3  # letters of a word that takes every ending
_LEAST_OPEN = 2  # letters of the last word of a phrase that takes every ending
Entries = tuple[str, str, Iterable[str]]
"""A cue, the language of the entries ("" for all of them), and the entries."""


class Listing(NamedTuple):
    """The entries in columns. A set of cues stands for itself by its number; set 0 is empty."""

    cues: list[str]
    sets: list[list[int]]
    whole: list[str]
    whole_sets: list[int]
    stems: list[str]
    stem_sets: list[int]
    sounds: list[str]
    sound_sets: list[int]
    # Phrases are paths: edge n leads from node parents[n] over steps[over[n]] to node n + 1.
    parents: list[int]
    steps: list[str]
    over: list[int]
    # Of each phrase the node at which it ends, the stem that must follow there (its number from
    # 1, or 0), and its cue.
    end_nodes: list[int]
    end_stems: list[int]
    end_cues: list[int]

    def lines(self) -> list[str]:
        """The columns as JSON, one a line; words apart by a blank."""
        columns: list[Any] = list(self)
        return [_line(" ".join(c) if n in _OF_WORDS else c) for n, c in enumerate(columns)]

    @classmethod
    def of_lines(cls, lines: Sequence[str]) -> Self:
        """The way back from `lines`."""
        columns = map(json.loads, lines)
        return cls(*(c.split() if n in _OF_WORDS else c for n, c in enumerate(columns)))


def _line(column: object) -> str:
    return json.dumps(column, ensure_ascii=False, separators=(",", ":"))


_OF_WORDS = frozenset(map(Listing._fields.index, ("cues", "whole", "stems", "sounds", "steps")))


def listing_of(entries: Iterable[Entries], base: Listing | None = None) -> Listing:
    """The entries made ready, behind those of ``base``; Roman Urdu is found by sound as well."""
    maker = _Maker(base)
    rows = [(cue, entry, of == "ur-Latn") for cue, of, listed in entries for entry in listed]
    folded = fold_texts([entry.rstrip("*") for _, entry, _ in rows])
    for (cue, entry, by_sound), told in zip(rows, folded, strict=True):
        words = [told] if told.isalpha() else _WORD.findall(told)
        if words:
            maker.add(words, cue, is_open=entry.endswith("*"), by_sound=by_sound)
    return maker.listing()


class _Maker:
    """A listing while entries are added to it."""

    def __init__(self, base: Listing | None) -> None:
        base = base or Listing([], [], [], [], [], [], [], [], [], [], [], [], [], [])
        self._cues = {cue: n for n, cue in enumerate(base.cues)}
        self._whole = _sets_of(base.whole, base.whole_sets, base)
        self._stems = _sets_of(base.stems, base.stem_sets, base)
        self._sounds = _sets_of(base.sounds, base.sound_sets, base)
        self._steps = {step: n for n, step in enumerate(base.steps)}
        edges = zip(base.parents, base.over, strict=True)
        self._nodes = {edge: n for n, edge in enumerate(edges, start=1)}
        self._ends = list(zip(base.end_nodes, base.end_stems, base.end_cues, strict=True))

    def add(self, words: list[str], cue: str, *, is_open: bool, by_sound: bool) -> None:
        number = self._cues.setdefault(cue, len(self._cues))
        if len(words) > 1:
            self._add_phrase(words, number, is_open=is_open and len(words[-1]) >= _LEAST_OPEN)
            return
        word = words[0]
        if is_open:
            held = self._stems.setdefault(word, [])
            if len(word) >= _LEAST_STEM:
                held.append(number)
        else:
            self._whole.setdefault(word, []).append(number)
        if by_sound and (sound := sound_of(word)):
            self._sounds.setdefault(sound, []).append(number)

    def _add_phrase(self, words: list[str], cue: int, *, is_open: bool) -> None:
        node = stem = 0
        for word in words[:-1] if is_open else words:
            step = self._steps.setdefault(word, len(self._steps))
            node = self._nodes.setdefault((node, step), len(self._nodes) + 1)
        if is_open:
            self._stems.setdefault(words[-1], [])
            stem = list(self._stems).index(words[-1]) + 1
        self._ends.append((node, stem, cue))

    def listing(self) -> Listing:
        sets: dict[tuple[int, ...], int] = {(): 0}
        numbers = [
            [sets.setdefault(tuple(dict.fromkeys(of)), len(sets)) for of in held.values()]
            for held in (self._whole, self._stems, self._sounds)
        ]
        return Listing(
            list(self._cues), list(map(list, sets)),
            list(self._whole), numbers[0], list(self._stems), numbers[1],
            list(self._sounds), numbers[2],
            [parent for parent, _ in self._nodes], list(self._steps),
            [step for _, step in self._nodes],
            *([end[n] for end in self._ends] for n in range(3)),
        )  # fmt: skip


def _sets_of(words: list[str], numbers: list[int], base: Listing) -> dict[str, list[int]]:
    return {w: list(base.sets[n]) for w, n in zip(words, numbers, strict=True)}


# ---------------------------------------------------------------------------------- what ships


def shipped() -> Listing:
    """The lists that ship, as they were made ready; read anew where they have changed since."""
    head, *lines = _READY.read_text(encoding="utf-8").splitlines() if _READY.exists() else [""]
    return Listing.of_lines(lines) if head.partition(" ")[0] == digest() else made()


def recorded() -> tuple[str, str]:
    """The digests of the lists, and of all that judges, as they were recorded; empty without."""
    if not _READY.exists():
        return "", ""
    with _READY.open(encoding="utf-8") as ready:
        lists, _, judges = ready.readline().rstrip("\n").partition(" ")
    return lists, judges


def made() -> Listing:
    """The lists that ship, read from their files."""
    return listing_of([*read_lists(*_AS_LISTED), *_spelt_out()])


def _spelt_out() -> Iterator[Entries]:
    """The lists that are looked up as written, spellings written out."""
    for cue, _, entries in read_lists(*_SPELT_OUT):
        yield cue, "", [e for entry in entries for e in spellings(entry.replace(*ARAB_ENDINGS))]


def spellings(entry: str) -> list[str]:
    """Each spelling of "kam(i|ee)n(a|e)": kamina, kamine, kameena, kameene."""
    if "(" not in entry:
        return [entry.strip()]
    parts = _CHOICE.split(entry.strip())
    choices = [p.split("|") if i % 2 else [p] for i, p in enumerate(parts)]
    return list(dict.fromkeys("".join(way).strip() for way in product(*choices)))


@cache
def digest() -> str:
    """Tells one state of the word files from another."""
    told = sha256()
    for name in (*_AS_LISTED, *_SPELT_OUT):
        told.update((WORDS / f"{name}.toml").read_bytes())
        told.update(b"\0")
    return told.hexdigest()


if __name__ == "__main__":
    from moderation.signals.blinded import make_ready
    from moderation.signals.made_of import made_of

    make_ready()
    head = f"{digest()} {made_of()}"
    _READY.write_text("\n".join([head, *made().lines()]) + "\n", encoding="utf-8")
