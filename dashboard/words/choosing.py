"""The choices of this request's reader: tongue, theme, calendar, digits, keys.

Read once, at the gate. Who is not signed in, or never chose a language, is served in the tongue of
a plain cookie that this machine keeps, else in the one that their browser asks for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import g, has_request_context, request

from dashboard.words import TONGUES, Tongue, tongue
from data.db import Database
from data.model import User
from data.store.choices import ALLOWED, ChoiceName, Choices, choices_of

TONGUE_COOKIE = "sunwai_tongue"
THEME_COOKIE = "sunwai_theme"
_STANDARD = Choices()


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What the page's outermost element says of its reader."""

    lang: Tongue
    dir: str
    theme: str


def begin(user: User | None, db: Database) -> None:
    """Reads the choices of the request's user, and sets the tongue that all is said in."""
    g.choices = _STANDARD
    if user is not None:
        with db.read() as tx:
            g.choices = choices_of(tx, user.id)
    g.tongue = _known(g.choices.language) or _tongue_of_browser()
    g.digits = g.choices.digits
    if _is_file(request.path):  # others read it, and programs: one tongue, whoever fetches it
        g.tongue, g.digits = "en", "latin"


def _is_file(path: str) -> bool:
    table = path.startswith("/download/") and path.endswith((".csv", ".xlsx", ".toml"))
    return table or path.startswith("/download/work_sheet.")


def choices() -> Choices:
    """The choices of this request's reader; the standing ones outside a request."""
    return cast("Choices", g.get("choices", _STANDARD)) if has_request_context() else _STANDARD


def frame() -> Frame:
    """Language, direction and theme of the page that answers this request."""
    to = tongue()
    theme = choices().theme if g.get("user") is not None else _theme_of_browser()
    return Frame(lang=to, dir="rtl" if to == "ur" else "ltr", theme=theme)


def _known(asked: str | None) -> Tongue | None:
    return asked if asked in TONGUES else None


def asked_tongue() -> Tongue | None:
    """The tongue that the address of the sign-in page asks for."""
    return _known(request.args.get("tongue")) if request.path == "/sign-in" else None


def _tongue_of_browser() -> Tongue:
    kept = asked_tongue() or _known(request.cookies.get(TONGUE_COOKIE))
    return kept or _known(request.accept_languages.best_match(TONGUES)) or "en"


def _theme_of_browser() -> str:
    kept = request.cookies.get(THEME_COOKIE, "")
    return kept if kept in ALLOWED[ChoiceName.THEME] else "system"
