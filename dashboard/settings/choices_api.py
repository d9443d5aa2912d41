"""Keeps a user's own choice, and serves the browser's catalogue of words."""

from __future__ import annotations

from flask import Blueprint, Response, abort, jsonify
from flask.typing import ResponseReturnValue

from dashboard.deps import deps
from dashboard.signing_in.security import requires, signed_in
from dashboard.web import forms
from dashboard.words import t
from dashboard.words.browser_words import script, script_name
from dashboard.words.choosing import THEME_COOKIE, TONGUE_COOKIE, asked_tongue
from data.model import Role
from data.store import audit
from data.store.choices import ChoiceName, NotAChoice, keep_choice

routes = Blueprint("choices", __name__)
_YEAR = 365 * 24 * 3600


@routes.post("/api/me/choices")
@requires(*Role)
def choose() -> ResponseReturnValue:
    """Keeps one choice of the signed-in user: {name, value}. Nobody can choose for another."""
    d, user, body = deps(), signed_in(), forms.json_body()
    name = forms.text(body, "name", longest=20, needed=True)
    value, now = body.get("value"), d.clock()
    try:
        with d.db.write() as tx:
            known = keep_choice(tx, user.id, name, value, now=now)
            audit.note(tx, actor=user.pseudonym, verb="choose", object=f"user:{user.id}",
                       detail={"name": known.value, "value": value}, now=now)  # fmt: skip
    except NotAChoice:
        return jsonify(error=t("There is no such choice."), field="value"), 400
    answer = jsonify(ok=True)
    _remember(answer, known, value)
    return answer


def _remember(answer: Response, name: ChoiceName, value: object) -> None:
    if name is ChoiceName.LANGUAGE:
        remember(answer, language=str(value))
    if name is ChoiceName.THEME:
        remember(answer, theme=str(value))


@routes.get("/words/<path:name>")
def words(name: str) -> ResponseReturnValue:
    """The catalogue as a script; its name holds its hash, so that it is fetched once."""
    if name != script_name():
        abort(404)
    answer = Response(script(), mimetype="text/javascript")
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer


def remember(response: Response, *, language: str | None = None, theme: str | None = None) -> None:
    """Keeps tongue and theme for the sign-in page of this machine: two words, no person in them."""
    for name, value in ((TONGUE_COOKIE, language), (THEME_COOKIE, theme)):
        if value is not None:
            response.set_cookie(
                name,
                value,
                max_age=_YEAR,
                samesite="Lax",
                httponly=True,
                secure=deps().secure_cookies,
            )


@routes.after_app_request
def remember_asked(response: Response) -> Response:
    """After a request: the tongue asked for on the sign-in page stays for the next time."""
    if (asked := asked_tongue()) is not None:
        remember(response, language=asked)
    return response
