"""One scan of a YouTube channel: which lists are read, how far, and which replies are fetched.

CONNECTORS.md 4.4. Live: the channel's newest threads, held and spam ones first, so that what is
released meanwhile is met among the published ones. Re-scan and backfill: video by video, which
also finds replies to old threads; comments that belong to no video come from the channel's list.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from collectors.base import CollectError, Page
from collectors.items import Unmappable, inner, json_text, raw_of, told_text
from collectors.known import KnownPosts
from collectors.wire import Wire
from collectors.youtube_items import (
    COMMENT_MAPPER,
    STATUSES,
    THREAD_MAPPER,
    Around,
    map_comment,
    map_top,
    replies_inside,
    reply_total,
    without_replies,
)
from collectors.youtube_lists import Videos, pages
from data.model import (
    CollectedComment,
    CollectedPost,
    ErrorClass,
    JsonObject,
    JsonValue,
    Raw,
    RowError,
    Visibility,
)

PAGE_SIZE = 100
REPLY_LISTS_LIVE = 10  # fetched in one live sweep; the hourly re-scan brings the rest
HELD_LISTS = ("heldForReview", "likelySpam")
PUBLISHED = "published"

Item = tuple[CollectedComment, Raw]
Seen = tuple[Visibility, str, int | None]


@dataclass(slots=True, kw_only=True)
class Scan:
    """One run over the channel. Mutable: it remembers what it has given already."""

    wire: Wire
    channel_id: str
    owner: bool
    known: KnownPosts
    live: bool
    posts: dict[str, CollectedPost] = field(default_factory=dict[str, CollectedPost])
    given: dict[str, Seen] = field(default_factory=dict[str, Seen])
    row: int = 0
    reply_lists: int = 0

    # ------------------------------------------------------------------------ the two ways

    def newest(self, stop_before: datetime) -> Iterator[Page]:
        """The channel's threads down to ``stop_before``, in all states that we may see.

        ``listed`` stays empty: a reply to an old thread is in none of these lists, so that nothing
        is concluded from what is not there.
        """
        for status in (*self._held_lists(), PUBLISHED):
            yield from self._threads(self._of_channel, status, stop_before)
        yield Page(items=(), end=True, listed=())

    def by_video(self, posts_after: datetime | None) -> Iterator[Page]:
        """Every video made after ``posts_after`` to its end, and the channel's threads begun after
        it; without it, all there is."""
        videos = self._videos(posts_after)
        whole = posts_after is None
        total = None
        if whole and not self.known.done:
            total = sum(self.posts[v].comment_count_hint or 0 for v in videos if v in self.posts)
        for page in self._all(videos, posts_after):
            yield replace(page, platform_total=total)
        yield Page(items=(), end=True, listed=(), platform_total=total)

    def _all(self, videos: list[str], posts_after: datetime | None) -> Iterator[Page]:
        for status in self._held_lists():
            yield from self._threads(self._of_channel, status, posts_after)
        for video in videos:
            if video not in self.known.done:
                yield from self._video(video)
        if posts_after is not None:
            rest = {"leave_out": set(videos)}  # young threads on the channel and on older videos
            yield from self._threads(self._of_channel, PUBLISHED, posts_after, **rest)
        elif self.channel_id not in self.known.done:
            yield from self._of_no_video(set(videos))

    def _video(self, video: str) -> Iterator[Page]:
        """One video's published threads. Switched-off comments are the video's own affair: what
        is kept of it stays as it is."""
        post = self.posts.get(video)
        posts = () if post is None else (post,)
        if post is None or post.comment_count_hint != 0:
            try:
                yield from self._threads({"videoId": video}, PUBLISHED, None)
            except CollectError as error:
                if error.error_class is ErrorClass.DISABLED:
                    yield Page(items=(), end=False, posts=posts, listed=())
                    return
                if error.error_class is not ErrorClass.GONE:
                    raise
        yield Page(items=(), end=False, posts=posts, listed=(video,))

    def _of_no_video(self, videos: set[str]) -> Iterator[Page]:
        """Threads on the channel's own page, and on videos that its list of uploads leaves out."""
        yield from self._threads(self._of_channel, PUBLISHED, None, leave_out=videos)
        yield Page(items=(), end=False, listed=(self.channel_id,))

    def _held_lists(self) -> tuple[str, ...]:
        return HELD_LISTS if self.owner else ()

    @property
    def _of_channel(self) -> Mapping[str, str]:
        return {"allThreadsRelatedToChannelId": self.channel_id}

    # ------------------------------------------------------------------------ threads

    def _threads(
        self,
        which: Mapping[str, str],
        status: str,
        stop_before: datetime | None,
        *,
        leave_out: set[str] | None = None,
    ) -> Iterator[Page]:
        params = {
            "part": "id,snippet,replies",
            "maxResults": str(PAGE_SIZE),
            "order": "time",
            "textFormat": "plainText",
            **which,
        }
        if status != PUBLISHED:
            params["moderationStatus"] = status
        for items in pages(self.wire, "/commentThreads", params):
            yield from self._page(items, status, leave_out or set())
            if _past(items, stop_before):
                return

    def _page(self, listed: list[JsonValue], status: str, leave_out: set[str]) -> Iterator[Page]:
        """The threads with their replies. What was read before a failure is given before it."""
        threads = [t for t in listed if isinstance(t, dict)]
        threads = [t for t in threads if self._video_of(t) not in leave_out]
        ids = dict.fromkeys(self._video_of(t) for t in threads)
        posts = self._look_up([i for i in ids if i != self.channel_id and i not in self.posts])
        items: list[Item] = []
        unmapped = [self._refused("The item is no object.", i) for i in listed
                    if not isinstance(i, dict)]  # fmt: skip
        failure: CollectError | None = None
        for thread in threads:
            try:
                self._thread(thread, status, items, unmapped)
            except CollectError as error:
                failure = error
                break
        if items or unmapped or posts:
            yield Page(
                items=tuple(items), unmapped=tuple(unmapped), posts=posts, end=False, listed=()
            )
        if failure is not None:
            raise failure

    def _refused(self, why: str, item: JsonValue) -> RowError:
        self.row += 1
        return RowError(row=self.row, reason=why, raw=json_text(item))

    def _video_of(self, thread: JsonObject) -> str:
        return told_text(inner(thread, "snippet"), "videoId") or self.channel_id

    def _thread(
        self, thread: JsonObject, status: str, items: list[Item], unmapped: list[RowError]
    ) -> None:
        around = Around(
            channel_id=self.channel_id,
            owner=self.owner,
            visibility=_by_list(thread, status),
            posts=self.posts,
        )
        where = f"GET /commentThreads moderationStatus={status}"
        try:
            top = map_top(thread, around)
        except Unmappable as error:
            unmapped.append(self._refused(str(error), thread))
            return
        replies = self._replies(thread, top, status)
        self._give(top, raw_of(without_replies(thread), where, THREAD_MAPPER), items)
        video_id = told_text(inner(thread, "snippet"), "videoId")
        for reply in replies:
            try:
                told = map_comment(reply, around, video_id=video_id, in_thread=True)
            except Unmappable as error:
                unmapped.append(self._refused(str(error), reply))
                continue
            parent = told.parent_external_id or top.external_id
            told = replace(told, parent_external_id=parent)
            self._give(told, raw_of(reply, where, COMMENT_MAPPER), items)

    def _give(self, told: CollectedComment, raw: Raw, items: list[Item]) -> None:
        """Once in a scan, unless it has changed since."""
        state: Seen = (told.visibility, told.text, told.reply_count)
        if self.given.get(told.external_id) == state:
            return
        self.given[told.external_id] = state
        self.row += 1
        items.append((told, raw))

    # ------------------------------------------------------------------------ replies

    def _replies(self, thread: JsonObject, top: CollectedComment, status: str) -> list[JsonObject]:
        inside = replies_inside(thread)
        if status != PUBLISHED or reply_total(thread) <= len(inside) or self._leaves(top):
            return inside
        all_ = list(inside)
        have = {told_text(r, "id") for r in inside}
        for reply in self._listed_replies(top.external_id):
            parent = told_text(inner(reply, "snippet"), "parentId")
            reply_id = told_text(reply, "id")
            if reply_id not in have and parent in (None, top.external_id):
                have.add(reply_id)
                all_.append(reply)
        return all_

    def _leaves(self, top: CollectedComment) -> bool:
        """Whether a live sweep leaves a thread's further replies to the next re-scan: where the
        video counts as many comments as when it was last listed to its end, they are kept already;
        and beyond a few calls they would eat the day's units."""
        if not self.live:
            return False
        hint = top.post.comment_count_hint if top.post is not None else None
        known = None if top.post is None else self.known.totals.get(top.post.external_id)
        if (hint is not None and hint == known) or self.reply_lists >= REPLY_LISTS_LIVE:
            return True
        self.reply_lists += 1
        return False

    def _listed_replies(self, thread_id: str) -> Iterator[JsonObject]:
        params = {
            "part": "id,snippet",
            "parentId": thread_id,
            "maxResults": str(PAGE_SIZE),
            "textFormat": "plainText",
        }
        try:
            for page in pages(self.wire, "/comments", params):
                yield from (r for r in page if isinstance(r, dict))
        except CollectError as error:
            if error.error_class is not ErrorClass.GONE:  # deleted between the two calls
                raise

    # ------------------------------------------------------------------------ videos

    def _videos(self, posts_after: datetime | None) -> list[str]:
        """Ids newest first: the channel's uploads, then those that only we remember."""
        found = dict.fromkeys(self._lists.uploads(posts_after))
        if posts_after is None:
            found |= dict.fromkeys(i for i in self.known.ids if i != self.channel_id)
        self._look_up(list(found))
        return list(found)

    def _look_up(self, videos: list[str]) -> tuple[CollectedPost, ...]:
        found = self._lists.look_up(videos)
        self.posts.update((p.external_id, p) for p in found)
        return found

    @property
    def _lists(self) -> Videos:
        return Videos(wire=self.wire, channel_id=self.channel_id)


def _by_list(thread: JsonObject, status: str) -> Visibility:
    """How the thread's comments stand where they do not say so themselves. A thread can be among
    the held ones because of a reply alone, so with replies the list says nothing for sure."""
    if status != PUBLISHED and replies_inside(thread):
        return Visibility.UNKNOWN
    return STATUSES[status]


def _past(listed: list[JsonValue], stop_before: datetime | None) -> bool:
    """Whether the list has come below the border. That it falls is what everyone sees and what
    nobody promises: where a page rises, the list is read to its end."""
    threads = (t for t in listed if isinstance(t, dict))
    snippets = (inner(inner(inner(t, "snippet"), "topLevelComment"), "snippet") for t in threads)
    dates = [at for at in (told_text(s, "publishedAt") for s in snippets) if at is not None]
    if stop_before is None or not dates or dates[0] < dates[-1]:
        return False
    return min(dates)[:19] < stop_before.strftime("%Y-%m-%dT%H:%M:%S")
