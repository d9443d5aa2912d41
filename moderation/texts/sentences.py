"""Where the sentences of a text as it was written end."""

from __future__ import annotations

import re

_END = re.compile(r"[.!?؟۔…]+(?=\s|$)|\n")
_FAR = 2_000  # characters: no sentence is looked at beyond


def sentences_around(text: str, start: int, end: int) -> tuple[int, int]:
    """The characters [start, end) of the sentences that hold these, and of one before and one
    behind them."""
    begins = max(0, start - _FAR)
    before = [begins, *(begins + m.end() for m in _END.finditer(text[begins:start]))]
    behind = [m.end() for m in _END.finditer(text, end, end + _FAR)]
    return before[-2:][0], [*behind, min(len(text), end + _FAR)][:2][-1]
