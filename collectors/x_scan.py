"""One scan of an X account: mentions first, then the searches, each post once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from collectors.base import CollectError, Page
from collectors.items import Unmappable, inner, items_in, json_text, objects_in, raw_of, told_text
from collectors.known import KnownPosts
from collectors.x_items import (
    MAPPER,
    Around,
    is_passed_on,
    map_own,
    map_post,
    media_in,
    users_in,
    versions_of,
)
from collectors.x_lists import Lists
from data.dialects.x import LONGEST_QUERY, SEARCH_BACK, is_id
from data.model import (
    CollectedComment,
    CollectedPost,
    ErrorClass,
    JsonObject,
    JsonValue,
    Raw,
    RowError,
)

IDS_AT_ONCE = 100
CONVERSATIONS = 52  # of the newest own posts, that a scan searches: four queries


@dataclass(slots=True, kw_only=True)
class Scan:
    """One run. Mutable: it remembers what it has given, and which conversations are ours."""

    lists: Lists
    account_id: str
    handle: str
    known: KnownPosts
    own: dict[str, CollectedPost] = field(default_factory=dict[str, CollectedPost])
    foreign: set[str] = field(default_factory=set[str])
    given: dict[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    refused: set[str] = field(default_factory=set[str])
    row: int = 0

    def pages(self, stop_before: datetime | None) -> Iterator[Page]:
        recent = self._own_posts()
        posts = tuple(self.own.values())
        listed = None if stop_before is not None else ()
        for path, params, token_name in self._sources(recent):
            for body in self.lists.pages(path, params, token_name=token_name, start=stop_before):
                page, oldest = self._page(body, params.get("query") or "mentions", listed)
                if page.items or page.unmapped or posts:
                    yield Page(
                        items=page.items, unmapped=page.unmapped, posts=posts, end=False,
                        listed=listed,
                    )  # fmt: skip
                    posts = ()
                if stop_before is not None and oldest is not None and oldest < stop_before:
                    break
        yield Page(
            items=(), posts=posts, end=True, listed=listed, reaches_back_to=self._back(stop_before)
        )

    def _back(self, stop_before: datetime | None) -> datetime | None:
        """How far back this could see; None where it saw all that was asked for."""
        clock = self.lists.wire.clock
        if clock is None or (stop_before is not None and not self.lists.cut_short):
            return None
        return clock() - SEARCH_BACK

    def _sources(self, recent: Sequence[str]) -> Iterator[tuple[str, dict[str, str], str]]:
        """The lists that make up a scan: path, parameters, and how the next page is asked for."""
        yield f"/2/users/{self.account_id}/mentions", {}, "pagination_token"
        for query in queries(self.handle, recent):
            yield "/2/tweets/search/recent", {"query": query, "sort_order": "recency"}, "next_token"

    def _own_posts(self) -> list[str]:
        """The account's newest posts; their ids are those of the conversations."""
        self.own = {i: CollectedPost(external_id=i) for i in self.known.ids}
        known = list(self.own)
        params = {"exclude": "replies,retweets", "max_results": "100"}
        body = self.lists.get(f"/2/users/{self.account_id}/tweets", params)
        found = [post for post in map(_own_or_none, objects_in(body, "data")) if post is not None]
        self.own |= {p.external_id: p for p in found}
        newest = dict.fromkeys([*(p.external_id for p in found), *known])
        return [i for i in newest if is_id(i)][:CONVERSATIONS]

    def _page(
        self, body: JsonObject, what: str, listed: tuple[str, ...] | None
    ) -> tuple[Page, datetime | None]:
        """(the page, the date of its oldest post). Raises CollectError."""
        data = body.get("data")
        if not isinstance(data, list) and not inner(body, "meta"):
            raise CollectError(ErrorClass.INVALID, "X's list is not told whole.")
        items = items_in(body, "data")
        self._look_up([i for i in items if isinstance(i, dict)])
        around = Around(
            account_id=self.account_id,
            own=self.own,
            users=users_in(body),
            media=media_in(body),
            foreign=self.foreign,
        )
        kept: list[tuple[CollectedComment, Raw]] = []
        unmapped: list[RowError] = []
        dates: list[datetime] = []
        for item in items:
            told = self._one(item, around, unmapped)
            if told is None:
                continue
            if told.created_at is not None:
                dates.append(told.updated_at or told.created_at)
            if self._is_new(told):
                kept.append((told, raw_of(item, f"GET {what}", MAPPER)))
        page = Page(items=tuple(kept), unmapped=tuple(unmapped), end=False, listed=listed)
        return page, min(dates, default=None)

    def _one(
        self, item: JsonValue, around: Around, unmapped: list[RowError]
    ) -> CollectedComment | None:
        """None for what is no comment: the account's own post itself, a mere passing on."""
        try:
            if not isinstance(item, dict):
                raise Unmappable("The item is no object.")
            if is_passed_on(item) or versions_of(item)[0] in around.own:
                return None
            return map_post(item, around)
        except Unmappable as error:
            raw = json_text(item)
            if raw not in self.refused:  # the same post comes in several lists
                self.refused.add(raw)
                self.row += 1
                unmapped.append(RowError(row=self.row, reason=str(error), raw=raw))
            return None

    def _is_new(self, told: CollectedComment) -> bool:
        state = (told.call_id, told.text)
        if self.given.get(told.external_id) == state:
            return False
        self.given[told.external_id] = state
        self.row += 1
        return True

    def _look_up(self, items: Sequence[JsonObject]) -> None:
        """Whether conversations that are not known yet begin with a post of the account's."""
        roots = {told_text(i, "conversation_id") for i in items}
        asked = sorted(
            r for r in roots if r and is_id(r) and r not in self.own.keys() | self.foreign
        )
        for start in range(0, len(asked), IDS_AT_ONCE):
            ids = asked[start : start + IDS_AT_ONCE]
            body = self.lists.get("/2/tweets", {"ids": ",".join(ids)})
            for item in objects_in(body, "data"):
                post = _own_or_none(item)
                if told_text(item, "author_id") == self.account_id and post is not None:
                    self.own[post.external_id] = post
        self.foreign |= set(asked) - self.own.keys()


def queries(handle: str, conversations: Sequence[str]) -> list[str]:
    """Searches for replies to the account and in its conversations, each as long as X takes.
    Without the account's name mentions must bring the replies that are no longer searched for."""
    found: list[str] = []
    parts = [f"to:{handle}"] if handle else []
    for conversation in conversations:
        part = f"conversation_id:{conversation}"
        if len(_query([*parts, part])) > LONGEST_QUERY:
            found.append(_query(parts))
            parts = []
        parts.append(part)
    return [*found, _query(parts)] if parts else found


def _query(parts: Sequence[str]) -> str:
    return f"({' OR '.join(parts)})"


def _own_or_none(item: JsonObject) -> CollectedPost | None:
    try:
        return map_own(item)
    except Unmappable:
        return None
