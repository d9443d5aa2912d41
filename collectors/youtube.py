"""Reading a YouTube channel's comments over the Data API v3 (CONNECTORS.md chapter 4)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from collectors.access import AccessHealth
from collectors.base import CollectError, Page
from collectors.items import Unmappable, inner, objects_in, told_text
from collectors.known import NOTHING_KNOWN, KnownPosts
from collectors.wire import Wire
from collectors.youtube_items import STATUSES, Around, map_comment, map_top, replies_inside
from collectors.youtube_lists import IDS_AT_ONCE, pages
from collectors.youtube_scan import HELD_LISTS, PAGE_SIZE, Scan
from data.dialects.youtube import SCOPE, SCOPES, thread_of
from data.model import CollectedComment, ErrorClass, JsonObject, Liveness, Platform

MOST_HELD_PAGES = 20  # of a held list that are looked through for a comment by its id
_ID = re.compile(r"[\w.-]+", re.ASCII)
_REFUSED = frozenset({ErrorClass.AUTH, ErrorClass.PERMISSION, ErrorClass.CONFIG, ErrorClass.GONE})

Read = tuple[Liveness, CollectedComment | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class YouTubeCollector:
    """One channel. ``owner``: the access is the owner's own, so that held and spam comments are
    seen; with an API key only published ones are, and what is missing is never called gone."""

    wire: Wire
    channel_id: str
    known: KnownPosts = NOTHING_KNOWN
    owner: bool = True

    @property
    def platform(self) -> Platform:
        return Platform.YOUTUBE

    def scan(
        self, *, stop_before: datetime | None, posts_after: datetime | None = None
    ) -> Iterator[Page]:
        """Live (``stop_before``): the channel's newest threads. Else video by video."""
        run = Scan(
            wire=self.wire,
            channel_id=self.channel_id,
            owner=self.owner,
            known=self.known,
            live=stop_before is not None,
        )
        if stop_before is not None:
            return run.newest(stop_before)
        return run.by_video(posts_after)

    def read_comments(self, call_ids: Sequence[str]) -> Mapping[str, Read]:
        """A reading by id shows published comments only; the others are looked for among the held
        and spam ones before they are called gone."""
        read: dict[str, Read] = {i: (Liveness.GONE, None) for i in call_ids}
        possible = [i for i in dict.fromkeys(call_ids) if _ID.fullmatch(i)]
        missing: list[str] = []
        for start in range(0, len(possible), IDS_AT_ONCE):
            ids = possible[start : start + IDS_AT_ONCE]
            found = self._by_ids(ids)
            read |= {i: (Liveness.ALIVE, found[i]) for i in ids if i in found}
            missing += [i for i in ids if i not in found]
        return read | self._held_or_gone(missing)

    def _by_ids(self, ids: Sequence[str]) -> dict[str, CollectedComment | None]:
        params = {"part": "id,snippet", "id": ",".join(ids), "textFormat": "plainText"}
        body = self.wire.get("/comments", params)
        around = Around(channel_id=self.channel_id, owner=self.owner)
        found: dict[str, CollectedComment | None] = {}
        for item in objects_in(body, "items"):
            comment_id = told_text(item, "id")
            if comment_id is not None and comment_id in ids:
                found[comment_id] = _mapped(item, around)
        return found

    def _held_or_gone(self, missing: Sequence[str]) -> dict[str, Read]:
        if not missing:
            return {}
        undecided: dict[str, Read] = {i: (Liveness.UNDECIDED, None) for i in missing}
        if not self.owner:
            return undecided
        held: dict[str, CollectedComment | None] = {}
        try:
            whole = all([self._look_in(status, held, set(missing)) for status in HELD_LISTS])
        except CollectError as error:
            if error.error_class is ErrorClass.PERMISSION:
                return undecided
            raise
        for comment_id in missing:
            if comment_id in held:
                undecided[comment_id] = (Liveness.ALIVE, held[comment_id])
            elif thread_of(comment_id) in held:  # its thread is held, and it with it
                undecided[comment_id] = (Liveness.NOT_VISIBLE, None)
            elif whole:
                undecided[comment_id] = (Liveness.GONE, None)
        return undecided

    def _look_in(
        self, status: str, held: dict[str, CollectedComment | None], wanted: set[str]
    ) -> bool:
        """Adds what stands in a held list; True when all that is wanted was found, or the list
        was read to its end."""
        around = Around(channel_id=self.channel_id, owner=True, visibility=STATUSES[status])
        params = {
            "part": "id,snippet,replies",
            "allThreadsRelatedToChannelId": self.channel_id,
            "moderationStatus": status,
            "maxResults": str(PAGE_SIZE),
            "textFormat": "plainText",
        }
        for number, page in enumerate(pages(self.wire, "/commentThreads", params), start=1):
            for thread in page:
                if isinstance(thread, dict):
                    _add_held(thread, around, held)
            if wanted <= held.keys():
                return True
            if number == MOST_HELD_PAGES:
                return False
        return True

    # ------------------------------------------------------------------------ access

    def check(self, now: datetime) -> AccessHealth:
        """Whose access this is, and whether held comments can be seen with it."""
        try:
            mine = self._my_channels() if self.owner else self._the_channel()
        except CollectError as error:
            if error.error_class not in _REFUSED:
                raise
            return AccessHealth(ok=False, problems=(error.message,))
        account = mine.get(self.channel_id)
        if account is None:
            return AccessHealth(ok=False, problems=(self._wrong_channel(mine),))
        refused = self._held_refused()
        if refused is None:
            return AccessHealth(ok=True, account=account, scopes=(SCOPE,) if self.owner else ())
        problem = (
            f"The permission youtube.force-ssl is missing or was withdrawn; it is for "
            f"{SCOPES[SCOPE]}. Without it only published comments are seen and nothing can be "
            f"held back. {refused}"
        )
        return AccessHealth(ok=False, account=account, missing=(SCOPE,), problems=(problem,))

    def _my_channels(self) -> dict[str, str]:
        return self._channels({"mine": "true"})

    def _the_channel(self) -> dict[str, str]:
        return self._channels({"id": self.channel_id})

    def _channels(self, which: Mapping[str, str]) -> dict[str, str]:
        body = self.wire.get("/channels", {"part": "id,snippet", **which})
        named = ((told_text(c, "id"), inner(c, "snippet")) for c in objects_in(body, "items"))
        return {i: told_text(s, "title") or i for i, s in named if i is not None}

    def _wrong_channel(self, mine: Mapping[str, str]) -> str:
        whose = ", ".join(mine.values()) or "no channel at all"
        return (
            f"The access belongs to {whose}, not to the channel {self.channel_id}. Connect it "
            "again and choose the right channel when Google asks."
        )

    def _held_refused(self) -> str | None:
        """What YouTube says when the held comments are asked for; None when it gives them."""
        if not self.owner:
            return None
        params = {
            "part": "id",
            "allThreadsRelatedToChannelId": self.channel_id,
            "moderationStatus": HELD_LISTS[0],
            "maxResults": "1",
        }
        try:
            self.wire.get("/commentThreads", params)
        except CollectError as error:
            if error.error_class not in _REFUSED:
                raise
            return error.message
        return None


def _mapped(item: JsonObject, around: Around) -> CollectedComment | None:
    """None where it is there and cannot be mapped."""
    try:
        return map_comment(item, around)
    except Unmappable:
        return None


def _add_held(thread: JsonObject, around: Around, held: dict[str, CollectedComment | None]) -> None:
    """The thread's comments that are held themselves; a published one is here for a reply."""
    thread_id = told_text(thread, "id")
    try:
        top = map_top(thread, around)
    except Unmappable:
        top = None
    if thread_id is not None and (top is None or top.visibility is around.visibility):
        held[thread_id] = top
    for reply in replies_inside(thread):
        reply_id = told_text(reply, "id")
        if reply_id is not None:
            held[reply_id] = _mapped(reply, around)
