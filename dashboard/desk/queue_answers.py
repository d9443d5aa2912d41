"""What all routes of the queue share: keys of decisions, refusals as answers, a card anew."""

from __future__ import annotations

from datetime import datetime

from flask import jsonify
from flask.typing import ResponseReturnValue

from dashboard.deps import deps
from dashboard.desk.cards import card
from dashboard.words.below import from_below
from data.db import Tx
from data.model import JsonObject, Role, User
from data.store import outbox, queue
from moderation.deciding.decide import Recorded, Refused, RefusedCode

DECIDERS = (Role.OFFICER, Role.SENIOR)
MOST_IDS = 400
STATUS = {
    RefusedCode.ROLE: 403,
    RefusedCode.DISABLED: 403,
    RefusedCode.SENIOR_NEEDED: 403,
    RefusedCode.OWN_SECOND_LOOK: 403,
    RefusedCode.UNDO_NOT_YOURS: 403,
    RefusedCode.CONFLICT: 403,
    RefusedCode.UNKNOWN_COMMENT: 404,
    RefusedCode.UNKNOWN_DECISION: 404,
    RefusedCode.UNKNOWN_ACTION: 404,
    RefusedCode.TEXT_CHANGED: 409,
    RefusedCode.DECIDED_MEANWHILE: 409,
    RefusedCode.ALREADY_DECIDED: 409,
    RefusedCode.KEY_USED: 409,
    RefusedCode.UNDO_NOT_CURRENT: 409,
    RefusedCode.ACTION_STATE: 409,
}


def own_key(user: User, key: str) -> str:
    """A key as it is kept: nobody can name another officer's."""
    return f"web:{user.id}:{key}"


def recorded(tx: Tx, r: Recorded) -> JsonObject:
    """A decision as the desk hears of it; until when its action is held, if it asked for one."""
    action = outbox.action_of_decision(tx, r.decision.id)
    return {
        "ok": True,
        "decision_id": r.decision.id,
        "comment_id": r.decision.comment_id,
        "awaits_second": r.awaits_second,
        "repeated": r.repeated,
        "notice": from_below(r.notice),
        "hold_until": None if action is None else action.hold_until.isoformat(),
    }


def fresh(comment_id: str, now: datetime, reader: int) -> JsonObject | None:
    """The card as it stands; None where the comment asks for nobody."""
    d = deps()
    with d.db.read() as tx:
        item = queue.queue_item(tx, comment_id)
        return None if item is None else card(tx, d, item, now, reader=reader)


def refusal(refused: Refused, comment_id: str, now: datetime, user: User) -> ResponseReturnValue:
    """The sentence, and the card as it now stands where it still asks for this officer."""
    shown = comment_id and refused.code is not RefusedCode.CONFLICT
    answer: JsonObject = {
        "error": from_below(refused.message),
        "code": refused.code.value,
        "card": fresh(comment_id, now, user.id) if shown else None,
    }
    return jsonify(answer), STATUS.get(refused.code, 422)
