"""The signals that need no engine for a whole page: each rule is asked only where it may speak.

What a rule must see before it can find anything (digits, a link, a starred word, its cues) is told
by columns over the page; for all others its answer is the shared record of nothing found.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial
from typing import NamedTuple

import numpy as np

from data.reading import Sentiment, Signal
from moderation.policies.policy_document import Lists
from moderation.signals import by_rule, insults, peoples, threat
from moderation.signals.bits import Bits, Bools, any_of, bools_of, only
from moderation.signals.feedback import Texts, kinds_on
from moderation.signals.lexicon import Cues, Lexicon, PageWords, Words
from moderation.signals.looks import FEW, Looks, looks_on
from moderation.signals.mention import SIGNS
from moderation.signals.page_cues import PageCues
from moderation.signals.sentiment import sentiment_of, sentiments_on
from moderation.signals.spam import leads_out, names_number
from moderation.texts.page import Page

_QUIET = by_rule.NOTHING_FOUND


class _May(NamedTuple):
    """In which texts each rule may find something."""

    threat: Bits
    sectarian: Bits
    insult: Bits
    data: Bits
    spam: Bits
    caps: Bits
    emoji: Bits
    watch: Bits


class PageRules:
    """What the rules say of each of many texts; signals are worked out when asked for."""

    __slots__ = (
        "_cues", "_lists", "_may", "_words",
        "kinds", "mentions", "moods", "peopled", "sells", "speaks",
    )  # fmt: skip

    def __init__(
        self,
        cues: PageCues,
        looks: Looks,
        texts: Texts,
        moods: list[Sentiment | None],
        lists: Lists,
    ) -> None:
        self._cues, self._words, self._lists = cues, texts.words, lists
        self.kinds, self.moods = kinds_on(cues, texts), moods
        self._may = self._asked_for(cues, looks)
        self.speaks: Bools = bools_of(any_of(*self._may), len(cues))
        """Whether a signal by rule other than feedback may be above zero."""
        self.mentions: Bools = bools_of(cues.has(*SIGNS), len(cues))
        """Whether abuse may be mentioned only, so that `told` tells something."""
        self.peopled: Bools = bools_of(cues.has(*peoples.PEOPLES), len(cues))
        """Whether a people may be named."""
        self.sells: Bools = bools_of(self._may.spam | cues.has("lure", "lure_weak"), len(cues))
        """Whether something is offered, or a link leads out."""

    def _asked_for(self, cues: PageCues, looks: Looks) -> _May:
        """The texts in which a rule may find something."""
        has = cues.has
        offers = has("prize", "grant", "earn", "advert", "pitch") & (looks.number | has("contact"))
        return _May(
            threat=has("threat_sure", "threat_phrase"),
            sectarian=has("group") & has("call", "takfir"),
            insult=looks.star | insults.may_speak(cues),
            data=looks.data,
            spam=offers | only(looks.link & ~offers, self._leads),
            caps=looks.caps,
            emoji=looks.emoji,
            watch=has("watch"),
        )

    def _leads(self, i: int) -> bool:
        """Whether a link in a text says something: most lead to what everybody knows."""
        text = self._words(i).text
        return names_number(text) or leads_out(text, self._lists.official_domains)

    def signals(self, i: int) -> tuple[Signal, ...]:
        """The signals by rule of the i-th text, in their order."""
        kinds = self.kinds[i]
        names = not by_rule.NAMED.isdisjoint(kinds)
        if not (names or self.speaks[i]):
            return _QUIET
        words, cues = self._words(i), self._cues.of(i)
        feedback = by_rule.feedback_signal(words, cues, kinds) if names else _QUIET[-1]
        if not self.speaks[i]:
            return (*_QUIET[:-1], feedback)
        return self._asked(i, words, cues, feedback)

    def _asked(self, i: int, words: Words, cues: Cues, feedback: Signal) -> tuple[Signal, ...]:
        threat, sectarian, insult, data, contact, spam, caps, emoji, _ = _QUIET
        may, text = _May(*(of >> i & 1 for of in self._may)), words.text
        if may.threat:
            threat = by_rule.threat_signal(words, cues)
        if may.sectarian:
            sectarian = by_rule.sectarian_signal(words, cues)
        if may.insult:
            insult = by_rule.insult_signal(words, cues)
        if may.data:
            data, contact = by_rule.personal_signals(text, self._lists)
        if may.spam:
            spam = by_rule.spam_signal(text, words, cues, self._lists)
        if may.caps:
            caps = by_rule.caps_signal(text)
        if may.emoji:
            emoji = by_rule.emoji_signal(text)
        found = (threat, sectarian, insult, data, contact, spam, caps, emoji, feedback)
        return (*found, by_rule.watch_signal(words, cues)) if may.watch else found

    def names_a_people(self, i: int, around: tuple[int, int] | None) -> bool:
        """Whether the i-th text names a people, not a party or an office alone, within these
        characters [start, end), or anywhere."""
        words, cues = self._words(i), self._cues.of(i)
        if "disowned" in cues:
            return False
        if around is not None:
            start, end = around
            named = {cue: cues.of(cue) for cue in peoples.PEOPLES if cue in cues}
            near = {
                cue: [p for p in of if start <= words.span(p, "").start < end]
                for cue, of in named.items()
            }
            cues = Cues({cue: of for cue, of in near.items() if of})
        return peoples.names_a_people(words.words, cues)

    def stays_lawful(self, i: int) -> bool:
        """Whether the i-th text announces what is everybody's right, and nothing that hurts."""
        return threat.stays_lawful(self._cues.of(i))

    def told(self, i: int) -> tuple[Words, Cues] | None:
        """What tells that the i-th text only mentions abuse; None where nothing does."""
        return (self._words(i), self._cues.of(i)) if self.mentions[i] else None


def page_by_rule(page: Page, lexicon: Lexicon, lists: Lists) -> PageRules:
    """Feedback kinds, sentiment and the signals by rule for each even text of a page."""
    cues, looks = lexicon.find_on(page), looks_on(page.texts)
    texts = Texts(looks.asks, np.diff(page.word_begins()), cache(partial(PageWords, page)))
    if len(cues) <= FEW:
        moods = [sentiment_of(texts.words(i), cues.of(i)) for i in range(len(cues))]
    else:
        moods = sentiments_on(page, cues)
    return PageRules(cues, looks, texts, moods, lists)


def whole_by_rule(words: Sequence[Words], lexicon: Lexicon, lists: Lists) -> PageRules:
    """The same for texts that were split into words one by one."""
    cues, looks = lexicon.find_in(words), looks_on([of.text for of in words])
    sizes = np.array([len(of.words) for of in words], dtype=np.intp)
    moods = [sentiment_of(of, cues.of(i)) for i, of in enumerate(words)]
    return PageRules(cues, looks, Texts(looks.asks, sizes, words.__getitem__), moods, lists)
