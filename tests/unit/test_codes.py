"""What a code point is, told by tables, must be what patterns say of the character."""

from __future__ import annotations

import re

import numpy as np
import pytest

from moderation.texts.codes import ALNUM, END, JOIN, LATIN, LEET, LETTER, MARK, WORD, kinds_of

_POINTS = [*range(0x3100), *range(0xA640, 0xABFF, 3), *range(0xD7F0, END, 61)]


@pytest.mark.parametrize(
    ("bit", "pattern"),
    [
        (LETTER, r"[^\W\d_]"),
        (WORD, r"\w"),
        (ALNUM, r"[^\W_]"),
        (MARK, r"[^\w\s]"),
        (JOIN, r"[ .\-_*·/,~+]"),
        (LEET, r"[0134578@$!]"),
        (LATIN, r"[a-z]"),
    ],
)
def test_kind_of_a_code_point_is_what_its_pattern_says(bit: int, pattern: str) -> None:
    told = (kinds_of(np.array(_POINTS, dtype=np.uint32)) & bit) != 0
    known = re.compile(pattern)
    assert told.tolist() == [known.fullmatch(chr(n)) is not None for n in _POINTS]


def test_end_is_of_no_kind() -> None:
    assert kinds_of(np.array([END], dtype=np.uint32)).tolist() == [0]
