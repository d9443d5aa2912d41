"""YouTube's lists: paging through them, and the channel's videos with their titles and counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from collectors.base import CollectError
from collectors.items import Unmappable, inner, objects_in, told_text
from collectors.wire import Wire
from collectors.youtube_items import map_video
from data.model import CollectedPost, ErrorClass, JsonObject, JsonValue

UPLOADS_SIZE = 50
IDS_AT_ONCE = 50


def pages(wire: Wire, path: str, params: Mapping[str, str]) -> Iterator[list[JsonValue]]:
    """The items of each page of a list, to its end. Raises CollectError."""
    token: str | None = None
    while True:
        asked = dict(params) if token is None else {**params, "pageToken": token}
        body = wire.get(path, asked)
        yield _items(body)
        after = told_text(body, "nextPageToken")
        if after is not None and after == token:
            raise CollectError(ErrorClass.INVALID, "YouTube's list goes round in circles.")
        token = after
        if token is None:
            return


def _items(body: JsonObject) -> list[JsonValue]:
    """An empty list may come without ``items``; an answer that is no list is not taken for one."""
    items = body.get("items")
    if isinstance(items, list):
        return items
    if items is None and (told_text(body, "kind") or "").endswith("ListResponse"):
        return []
    raise CollectError(ErrorClass.INVALID, "YouTube's list is not told whole.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Videos:
    """The channel's videos."""

    wire: Wire
    channel_id: str

    def uploads(self, after: datetime | None) -> list[str]:
        """Ids newest first; with ``after``, of those published since."""
        playlist = self._playlist()
        if playlist is None:
            return []
        params = {
            "part": "contentDetails",
            "playlistId": playlist,
            "maxResults": str(UPLOADS_SIZE),
        }
        border = "" if after is None else after.strftime("%Y-%m-%dT%H:%M:%SZ")
        found: list[str] = []
        try:
            for page in pages(self.wire, "/playlistItems", params):
                details = [inner(i, "contentDetails") for i in page if isinstance(i, dict)]
                dated = [(told_text(d, "videoId"), told_text(d, "videoPublishedAt") or "~")
                         for d in details]  # fmt: skip
                found += [v for v, at in dated if v is not None and at >= border]
                if dated and all(at < border for _, at in dated):
                    break
        except CollectError as error:
            if error.error_class is not ErrorClass.GONE:  # no video yet: no such list
                raise
        return found

    def look_up(self, videos: Sequence[str]) -> tuple[CollectedPost, ...]:
        """Titles, dates and counts; a video that is no longer there is left out."""
        found: list[CollectedPost] = []
        for start in range(0, len(videos), IDS_AT_ONCE):
            ids = ",".join(videos[start : start + IDS_AT_ONCE])
            body = self.wire.get("/videos", {"part": "snippet,statistics", "id": ids})
            for item in objects_in(body, "items"):
                try:
                    found.append(map_video(item))
                except Unmappable:
                    continue  # its comments still come; only its title is not known
        return tuple(found)

    def _playlist(self) -> str | None:
        body = self.wire.get("/channels", {"part": "contentDetails", "id": self.channel_id})
        channel = next(objects_in(body, "items"), None)
        if channel is None:
            raise CollectError(
                ErrorClass.CONFIG,
                f"YouTube knows no channel {self.channel_id}. Check the source's account: it is "
                "the channel's id, which begins with UC.",
            )
        return told_text(inner(inner(channel, "contentDetails"), "relatedPlaylists"), "uploads")
