"""What stands on a rehearsal platform: posts, comments, and every effect that a call had on them.

The platform's truth, against which the store is counted. Thread-safe; kept in memory.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum


class Standing(StrEnum):
    """How a comment stands on its platform."""

    PUBLIC = "public"
    HIDDEN = "hidden"
    HELD = "held"  # waits for the page's own approval (YouTube heldForReview)
    SPAM = "spam"  # the platform's own filter took it (YouTube likelySpam)
    REJECTED = "rejected"
    DELETED = "deleted"  # by its author or for good by the page


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An invented author. ``handle`` is what the platform calls a user name."""

    id: str
    name: str
    handle: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldPost:
    """One post (video, tweet) of the page. ``closed``: comments are switched off."""

    id: str
    text: str
    created_at: datetime
    closed: bool = False
    deleted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldComment:
    """One comment as it stands now. ``versions`` are the ids of its edits where a platform gives
    each edit a new one (X), oldest first, this comment's own id among them."""

    id: str
    post_id: str
    author: Person
    text: str
    created_at: datetime
    parent_id: str | None = None
    edited_at: datetime | None = None
    standing: Standing = Standing.PUBLIC
    like_count: int = 0
    versions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One thing that a call changed: kept also when the caller never got the answer."""

    at: datetime
    comment_id: str
    was: Standing
    became: Standing


@dataclass(slots=True)
class World:
    """Everything that stands on one page. ``owner`` is the page's own account."""

    owner: Person
    posts: dict[str, WorldPost] = field(default_factory=dict[str, WorldPost])
    comments: dict[str, WorldComment] = field(default_factory=dict[str, WorldComment])
    effects: list[Effect] = field(default_factory=list[Effect])
    lock: threading.RLock = field(default_factory=threading.RLock)
    _under: dict[str, dict[str, None]] = field(default_factory=dict[str, dict[str, None]])
    _replies: dict[str, dict[str, None]] = field(default_factory=dict[str, dict[str, None]])

    def __post_init__(self) -> None:
        self.add_comments(tuple(self.comments.values()))

    def add_posts(self, posts: Iterable[WorldPost]) -> None:
        with self.lock:
            self.posts.update((p.id, p) for p in posts)

    def add_comments(self, comments: Iterable[WorldComment]) -> None:
        with self.lock:
            for c in comments:
                self.comments[c.id] = c
                self._under.setdefault(c.post_id, {})[c.id] = None
                if c.parent_id is not None:
                    self._replies.setdefault(c.parent_id, {})[c.id] = None

    def comments_of(self, post_id: str) -> list[WorldComment]:
        """The post's comments that were not deleted, newest first."""
        with self.lock:
            under = [self.comments[i] for i in self._under.get(post_id, ())]
        found = [c for c in under if c.standing is not Standing.DELETED]
        return sorted(found, key=lambda c: (c.created_at, c.id), reverse=True)

    def replies_to(self, comment_id: str) -> list[WorldComment]:
        """The answers to a comment that were not deleted, oldest first."""
        with self.lock:
            found = [self.comments[i] for i in self._replies.get(comment_id, ())]
        kept = [c for c in found if c.standing is not Standing.DELETED]
        return sorted(kept, key=lambda c: (c.created_at, c.id))

    def edit(self, comment_id: str, text: str, now: datetime, new_version: str = "") -> None:
        """The author changes the text (and, on X, the edit gets an id of its own)."""
        with self.lock:
            c = self.comments[comment_id]
            versions = (*(c.versions or (c.id,)), new_version) if new_version else c.versions
            self.comments[comment_id] = replace(c, text=text, edited_at=now, versions=versions)

    def set_standing(self, comment_id: str, standing: Standing, now: datetime) -> None:
        """By the page or by the platform; leaves an Effect also where nothing changed."""
        with self.lock:
            c = self.comments[comment_id]
            self.comments[comment_id] = replace(c, standing=standing)
            self.effects.append(
                Effect(at=now, comment_id=comment_id, was=c.standing, became=standing)
            )
