"""What queues, languages, kinds of feedback, coverage, bands are called; said with ``t``."""

from __future__ import annotations

from dashboard.words import mark, t
from data.model import FeedbackKind, Language
from moderation.judging.explaining import Band

QUEUE_TITLES = {
    "severe": mark("Severe"),
    "waiting": mark("Waiting"),
    "not_covered": mark("Not covered"),
    "not_checked": mark("Not checked"),
    "edited": mark("Edited since"),
    "second_look": mark("Second look"),
}
LANGUAGE_NAMES: dict[Language, str] = {
    Language.EN: mark("English"),
    Language.UR: mark("Urdu"),
    Language.UR_LATN: mark("Roman Urdu"),
    Language.AR: mark("Arabic"),
    Language.MIXED: mark("Mixed"),
    Language.PS: mark("Pashto"),
    Language.SD: mark("Sindhi"),
    Language.PNB: mark("Punjabi"),
    Language.FA: mark("Persian"),
    Language.HI: mark("Hindi"),
    Language.OTHER: mark("Other"),
    Language.UND: mark("Not told"),
}
FEEDBACK_TITLES = {
    FeedbackKind.COMPLAINT: mark("Complaint"),
    FeedbackKind.SUGGESTION: mark("Suggestion"),
    FeedbackKind.POLICY_VIEW: mark("View on policy"),
    FeedbackKind.QUESTION: mark("Question"),
    FeedbackKind.PRAISE: mark("Praise"),
    FeedbackKind.OTHER: mark("Other"),
}
BANDS = {
    Band.LIKELY: mark("likely"),
    Band.POSSIBLE: mark("possible"),
    Band.WEAK: mark("weak"),
    Band.NOT_COVERED: mark("not covered"),
    Band.NOT_CHECKED: mark("not checked"),
}
COVERAGE_TITLES = {
    "covered": mark("covered"),
    "weakly_covered": mark("weakly covered"),
    "not_covered": mark("not covered"),
    "not_checked": mark("not checked"),
}


def queue_title(name: str) -> str:
    """A named queue as it is called."""
    return t(QUEUE_TITLES[name]) if name in QUEUE_TITLES else name
