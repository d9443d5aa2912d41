"""The whole program over a rehearsal page on loopback, with a clock that the test moves."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from data.dialects.meta_webhook import SIGNATURE
from data.model import (
    Action,
    Comment,
    Platform,
    Source,
    SourceMode,
    Sweep,
    SweepKind,
    SweepOutcome,
    WriteBack,
)
from data.store import outbox, sources
from data.store.comments import get_comment
from sunwai import jobs
from sunwai.collecting import collect_source
from sunwai.deciding import Typed, decide_by_name
from sunwai.rehearsal.facebook import FacebookRehearsal
from sunwai.rehearsal.instagram import InstagramRehearsal
from sunwai.rehearsal.server import Serving, serve
from sunwai.rehearsal.world import World
from sunwai.setting_up import set_up
from sunwai.settings import load
from sunwai.wiring import House
from tests.builders import NOW, a_user
from tests.meta_helpers import OWNER, TOKEN

SECRET = "invented-app-secret-of-the-page"


@dataclass
class Office:
    """A home with one page of Meta's, watched and written back to."""

    house: House
    source: Source
    rehearsal: FacebookRehearsal | InstagramRehearsal
    serving: Serving
    home: Path
    clock: list[datetime] = field(default_factory=lambda: [NOW])
    keys: int = 0

    @property
    def world(self) -> World:
        return self.rehearsal.world

    @property
    def now(self) -> datetime:
        return self.clock[0]

    def later(self, **passed: float) -> None:
        self.clock[0] += timedelta(**passed)

    def sweep(self, kind: SweepKind = SweepKind.LIVE) -> Sweep:
        with self.house.ready_db.read() as tx:
            source = sources.source_by_id(tx, self.source.id)
        assert source is not None
        return collect_source(self.house, source, kind)

    def swept(self, kind: SweepKind = SweepKind.LIVE) -> Sweep:
        """A sweep that must reach its end without a word of complaint."""
        done = self.sweep(kind)
        assert (done.outcome, done.error) == (SweepOutcome.COMPLETE, None)
        return done

    def comment(self, native: str) -> Comment | None:
        with self.house.ready_db.read() as tx:
            return get_comment(tx, f"{self.source.platform.value}:{native}")

    def kept(self, native: str) -> Comment:
        found = self.comment(native)
        assert found is not None
        return found

    def remove(self, native: str) -> None:
        """An officer decides that it goes, and the hold passes."""
        self.keys += 1
        typed = Typed(
            comment_id=self.kept(native).id,
            verdict="remove",
            by="officer",
            key=f"key-{self.keys}",
            reason="OM-5-OFF-3",
        )
        decide_by_name(self.house, typed)
        self.later(seconds=11)

    def enforce(self) -> None:
        jobs.enforce(self.house, "test")

    def actions(self, native: str) -> list[Action]:
        with self.house.ready_db.read() as tx:
            return outbox.actions_of_comment(tx, self.kept(native).id)

    def texts(self) -> str:
        """All that lies in the home: database, logs, secrets left out."""
        files = [p for p in self.home.rglob("*") if p.is_file() and "secrets" not in p.parts]
        return "\n".join(p.read_bytes().decode("latin-1") for p in files)


@contextmanager
def an_office(home: Path, rehearsal: FacebookRehearsal | InstagramRehearsal) -> Generator[Office]:
    """The program at home in ``home``, connected to the rehearsal as an office would do it."""
    clock = [NOW]
    rehearsal.gate.app_secret = SECRET
    environment = {
        "SUNWAI_HOME": str(home),
        "SUNWAI_SOURCE_PAGE_TOKEN": TOKEN,
        "SUNWAI_SOURCE_PAGE_APP_SECRET": SECRET,
    }
    house = House(settings=load(environment), clock=lambda: clock[0])
    set_up(house)
    with serve(rehearsal, clock=lambda: clock[0]) as serving:
        with house.ready_db.write() as tx:
            a_user(tx)
            source = sources.add_source(
                tx,
                name="page",
                platform=Platform(rehearsal.name),
                mode=SourceMode.API,
                title="An invented page",
                now=NOW,
                address=f"{serving.address}/v26.0",
                account=OWNER.id,
                write_back=WriteBack.ON,
            )
        yield Office(house, source, rehearsal, serving, home, clock)
    house.lines.close()
    house.db.close()


def a_notice(native: str, *, verb: str = "add", account: str = OWNER.id, **value: Any) -> bytes:
    told: dict[str, Any] = {"item": "comment", "verb": verb, "comment_id": native}
    change = {"field": "feed", "value": told | value}
    entry = {"id": account, "time": 1760000000, "changes": [change]}
    return json.dumps({"object": "page", "entry": [entry]}).encode()


def signed(body: bytes, secret: str = SECRET) -> dict[str, str]:
    told = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {SIGNATURE: f"sha256={told}"}
