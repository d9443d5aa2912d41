"""What the theme desk does: sign off, save, merge, refuse. Each is noted, without the words."""

from __future__ import annotations

import hashlib
import re

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from dashboard.deps import deps
from dashboard.signing_in.security import requires, signed_in
from dashboard.web import given
from dashboard.web.forms import Malformed
from dashboard.words import t
from data.db import Tx
from data.model import Role, Theme, ThemeState
from data.store import audit, themes

routes = Blueprint("theme_desk", __name__)
ACCEPT, SAVE, MERGE = "/api/themes/accept", "/api/themes/save", "/api/themes/merge"
REFUSE, REFUSE_WORD = "/api/themes/refuse", "/api/themes/refuse-word"
CURATORS = (Role.SENIOR, Role.MANAGER)
MOST_TERMS, LONGEST_TERM = 200, 60
_SLUG = re.compile(r"[^a-z0-9]+")


def _terms() -> list[str]:
    """The terms of the request, one a line, each once, in their order."""
    lines = given.told("terms", longest=8000, needed=True).replace(",", "\n").splitlines()
    terms = list(dict.fromkeys(" ".join(w.split()) for w in lines if w.strip(" *")))
    if not terms:
        raise Malformed("terms", t("Give at least one term."))
    if len(terms) > MOST_TERMS or any(len(w) > LONGEST_TERM for w in terms):
        most = t("At most {n} terms of {most} letters each.", n=MOST_TERMS, most=LONGEST_TERM)
        raise Malformed("terms", most)
    return terms


def _new_key(title: str) -> str:
    """A key that stays for ever: letters of the title, or a hash of it where it has none."""
    slug = _SLUG.sub("-", title.lower()).strip("-")[:40]
    return slug or "t-" + hashlib.sha256(title.encode()).hexdigest()[:12]


def _known(tx: Tx, key: str) -> Theme:
    found = next((k for k in themes.list_themes(tx) if k.key == key), None)
    if found is None:
        raise Malformed("key", t("There is no such theme."))
    return found


def _keep(
    tx: Tx, key: str, title_en: str, title_ur: str, terms: list[str], state: ThemeState, verb: str
) -> None:
    d, by = deps(), signed_in()
    now = d.clock()
    themes.save_theme(tx, key=key, title_en=title_en, title_ur=title_ur, terms=terms, state=state,
                      now=now, signed_off_by=by.pseudonym)  # fmt: skip
    audit.note(tx, actor=by.pseudonym, verb=f"theme.{verb}", object=f"theme:{key}", now=now,
               detail={"terms": len(terms), "state": state.value})  # fmt: skip


@routes.post(ACCEPT)
@requires(*CURATORS)
def accept() -> ResponseReturnValue:
    """Signs off a new theme."""
    title, urdu = (
        given.told("title_en", longest=80, needed=True),
        given.told("title_ur", longest=80),
    )
    terms, key = _terms(), _new_key(title)
    with deps().db.write() as tx:
        if any(k.key == key for k in themes.list_themes(tx)):
            there = t("There is a theme “{title}” already: edit that one.", title=title)
            raise Malformed("title_en", there)
        _keep(tx, key, title, urdu, terms, ThemeState.SELECTED, "accept")
    return jsonify(told=t("“{title}” is signed off.", title=title))


@routes.post(SAVE)
@requires(*CURATORS)
def save() -> ResponseReturnValue:
    """Renames a theme or changes its terms; a candidate is signed off by it."""
    title, urdu = (
        given.told("title_en", longest=80, needed=True),
        given.told("title_ur", longest=80),
    )
    terms = _terms()
    with deps().db.write() as tx:
        key = _known(tx, given.told("key", longest=80)).key
        _keep(tx, key, title, urdu, terms, ThemeState.SELECTED, "save")
    return jsonify(told=t("“{title}” is saved.", title=title))


@routes.post(MERGE)
@requires(*CURATORS)
def merge() -> ResponseReturnValue:
    """Gives a theme's terms to another and puts it away."""
    with deps().db.write() as tx:
        gone = _known(tx, given.told("key", longest=80))
        into = _known(tx, given.told("into", longest=80))
        if into.key == gone.key or into.state is not ThemeState.SELECTED:
            raise Malformed("into", t("Choose another theme that is signed off."))
        terms = list(dict.fromkeys([*into.terms, *gone.terms]))
        _keep(tx, into.key, into.title_en, into.title_ur, terms, ThemeState.SELECTED, "merge_into")
        _keep(tx, gone.key, gone.title_en, gone.title_ur, list(gone.terms), ThemeState.MERGED,
              "merge")  # fmt: skip
    told = t("“{title}” is merged into “{into}”.", title=gone.title_en, into=into.title_en)
    return jsonify(told=told)


@routes.post(REFUSE)
@requires(*CURATORS)
def refuse() -> ResponseReturnValue:
    """Puts a theme away; its comments stay."""
    with deps().db.write() as tx:
        gone = _known(tx, given.told("key", longest=80))
        _keep(tx, gone.key, gone.title_en, gone.title_ur, list(gone.terms), ThemeState.REFUSED,
              "refuse")  # fmt: skip
    return jsonify(told=t("“{title}” is refused.", title=gone.title_en))


@routes.post(REFUSE_WORD)
@requires(*CURATORS)
def refuse_word() -> ResponseReturnValue:
    """Keeps a rising word as refused, so that it is not proposed again."""
    word = given.told("word", longest=LONGEST_TERM, needed=True)
    key = "word-" + hashlib.sha256(word.encode()).hexdigest()[:12]
    with deps().db.write() as tx:
        _keep(tx, key, word, "", [word], ThemeState.REFUSED, "refuse")
    return jsonify(told=t("“{word}” is not proposed again.", word=word))
