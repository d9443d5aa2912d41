"""A decision that was not made, with the rule that stood against it."""

from __future__ import annotations

from enum import StrEnum


class RefusedCode(StrEnum):
    """Why a decision was refused; the message of Refused tells it to a person."""

    ROLE = "role"
    DISABLED = "disabled"
    UNKNOWN_COMMENT = "unknown_comment"
    TEXT_CHANGED = "text_changed"
    DECIDED_MEANWHILE = "decided_meanwhile"
    ALREADY_DECIDED = "already_decided"
    KEY_MISSING = "key_missing"
    KEY_USED = "key_used"
    VERDICT = "verdict"
    NO_REASON = "no_reason"
    NON_REASON = "non_reason"
    REASON_NOT_WANTED = "reason_not_wanted"
    REASON_TEXT = "reason_text"
    QUESTION = "question"
    WAIT_REASON = "wait_reason"
    SPAN = "span"
    THEME = "theme"
    PROTECTED_IN_BULK = "protected_in_bulk"
    NOT_IN_BULK = "not_in_bulk"
    SENIOR_NEEDED = "senior_needed"
    OWN_SECOND_LOOK = "own_second_look"
    UNKNOWN_DECISION = "unknown_decision"
    UNKNOWN_ACTION = "unknown_action"
    ACTION_STATE = "action_state"
    CONFLICT = "conflict"
    UNDO_NOT_YOURS = "undo_not_yours"
    UNDO_TOO_OLD = "undo_too_old"
    UNDO_NOT_CURRENT = "undo_not_current"


class Refused(Exception):
    """The decision was not made and nothing was changed; ``message`` says why and what to do."""

    def __init__(self, code: RefusedCode, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
