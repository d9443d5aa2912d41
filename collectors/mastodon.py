"""Reading the replies to a Mastodon account (CONNECTORS.md 6; docs/handbook/adding-a-platform.md).

Live: the mentions of the account. Re-scan and backfill: post by post, with all that the server
knows of the conversation; replies on servers that it has not heard of are not among them. Direct
messages are private and are left alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from collectors.access import AccessHealth
from collectors.base import CollectError, Page
from collectors.items import (
    Unmappable,
    id_of,
    inner,
    items_in,
    json_text,
    objects_in,
    raw_of,
    text_of,
    told_count,
    told_instant,
    told_text,
)
from collectors.known import NOTHING_KNOWN, KnownPosts
from collectors.wire import Wire
from data.dialects.mastodon import READING, next_max_id, plain_text
from data.model import (
    CollectedAuthor,
    CollectedComment,
    CollectedPost,
    ErrorClass,
    JsonObject,
    JsonValue,
    Liveness,
    Platform,
    Raw,
    RowError,
    Visibility,
)

MAPPER = "mastodon_status/1"
POSTS_SIZE, MENTIONS_SIZE = 40, 80
_VISIBILITY = {"public": Visibility.PUBLIC, "unlisted": Visibility.PUBLIC}
_REFUSED = frozenset({ErrorClass.AUTH, ErrorClass.PERMISSION, ErrorClass.AMBIGUOUS})

# Fields that are told and not kept beyond the raw item, with why.
LEFT_OUT: Mapping[str, str] = {
    "uri": "the same status, as other servers call it",
    "sensitive": "says how its pictures are shown",
    "language": "Sunwai judges the language itself",
    "reblogs_count": "how often it was passed on is not kept",
    "in_reply_to_account_id": "the status that is answered is kept, not its author",
}

Read = tuple[Liveness, CollectedComment | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class MastodonCollector:
    """One account on one server. ``account_id`` is the server's own number for it."""

    wire: Wire
    account_id: str
    known: KnownPosts = NOTHING_KNOWN

    @property
    def platform(self) -> Platform:
        return Platform.MASTODON

    def scan(
        self, *, stop_before: datetime | None, posts_after: datetime | None = None
    ) -> Iterator[Page]:
        """Live (``stop_before``): mentions, newest first. Else post by post."""
        if stop_before is not None:
            yield from self._mentions(stop_before)
        else:
            yield from self._by_post(posts_after)
        yield Page(items=(), end=True, listed=())

    def _mentions(self, stop_before: datetime) -> Iterator[Page]:
        own = {i: CollectedPost(external_id=i) for i in self.known.ids}
        row = 0
        params = {"types[]": "mention", "limit": str(MENTIONS_SIZE)}
        for told in self._pages("/api/v1/notifications", params):
            statuses = [s.get("status") if isinstance(s, dict) else s for s in told]
            page = self._page(statuses, own, "GET notifications", row)
            row += len(page.items) + len(page.unmapped)
            if page.items or page.unmapped:
                yield page
            dates = [told_text(n, "created_at") for n in told if isinstance(n, dict)]
            border = stop_before.strftime("%Y-%m-%dT%H:%M:%S")
            if any(at is not None and at[:19] < border for at in dates):
                return

    def _by_post(self, posts_after: datetime | None) -> Iterator[Page]:
        posts = self._posts(posts_after)
        total = None
        if posts_after is None and not self.known.done:
            total = sum(p.comment_count_hint or 0 for p in posts.values())
        row = 0
        for post_id, post in posts.items():
            if post_id in self.known.done:
                continue
            try:
                told = self.wire.get(f"/api/v1/statuses/{quote(post_id, safe='')}/context")
            except CollectError as error:
                if error.error_class not in (ErrorClass.AMBIGUOUS, ErrorClass.GONE):
                    raise
                continue  # deleted since, or no status of this server
            statuses = sorted(items_in(told, "descendants"), key=_written, reverse=True)
            page = self._page(statuses, {}, f"GET context of {post_id}", row, under=post)
            row += len(page.items) + len(page.unmapped)
            yield Page(
                items=page.items, unmapped=page.unmapped, posts=(post,), end=False,
                listed=(post_id,), platform_total=total,
            )  # fmt: skip

    def _posts(self, posts_after: datetime | None) -> dict[str, CollectedPost]:
        """The account's own posts, newest first, then those that only we remember."""
        found: dict[str, CollectedPost] = {}
        params = {"limit": str(POSTS_SIZE), "exclude_replies": "true", "exclude_reblogs": "true"}
        path = f"/api/v1/accounts/{quote(self.account_id, safe='')}/statuses"
        for told in self._pages(path, params):
            posts = [p for p in map(_post_or_none, told) if p is not None]
            young = [p for p in posts if posts_after is None or _is_after(p, posts_after)]
            found |= {p.external_id: p for p in young}
            if len(young) < len(posts):
                return found
        if posts_after is None:
            found |= {i: CollectedPost(external_id=i) for i in self.known.ids if i not in found}
        return found

    def _page(
        self,
        statuses: Sequence[JsonValue],
        own: Mapping[str, CollectedPost],
        where: str,
        row: int,
        under: CollectedPost | None = None,
    ) -> Page:
        items: list[tuple[CollectedComment, Raw]] = []
        unmapped: list[RowError] = []
        for status in statuses:
            try:
                if not isinstance(status, dict):
                    raise Unmappable("The item is no object.")
                if status.get("visibility") == "direct":
                    continue
                told = map_status(status, self.account_id, own, under)
            except Unmappable as error:
                number = row + len(items) + len(unmapped) + 1
                unmapped.append(RowError(row=number, reason=str(error), raw=json_text(status)))
                continue
            items.append((told, raw_of(status, where, MAPPER)))
        return Page(items=tuple(items), unmapped=tuple(unmapped), end=False, listed=())

    def _pages(self, path: str, params: Mapping[str, str]) -> Iterator[list[JsonValue]]:
        max_id: str | None = None
        while True:
            asked = dict(params) if max_id is None else {**params, "max_id": max_id}
            told, headers = self.wire.list_told(path, asked)
            yield told
            after = next_max_id(headers)
            if after is not None and after == max_id:
                raise CollectError(ErrorClass.INVALID, "The list goes round in circles.")
            max_id = after
            if max_id is None:
                return

    def read_comments(self, call_ids: Sequence[str]) -> Mapping[str, Read]:
        """One by one. The server says the same of what is gone and of what is not for us."""
        return {call_id: self._read(call_id) for call_id in call_ids}

    def _read(self, call_id: str) -> Read:
        try:
            status = self.wire.get(f"/api/v1/statuses/{quote(call_id, safe='')}")
        except CollectError as error:
            if error.error_class is ErrorClass.AMBIGUOUS:
                return Liveness.UNDECIDED, None
            if error.error_class is ErrorClass.GONE:
                return Liveness.GONE, None
            raise
        own = {i: CollectedPost(external_id=i) for i in self.known.ids}
        try:
            return Liveness.ALIVE, map_status(status, self.account_id, own)
        except Unmappable:
            return Liveness.ALIVE, None

    def check(self, now: datetime) -> AccessHealth:
        """Whose access this is, and whether mentions can be read with it."""
        try:
            me = self.wire.get("/api/v1/accounts/verify_credentials")
            self.wire.list_told("/api/v1/notifications", {"limit": "1"})
        except CollectError as error:
            if error.error_class not in _REFUSED:
                raise
            return AccessHealth(ok=False, missing=tuple(READING), problems=(error.message,))
        name = told_text(me, "acct")
        if told_text(me, "id") == self.account_id:
            return AccessHealth(ok=True, account=name, scopes=tuple(READING))
        problem = f"The access belongs to @{name}, not to the account {self.account_id}."
        return AccessHealth(ok=False, account=name, problems=(problem,))


def map_status(
    status: JsonObject,
    account_id: str,
    own: Mapping[str, CollectedPost],
    under: CollectedPost | None = None,
) -> CollectedComment:
    """One reply or mention. ``under`` is the post of ours whose conversation it came with; without
    it, it may answer one of ``own``. Raises Unmappable."""
    external_id = id_of(status)
    created_at = told_instant(status, "created_at")
    if created_at is None:
        raise Unmappable("The status has no date.")
    parent = told_text(status, "in_reply_to_id")
    post = under or (own.get(parent) if parent is not None else None)
    author = inner(status, "account")
    handle, name = told_text(author, "acct"), told_text(author, "display_name")
    return CollectedComment(
        platform=Platform.MASTODON,
        external_id=external_id,
        call_id=external_id,
        text=_whole_text(status),
        post=post,
        parent_external_id=parent if post is None or parent != post.external_id else None,
        author=CollectedAuthor(
            external_id=told_text(author, "id"),
            display_name=f"{name or handle} (@{handle})" if handle else name,
            is_page_owner=told_text(author, "id") == account_id,
        ),
        created_at=created_at,
        updated_at=told_instant(status, "edited_at"),
        visibility=_VISIBILITY.get(told_text(status, "visibility") or "", Visibility.UNKNOWN),
        can_hide=False,
        can_remove=False,
        like_count=told_count(status, "favourites_count"),
        reply_count=told_count(status, "replies_count"),
        permalink=told_text(status, "url"),
        media_kinds=_media(status),
    )


def map_post(status: JsonObject) -> CollectedPost:
    """One of the account's own posts. Raises Unmappable."""
    return CollectedPost(
        external_id=id_of(status),
        text=_whole_text(status),
        permalink=told_text(status, "url"),
        created_at=told_instant(status, "created_at"),
        comment_count_hint=told_count(status, "replies_count"),
    )


def _post_or_none(status: JsonValue) -> CollectedPost | None:
    try:
        return map_post(status) if isinstance(status, dict) else None
    except Unmappable:
        return None  # its conversation is not read; mentions still come


def _whole_text(status: JsonObject) -> str:
    """The warning that stands before it, and the text."""
    warning, text = told_text(status, "spoiler_text"), plain_text(text_of(status, "content"))
    return f"{warning}\n\n{text}" if warning else text


def _media(status: JsonObject) -> tuple[str, ...]:
    kinds = [told_text(m, "type") or "other" for m in objects_in(status, "media_attachments")]
    return (*kinds, *(["poll"] if inner(status, "poll") else []))


def _written(status: JsonValue) -> str:
    return (told_text(status, "created_at") or "") if isinstance(status, dict) else ""


def _is_after(post: CollectedPost, border: datetime) -> bool:
    return post.created_at is None or post.created_at >= border
