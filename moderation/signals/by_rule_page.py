"""The signals that need no engine for a whole page: each rule is asked only where it may speak.

What a rule must see before it can find anything (digits, a link, a starred word, one of its cues)
is told by the chunks of a text; for all others its answer is the shared record of nothing found.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from data.model import FeedbackKind, Sentiment, Signal
from moderation.codes import ALNUM, END, LETTER, codes_and_text, kinds_of
from moderation.page import Column, Page, summed
from moderation.policy_document import Lists
from moderation.signals import by_rule
from moderation.signals.feedback import feedback_kinds
from moderation.signals.insults import STARTS
from moderation.signals.lexicon import Cues, Lexicon, PageWords, Words
from moderation.signals.mention import SIGNS
from moderation.signals.sentiment import sentiments_on

_DATA, _LINK, _STAR, _ASKS, _CAPS, _EMOJI = (1 << n for n in range(6))
_LEAST_DIGITS, _IBAN_DIGITS = 9, 2
_CAPS_LEAST, _EMOJI_LEAST = 12, 8
_OTHER, _QUESTION = (FeedbackKind.OTHER,), (FeedbackKind.QUESTION,)
_OFFERS = frozenset(("prize", "grant", "earn", "advert", "pitch"))
_THREATS = frozenset(("threat_sure", "threat_phrase"))
_HOME = re.compile(r"house|flat|plot|maka|hno|مکان|فلیٹ|پلاٹ|منزل|شقة|بيت", re.IGNORECASE)
_LAST_H = re.compile(rf"h(?={chr(END)}|\Z)", re.IGNORECASE)
_NO = re.compile(r"no", re.IGNORECASE)
_LINK_SIGN = re.compile(r"\.[a-z]|://|www\.", re.IGNORECASE)
_EMOJI_RANGES = ((0x2600, 0x27BF), (0x1F1E6, 0x1F1FF), (0x1F300, 0x1FAFF))
Places = npt.NDArray[np.intp]


class ByRule(NamedTuple):
    """What the rules say of one text."""

    kinds: tuple[FeedbackKind, ...]
    sentiment: Sentiment | None
    signals: tuple[Signal, ...]
    told: tuple[Words, Cues] | None = None  # where abuse may be mentioned only: what tells it


def page_by_rule(page: Page, lexicon: Lexicon, lists: Lists) -> list[ByRule]:
    """Feedback kinds, sentiment and the signals by rule for each even text of a page."""
    cues = lexicon.find_on(page)
    moods = sentiments_on(page, cues)
    screens = _screens(page)
    return [
        _of_text(page, i, of, mood, screen, lists)
        for i, (of, mood, screen) in enumerate(zip(cues, moods, screens, strict=True))
    ]


def _of_text(
    page: Page, i: int, cues: Cues, mood: Sentiment | None, screen: int, lists: Lists
) -> ByRule:
    if not cues and not screen & ~_ASKS:
        return ByRule(_QUESTION if screen else _OTHER, mood, _QUIET)
    words = PageWords(page, i)
    kinds = feedback_kinds(words, cues) if cues else _QUESTION if screen & _ASKS else _OTHER
    told = None if SIGNS.isdisjoint(cues) else (words, cues)
    if not screen & ~_ASKS and cues.keys().isdisjoint(_SPEAKING):
        signals = _QUIET
        if not by_rule.NAMED.isdisjoint(kinds):
            signals = (*signals[:-1], by_rule.feedback_signal(words, cues, kinds))
        return ByRule(kinds, mood, signals, told)
    return ByRule(kinds, mood, _signals(words, cues, kinds, screen, lists), told)


def _signals(
    words: PageWords, cues: Cues, kinds: tuple[FeedbackKind, ...], screen: int, lists: Lists
) -> tuple[Signal, ...]:
    text = words.text
    threat, sectarian, insult, data, contact, spam, caps, emoji, feedback = _QUIET
    if cues:
        if not _THREATS.isdisjoint(cues):
            threat = by_rule.threat_signal(words, cues)
        if "group" in cues:
            sectarian = by_rule.sectarian_signal(words, cues)
    if screen & _STAR or not STARTS.isdisjoint(cues):
        insult = by_rule.insult_signal(words, cues)
    if screen & _DATA:
        data, contact = by_rule.personal_signals(text, lists)
    if screen & _LINK or not _OFFERS.isdisjoint(cues):
        spam = by_rule.spam_signal(text, words, cues, lists)
    if screen & _CAPS:
        caps = by_rule.caps_signal(text)
    if screen & _EMOJI:
        emoji = by_rule.emoji_signal(text)
    if not by_rule.NAMED.isdisjoint(kinds):
        feedback = by_rule.feedback_signal(words, cues, kinds)
    found = (threat, sectarian, insult, data, contact, spam, caps, emoji, feedback)
    return (*found, by_rule.watch_signal(words, cues)) if "watch" in cues else found


def _screens(page: Page) -> list[int]:
    """For each text which rules may find something, as bits."""
    digits, at, pk, home, h, no, link, star, asks, caps, emoji = summed(
        _LOOKS.rows(page.chunks), page
    ).T
    address = (home > 0) | ((h > 0) & (no > 0))
    data = (
        (at > 0)
        | (digits >= _LEAST_DIGITS)
        | ((digits >= _IBAN_DIGITS) & (pk > 0))
        | ((digits > 0) & address)
    )
    bits = ((_DATA, data), (_LINK, link > 0), (_STAR, star > 0), (_ASKS, asks > 0),
            (_CAPS, caps >= _CAPS_LEAST), (_EMOJI, emoji >= _EMOJI_LEAST))  # fmt: skip
    out = np.zeros(len(page.texts), dtype=np.int64)
    for bit, speaks in bits:
        out |= bit * speaks
    return out.tolist()


def _looks(chunks: Sequence[str]) -> npt.NDArray[np.int32]:
    """How often each chunk holds what a rule must see: looked for in all of them at once."""
    codes, joined = codes_and_text(chunks)
    ends = np.flatnonzero(codes == END)
    kinds = kinds_of(codes)

    def told(at: Places) -> Places:
        return np.bincount(np.searchsorted(ends, at), minlength=len(chunks))

    def where(found: npt.NDArray[np.bool_]) -> Places:
        return told(np.flatnonzero(found))

    def matched(pattern: re.Pattern[str]) -> Places:
        return told(np.array([m.start() for m in pattern.finditer(joined)], dtype=np.intp))

    asks = (codes == ord("?")) | (codes == ord("؟"))
    emoji = np.logical_or.reduce([(codes >= a) & (codes <= b) for a, b in _EMOJI_RANGES])
    columns = (
        where((kinds & (ALNUM | LETTER)) == ALNUM),  # digits
        where(codes == ord("@")),
        np.array(["pk" in chunk for chunk in joined.lower().split(chr(END))]),
        *map(matched, (_HOME, _LAST_H, _NO, _LINK_SIGN)),
        where(codes == ord("*")),
        where(asks),
        where((codes >= ord("A")) & (codes <= ord("Z"))),
        where(emoji),
    )
    return np.stack(columns, axis=1).astype(np.int32)


_LOOKS = Column(_looks, "written")
_QUIET = by_rule.NOTHING_FOUND
_SPEAKING = STARTS | _OFFERS | _THREATS | {"group", "watch"}
