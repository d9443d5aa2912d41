"""X's lists: the fields that are asked for, in either naming, and paging through them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from collectors.base import CollectError
from collectors.items import inner, told_text
from collectors.wire import Wire
from data.model import ErrorClass, JsonObject

PAGE_SIZE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """How X calls the fields: it renamed them in 2026, and its own pages show both."""

    fields: str
    wanted: str
    expansions: str

    def params(self) -> dict[str, str]:
        return {
            self.fields: self.wanted,
            "expansions": self.expansions,
            "user.fields": "name,username",
            "media.fields": "type",
        }


OLD_NAMES = Names(
    fields="tweet.fields",
    wanted="attachments,author_id,conversation_id,created_at,edit_history_tweet_ids,"
    "in_reply_to_user_id,note_tweet,public_metrics,referenced_tweets",
    expansions="attachments.media_keys,author_id",
)
NEW_NAMES = Names(
    fields="post.fields",
    wanted="attachments,conversation_id,created_at,note_post,public_metrics",
    expansions="attachments.media_keys,author_id,edit_history_post_ids,in_reply_to_user_id,"
    "referenced_posts",
)


@dataclass(slots=True, kw_only=True)
class Lists:
    """Asks X, and remembers which naming it takes. ``cut_short``: a list was asked from an
    instant that X no longer reaches back to, and was read as far as it goes."""

    wire: Wire
    names: Names = OLD_NAMES
    cut_short: bool = False

    def get(
        self, path: str, params: Mapping[str, str], start: datetime | None = None
    ) -> JsonObject:
        """One answer. Where X does not take the request, the other naming is tried, and then
        without the border in time. Raises CollectError: the first one where nothing helped."""
        first: CollectError | None = None
        other = NEW_NAMES if self.names is OLD_NAMES else OLD_NAMES
        for names in (self.names, other):
            for border in dict.fromkeys((start, None)):
                asked = {**params, **names.params()}
                if border is not None:
                    asked["start_time"] = _written(border)
                try:
                    body = self.wire.get(path, asked)
                except CollectError as error:
                    if error.error_class is not ErrorClass.INVALID:
                        raise
                    first = first or error
                    continue
                self.names = names
                self.cut_short = self.cut_short or border is not start
                return body
        assert first is not None
        raise first

    def pages(
        self,
        path: str,
        params: Mapping[str, str],
        *,
        token_name: str = "pagination_token",
        start: datetime | None = None,
    ) -> Iterator[JsonObject]:
        """Each page of a list, newest first, to its end. Raises CollectError."""
        asked = {**params, "max_results": str(PAGE_SIZE)}
        before = self.cut_short
        self.cut_short = False
        body = self.get(path, asked, start)
        start = None if self.cut_short else start
        self.cut_short = self.cut_short or before
        token: str | None = None
        while True:
            yield body
            after = told_text(inner(body, "meta"), "next_token")
            if after is not None and after == token:
                raise CollectError(ErrorClass.INVALID, "X's list goes round in circles.")
            token = after
            if token is None:
                return
            more = {**asked, **self.names.params(), token_name: token}
            if start is not None:
                more["start_time"] = _written(start)
            body = self.wire.get(path, more)


def _written(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
