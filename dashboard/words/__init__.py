"""The interface's words: English stands in the code, other tongues in catalogues beside it.

``t("Waiting")`` is what a reader of this request's tongue sees. Values are named, so that a
translator can move them: ``t("{n} of {all}", n=3, all=60)``. ``mark`` names a text for the
catalogue where it stands at import; it is said with ``t`` when it is drawn.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Literal, cast

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import g, has_request_context

HERE = Path(__file__).parents[1] / "catalogues"

Tongue = Literal["en", "ur"]
TONGUES: tuple[Tongue, ...] = ("en", "ur")
_FIRST_ISOLATE, _POP = "\u2068", "\u2069"  # keep a name of the other direction in its place

_URDU_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")

known: dict[str, NullTranslations] = {"en": NullTranslations()}
"""Catalogues by tongue; English answers with the message itself."""


def tongue() -> Tongue:
    """The tongue of this request's reader; English outside a request."""
    return cast("Tongue", g.get("tongue", "en")) if has_request_context() else "en"


def t(text: str, /, **values: object) -> str:
    """The text in the reader's tongue, with its named values put in."""
    return _filled(translations(tongue()).gettext(text), values)


def tn(one: str, many: str, n: int, /, **values: object) -> str:
    """The text for ``n`` things: ``tn("{n} comment", "{n} comments", 3)``."""
    said = translations(tongue()).ngettext(one, many, n)
    return _filled(said, {"n": _Number(in_digits(f"{n:,}")), **values})


def in_digits(text: str) -> str:
    """The text's digits as the reader chose them: Latin, or Urdu. For numbers and dates of ours,
    never for a name or a code."""
    urdu = has_request_context() and g.get("digits", "latin") == "urdu"
    return text.translate(_URDU_DIGITS) if urdu else text


class _Number(str):
    """A number as it is written: it needs nothing to hold its direction."""

    __slots__ = ()


@contextmanager
def speaking(to: Tongue) -> Generator[None]:
    """Says all in one tongue and Latin digits, whoever asked: for files that go to others."""
    if not has_request_context():
        yield
        return
    before = g.get("tongue", "en"), g.get("digits", "latin")
    g.tongue, g.digits = to, "latin"
    try:
        yield
    finally:
        g.tongue, g.digits = before


def mark(text: str, /) -> str:
    """The text itself: named here for the catalogue, said with ``t`` where it is drawn."""
    return text


def translations(to: Tongue) -> NullTranslations:
    """The catalogue of a tongue: all of its .po files, read once in a process."""
    if to not in known:
        known[to] = _load(to)
    return known[to]


def _load(to: Tongue) -> NullTranslations:
    made: NullTranslations | None = None
    for path in sorted((HERE / to).glob("*.po")):
        with path.open("rb") as file:
            catalogue = read_po(file, locale=to)
        compiled = BytesIO()
        write_mo(compiled, catalogue)
        compiled.seek(0)
        one = GNUTranslations(compiled)
        if made is not None:
            one.add_fallback(made)
        made = one
    return made or NullTranslations()


def _filled(text: str, values: dict[str, object]) -> str:
    if not values:
        return text
    said = {name: _said(value) for name, value in values.items()}
    return text.format(**said)


def _said(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, _Number | int | float):
        return str(value) if tongue() == "en" else f"{_FIRST_ISOLATE}{value}{_POP}"
    return in_digits(str(value))
