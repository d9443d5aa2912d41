"""What the policy page does: draft, try, approve, reject, go back. Rules: moderation.drafts."""

from __future__ import annotations

from flask import Blueprint, Response, abort, jsonify, request
from flask.typing import ResponseReturnValue

from dashboard import given
from dashboard.deps import deps
from dashboard.forms import Malformed
from dashboard.policy_form import body_from_form
from dashboard.security import requires, signed_in
from data.documents import DocumentKind
from data.model import Role
from data.store import documents
from moderation.calibration import CalibrationDamaged
from moderation.drafts import DraftRefused, approve, go_back, make_draft, reject
from moderation.policy_document import PolicyError
from moderation.shadow import sentences

routes = Blueprint("policy_page", __name__)
DRAFT, DOCUMENT = "/api/policy/draft", "/api/policy/document"
SHADOW, APPROVE = "/api/policy/shadow", "/api/policy/approve"
REJECT, BACK = "/api/policy/reject", "/api/policy/back"
EXPORT = "/download/policy.toml"
DRAFTERS = (Role.SENIOR, Role.ADMINISTRATOR)
READERS = (*DRAFTERS, Role.AUDITOR)
_LONGEST = 200_000


@routes.errorhandler(Malformed)
def malformed(error: Malformed) -> ResponseReturnValue:
    return jsonify(error=error.sentence), 400


@routes.errorhandler(DraftRefused)
@routes.errorhandler(CalibrationDamaged)
def refused(error: Exception) -> ResponseReturnValue:
    return jsonify(error=str(error)), 409


@routes.errorhandler(PolicyError)
def faulty(error: PolicyError) -> ResponseReturnValue:
    return jsonify(error="Nothing was kept. " + " · ".join(error.faults)), 400


def _kind() -> DocumentKind:
    try:
        return DocumentKind(given.told("kind", longest=20))
    except ValueError:
        raise Malformed("kind", "kind must be policy or calibration.") from None


@routes.post(DRAFT)
@requires(*DRAFTERS)
def draft() -> ResponseReturnValue:
    """Keeps a draft of the policy from the form's fields."""
    return _keep(body_from_form(deps().policy()))


@routes.post(DOCUMENT)
@requires(*DRAFTERS)
def from_document() -> ResponseReturnValue:
    """Keeps a draft of the policy from a TOML document."""
    return _keep(given.told("document", longest=_LONGEST, needed=True))


def _keep(body: str) -> ResponseReturnValue:
    d, note = deps(), given.told("note", needed=True)
    with d.db.write() as tx:
        version = make_draft(
            tx, DocumentKind.POLICY, body, by=signed_in(), now=d.clock(), note=note
        )
    return jsonify(
        told=f"Draft {version} is kept. Nothing changes until somebody else approves it."
    )


@routes.post(SHADOW)
@requires(*DRAFTERS)
def run() -> ResponseReturnValue:
    """Tries a draft on past comments; the answer comes when all were judged."""
    d = deps()
    kind, version, days = _kind(), given.number("version"), given.number("days")
    if d.run_shadow is None:
        raise Malformed("version", "Shadow runs are made on the command line here.")
    made = d.run_shadow(kind, version, days, signed_in())
    return jsonify(told=" ".join(sentences(made.result)[:3]))


@routes.post(APPROVE)
@requires(*DRAFTERS)
def put_in_force() -> ResponseReturnValue:
    """Puts a draft in force: a second person, against what that person saw."""
    d, kind, version = deps(), _kind(), given.number("version")
    reason, seen = given.told("reason"), given.number("seen")
    with d.db.write() as tx:
        approve(tx, kind, version, by=signed_in(), now=d.clock(), reason=reason, seen_in_force=seen)
    told = "Past comments are judged again in the background; open ones first."
    return jsonify(told=f"Version {version} is in force. {told}")


@routes.post(REJECT)
@requires(*DRAFTERS)
def put_away() -> ResponseReturnValue:
    """Puts a draft away, with a reason."""
    d, kind, version = deps(), _kind(), given.number("version")
    with d.db.write() as tx:
        reject(tx, kind, version, by=signed_in(), now=d.clock(), reason=given.told("reason"))
    return jsonify(told=f"Draft {version} is rejected.")


@routes.post(BACK)
@requires(*DRAFTERS)
def back() -> ResponseReturnValue:
    """Takes the calibration in force out of force."""
    d, reason = deps(), given.told("reason")
    with d.db.write() as tx:
        before = go_back(tx, DocumentKind.CALIBRATION, by=signed_in(), now=d.clock(), reason=reason)
    now = "The engine's own scores count" if before is None else f"Version {before.version} is back"
    return jsonify(told=f"{now}. Past comments are judged again in the background.")


@routes.get(EXPORT)
@requires(*READERS)
def export() -> ResponseReturnValue:
    """A version of the policy as a TOML file; the one in force where none is named."""
    asked = request.args.get("version", "")
    with deps().db.read() as tx:
        if asked.isascii() and asked.isdigit() and len(asked) < 9:
            found = documents.document(tx, DocumentKind.POLICY, int(asked))
        else:
            found = documents.document_in_force(tx, DocumentKind.POLICY)
    if found is None:
        abort(404)
    answer = Response(found.body, mimetype="application/toml")
    name = f"policy_{found.version}.toml"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
