"""The way back to X: folding replies away and unfolding them. Nothing can be removed there.

CONNECTORS.md 5.4. A folded reply can still be read by anyone who opens "View hidden replies". X
shows nowhere whether a reply is folded: our own record is the only memory of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

import httpx

from data.dialects.x import LIVENESS, X, is_id, problem_of, versions, whole_text
from data.model import ActionKind, Comment, ErrorClass, JsonObject, JsonValue, Liveness
from moderation.platforms.base import Capabilities, RequestPlan, Seen, SendResult
from moderation.platforms.line import WriteLine

_CAN = Capabilities(
    kinds=frozenset({ActionKind.HIDE, ActionKind.UNHIDE}),
    irreversible=frozenset(),
    reads_state=False,
    why_weak="X does not show whether a reply is folded",
)
_OLD_NAMES = {
    "tweet.fields": "author_id,conversation_id,created_at,edit_history_tweet_ids,note_tweet"
}
_NEW_NAMES = {
    "post.fields": "conversation_id,created_at,note_post",
    "expansions": "author_id,edit_history_post_ids",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class XWriteSide:
    """One account, by its own access. ``client`` has address and token set."""

    client: httpx.Client
    account_id: str = ""

    @property
    def can(self) -> Capabilities:
        return _CAN

    def build(self, kind: ActionKind, comment: Comment) -> RequestPlan:
        if kind is ActionKind.REMOVE:
            raise ValueError("X removes nobody else's reply; fold it away instead")
        return RequestPlan(
            method="PUT",
            path=f"/2/tweets/{quote(comment.call_id, safe='')}/hidden",
            body={"hidden": kind is ActionKind.HIDE},
        )

    def send(self, plan: RequestPlan) -> SendResult:
        return self._line.send(plan, _says(plan.body["hidden"]))

    def fresh(self, comment: Comment) -> Seen:
        """The newest version: an edit is a post of its own, and the old one stays readable."""
        return self._read(comment.call_id, again=True)

    def observe(self, comment: Comment) -> Seen:
        return self.fresh(comment)

    @property
    def _line(self) -> WriteLine:
        return WriteLine(client=self.client, dialect=X)

    def _read(self, post_id: str, *, again: bool) -> Seen:
        if not is_id(post_id):
            return Seen(liveness=Liveness.GONE)
        body = self._asked(post_id)
        if isinstance(body, Seen):
            return body
        item = next((i for i in _objects(body.get("data")) if i.get("id") == post_id), None)
        if item is None:
            return _not_told(body, post_id)
        newest = versions(item)[-1:]
        if again and newest and newest[0] != post_id:
            return self._read(newest[0], again=False)
        text = whole_text(item)
        if text is None:
            return Seen(liveness=Liveness.UNDECIDED, problem="the answer is not told whole")
        return Seen(liveness=Liveness.ALIVE, text=text, raw=item)

    def _asked(self, post_id: str) -> JsonObject | Seen:
        """In the old naming, and where X does not take that, in the new one."""
        first = self._line.read("/2/tweets", {"ids": post_id, **_OLD_NAMES})
        if isinstance(first, dict) or first.error_class is not ErrorClass.INVALID:
            return first
        second = self._line.read("/2/tweets", {"ids": post_id, **_NEW_NAMES})
        return second if isinstance(second, dict) else first


def _says(hidden: JsonValue) -> Callable[[int, JsonValue], bool]:
    def yes(status: int, body: JsonValue) -> bool:
        data = body.get("data") if isinstance(body, dict) else None
        return isinstance(data, dict) and data.get("hidden") is hidden

    return yes


def _not_told(body: JsonObject, post_id: str) -> Seen:
    """What the errors beside the data say of the post."""
    for error in _objects(body.get("errors")):
        if post_id in (error.get("resource_id"), error.get("value")):
            detail = error.get("detail")
            return Seen(
                liveness=LIVENESS.get(problem_of(error), Liveness.UNDECIDED),
                problem=detail[:200] if isinstance(detail, str) else "X does not show it",
            )
    return Seen(liveness=Liveness.UNDECIDED, problem="X's answer says nothing of the post")


def _objects(value: JsonValue) -> list[JsonObject]:
    return [i for i in value if isinstance(i, dict)] if isinstance(value, list) else []
