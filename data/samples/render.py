"""Writes the invented organisation's comments out as four real export tools would have.

Without more being said, each page gives an earlier export, captured two days before now, and a
later one, captured now: what was edited between them comes as a new text under the old id, and
what was deleted is absent. A lived past names its own captures, and what was taken down by then.
YouTube Data Tools makes one file per video and names the video only in the file's name, so its
files say which post they are about.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from data.model import CollectedPost, Platform, comment_id, utc
from data.samples.content import (
    PAGE_AUTHOR,
    PAGES,
    SampleComment,
    SamplePage,
    SamplePost,
    hash_number,
    instant,
    page_of,
    sample_comments,
    sample_posts,
)
from data.samples.formats import (
    Seen,
    apify_facebook,
    collected_post,
    exportcomments_instagram,
    twscrape,
    youtube_data_tools,
)
from data.samples.native import (
    channel_id,
    comment_native_id,
    person_number,
    pfbid,
    post_id,
)

EARLIER = timedelta(days=2)  # how long before now the earlier exports were captured
SOON = timedelta(hours=5)  # no sooner after posting does an author change a comment
LATELY = frozenset({"i-clean-013", "i-traffic-033", "x-exam-026", "y-live-005", "y-live-007"})
"""Comments that are changed within the last hours, however old they are."""

Changes = Callable[[SampleComment, datetime, datetime], datetime]
"""When an author edits or deletes: (comment, when it was posted, now) -> instant."""


def between_exports(_comment: SampleComment, _posted: datetime, now: datetime) -> datetime:
    """All that changes does so between the earlier and the later export."""
    return utc(now) - EARLIER / 2


def over_time(comment: SampleComment, posted: datetime, now: datetime) -> datetime:
    """Some hours or days after posting, as people do; a few within the last hours."""
    until, number = utc(now), hash_number(comment.key, "change")
    wanted = posted + SOON + timedelta(minutes=number % (4 * 1440))
    if comment.key in LATELY or wanted > until:
        return max(posted, until - timedelta(minutes=10 + number % 290))
    return wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """One run of the export tools.

    ``taken_down``: ids of comments that were no longer public; ``posts_since``: the tool was given
    the links of posts made since then (None: of all); ``dead_link``: among them was the link of a
    post that is gone, for which a tool writes an error row.
    """

    at: datetime
    pages: tuple[SamplePage, ...] = PAGES
    taken_down: Collection[str] = ()
    posts_since: datetime | None = None
    dead_link: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedFile:
    """One written export, and what a person who imports it would tell.

    ``format`` is the reader's name, ``time_zone`` the zone of dates that name none, ``post`` the
    post that the whole file is about where the tool's rows do not say.
    """

    path: Path
    source_name: str
    platform: Platform
    format: str
    captured_at: datetime
    time_zone: str = "Asia/Karachi"
    post: CollectedPost | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Export:
    name: str
    format: str
    body: bytes
    post: CollectedPost | None = None


def render(
    folder: Path,
    *,
    now: datetime,
    captures: Sequence[Capture] | None = None,
    changes: Changes = between_exports,
) -> tuple[RenderedFile, ...]:
    """Writes all exports under ``folder``, oldest capture first, and says what they are.

    The same arguments give the same bytes. Ids do not depend on ``now``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if captures is None:
        captures = (Capture(at=utc(now) - EARLIER), Capture(at=utc(now)))
    return tuple(
        _written(folder, page, capture.at, export)
        for capture in sorted(captures, key=lambda c: utc(c.at))
        for page in capture.pages
        for export in _exports(page, capture, now, changes)
    )


def _written(folder: Path, page: SamplePage, at: datetime, export: _Export) -> RenderedFile:
    path = folder / export.name
    path.write_bytes(export.body)
    return RenderedFile(
        path=path,
        source_name=page.source_name,
        platform=page.platform,
        format=export.format,
        captured_at=utc(at),
        post=export.post,
    )


def collected_posts(platform: Platform, *, now: datetime) -> tuple[CollectedPost, ...]:
    """Our own posts on a platform with text and time, keyed as the readers key them."""
    return tuple(collected_post(post, at) for post, at in _posts(platform, utc(now), now))


def own_names(platform: Platform) -> frozenset[str]:
    """The names and ids by which the page's own replies are known in its exports."""
    page = page_of(platform)
    names = {page.handle, page.title}
    match platform:
        case Platform.FACEBOOK:
            names.add(pfbid(PAGE_AUTHOR))
        case Platform.YOUTUBE:
            names.add(channel_id(PAGE_AUTHOR))
        case _:
            names.add(person_number(platform, PAGE_AUTHOR))
    return frozenset(names)


def seen_comments(
    platform: Platform,
    *,
    captured_at: datetime,
    now: datetime,
    taken_down: Collection[str] = (),
    changes: Changes = between_exports,
) -> tuple[Seen, ...]:
    """The comments of a platform as an export at ``captured_at`` sees them, oldest first.

    What hangs below a comment that was taken down or deleted is gone with it.
    """
    by_key = {comment.key: comment for comment in sample_comments(platform)}
    gone = {c.key for c in by_key.values() if taken_down and sample_id(platform, c) in taken_down}
    found = [
        _seen(platform, comment, by_key, captured_at=utc(captured_at), now=now, changes=changes)
        for comment in by_key.values()
        if comment.key not in gone and comment.reply_to not in gone
    ]
    known = [one for one in found if one is not None]
    return tuple(sorted(known, key=lambda one: (one.at, one.comment.key)))


def sample_id(platform: Platform, comment: SampleComment) -> str:
    """The comment's id everywhere in Sunwai, once its export is imported."""
    return comment_id(platform, comment_native_id(platform, comment))


def _seen(
    platform: Platform,
    comment: SampleComment,
    by_key: dict[str, SampleComment],
    *,
    captured_at: datetime,
    now: datetime,
    changes: Changes,
) -> Seen | None:
    """The comment as it stood then; None where it was not there yet or no longer."""
    at = instant(comment.key, comment.minutes_before, now=now)
    changed = captured_at >= changes(comment, at, now)
    if at > captured_at or (changed and comment.deleted):
        return None
    edited = comment.edited_text if changed else None
    return Seen(
        comment=comment,
        native_id=comment_native_id(platform, comment),
        at=at,
        text=comment.text if edited is None else edited,
        likes=_likes(comment, captured_at - at),
        parent=None if comment.reply_to is None else by_key[comment.reply_to],
    )


def _likes(comment: SampleComment, age: timedelta) -> int:
    """Likes grow ever more slowly: a file of the same comments is another one the next day."""
    liked = (hash_number(comment.key, "likes") % 200) / 100
    return int(liked * (age.total_seconds() / 3600) ** 0.5)


def _posts(
    platform: Platform, captured_at: datetime, now: datetime
) -> list[tuple[SamplePost, datetime]]:
    posts = [
        (post, instant(post.key, post.minutes_before, now=now)) for post in sample_posts(platform)
    ]
    return [(post, at) for post, at in posts if at <= captured_at]


def _exports(
    page: SamplePage, capture: Capture, now: datetime, changes: Changes
) -> Iterator[_Export]:
    at = utc(capture.at)
    since = capture.posts_since
    posts = [p for p in _posts(page.platform, at, now) if since is None or p[1] >= utc(since)]
    seen = _below(
        posts,
        seen_comments(
            page.platform,
            captured_at=at,
            now=now,
            taken_down=capture.taken_down,
            changes=changes,
        ),
    )
    if not seen:
        return
    bare = [post for post, _ in posts]
    stamp = f"{at:%Y-%m-%d_%H-%M-%S}"
    match page.platform:
        case Platform.FACEBOOK:
            name = f"dataset_facebook-comments-scraper_{stamp}.json"
            body = apify_facebook(bare, seen, dead_link=capture.dead_link)
            yield _Export(name=name, format="apify_facebook", body=body)
        case Platform.INSTAGRAM:
            yield _Export(
                name=f"instagram_comments_{stamp}.csv",
                format="exportcomments_instagram",
                body=exportcomments_instagram(bare, seen),
            )
        case Platform.X:
            body = twscrape(posts, seen)
            yield _Export(name=f"tweets_and_replies_{stamp}.jsonl", format="twscrape", body=body)
        case _:
            yield from _videos(posts, seen, at)


def _below(posts: Sequence[tuple[SamplePost, datetime]], seen: Sequence[Seen]) -> list[Seen]:
    keys = {post.key for post, _ in posts}
    return [one for one in seen if one.comment.post in keys]


def _videos(
    posts: Sequence[tuple[SamplePost, datetime]], seen: Sequence[Seen], captured_at: datetime
) -> Iterator[_Export]:
    for post, at in posts:
        below = [one for one in seen if one.comment.post == post.key]
        video = post_id(Platform.YOUTUBE, post.key)
        if below:
            yield _Export(
                name=f"videoinfo_{video}_{captured_at:%Y_%m_%d-%H_%M_%S}_comments.csv",
                format="youtube_data_tools",
                body=youtube_data_tools(below),
                post=collected_post(post, at),
            )
