"""An Instagram professional account on loopback, in its interface's own shape (CONNECTORS.md 3).

Both log-in routes: with ``page_id`` the account is reached through its Facebook Page, without by
Instagram's own log-in. Its traps are played: comments come top level and newest first, 50 at most
and never by time; replies come by expansion; the owner's own comments stay visible when hidden.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime

from data.model import JsonObject, JsonValue
from sunwai.rehearsal.facebook_shapes import debug_shape
from sunwai.rehearsal.meta import (
    Gate,
    Grant,
    answered,
    flag_in,
    form_of,
    not_there,
    path_of,
    refusal,
    trouble_answer,
    written,
)
from sunwai.rehearsal.meta_fields import Wanted, chosen, wanted_in
from sunwai.rehearsal.meta_paging import Paging
from sunwai.rehearsal.wire import Answer, Asked
from sunwai.rehearsal.world import Standing, World, WorldComment, WorldPost

BY_FACEBOOK = frozenset({"instagram_basic", "instagram_manage_comments", "pages_read_engagement"})
BY_INSTAGRAM = frozenset({"instagram_business_basic", "instagram_business_manage_comments"})
TOKEN = "rehearsal-token"
USUAL_MEDIA = wanted_in("id")
USUAL_COMMENT = wanted_in("id,text,timestamp")
_GONE = frozenset({Standing.DELETED, Standing.REJECTED, Standing.SPAM, Standing.HELD})


@dataclass(slots=True, kw_only=True)
class InstagramRehearsal:
    """One account. ``lists_hidden``: whether comments that were hidden are still in lists, on
    which the sources contradict each other."""

    world: World
    tokens: Collection[str] = (TOKEN,)
    page_id: str = ""
    lists_hidden: bool = True
    paging: Paging = field(default_factory=lambda: Paging(most=50))
    gate: Gate = field(init=False)

    def __post_init__(self) -> None:
        scopes = BY_FACEBOOK if self.page_id else BY_INSTAGRAM
        kind = "page" if self.page_id else "instagram"
        grants = {token: Grant(kind=kind, scopes=scopes) for token in self.tokens}
        self.gate = Gate(grants=grants, family="instagram", account=self.world.owner.id)

    @property
    def name(self) -> str:
        return "instagram"

    @property
    def grants(self) -> dict[str, Grant]:
        return self.gate.grants

    def trouble_answer(self, kind: str) -> Answer:
        return trouble_answer(self.gate, kind)

    def answer(self, asked: Asked, now: datetime) -> Answer:
        return answered(self.gate, self.world.lock, self._routed, asked, now)

    def _routed(self, asked: Asked, grant: Grant, now: datetime) -> JsonValue:
        owner = self.world.owner
        match (asked.method, path_of(asked)):
            case ("GET", ["me"]):
                return self._me(asked)
            case ("GET", ["debug_token"]) if self.page_id:  # Instagram's own host has none
                told = self.grants.get(asked.query.get("input_token", ""))
                return debug_shape(told, owner.id, "10220000000000001")
            case ("GET", ["refresh_access_token"]):
                return {"access_token": asked.token, "token_type": "bearer", "expires_in": 5184000}
            case ("GET", []):
                ids = [i for i in asked.query.get("ids", "").split(",") if i]
                return {i: self._node(i, asked, grant) for i in ids}
            case ("GET", [account, "media"]) if account in (owner.id, "me"):
                return self._media_list(asked, grant)
            case ("GET", [media, "comments"]):
                return self._comments(media, asked, grant)
            case ("GET", [comment, "replies"]):
                return self._replies(self._find(comment), asked, grant)
            case ("GET", [identifier]):
                return self._node(identifier, asked, grant)
            case ("POST" | "DELETE", [identifier]):
                return self._write(identifier, asked, grant, now)
            case _:
                raise refusal(2500, f"Unknown path components: {asked.path}")

    # ------------------------------------------------------------------------ who asks

    def _me(self, asked: Asked) -> JsonObject:
        owner = self.world.owner
        if self.page_id:
            return chosen(_wanted(asked, "id,name"), {"id": self.page_id, "name": owner.name}, "")
        told: JsonObject = {
            "id": f"9{owner.id}",  # scoped to the app; user_id is the account's own
            "user_id": owner.id,
            "username": owner.handle,
            "name": owner.name,
            "account_type": "BUSINESS",
            "media_count": len(self.world.posts),
        }
        return chosen(_wanted(asked, "id,username"), told, "User")

    # ------------------------------------------------------------------------ reading

    def _media_list(self, asked: Asked, grant: Grant) -> JsonObject:
        _needs(grant, "basic")
        since, until = _moment(asked, "since"), _moment(asked, "until")
        posts = [
            p
            for p in self.world.posts.values()
            if not p.deleted
            and (since is None or p.created_at >= since)
            and (until is None or p.created_at <= until)
        ]
        posts.sort(key=lambda p: (p.created_at, p.id), reverse=True)
        page, paging = Paging(most=100, sparse=self.paging.sparse).cut(asked, posts, lambda p: p.id)
        wanted = wanted_in(asked.query["fields"]) if "fields" in asked.query else USUAL_MEDIA
        body: JsonObject = {"data": [self._medium(p, wanted, grant) for p in page]}
        if paging:
            body["paging"] = paging
        return body

    def _medium(self, post: WorldPost, wanted: tuple[Wanted, ...], grant: Grant) -> JsonObject:
        def comments(want: Wanted) -> JsonValue:
            inner = Asked(method="GET", path=f"/{post.id}/comments", query=dict(want.said))
            return self._comments(post.id, inner, grant, want.inner or USUAL_COMMENT)

        return chosen(wanted, self._media(post), "IGMedia", {"comments": comments})

    def _media(self, post: WorldPost) -> JsonObject:
        under = [c for c in self.world.comments_of(post.id) if c.standing not in _GONE]
        return {
            "id": post.id,
            "caption": post.text or None,
            "media_type": "IMAGE",
            "media_product_type": "FEED",
            "timestamp": written(post.created_at),
            "permalink": f"https://www.instagram.com/p/C{post.id}/",
            "shortcode": f"C{post.id}",
            "comments_count": len(under),
            "is_comment_enabled": not post.closed,
            "like_count": 0,
            "owner": {"id": self.world.owner.id},
            "username": self.world.owner.handle,
        }

    def _comments(
        self,
        media: str,
        asked: Asked,
        grant: Grant,
        wanted: tuple[Wanted, ...] = USUAL_COMMENT,
    ) -> JsonObject:
        post = self.world.posts.get(media)
        if post is None or post.deleted:
            raise not_there(media)
        _needs(grant, "comments")
        top = [c for c in self.world.comments_of(media) if c.parent_id is None and self._shows(c)]
        return self._listed(top, asked, asked.query.get("fields"), grant, wanted)

    def _replies(self, above: WorldComment, asked: Asked, grant: Grant) -> JsonObject:
        _needs(grant, "comments")
        found = [c for c in self.world.replies_to(above.id) if self._shows(c)]
        return self._listed(found, asked, asked.query.get("fields"), grant)

    def _listed(
        self,
        everything: list[WorldComment],
        asked: Asked,
        fields: str | None,
        grant: Grant,
        wanted: tuple[Wanted, ...] = USUAL_COMMENT,
    ) -> JsonObject:
        page, paging = self.paging.cut(asked, everything, lambda c: c.id)
        wanted = wanted if fields is None else wanted_in(fields)
        body: JsonObject = {"data": [self._comment(c, wanted, asked, grant) for c in page]}
        if "next" in paging or "after" in asked.query:
            body["paging"] = paging
        return body

    def _shows(self, c: WorldComment) -> bool:
        return c.standing not in _GONE and (self.lists_hidden or c.standing is Standing.PUBLIC)

    def _find(self, identifier: str) -> WorldComment:
        comment = self.world.comments.get(identifier)
        post = None if comment is None else self.world.posts.get(comment.post_id)
        gone = comment is None or comment.standing in _GONE or post is None or post.deleted
        if gone or comment is None:
            raise not_there(identifier)
        return comment

    def _node(self, identifier: str, asked: Asked, grant: Grant) -> JsonObject:
        owner = self.world.owner
        if identifier == self.page_id:
            page: JsonObject = {"id": self.page_id, "instagram_business_account": {"id": owner.id}}
            return chosen(_wanted(asked, "id"), page, "Page")
        if identifier == owner.id:
            told: JsonObject = {"id": owner.id, "username": owner.handle, "name": owner.name}
            return chosen(_wanted(asked, "id"), told, "IGUser")
        post = self.world.posts.get(identifier)
        if post is not None and not post.deleted:
            _needs(grant, "basic")
            return self._medium(post, _wanted(asked, "id"), grant)
        comment = self._find(identifier)
        _needs(grant, "comments")
        return self._comment(comment, _wanted(asked, "id,text,timestamp"), asked, grant)

    def _comment(
        self, c: WorldComment, wanted: tuple[Wanted, ...], asked: Asked, grant: Grant
    ) -> JsonObject:
        own = c.author.id == self.world.owner.id
        told: JsonObject = {
            "id": c.id,
            "text": c.text,
            "timestamp": written(c.created_at),
            "username": c.author.handle,
            "from": {"id": c.author.id, "username": c.author.handle},
            "hidden": c.standing is Standing.HIDDEN and not own,
            "like_count": c.like_count,
            "parent_id": c.parent_id,
            "media": {"id": c.post_id},
            "user": {"id": c.author.id} if own else None,
            "legacy_instagram_comment_id": None,
        }

        def replies(want: Wanted) -> JsonValue:
            query = {"limit": want.said.get("limit", "50")}
            path = f"/{c.id}/replies"
            inner = Asked(method="GET", path=path, query=query, headers=asked.headers)
            found = [r for r in self.world.replies_to(c.id) if self._shows(r)]
            if not found:
                return None
            return self._listed(found, inner, None, grant, want.inner or USUAL_COMMENT)

        found = chosen(wanted, told, "IGComment", {"replies": replies})
        return {k: v for k, v in found.items() if v is not None}

    # ------------------------------------------------------------------------ writing

    def _write(self, identifier: str, asked: Asked, grant: Grant, now: datetime) -> JsonObject:
        comment = self._find(identifier)
        _needs(grant, "comments")
        if asked.method == "DELETE":
            self.world.set_standing(comment.id, Standing.DELETED, now)
            return {"success": True}
        hidden = flag_in(form_of(asked), "hide")
        standing = Standing.HIDDEN if hidden else Standing.PUBLIC
        if comment.author.id != self.world.owner.id:
            self.world.set_standing(comment.id, standing, now)
        return {"success": True}


def _wanted(asked: Asked, usual: str) -> tuple[Wanted, ...]:
    return wanted_in(asked.query.get("fields") or usual)


def _needs(grant: Grant, what: str) -> None:
    if not any(scope.endswith(what) for scope in grant.scopes):
        raise refusal(10, f"(#10) This needs the permission ending in '{what}'", status=403)


def _moment(asked: Asked, name: str) -> datetime | None:
    told = asked.query.get(name)
    if not told:
        return None
    if told.isdecimal():
        return datetime.fromtimestamp(int(told), UTC)
    try:
        return datetime.fromisoformat(told).astimezone(UTC)
    except ValueError as error:
        raise refusal(100, f"(#100) Param {name} must be a time") from error
