"""Sentences with elements in them: a translated text whose names stand for pieces of a page.

A translator moves ``{when}`` to where it belongs; what stands in its place may be a time, a link or
a name that keeps its own direction.
"""

from __future__ import annotations

import re

from dash.development.base_component import Component

from dashboard.drawing.components import Piece
from dashboard.words import tongue

_NAME = re.compile(r"\{(\w+)\}")
_ISOLATED = "\u2068{}\u2069"  # a value of the other direction keeps its place


def woven(text: str, /, **pieces: Piece) -> list[Piece]:
    """The text cut at its names, each replaced by its piece; a name without one stays as it is.

    ``woven(t("Made by {who} {when}"), who=html.Bdi("ayesha"), when=c.moment(...))``.
    """
    made: list[Piece] = []
    for i, part in enumerate(_NAME.split(text)):
        value = _value(part, pieces) if i % 2 else part
        if value in ("", None):
            continue
        if isinstance(value, str) and made and isinstance(made[-1], str):
            made[-1] += value
        else:
            made.append(value)
    return made


def _value(name: str, pieces: dict[str, Piece]) -> Piece:
    if name not in pieces:
        return f"{{{name}}}"
    value = pieces[name]
    if value is None or isinstance(value, Component) or value == "":
        return value
    return str(value) if tongue() == "en" else _ISOLATED.format(value)
