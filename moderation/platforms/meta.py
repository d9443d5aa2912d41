"""What the write sides of Facebook and Instagram share: gone, told apart from not allowed.

Meta says "gone, or not allowed" in one sentence (CONNECTORS.md 2.8). Before a comment is called
gone, another one that is surely there is read with the same access: only when that works is it so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from data.dialects.meta import last_part
from data.model import ActionKind, ErrorClass, JsonObject, JsonValue, Liveness
from moderation.platforms.base import Capabilities, RequestPlan, Seen, SendResult, SendStatus
from moderation.platforms.line import WriteLine

CAN = Capabilities(
    kinds=frozenset({ActionKind.HIDE, ActionKind.UNHIDE, ActionKind.REMOVE}),
    irreversible=frozenset({ActionKind.REMOVE}),
    reads_state=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """Where a comment that is surely there is found: a list of posts, each with some comments.

    ``owner`` is asked whose the token is where no comment is found: (path, the id that it must
    give), or None where the list alone proves enough.
    """

    path: str
    params: Mapping[str, str]
    fields: str
    owner: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MetaLine:
    """A WriteLine that decides "gone, or not allowed"."""

    line: WriteLine
    canary: Canary

    def read(self, call_id: str, fields: str) -> JsonObject | Seen:
        """The comment, or why it cannot be read; GONE only when the canary sings."""
        told = self.line.read(path_of(call_id), {"fields": fields})
        if isinstance(told, Seen) and told.error_class is ErrorClass.AMBIGUOUS:
            return Seen(liveness=Liveness.GONE) if self._sings(call_id) else told
        if isinstance(told, dict) and not _is(told.get("id"), call_id):
            return Seen(liveness=Liveness.UNDECIDED, problem="another comment was answered")
        return told

    def send(self, plan: RequestPlan) -> SendResult:
        """Sends once. Meta answers ``{"success": true}`` to what was done."""
        result = self.line.send(plan, _says_yes)
        if result.error_class is not ErrorClass.AMBIGUOUS:
            return result
        if not self._sings(plan.path.strip("/")):
            return result
        return SendResult(
            status=SendStatus.GONE,
            detail="the comment is not there any more",
            response=result.response,
            error_class=ErrorClass.GONE,
        )

    def _sings(self, but: str) -> bool:
        """Whether a comment other than ``but`` can be read with this access just now."""
        told = self.line.read(self.canary.path, self.canary.params)
        if isinstance(told, Seen) or not isinstance(told.get("data"), list):
            return False
        other = next((i for i in _comment_ids(told) if last_part(i) != last_part(but)), None)
        if other is None:
            return self._is_ours()
        read = self.line.read(path_of(other), {"fields": self.canary.fields})
        return isinstance(read, dict) and _is(read.get("id"), other)

    def _is_ours(self) -> bool:
        if self.canary.owner is None:
            return True
        path, owner = self.canary.owner
        told = self.line.read(path, {"fields": "id"})
        return isinstance(told, dict) and told.get("id") == owner


def path_of(call_id: str) -> str:
    return f"/{quote(call_id, safe='')}"


def _says_yes(status: int, body: JsonValue) -> bool:
    return isinstance(body, dict) and body.get("success") is True


def _is(told: JsonValue, wanted: str) -> bool:
    return isinstance(told, str) and last_part(told) == last_part(wanted)


def _comment_ids(body: JsonObject) -> Iterator[str]:
    """The ids of the comments that were told with the posts of a list."""
    for post in _list(body.get("data")):
        comments = post.get("comments") if isinstance(post, dict) else None
        for comment in _list(comments.get("data") if isinstance(comments, dict) else None):
            identifier = comment.get("id") if isinstance(comment, dict) else None
            if isinstance(identifier, str):
                yield identifier


def _list(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []
