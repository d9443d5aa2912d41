"""The weekly blind sample: drawing it, judging again, and what comes of a difference.

An answer changes nothing by itself: it measures. Where it differs from what was decided, a senior
officer says whether the decision stands or is to be made anew (PRODUCT.md 3.11 and 9).
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from data.blind import BlindAnswer, BlindItem, Settled, Stratum
from data.db import Tx
from data.model import CLOSING, REMOVING, ReasonCode, Role, User, Verdict
from data.store import audit, blind, comments, decisions, queue
from data.store.assessments import current_assessment
from moderation.deciding.decide import DecisionRequest, Holds, record_decision, undo_decision
from moderation.deciding.decision_rules import (
    OTHER_REASON_LEAST,
    refuse,
    refuse_unless_decider,
    told,
)
from moderation.deciding.refused import RefusedCode
from moderation.policies.reasons import named_non_reason, refusal_of

WEEKLY = (Stratum.REMOVED, Stratum.KEPT, Stratum.VISIBLE)
LOOK_BACK = timedelta(days=14)
ANSWERS = frozenset({Verdict.KEEP, Verdict.REMOVE, Verdict.SPLIT, Verdict.COMPLAINT})


@dataclass(frozen=True, slots=True, kw_only=True)
class BlindRequest:
    """What an officer answers on a drawn text."""

    item_id: int
    verdict: Verdict
    by: User
    reason: ReasonCode | None = None
    reason_text: str = ""


def round_of(now: datetime) -> str:
    """The ISO week of an instant: "2026-W23"."""
    year, week, _ = now.isocalendar()
    return f"{year}-W{week:02}"


def draw_weekly(tx: Tx, *, each: int, now: datetime) -> dict[Stratum, int]:
    """Draws up to ``each`` texts of each stratum by chance; gives how many were drawn.

    The chance comes from the log's head: nobody chose it, and anybody can draw it again.
    """
    seed, week = audit.head(tx)[1], round_of(now)
    drawn: dict[Stratum, int] = {}
    for stratum in WEEKLY:
        known = blind.drawable(tx, stratum, now - LOOK_BACK)
        chance = random.Random(f"{seed}{week}{stratum.value}")
        taken = sorted(chance.sample(known, min(each, len(known))))
        drawn[stratum] = blind.keep_drawn(tx, taken, stratum=stratum, round=week, now=now)
    audit.note(
        tx,
        actor="scheduler",
        verb="sample.drawn",
        object=week,
        now=now,
        detail={s.value: n for s, n in drawn.items()},
    )
    return drawn


# ------------------------------------------------------------------------------ judging again


def judge_again(tx: Tx, request: BlindRequest, *, holds: Holds, policy: int, now: datetime) -> None:
    """Keeps one blind answer. Raises Refused for one who may not, or an answer that is none."""
    refuse_unless_decider(request.by)
    _refuse_answer(request)
    item = blind.may_judge(tx, request.by.id, request.item_id)
    if item is None:
        refuse(
            RefusedCode.DECIDED_MEANWHILE,
            "This sample is not open to you: another officer judged it, its text changed, or you "
            "decided on it yourself. Go on with the next.",
        )
    kept = blind.answer_blind(
        tx,
        item,
        request.by.id,
        verdict=request.verdict,
        reason=request.reason,
        reason_text=told(request.reason_text),
        now=now,
    )
    if not kept:
        refuse(RefusedCode.DECIDED_MEANWHILE, "Another officer judged this sample in the meantime.")
    if item.stratum is Stratum.UNFLAGGED and request.verdict is Verdict.KEEP:
        _keep_for_calibration(tx, item, request, holds, policy, now)
    audit.note(
        tx,
        actor=request.by.pseudonym,
        verb="sample.judged",
        object=f"sample:{item.id}",
        now=now,
        detail={"verdict": request.verdict.value},
    )


def _refuse_answer(request: BlindRequest) -> None:
    if request.verdict not in ANSWERS:
        refuse(
            RefusedCode.VERDICT,
            "A blind sample is kept, removed, split or sent to complaints: nothing else measures.",
        )
    if request.verdict not in REMOVING:
        return
    if request.reason is None:
        refuse(RefusedCode.NO_REASON, "A removal needs a reason code of para 5 (OM-5-...).")
    said = told(request.reason_text)
    non_reason = named_non_reason(said)
    if non_reason is not None:
        refuse(RefusedCode.NON_REASON, refusal_of(non_reason))
    if request.reason is ReasonCode.OTHER and len(said) < OTHER_REASON_LEAST:
        refuse(
            RefusedCode.REASON_TEXT,
            f"OM-5-X needs a written reason of {OTHER_REASON_LEAST} characters or more.",
        )


def _keep_for_calibration(
    tx: Tx, item: BlindItem, request: BlindRequest, holds: Holds, policy: int, now: datetime
) -> None:
    """A text that nobody had decided on is kept by name: calibration learns from decisions."""
    if decisions.current_decision(tx, item.comment_id) is None:
        asked = DecisionRequest(
            comment_id=item.comment_id,
            revision_id=item.revision_id,
            verdict=Verdict.KEEP,
            by=request.by,
            key=f"sample:{item.id}",
        )
        record_decision(tx, asked, policy_version=policy, holds=holds, now=now)


# ------------------------------------------------------------------------------ differences


def differs(answer: BlindAnswer) -> bool:
    """True when one would remove what the other lets stand."""
    first_removes = answer.item.stratum is Stratum.REMOVED
    return (answer.verdict in REMOVING) is not first_removes


def open_differences(tx: Tx) -> list[BlindAnswer]:
    """Answers that differ from what stood and that no senior officer has settled, a text once."""
    found: dict[int, BlindAnswer] = {}
    for answer in blind.blind_answers(tx):
        if answer.settled_at is None and differs(answer):
            found.setdefault(answer.item.revision_id, answer)
    return list(found.values())


def settle(
    tx: Tx, item_id: int, how: Settled, by: User, *, holds: Holds, policy: int, now: datetime
) -> None:
    """A senior officer's word on a difference: the decision stands, or the comment is looked at
    anew: its decision is undone, and a text that no rule flags is put before another senior."""
    if by.role is not Role.SENIOR or by.disabled_at is not None:
        refuse(RefusedCode.SENIOR_NEEDED, "Only a senior officer settles a difference.")
    answer = blind.blind_answer(tx, item_id)
    if answer is None or not differs(answer):
        refuse(RefusedCode.UNKNOWN_DECISION, "There is no difference on this sample.")
    if answer.by_user == by.id:
        refuse(
            RefusedCode.OWN_SECOND_LOOK,
            "You judged this sample yourself: another senior officer settles it.",
        )
    if not blind.settle_difference(tx, answer.item.revision_id, by.id, how, now=now):
        refuse(RefusedCode.DECIDED_MEANWHILE, "This difference was settled in the meantime.")
    if how is Settled.REOPENED:
        _reopen(tx, answer, by, holds, policy, now)
    audit.note(
        tx,
        actor=by.pseudonym,
        verb="sample.settled",
        object=f"sample:{item_id}",
        now=now,
        detail={"how": how.value, "comment": answer.item.comment_id},
    )


def _reopen(
    tx: Tx, answer: BlindAnswer, by: User, holds: Holds, policy: int, now: datetime
) -> None:
    comment_id, key = answer.item.comment_id, f"sample-{answer.item.id}"
    standing = decisions.current_decision(tx, comment_id)
    if standing is not None and standing.verdict in CLOSING and not standing.awaits_second:
        undo_decision(tx, decision_id=standing.id, by=by, key=f"{key}-undo", holds=holds, now=now)
    if answer.item.stratum is Stratum.REMOVED or queue.queue_item(tx, comment_id) is not None:
        return
    comment = comments.get_comment(tx, comment_id)
    if comment is None or current_assessment(tx, comment_id) is None:
        return
    newest = decisions.current_decision(tx, comment_id)
    code = "" if answer.reason is None else f" under {answer.reason.value}"
    asked = DecisionRequest(
        comment_id=comment_id,
        revision_id=comment.revision.id,
        verdict=Verdict.ESCALATE,
        by=by,
        key=f"{key}-again",
        expected=None if newest is None else newest.id,
        reason_text=f"A blind sample judged this to be removed{code}. Please look.",
    )
    record_decision(tx, asked, policy_version=policy, holds=holds, now=now)
