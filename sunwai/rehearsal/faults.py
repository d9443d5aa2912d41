"""What goes wrong on a rehearsal platform: seeded, so that a bad day can be had again.

Faults stand around any Rehearsal. Those that a platform tells in its own shape are asked of it
(``trouble_answer``); those of the line (cut, slow, silent, broken) are the same for all. A kind
can be planned for the next request that it fits, or come by chance, by seed and request number.
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, runtime_checkable

from data.model import JsonObject, JsonValue
from sunwai.rehearsal.wire import Answer, Asked, Rehearsal


class FaultKind(StrEnum):
    """One way in which a request goes wrong."""

    SERVER_ERROR = "server_error"  # 5xx from a machine before the platform's: nothing was done
    TRANSIENT = "transient"  # the platform's own "try again"
    RATE = "rate"  # the platform's own "slower"
    QUOTA = "quota"  # the platform's own "enough for today"
    TOKEN = "token"  # the token has expired
    PERMISSION = "permission"  # a permission was lost
    TIME_OUT = "time_out"  # done, and the answer never comes
    LOST_ANSWER = "lost_answer"  # a write is done, and its answer is lost
    TRUNCATED = "truncated"  # the answer breaks off in the middle
    SLOW = "slow"  # the answer comes in drips
    RESET = "reset"  # the line is cut before anything was done
    DUPLICATED = "duplicated"  # a page repeats items of the page before
    REORDERED = "reordered"  # a page's items are out of order, one comes with the next page
    CLOCK_SKEW = "clock_skew"  # the platform's clock is minutes off


WRITES_ONLY = frozenset({FaultKind.LOST_ANSWER})
READS_ONLY = frozenset({FaultKind.DUPLICATED, FaultKind.REORDERED})
TOLD_BY_PLATFORM = frozenset(
    {
        FaultKind.TRANSIENT,
        FaultKind.RATE,
        FaultKind.QUOTA,
        FaultKind.TOKEN,
        FaultKind.PERMISSION,
    }
)
STALL_SECONDS = 30.0  # longer than any caller waits
DRIP_SECONDS = 0.4  # a slow body in all
SKEW = timedelta(minutes=9)


class Manner(StrEnum):
    """How an answer goes over the line."""

    WHOLE = "whole"
    CUT = "cut"  # fewer bytes than were promised, then closed
    DRIPS = "drips"
    STALLS = "stalls"  # nothing for long, then closed
    SILENT = "silent"  # closed without a byte
    BROKEN = "broken"  # reset


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """An answer, with what was done to it. ``told_at`` is the platform's clock."""

    answer: Answer
    told_at: datetime
    manner: Manner = Manner.WHOLE
    fault: FaultKind | None = None


@runtime_checkable
class Troubled(Protocol):
    """A rehearsal that tells troubles in its platform's own shape."""

    def trouble_answer(self, kind: str) -> Answer:
        """The answer to "rate", "token", "permission", "transient" or "quota"."""
        ...


@dataclass(slots=True, kw_only=True)
class Faults:
    """When and how it goes wrong. ``rate`` is a share of requests; ``done`` counts what was put in.

    The same seed, kinds and order of requests give the same faults. ``stall_seconds``: how long a
    caller waits for nothing.
    """

    rate: float = 0.0
    seed: int = 0
    kinds: Sequence[FaultKind] = tuple(FaultKind)
    stall_seconds: float = STALL_SECONDS
    done: Counter[FaultKind] = field(default_factory=Counter[FaultKind])
    _asked: int = 0
    _planned: list[FaultKind] = field(default_factory=list[FaultKind])
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def plan(self, kind: FaultKind, times: int = 1) -> None:
        """The next ``times`` requests that the kind fits go wrong in this way."""
        with self._lock:
            self._planned += [kind] * times

    def calm(self) -> None:
        """Nothing goes wrong from here on."""
        with self._lock:
            self.rate = 0.0
            self._planned.clear()

    def draw(self, asked: Asked) -> tuple[FaultKind | None, random.Random]:
        """What happens to this request, and the chance that belongs to it."""
        with self._lock:
            self._asked += 1
            chance = random.Random(f"{self.seed} {self._asked}")
            kind = self._planned_for(asked) or self._by_chance(asked, chance)
            if kind is not None:
                self.done[kind] += 1
            return kind, chance

    def _planned_for(self, asked: Asked) -> FaultKind | None:
        place = next((n for n, kind in enumerate(self._planned) if fits(kind, asked)), None)
        return None if place is None else self._planned.pop(place)

    def _by_chance(self, asked: Asked, chance: random.Random) -> FaultKind | None:
        if chance.random() >= self.rate:
            return None
        fitting = [kind for kind in self.kinds if fits(kind, asked)]
        return chance.choice(fitting) if fitting else None


def fits(kind: FaultKind, asked: Asked) -> bool:
    """Whether a request can go wrong in this way."""
    if asked.method == "GET":
        return kind not in WRITES_ONLY
    return kind not in READS_ONLY


# ------------------------------------------------------------------------------ applying them


@dataclass(slots=True, kw_only=True)
class Disturbed:
    """A rehearsal behind a bad line. Remembers the last page of each list, to repeat from it."""

    rehearsal: Rehearsal
    faults: Faults
    _before: dict[str, list[JsonValue]] = field(default_factory=dict[str, list[JsonValue]])
    _kept_back: dict[str, JsonValue] = field(default_factory=dict[str, JsonValue])
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def sent(self, asked: Asked, now: datetime) -> Sent:
        """The answer as it goes out, and what went wrong with it."""
        kind, chance = self.faults.draw(asked)
        if kind is not None and kind in TOLD_BY_PLATFORM:
            return Sent(answer=self._trouble(kind), told_at=now, fault=kind)
        if kind is FaultKind.SERVER_ERROR:
            return Sent(answer=_gateway(chance.choice((500, 502, 503))), told_at=now, fault=kind)
        if kind is FaultKind.RESET:
            return Sent(answer=Answer(), told_at=now, manner=Manner.BROKEN, fault=kind)
        told_at = now
        if kind is FaultKind.CLOCK_SKEW:
            told_at = now + chance.choice((SKEW, -SKEW))
        done_at = told_at if asked.method == "GET" else now  # effects are dated by the true clock
        answer = self._paged(asked, self.rehearsal.answer(asked, done_at), kind, chance)
        return _over_a_bad_line(answer, told_at, kind, chance)

    def _trouble(self, kind: FaultKind) -> Answer:
        if isinstance(self.rehearsal, Troubled):
            return self.rehearsal.trouble_answer(kind.value)
        return _gateway(503)

    def _paged(
        self, asked: Asked, answer: Answer, kind: FaultKind | None, chance: random.Random
    ) -> Answer:
        """A page with items of the page before, or in another order; else as it is."""
        items = items_of(answer.body)
        if items is None or asked.method != "GET":
            return answer
        with self._lock:
            late = self._kept_back.pop(asked.path, None)
            if late is not None and not _holds(items, late):
                items.insert(0, late)
            if kind is FaultKind.DUPLICATED:
                items[:0] = self._before.get(asked.path, [])[-3:]
            if kind is FaultKind.REORDERED:
                if goes_on(answer.body) and len(items) > 1:
                    self._kept_back[asked.path] = items.pop()
                chance.shuffle(items)
            self._before[asked.path] = list(items)
        return answer


def _over_a_bad_line(
    answer: Answer, now: datetime, kind: FaultKind | None, chance: random.Random
) -> Sent:
    if kind is FaultKind.LOST_ANSWER and chance.random() < 0.5:
        return Sent(answer=_gateway(502), told_at=now, fault=kind)
    manner = _MANNERS.get(kind, Manner.WHOLE) if kind is not None else Manner.WHOLE
    if kind is FaultKind.TRUNCATED and chance.random() < 0.5:  # whole for HTTP, cut for JSON
        body = answer.as_bytes()
        answer = Answer(body=body[: len(body) // 2], status=answer.status, headers=answer.headers)
        manner = Manner.WHOLE
    return Sent(answer=answer, told_at=now, manner=manner, fault=kind)


_MANNERS: Mapping[FaultKind, Manner] = {
    FaultKind.TIME_OUT: Manner.STALLS,
    FaultKind.LOST_ANSWER: Manner.SILENT,
    FaultKind.TRUNCATED: Manner.CUT,
    FaultKind.SLOW: Manner.DRIPS,
}


def _gateway(status: int) -> Answer:
    """What a machine before the platform's says: no JSON."""
    return Answer(
        body=b"<html><title>Bad gateway</title></html>",
        status=status,
        headers={"content-type": "text/html"},
    )


# ------------------------------------------------------------------------------ lists in bodies


def items_of(body: JsonValue | bytes) -> list[JsonValue] | None:
    """The list of a page: ``data`` as Meta and X have it, ``items`` as YouTube; None: no page.

    A page whose items lean on a second list beside them (X: includes) is left alone.
    """
    if not isinstance(body, dict) or "includes" in body:
        return None
    found = body.get("data", body.get("items"))
    return found if isinstance(found, list) else None


def goes_on(body: JsonValue | bytes) -> bool:
    """Whether the platform says that another page follows."""
    if not isinstance(body, dict):
        return False
    return bool(
        _inner(body, "paging").get("next")
        or body.get("nextPageToken")
        or _inner(body, "meta").get("next_token")
    )


def _inner(body: JsonObject, key: str) -> JsonObject:
    value = body.get(key)
    return value if isinstance(value, dict) else {}


def _holds(items: Sequence[JsonValue], item: JsonValue) -> bool:
    wanted = item.get("id") if isinstance(item, dict) else item
    return any(isinstance(i, dict) and i.get("id") == wanted for i in items)
