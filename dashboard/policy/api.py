"""What the policy page does: draft, try, approve, reject, go back.

The rules stand in moderation.learning.drafts.
"""

from __future__ import annotations

from flask import Blueprint, Response, abort, jsonify, request
from flask.typing import ResponseReturnValue

from dashboard.deps import deps
from dashboard.policy.form import body_from_form
from dashboard.signing_in.security import requires, signed_in
from dashboard.web import given
from dashboard.web.forms import Malformed
from dashboard.words import t
from dashboard.words.below import from_below
from data.documents import DocumentKind
from data.model import Role
from data.store import documents
from data.store.shadow_jobs import add_shadow_job, shadow_job_by_id
from moderation.judging.calibration import CalibrationDamaged
from moderation.learning.drafts import DraftRefused, approve, go_back, make_draft, reject
from moderation.policies.policy_document import PolicyError

routes = Blueprint("policy_page", __name__)
DRAFT, DOCUMENT = "/api/policy/draft", "/api/policy/document"
SHADOW, RUNNING = "/api/policy/shadow", "/api/policy/shadow/running"
APPROVE = "/api/policy/approve"
REJECT, BACK = "/api/policy/reject", "/api/policy/back"
EXPORT = "/download/policy.toml"
DRAFTERS = (Role.SENIOR, Role.ADMINISTRATOR)
READERS = (*DRAFTERS, Role.AUDITOR)
_LONGEST, MOST_DAYS = 200_000, 366


@routes.errorhandler(DraftRefused)
@routes.errorhandler(CalibrationDamaged)
def refused(error: Exception) -> ResponseReturnValue:
    return jsonify(error=from_below(str(error))), 409


@routes.errorhandler(PolicyError)
def faulty(error: PolicyError) -> ResponseReturnValue:
    faults = " · ".join(from_below(f) for f in error.faults)
    return jsonify(error=t("Nothing was kept. {faults}", faults=faults)), 400


def _kind() -> DocumentKind:
    try:
        return DocumentKind(given.told("kind", longest=20))
    except ValueError:
        raise Malformed("kind", t("kind must be policy or calibration.")) from None


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
        told=t("Draft {n} is kept. Nothing changes until somebody else approves it.", n=version)
    )


@routes.post(SHADOW)
@requires(*DRAFTERS)
def run() -> ResponseReturnValue:
    """Asks for a draft to be tried on past comments; that is done beside the requests."""
    d = deps()
    kind, version, days = _kind(), given.number("version"), given.number("days")
    if d.hasten_shadows is None:
        raise Malformed("version", t("Shadow runs are made on the command line here."))
    if not 1 <= days <= MOST_DAYS:
        raise Malformed("days", t("Days must be 1 to {most}, not {days}.", most=MOST_DAYS,
                                  days=days))  # fmt: skip
    with d.db.write() as tx:
        found = documents.document(tx, kind, version)
        if found is None or not found.is_draft:
            raise DraftRefused(f"There is no draft {version} of the {kind.value}.")
        add_shadow_job(tx, kind, version, days, user_id=signed_in().id, now=d.clock())
    d.hasten_shadows()
    return jsonify(told=t("The shadow run is on its way. You may leave this page."))


@routes.post(RUNNING)
@requires(*READERS)
def running() -> ResponseReturnValue:
    """How far a shadow run is; it is begun if nobody did."""
    d, number = deps(), given.number("job")
    if d.hasten_shadows is not None:
        d.hasten_shadows()
    with d.db.read() as tx:
        job = shadow_job_by_id(tx, number)
    if job is None:
        return jsonify(error=t("There is no such shadow run.")), 404
    return jsonify(state=job.state.value, done=job.done, total=job.total)


@routes.post(APPROVE)
@requires(*DRAFTERS)
def put_in_force() -> ResponseReturnValue:
    """Puts a draft in force: a second person, against what that person saw."""
    d, kind, version = deps(), _kind(), given.number("version")
    reason, seen = given.told("reason"), given.number("seen")
    with d.db.write() as tx:
        approve(tx, kind, version, by=signed_in(), now=d.clock(), reason=reason, seen_in_force=seen)
    return jsonify(
        told=t(
            "Version {n} is in force. Past comments are judged again in the background; open ones "
            "first.",
            n=version,
        )
    )


@routes.post(REJECT)
@requires(*DRAFTERS)
def put_away() -> ResponseReturnValue:
    """Puts a draft away, with a reason."""
    d, kind, version = deps(), _kind(), given.number("version")
    with d.db.write() as tx:
        reject(tx, kind, version, by=signed_in(), now=d.clock(), reason=given.told("reason"))
    return jsonify(told=t("Draft {n} is rejected.", n=version))


@routes.post(BACK)
@requires(*DRAFTERS)
def back() -> ResponseReturnValue:
    """Takes the calibration in force out of force."""
    d, reason = deps(), given.told("reason")
    with d.db.write() as tx:
        before = go_back(tx, DocumentKind.CALIBRATION, by=signed_in(), now=d.clock(), reason=reason)
    if before is None:
        told = t("The engine's own scores count. Past comments are judged again in the background.")
    else:
        told = t(
            "Version {n} is back. Past comments are judged again in the background.",
            n=before.version,
        )
    return jsonify(told=told)


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
