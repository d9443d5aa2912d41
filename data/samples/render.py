"""Writes the invented organisation's comments out as four real export tools would have.

Each page gives an earlier export, captured two days before now, and a later one, captured now:
what was edited between them comes as a new text under the old id, and what was deleted is absent.
YouTube Data Tools makes one file per video and names the video only in the file's name, so its
files say which post they are about.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from data.model import CollectedPost, Platform, utc
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


def render(folder: Path, *, now: datetime) -> tuple[RenderedFile, ...]:
    """Writes all exports under ``folder``, oldest capture first, and says what they are.

    The same ``now`` gives the same bytes. Ids do not depend on ``now``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files: list[RenderedFile] = []
    for captured_at in (utc(now) - EARLIER, utc(now)):
        for page in PAGES:
            for export in _exports(page, captured_at, now):
                path = folder / export.name
                path.write_bytes(export.body)
                files.append(
                    RenderedFile(
                        path=path,
                        source_name=page.source_name,
                        platform=page.platform,
                        format=export.format,
                        captured_at=captured_at,
                        post=export.post,
                    )
                )
    return tuple(files)


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


def seen_comments(platform: Platform, *, captured_at: datetime, now: datetime) -> tuple[Seen, ...]:
    """The comments of a platform as an export at ``captured_at`` sees them, oldest first.

    Only the later export, captured at ``now``, shows edits and misses what was deleted.
    """
    later = utc(captured_at) >= utc(now)
    by_key = {comment.key: comment for comment in sample_comments(platform)}
    found = [
        _seen(platform, comment, by_key, later=later, now=now)
        for comment in by_key.values()
        if not (later and comment.deleted)
    ]
    known = [one for one in found if one.at <= utc(captured_at)]
    return tuple(sorted(known, key=lambda one: (one.at, one.comment.key)))


def _seen(
    platform: Platform,
    comment: SampleComment,
    by_key: dict[str, SampleComment],
    *,
    later: bool,
    now: datetime,
) -> Seen:
    edited = comment.edited_text if later else None
    return Seen(
        comment=comment,
        native_id=comment_native_id(platform, comment),
        at=instant(comment.key, comment.minutes_before, now=now),
        text=comment.text if edited is None else edited,
        likes=hash_number(comment.key, "likes") % 23,
        parent=None if comment.reply_to is None else by_key[comment.reply_to],
    )


def _posts(
    platform: Platform, captured_at: datetime, now: datetime
) -> list[tuple[SamplePost, datetime]]:
    posts = [
        (post, instant(post.key, post.minutes_before, now=now)) for post in sample_posts(platform)
    ]
    return [(post, at) for post, at in posts if at <= captured_at]


def _exports(page: SamplePage, captured_at: datetime, now: datetime) -> Iterator[_Export]:
    posts = _posts(page.platform, captured_at, now)
    seen = seen_comments(page.platform, captured_at=captured_at, now=now)
    bare = [post for post, _ in posts]
    stamp = f"{captured_at:%Y-%m-%d_%H-%M-%S}"
    match page.platform:
        case Platform.FACEBOOK:
            name = f"dataset_facebook-comments-scraper_{stamp}.json"
            yield _Export(name=name, format="apify_facebook", body=apify_facebook(bare, seen))
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
            yield from _videos(posts, seen, captured_at)


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
