"""Instagram's write side: hide, unhide and delete comments of one account (CONNECTORS.md 3.3)."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

import httpx

from data.dialects.instagram import INSTAGRAM
from data.model import ActionKind, Comment, JsonObject, Liveness, Visibility
from moderation.platforms.base import Capabilities, RequestPlan, Seen, SendResult
from moderation.platforms.line import WriteLine
from moderation.platforms.meta import CAN, Canary, MetaLine, path_of

FRESH_FIELDS = "id,text,timestamp,username,from{id,username},user,hidden,parent_id,media{id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class InstagramWriteSide:
    """One account's way back. ``client`` has the address of its log-in route and its token."""

    client: httpx.Client
    account_id: str

    @property
    def can(self) -> Capabilities:
        return CAN

    def build(self, kind: ActionKind, comment: Comment) -> RequestPlan:
        path = path_of(comment.call_id)
        if kind is ActionKind.REMOVE:
            return RequestPlan(method="DELETE", path=path)
        hidden = "true" if kind is ActionKind.HIDE else "false"
        return RequestPlan(method="POST", path=path, params={"hide": hidden})

    def fresh(self, comment: Comment) -> Seen:
        told = self._line().read(comment.call_id, FRESH_FIELDS)
        return told if isinstance(told, Seen) else seen_in(told, self.account_id)

    def observe(self, comment: Comment) -> Seen:
        return self.fresh(comment)

    def send(self, plan: RequestPlan) -> SendResult:
        return self._line().send(plan)

    def _line(self) -> MetaLine:
        canary = Canary(
            path=f"/{quote(self.account_id, safe='')}/media",
            params={"limit": "25", "fields": "id,comments.limit(2){id}"},
            fields="id,hidden",
        )
        line = WriteLine(client=self.client, dialect=INSTAGRAM)
        return MetaLine(line=line, canary=canary)


def seen_in(item: JsonObject, account_id: str) -> Seen:
    """What a comment that was read says. Pure. The account's own comments stay visible even when
    hidden, so hiding them is not offered."""
    text, hidden = item.get("text"), item.get("hidden")
    if not isinstance(text, str) or not isinstance(hidden, bool):
        return Seen(liveness=Liveness.UNDECIDED, problem="the answer is not told whole")
    author = item.get("from")
    own = isinstance(author, dict) and author.get("id") == account_id
    own = own or isinstance(item.get("user"), dict)
    return Seen(
        liveness=Liveness.ALIVE,
        text=text,
        visibility=Visibility.HIDDEN if hidden else Visibility.PUBLIC,
        can_hide=False if own else None,
        raw=item,
    )
