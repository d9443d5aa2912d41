"""The words that the browser's scripts say, as one script of its own: ``/words/ur-<hash>.js``.

What the scripts say is read from the scripts themselves, once in a process, so that no list of it
can go stale. A page in English brings no such script.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from babel.messages.extract import extract_javascript

from dashboard.words import translations

ASSETS = Path(__file__).parents[1] / "assets"
SCRIPT_KEYWORDS = {"sunwai.t": None, "sunwai.tn": (1, 2)}

Message = tuple[str, str | None]  # what is said of one; what is said of many, where it counts


def said_in(path: Path) -> list[tuple[int, Message]]:
    """Every message of one script with its line. Other than literals cannot be found."""
    with BytesIO(path.read_bytes()) as file:
        found = list(extract_javascript(file, SCRIPT_KEYWORDS, (), {}))
    return [(line, _message(str(keyword), said)) for line, keyword, said, _ in found if said]


def _message(keyword: str, said: str | Sequence[str]) -> Message:
    parts: Sequence[str] = [said] if isinstance(said, str) else said
    return parts[0], parts[1] if keyword == "sunwai.tn" else None


@cache
def browser_words() -> dict[str, str | list[str]]:
    """Each message of the scripts in Urdu; those that count as [of one, of many]."""
    catalogue = translations("ur")
    found: dict[str, str | list[str]] = {}
    for path in sorted(ASSETS.glob("*.js")):
        for _, (one, many) in said_in(path):
            if many is not None:
                found[one] = [catalogue.ngettext(one, many, n) for n in (1, 2)]
            else:
                found.setdefault(one, catalogue.gettext(one))
    return found


@cache
def script() -> str:
    """The script's text: it sets ``sunwai.words`` before the other scripts run."""
    words = json.dumps(browser_words(), ensure_ascii=False, sort_keys=True)
    start = '"use strict";\nwindow.sunwai = window.sunwai || {};\n'
    return f"{start}window.sunwai.words = {words};\n"


@cache
def script_name() -> str:
    """Its file name, which changes whenever a word of it does."""
    return f"ur-{sha256(script().encode()).hexdigest()[:16]}.js"
