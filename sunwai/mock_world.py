"""What the mock platform shows at an instant: its script played from a start, and what was done.

Pure but for MockState, which is kept in a small JSON file and written whole at each change, so
that a restart goes on where the page stood.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from data.model import utc
from data.samples.script import MockScript, ScriptComment, ScriptPost, looped_id


class MockStateBroken(Exception):
    """The mock platform's state file cannot be read. Move it away to start the script anew."""


class FaultKind(StrEnum):
    """What can be made to go wrong."""

    OUTAGE = "outage"  # 503 to everything
    TOKEN_EXPIRED = "token_expired"  # 401 to everything
    RATE_LIMIT = "rate_limit"  # 429 with Retry-After: seconds
    DELAY = "delay"  # the answer comes after seconds; what was asked is done before
    TRUNCATED = "truncated"  # lists are cut in the middle of their JSON
    MALFORMED = "malformed"  # an item of each list (or those of ids) has no text and no time
    UNLISTED = "unlisted"  # the comments of ids are left out of lists, but can be read
    AMBIGUOUS = "ambiguous"  # reads by id (all, or those of ids): "no such thing, or no permission"
    REFUSE_WRITES = "refuse_writes"  # 403 with code
    LOST_ANSWER = "lost_answer"  # a write is done, and the answer is a 502
    FORGET = "forget"  # a hide is accepted and undone after seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that goes wrong, for the next ``times`` requests it fits, or until cleared."""

    kind: FaultKind
    times: int | None = None
    seconds: float = 0.0
    code: int = 200
    ids: tuple[str, ...] = ()

    def fits(self, comment_id: str | None) -> bool:
        return not self.ids or comment_id in self.ids


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """When a comment was hidden, and when the platform forgets it (None: never)."""

    at: datetime
    until: datetime | None


@dataclass(slots=True, kw_only=True)
class MockState:
    """What was done to the page, and what is made to go wrong."""

    started_at: datetime
    hidden: dict[str, Hidden] = field(default_factory=dict[str, Hidden])
    deleted: dict[str, datetime] = field(default_factory=dict[str, datetime])
    faults: list[Fault] = field(default_factory=list[Fault])

    def is_hidden(self, comment_id: str, now: datetime) -> bool:
        hidden = self.hidden.get(comment_id)
        return hidden is not None and (hidden.until is None or now < hidden.until)

    def has_fault(self, kind: FaultKind, comment_id: str) -> bool:
        """True when a fault of this kind fits; it is not counted down."""
        return any(f.kind is kind and f.fits(comment_id) for f in self.faults)

    def take_fault(self, kind: FaultKind, comment_id: str | None = None) -> Fault | None:
        """The fault of this kind that fits, counted down; None when all goes well."""
        for place, fault in enumerate(self.faults):
            if fault.kind is not kind or not fault.fits(comment_id):
                continue
            if fault.times is not None:
                rest = replace(fault, times=fault.times - 1)
                self.faults[place : place + 1] = [rest] if rest.times else []
            return fault
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A comment as it stands on the page now. ``place`` orders comments of one minute."""

    external_id: str
    post_id: str
    parent: str | None
    author: str
    by_page: bool
    text: str
    created_at: datetime
    edited_at: datetime | None
    place: int


Posts = dict[str, tuple[ScriptPost, datetime]]  # by id, each with its instant


# ------------------------------------------------------------------------------ the script, played


def loops_until(script: MockScript, started_at: datetime, now: datetime) -> Iterator[int]:
    """The numbers of the runs through the script that have begun."""
    elapsed = (now - started_at) / timedelta(minutes=script.loop_minutes)
    yield from range(int(max(0.0, elapsed)) + 1)


def shown_comments(script: MockScript, state: MockState, now: datetime) -> list[Shown]:
    """The comments that stand on the page now, newest first; hidden ones are among them."""
    found = [
        c for c in _arrived(script, state.started_at, now) if c.external_id not in state.deleted
    ]
    return sorted(found, key=lambda c: (c.created_at, c.place), reverse=True)


def shown_posts(script: MockScript, state: MockState, now: datetime) -> Posts:
    """The page's posts by id, each with its instant."""
    found: Posts = {}
    for loop in loops_until(script, state.started_at, now):
        for post in script.posts:
            at = _at(script, state.started_at, loop, post.at_minute)
            if at <= now:
                found[looped_id(post.external_id, loop)] = (post, at)
    return found


def in_outage(script: MockScript, started_at: datetime, now: datetime) -> bool:
    """True while the script says that the platform answers nothing."""
    return any(
        _at(script, started_at, loop, o.from_minute)
        <= now
        < _at(script, started_at, loop, o.from_minute + o.minutes)
        for loop in loops_until(script, started_at, now)
        for o in script.outages
    )


def _arrived(script: MockScript, started_at: datetime, now: datetime) -> Iterator[Shown]:
    for loop in loops_until(script, started_at, now):
        at = _clock_of(script, started_at, loop)
        gone = {d.external_id for d in script.deletions if at(d.at_minute) <= now}
        edits = {e.external_id: e for e in script.edits if at(e.at_minute) <= now}
        for place, comment in enumerate(script.comments):
            if at(comment.at_minute) > now or comment.external_id in gone:
                continue
            edit = edits.get(comment.external_id)
            yield _shown(
                comment,
                loop,
                text=comment.text if edit is None else edit.text,
                created_at=at(comment.at_minute),
                edited_at=None if edit is None else at(edit.at_minute),
                place=loop * len(script.comments) + place,
            )


def _shown(
    comment: ScriptComment,
    loop: int,
    *,
    text: str,
    created_at: datetime,
    edited_at: datetime | None,
    place: int,
) -> Shown:
    return Shown(
        external_id=looped_id(comment.external_id, loop),
        post_id=looped_id(comment.post_id, loop),
        parent=None if comment.parent is None else looped_id(comment.parent, loop),
        author=comment.author,
        by_page=comment.by_page,
        text=text,
        created_at=created_at,
        edited_at=edited_at,
        place=place,
    )


def _clock_of(script: MockScript, started_at: datetime, loop: int) -> Callable[[int], datetime]:
    return lambda minute: _at(script, started_at, loop, minute)


def _at(script: MockScript, started_at: datetime, loop: int, minute: int) -> datetime:
    return started_at + timedelta(minutes=loop * script.loop_minutes + minute)


def author_id(author: str) -> str:
    """The account number of an invented person."""
    return "u" + hashlib.sha256(author.encode()).hexdigest()[:12]


# ------------------------------------------------------------------------------ the state's file


def load_state(path: Path, now: datetime) -> MockState:
    """The state as kept; a new one that starts now where there is none yet."""
    if not path.exists():
        state = MockState(started_at=utc(now))
        save_state(path, state)
        return state
    try:
        return _state_of(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise MockStateBroken(f"{path}: {error}. Move it away to start the script anew.") from error


def save_state(path: Path, state: MockState) -> None:
    """Writes the state whole: after a kill there is the old one or the new one, never half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".new")
    with beside.open("w", encoding="utf-8") as file:
        json.dump(_body_of(state), file)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def fault_of(body: dict[str, Any]) -> Fault:
    """A fault from its JSON. Raises ValueError or TypeError that says what is wrong."""
    unknown = set(body) - {"kind", "times", "seconds", "code", "ids"}
    if unknown:
        raise ValueError(f"unknown keys: {', '.join(sorted(unknown))}")
    ids: Sequence[Any] = body.get("ids") or ()
    return Fault(
        kind=FaultKind(body.get("kind")),
        times=None if body.get("times") is None else int(body["times"]),
        seconds=float(body.get("seconds") or 0),
        code=int(body.get("code") or 200),
        ids=tuple(str(i) for i in ids),
    )


def fault_body(fault: Fault) -> dict[str, Any]:
    return asdict(fault) | {"kind": fault.kind.value, "ids": list(fault.ids)}


def _body_of(state: MockState) -> dict[str, Any]:
    return {
        "started_at": state.started_at.isoformat(),
        "hidden": {
            comment_id: {
                "at": h.at.isoformat(),
                "until": None if h.until is None else h.until.isoformat(),
            }
            for comment_id, h in state.hidden.items()
        },
        "deleted": {comment_id: at.isoformat() for comment_id, at in state.deleted.items()},
        "faults": [fault_body(f) for f in state.faults],
    }


def _state_of(body: dict[str, Any]) -> MockState:
    return MockState(
        started_at=_instant(body["started_at"]),
        hidden={
            comment_id: Hidden(
                at=_instant(h["at"]), until=None if h["until"] is None else _instant(h["until"])
            )
            for comment_id, h in body["hidden"].items()
        },
        deleted={comment_id: _instant(at) for comment_id, at in body["deleted"].items()},
        faults=[fault_of(f) for f in body["faults"]],
    )


def _instant(value: str) -> datetime:
    return utc(datetime.fromisoformat(value))
