"""What the sample officers make of each comment, and when.

They follow what the writer of the samples meant, with the slips of a real office: some comments
are decided late, some decisions undone, a harsh criticism is nearly removed and a senior officer
keeps it. Every decision goes through the same rules as one made on the screen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from data.model import Assessment, Comment, Flag, ReasonCode, Verdict
from data.samples.content import Label, SampleComment, hash_number
from sunwai.demo_steps import Act, Step

_CLAUSE = re.compile(r"[^\s,.!?،۔؟][^,.!?،۔؟]*")

OFFICERS = ("officer", "officer2")
SENIOR = "senior"

# Slips and doubts, by the key of the comment in the content.
DOUBTED = frozenset({"f-health-014", "f-power-016", "x-tariff-012", "i-skill-017", "f-flood-020"})
"""Criticism that an officer wants removed; the senior officer keeps it."""
SLIPPED = frozenset({"f-water-027", "x-smog-028", "f-dengue-022", "y-drill-026", "f-policy-027"})
"""Kept by a slip of the key, undone by the same officer, and then removed."""
OVERTURNED = frozenset({"f-price-026", "x-tariff-022", "f-policy-026"})
"""Removed; the senior officer finds it harsh and no more, and has it put back."""
ASKED = frozenset({"y-encroach-032", "f-policy-030", "y-live-042", "f-flood-038"})
"""Escalated with a question."""
UNANSWERED = frozenset({"y-live-042", "f-flood-038"})
NOT_DONE = frozenset({"i-skill-024", "i-skill-027"})
"""Said to be taken down by hand, but still there in the next export."""
SEEN_THROUGH = frozenset({"i-skill-024"})  # the senior officer has it done after all

MADE_VILE = frozenset({"y-budget-024"})
"""Its author made abuse of it later."""

FOUND_PERCENT = 60  # of what the machine missed is found by people who read the page
HANDED_OVER_PERCENT = 40  # of complaints go to an office with a due date
LATE_PERCENT = 60  # on a late day
LAGS_PERCENT = 60  # of the newest work by hand is still to do
UNANSWERED_PERCENT = 40  # of the newest second looks are still to come

_OFFICES = {
    "water": "Water and Sanitation Agency",
    "electricity": "Electric Supply Company, Sub-division",
    "roads": "Works Department, Highways",
    "transport": "Regional Transport Authority",
    "sanitation": "Municipal Committee, Sanitation",
    "health": "District Health Authority",
    "education": "District Education Authority",
    "prices": "Price Control Magistrate",
    "safety": "District Police Office",
    "documents": "e-Khidmat Centre",
    "relief": "District Disaster Management Authority",
    "jobs": "Labour Office",
    "parks": "Parks and Horticulture Authority",
}
_PLACES = (
    "Mandi Morr", "Dhok Salar", "Kot Rehmat", "Block C", "Purana Adda", "Canal Road",
    "Dera Naveed", "Gulistan Park", "Basti Noorpur", "Lal Phatak", "Bhuri Nullah",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A comment before an officer. ``asks``: it is in the queue; else somebody came upon it."""

    sample: SampleComment
    comment: Comment
    assessment: Assessment | None
    asks: bool
    theme: str | None

    @property
    def severe(self) -> bool:
        return self.assessment is not None and self.assessment.judgement.flag is Flag.SEVERE

    @property
    def code(self) -> ReasonCode | None:
        """What the text as it stands is meant to show; None where it breaks no rule."""
        vile = self.sample.key in MADE_VILE and self.comment.revision.no > 1
        return ReasonCode.PERSONAL_ABUSE if vile else self.sample.code

    @property
    def protected(self) -> bool:
        seen = self.assessment
        return seen is None or seen.judgement.protected or not seen.reading.feedback


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """When the officers sit down to it, and how it goes.

    ``late``: some of it comes too late. ``open_since``: of what was posted since then, and in this
    last shift only, some second looks and some work by hand are still to come.
    """

    begins_at: datetime
    late: bool = False
    open_since: datetime | None = None

    def leaves_open(self, card: Card) -> bool:
        posted = card.comment.created_at
        since = self.open_since
        recent = since is not None and posted is not None and posted >= since
        return recent and not card.severe


def plan_card(card: Card, shift: Shift) -> Iterator[Step]:
    """What becomes of the comment; nothing where nobody looks at it."""
    first = _first(card, shift)
    if first is None:
        return
    yield first
    key = card.sample.key
    if key in SLIPPED:
        undone = first.at + _minutes(card, "undo", 2, 6)
        yield replace(first, at=undone, act=Act.UNDO, key=first.key + ":undo")
        first = _removal(card, first, at=undone + _minutes(card, "anew", 1, 2), key=":anew")
        yield first
    if first.verdict is Verdict.ESCALATE and key in UNANSWERED and shift.leaves_open(card):
        return
    if first.verdict in (Verdict.REMOVE, Verdict.SPLIT, Verdict.ESCALATE):
        yield from _after(card, first, shift)
    if key in OVERTURNED:
        yield from _overturned(card, first)
    if key in SEEN_THROUGH:
        again = Step(at=first.at + timedelta(hours=24, minutes=40), act=Act.RETRY, by=SENIOR,
                     comment=first.comment)  # fmt: skip
        yield again
        yield from _by_hand(card, again, lags=False)


# ------------------------------------------------------------------------------ the decision


def _first(card: Card, shift: Shift) -> Step | None:
    sample, at = card.sample, shift.begins_at + _delay(card, shift)
    by = OFFICERS[hash_number(sample.key, "by") % len(OFFICERS)]
    blank = Step(
        at=at,
        act=Act.DECIDE,
        comment=card.comment.id,
        revision=card.comment.revision.no,
        by=by,
        key=f"sample:{card.comment.id}:{card.comment.revision.no}",
    )
    if sample.key in SLIPPED:
        return blank
    if sample.key in DOUBTED:
        return _doubt(card, blank)
    if sample.key in ASKED and not card.protected:
        question = "A threat or incitement. Does the law officer want it kept as evidence first?"
        return replace(blank, verdict=Verdict.ESCALATE, text=question)
    if card.code is not None:
        found = card.asks or _chance(card, "found") < FOUND_PERCENT
        return _removal(card, blank, at=at, key="") if found else None
    if sample.label is Label.COMPLAINT and (
        card.asks or sample.edited_text or _chance(card, "hand over") < HANDED_OVER_PERCENT
    ):
        return replace(blank, verdict=Verdict.COMPLAINT, **_office(card))
    return blank if card.asks else None


def _doubt(card: Card, blank: Step) -> Step:
    """Nothing is removed by it: what is protected waits for the senior officer, the rest is
    asked."""
    if card.protected:
        return replace(blank, verdict=Verdict.REMOVE, reason=ReasonCode.PERSONAL_ABUSE)
    return replace(blank, verdict=Verdict.ESCALATE, text="Is this an insult, or hard criticism?")


def _removal(card: Card, blank: Step, *, at: datetime, key: str) -> Step:
    step = replace(blank, at=at, verdict=Verdict.REMOVE, reason=card.code, key=blank.key + key)
    span = _remark(card) if card.sample.label is Label.ABUSE_WITH_COMPLAINT else None
    if span is None:
        return step
    return replace(step, verdict=Verdict.SPLIT, span=span, **_office(card))


def _remark(card: Card) -> tuple[int, int] | None:
    """The clause that offends: the first that a signal's words stand in, else the first of all.

    None where the text is one clause: nothing would be left over for the complaint.
    """
    text = card.comment.revision.text
    signals = () if card.assessment is None else card.assessment.reading.signals
    words = [s for signal in signals for s in signal.spans if s.end - s.start <= len(text) / 2]
    clauses = [found.span() for found in _CLAUSE.finditer(text)]
    if len(clauses) < 2:
        return None
    hit = (c for c in clauses if any(w.start < c[1] and c[0] < w.end for w in words))
    return next(hit, clauses[0])


def _office(card: Card) -> dict[str, str | None]:
    text = card.comment.revision.text
    return {
        "theme": card.theme,
        "office": _OFFICES.get(card.theme or "", "Deputy Commissioner's Office, Complaints Cell"),
        "place": next((place for place in _PLACES if place in text), ""),
    }


# ------------------------------------------------------------------------------ what follows


def _after(card: Card, first: Step, shift: Shift) -> Iterator[Step]:
    """The second look, where one is asked for, and the work by hand."""
    low, high = (2, 7) if card.severe else (8, 50)
    answer = replace(
        first,
        at=first.at + _minutes(card, "second", low, high),
        act=Act.SECOND,
        by=SENIOR,
        key=first.key + ":second",
    )
    if card.sample.key in DOUBTED:
        told = "It judges the administration's work and insults nobody: it stays."
        yield replace(answer, verdict=Verdict.KEEP, reason=None, text=told)
        return
    lags = shift.leaves_open(card)
    if first.verdict is Verdict.ESCALATE:
        answer = _removal(card, answer, at=answer.at, key="")
        yield replace(answer, text="Evidence is kept with the removal; take it down.")
    else:
        yield from _by_hand(card, first, lags=lags)
        if lags and _chance(card, "answer") < UNANSWERED_PERCENT:
            return
        yield answer
    yield from _by_hand(card, answer, lags=lags)


def _by_hand(card: Card, after: Step, *, lags: bool) -> Iterator[Step]:
    """Onto the work sheet, and done; where hands lag, some of it is still to do."""
    begun = after.at + timedelta(minutes=1)
    yield Step(at=begun, act=Act.CARRY_OUT)
    if not (lags and _chance(card, "lags") < LAGS_PERCENT):
        by = OFFICERS[hash_number(card.sample.key, "hand") % len(OFFICERS)]
        done = begun + _minutes(card, "hand", 3, 20)
        yield Step(at=done, act=Act.CONFIRM, comment=card.comment.id, by=by)


def _overturned(card: Card, first: Step) -> Iterator[Step]:
    """The next morning: undone, put back by hand, and then kept for good."""
    at = first.at + timedelta(hours=15) + _minutes(card, "overturn", 0, 60)
    undo = replace(first, at=at, act=Act.UNDO, by=SENIOR, key=first.key + ":overturn")
    yield undo
    yield from _by_hand(card, undo, lags=False)
    yield replace(
        first,
        at=at + timedelta(minutes=25),
        by=SENIOR,
        key=first.key + ":kept",
        verdict=Verdict.KEEP,
        reason=None,
        text="Harsh in tone and no more (NR-5).",
        span=None,
    )


# ------------------------------------------------------------------------------ chance, by key


def _delay(card: Card, shift: Shift) -> timedelta:
    late = shift.late and _chance(card, "late") < LATE_PERCENT
    if card.severe:
        return _minutes(card, "delay", 38, 66) if late else _minutes(card, "delay", 2, 10)
    if late:
        return timedelta(hours=17) + _minutes(card, "delay", 30, 110)
    return _minutes(card, "delay", 5, 75)


def _minutes(card: Card, purpose: str, least: int, most: int) -> timedelta:
    seconds = hash_number(card.sample.key, purpose) % ((most - least) * 60 + 1)
    return timedelta(minutes=least, seconds=seconds)


def _chance(card: Card, purpose: str) -> int:
    return hash_number(card.sample.key, purpose) % 100
