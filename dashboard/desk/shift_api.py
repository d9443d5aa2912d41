"""Signing a shift off: once, with the chain's head as it stood, and a note for the next."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from dashboard.deps import deps
from dashboard.desk.queue_answers import DECIDERS, own_key
from dashboard.desk.shift_figures import figures
from dashboard.signing_in.security import requires, signed_in
from dashboard.web import forms
from dashboard.words import t
from data.model import JsonObject
from data.store import audit, shifts
from moderation.deciding.decision_rules import told

routes = Blueprint("shift", __name__, url_prefix="/api/queue")

SIGN_OFF = "/api/queue/shift"
LONGEST_NOTE = 600


@routes.post("/shift")
@requires(*DECIDERS)
def sign_off() -> ResponseReturnValue:
    """Keeps the running shift as it stands now; the same form sent again keeps it once."""
    body, d, user = forms.json_body(), deps(), signed_in()
    key = own_key(user, forms.key(body, "key"))
    started = _instant(body, "started_at")
    note = told(forms.text(body, "note", longest=LONGEST_NOTE))
    now = d.clock()
    try:
        with d.db.write() as tx:
            begun = shifts.shift_start(tx, user.id, now=now)
            if begun is None or begun != started:
                raise shifts.SignedAlready
            seq, head = audit.head(tx)
            kept = shifts.NewShift(
                user_id=user.id,
                started_at=begun,
                ended_at=now,
                note=note,
                figures=figures(tx, d, user, begun, now).as_json(),
                chain_seq=seq,
                chain_head=head,
                key=key,
            )
            shift_id = shifts.sign_off(tx, kept)
            detail: JsonObject = {"started_at": begun.isoformat(), "chain_seq": seq}
            audit.note(tx, actor=user.pseudonym, verb="shift.sign_off",
                       object=f"shift:{shift_id}", now=now, detail=detail)  # fmt: skip
    except shifts.SignedAlready:
        return jsonify(error=t("This shift was signed off before. Load the page anew.")), 409
    return jsonify(ok=True, told=t("Your shift is signed off. Rest well."), shift=shift_id)


def _instant(body: JsonObject, name: str) -> datetime:
    try:
        at = datetime.fromisoformat(forms.text(body, name, longest=40, needed=True))
    except ValueError:
        raise forms.Malformed(name, t("{name} must be an instant.", name=name)) from None
    if at.tzinfo is None:
        raise forms.Malformed(name, t("{name} must be an instant.", name=name))
    return at
