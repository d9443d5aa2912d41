"""Each rule of a decision, at its border and on both sides of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from data.model import (
    ActionKind,
    CaseState,
    EnforcementState,
    Flag,
    ReasonCode,
    Role,
    SourceMode,
    Verdict,
)
from data.store import audit, cases, queue, users
from moderation.deciding.decide import RefusedCode
from tests.builders import a_source
from tests.unit.decide_helpers import REMOVE, Desk, memory_desk, user

OTHER = {"verdict": Verdict.REMOVE, "reason": ReasonCode.OTHER}


@pytest.fixture
def desk() -> Iterator[Desk]:
    with memory_desk() as desk:
        yield desk


# ------------------------------------------------------------------------------ who


@pytest.mark.parametrize("role", [Role.OFFICER, Role.SENIOR])
def test_officers_and_seniors_decide(desk: Desk, role: Role) -> None:
    with desk.db.write() as tx:
        by = user(tx, role)
    recorded = desk.decide(desk.comment(), by, verdict=Verdict.KEEP)
    assert (recorded.decision.by_user, recorded.repeated) == (by.id, False)


@pytest.mark.parametrize("role", [Role.MANAGER, Role.AUDITOR, Role.ADMINISTRATOR])
@pytest.mark.parametrize("verdict", [Verdict.KEEP, Verdict.WAIT])
def test_other_roles_decide_nothing(desk: Desk, role: Role, verdict: Verdict) -> None:
    with desk.db.write() as tx:
        by = user(tx, role)
    assert desk.refused(desk.comment(), by, verdict=verdict).code is RefusedCode.ROLE


def test_a_disabled_officer_decides_nothing(desk: Desk) -> None:
    with desk.db.write() as tx:
        users.disable_user(tx, desk.officer.id, now=desk.now)
        barred = users.user_by_id(tx, desk.officer.id)
    assert desk.refused(desk.comment(), barred, verdict=Verdict.KEEP).code is RefusedCode.DISABLED


def test_a_decision_on_an_unknown_comment_is_refused(desk: Desk) -> None:
    known = desk.get(desk.comment())
    refused = desk.refused(
        known.id, comment_id="mock:none", verdict=Verdict.KEEP, revision_id=known.revision.id
    )
    assert refused.code is RefusedCode.UNKNOWN_COMMENT


def test_undo_is_no_verdict_of_a_decision(desk: Desk) -> None:
    assert desk.refused(desk.comment(), verdict=Verdict.UNDO).code is RefusedCode.VERDICT


# ------------------------------------------------------------------------------ on what ground


@pytest.mark.parametrize("verdict", [Verdict.REMOVE, Verdict.SPLIT])
def test_a_removal_without_a_code_is_refused(desk: Desk, verdict: Verdict) -> None:
    span = (0, 3) if verdict is Verdict.SPLIT else None
    refused = desk.refused(desk.comment(), verdict=verdict, span=span)
    assert refused.code is RefusedCode.NO_REASON
    assert "needs a reason code of para 5" in refused.message


def test_a_removal_whose_text_names_a_non_reason_is_refused(desk: Desk) -> None:
    refused = desk.refused(desk.comment(), **OTHER, reason_text="it complains of us, see NR-3")
    assert refused.code is RefusedCode.NON_REASON
    assert "NR-3 is a non-reason" in refused.message


def test_a_comment_may_be_kept_because_of_a_non_reason(desk: Desk) -> None:
    assert desk.decide(desk.comment(), verdict=Verdict.KEEP, reason_text="NR-5").decision.id


@pytest.mark.parametrize("verdict", [Verdict.KEEP, Verdict.COMPLAINT, Verdict.WAIT])
def test_a_code_is_refused_where_nothing_is_removed(desk: Desk, verdict: Verdict) -> None:
    refused = desk.refused(desk.comment(), verdict=verdict, reason=ReasonCode.SPAM)
    assert refused.code is RefusedCode.REASON_NOT_WANTED


def test_an_escalation_may_name_the_code_it_asks_about(desk: Desk) -> None:
    asked = desk.decide(
        desk.comment(), verdict=Verdict.ESCALATE, reason=ReasonCode.THREAT, reason_text="A threat?"
    )
    assert asked.decision.reason is ReasonCode.THREAT


@pytest.mark.parametrize(
    "text",
    [
        "",
        "fourteen chars",
        "fourteen      chars",
        " fourteen chars ",
        "\u200bfourteen\u202e chars\u2066",
    ],
)
def test_om_5_x_refuses_a_text_under_fifteen_visible_characters(desk: Desk, text: str) -> None:
    refused = desk.refused(desk.comment(), **OTHER, reason_text=text)
    assert refused.code is RefusedCode.REASON_TEXT
    assert "15 characters" in refused.message


def test_om_5_x_with_fifteen_characters_waits_for_a_second_officer(desk: Desk) -> None:
    comment_id = desk.comment()
    recorded = desk.decide(comment_id, **OTHER, reason_text="fifteen charact")
    assert recorded.awaits_second and recorded.decision.awaits_second
    assert recorded.action_id is None
    assert desk.actions(comment_id) == []


# ------------------------------------------------------------------------------ removal


@pytest.mark.parametrize("code", [c for c in ReasonCode if c is not ReasonCode.OTHER])
def test_a_removal_with_a_code_is_held_ten_seconds_and_hides(desk: Desk, code: ReasonCode) -> None:
    comment_id = desk.comment()
    recorded = desk.decide(comment_id, verdict=Verdict.REMOVE, reason=code)
    (action,) = desk.actions(comment_id)
    assert (recorded.action_id, recorded.awaits_second) == (action.id, False)
    assert (action.kind, action.by_hand) == (ActionKind.HIDE, False)
    assert action.state is EnforcementState.HELD
    assert action.hold_until == desk.now + timedelta(seconds=10)


def test_a_deletion_for_good_needs_a_second_officer_and_is_held_ten_minutes(desk: Desk) -> None:
    comment_id = desk.comment()
    first = desk.decide(comment_id, **REMOVE, action=ActionKind.REMOVE)
    assert first.awaits_second
    second = desk.decide(
        comment_id, desk.senior, **REMOVE, action=ActionKind.REMOVE, expected=first.decision.id
    )
    (action,) = desk.actions(comment_id)
    assert (second.action_id, action.kind) == (action.id, ActionKind.REMOVE)
    assert action.hold_until == desk.now + timedelta(minutes=10)


@pytest.mark.parametrize("mode", list(SourceMode))
def test_a_removal_on_an_export_source_is_by_hand(desk: Desk, mode: SourceMode) -> None:
    with desk.db.write() as tx:
        source = a_source(tx, "second", mode=mode)
    comment_id = desk.comment(source=source)
    desk.decide(comment_id, **REMOVE)
    assert desk.actions(comment_id)[0].by_hand is (mode is SourceMode.EXPORT)


def test_a_comment_whose_id_is_not_the_platforms_is_removed_by_hand(desk: Desk) -> None:
    comment_id = desk.comment(id_kind="synthetic")
    desk.decide(comment_id, **REMOVE)
    assert desk.actions(comment_id)[0].by_hand


def test_a_decision_leaves_an_audit_entry_without_text_or_author(desk: Desk) -> None:
    comment_id = desk.comment("a text that nobody else may see")
    desk.decide(comment_id, **REMOVE, reason_text="a reason that quotes it")
    with desk.db.read() as tx:
        (entry,) = audit.entries(tx)
        assert audit.verify_chain(tx).broken_at is None
    assert (entry.actor, entry.verb) == (desk.officer.pseudonym, "decide.remove")
    assert entry.detail["comment"] == comment_id and entry.detail["reason"] == "OM-5-OFF-3"
    assert not any(secret in str(entry) for secret in ("nobody else", "quotes", "key-1'"))


def test_a_decision_releases_the_officers_claim_and_leaves_another_s(desk: Desk) -> None:
    mine, theirs = desk.comment(), desk.comment()
    with desk.db.write() as tx:
        assert queue.claim(tx, mine, desk.officer.id, now=desk.now)
        assert queue.claim(tx, theirs, desk.other.id, now=desk.now)
    desk.decide(mine, verdict=Verdict.WAIT)
    desk.decide(theirs, verdict=Verdict.WAIT)
    with desk.db.write() as tx:
        assert queue.claim(tx, mine, desk.other.id, now=desk.now)
        assert not queue.claim(tx, theirs, desk.officer.id, now=desk.now)


# ------------------------------------------------------------------------------ split, complaint


@pytest.mark.parametrize(
    "span", [None, (-1, 3), (3, 3), (4, 3), (0, 31), (30, 31), (3, 4), (0, 30)]
)
def test_a_split_refuses_a_span_outside_empty_or_of_all_the_text(
    desk: Desk, span: tuple[int, int] | None
) -> None:
    text = "You idiots. " + "No water again!!!!"
    assert len(text) == 30 and text[3] == " "
    asked = {"verdict": Verdict.SPLIT, "reason": ReasonCode.PERSONAL_ABUSE}
    assert desk.refused(desk.comment(text), **asked, span=span).code is RefusedCode.SPAN


@pytest.mark.parametrize("span", [(0, 11), (12, 30), (0, 29), (29, 30)])
def test_a_split_files_the_complaint_and_hides_the_comment(
    desk: Desk, span: tuple[int, int]
) -> None:
    comment_id = desk.comment("You idiots. No water again!!!!")
    recorded = desk.decide(
        comment_id,
        verdict=Verdict.SPLIT,
        reason=ReasonCode.PERSONAL_ABUSE,
        span=span,
        office="Water Board",
        place="Gilgit",
    )
    assert recorded.decision.span == span
    assert [a.kind for a in desk.actions(comment_id)] == [ActionKind.HIDE]
    with desk.db.read() as tx:
        (case,) = cases.find_cases(tx)
    assert (case.decision_id, case.office, case.place) == (
        recorded.decision.id,
        "Water Board",
        "Gilgit",
    )


def test_a_complaint_opens_a_case_due_in_fourteen_local_days(desk: Desk) -> None:
    comment_id = desk.comment(protected=True)
    desk.decide(comment_id, verdict=Verdict.COMPLAINT, theme="water")
    with desk.db.read() as tx:
        (case,) = cases.find_cases(tx)
    assert (case.theme, case.due_on, case.state) == ("water", date(2026, 6, 15), CaseState.OPEN)
    assert desk.actions(comment_id) == []


def test_a_complaint_keeps_the_day_that_was_named(desk: Desk) -> None:
    desk.decide(desk.comment(), verdict=Verdict.COMPLAINT, due_on=date(2026, 7, 1))
    with desk.db.read() as tx:
        assert cases.find_cases(tx)[0].due_on == date(2026, 7, 1)


def test_only_a_split_takes_a_span(desk: Desk) -> None:
    assert desk.refused(desk.comment(), **REMOVE, span=(0, 3)).code is RefusedCode.SPAN


@pytest.mark.parametrize(("length", "taken"), [(0, False), (1, True), (60, True), (61, False)])
def test_a_theme_key_has_one_to_sixty_characters(desk: Desk, length: int, taken: bool) -> None:
    comment_id = desk.comment()
    asked = {"verdict": Verdict.COMPLAINT, "theme": "t" * length}
    if taken:
        assert desk.decide(comment_id, **asked).decision.theme == "t" * length
    else:
        assert desk.refused(comment_id, **asked).code is RefusedCode.THEME


# ------------------------------------------------------------------------------ wait, escalate


def test_wait_needs_a_reason_from_the_second_time_on(desk: Desk) -> None:
    comment_id = desk.comment()
    first = desk.decide(comment_id, verdict=Verdict.WAIT).decision.id
    refused = desk.refused(comment_id, verdict=Verdict.WAIT, expected=first, reason_text=" \u200b ")
    assert refused.code is RefusedCode.WAIT_REASON
    second = desk.decide(
        comment_id, verdict=Verdict.WAIT, expected=first, reason_text="asking the office"
    )
    assert second.decision.reason_text == "asking the office"


def test_a_new_text_may_be_put_off_once_without_a_reason(desk: Desk) -> None:
    comment_id = desk.comment()
    desk.decide(comment_id, verdict=Verdict.WAIT)
    desk.edit(comment_id, "another text altogether")
    assert desk.decide(comment_id, verdict=Verdict.WAIT).decision.verdict is Verdict.WAIT


@pytest.mark.parametrize("question", ["", "   ", "\u200b"])
def test_an_escalation_without_a_question_is_refused(desk: Desk, question: str) -> None:
    refused = desk.refused(desk.comment(), verdict=Verdict.ESCALATE, reason_text=question)
    assert refused.code is RefusedCode.QUESTION


def test_an_escalation_is_answered_by_a_senior_who_did_not_ask(desk: Desk) -> None:
    comment_id = desk.comment()
    asked = desk.decide(
        comment_id, desk.senior, verdict=Verdict.ESCALATE, reason_text="Is this a threat?"
    ).decision.id
    answer = {"verdict": Verdict.KEEP, "expected": asked}
    assert desk.refused(comment_id, desk.officer, **answer).code is RefusedCode.SENIOR_NEEDED
    assert desk.refused(comment_id, desk.senior, **answer).code is RefusedCode.OWN_SECOND_LOOK
    answered = desk.decide(comment_id, desk.senior2, **answer)
    assert answered.decision.second_of == asked


# ------------------------------------------------------------------------------ twice


def test_the_same_key_gives_the_same_decision_and_no_second_effect(desk: Desk) -> None:
    comment_id = desk.comment()
    first = desk.decide(comment_id, **REMOVE, key="one", reason_text="two  blanks")
    again = desk.decide(comment_id, **REMOVE, key="one", reason_text="two  blanks")
    assert (again.repeated, again.decision, again.action_id) == (
        True,
        first.decision,
        first.action_id,
    )
    assert len(desk.actions(comment_id)) == 1


def test_the_same_key_is_answered_alike_after_the_comment_went_on(desk: Desk) -> None:
    comment_id = desk.comment()
    revision_id = desk.get(comment_id).revision.id
    first = desk.decide(comment_id, verdict=Verdict.KEEP, key="one")
    desk.edit(comment_id, "a new text")
    again = desk.decide(comment_id, verdict=Verdict.KEEP, key="one", revision_id=revision_id)
    assert again.repeated and again.decision == first.decision


@pytest.mark.parametrize(
    "changed",
    [
        {"verdict": Verdict.KEEP, "reason": None},
        {"reason": ReasonCode.SPAM},
        {"reason_text": "other words"},
        {"theme": "water"},
    ],
)
def test_the_same_key_with_another_content_is_refused(desk: Desk, changed: dict[str, str]) -> None:
    comment_id = desk.comment()
    desk.decide(comment_id, **REMOVE, key="one")
    refused = desk.refused(comment_id, **(REMOVE | {"key": "one"} | changed))
    assert refused.code is RefusedCode.KEY_USED


def test_the_same_key_by_another_officer_or_on_another_comment_is_refused(desk: Desk) -> None:
    first, second = desk.comment(), desk.comment()
    desk.decide(first, **REMOVE, key="one")
    assert desk.refused(first, desk.other, **REMOVE, key="one").code is RefusedCode.KEY_USED
    assert desk.refused(second, **REMOVE, key="one").code is RefusedCode.KEY_USED


@pytest.mark.parametrize("key", ["", "  ", "k" * 121])
def test_a_decision_without_a_usable_key_is_refused(desk: Desk, key: str) -> None:
    assert desk.refused(desk.comment(), **REMOVE, key=key).code is RefusedCode.KEY_MISSING


def test_a_confirmation_repeated_with_the_same_key_is_the_same(desk: Desk) -> None:
    comment_id = desk.comment(protected=True)
    proposed = desk.decide(comment_id, **REMOVE, reason_text="look").decision.id
    asked = {"verdict": Verdict.REMOVE, "expected": proposed, "key": "two"}
    first = desk.decide(comment_id, desk.senior, **asked)
    again = desk.decide(comment_id, desk.senior, **asked)
    assert again.repeated and again.decision == first.decision


def test_the_second_of_two_officers_on_one_card_is_told(desk: Desk) -> None:
    comment_id = desk.comment()
    desk.decide(comment_id, verdict=Verdict.KEEP)
    refused = desk.refused(comment_id, desk.other, **REMOVE)
    assert refused.code is RefusedCode.DECIDED_MEANWHILE
    assert "decided meanwhile" in refused.message
    assert desk.actions(comment_id) == []


def test_a_decision_on_a_text_that_changed_is_refused(desk: Desk) -> None:
    comment_id = desk.comment()
    seen = desk.get(comment_id).revision.id
    desk.edit(comment_id, "a friendly text")
    refused = desk.refused(comment_id, **REMOVE, revision_id=seen)
    assert refused.code is RefusedCode.TEXT_CHANGED
    assert "text changed" in refused.message


def test_a_closed_comment_is_not_decided_anew_without_an_undo(desk: Desk) -> None:
    comment_id = desk.comment()
    kept = desk.decide(comment_id, verdict=Verdict.KEEP).decision.id
    refused = desk.refused(comment_id, **REMOVE, expected=kept)
    assert refused.code is RefusedCode.ALREADY_DECIDED


def test_an_edited_comment_is_decided_anew_without_naming_the_old_decision(desk: Desk) -> None:
    comment_id = desk.comment()
    desk.decide(comment_id, verdict=Verdict.KEEP)
    desk.edit(comment_id, "now something vile")
    assert desk.decide(comment_id, **REMOVE).action_id is not None


def test_naming_the_decision_on_the_older_text_does_as_well(desk: Desk) -> None:
    comment_id = desk.comment()
    old = desk.decide(comment_id, verdict=Verdict.KEEP).decision.id
    desk.edit(comment_id, "now something vile")
    assert desk.refused(comment_id, **REMOVE, expected=old + 1).code is (
        RefusedCode.DECIDED_MEANWHILE
    )
    assert desk.decide(comment_id, **REMOVE, expected=old).action_id is not None


# ------------------------------------------------------------------------------ bulk


def test_a_protected_comment_is_never_decided_in_bulk(desk: Desk) -> None:
    comment_id = desk.comment(protected=True)
    for asked in (REMOVE, {"verdict": Verdict.KEEP}, {"verdict": Verdict.WAIT}):
        refused = desk.refused(comment_id, **asked, in_bulk=True)
        assert refused.code is RefusedCode.PROTECTED_IN_BULK


def test_a_comment_that_was_not_assessed_counts_as_protected(desk: Desk) -> None:
    comment_id = desk.comment(flag=None)
    refused = desk.refused(comment_id, **REMOVE, in_bulk=True)
    assert refused.code is RefusedCode.PROTECTED_IN_BULK
    assert desk.decide(comment_id, **REMOVE).awaits_second


def test_an_unchecked_comment_is_not_removed_in_bulk_but_alone(desk: Desk) -> None:
    comment_id = desk.comment(flag=Flag.NOT_CHECKED)
    assert desk.refused(comment_id, **REMOVE, in_bulk=True).code is RefusedCode.NOT_IN_BULK
    assert not desk.decide(comment_id, **REMOVE).awaits_second


def test_a_plain_comment_is_removed_in_bulk(desk: Desk) -> None:
    assert desk.decide(desk.comment(), **REMOVE, in_bulk=True).action_id is not None


def test_a_split_and_a_deletion_for_good_are_never_done_in_bulk(desk: Desk) -> None:
    comment_id = desk.comment()
    split = {"verdict": Verdict.SPLIT, "reason": ReasonCode.SLUR, "span": (0, 3)}
    for asked in (split, REMOVE | {"action": ActionKind.REMOVE}):
        refused = desk.refused(comment_id, **asked, in_bulk=True)
        assert refused.code is RefusedCode.NOT_IN_BULK
