"""Comments as a collector or a reader saw them, and as they are kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from data.model.kept import Aware
from data.model.sources import Platform


class TimePrecision(StrEnum):
    SECOND = "second"
    MINUTE = "minute"
    DAY = "day"
    ESTIMATED = "estimated"
    UNKNOWN = "unknown"


class Visibility(StrEnum):
    """The comment's state as last seen at the platform."""

    PUBLIC = "public"
    HIDDEN = "hidden"
    HELD = "held"
    SPAM = "spam"
    REJECTED = "rejected"
    UNKNOWN = "unknown"


class Liveness(StrEnum):
    """What reading one comment by its id says."""

    ALIVE = "alive"
    GONE = "gone"
    NOT_VISIBLE = "not_visible"
    UNDECIDED = "undecided"


class Saved(StrEnum):
    NEW = "new"
    REVISED = "revised"
    UNCHANGED = "unchanged"


def comment_id(platform: Platform, external_id: str) -> str:
    """The comment's id everywhere in Sunwai: ``platform:native id``."""
    return f"{platform.value}:{external_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectedPost(Aware):
    """One of our own posts, as a collector or a reader saw it."""

    external_id: str
    text: str | None = None
    permalink: str | None = None
    created_at: datetime | None = None
    comment_count_hint: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectedAuthor:
    """None means that the platform did not say; never an empty string."""

    external_id: str | None = None
    display_name: str | None = None
    is_page_owner: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectedComment(Aware):
    """One comment as a collector or a reader saw it, before it is kept. None = not told."""

    platform: Platform
    external_id: str
    call_id: str  # the id exactly as the platform wants it in a call
    text: str
    id_kind: Literal["native", "synthetic"] = "native"
    post: CollectedPost | None = None
    parent_external_id: str | None = None
    author: CollectedAuthor | None = None
    created_at: datetime | None = None
    time_precision: TimePrecision = TimePrecision.SECOND
    time_text: str | None = None  # the date as the file wrote it, when it is not exact
    updated_at: datetime | None = None
    visibility: Visibility = Visibility.UNKNOWN
    can_hide: bool | None = None
    can_remove: bool | None = None
    like_count: int | None = None
    reply_count: int | None = None
    permalink: str | None = None
    media_kinds: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return comment_id(self.platform, self.external_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """One item just as it came (a JSON object or a file's row as JSON text), for mapping again."""

    body: str
    locator: str  # where from: a request without secrets, or "file.csv row 12"
    mapper: str  # name and version of the mapper, e.g. "apify_facebook/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Post(Aware):
    id: int
    source_id: int
    platform: Platform
    external_id: str
    text: str | None
    permalink: str | None
    created_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision(Aware):
    """The comment's text as seen at a time; assessments and decisions point at one."""

    id: int
    comment_id: str
    no: int
    text: str
    text_sha256: str
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment(Aware):
    """A kept comment with its current revision."""

    id: str
    source_id: int
    platform: Platform
    external_id: str
    call_id: str
    id_kind: str
    post_id: int | None
    parent_external_id: str | None
    author_key: str | None
    author_name: str | None
    is_page_owner: bool
    created_at: datetime | None
    time_precision: TimePrecision
    first_seen_at: datetime
    last_seen_at: datetime
    visibility: Visibility
    can_hide: bool | None
    can_remove: bool | None
    like_count: int | None
    reply_count: int | None
    permalink: str | None
    missing_since: datetime | None
    missing_reason: str | None
    revision: Revision
