"""The word lists that ship: ``words/*.toml``, a section a cue, a key a language."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

WORDS = Path(__file__).parent / "words"


def read_lists(*names: str) -> Iterator[tuple[str, str, list[str]]]:
    """The entries of the named files in ``words/``: (cue, language, entries)."""
    for name in names:
        table: Mapping[str, Mapping[str, str]] = tomllib.loads(
            (WORDS / f"{name}.toml").read_text(encoding="utf-8")
        )
        for cue, by_language in table.items():
            for language, entries in by_language.items():
                yield cue, language, [e for e in re.split(r"[;\n]\s*", entries) if e.strip()]
