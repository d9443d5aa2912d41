"""The conflict guard's words: an administrator gives and takes them, each change goes in the log.

The log names the officer and the word's number, never the word: a unit's name is no secret, but
what an officer is called outside the office may be.
"""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from dashboard.deps import deps
from dashboard.signing_in.security import requires, signed_in
from dashboard.web import forms, given
from dashboard.words import t
from data.model import Role
from data.store import audit, conflicts, users
from moderation.deciding.conflict import LEAST_LETTERS, WordUnusable, folded_word

routes = Blueprint("conflicts", __name__)

ADD, DROP = "/api/conflicts/add", "/api/conflicts/drop"
LONGEST_WORD = 80


@routes.post(ADD)
@requires(Role.ADMINISTRATOR)
def add() -> ResponseReturnValue:
    """Gives an officer a word: comments that name it go to another."""
    d, by = deps(), signed_in()
    name = given.told("user", longest=80, needed=True)
    word = given.told("word", longest=LONGEST_WORD, needed=True)
    try:
        folded = folded_word(word)
    except WordUnusable:
        told = t("A name or unit has {n} or more letters or digits.", n=LEAST_LETTERS)
        raise forms.Malformed("word", told) from None
    try:
        with d.db.write() as tx:
            user = users.user_by_name(tx, name)
            if user is None or user.role not in (Role.OFFICER, Role.SENIOR):
                raise forms.Malformed("user", t("Choose an officer."))
            if len(conflicts.words_of(tx, user.id)) >= conflicts.MOST_WORDS:
                told = t("An officer has at most {n} words.", n=conflicts.MOST_WORDS)
                raise forms.Malformed("word", told)
            kept = conflicts.add_word(
                tx, user.id, word=word, folded=folded, made_by=by.pseudonym, now=d.clock()
            )
            audit.note(tx, actor=by.pseudonym, verb="conflict.add", object=f"user:{user.id}",
                       now=d.clock(), detail={"word": kept})  # fmt: skip
    except conflicts.WordKnown:
        return jsonify(error=t("This word stands for this officer already.")), 409
    return jsonify(told=t("Kept. Comments that name it go to another officer."))


@routes.post(DROP)
@requires(Role.ADMINISTRATOR)
def drop() -> ResponseReturnValue:
    """Takes a word away."""
    d, by = deps(), signed_in()
    asked = given.told("word", longest=20, needed=True)
    if not asked.isdecimal():
        raise forms.Malformed("word", t("There is no such word."))
    with d.db.write() as tx:
        word = conflicts.drop_word(tx, int(asked))
        if word is None:
            return jsonify(error=t("There is no such word.")), 404
        audit.note(tx, actor=by.pseudonym, verb="conflict.drop", object=f"user:{word.user_id}",
                   now=d.clock(), detail={"word": word.id})  # fmt: skip
    return jsonify(told=t("Taken away."))
