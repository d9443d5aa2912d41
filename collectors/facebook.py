"""Reading a Facebook Page's comments over the Graph API (CONNECTORS.md chapter 2).

Post by post, newest first. A live sweep lists only the posts that are young or whose count of
comments has changed; a re-scan lists them all, also those that the platform no longer lists.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from collectors.access import AccessHealth
from collectors.base import CollectError, Page
from collectors.facebook_items import map_comment, map_post
from collectors.items import Unmappable, inner, json_text, raw_of, told_count, told_text
from collectors.known import NOTHING_KNOWN, KnownPosts
from collectors.meta import Needs, before, goes_on, listed_in, pages_of, read_by_id, token_health
from collectors.meta_scan import Rows, scan_posts
from collectors.wire import Wire
from data.dialects.facebook import ACTING, READING
from data.dialects.meta import last_part
from data.model import (
    CollectedComment,
    CollectedPost,
    ErrorClass,
    JsonObject,
    Liveness,
    Platform,
    Raw,
    RowError,
)

MAPPER = "facebook_graph/1"
PAGE_SIZE = "100"
LISTED_MOST = 600  # posts of a year that the platform lists; older ones only we remember
POST_FIELDS = (
    "id,created_time,message,permalink_url,comments.filter(stream).limit(0).summary(total_count)"
)
COMMENT_FIELDS = (
    "id,message,created_time,from{id,name},parent{id},is_hidden,is_private,can_hide,can_remove,"
    "like_count,comment_count,attachment,message_tags,permalink_url"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FacebookCollector:
    """One Page. ``wire`` has its address (with the interface's version) and the Page's token."""

    wire: Wire
    page_id: str
    known: KnownPosts = NOTHING_KNOWN

    @property
    def platform(self) -> Platform:
        return Platform.FACEBOOK

    @property
    def title(self) -> str:
        return "Facebook"

    @property
    def by_time(self) -> bool:
        return True  # filter=stream lists answers beside comments

    @property
    def listed_most(self) -> int | None:
        return LISTED_MOST

    def scan(
        self, *, stop_before: datetime | None, posts_after: datetime | None = None
    ) -> Iterator[Page]:
        """Pages of at most 100 comments, post by post. See meta_scan for which posts.

        A token that is not the Page's own reads empty lists without any error, so the scan begins
        by asking whose it is.
        """
        problem, _ = self._whose()
        if problem:
            raise CollectError(ErrorClass.PERMISSION, problem)
        yield from scan_posts(self, self.known, stop_before=stop_before, posts_after=posts_after)

    def posts(self, posts_after: datetime | None) -> list[CollectedPost]:
        found: dict[str, CollectedPost] = {}
        path = f"/{quote(self.page_id, safe='')}/published_posts"
        for body in pages_of(self.wire, path, {"fields": POST_FIELDS, "limit": PAGE_SIZE}):
            page = [map_post(i) for i in listed_in(body) if isinstance(i, dict)]
            told = [p for p in page if p is not None]
            for post in told:
                if not before(post, posts_after):
                    found.setdefault(post.external_id, post)
            if told and all(before(p, posts_after) for p in told):
                break
        return list(found.values())

    def rows(self, post: CollectedPost, row: int) -> Iterator[Rows]:
        path = f"/{quote(f'{self.page_id}_{post.external_id}', safe='_')}/comments"
        params = {
            "filter": "stream",
            "order": "reverse_chronological",
            "live_filter": "no_filter",
            "summary": "total_count",
            "limit": PAGE_SIZE,
            "fields": COMMENT_FIELDS,
        }
        for body in pages_of(self.wire, path, params):
            rows = self._rows(body, post.external_id, row)
            row += len(rows.items) + len(rows.unmapped)
            yield rows

    def _rows(self, body: JsonObject, post_id: str, row: int) -> Rows:
        data = listed_in(body)
        if data and all(isinstance(i, dict) and "id" not in i for i in data):
            raise CollectError(
                ErrorClass.PERMISSION,
                "Facebook leaves out the ids of the comments. The person behind the token needs "
                "the task MODERATE on the page, and the token must be the page's own.",
            )
        items: list[tuple[CollectedComment, Raw]] = []
        unmapped: list[RowError] = []
        for number, item in enumerate(data, start=row + 1):
            try:
                comment = map_comment(item, page_id=self.page_id, post_id=post_id)
            except Unmappable as error:
                unmapped.append(RowError(row=number, reason=str(error), raw=json_text(item)))
                continue
            where = f"GET /{self.page_id}_{post_id}/comments"
            items.append((comment, raw_of(item, where, MAPPER)))
        return Rows(
            items=tuple(items),
            unmapped=tuple(unmapped),
            dates=tuple(c.created_at for c, _ in items if c.created_at is not None),
            total=told_count(inner(body, "summary"), "total_count"),
            last=not goes_on(body),
        )

    def read_comments(
        self, call_ids: Sequence[str]
    ) -> Mapping[str, tuple[Liveness, CollectedComment | None]]:
        """Each comment as it is now. What Facebook calls "gone, or not allowed" is UNDECIDED."""
        read = read_by_id(self.wire, call_ids, COMMENT_FIELDS)
        return {i: (live, self._mapped(i, item)) for i, (live, item) in read.items()}

    def _mapped(self, call_id: str, item: JsonObject | None) -> CollectedComment | None:
        if item is None:
            return None
        told = item.get("id")
        if isinstance(told, str) and last_part(told) != last_part(call_id):
            raise CollectError(ErrorClass.INVALID, "Facebook answered with another comment.")
        try:
            return map_comment(item, page_id=self.page_id, post_id=None)
        except Unmappable:
            return None

    def check(self, now: datetime) -> AccessHealth:
        """Whose the token is and what it may do, in words. See collectors.access."""
        try:
            problem, name = self._whose()
        except CollectError as error:
            if error.error_class not in (ErrorClass.AUTH, ErrorClass.PERMISSION):
                raise
            return AccessHealth(ok=False, problems=(error.message,))
        return token_health(self.wire, lambda scopes: _NEEDS, name, problem)

    def _whose(self) -> tuple[str, str | None]:
        """(what is wrong with the token's owner or nothing, the owner's name)."""
        body = self.wire.get("/me", {"fields": "id,name"})
        name = told_text(body, "name")
        if body.get("id") == self.page_id:
            return "", name
        return (
            f"The token belongs to {name or 'another account'} and not to the page with the id "
            f"{self.page_id}. A person's token reads empty lists without any error: use the "
            "page's own token.",
            name,
        )


_NEEDS = Needs(reading=READING, acting=ACTING)
