"""Reads what a form of ours POSTed: every field is text, as browsers send it."""

from __future__ import annotations

from dashboard.forms import Malformed, json_body


def told(name: str, *, longest: int = 500, needed: bool = False) -> str:
    """A text field of the request, stripped. Raises Malformed when it is too long or missing."""
    value = json_body().get(name)
    if value is None:
        value = ""
    if not isinstance(value, str):
        raise Malformed(name, f"{name} must be a text.")
    if len(value) > longest:
        raise Malformed(name, f"{name} is longer than {longest} characters.")
    if needed and not value.strip():
        raise Malformed(name, f"{name} is missing.")
    return value.strip()


def number(name: str) -> int:
    """A whole number, written in digits."""
    value = told(name, longest=15, needed=True)
    if not (value.isascii() and value.isdigit()):
        raise Malformed(name, f"{name} must be a whole number.")
    return int(value)
