"""A YouTube channel on loopback, in the Data API's own shape (CONNECTORS.md chapter 4).

What its traps are is played too: held comments are listed only to the owner and are left out of a
reading by id, a thread holds five replies at most, a new reply does not lift its thread, invalid
requests cost units as well, and a rejected comment does not come back.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime

from data.model import JsonObject, JsonValue
from sunwai.rehearsal.wire import Answer, Asked
from sunwai.rehearsal.world import Standing, World, WorldComment
from sunwai.rehearsal.youtube_access import Access
from sunwai.rehearsal.youtube_shape import (
    HOLDING,
    Refusal,
    Shape,
    cut,
    refusal,
    trouble_answer,
    whole,
)

TOKEN = "rehearsal-token"
_MOST_IDS = 50
_BECOMES = {
    "published": Standing.PUBLIC,
    "heldForReview": Standing.HELD,
    "rejected": Standing.REJECTED,
}
_LISTS = {
    "published": frozenset({Standing.PUBLIC}),
    "heldForReview": HOLDING,
    "likelySpam": frozenset({Standing.SPAM}),
}


@dataclass(slots=True, kw_only=True)
class YouTubeRehearsal:
    """One channel. ``tokens`` are the owner's; ``access`` may be changed while it runs.

    ``community`` are posts that are no videos. ``holds_published``: whether a published comment
    can be held again, of which Google's own pages say both. ``originals``: whether the text as it
    was written is told of other people's comments, which is not promised.
    """

    world: World
    tokens: Collection[str] = (TOKEN,)
    community: Collection[str] = ()
    holds_published: bool = True
    originals: bool = True
    banned: set[str] = field(default_factory=set[str])
    access: Access = field(init=False)

    def __post_init__(self) -> None:
        self.access = Access(owners=set(self.tokens))

    @property
    def name(self) -> str:
        return "youtube"

    def trouble_answer(self, kind: str) -> Answer:
        """One kind of trouble in Google's shape: rate, token, permission, transient or quota."""
        return trouble_answer(kind)

    def answer(self, asked: Asked, now: datetime) -> Answer:
        try:
            with self.world.lock:
                found = self._routed(asked, now)
        except Refusal as refused:
            found = refused.answer
        date = {"date": format_datetime(now, usegmt=True)}
        return Answer(body=found.body, status=found.status, headers=date | dict(found.headers))

    def _routed(self, asked: Asked, now: datetime) -> Answer:
        path = asked.path.removeprefix("/youtube/v3").rstrip("/")
        if (asked.method, path) == ("POST", "/token"):
            return self.access.new_token(asked)
        owner = self.access.is_owner(asked)
        self.access.spend(asked, now)
        match (asked.method, path):
            case ("GET", "/commentThreads"):
                return Answer(body=self._threads(asked, owner))
            case ("GET", "/comments"):
                return Answer(body=self._comments(asked))
            case ("GET", "/channels"):
                return Answer(body=self._channels(asked, owner))
            case ("GET", "/playlistItems"):
                return Answer(body=self._uploads(asked))
            case ("GET", "/videos"):
                return Answer(body=self._videos(asked))
            case ("POST", "/comments/setModerationStatus"):
                self._moderate(asked, owner, now)
                return Answer(status=204)
            case _:
                raise refusal(404, "notFound", "Not Found", "global")

    # ------------------------------------------------------------------------ threads

    def _threads(self, asked: Asked, owner: bool) -> JsonObject:
        query = asked.query
        filters = [n for n in ("allThreadsRelatedToChannelId", "videoId", "id") if n in query]
        if len(filters) != 1:
            raise refusal(400, "missingRequiredParameter", "Exactly one filter is wanted.")
        shape = self._shape(asked, owner and filters != ["id"])
        if filters == ["id"]:
            if "moderationStatus" in query or "order" in query:
                raise refusal(400, "processingFailure", "Not with the id filter.")
            found = [self._shown(i) for i in self._ids(query["id"])]
            items = [self._thread(shape, c, _LISTS["published"]) for c in found if c is not None]
            return shape.page("commentThreadListResponse", items, whole(query, 20, 100))
        status = self._status(query.get("moderationStatus", "published"), owner)
        tops = self._tops(filters[0], query[filters[0]], status)
        size = whole(query, 20, 100)
        page, after = cut(asked, tops, lambda c: (c.created_at.isoformat(), c.id), size)
        return shape.page(
            "commentThreadListResponse", [self._thread(shape, c, status) for c in page], size, after
        )

    def _status(self, name: str, owner: bool) -> frozenset[Standing]:
        if name not in _LISTS:
            raise refusal(400, "processingFailure", "No such list of comments.")
        if name != "published" and (not owner or self.access.lost_scope):
            raise refusal(403, "forbidden", "The request is not allowed.", "youtube.commentThread")
        return _LISTS[name]

    def _tops(
        self, filter_: str, wanted: str, standings: frozenset[Standing]
    ) -> list[WorldComment]:
        """Top-level comments of the list, newest first: those that stand so, and those held lists
        bring because of a reply."""
        if filter_ == "videoId":
            post = self.world.posts.get(wanted)
            if post is None or post.deleted:
                raise refusal(404, "videoNotFound", "The video cannot be found.")
            if post.closed:
                raise refusal(403, "commentsDisabled", "The video has disabled comments.")
            among = self.world.comments_of(wanted)
        else:
            if wanted != self.world.owner.id:
                raise refusal(404, "channelNotFound", "The channel cannot be found.")
            open_ = {p.id for p in self.world.posts.values() if not (p.closed or p.deleted)}
            among = [c for c in self.world.comments.values() if c.post_id in open_]
        chosen = {c.id for c in among if c.parent_id is None and c.standing in standings}
        if Standing.PUBLIC not in standings:
            chosen |= {c.parent_id for c in among if c.parent_id and c.standing in standings}
        gone = (Standing.DELETED, Standing.REJECTED)
        tops = [c for c in among if c.id in chosen and c.standing not in gone]
        return sorted(tops, key=lambda c: (c.created_at, c.id), reverse=True)

    def _thread(
        self, shape: Shape, top: WorldComment, standings: frozenset[Standing]
    ) -> JsonObject:
        public = [c for c in self._replies(top) if c.standing is Standing.PUBLIC]
        inline = [c for c in self._replies(top) if c.standing in standings]
        return shape.thread(top, inline, len(public))

    def _replies(self, top: WorldComment) -> list[WorldComment]:
        return self.world.replies_to(top.id)[::-1]

    # ------------------------------------------------------------------------ comments

    def _comments(self, asked: Asked) -> JsonObject:
        query, shape = asked.query, self._shape(asked, False)
        size = whole(query, 20, 100)
        if ("id" in query) == ("parentId" in query):
            raise refusal(400, "missingRequiredParameter", "Exactly one filter is wanted.")
        if "id" in query:
            found = [self._shown(i) for i in self._ids(query["id"])]
            items = [shape.comment(c) for c in found if c is not None]
            return shape.page("commentListResponse", items, None)
        top = self._shown(query["parentId"])
        if top is None:
            raise refusal(404, "commentNotFound", "The comment cannot be found.", "youtube.comment")
        replies = [c for c in self._replies(top) if c.standing is Standing.PUBLIC]
        page, after = cut(asked, replies, lambda c: (c.created_at.isoformat(), c.id), size)
        return shape.page("commentListResponse", [shape.comment(c) for c in page], size, after)

    def _shown(self, comment_id: str) -> WorldComment | None:
        """The comment, where a reading by id tells it: it and its thread are published."""
        comment = self.world.comments.get(comment_id)
        if comment is None or comment.standing is not Standing.PUBLIC:
            return None
        post = self.world.posts.get(comment.post_id)
        if post is None or post.deleted or post.closed:
            return None
        if comment.parent_id is not None:
            return None if self._shown(comment.parent_id) is None else comment
        return comment

    def _ids(self, told: str) -> list[str]:
        ids = list(dict.fromkeys(i for i in told.split(",") if i))
        if not ids or len(ids) > _MOST_IDS:
            raise refusal(400, "processingFailure", f"1 to {_MOST_IDS} ids are taken.")
        return ids

    def _shape(self, asked: Asked, statuses: bool) -> Shape:
        return Shape(
            parts=frozenset(asked.query.get("part", "").split(",")),
            html=asked.query.get("textFormat", "html") != "plainText",
            channel_id=self.world.owner.id,
            community=frozenset(self.community),
            statuses=statuses,
            originals=self.originals,
            placed=not asked.path.rstrip("/").endswith("/comments"),
        )

    # ------------------------------------------------------------------------ channel and videos

    def _channels(self, asked: Asked, owner: bool) -> JsonObject:
        mine = asked.query.get("mine") == "true"
        shape, size = self._shape(asked, False), whole(asked.query, 5, 50)
        if mine and not owner:
            raise Refusal(trouble_answer("token"))
        wanted = self.world.owner.id if mine else asked.query.get("id", "")
        found = [self.world.owner] if wanted == self.world.owner.id else []
        return shape.page("channelListResponse", [shape.channel(p) for p in found], size)

    def _uploads(self, asked: Asked) -> JsonObject:
        shape, size = self._shape(asked, False), whole(asked.query, 5, 50)
        if asked.query.get("playlistId") != shape.uploads:
            raise refusal(404, "playlistNotFound", "No such playlist.", "youtube.playlistItem")
        videos = [
            p for p in self.world.posts.values() if not p.deleted and p.id not in self.community
        ]
        videos.sort(key=lambda p: (p.created_at, p.id), reverse=True)
        page, after = cut(asked, videos, lambda p: (p.created_at.isoformat(), p.id), size)
        items = [shape.upload(p, n) for n, p in enumerate(page)]
        return shape.page("playlistItemListResponse", items, size, after)

    def _videos(self, asked: Asked) -> JsonObject:
        shape = self._shape(asked, False)
        items: list[JsonValue] = []
        for video_id in self._ids(asked.query.get("id", "")):
            post = self.world.posts.get(video_id)
            if post is None or post.deleted or video_id in self.community:
                continue
            count = sum(c.standing is Standing.PUBLIC for c in self.world.comments_of(video_id))
            items.append(shape.video(post, None if post.closed else count))
        return shape.page("videoListResponse", items, None)

    # ------------------------------------------------------------------------ moderating

    def _moderate(self, asked: Asked, owner: bool, now: datetime) -> None:
        if not owner or self.access.lost_scope:
            raise refusal(403, "forbidden", "The request is not allowed.", "youtube.comment")
        status = asked.query.get("moderationStatus", "")
        ban = asked.query.get("banAuthor") == "true"
        if status not in _BECOMES:
            raise refusal(400, "processingFailure", "No such status.", "youtube.comment")
        if ban and status != "rejected":
            raise refusal(400, "banWithoutReject", "Only with rejected.", "youtube.comment")
        found = [self._moderated(i) for i in self._ids(asked.query.get("id", ""))]
        for comment in found:
            self._refuse_way_back(comment, status)
        for comment in found:
            self.world.set_standing(comment.id, _BECOMES[status], now)
            if ban:
                self.banned.add(comment.author.id)

    def _moderated(self, comment_id: str) -> WorldComment:
        comment = self.world.comments.get(comment_id)
        if comment is None or comment.standing is Standing.DELETED:
            raise refusal(404, "commentNotFound", "The comment cannot be found.", "youtube.comment")
        return comment

    def _refuse_way_back(self, comment: WorldComment, status: str) -> None:
        rejected = comment.standing is Standing.REJECTED and status != "rejected"
        published = comment.standing is Standing.PUBLIC and status == "heldForReview"
        if rejected or (published and not self.holds_published):
            raise refusal(400, "operationNotSupported", "Not with this comment.", "youtube.comment")
