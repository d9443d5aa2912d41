"""The practice queue: invented comments with a key, and what an answer is worth by it.

Nothing here reads or writes a comment or a decision. The items stand in
data/samples/practice.jsonl; no card carries its key: what is right is told after the answer only.
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, cast

from data.model import ReasonCode, Verdict
from data.practice import PracticeOutcome

FILE = "practice.jsonl"
SHORT, LONG = 12, 25
ANSWERS = frozenset(
    {Verdict.KEEP, Verdict.REMOVE, Verdict.SPLIT, Verdict.COMPLAINT, Verdict.ESCALATE}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A verdict, with its code where it removes."""

    verdict: Verdict
    reason: ReasonCode | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One invented comment, what the machine would say of it, and the key.

    ``remark`` is what a split must take off and ``complaint`` what it must leave; empty for items
    that nobody should split. ``masked`` are words drawn as first letter and dots.
    """

    id: str
    topic: str
    lang: str
    text: str
    band: str
    coverage: str
    suggested: ReasonCode | None
    protected: bool
    feedback: tuple[str, ...]
    masked: tuple[str, ...]
    copies: int
    remark: str
    complaint: str
    right: Answer
    also: tuple[Answer, ...]
    why_en: str
    why_ur: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """What one answer was worth. ``near``: the verdict was right and what was wrong with the rest:
    "code" or "span"; empty otherwise."""

    outcome: PracticeOutcome
    near: str = ""


@cache
def items() -> Mapping[str, Item]:
    """All items by their id, in the order of the file."""
    text = (files("data.samples") / FILE).read_text(encoding="utf-8")
    found = [_item(json.loads(line)) for line in text.splitlines()]
    return {i.id: i for i in found}


def _item(told: dict[str, Any]) -> Item:
    suggested = told.get("suggested")
    return Item(
        id=told["id"],
        topic=told["topic"],
        lang=told["lang"],
        text=told["text"],
        band=told["band"],
        coverage=told.get("coverage", "covered"),
        suggested=None if suggested is None else ReasonCode(suggested),
        protected=told.get("protected", False),
        feedback=tuple(told.get("feedback", ())),
        masked=tuple(told.get("masked", ())),
        copies=told.get("copies", 1),
        remark=told.get("remark", ""),
        complaint=told.get("complaint", ""),
        right=_answer(told["right"]),
        also=tuple(_answer(a) for a in told["also"]),
        why_en=told["en"],
        why_ur=told["ur"],
    )


def _answer(told: Sequence[str | None]) -> Answer:
    verdict, reason = told[0], told[1] if len(told) > 1 else None
    known = None if reason is None else ReasonCode(reason)
    return Answer(verdict=Verdict(cast("str", verdict)), reason=known)


def drawn(count: int, seed: int) -> list[str]:
    """``count`` items by chance, mixed so that every kind of case comes before one comes twice."""
    chance = random.Random(seed)
    kinds: dict[str, list[str]] = {}
    for item in items().values():
        kinds.setdefault(item.topic, []).append(item.id)
    for ids in kinds.values():
        chance.shuffle(ids)
    rounds: list[str] = []
    while kinds:
        names = list(kinds)
        chance.shuffle(names)
        rounds += [kinds[n].pop() for n in names]
        kinds = {n: ids for n, ids in kinds.items() if ids}
    return rounds[:count]


def marked(item: Item, given: Answer, span: tuple[int, int] | None) -> Marked:
    """What the answer is worth. A split must take the remark off and leave the complaint."""
    outcome = _by_key(item, given)
    if outcome is not PracticeOutcome.WRONG:
        wrong_words = given.verdict is Verdict.SPLIT and not _span_is_right(item, span)
        return (
            Marked(outcome=PracticeOutcome.WRONG, near="span")
            if wrong_words
            else Marked(outcome=outcome)
        )
    near = given.verdict is item.right.verdict and given.reason is not item.right.reason
    return Marked(outcome=outcome, near="code" if near else "")


def _by_key(item: Item, given: Answer) -> PracticeOutcome:
    removes = given.verdict in (Verdict.REMOVE, Verdict.SPLIT)
    plain = given if removes else Answer(verdict=given.verdict)
    if plain == item.right:
        return PracticeOutcome.RIGHT
    return PracticeOutcome.ACCEPTABLE if plain in item.also else PracticeOutcome.WRONG


def _span_is_right(item: Item, span: tuple[int, int] | None) -> bool:
    return (
        span is not None
        and _meets(item, item.remark, span)
        and not _meets(item, item.complaint, span)
    )


def _meets(item: Item, part: str, span: tuple[int, int]) -> bool:
    """Whether the marked words hold any letter of this part of the text."""
    if not part:
        return False
    start = item.text.index(part)
    shared = item.text[max(start, span[0]) : min(start + len(part), span[1])]
    return any(ch.isalnum() for ch in shared)
