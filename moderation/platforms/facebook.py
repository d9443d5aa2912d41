"""Facebook's write side: hide, unhide and delete comments of one Page (CONNECTORS.md 2.9)."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

import httpx

from data.dialects.facebook import FACEBOOK
from data.model import ActionKind, Comment, JsonObject, Liveness, Visibility
from moderation.platforms.base import Capabilities, RequestPlan, Seen, SendResult
from moderation.platforms.line import WriteLine
from moderation.platforms.meta import CAN, Canary, MetaLine, path_of

FRESH_FIELDS = (
    "id,message,created_time,from{id,name},parent{id},is_hidden,can_hide,can_remove,attachment,"
    "permalink_url"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FacebookWriteSide:
    """One Page's way back. ``client`` has its address and the Page's own token.

    A hidden comment stays visible to its author and the author's friends.
    """

    client: httpx.Client
    page_id: str

    @property
    def can(self) -> Capabilities:
        return CAN

    def build(self, kind: ActionKind, comment: Comment) -> RequestPlan:
        """Nothing but ``is_hidden`` is sent: with ``message`` the same call edits the comment."""
        path = path_of(comment.call_id)
        if kind is ActionKind.REMOVE:
            return RequestPlan(method="DELETE", path=path)
        hidden = "true" if kind is ActionKind.HIDE else "false"
        return RequestPlan(method="POST", path=path, params={"is_hidden": hidden})

    def fresh(self, comment: Comment) -> Seen:
        told = self._line().read(comment.call_id, FRESH_FIELDS)
        return told if isinstance(told, Seen) else seen_in(told)

    def observe(self, comment: Comment) -> Seen:
        return self.fresh(comment)

    def send(self, plan: RequestPlan) -> SendResult:
        return self._line().send(plan)

    def _line(self) -> MetaLine:
        canary = Canary(
            path=f"/{quote(self.page_id, safe='')}/published_posts",
            params={"limit": "25", "fields": "id,comments.filter(stream).limit(2){id}"},
            fields="id,is_hidden",
            owner=("/me", self.page_id),  # a person's token lists posts and empty comments
        )
        line = WriteLine(client=self.client, dialect=FACEBOOK)
        return MetaLine(line=line, canary=canary)


def seen_in(item: JsonObject) -> Seen:
    """What a comment that was read says. Pure. Not told whole: UNDECIDED, never a guess."""
    text = item.get("message", "" if isinstance(item.get("attachment"), dict) else None)
    hidden = item.get("is_hidden")
    if not isinstance(text, str) or not isinstance(hidden, bool):
        return Seen(liveness=Liveness.UNDECIDED, problem="the answer is not told whole")
    can_hide, can_remove = item.get("can_hide"), item.get("can_remove")
    return Seen(
        liveness=Liveness.ALIVE,
        text=text,
        visibility=Visibility.HIDDEN if hidden else Visibility.PUBLIC,
        can_hide=can_hide if isinstance(can_hide, bool) else None,
        can_remove=can_remove if isinstance(can_remove, bool) else None,
        raw=item,
    )
