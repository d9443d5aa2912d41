"""A Facebook Page on loopback, in the Graph API's own shape (CONNECTORS.md chapter 2).

What its traps are is played too: a person's token reads an empty list with HTTP 200, ids or
authors fall away with a permission, a page of a list can be short or empty and still go on, and
POST with ``message`` edits the comment.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from data.model import JsonObject, JsonValue
from sunwai.rehearsal.facebook_shapes import (
    APP_ID,
    accounts_shape,
    comment_shape,
    debug_shape,
    post_shape,
)
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
)
from sunwai.rehearsal.meta_fields import Wanted, chosen, wanted_in
from sunwai.rehearsal.meta_paging import Paging
from sunwai.rehearsal.wire import Answer, Asked
from sunwai.rehearsal.world import Standing, World, WorldComment, WorldPost

SCOPES = frozenset(
    {
        "pages_show_list",
        "pages_read_engagement",
        "pages_read_user_content",
        "pages_manage_engagement",
        "pages_manage_metadata",
    }
)
TOKEN = "rehearsal-token"
USUAL_POST = wanted_in("id,message,created_time")
USUAL_COMMENT = wanted_in("id,message,created_time,from")
_GONE = frozenset({Standing.DELETED, Standing.REJECTED})
_UNLISTED = _GONE | {Standing.SPAM, Standing.HELD}


@dataclass(slots=True, kw_only=True)
class FacebookRehearsal:
    """One Page. ``grants`` says what each token may do and may be changed while it runs;
    ``listed_posts`` is how many posts the platform ever lists (the real one: some 600 a year)."""

    world: World
    tokens: Collection[str] = (TOKEN,)
    listed_posts: int | None = None
    paging: Paging = field(default_factory=Paging)
    person_id: str = "10220000000000001"
    subscribed: set[str] = field(default_factory=set[str])
    gate: Gate = field(init=False)

    def __post_init__(self) -> None:
        grants = {token: Grant(scopes=SCOPES) for token in self.tokens}
        self.gate = Gate(grants=grants, family="pages", account=self.world.owner.id)

    @property
    def name(self) -> str:
        return "facebook"

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
                return self._me(grant)
            case ("GET", ["me", "accounts"]):
                return accounts_shape(self.world, self.grants, grant)
            case ("GET", ["debug_token"]):
                return self._debug(asked)
            case ("GET", []):
                ids = [i for i in asked.query.get("ids", "").split(",") if i]
                return {i: self._node(i, asked, grant) for i in ids}
            case ("GET", [page, "published_posts"]) if page in (owner.id, "me"):
                return self._posts(asked, grant)
            case ("GET" | "POST", [page, "subscribed_apps"]) if page in (owner.id, "me"):
                return self._subscribe(asked, grant)
            case ("GET", [identifier, "comments"]):
                return self._comments(identifier, asked, grant)
            case ("GET", [identifier]):
                return self._node(identifier, asked, grant)
            case ("POST" | "DELETE", [identifier]):
                return self._write(identifier, asked, grant, now)
            case _:
                raise refusal(2500, f"Unknown path components: {asked.path}")

    # ------------------------------------------------------------------------ who asks

    def _me(self, grant: Grant) -> JsonObject:
        if grant.kind == "page":
            return {"id": self.world.owner.id, "name": self.world.owner.name}
        return {"id": self.person_id, "name": "Invented Administrator"}

    def _debug(self, asked: Asked) -> JsonObject:
        told = asked.query.get("input_token")
        if told is None:
            raise refusal(100, "(#100) The parameter input_token is required")
        return debug_shape(self.grants.get(told), self.world.owner.id, self.person_id)

    def _subscribe(self, asked: Asked, grant: Grant) -> JsonObject:
        _needs(grant, "pages_manage_metadata")
        if asked.method == "POST":
            self.subscribed = set(form_of(asked).get("subscribed_fields", "").split(","))
            return {"success": True}
        fields: list[JsonValue] = [*sorted(self.subscribed)]
        return {"data": [{"id": APP_ID, "subscribed_fields": fields}]}

    # ------------------------------------------------------------------------ reading

    def _posts(self, asked: Asked, grant: Grant) -> JsonObject:
        _needs(grant, "pages_read_engagement")
        standing = [p for p in self.world.posts.values() if not p.deleted]
        standing.sort(key=lambda p: (p.created_at, p.id), reverse=True)
        page, paging = self.paging.cut(asked, standing[: self.listed_posts], lambda p: p.id)
        wanted = wanted_in(asked.query["fields"]) if "fields" in asked.query else USUAL_POST
        body: JsonObject = {"data": [self._post(p, wanted, grant) for p in page]}
        if paging:
            body["paging"] = paging
        return body

    def _post(self, post: WorldPost, wanted: tuple[Wanted, ...], grant: Grant) -> JsonObject:
        def comments(want: Wanted) -> JsonValue:
            query = {k: want.said[k] for k in ("filter", "limit", "order", "summary")
                     if k in want.said}  # fmt: skip
            inner = Asked(method="GET", path=f"/{post.id}/comments", query=query)
            return self._comments(post.id, inner, grant, want.inner or USUAL_COMMENT)

        return chosen(wanted, post_shape(self.world, post), "Post", {"comments": comments})

    def _comments(
        self,
        identifier: str,
        asked: Asked,
        grant: Grant,
        wanted: tuple[Wanted, ...] | None = None,
    ) -> JsonObject:
        everything = self._under(identifier, asked)
        shown = [c for c in everything if c.standing not in _UNLISTED]
        if asked.query.get("order") == "chronological":
            shown.reverse()
        if grant.kind == "user":
            shown = []  # with HTTP 200 and no word of why
        page, paging = self.paging.cut(asked, shown, lambda c: c.id)
        if wanted is None:
            told = asked.query.get("fields")
            wanted = USUAL_COMMENT if told is None else wanted_in(told)
        body: JsonObject = {"data": [self._comment(c, wanted, grant) for c in page]}
        if paging:
            body["paging"] = paging
        if asked.query.get("summary"):
            order = asked.query.get("order", "chronological")
            summary: JsonObject = {"order": order, "total_count": len(everything)}
            body["summary"] = summary | {"can_comment": True}
        return body

    def _under(self, identifier: str, asked: Asked) -> list[WorldComment]:
        """What the platform counts under a post, or the replies of a comment; newest first."""
        for name, values in _CHOICES.items():
            if asked.query.get(name, values[0]) not in values:
                raise refusal(100, f"(#100) Param {name} must be one of {{{', '.join(values)}}}")
        last = identifier.rpartition("_")[2]
        post = self.world.posts.get(last)
        if post is None:
            comment = self._find(identifier)
            under = self.world.comments_of(comment.post_id)
            return [c for c in under if c.parent_id == comment.id]
        if post.deleted:
            raise not_there(identifier)
        under = [c for c in self.world.comments_of(last) if c.standing not in _GONE]
        if asked.query.get("filter", "toplevel") == "toplevel":
            return [c for c in under if c.parent_id is None]
        return under

    def _find(self, identifier: str) -> WorldComment:
        comment = self.world.comments.get(identifier.rpartition("_")[2])
        post = None if comment is None else self.world.posts.get(comment.post_id)
        gone = comment is None or comment.standing in _GONE or post is None or post.deleted
        if gone or comment is None:
            raise not_there(identifier)
        return comment

    def _node(self, identifier: str, asked: Asked, grant: Grant) -> JsonObject:
        told = asked.query.get("fields")
        if identifier == self.world.owner.id:
            wanted = wanted_in(told or "id,name")
            owner = self.world.owner
            page: JsonObject = {"id": owner.id, "name": owner.name, "username": owner.handle}
            return chosen(wanted, page, "Page")
        post = self.world.posts.get(identifier.rpartition("_")[2])
        if post is not None and not post.deleted:
            _needs(grant, "pages_read_engagement")
            return self._post(post, wanted_in(told) if told else USUAL_POST, grant)
        comment = self._find(identifier)
        if grant.kind == "user":
            raise not_there(identifier)
        wanted = wanted_in(told) if told else USUAL_COMMENT
        return self._comment(comment, wanted, grant)

    def _comment(self, c: WorldComment, wanted: tuple[Wanted, ...], grant: Grant) -> JsonObject:
        return chosen(wanted, comment_shape(self.world, c, grant), "Comment")

    # ------------------------------------------------------------------------ writing

    def _write(self, identifier: str, asked: Asked, grant: Grant, now: datetime) -> JsonObject:
        comment = self._find(identifier)
        if grant.kind == "user":
            raise not_there(identifier)
        _needs(grant, "pages_manage_engagement")
        if asked.method == "DELETE":
            self.world.set_standing(comment.id, Standing.DELETED, now)
            return {"success": True}
        told = form_of(asked)
        if "message" in told:
            self.world.edit(comment.id, told["message"], now)
        if "is_hidden" in told:
            if comment.author.id == self.world.owner.id:
                raise refusal(200, "(#200) The page's own comment cannot be hidden", status=403)
            hidden = flag_in(told, "is_hidden")
            standing = Standing.HIDDEN if hidden else Standing.PUBLIC
            self.world.set_standing(comment.id, standing, now)
        return {"success": True}


_CHOICES = {
    "filter": ("toplevel", "stream"),
    "order": ("chronological", "reverse_chronological"),
    "live_filter": ("filter_low_quality", "no_filter"),
}


def _needs(grant: Grant, scope: str) -> None:
    if scope not in grant.scopes:
        code = 200 if "manage" in scope else 10
        text = f"(#{code}) This endpoint requires the '{scope}' permission"
        raise refusal(code, text, status=403)
