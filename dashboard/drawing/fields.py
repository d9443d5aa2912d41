"""Forms as data: assets/pages_forms.js draws them, because Dash has no plain input elements.

``get`` forms change the page's address (filters); ``json`` forms POST to a route of ours with the
CSRF token, say what the server answers, and draw the page anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from dash import html
from dash.development.base_component import Component

from dashboard.words import t
from data.model import JsonObject

Kind = Literal["text", "search", "date", "instant", "number", "choice", "many", "area", "hidden"]
Option = tuple[str, str]  # (value, what a person reads)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field. ``value`` is what it holds now; ``many`` holds a list."""

    name: str
    label: str
    kind: Kind = "text"
    value: str | Sequence[str] = ""
    options: Sequence[Option] = ()
    hint: str = ""
    longest: int = 500
    needed: bool = False
    wide: bool = False


def filters(action: str, fields: Iterable[Field], *, more: Iterable[Field] = ()) -> Component:
    """A form over a list: submitting changes the page's address. ``more`` is folded away."""
    told: JsonObject = {"method": "get", "action": action, "submit": t("Show"), "look": "filters"}
    return _form({**told, "fields": _told(fields), "more": _told(more)})


def action(
    action: str,
    text: str,
    *,
    fields: Iterable[Field] = (),
    confirm: str = "",
    tone: Literal["plain", "primary", "danger"] = "plain",
    stay: bool = False,
) -> Component:
    """A button (with fields before it) that POSTs. ``confirm`` is asked first.

    With ``stay`` the page is not drawn anew: the answer is shown beside the button.
    """
    told: JsonObject = {
        "method": "json",
        "action": action,
        "submit": text,
        "confirm": confirm,
        "tone": tone,
        "stay": stay,
        "look": "action",
    }
    return _form({**told, "fields": _told(fields), "more": []})


def _told(fields: Iterable[Field]) -> list[object]:
    return [{**asdict(f), "options": [list(o) for o in f.options]} for f in fields]


def _form(told: Mapping[str, object]) -> Component:
    data: dict[str, Any] = {"data-form": json.dumps(told, ensure_ascii=False)}
    return html.Div(className=f"drawn-form look-{told['look']}", **data)
