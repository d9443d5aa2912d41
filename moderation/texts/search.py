"""A text as full-text search keeps it and asks for it."""

from __future__ import annotations

import re
import unicodedata

_SEARCH = {
    ord(a): b
    for a, b in {
        "ي": "ی", "ى": "ی", "ك": "ک", "ه": "ہ", "ھ": "ہ", "ە": "ہ", "ۀ": "ہ", "ۂ": "ہ",
        "ة": "ہ", "ۃ": "ہ", "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ؤ": "و", "ئ": "ی",
        "ـ": "", "\u200c": "", "\u200d": "", "\u200b": "", "\ufeff": "",
    }.items()
}  # fmt: skip
_SEARCH_DROP = re.compile("[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u202a-\u202e"
                          "\u2066-\u2069\u200e\u200f]")  # fmt: skip


def search_fold(text: str) -> str:
    """`text` as full-text search keeps and asks for it: lower case, one form for each letter."""
    wide = unicodedata.normalize("NFKC", text).translate(_SEARCH)
    return _SEARCH_DROP.sub("", wide).lower()
