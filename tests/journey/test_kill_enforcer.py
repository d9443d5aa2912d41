"""The enforcer killed with SIGKILL at each step of an action's way: done once, proved, told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from data.db import Database
from data.model import EnforcementState, Platform, WriteBack
from data.store import audit, outbox, sources
from moderation.platforms.facebook import FacebookWriteSide
from sunwai.rehearsal.rehearsing import BASE, make_rehearsal
from sunwai.rehearsal.sample_world import sample_world
from sunwai.rehearsal.server import Serving, serve
from sunwai.rehearsal.world import Standing, World
from tests.builders import NOW, a_source
from tests.journey.enforce_child import STEPS, a_client, killed, work
from tests.unit.decide_helpers import REMOVE, Desk, a_desk

S = EnforcementState


@pytest.fixture
def world() -> World:
    return sample_world(Platform.FACEBOOK, NOW).world


@pytest.fixture
def serving(world: World) -> Iterator[Serving]:
    with serve(make_rehearsal(Platform.FACEBOOK, world), clock=lambda: NOW) as running:
        yield running


def decided(desk: Desk, world: World, count: int) -> list[str]:
    """Comments of the world that an officer removed, with their hold over."""
    with desk.db.write() as tx:
        source = a_source(tx, "page of the world", platform=Platform.FACEBOOK)
        sources.set_write_back(tx, source.id, WriteBack.ON)
    desk.source = replace(source, write_back=WriteBack.ON)
    chosen = [c for c in world.comments.values() if c.author != world.owner][:count]
    made: list[str] = []
    for c in chosen:
        comment_id = desk.comment(
            c.text,
            source=desk.source,
            platform=Platform.FACEBOOK,
            external_id=c.id,
            call_id=f"{c.post_id}_{c.id}",
        )
        desk.decide(comment_id, **REMOVE)
        made.append(comment_id)
    desk.later(seconds=10)
    return made


@pytest.mark.parametrize("step", STEPS)
def test_an_enforcer_that_is_killed_loses_nothing_and_does_nothing_twice(
    file_db: Database, world: World, serving: Serving, step: str
) -> None:
    desk = a_desk(file_db)
    ids = decided(desk, world, 3)
    address, owner = serving.address + BASE[Platform.FACEBOOK], world.owner.id
    source = desk.source.id
    assert killed(file_db, source, address, owner, desk.now, step) == -9
    with a_client(address) as client:
        side = FacebookWriteSide(client=client, page_id=owner)
        for _ in range(4):  # claims of the dead process run out after five minutes
            desk.later(minutes=6)
            work(file_db, {source: side}, lambda: desk.now)
    with file_db.read() as tx:
        states = {i: outbox.actions_of_comment(tx, i)[0].state for i in ids}
        assert audit.verify_chain(tx).broken_at is None
        evidence = [len(outbox.evidence_of(tx, i)) for i in ids]
    assert set(states.values()) == {S.VERIFIED}
    assert evidence == [1, 1, 1]
    effects = [e.comment_id for e in world.effects if e.was is not e.became]
    assert sorted(effects) == sorted(i.partition(":")[2] for i in ids)
    assert {world.comments[e].standing for e in effects} == {Standing.HIDDEN}
