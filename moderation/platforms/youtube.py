"""The way back to YouTube: holding comments back, publishing them again, rejecting them.

CONNECTORS.md 4.5. Hiding is ``heldForReview``, which can be taken back; ``rejected`` is treated as
for ever, since Google's own pages contradict each other on it. Up to fifty comments go in one call
of fifty units. No reading by id tells a comment's state: one that is missing is looked for among
the held and spam ones, and what is accepted is proved by a sweep that finds it there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import httpx

from data.dialects.youtube import YOUTUBE, text_in, thread_of
from data.model import ActionKind, Comment, JsonObject, JsonValue, Liveness, Visibility
from moderation.platforms.base import Capabilities, RequestPlan, Seen, SendResult
from moderation.platforms.line import WriteLine

MOST_IDS = 50
MOST_HELD_PAGES = 20  # of a held list that are looked through
STATUSES: Mapping[ActionKind, str] = {
    ActionKind.HIDE: "heldForReview",
    ActionKind.UNHIDE: "published",
    ActionKind.REMOVE: "rejected",
}
_HELD: Mapping[str, Visibility] = {
    "heldForReview": Visibility.HELD,
    "likelySpam": Visibility.SPAM,
}
_CAN = Capabilities(
    kinds=frozenset(STATUSES),
    irreversible=frozenset({ActionKind.REMOVE}),
    reads_state=False,
    why_weak="YouTube does not tell a comment's state by its id; a sweep that finds it among the "
    "held ones, or no longer at all, proves it",
    batch=MOST_IDS,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class YouTubeWriteSide:
    """One channel, by its owner's access. ``client`` has address and token set."""

    client: httpx.Client
    channel_id: str

    @property
    def can(self) -> Capabilities:
        return _CAN

    def build(self, kind: ActionKind, comment: Comment) -> RequestPlan:
        return _plan([comment.call_id], STATUSES[kind])

    def join(self, plans: Sequence[RequestPlan]) -> RequestPlan:
        """One call for up to fifty; they are of one kind."""
        ids = [str(plan.params["id"]) for plan in plans]
        return _plan(ids, str(plans[0].params["moderationStatus"]))

    def send(self, plan: RequestPlan) -> SendResult:
        return self._line.send(plan, _says_yes)

    def fresh(self, comment: Comment) -> Seen:
        return self.fresh_many([comment])[0]

    def observe(self, comment: Comment) -> Seen:
        return self.fresh(comment)

    def fresh_many(self, comments: Sequence[Comment]) -> Sequence[Seen]:
        """Each comment, in the same order. One unit for fifty that are published."""
        found: dict[str, Seen] = {}
        for start in range(0, len(comments), MOST_IDS):
            found |= self._by_ids([c.call_id for c in comments[start : start + MOST_IDS]])
        missing = {c.call_id for c in comments} - found.keys()
        if missing:
            found |= self._among_held(missing)
        return [found[c.call_id] for c in comments]

    @property
    def _line(self) -> WriteLine:
        return WriteLine(client=self.client, dialect=YOUTUBE)

    # ------------------------------------------------------------------------ reading

    def _by_ids(self, ids: Sequence[str]) -> dict[str, Seen]:
        """Those that are there; all of them, with the problem, where the list cannot be read."""
        params = {"part": "id,snippet", "id": ",".join(ids), "textFormat": "plainText"}
        body = self._line.read("/comments", params)
        if isinstance(body, Seen):
            return dict.fromkeys(ids, _undecided(body))
        if not _is_list(body):
            return dict.fromkeys(ids, _CUT)
        items = ((item.get("id"), item) for item in _objects(body.get("items")))
        return {i: _seen(item, Visibility.UNKNOWN) for i, item in items if isinstance(i, str)}

    def _among_held(self, missing: set[str]) -> dict[str, Seen]:
        """What became of comments that a reading by id does not show."""
        held: dict[str, Seen] = {}
        for status in _HELD:
            trouble = self._look_in(status, missing, held)
            if trouble is not None:
                return {i: held.get(i, trouble) for i in missing}
        return {i: held.get(i) or _gone(i, held) for i in missing}

    def _look_in(self, status: str, wanted: set[str], held: dict[str, Seen]) -> Seen | None:
        """Adds what stands in the list; gives a Seen where it could not be read to its end."""
        token: str | None = None
        for _ in range(MOST_HELD_PAGES):
            params = {
                "part": "id,snippet,replies",
                "allThreadsRelatedToChannelId": self.channel_id,
                "moderationStatus": status,
                "maxResults": "100",
                "textFormat": "plainText",
            }
            body = self._line.read(
                "/commentThreads", params | ({"pageToken": token} if token else {})
            )
            if isinstance(body, Seen):
                return _undecided(body)
            if not _is_list(body):
                return _CUT
            for item in _comments_in(body):
                _add(item, status, held)
            after = body.get("nextPageToken")
            if wanted <= held.keys() or not isinstance(after, str) or after == token:
                return None
            token = after
        return _TOO_LONG


def _plan(ids: Sequence[str], status: str) -> RequestPlan:
    return RequestPlan(
        method="POST",
        path="/comments/setModerationStatus",
        params={"id": ",".join(ids), "moderationStatus": status},
    )


def _says_yes(status: int, body: JsonValue) -> bool:
    return status == httpx.codes.NO_CONTENT.value


_CUT = Seen(liveness=Liveness.UNDECIDED, problem="the platform's answer is not told whole")
_TOO_LONG = Seen(
    liveness=Liveness.UNDECIDED,
    problem="the comment is not shown by its id, and the lists of held comments are too long to "
    "look through",
)


def _undecided(seen: Seen) -> Seen:
    """A list that may not be read says nothing of one comment."""
    return replace(seen, liveness=Liveness.UNDECIDED)


def _gone(comment_id: str, held: Mapping[str, Seen]) -> Seen:
    """In no list any more. A reply whose thread is held is out of sight with it."""
    if thread_of(comment_id) in held:
        return Seen(liveness=Liveness.UNDECIDED, problem="its thread is held, and it with it")
    return Seen(liveness=Liveness.GONE)


def _add(item: JsonObject, status: str, held: dict[str, Seen]) -> None:
    """A published comment stands in a held list for the sake of a reply: it is left out."""
    snippet = _inner(item, "snippet")
    comment_id, told = item.get("id"), snippet.get("moderationStatus", status)
    if isinstance(comment_id, str) and told == status:
        held[comment_id] = _seen(item, _HELD[status])


def _seen(item: JsonObject, visibility: Visibility) -> Seen:
    text = text_in(_inner(item, "snippet"))
    if text is None:
        return replace(_CUT, raw=item)
    return Seen(liveness=Liveness.ALIVE, text=text, visibility=visibility, raw=item)


def _comments_in(body: JsonObject) -> Iterator[JsonObject]:
    for thread in _objects(body.get("items")):
        yield _inner(_inner(thread, "snippet"), "topLevelComment")
        yield from _objects(_inner(thread, "replies").get("comments"))


def _is_list(body: JsonObject) -> bool:
    kind = body.get("kind")
    return isinstance(body.get("items"), list) or (
        isinstance(kind, str) and kind.endswith("ListResponse")
    )


def _objects(value: JsonValue) -> list[JsonObject]:
    return [i for i in value if isinstance(i, dict)] if isinstance(value, list) else []


def _inner(item: JsonObject, key: str) -> JsonObject:
    value = item.get(key)
    return value if isinstance(value, dict) else {}
