"""YouTube and X in this process: stages over rehearsal platforms, and X's ids that hold a date."""

from __future__ import annotations

from datetime import datetime, timedelta

from collectors.items import inner, objects_in
from collectors.known import NOTHING_KNOWN, KnownPosts
from collectors.x import XCollector
from collectors.youtube import YouTubeCollector
from data.dialects.x import X
from data.dialects.youtube import YOUTUBE
from data.model import JsonObject
from sunwai.rehearsal.world import Person, World
from sunwai.rehearsal.x import XRehearsal
from sunwai.rehearsal.youtube import YouTubeRehearsal
from tests.builders import NOW
from tests.rehearsal_helpers import OWNER, RehearsalStage, a_world

ACCOUNT = Person(id="4200000000000000042", name="Naya Shehr", handle="nayashehr")
_EPOCH_MS = 1_288_834_974_657


def youtube_stage(world: World) -> tuple[RehearsalStage, YouTubeRehearsal]:
    rehearsal = YouTubeRehearsal(world=world)
    return RehearsalStage(rehearsal=rehearsal, dialect=YOUTUBE, below="/youtube/v3"), rehearsal


def youtube(stage: RehearsalStage, known: KnownPosts = NOTHING_KNOWN) -> YouTubeCollector:
    return YouTubeCollector(wire=stage.wire, channel_id=OWNER.id, known=known)


def x_stage(world: World) -> tuple[RehearsalStage, XRehearsal]:
    rehearsal = XRehearsal(world=world)
    return RehearsalStage(rehearsal=rehearsal, dialect=X), rehearsal


def x_account(stage: RehearsalStage, known: KnownPosts = NOTHING_KNOWN) -> XCollector:
    return XCollector(wire=stage.wire, account_id=ACCOUNT.id, handle=ACCOUNT.handle, known=known)


def x_id(at: datetime, number: int = 0) -> str:
    """An id as X would give it at that instant."""
    return str(((int(at.timestamp() * 1000) - _EPOCH_MS) << 22) + number)


def an_x_world(count: int = 0, last_at: datetime = NOW) -> World:
    """One own post, with replies a minute apart, the last at ``last_at``."""
    first_at = last_at - timedelta(minutes=max(0, count - 1))
    post = x_id(first_at - timedelta(minutes=5))
    return a_world(
        count,
        owner=ACCOUNT,
        post=post,
        last_at=last_at,
        name=lambda n: x_id(first_at + timedelta(minutes=n), n),
    )


def spoil_thread(body: JsonObject) -> bool:
    """Takes the text out of a page's third thread."""
    threads = [t for t in objects_in(body, "items") if "topLevelComment" in inner(t, "snippet")]
    if len(threads) < 3:
        return False
    snippet = inner(inner(inner(threads[2], "snippet"), "topLevelComment"), "snippet")
    del snippet["textOriginal"], snippet["textDisplay"]
    return True


def without_text(body: JsonObject, post_id: str) -> None:
    """Takes the text out of one of X's posts, wherever it is listed."""
    for post in objects_in(body, "data"):
        if post.get("id") == post_id:
            del post["text"]
