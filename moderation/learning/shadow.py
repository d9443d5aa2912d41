"""A draft tried on past comments: which of them would change side, and nothing written by it.

Streamed in pages, so memory does not grow with the number of comments; of the changed ones a
bounded list is kept, protected ones first. The result holds ids and numbers, never a text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import cast

from data.db import Database
from data.reading import REMOVING, Flag, JsonObject, JsonValue, Judgement
from data.store.past import Past, past_page
from moderation.judging.policy import judge
from moderation.judging.rereading import Rereader, Side, Stored, under, with_lists

PAGE = 500
MOST_LISTED = 500
_FLAGGED = frozenset({Flag.FLAGGED, Flag.SEVERE})


class Change(StrEnum):
    """How a comment would change side under the draft."""

    NEWLY_FLAGGED = "newly_flagged"
    NO_LONGER_FLAGGED = "no_longer_flagged"
    NEWLY_SEVERE = "newly_severe"  # flagged before as well
    NO_LONGER_SEVERE = "no_longer_severe"  # flagged still
    NEWLY_UNCHECKED = "newly_unchecked"
    NOW_CHECKED = "now_checked"


_RANK = {change: rank for rank, change in enumerate(Change)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One comment that would change side."""

    comment_id: str
    revision_id: int
    change: Change
    protected: bool
    language: str
    before: Flag
    after: Flag
    verdict: str | None  # the closing decision that stands on this text

    def order(self) -> tuple[bool, int, bool, str]:
        """Protected ones first, then by what changes, decided ones before others."""
        return (not self.protected, _RANK[self.change], self.verdict is None, self.comment_id)

    def to_json(self) -> JsonObject:
        return {
            "comment": self.comment_id,
            "revision": self.revision_id,
            "change": self.change.value,
            "protected": self.protected,
            "language": self.language,
            "before": self.before.value,
            "after": self.after.value,
            "verdict": self.verdict,
        }


@dataclass(slots=True, kw_only=True)
class Tally:
    """Counts of one group of comments, filled as the pages go by."""

    comments: int = 0
    flagged_before: int = 0
    flagged_after: int = 0
    severe_before: int = 0
    severe_after: int = 0
    changes: dict[Change, int] = field(default_factory=lambda: dict.fromkeys(Change, 0))
    protected: int = 0
    protected_newly_flagged: int = 0
    removed: int = 0  # decided on as remove or split, and flagged before
    removed_lost: int = 0  # of these, those that the draft would not flag

    def add(self, past: Past, before: Judgement, after: Judgement, change: Change | None) -> None:
        self.comments += 1
        self.flagged_before += before.flag in _FLAGGED
        self.flagged_after += after.flag in _FLAGGED
        self.severe_before += before.flag is Flag.SEVERE
        self.severe_after += after.flag is Flag.SEVERE
        self.protected += after.protected
        if change is not None:
            self.changes[change] += 1
        if change is Change.NEWLY_FLAGGED and after.protected:
            self.protected_newly_flagged += 1
        if past.verdict in REMOVING and before.flag in _FLAGGED:
            self.removed += 1
            self.removed_lost += after.flag not in _FLAGGED

    def to_json(self) -> JsonObject:
        changes: JsonObject = {c.value: n for c, n in self.changes.items()}
        return {
            "comments": self.comments,
            "flagged_before": self.flagged_before,
            "flagged_after": self.flagged_after,
            "severe_before": self.severe_before,
            "severe_after": self.severe_after,
            "protected": self.protected,
            "protected_newly_flagged": self.protected_newly_flagged,
            "removed": self.removed,
            "removed_lost": self.removed_lost,
            **changes,
        }


@dataclass(slots=True, kw_only=True)
class Shadow:
    """What a draft would change, over the comments posted in [since, until)."""

    since: datetime
    until: datetime
    all: Tally = field(default_factory=Tally)
    by_language: dict[str, Tally] = field(default_factory=dict[str, Tally])
    read_again: int = 0  # texts that the engine had to read, since nothing stored sufficed
    not_judged: int = 0  # texts that could not be judged by either side
    changed: list[Changed] = field(default_factory=list[Changed])
    left_out: int = 0  # changed comments beyond the list's bound

    def to_json(self) -> JsonObject:
        languages: JsonObject = {k: t.to_json() for k, t in sorted(self.by_language.items())}
        listed: list[JsonValue] = [c.to_json() for c in self.changed]
        return {
            **self.all.to_json(),
            "read_again": self.read_again,
            "not_judged": self.not_judged,
            "by_language": languages,
            "changed": listed,
            "left_out": self.left_out,
        }


def shadow(
    db: Database,
    rereader: Rereader,
    *,
    now_in_force: Side,
    draft: Side,
    since: datetime,
    until: datetime,
    page: int = PAGE,
    most: int = MOST_LISTED,
    told: Callable[[int], None] | None = None,
) -> Shadow:
    """Judges the comments of a time by both sides and tells the difference. Writes nothing.

    ``told`` is told after each page how many were compared.
    """
    found, after = Shadow(since=since, until=until), ""
    while True:
        with db.read() as tx:
            past = past_page(tx, since=since, until=until, after=after, limit=page)
        if not past:
            break
        after = past[-1].comment.id
        _compare(found, past, rereader, now_in_force, draft)
        if len(found.changed) > 2 * most:
            _bound(found, most)
        if told is not None:
            told(found.all.comments)
    _bound(found, most)
    return found


def _compare(
    found: Shadow, past: Sequence[Past], rereader: Rereader, live: Side, draft: Side
) -> None:
    texts = [p.comment.revision.text for p in past]
    items = [Stored(text=t, assessment=p.assessment) for t, p in zip(texts, past, strict=True)]
    own, asked = rereader.own(items, live.policy.lists)
    found.read_again += asked
    other = own
    if draft.policy.lists != live.policy.lists:
        other = with_lists(own, texts, draft.policy.lists)
    sides = (under(live, own, texts), under(draft, other, texts))
    for one, was, now in zip(past, *sides, strict=True):
        before, after = judge(was, live.policy), judge(now, draft.policy)
        _add(found, one, was.language.value, before, after)


def _add(found: Shadow, past: Past, language: str, before: Judgement, after: Judgement) -> None:
    change = change_of(before.flag, after.flag)
    for tally in (found.all, found.by_language.setdefault(language, Tally())):
        tally.add(past, before, after, change)
    found.not_judged += before.flag is Flag.NOT_CHECKED and after.flag is Flag.NOT_CHECKED
    if change is None:
        return
    found.changed.append(
        Changed(
            comment_id=past.comment.id,
            revision_id=past.comment.revision.id,
            change=change,
            protected=after.protected,
            language=language,
            before=before.flag,
            after=after.flag,
            verdict=None if past.verdict is None else past.verdict.value,
        )
    )


def change_of(before: Flag, after: Flag) -> Change | None:
    """The side that a comment changes to; None where it stays."""
    if (before in _FLAGGED) != (after in _FLAGGED):
        return Change.NEWLY_FLAGGED if after in _FLAGGED else Change.NO_LONGER_FLAGGED
    if before is after:
        return None
    if after is Flag.SEVERE:
        return Change.NEWLY_SEVERE
    if before is Flag.SEVERE:
        return Change.NO_LONGER_SEVERE
    if after is Flag.NOT_CHECKED:
        return Change.NEWLY_UNCHECKED
    return Change.NOW_CHECKED if before is Flag.NOT_CHECKED else None


def _bound(found: Shadow, most: int) -> None:
    found.changed.sort(key=Changed.order)
    found.left_out += max(len(found.changed) - most, 0)
    del found.changed[most:]


# ------------------------------------------------------------------------------ telling


CHANGE_WORDS = {
    Change.NEWLY_FLAGGED: "newly flagged",
    Change.NO_LONGER_FLAGGED: "no longer flagged",
    Change.NEWLY_SEVERE: "now severe",
    Change.NO_LONGER_SEVERE: "no longer severe",
    Change.NEWLY_UNCHECKED: "no longer counts as checked",
    Change.NOW_CHECKED: "now counts as checked",
}


def number(told: JsonObject, name: str) -> int:
    """A count of a result as it is kept."""
    return cast(int, told.get(name, 0))


def sentences(told: JsonObject) -> list[str]:
    """What a result means, for a person: the protected first."""
    n, shielded = number(told, "comments"), number(told, "protected")
    hit = number(told, "protected_newly_flagged")
    removed, lost = number(told, "removed"), number(told, "removed_lost")
    lines = [f"{n:,} comments judged by both; nothing was written."]
    lines.append(
        f"Protected comments newly flagged: {hit:,} of {shielded:,}{_share(hit, shielded)}."
    )
    gone = f"{lost:,} of {removed:,}{_share(lost, removed)}"
    lines.append(f"Removed by decision and no longer flagged: {gone}.")
    was, now = number(told, "flagged_before"), number(told, "flagged_after")
    lines.append(f"Flagged: {was:,} before, {now:,} under the draft.")
    changed = [
        f"{number(told, c.value):,} {w}" for c, w in CHANGE_WORDS.items() if told.get(c.value)
    ]
    lines.append(f"Changed sides: {', '.join(changed) or 'none'}.")
    if again := number(told, "read_again"):
        lines.append(f"{again:,} texts were read by the engine again; the rest from what is kept.")
    if number(told, "not_judged"):
        lines.append(f"{number(told, 'not_judged'):,} could not be judged by either.")
    return lines


def _share(part: int, whole: int) -> str:
    return f" ({part / whole:.1%})" if whole else ""


def languages(told: JsonObject) -> Iterable[tuple[str, JsonObject]]:
    """(language, counts) of a result as it is kept."""
    return cast("dict[str, JsonObject]", told.get("by_language", {})).items()


def changed(told: JsonObject) -> list[JsonObject]:
    """The listed changes of a result as it is kept, protected ones first."""
    return cast("list[JsonObject]", told.get("changed", []))
