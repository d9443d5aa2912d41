"""The practice queue's JSON routes: begin, answer, end. They write practice tables only.

A user's runs are their own: no route gives another's, and no role reads scores of persons.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from dashboard.deps import deps
from dashboard.desk.beside import desk_told
from dashboard.learning.practice import ANSWERS, LONG, SHORT, Answer, drawn, items, marked
from dashboard.learning.practice_cards import THEMES, card, feedback, progress, score_words
from dashboard.signing_in.security import requires, signed_in
from dashboard.web import forms
from dashboard.words import t
from data.db import Tx
from data.model import REMOVING, JsonObject, ReasonCode, Role, Verdict
from data.practice import PracticeAnswer, PracticeRun
from data.store import practice as store

routes = Blueprint("practice", __name__, url_prefix="/api/practice")
LEARNERS = (Role.OFFICER, Role.SENIOR)
LEAST_WORDS = 15


@routes.get("/desk")
@requires(*LEARNERS)
def desk() -> ResponseReturnValue:
    """What the page needs: codes, themes, the open run, and the user's own past runs."""
    user, d = signed_in(), deps()
    with d.db.read() as tx:
        run = store.open_run(tx, user.id)
        past = store.past_runs(tx, user.id)
    return jsonify(
        **desk_told(user),
        themes=[{"key": k, "title": t(title), "title_ur": ""} for k, title in THEMES],
        lengths=[SHORT, LONG, len(items())],
        run=None if run is None else _run(run),
        past=[{"at": p.started_at.isoformat(), "told": score_words(p)} for p in past],
    )


def _run(run: PracticeRun) -> JsonObject:
    known = items()
    return {
        **progress(run),
        "told": score_words(run),
        "cards": [card(known[i]) for i in run.left if i in known],
    }


@routes.post("/start")
@requires(*LEARNERS)
def start() -> ResponseReturnValue:
    """Begins a run of so many items; one that was open is ended."""
    user, d, body = signed_in(), deps(), forms.json_body()
    count = forms.whole(body, "count")
    if count not in (SHORT, LONG, len(items())):
        raise forms.Malformed("count", "count must be one of the lengths offered.")
    now = d.clock()
    with d.db.write() as tx:
        seed = int(now.timestamp() * 1_000_000) + user.id
        run_id = store.begin_run(tx, user.id, drawn(count, seed), now=now)
        run = store.run_of(tx, user.id, run_id)
    assert run is not None
    return jsonify(run=_run(run))


@routes.post("/answer")
@requires(*LEARNERS)
def answer() -> ResponseReturnValue:
    """Marks one answer. The first answer on an item counts; a repeat gets its feedback again."""
    user, d, body = signed_in(), deps(), forms.json_body()
    run_id = forms.whole(body, "run")
    name = forms.text(body, "item", longest=40, needed=True)
    given, span = _given(body), forms.span(body, "span")
    now = d.clock()
    with d.db.write() as tx:
        run = store.run_of(tx, user.id, run_id)
        item = items().get(name)
        if run is None or item is None or name not in run.items:
            return jsonify(error=t("This practice comment is not in your round.")), 404
        result = marked(item, given, span)
        before = next((a for a in run.answers if a.item == name), None)
        if before is not None:
            given = Answer(verdict=before.verdict, reason=before.reason)
            result = replace(result, outcome=before.outcome, near="")
        else:
            _keep(tx, run, name, given, result, now)
        run = store.run_of(tx, user.id, run_id)
    assert run is not None
    told = feedback(item, given, result)
    return jsonify(**told, progress=progress(run), told=score_words(run))


def _given(body: JsonObject) -> Answer:
    """The answer, by the rules of the queue: no removal without a code."""
    verdict = forms.choice(body, "verdict", Verdict)
    reason = forms.choice_or_none(body, "reason", ReasonCode)
    if verdict not in ANSWERS:
        raise forms.Malformed("verdict", "In practice an answer keeps, removes, splits, files or "
                              "escalates.")  # fmt: skip
    if verdict in REMOVING and reason is None:
        raise forms.Malformed("reason", t("A removal needs a reason code of para 5 (OM-5-...). "
                                          "Choose one, or keep the comment."))  # fmt: skip
    words = forms.text(body, "reason_text", longest=2000)
    if reason is ReasonCode.OTHER and len(words) < LEAST_WORDS:
        raise forms.Malformed("reason_text", t("OM-5-X needs a written reason of {n} characters "
                                               "or more.", n=LEAST_WORDS))  # fmt: skip
    return Answer(verdict=verdict, reason=reason if verdict in REMOVING else None)


def _keep(tx: Tx, run: PracticeRun, name: str, given: Answer, result: Any, now: Any) -> None:
    made = PracticeAnswer(
        item=name, verdict=given.verdict, reason=given.reason, outcome=result.outcome, at=now
    )
    store.keep_answer(tx, run.id, made)
    if len(run.answers) + 1 == len(run.items):
        store.end_run(tx, run.id, now=now)


@routes.post("/end")
@requires(*LEARNERS)
def end() -> ResponseReturnValue:
    """Ends the user's open run."""
    user, d = signed_in(), deps()
    now = d.clock()
    with d.db.write() as tx:
        run = store.open_run(tx, user.id)
        if run is not None:
            store.end_run(tx, run.id, now=now)
    return jsonify(ok=True)
