"""Reading an Instagram account's comments (CONNECTORS.md chapter 3), by either log-in route.

Comments come top level and newest first, 50 at a time, and never by time; answers hang under
their comment. So a media whose count has changed is listed to its end: a new answer may stand
under an old comment. Comments by restricted accounts, on live video and under ads are left out by
Instagram in silence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from collectors.access import AccessHealth
from collectors.base import CollectError, Page
from collectors.instagram_items import map_comment, map_media, replies_in
from collectors.items import Unmappable, inner, json_text, raw_of, told_text
from collectors.known import NOTHING_KNOWN, KnownPosts
from collectors.meta import Needs, before, goes_on, listed_in, pages_of, read_by_id, token_health
from collectors.meta_scan import Rows, scan_posts
from collectors.wire import Wire
from data.dialects.instagram import BY_FACEBOOK, BY_INSTAGRAM
from data.model import (
    CollectedComment,
    CollectedPost,
    ErrorClass,
    JsonObject,
    JsonValue,
    Liveness,
    Platform,
    Raw,
    RowError,
)

MAPPER = "instagram_graph/1"
PAGE_SIZE = "50"
MEDIA_SIZE = "100"
MEDIA_FIELDS = "id,caption,timestamp,permalink,comments_count"
ONE_COMMENT = "id,text,timestamp,username,from{id,username},hidden,like_count,parent_id"
ITEM_FIELDS = f"{ONE_COMMENT},user,media{{id}}"
LIST_FIELDS = f"{ITEM_FIELDS},replies.limit(50){{{ONE_COMMENT}}}"


@dataclass(frozen=True, slots=True, kw_only=True)
class InstagramCollector:
    """One account. ``wire`` has the address of its log-in route and the token; ``account_id`` is
    the account's own id, not the one scoped to the app."""

    wire: Wire
    account_id: str
    known: KnownPosts = NOTHING_KNOWN

    @property
    def platform(self) -> Platform:
        return Platform.INSTAGRAM

    @property
    def title(self) -> str:
        return "Instagram"

    @property
    def by_time(self) -> bool:
        return False

    @property
    def listed_most(self) -> int | None:
        return None

    def scan(
        self, *, stop_before: datetime | None, posts_after: datetime | None = None
    ) -> Iterator[Page]:
        """Pages of at most 50 comments and their answers, media by media (see meta_scan)."""
        yield from scan_posts(self, self.known, stop_before=stop_before, posts_after=posts_after)

    def posts(self, posts_after: datetime | None) -> list[CollectedPost]:
        found: dict[str, CollectedPost] = {}
        path = f"/{quote(self.account_id, safe='')}/media"
        for body in pages_of(self.wire, path, {"fields": MEDIA_FIELDS, "limit": MEDIA_SIZE}):
            page = [map_media(i) for i in listed_in(body) if isinstance(i, dict)]
            told = [p for p in page if p is not None]
            for post in told:
                if not before(post, posts_after):
                    found.setdefault(post.external_id, post)
            if told and all(before(p, posts_after) for p in told):
                break
        return list(found.values())

    def rows(self, post: CollectedPost, row: int) -> Iterator[Rows]:
        path = f"/{quote(post.external_id, safe='')}/comments"
        for body in pages_of(self.wire, path, {"limit": PAGE_SIZE, "fields": LIST_FIELDS}):
            rows = self._rows(body, post.external_id, row)
            row += len(rows.items) + len(rows.unmapped)
            yield rows

    def _rows(self, body: JsonObject, media_id: str, row: int) -> Rows:
        data = listed_in(body)
        if data and all(isinstance(i, dict) and "id" not in i for i in data):
            raise CollectError(
                ErrorClass.PERMISSION,
                "Instagram leaves out the ids of the comments: the permission for managing "
                "comments is missing.",
            )
        items: list[tuple[CollectedComment, Raw]] = []
        unmapped: list[RowError] = []
        for number, (item, parent) in enumerate(self._with_replies(data), start=row + 1):
            told = _without_replies(item)
            try:
                comment = map_comment(
                    item, account_id=self.account_id, media_id=media_id, parent_id=parent
                )
            except Unmappable as error:
                unmapped.append(RowError(row=number, reason=str(error), raw=json_text(told)))
                continue
            where = f"GET /{media_id}/comments"
            items.append((comment, raw_of(told, where, MAPPER)))
        top = (c.created_at for c, _ in items if c.parent_external_id is None)
        return Rows(
            items=tuple(items),
            unmapped=tuple(unmapped),
            dates=tuple(at for at in top if at is not None),
            last=not goes_on(body),
        )

    def _with_replies(self, data: list[JsonValue]) -> Iterator[tuple[JsonValue, str | None]]:
        """Each comment, and after it its answers with its id."""
        for item in data:
            yield item, None
            identifier = told_text(item, "id") if isinstance(item, dict) else None
            if identifier is None or not isinstance(item, dict):
                continue
            if inner(inner(item, "replies"), "paging").get("next"):
                yield from ((reply, identifier) for reply in self._all_replies(identifier))
            else:
                yield from ((reply, identifier) for reply in replies_in(item))

    def _all_replies(self, comment_id: str) -> Iterator[JsonValue]:
        path = f"/{quote(comment_id, safe='')}/replies"
        try:
            for body in pages_of(self.wire, path, {"limit": PAGE_SIZE, "fields": ITEM_FIELDS}):
                yield from listed_in(body)
        except CollectError as error:
            if error.error_class not in (ErrorClass.GONE, ErrorClass.AMBIGUOUS):
                raise  # else the comment was deleted while its answers were being listed

    def read_comments(
        self, call_ids: Sequence[str]
    ) -> Mapping[str, tuple[Liveness, CollectedComment | None]]:
        """Each comment as it is now. What Instagram calls "gone, or not allowed" is UNDECIDED."""
        read = read_by_id(self.wire, call_ids, ITEM_FIELDS)
        return {i: (live, self._mapped(i, item)) for i, (live, item) in read.items()}

    def _mapped(self, call_id: str, item: JsonObject | None) -> CollectedComment | None:
        if item is None:
            return None
        if item.get("id") != call_id:
            raise CollectError(ErrorClass.INVALID, "Instagram answered with another comment.")
        try:
            return map_comment(item, account_id=self.account_id, media_id=None)
        except Unmappable:
            return None

    def check(self, now: datetime) -> AccessHealth:
        """Whether account and comments can be read, and what the token may do, in words."""
        path = f"/{quote(self.account_id, safe='')}"
        try:
            name = told_text(self.wire.get(path, {"fields": "id,username"}), "username")
            problem = self._reading_problem(path)
        except CollectError as error:
            refused = (ErrorClass.AUTH, ErrorClass.PERMISSION, ErrorClass.AMBIGUOUS)
            if error.error_class not in refused:
                raise
            return AccessHealth(ok=False, problems=(error.message,))
        return token_health(self.wire, _needs, name, problem, always=False)

    def _reading_problem(self, path: str) -> str:
        """What goes wrong when the newest media's comments are read; empty when nothing does."""
        media = self.wire.get(f"{path}/media", {"fields": "id", "limit": "1"})
        newest = next((i for i in listed_in(media) if isinstance(i, dict)), None)
        identifier = None if newest is None else told_text(newest, "id")
        if identifier is None:
            return ""
        try:
            self.wire.get(f"/{quote(identifier, safe='')}/comments", {"limit": "1", "fields": "id"})
        except CollectError as error:
            if error.error_class is not ErrorClass.PERMISSION:
                raise
            return f"The comments cannot be read: {error.message}"
        return ""


def _needs(scopes: Sequence[str]) -> Needs:
    """What the token needs, by the route that its own permissions show."""
    by_instagram = any(s.startswith("instagram_business") for s in scopes)
    return Needs(reading=BY_INSTAGRAM if by_instagram else BY_FACEBOOK, acting={})


def _without_replies(item: JsonValue) -> JsonValue:
    """The item as it came, less the answers, which are kept as items of their own."""
    return {k: v for k, v in item.items() if k != "replies"} if isinstance(item, dict) else item
