"""Themes: which topics a folded text speaks of, and how each topic grew or fell.

Topics come from a taxonomy that people own (a seed ships in taxonomy.toml), so a theme means the
same thing from week to week. New ones are only candidates until somebody names them.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from analysis.day_counts import of
from analysis.ranges import Change, change_of
from analysis.trends import KINDS
from data.model import Theme
from data.store.day_counts import Cells

TAXONOMY = Path(__file__).parent / "taxonomy.toml"
SCRIPTS = ("en", "ur", "roman", "ar")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedTheme:
    """A theme as it ships, before the office has it in its own database."""

    key: str
    title_en: str
    title_ur: str
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeRow:
    """One theme in a window against the window before. Removed comments count too."""

    key: str
    count: int
    removed: int
    negative: int
    positive: int
    change: Change
    kinds: dict[str, int]
    languages: dict[str, int]
    sample: int  # comments of the window that themes were looked for in


def seed_themes() -> list[SeedTheme]:
    """The themes of taxonomy.toml, in its order."""
    table = tomllib.loads(TAXONOMY.read_text(encoding="utf-8"))
    return [
        SeedTheme(
            key=key,
            title_en=entry["title_en"],
            title_ur=entry["title_ur"],
            terms=tuple(dict.fromkeys(t for s in SCRIPTS for t in entry.get(s, []))),
        )
        for key, entry in table.items()
    ]


class ThemeMatcher:
    """Looks up every term of a taxonomy in one pass over a text's words.

    ``fold`` is the function that made the stored folded text, so that both sides agree on letters.
    """

    def __init__(
        self, themes: Iterable[Theme | SeedTheme], fold: Callable[[str], str] = str.lower
    ) -> None:
        self._words: dict[str, set[str]] = defaultdict(set)
        self._stems: dict[str, set[str]] = defaultdict(set)
        self._phrases: dict[str, list[tuple[tuple[str, ...], bool, str]]] = defaultdict(list)
        for theme in themes:
            for term in theme.terms:
                self._learn(theme.key, fold(term))
        self._sizes = sorted({len(s) for s in self._stems})

    def _learn(self, key: str, term: str) -> None:
        open_end = term.endswith("*")
        words = tuple(_WORD.findall(term))
        if len(words) == 1:
            (self._stems if open_end else self._words)[words[0]].add(key)
        elif words:
            self._phrases[words[0]].append((words, open_end, key))

    def match(self, text_search: str) -> frozenset[str]:
        """The keys of the themes that the folded text speaks of; empty when of none."""
        words = _WORD.findall(text_search)
        found: set[str] = set()
        for at, word in enumerate(words):
            found |= self._words.get(word, set())
            for size in self._sizes:
                found |= self._stems.get(word[:size], set()) if len(word) >= size else set()
            for phrase, open_end, key in self._phrases.get(word, ()):
                if _stands(phrase, words[at : at + len(phrase)], open_end):
                    found.add(key)
        return frozenset(found)


def _stands(phrase: tuple[str, ...], words: list[str], open_end: bool) -> bool:
    if len(words) != len(phrase) or list(phrase[:-1]) != words[:-1]:
        return False
    return words[-1].startswith(phrase[-1]) if open_end else words[-1] == phrase[-1]


# ------------------------------------------------------------------------------ the theme table


def theme_table(now: Cells, before: Cells, keys: Sequence[str]) -> list[ThemeRow]:
    """A row for each theme of ``keys`` that either window speaks of, the most spoken of first.

    What is given are the counts of both (analysis.day_counts); ``before`` is the window of equal
    length before ``now``.
    """
    rows = [_row(key, now, before) for key in keys]
    return sorted((r for r in rows if r.count or r.change.before), key=lambda r: (-r.count, r.key))


def _row(key: str, now: Cells, before: Cells) -> ThemeRow:
    def told(about: str, name: str = key) -> int:
        return now.get((about, name), 0)

    spoken = {
        name.removeprefix(f"{key} "): n
        for name, n in of(now, "theme language").items()
        if name.startswith(f"{key} ")
    }
    kinds = {kind: told("theme kind", f"{key} {kind}") for kind in KINDS}
    count, all_now = told("theme"), told("all", "comments")
    past, all_before = before.get(("theme", key), 0), before.get(("all", "comments"), 0)
    return ThemeRow(
        key=key,
        count=count,
        removed=told("theme removed"),
        negative=told("theme negative"),
        positive=told("theme positive"),
        change=change_of(count, past, all_now, all_before),
        kinds={kind: n for kind, n in kinds.items() if n},
        languages=dict(sorted(spoken.items(), key=lambda x: (-x[1], x[0]))),
        sample=all_now,
    )
