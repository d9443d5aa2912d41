"""The page that every address answers with: tongue, direction and theme on its outermost element,
and the catalogue of words before all scripts."""

from __future__ import annotations

from html import escape
from typing import Any, cast

import dash
from flask import g, request

from dashboard.deps import deps
from dashboard.web import delivery
from dashboard.words.browser_words import script_name
from dashboard.words.choosing import choices, frame
from data.model import User

INDEX = """<!DOCTYPE html>
<html lang="{lang}" dir="{dir}" data-theme="{theme}" data-calendar="{calendar}"
      data-digits="{digits}" data-zone="{zone}" data-user="{user}">
  <head>
    {metas}
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>{title}</title>
    <link rel="icon" href="/assets/icons/mark.svg" type="image/svg+xml">
    {css}
  </head>
  <body>
    {app_entry}
    <footer>
      {config}
      {words}{scripts}
      {renderer}
    </footer>
  </body>
</html>"""


class Window(dash.Dash):
    """Dash, with an index that knows its reader."""

    def interpolate_index(self, *_: Any, **parts: Any) -> str:
        """The index of this request. Dash fills in metas, title, styles, scripts and config."""
        here, chosen = frame(), choices()
        user = cast("User | None", g.get("user"))  # whom the gate let in
        return INDEX.format(
            lang=here.lang,
            dir=here.dir,
            theme=here.theme,
            calendar=chosen.calendar,
            digits=chosen.digits,
            zone=escape(deps().zone),
            user="" if user is None else user.id,
            words=_words() if here.lang == "ur" else "",
            metas=parts.get("metas", ""),
            title=parts.get("title", ""),
            css=delivery.head(request.path, urdu=here.lang == "ur"),
            app_entry=parts.get("app_entry", ""),
            config=parts.get("config", ""),
            scripts=delivery.scripts(parts.get("scripts", "")),
            renderer=parts.get("renderer", ""),
        )


def _words() -> str:
    return f'<script src="/words/{script_name()}"></script>\n      '
