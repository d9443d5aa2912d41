"""The sample organisation's pages as rehearsal worlds: invented people, posts and comments.

The last comments of each page are kept back and arrive while the rehearsal runs.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from data.model import Platform
from data.samples.content import (
    SampleComment,
    SamplePost,
    hash_number,
    instant,
    page_of,
    sample_comments,
    sample_posts,
)
from sunwai.rehearsal.world import Person, World, WorldComment, WorldPost

KEPT_BACK = 0.2  # of a page's comments: they arrive one by one
_X_EPOCH = 1_288_834_974_657  # ms; X's ids count from here


@dataclass(slots=True, kw_only=True)
class SampleWorld:
    """One page's world, and what is yet to arrive there, the next first."""

    platform: Platform
    world: World
    coming: list[WorldComment] = field(default_factory=list[WorldComment])

    def arrive(self, now: datetime) -> WorldComment | None:
        """The next comment comes in; None when all have."""
        if not self.coming:
            return None
        due = replace(self.coming.pop(0), created_at=now)
        if self.platform is Platform.X:
            due = replace(due, id=_snowflake(due.id, now))
        self.world.add_comments([due])
        return due


def sample_world(platform: Platform, now: datetime) -> SampleWorld:
    """The organisation's page on this platform as it stands now. Raises KeyError without one."""
    page = page_of(platform)
    owner = Person(id=_person_id(platform, page.handle), name=page.title, handle=page.handle)
    posts = {p.key: _post(platform, p, now) for p in sample_posts(platform)}
    told = sample_comments(platform)
    ids = _ids(platform, told, now)
    comments = [
        _comment(platform, c, ids, posts[c.post].id, owner, now) for c in told if c.post in posts
    ]
    comments.sort(key=lambda c: (c.created_at, c.id))
    split = len(comments) - round(len(comments) * KEPT_BACK)
    known = {c.id for c in comments[:split]}
    # An answer whose question has not arrived yet would answer nothing: it is top level then.
    coming = [
        c if c.parent_id is None or c.parent_id in known else replace(c, parent_id=None)
        for c in comments[split:]
    ]
    world = World(owner=owner)
    world.add_posts(posts.values())
    world.add_comments(comments[:split])
    return SampleWorld(platform=platform, world=world, coming=coming)


def _post(platform: Platform, post: SamplePost, now: datetime) -> WorldPost:
    at = instant(post.key, post.minutes_before, now=now)
    return WorldPost(id=_POST_IDS[platform](post.key, at), text=post.text, created_at=at)


def _ids(platform: Platform, told: tuple[SampleComment, ...], now: datetime) -> dict[str, str]:
    """Each comment's id by its key, as the platform makes them."""
    made: dict[str, str] = {}
    for c in told:
        at = instant(c.key, c.minutes_before, now=now)
        if platform is Platform.YOUTUBE:
            made[c.key] = _thread(c.key) if c.reply_to is None else _answer_id(c)
        elif platform is Platform.X:
            made[c.key] = _snowflake(c.key, at)
        else:
            made[c.key] = _digits(c.key, "18" if platform is Platform.INSTAGRAM else "9", 17)
    return made


def _comment(
    platform: Platform,
    c: SampleComment,
    ids: Mapping[str, str],
    post_id: str,
    owner: Person,
    now: datetime,
) -> WorldComment:
    handle = "".join(x for x in c.author.lower() if x.isascii() and x.isalnum())
    person = Person(
        id=_person_id(platform, c.author),
        name=c.author,
        handle=handle or f"person{hash_number(c.author, 'handle') % 10_000}",
    )
    return WorldComment(
        id=ids[c.key],
        post_id=post_id,
        author=owner if c.by_page else person,
        text=c.text,
        created_at=instant(c.key, c.minutes_before, now=now),
        parent_id=None if c.reply_to is None else ids.get(c.reply_to),
        like_count=hash_number(c.key, "likes") % 9,
    )


# ------------------------------------------------------------------------------ ids


def _digits(key: str, start: str, length: int) -> str:
    return (start + str(hash_number(key, f"rehearsal {start}")))[:length]


def _letters(key: str, length: int) -> str:
    number = hash_number(key, "rehearsal letters").to_bytes(12, "big")
    return base64.urlsafe_b64encode(number * 2).decode()[:length]


def _snowflake(key: str, at: datetime) -> str:
    """An id of X's: later ones are larger."""
    since = int(at.timestamp() * 1000) - _X_EPOCH
    return str((since << 22) + hash_number(key, "x") % (1 << 22))


def _thread(key: str) -> str:
    return f"Ugx{_letters(key, 16)}4AaABAg"


def _answer_id(c: SampleComment) -> str:
    assert c.reply_to is not None
    return f"{_thread(c.reply_to)}.{_letters(c.key, 22)}"


def _person_id(platform: Platform, name: str) -> str:
    if platform is Platform.YOUTUBE:
        return "UC" + _letters(f"person {name}", 22)
    return _digits(f"person {platform.value} {name}", "1", 15)


_POST_IDS: Mapping[Platform, Callable[[str, datetime], str]] = {
    Platform.FACEBOOK: lambda key, _: _digits(key, "122", 15),
    Platform.INSTAGRAM: lambda key, _: _digits(key, "179", 17),
    Platform.YOUTUBE: lambda key, _: _letters(key, 11),
    Platform.X: _snowflake,
}
