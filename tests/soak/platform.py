"""The platform of a soak: the mock platform on loopback, its weather, and a record of each effect.

It lives in the parent, so that it goes on when the working process is killed in the middle of a
request. What changed the page is written down here, where the program cannot see it.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sunwai.mock_platform import MockApp
from sunwai.mock_world import Fault, FaultKind, shown_comments

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

MOST_AT_ONCE = 6
WEATHER: tuple[tuple[float, FaultKind, int, float], ...] = (  # chance a tick, kind, times, seconds
    (0.05, FaultKind.RATE_LIMIT, 2, 90.0),
    (0.10, FaultKind.DELAY, 3, 0.05),
    (0.04, FaultKind.TRUNCATED, 2, 0.0),
    (0.05, FaultKind.MALFORMED, 1, 0.0),
    (0.06, FaultKind.REFUSE_WRITES, 1, 0.0),
    (0.12, FaultKind.LOST_ANSWER, 1, 0.0),
    (0.10, FaultKind.FORGET, 1, 45.0),
    (0.02, FaultKind.TOKEN_EXPIRED, 2, 0.0),
    (0.03, FaultKind.OUTAGE, 4, 0.0),
)
UNLISTED, REVERSED = 0.05, 0.04


@dataclass(slots=True)
class SimulatedClock:
    """Simulated time: an instant, and on from it as real time passes."""

    base: datetime
    since: float = field(default_factory=time.monotonic)

    def __call__(self) -> datetime:
        return self.base + timedelta(seconds=time.monotonic() - self.since)

    def set(self, now: datetime) -> None:
        self.base, self.since = now, time.monotonic()


@dataclass(frozen=True, slots=True)
class Effect:
    """A write that changed what the public sees."""

    at: datetime
    comment: str
    before: str
    after: str

    @property
    def kind(self) -> str:
        return {"hidden": "hide", "public": "unhide", "gone": "remove"}[self.after]


@dataclass(slots=True)
class WatchedPlatform:
    """The WSGI application, with the record."""

    app: MockApp
    effects: list[Effect] = field(default_factory=list[Effect])
    forgotten: list[str] = field(default_factory=list[str])
    reversals: list[str] = field(default_factory=list[str])
    faults: dict[str, int] = field(default_factory=dict[str, int])
    writing: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"].strip("/").split("/")
        if environ["REQUEST_METHOD"] == "GET" or path[:2] != ["v1", "comments"]:
            return self.app(environ, start_response)
        comment = "/".join(path[2:])
        with self.writing:
            before = self.standing(comment)
            answer = self.app(environ, start_response)
            after = self.standing(comment)
            if after != before:
                self.effects.append(Effect(self.app.clock(), comment, before, after))
                hidden = self.app.state.hidden.get(comment)
                if after == "hidden" and hidden is not None and hidden.until is not None:
                    self.forgotten.append(comment)
        return answer

    def standing(self, comment: str) -> str:
        """public, hidden or gone, as the public sees it."""
        if comment in self.app.state.deleted:
            return "gone"
        return "hidden" if self.app.state.is_hidden(comment, self.app.clock()) else "public"

    def truth(self) -> dict[str, tuple[str, str]]:
        """Every comment on the page by its id: text, and public or hidden."""
        shown = shown_comments(self.app.script, self.app.state, self.app.clock())
        return {c.external_id: (c.text, self.standing(c.external_id)) for c in shown}

    # ------------------------------------------------------------------------------ weather

    def blow(self, chance: random.Random) -> None:
        """New faults for this tick, and now and then a person who puts back what was hidden."""
        with self.app.lock:
            state = self.app.state
            state.faults = [f for f in state.faults if f.times is not None]
            for share, kind, times, seconds in WEATHER:
                if chance.random() < share and len(state.faults) < MOST_AT_ONCE:
                    self._add(Fault(kind=kind, times=times, seconds=seconds))
            if chance.random() < UNLISTED:
                ids = sorted(self.truth())[-4:]
                self._add(Fault(kind=FaultKind.UNLISTED, ids=tuple(ids)))
                if chance.random() < 0.5:
                    self._add(Fault(kind=FaultKind.AMBIGUOUS, ids=tuple(ids)))
            if chance.random() < REVERSED and state.hidden:
                comment = chance.choice(sorted(state.hidden))
                if state.is_hidden(comment, self.app.clock()):
                    del state.hidden[comment]
                    self.reversals.append(comment)

    def _add(self, fault: Fault) -> None:
        self.app.state.faults.append(fault)
        self.faults[fault.kind.value] = self.faults.get(fault.kind.value, 0) + 1

    def calm(self) -> None:
        """Ends all faults."""
        with self.app.lock:
            self.app.state.faults.clear()

    def told(self) -> dict[str, Any]:
        return {"effects": len(self.effects), "faults": sum(self.faults.values())}
