"""A Mastodon server in this process."""

from __future__ import annotations

from collectors.items import objects_in
from collectors.known import NOTHING_KNOWN, KnownPosts
from collectors.mastodon import MastodonCollector
from data.dialects.mastodon import MASTODON
from data.model import JsonObject
from sunwai.rehearsal.mastodon import MastodonRehearsal
from sunwai.rehearsal.world import World
from tests.rehearsal_helpers import OWNER, RehearsalStage


def mastodon_stage(world: World) -> tuple[RehearsalStage, MastodonRehearsal]:
    rehearsal = MastodonRehearsal(world=world)
    return RehearsalStage(rehearsal=rehearsal, dialect=MASTODON), rehearsal


def mastodon(stage: RehearsalStage, known: KnownPosts = NOTHING_KNOWN) -> MastodonCollector:
    return MastodonCollector(wire=stage.wire, account_id=OWNER.id, known=known)


def spoil_status(body: JsonObject) -> bool:
    """Takes the text out of one reply."""
    under = list(objects_in(body, "descendants"))
    if len(under) < 3:
        return False
    del under[2]["content"]
    return True
