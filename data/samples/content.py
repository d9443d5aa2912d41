"""The invented posts and comments as they are kept here, and when each of them happened.

Times are kept as minutes before "now", written as if now were 15:00 in Asia/Karachi. ``instant``
bends the last day and a half so that they fit any real now: nothing lies in the future, the last
six hours stay the last six hours, the order is kept, and everything older keeps its time of day.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

from data.model import JsonObject, Language, Platform, ReasonCode, utc

FOLDER = Path(__file__).parent
ZONE = ZoneInfo("Asia/Karachi")
PAGE_AUTHOR = "@page"  # how the content marks the organisation's own replies

_ANCHOR_MINUTE = 15 * 60  # the time of day, in minutes, for which the offsets were written
_NEAR = 6 * 60  # younger than this: exactly as old as written
_FAR = 36 * 60  # older than this: moved as a whole, so that the time of day is right


class Label(StrEnum):
    """What a comment was written to be. A hidden key for tests and demonstrations only."""

    COMPLAINT = "complaint"
    SUGGESTION = "suggestion"
    QUESTION = "question"
    PRAISE = "praise"
    POLICY_VIEW = "policy_view"
    CRITICISM = "criticism"  # hard but civil, against an office, a policy or a government
    NEUTRAL = "neutral"
    ABUSE = "abuse"
    ABUSE_WITH_COMPLAINT = "abuse_with_complaint"  # to be split
    SPAM = "spam"
    PERSONAL_DATA = "personal_data"
    FLOOD = "flood"
    PAGE_REPLY = "page_reply"


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplePage:
    """One official page of the invented organisation."""

    source_name: str
    platform: Platform
    title: str
    handle: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplePost:
    key: str
    platform: Platform
    minutes_before: int
    language: Language
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleComment:
    """One invented comment. ``edited_text`` and ``deleted`` show in the later export only."""

    key: str
    post: str
    author: str
    minutes_before: int
    label: Label
    code: ReasonCode | None
    language: Language
    text: str
    reply_to: str | None = None
    edited_text: str | None = None
    deleted: bool = False

    @property
    def by_page(self) -> bool:
        return self.author == PAGE_AUTHOR


PAGES = (
    SamplePage(
        source_name="nayashehr-facebook",
        platform=Platform.FACEBOOK,
        title="Zila Intizamia Naya Shehr",
        handle="ZilaIntizamiaNayaShehr",
    ),
    SamplePage(
        source_name="nayashehr-instagram",
        platform=Platform.INSTAGRAM,
        title="Naya Shehr District",
        handle="nayashehr.district",
    ),
    SamplePage(
        source_name="nayashehr-youtube",
        platform=Platform.YOUTUBE,
        title="Naya Shehr TV",
        handle="NayaShehrDistrict",
    ),
    SamplePage(
        source_name="nayashehr-x",
        platform=Platform.X,
        title="DC Naya Shehr",
        handle="NayaShehrDC",
    ),
)


def page_of(platform: Platform) -> SamplePage:
    """The organisation's page on this platform. Raises KeyError where it has none."""
    found = next((page for page in PAGES if page.platform is platform), None)
    if found is None:
        raise KeyError(f"the sample organisation has no page on {platform.value}")
    return found


@cache
def sample_posts(platform: Platform) -> tuple[SamplePost, ...]:
    """The organisation's own posts on one platform, oldest first."""
    rows = (row for row in json_lines("posts.jsonl") if row["platform"] == platform.value)
    posts = [
        SamplePost(
            key=str(row["key"]),
            platform=platform,
            minutes_before=whole(row["minutes_before"]),
            language=Language(str(row["lang"])),
            text=str(row["text"]),
        )
        for row in rows
    ]
    return tuple(sorted(posts, key=lambda post: -post.minutes_before))


@cache
def sample_comments(platform: Platform) -> tuple[SampleComment, ...]:
    """All comments under the posts of one platform, oldest first."""
    return tuple(_comment(row) for row in json_lines(f"comments_{platform.value}.jsonl"))


def _comment(row: JsonObject) -> SampleComment:
    reply_to, edited = row.get("reply_to"), row.get("edited_text")
    return SampleComment(
        key=str(row["key"]),
        post=str(row["post"]),
        author=str(row["author"]),
        minutes_before=whole(row["minutes_before"]),
        label=Label(str(row["label"])),
        code=code_of(row),
        language=Language(str(row["lang"])),
        text=str(row["text"]),
        reply_to=None if reply_to is None else str(reply_to),
        edited_text=None if edited is None else str(edited),
        deleted=row.get("deleted") is True,
    )


def json_lines(name: str) -> Iterator[JsonObject]:
    """The objects of one content file of this folder, in order."""
    with (FOLDER / name).open(encoding="utf-8") as lines:
        for line in lines:
            yield cast(JsonObject, json.loads(line))


def whole(value: object) -> int:
    """A whole number of a content file; TypeError where somebody wrote something else."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"a whole number was expected in the sample content, not {value!r}")
    return value


def code_of(row: JsonObject) -> ReasonCode | None:
    """The reason code that a row is meant to show; None where it breaks no rule."""
    code = row.get("code")
    return None if code is None else ReasonCode(str(code))


def instant(key: str, minutes_before: int, *, now: datetime) -> datetime:
    """When the item of this key happened, given ``now``; UTC, to the second, never later than now.

    The seconds come from the key, so that items of one minute do not all fall on one instant.
    """
    seconds = hash_number(key, "second") % 45
    age = timedelta(seconds=round(_age_minutes(minutes_before, now=now) * 60) - seconds)
    return utc(now).replace(microsecond=0) - max(age, timedelta(0))


def _age_minutes(minutes_before: int, *, now: datetime) -> float:
    if minutes_before <= _NEAR:
        return float(minutes_before)
    shift = _shift_minutes(now)
    if minutes_before >= _FAR:
        return float(minutes_before + shift)
    return _NEAR + (minutes_before - _NEAR) * (_FAR - _NEAR + shift) / (_FAR - _NEAR)


def _shift_minutes(now: datetime) -> int:
    """How far now is past the nearest 15:00 of the page's own day, from -720 to 719."""
    local = utc(now).astimezone(ZONE)
    return (local.hour * 60 + local.minute - _ANCHOR_MINUTE + 720) % 1440 - 720


def hash_number(key: str, purpose: str) -> int:
    """A large whole number that depends only on the two strings."""
    return int.from_bytes(hashlib.sha256(f"{purpose}\x1f{key}".encode()).digest()[:12], "big")
