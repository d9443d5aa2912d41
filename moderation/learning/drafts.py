"""The only way a policy or a calibration changes: drafted by one person, put in force by another.

Every function is one step in the caller's writing transaction and leaves its entry in the log. It
raises DraftRefused and changes nothing when a rule stands against it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from data.db import Tx
from data.documents import Document, DocumentKind, ShadowRun
from data.model import JsonObject, Role, User
from data.store import audit, documents
from moderation.judging.calibration import Calibration, CalibrationDamaged, calibration_from_json
from moderation.policies.policy_document import Policy, policy_from_toml

MAY_DRAFT = frozenset({Role.SENIOR, Role.ADMINISTRATOR})
MAY_APPROVE = frozenset({Role.SENIOR, Role.ADMINISTRATOR})
LEAST_REASON = 15  # characters, as for OM-5-X
LONGEST_BODY = 1_000_000


class DraftRefused(Exception):
    """A step that the rules do not allow; the message says why and what to do."""


def policy_of(found: Document) -> Policy:
    """The policy that a document holds, under its own version."""
    return replace(policy_from_toml(found.body), version=found.version)


def calibration_of(found: Document) -> Calibration:
    """The calibration that a document holds. Raises CalibrationDamaged where its bytes are not
    those that were approved, or say nothing that can be used."""
    if documents.body_sha256(found.body) != found.sha256:
        raise CalibrationDamaged(f"calibration {found.version} is not as it was approved")
    return calibration_from_json(found.body, version=found.version)


def calibration_in_force(tx: Tx) -> Calibration | None:
    """The office's own calibration; None: the engine's own scores count. Raises
    CalibrationDamaged."""
    found = documents.document_in_force(tx, DocumentKind.CALIBRATION)
    return None if found is None else calibration_of(found)


def make_draft(
    tx: Tx, kind: DocumentKind, body: str, *, by: User, now: datetime, note: str = ""
) -> int:
    """Keeps a draft and gives its version. Raises PolicyError or CalibrationDamaged for a body that
    cannot be used, and DraftRefused for one who may not draft or a draft that changes nothing."""
    _may(by, MAY_DRAFT, f"draft a {kind.value}")
    if len(body) > LONGEST_BODY:
        raise DraftRefused(f"The document is longer than {LONGEST_BODY:,} characters.")
    if kind is DocumentKind.POLICY:
        drafted = policy_from_toml(body)
        standing = documents.document_in_force(tx, kind)
        if standing is not None and replace(drafted, version=standing.version) == policy_of(
            standing
        ):
            raise DraftRefused(
                f"This says the same as version {standing.version}, which is in force."
            )
    else:
        calibration_from_json(body, version=0)
    version = documents.keep_document(tx, kind, body, made_by=by.name, now=now, note=note)
    _note(tx, by, kind, "draft", version, now, {"sha256": documents.body_sha256(body)})
    return version


def approve(
    tx: Tx,
    kind: DocumentKind,
    version: int,
    *,
    by: User,
    now: datetime,
    reason: str = "",
    seen_in_force: int | None = None,
) -> ShadowRun | None:
    """Puts a draft in force and gives the shadow run that this relies on; None where there is none.

    Without a run against what is in force, ``reason`` must say in words why. ``seen_in_force`` is
    the version that the approver compared with; another one in force meanwhile is refused.
    """
    _may(by, MAY_APPROVE, f"approve a {kind.value}")
    documents.line_up(tx)
    draft = _open_draft(tx, kind, version)
    if draft.made_by == by.name:
        raise DraftRefused("The author of a draft cannot approve it: a second person must.")
    standing = documents.document_in_force(tx, kind)
    number = None if standing is None else standing.version
    if seen_in_force is not None and seen_in_force != (number or 0):
        raise DraftRefused(
            f"Version {number} came into force meanwhile. Look at the differences again."
        )
    shadow = _relied_on(tx, draft, reason)
    documents.approve_document(
        tx,
        kind,
        version,
        by=by.name,
        now=now,
        reason=reason.strip(),
        shadow_id=None if shadow is None else shadow.id,
    )
    told: JsonObject = {
        "sha256": draft.sha256,
        "in_place_of": number,
        "shadow": None if shadow is None else shadow.id,
        "without_shadow": shadow is None,
    }
    _note(tx, by, kind, "approve", version, now, told)
    return shadow


def _relied_on(tx: Tx, draft: Document, reason: str) -> ShadowRun | None:
    """The shadow run that an approval relies on; None where a plain reason stands in for it."""
    shadow = shadow_in_date(tx, draft)
    if shadow is None and len(reason.strip()) < LEAST_REASON:
        raise DraftRefused(
            "No shadow run shows what this draft changes against what is in force now. Run one, "
            f"or say in {LEAST_REASON} characters or more why it is approved without."
        )
    return shadow


def reject(
    tx: Tx, kind: DocumentKind, version: int, *, by: User, now: datetime, reason: str
) -> None:
    """Puts a draft away; its author may too."""
    _may(by, MAY_APPROVE, f"reject a {kind.value}")
    _open_draft(tx, kind, version)
    if not reason.strip():
        raise DraftRefused("Say why the draft is rejected.")
    documents.reject_document(tx, kind, version, by=by.name, now=now, reason=reason.strip())
    _note(tx, by, kind, "reject", version, now, {})


def go_back(tx: Tx, kind: DocumentKind, *, by: User, now: datetime, reason: str) -> Document | None:
    """Takes the calibration in force out of force; gives what is in force then, None for none.

    One person may: what comes back was approved by two before, and a harmful calibration must not
    wait for a colleague. A policy is gone back from by a draft of its older text.
    """
    _may(by, MAY_APPROVE, f"go back from a {kind.value}")
    if kind is not DocumentKind.CALIBRATION:
        raise DraftRefused("Export the older policy, import it as a draft, and have it approved.")
    documents.line_up(tx)
    standing = documents.document_in_force(tx, kind)
    if standing is None:
        raise DraftRefused("No calibration is in force: the engine's own scores count.")
    if len(reason.strip()) < LEAST_REASON:
        raise DraftRefused(f"Say in {LEAST_REASON} characters or more why.")
    before = documents.document_before(tx, kind)
    documents.withdraw_document(
        tx, kind, standing.version, by=by.name, now=now, reason=reason.strip()
    )
    told: JsonObject = {"back_to": None if before is None else before.version}
    _note(tx, by, kind, "back", standing.version, now, told)
    return before


def shadow_in_date(tx: Tx, draft: Document) -> ShadowRun | None:
    """The draft's newest shadow run, if it was made against what is in force now."""
    run = documents.newest_shadow(tx, draft.kind, draft.version)
    if run is None:
        return None
    policy = documents.document_in_force(tx, DocumentKind.POLICY)
    calibration = documents.document_in_force(tx, DocumentKind.CALIBRATION)
    against = (
        None if policy is None else policy.version,
        None if calibration is None else calibration.version,
    )
    return run if against == (run.against_policy, run.against_calibration) else None


# ------------------------------------------------------------------------------ rules


def _may(by: User, roles: frozenset[Role], what: str) -> None:
    if by.disabled_at is not None:
        raise DraftRefused(f"{by.name} can no longer sign in, so cannot {what}.")
    if by.role not in roles:
        who = " or ".join(sorted(roles))
        raise DraftRefused(f"{by.name} is {by.role.value}; only {who} may {what}.")


def _open_draft(tx: Tx, kind: DocumentKind, version: int) -> Document:
    found = documents.document(tx, kind, version)
    if found is None:
        raise DraftRefused(f"There is no {kind.value} version {version}.")
    if found.approved_at is not None:
        raise DraftRefused(f"Version {version} was approved by {found.approved_by} before.")
    if found.rejected_at is not None:
        raise DraftRefused(f"Version {version} was rejected by {found.rejected_by} before.")
    return found


def _note(
    tx: Tx, by: User, kind: DocumentKind, verb: str, version: int, now: datetime, told: JsonObject
) -> None:
    audit.note(
        tx,
        actor=by.pseudonym,
        verb=f"{kind.value}.{verb}",
        object=f"{kind.value}:{version}",
        now=now,
        detail=told,
    )
