"""Reads what a form of ours POSTed: every field is text, as browsers send it."""

from __future__ import annotations

from dashboard.web.forms import Malformed, json_body
from dashboard.words import t


def told(name: str, *, longest: int = 500, needed: bool = False) -> str:
    """A text field of the request, stripped. Raises Malformed when it is too long or missing."""
    value = json_body().get(name)
    if value is None:
        value = ""
    if not isinstance(value, str):
        raise Malformed(name, t("{field} must be a text.", field=name))
    if len(value) > longest:
        raise Malformed(name, t("{field} is longer than {n} characters.", field=name, n=longest))
    if needed and not value.strip():
        raise Malformed(name, t("{field} is missing.", field=name))
    return value.strip()


def number(name: str) -> int:
    """A whole number, written in digits."""
    value = told(name, longest=15, needed=True)
    if not (value.isascii() and value.isdigit()):
        raise Malformed(name, t("{field} must be a whole number.", field=name))
    return int(value)
