"""YouTube, X and Mastodon on bad days: three of ten answers go wrong, in every way there is.

After it has settled the store is as the platform is: nothing missing, doubled, stale or wrongly
gone, and what was decided is done once.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest

from collectors.base import Collector
from collectors.known import KnownPosts
from data.db import Database
from data.model import (
    EnforcementState,
    Platform,
    Source,
    SweepKind,
    SweepOutcome,
    WriteBack,
)
from data.store import sources
from data.store.known_posts import posts_of_source
from moderation.platforms.base import WriteSide
from moderation.platforms.x import XWriteSide
from moderation.platforms.youtube import YouTubeWriteSide
from sunwai.rehearsal.faults import Disturbed, FaultKind, Faults, Manner, Sent
from sunwai.rehearsal.wire import Asked
from sunwai.rehearsal.world import Standing, World
from tests.builders import NOW, minutes
from tests.collect_helpers import kept, new_source, sweep
from tests.journey.test_youtube import take_down
from tests.mastodon_helpers import mastodon, mastodon_stage
from tests.rehearsal_helpers import RehearsalStage, a_world, add_comment
from tests.tables import a_database
from tests.unit.decide_helpers import a_desk
from tests.unit.enforce_helpers import FakePlatform, Outbox
from tests.youtube_x_helpers import an_x_world, x_account, x_id, x_stage, youtube, youtube_stage

DAYS, COMMENTS = 25, 130
S = EnforcementState
_BROKEN: Mapping[Manner, type[httpx.RequestError]] = {
    Manner.STALLS: httpx.ReadTimeout,
    Manner.SILENT: httpx.RemoteProtocolError,
    Manner.BROKEN: httpx.ReadError,
}


@dataclass
class BadStage(RehearsalStage):
    """A stage whose line is bad."""

    disturbed: Disturbed | None = None

    def _answer(self, request: httpx.Request) -> httpx.Response:
        assert self.disturbed is not None
        asked = Asked(
            method=request.method,
            path=request.url.path,
            query=dict(request.url.params),
            headers={k.lower(): v for k, v in request.headers.items()},
            body=request.content,
        )
        sent = self.disturbed.sent(asked, self.clock())
        self.asked.append(asked)
        broken = _BROKEN.get(sent.manner)
        if broken is not None:
            raise broken("a bad line", request=request)
        return _response(sent)


def _response(sent: Sent) -> httpx.Response:
    body = sent.answer.as_bytes()
    if sent.manner is Manner.CUT:
        body = body[: len(body) // 2]
    return httpx.Response(sent.answer.status, content=body, headers=dict(sent.answer.headers))


@dataclass
class Bad:
    """One platform on a bad day. ``collector`` is made anew for each sweep, as it is in truth."""

    platform: Platform
    world: World
    stage: BadStage
    collector: Callable[[KnownPosts], Collector]
    side: WriteSide | None
    new_id: Callable[[Any, int], str]

    @property
    def faults(self) -> Faults:
        assert self.stage.disturbed is not None
        return self.stage.disturbed.faults

    def key(self, native: str) -> str:
        return f"{self.platform.value}:{native}"


def bad(stage: RehearsalStage, seed: int) -> BadStage:
    faults = Faults(rate=0.3, seed=seed, kinds=tuple(FaultKind))
    disturbed = Disturbed(rehearsal=stage.rehearsal, faults=faults)
    return BadStage(
        rehearsal=stage.rehearsal, dialect=stage.dialect, below=stage.below, disturbed=disturbed
    )


def bad_youtube(seed: int) -> Bad:
    world = a_world(COMMENTS)
    stage = bad(youtube_stage(world)[0], seed)
    side = YouTubeWriteSide(client=stage.client, channel_id=world.owner.id)
    return Bad(
        Platform.YOUTUBE, world, stage, lambda known: youtube(stage, known), side,
        lambda at, n: f"new{n}",
    )  # fmt: skip


def bad_x(seed: int) -> Bad:
    world = an_x_world(COMMENTS)
    stage = bad(x_stage(world)[0], seed)
    side = XWriteSide(client=stage.client)
    return Bad(Platform.X, world, stage, lambda known: x_account(stage, known), side, x_id)


def bad_mastodon(seed: int) -> Bad:
    world = a_world(COMMENTS, post="100")
    stage = bad(mastodon_stage(world)[0], seed)
    return Bad(
        Platform.MASTODON, world, stage, lambda known: mastodon(stage, known), None,
        lambda at, n: f"new{n}",
    )  # fmt: skip


MAKERS = {"youtube": bad_youtube, "x": bad_x, "mastodon": bad_mastodon}


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("name", list(MAKERS))
def test_the_store_is_as_the_platform_is_after_bad_days(name: str, seed: int) -> None:

    db = a_database()
    here, chance = MAKERS[name](seed), random.Random(seed)
    source = new_source(db, "account", platform=here.platform)
    box = an_outbox(db, source, here)
    now = NOW + minutes(1)
    removed: set[str] = set()
    for day in range(DAYS):
        now += timedelta(minutes=17)
        here.stage.clock.now = box.desk.now = now
        something_happens(here, chance, now, day, removed)
        kind = SweepKind.RESCAN if day % 4 == 3 else SweepKind.LIVE
        if a_sweep(db, source, here, now, kind) is SweepOutcome.COMPLETE:
            assert owed(here, kind) <= as_kept(db).keys(), "a sweep is called whole and is not"
        if day % 3 == 0 and here.side is not None:
            decide_one(db, here, box, chance, removed)
        box.desk.later(minutes=1)
        box.enforce()
        box.verify()
    settle(db, source, here, box)
    assert as_kept(db) == as_it_is(here)
    assert len(here.faults.done) >= 8, "too few kinds of faults came"
    for native in removed:
        hidden = here.world.comments[native].standing is not Standing.PUBLIC
        state = box.state(here.key(native))
        assert hidden == (state in (S.VERIFIED, S.ACCEPTED)) or state is S.GONE, (native, state)
        changes = [e for e in here.world.effects if e.comment_id == native and e.was != e.became]
        assert len(changes) <= 2  # hidden by us, and perhaps deleted by its author
    db.close()


def an_outbox(db: Database, source: Source, here: Bad) -> Outbox:
    desk = a_desk(db)
    desk.source = source
    with db.write() as tx:
        sources.set_write_back(tx, source.id, WriteBack.ON)
    sides = {} if here.side is None else {source.id: here.side}
    return Outbox(desk=desk, platform=FakePlatform(), sides=sides)


def a_sweep(db: Database, source: Source, here: Bad, now: Any, kind: SweepKind) -> SweepOutcome:
    with db.read() as tx:
        found = posts_of_source(tx, source.id)
    collector = here.collector(KnownPosts(ids=found.ids, totals=found.totals))
    return sweep(db, source, collector, now, kind=kind).outcome


def something_happens(
    here: Bad, chance: random.Random, now: Any, day: int, removed: set[str]
) -> None:
    """A new comment, a reply, an edit and a deletion."""
    there = [
        i
        for i, c in here.world.comments.items()
        if c.standing is Standing.PUBLIC and c.parent_id is None and i not in removed
    ]
    add_comment(here.world, here.new_id(now, 2 * day), now)
    above = chance.choice(there)
    reply = here.new_id(now, 2 * day + 1)
    if here.platform is Platform.YOUTUBE:
        reply = f"{above}.{reply}"
    add_comment(here.world, reply, now, parent_id=above)
    edited, deleted = chance.sample(there, 2)
    newer = x_id(now, 900 + day) if here.platform is Platform.X else ""
    here.world.edit(edited, f"Edited on day {day}.", now, newer)
    if not here.world.replies_to(deleted):
        here.world.set_standing(deleted, Standing.DELETED, now)


def decide_one(
    db: Database, here: Bad, box: Outbox, chance: random.Random, removed: set[str]
) -> None:
    known = kept(db)
    there = [
        i
        for i, c in here.world.comments.items()
        if i in known
        and known[i].missing_since is None
        and i not in removed
        and c.standing is Standing.PUBLIC
        and not here.world.replies_to(i)
        and known[i].revision.text == c.text
    ]
    native = chance.choice(there)
    take_down(box, here.key(native))
    removed.add(native)


def settle(db: Database, source: Source, here: Bad, box: Outbox) -> None:
    """The bad days are over: what was left undone is done."""
    here.faults.calm()
    for _ in range(6):
        box.desk.later(minutes=20)
        here.stage.clock.now = box.desk.now
        assert a_sweep(db, source, here, box.desk.now, SweepKind.LIVE) is SweepOutcome.COMPLETE
        assert a_sweep(db, source, here, box.desk.now, SweepKind.RESCAN) is SweepOutcome.COMPLETE
        box.enforce()
        box.verify()


def owed(here: Bad, kind: SweepKind) -> set[str]:
    """What must be kept after a sweep of this kind that came to its end: a live one owes no
    replies to old threads, and X lists nothing again in a re-scan."""
    if kind is SweepKind.RESCAN and here.platform is Platform.X:
        return set()
    shown = {i for i, c in here.world.comments.items() if c.standing is Standing.PUBLIC}
    if kind is SweepKind.LIVE and here.platform is not Platform.X:
        return {i for i in shown if here.world.comments[i].parent_id is None}
    return shown


def as_it_is(here: Bad) -> dict[str, tuple[str, str | None]]:
    gone = (Standing.DELETED, Standing.REJECTED)
    told = (c for c in here.world.comments.values() if c.standing not in gone)
    return {c.id: (c.text, c.parent_id) for c in told}


def as_kept(db: Database) -> dict[str, tuple[str, str | None]]:
    return {
        i: (c.revision.text, c.parent_external_id)
        for i, c in kept(db).items()
        if c.missing_since is None
    }
