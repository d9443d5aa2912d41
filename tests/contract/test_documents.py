"""Policy and calibration as versioned documents: drafted by one, approved by another, on each
database; the store below and the rules above it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import text

from data.db import Database, Tx
from data.documents import DocumentKind, DocumentState
from data.model import Language, Role, User
from data.store import audit, documents, policies, users
from moderation.judging.calibration import (
    Calibration,
    CalibrationDamaged,
    Curve,
    calibration_to_json,
)
from moderation.learning.drafts import (
    DraftRefused,
    approve,
    calibration_in_force,
    go_back,
    make_draft,
    policy_of,
    reject,
)
from moderation.policies.policy_document import DEFAULT_POLICY, PolicyError, policy_to_toml
from tests.builders import NOW, a_user
from tests.tables import a_database

POLICY, CALIBRATION = DocumentKind.POLICY, DocumentKind.CALIBRATION
FIRST = policy_to_toml(DEFAULT_POLICY)
STRICTER = "[queue]\ntoxicity = 0.4\n"
WHY = "Law officer asked for it today."


def set_up(tx: Tx) -> tuple[User, User]:
    """The first policy in force; an administrator who drafts and a senior who approves."""
    policies.keep_policy(tx, FIRST, made_by="sunwai", approved_by="sunwai", now=NOW)
    return a_user(tx, "drafter", Role.ADMINISTRATOR), a_user(tx, "approver", Role.SENIOR)


def draft(tx: Tx, by: User, body: str = STRICTER) -> int:
    return make_draft(tx, POLICY, body, by=by, now=NOW)


def a_shadow(tx: Tx, version: int, kind: DocumentKind = POLICY, **told: object) -> int:
    facts: dict[str, object] = {"against_policy": 1, "against_calibration": None} | told
    return documents.keep_shadow(
        tx, kind=kind, version=version, engine_version="1", since=NOW - timedelta(days=30),
        until=NOW, by="drafter", ran_at=NOW, result={"comments": 3}, **facts,  # type: ignore[arg-type]
    )  # fmt: skip


def a_calibration(shift: float = -0.5) -> str:
    curve = Curve(slope=1.0, shift=shift, point=0.5, raises_below=False)
    made = Calibration(version=0, engine="x", engine_version="1", curves={Language.EN: curve})
    return calibration_to_json(made, {"notes": []})


# ------------------------------------------------------------------------------ the policy


def test_a_draft_changes_nothing_until_a_second_person_approves_it(db: Database) -> None:
    with db.write() as tx:
        drafter, approver = set_up(tx)
        version = draft(tx, drafter)
        assert policies.policy_in_force(tx) == (1, FIRST)
        assert [d.version for d in documents.documents(tx, POLICY, drafts=True)] == [2]
        shadow_id = a_shadow(tx, version)
        relied = approve(tx, POLICY, version, by=approver, now=NOW)
        assert relied is not None and relied.id == shadow_id
        assert policies.policy_in_force(tx) == (2, STRICTER)
        kept = documents.document(tx, POLICY, 2)
        assert kept is not None
        assert (kept.made_by, kept.approved_by, kept.base) == ("drafter", "approver", 1)
        assert kept.shadow_id == shadow_id and kept.state(2) is DocumentState.IN_FORCE
        assert policy_of(kept).version == 2
    with db.read() as tx:
        verbs = [(e.verb, e.object, e.actor) for e in reversed(audit.entries(tx))]
        assert audit.verify_chain(tx).broken_at is None
    assert verbs == [
        ("policy.draft", "policy:2", drafter.pseudonym),
        ("policy.approve", "policy:2", approver.pseudonym),
    ]


def test_an_author_never_approves_their_own_draft(db: Database) -> None:
    with db.write() as tx:
        drafter, _ = set_up(tx)
        version = draft(tx, drafter)
        a_shadow(tx, version)
        with pytest.raises(DraftRefused, match="second person"):
            approve(tx, POLICY, version, by=drafter, now=NOW, reason=WHY)
        assert policies.policy_in_force(tx) == (1, FIRST)


@pytest.mark.parametrize("role", [Role.OFFICER, Role.MANAGER, Role.AUDITOR])
@pytest.mark.parametrize(
    "step",
    [
        lambda tx, user: draft(tx, user, "[queue]\nspam = 0.9\n"),
        lambda tx, user: approve(tx, POLICY, 2, by=user, now=NOW, reason=WHY),
        lambda tx, user: reject(tx, POLICY, 2, by=user, now=NOW, reason=WHY),
        lambda tx, user: go_back(tx, CALIBRATION, by=user, now=NOW, reason=WHY),
    ],
    ids=["draft", "approve", "reject", "back"],
)
def test_other_roles_may_do_none_of_it(role: Role, step: Callable[[Tx, User], object]) -> None:
    db = a_database()
    with db.write() as tx:
        drafter, _ = set_up(tx)
        draft(tx, drafter)
        with pytest.raises(DraftRefused, match="only administrator or senior may"):
            step(tx, a_user(tx, "other", role))
        assert policies.policy_in_force(tx) == (1, FIRST)
    db.close()


def test_one_who_was_disabled_may_not_approve(db: Database) -> None:
    with db.write() as tx:
        drafter, approver = set_up(tx)
        version = draft(tx, drafter)
        users.disable_user(tx, approver.id, now=NOW)
        barred = users.user_by_name(tx, "approver")
        assert barred is not None
        with pytest.raises(DraftRefused, match="no longer sign in"):
            approve(tx, POLICY, version, by=barred, now=NOW, reason=WHY)


def test_without_a_shadow_run_an_approval_needs_a_plain_reason(db: Database) -> None:
    with db.write() as tx:
        drafter, approver = set_up(tx)
        version = draft(tx, drafter)
        with pytest.raises(DraftRefused, match="shadow run"):
            approve(tx, POLICY, version, by=approver, now=NOW, reason="because")
        assert approve(tx, POLICY, version, by=approver, now=NOW, reason=WHY) is None
        kept = documents.document(tx, POLICY, version)
        assert kept is not None and kept.reason == WHY


def test_a_shadow_run_against_an_older_policy_does_not_count(db: Database) -> None:
    with db.write() as tx:
        drafter, approver = set_up(tx)
        one, two = draft(tx, drafter), draft(tx, drafter, "[queue]\nspam = 0.9\n")
        a_shadow(tx, one)
        a_shadow(tx, two)
        approve(tx, POLICY, one, by=approver, now=NOW)
        with pytest.raises(DraftRefused, match="shadow run"):
            approve(tx, POLICY, two, by=approver, now=NOW)


def test_an_approver_who_compared_with_another_version_is_told(db: Database) -> None:
    with db.write() as tx:
        drafter, approver = set_up(tx)
        one, two = draft(tx, drafter), draft(tx, drafter, "[queue]\nspam = 0.9\n")
        approve(tx, POLICY, one, by=approver, now=NOW, reason=WHY)
        with pytest.raises(DraftRefused, match="meanwhile"):
            approve(tx, POLICY, two, by=approver, now=NOW, reason=WHY, seen_in_force=1)


def test_an_older_draft_approved_later_is_the_one_in_force(db: Database) -> None:
    with db.write() as tx:
        drafter, approver = set_up(tx)
        one, two = draft(tx, drafter), draft(tx, drafter, "[queue]\nspam = 0.9\n")
        approve(tx, POLICY, two, by=approver, now=NOW, reason=WHY)
        approve(tx, POLICY, one, by=approver, now=NOW, reason=WHY)
        found = policies.policy_in_force(tx)
    assert found is not None and found[0] == one


def test_what_was_decided_on_is_not_decided_on_again(db: Database) -> None:
    with db.write() as tx:
        drafter, approver = set_up(tx)
        version = draft(tx, drafter)
        with pytest.raises(DraftRefused, match="Say why"):
            reject(tx, POLICY, version, by=approver, now=NOW, reason=" ")
        reject(tx, POLICY, version, by=approver, now=NOW, reason="Too strict.")
        for step in (approve, reject):
            with pytest.raises(DraftRefused, match="rejected by approver before"):
                step(tx, POLICY, version, by=approver, now=NOW, reason=WHY)
        with pytest.raises(DraftRefused, match="no policy version 9"):
            approve(tx, POLICY, 9, by=approver, now=NOW, reason=WHY)
        with pytest.raises(DraftRefused, match="approved by sunwai before"):
            reject(tx, POLICY, 1, by=approver, now=NOW, reason=WHY)


@pytest.mark.parametrize("body", ["", FIRST, FIRST.replace("version = 1", "version = 9")])
def test_a_draft_that_changes_nothing_is_refused(db: Database, body: str) -> None:
    with db.write() as tx:
        drafter, _ = set_up(tx)
        with pytest.raises(DraftRefused, match="says the same"):
            draft(tx, drafter, body)


def test_a_faulty_document_is_refused_with_every_fault_and_nothing_kept(db: Database) -> None:
    with pytest.raises(PolicyError) as caught, db.write() as tx:
        drafter, _ = set_up(tx)
        draft(tx, drafter, "[queue]\ntoxicity = 2\nspan = 1\n[lists]\nwatch_words = 3\n")
    assert len(caught.value.faults) == 3
    with db.read() as tx:
        assert documents.documents(tx, POLICY) == []


# ------------------------------------------------------------------------------ the calibration


def test_a_calibration_goes_the_same_way_and_can_be_gone_back_from(db: Database) -> None:
    with db.write() as tx:
        drafter, approver = set_up(tx)
        assert calibration_in_force(tx) is None
        for n, shift in enumerate((-0.5, -1.0), 1):
            version = make_draft(tx, CALIBRATION, a_calibration(shift), by=drafter, now=NOW)
            assert version == n
            approve(tx, CALIBRATION, version, by=approver, now=NOW, reason=WHY)
        found = calibration_in_force(tx)
        assert found is not None and found.version == 2
        back = go_back(tx, CALIBRATION, by=drafter, now=NOW, reason=WHY)
        assert back is not None and back.version == 1
        found = calibration_in_force(tx)
        assert found is not None and found.version == 1
        assert go_back(tx, CALIBRATION, by=drafter, now=NOW, reason=WHY) is None
        assert calibration_in_force(tx) is None
        with pytest.raises(DraftRefused, match="No calibration is in force"):
            go_back(tx, CALIBRATION, by=drafter, now=NOW, reason=WHY)
        states = [d.state(None) for d in documents.documents(tx, CALIBRATION)]
    assert states == [DocumentState.WITHDRAWN, DocumentState.WITHDRAWN]


def test_going_back_needs_a_reason_and_is_not_for_policies(db: Database) -> None:
    with db.write() as tx:
        drafter, approver = set_up(tx)
        make_draft(tx, CALIBRATION, a_calibration(), by=drafter, now=NOW)
        approve(tx, CALIBRATION, 1, by=approver, now=NOW, reason=WHY)
        with pytest.raises(DraftRefused, match="why"):
            go_back(tx, CALIBRATION, by=approver, now=NOW, reason="")
        with pytest.raises(DraftRefused, match="import it as a draft"):
            go_back(tx, POLICY, by=approver, now=NOW, reason=WHY)


def test_a_calibration_whose_bytes_changed_is_never_used(db: Database) -> None:
    with db.write() as tx:
        drafter, approver = set_up(tx)
        make_draft(tx, CALIBRATION, a_calibration(), by=drafter, now=NOW)
        approve(tx, CALIBRATION, 1, by=approver, now=NOW, reason=WHY)
        tx.execute(text("UPDATE calibration_version SET body = :b"), {"b": a_calibration(-2.0)})
        with pytest.raises(CalibrationDamaged, match="not as it was approved"):
            calibration_in_force(tx)


def test_a_calibration_in_force_makes_an_earlier_shadow_run_out_of_date(db: Database) -> None:
    with db.write() as tx:
        drafter, approver = set_up(tx)
        version = draft(tx, drafter)
        a_shadow(tx, version)
        make_draft(tx, CALIBRATION, a_calibration(), by=drafter, now=NOW)
        approve(tx, CALIBRATION, 1, by=approver, now=NOW, reason=WHY)
        with pytest.raises(DraftRefused, match="shadow run"):
            approve(tx, POLICY, version, by=approver, now=NOW)
        newer = a_shadow(tx, version, against_calibration=1)
        relied = approve(tx, POLICY, version, by=approver, now=NOW)
    assert relied is not None and relied.id == newer
