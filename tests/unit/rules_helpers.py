"""The rules asked of one text as a whole, each of them, whether or not it could find anything."""

from __future__ import annotations

from data.reading import FeedbackKind, Signal
from moderation.policies.policy_document import Lists
from moderation.signals import by_rule
from moderation.signals.by_rule import lexicon_with
from moderation.signals.by_rule_page import whole_by_rule
from moderation.signals.lexicon import Cues, Words


def kinds_of(text: str) -> tuple[FeedbackKind, ...]:
    """The feedback kinds of a text."""
    return whole_by_rule([Words(text)], lexicon_with(()), Lists()).kinds[0]


def unasked(
    words: Words, cues: Cues, kinds: tuple[FeedbackKind, ...], lists: Lists
) -> tuple[Signal, ...]:
    """The signals by rule, in their order."""
    found = (
        by_rule.threat_signal(words, cues),
        by_rule.sectarian_signal(words, cues),
        by_rule.insult_signal(words, cues),
        *by_rule.personal_signals(words.text, lists),
        by_rule.spam_signal(words.text, words, cues, lists),
        by_rule.caps_signal(words.text),
        by_rule.emoji_signal(words.text),
        by_rule.feedback_signal(words, cues, kinds),
    )
    return (*found, by_rule.watch_signal(words, cues)) if "watch" in cues else found
