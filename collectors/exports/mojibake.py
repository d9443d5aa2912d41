"""Text damaged on its way: UTF-8 that was read as a Western code page, and letters lost for good.

The repair is made per string, only where it round-trips exactly and gives Arabic script (Urdu,
Arabic, Pashto, Sindhi); everything else is left as it came (CONNECTORS.md 8.2, 8.3).
"""

from __future__ import annotations

import re

from data.model import JsonObject, JsonValue

# Lead bytes D8-DB of Arabic script, seen through cp1252 or latin-1, and what may follow one.
_FOLLOWING = (
    "\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013\u2014"
    "\u2018-\u201a\u201c-\u201e\u2020-\u2022\u2026\u2030\u2039\u203a\u20ac\u2122"
)
_SUSPECT = re.compile(f"[\u00d8-\u00db][{_FOLLOWING}]")
_ARABIC = re.compile("[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefe]")
_QUESTION_MARKS = re.compile(r"\?{3,}")
_LOST_AT_LEAST = 6


def _byte_of(character: str) -> int | None:
    """The byte behind a character of cp1252; its five holes are taken as latin-1 does."""
    if ord(character) < 0x100 and not "\u0080" <= character <= "\u009f":
        return ord(character)
    try:
        return character.encode("cp1252")[0]
    except UnicodeEncodeError:
        return ord(character) if ord(character) < 0x100 else None


def _seen_through_cp1252(text: str) -> str:
    return "".join(bytes([b]).decode("cp1252", errors="ignore") or chr(b) for b in text.encode())


def suspicious(text: str) -> bool:
    """True when the text holds a pair that UTF-8 read as a Western code page leaves behind."""
    return _SUSPECT.search(text) is not None


def repaired(text: str) -> str:
    """The text with the damage undone where that is certain, else the very same text."""
    if not suspicious(text):
        return text
    byte_list = [_byte_of(c) for c in text]
    whole = bytes(b for b in byte_list if b is not None)
    if len(whole) != len(byte_list):
        return text
    try:
        candidate = whole.decode("utf-8")
    except UnicodeDecodeError:
        return text
    exact = text in (_seen_through_cp1252(candidate), candidate.encode().decode("latin-1"))
    return candidate if exact and _ARABIC.search(candidate) else text


def repaired_fields(fields: JsonObject) -> JsonObject:
    """The same fields with every damaged string repaired, at any depth."""
    return {key: _repaired_value(value) for key, value in fields.items()}


def _repaired_value(value: JsonValue) -> JsonValue:
    if isinstance(value, str):
        return repaired(value)
    if isinstance(value, list):
        return [_repaired_value(v) for v in value]
    return repaired_fields(value) if isinstance(value, dict) else value


def looks_lost(text: str) -> bool:
    """True when most of the text is runs of question marks: its letters are lost for good."""
    marks = sum(len(run) for run in _QUESTION_MARKS.findall(text))
    return marks >= _LOST_AT_LEAST and marks * 2 > sum(map(len, text.split()))
