"""The rules that a decision must pass, each refusing with a sentence. Nothing here writes.

They run in the order of ``refuse_unless_allowed``: who may decide, what the verdict needs, what a
bulk action may not touch, and who must look a second time.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import NoReturn

from data.model import (
    CLOSING,
    REMOVING,
    ActionKind,
    Assessment,
    Comment,
    Decision,
    Flag,
    ReasonCode,
    Role,
    User,
    Verdict,
    clean_text,
)
from moderation.deciding.refused import Refused, RefusedCode
from moderation.platforms.audience import is_one_way
from moderation.policies.reasons import named_non_reason, refusal_of

OTHER_REASON_LEAST = 15
DECIDERS = frozenset({Role.OFFICER, Role.SENIOR})
SECOND_LOOK_VERDICTS = CLOSING


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRequest:
    """What an officer asks to have recorded.

    ``key`` makes a repeat harmless; ``expected`` is the id of the open decision on this text that
    the officer saw (a proposed removal, a question, a wait, an undo), None when there was none.
    ``action`` is HIDE unless the one-way door is asked for by name.
    """

    comment_id: str
    revision_id: int
    verdict: Verdict
    by: User
    key: str
    expected: int | None = None
    reason: ReasonCode | None = None
    reason_text: str = ""
    theme: str | None = None
    span: tuple[int, int] | None = None
    office: str = ""
    place: str = ""
    due_on: date | None = None
    in_bulk: bool = False
    action: ActionKind = ActionKind.HIDE


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the store knows of the comment while the request is looked at.

    ``newest`` is the comment's newest decision, whatever text it was made on; ``waits`` how often
    the present text was put off before.
    """

    comment: Comment
    assessment: Assessment | None
    newest: Decision | None
    waits: int

    @property
    def standing(self) -> Decision | None:
        """The newest decision, if it was made on the comment's present text."""
        d = self.newest
        return d if d is not None and d.revision_id == self.comment.revision.id else None

    @property
    def protected(self) -> bool:
        """Protected, or not looked at by any rule yet: what is not known is shielded."""
        seen = self.assessment
        return seen is None or seen.judgement.protected or not seen.reading.feedback

    @property
    def proposal(self) -> Decision | None:
        """The removal of this text that waits for a second officer."""
        d = self.standing
        return d if d is not None and d.awaits_second else None


def refuse(code: RefusedCode, message: str) -> NoReturn:
    raise Refused(code, message)


def told(text: str) -> str:
    """A written reason as it is kept: no control or invisible characters, single blanks."""
    seen = "".join(
        " " if unicodedata.category(c) in ("Cc", "Zs", "Zl", "Zp") else c
        for c in clean_text(text)
        if unicodedata.category(c) != "Cf" or c == "\u200c"  # Urdu needs its zero-width non-joiner
    )
    return " ".join(seen.split())


def refuse_unless_allowed(request: DecisionRequest, known: Known) -> None:
    """Raises Refused with the first rule that stands against the request."""
    refuse_unless_decider(request.by)
    _refuse_standing(request, known)
    _refuse_ground(request)
    _refuse_verdict_needs(request, known)
    _refuse_in_bulk(request, known)
    _refuse_second_look(request, known)


def needs_second(request: DecisionRequest, known: Known) -> bool:
    """True when this removal is a proposal only, for another senior officer to confirm."""
    if request.verdict not in REMOVING or known.proposal is not None:
        return False
    return known.protected or request.reason is ReasonCode.OTHER or is_one_way(request.action)


# ------------------------------------------------------------------------------ who


def refuse_unless_decider(user: User) -> None:
    """Officers and seniors decide; managers, auditors and administrators never."""
    if user.disabled_at is not None:
        refuse(RefusedCode.DISABLED, f"{user.name} is disabled and can decide nothing.")
    if user.role not in DECIDERS:
        refuse(
            RefusedCode.ROLE,
            f"{user.name} is {user.role.value}; only officers and senior officers decide.",
        )


def _refuse_standing(request: DecisionRequest, known: Known) -> None:
    comment, standing = known.comment, known.standing
    if request.verdict is Verdict.UNDO:
        refuse(RefusedCode.VERDICT, "An undo names the decision that it undoes: use undo.")
    if comment.revision.id != request.revision_id:
        refuse(
            RefusedCode.TEXT_CHANGED,
            f"The text changed since the card was drawn: {comment.id} was edited. Read the new "
            "text and decide on it.",
        )
    # A decision on an older text no longer stands: whoever names it, or none, saw the same.
    seen = {None if known.newest is None else known.newest.id}
    if request.expected not in (seen | {None} if standing is None else seen):
        refuse(
            RefusedCode.DECIDED_MEANWHILE,
            f"{comment.id} was decided meanwhile by another officer. Look at it again.",
        )
    closed = standing is not None and standing.verdict in CLOSING and not standing.awaits_second
    if closed:
        refuse(
            RefusedCode.ALREADY_DECIDED,
            f"{comment.id} is decided already. Undo that decision first, then decide anew.",
        )


# ------------------------------------------------------------------------------ on what ground


def _refuse_ground(request: DecisionRequest) -> None:
    if request.verdict in REMOVING:
        _refuse_removal_ground(request)
    elif request.reason is not None and request.verdict is not Verdict.ESCALATE:
        refuse(
            RefusedCode.REASON_NOT_WANTED,
            f"'{request.verdict.value}' takes no reason code: {request.reason.value} is a ground "
            "for removal only. Leave the code out.",
        )


def _refuse_removal_ground(request: DecisionRequest) -> None:
    if request.reason is None:
        refuse(
            RefusedCode.NO_REASON,
            "A removal needs a reason code of para 5 (OM-5-...). Choose one, or keep the comment.",
        )
    non_reason = named_non_reason(request.reason_text)
    if non_reason is not None:
        refuse(RefusedCode.NON_REASON, refusal_of(non_reason))
    length = len(told(request.reason_text))
    if request.reason is ReasonCode.OTHER and length < OTHER_REASON_LEAST:
        refuse(
            RefusedCode.REASON_TEXT,
            f"OM-5-X needs a written reason of {OTHER_REASON_LEAST} characters or more; this has "
            f"{length}. Say which remark it is and why it offends.",
        )


# ------------------------------------------------------------------------------ verdict's needs


def _refuse_verdict_needs(request: DecisionRequest, known: Known) -> None:
    said = told(request.reason_text)
    if request.theme is not None and not re.fullmatch(r"\S.{0,58}\S|\S", request.theme):
        refuse(RefusedCode.THEME, "The theme's key must have 1 to 60 characters.")
    if request.verdict is Verdict.ESCALATE and not said:
        refuse(RefusedCode.QUESTION, "An escalation carries a question: write what is asked.")
    if request.verdict is Verdict.WAIT and known.waits >= 1 and not said:
        refuse(
            RefusedCode.WAIT_REASON,
            "This comment was put off before: from the second time on, write why.",
        )
    if request.verdict is Verdict.SPLIT:
        _refuse_span(request.span, known.comment.revision.text)
    elif request.span is not None:
        refuse(RefusedCode.SPAN, "Only a split marks a part of the text.")


def _refuse_span(span: tuple[int, int] | None, text: str) -> None:
    if span is None:
        refuse(RefusedCode.SPAN, "A split marks the remark that offends: select its words.")
    start, end = span
    if not 0 <= start < end <= len(text):
        refuse(
            RefusedCode.SPAN,
            f"The marked part {start}-{end} lies outside the text of {len(text)} characters. "
            "Select the words again.",
        )
    if not told(text[start:end]):
        refuse(RefusedCode.SPAN, "The marked part is empty. Select the words that offend.")
    if not told(text[:start] + text[end:]):
        refuse(
            RefusedCode.SPAN,
            "The marked part is all of the text: no complaint is left over. Use remove, or mark "
            "only the words that offend.",
        )


def _refuse_in_bulk(request: DecisionRequest, known: Known) -> None:
    if not request.in_bulk:
        return
    if known.protected:
        refuse(
            RefusedCode.PROTECTED_IN_BULK,
            f"{known.comment.id} is protected (a complaint, a suggestion or a policy view, or not "
            "assessed yet) and is never decided in bulk. Open it alone.",
        )
    if request.verdict is Verdict.SPLIT or is_one_way(request.action):
        refuse(
            RefusedCode.NOT_IN_BULK,
            "A split and a deletion for good are decided one by one. Open the comment alone.",
        )
    assert known.assessment is not None  # else it counts as protected
    if request.verdict in REMOVING and known.assessment.judgement.flag is Flag.NOT_CHECKED:
        refuse(
            RefusedCode.NOT_IN_BULK,
            f"{known.comment.id} was not checked by the machine and is not removed in bulk. "
            "Open it alone.",
        )


# ------------------------------------------------------------------------------ second look


def _refuse_second_look(request: DecisionRequest, known: Known) -> None:
    standing = known.standing
    asked = standing is not None and (
        standing.awaits_second or standing.verdict is Verdict.ESCALATE
    )
    if standing is None or not asked:
        return
    if standing.by_user == request.by.id:
        refuse(
            RefusedCode.OWN_SECOND_LOOK,
            "A second look is another officer's: you asked for this one. Wait for it, or undo "
            "your own.",
        )
    if request.by.role is not Role.SENIOR:
        refuse(
            RefusedCode.SENIOR_NEEDED,
            "This waits for a senior officer's second look. Leave it in the queue.",
        )
    if request.verdict not in SECOND_LOOK_VERDICTS:
        refuse(
            RefusedCode.VERDICT,
            "A second look ends the matter: confirm the removal, keep, split or send to "
            "complaints.",
        )
