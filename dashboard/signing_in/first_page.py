"""Pages outside the shell: sign-in, second factor, one's own account. Drawn by the server."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import render_template, request

from dashboard.deps import deps
from dashboard.words import t, tn
from dashboard.words.choosing import frame


def first_page(template: str, **told: Any) -> str:
    """The template with what every such page says: tongue, organisation, words."""
    d = deps()
    known: dict[str, Any] = {
        "t": t,
        "tn": tn,
        "frame": frame(),
        "organisation": d.organisation,
        "passwords": d.sign_in.passwords.value,
        "provider": "" if d.provider is None else d.provider.oidc.title,
        "in_tongue": in_tongue,
        "moment": moment_in(d.zone),
    }
    return render_template(template, **{**known, **told})


def in_tongue(to: str) -> str:
    """The address of the sign-in page in another tongue."""
    kept = {k: v for k, v in request.values.items() if k == "next" and v != "/"}
    return f"/sign-in?{urlencode({**kept, 'tongue': to})}"


def moment_in(zone: str) -> Callable[[datetime], str]:
    """Writes an instant as the office's clock shows it."""

    def moment(at: datetime) -> str:
        return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"

    return moment
