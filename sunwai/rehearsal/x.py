"""An X account on loopback, in the API v2's own shape (CONNECTORS.md chapter 5).

What its traps are is played too: mentions end after 800 posts and search after seven days, each
edit is a post of its own, what is gone stands as an error beside the data, nothing shows whether a
reply is folded away, and only replies in conversations of one's own can be folded.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from urllib.parse import parse_qsl

from data.dialects.x import LONGEST_QUERY, MENTIONS_BACK, SEARCH_BACK, WINDOW, X, is_id
from data.model import JsonObject, JsonValue
from sunwai.rehearsal.wire import Answer, Asked
from sunwai.rehearsal.world import Standing, World, WorldComment
from sunwai.rehearsal.x_problems import Refusal, not_told, problem, trouble_answer
from sunwai.rehearsal.x_query import Unread, matches, parsed
from sunwai.rehearsal.x_shape import (
    NEW,
    OLD,
    Names,
    Tweet,
    own_tweet,
    page_of,
    reply_tweet,
    shape_of,
)

TOKEN = "rehearsal-token"
LIMITS = {"mentions": 450, "search": 450, "posts by id": 300, "own posts": 1500, "me": 75,
          "hide": 50}  # fmt: skip
_MOST_IDS = 100
_UNLISTED = frozenset({Standing.DELETED, Standing.HELD, Standing.SPAM, Standing.REJECTED})


@dataclass(slots=True, kw_only=True)
class XRehearsal:
    """One account. ``tokens`` are the account's own, ``app_tokens`` the app's, which cannot fold.

    ``accepts`` are the namings that are taken; the first is used where none is asked for.
    ``mentions_all``: whether mentions hold replies that do not name the account in their text,
    of which X's own pages say nothing. ``limits`` are calls in 15 minutes.
    """

    world: World
    tokens: Collection[str] = (TOKEN,)
    app_tokens: set[str] = field(default_factory=set[str])
    refresh_tokens: set[str] = field(default_factory=set[str])
    accepts: tuple[Names, ...] = (OLD, NEW)
    mentions_all: bool = True
    limits: dict[str, int] = field(default_factory=lambda: dict(LIMITS))
    owners: set[str] = field(init=False)
    _calls: dict[str, tuple[int, int]] = field(default_factory=dict[str, tuple[int, int]])

    def __post_init__(self) -> None:
        self.owners = set(self.tokens)

    @property
    def name(self) -> str:
        return "x"

    def trouble_answer(self, kind: str) -> Answer:
        """One kind of trouble in X's shape: rate, token, permission, transient or quota."""
        return trouble_answer(kind)

    def answer(self, asked: Asked, now: datetime) -> Answer:
        headers = {"date": format_datetime(now, usegmt=True)}
        try:
            with self.world.lock:
                if (asked.method, asked.path) == ("POST", "/2/oauth2/token"):
                    found = self._new_token(asked)
                else:
                    own = self._who(asked)
                    headers |= self._count(asked, now)
                    found = Answer(body=self._routed(asked, own, now))
        except Refusal as refused:
            found = refused.answer
        return Answer(body=found.body, status=found.status, headers=headers | dict(found.headers))

    def _routed(self, asked: Asked, own: bool, now: datetime) -> JsonObject:
        owner = self.world.owner
        match (asked.method, asked.path.strip("/").split("/")):
            case ("GET", ["2", "users", "me"]):
                self._as_the_account(own)
                return {"data": shape_of(asked, self.accepts).user(owner)}
            case ("GET", ["2", "users", user, "mentions"]) if user == owner.id:
                return self._listed(asked, self._mentions(), 5, now)
            case ("GET", ["2", "users", user, "tweets"]) if user == owner.id:
                return self._listed(asked, self._own(asked), 5, now)
            case ("GET", ["2", "tweets", "search", "recent"]):
                return self._listed(asked, self._search(asked, now), 10, now)
            case ("GET", ["2", "tweets"]):
                return self._by_ids(asked)
            case ("PUT", ["2", "tweets", tweet_id, "hidden"]):
                return self._fold(tweet_id, asked, own, now)
            case _:
                raise problem(404, "resource-not-found", "Not Found Error", "No such path.")

    # ------------------------------------------------------------------------ who asks

    def _who(self, asked: Asked) -> bool:
        if asked.token in self.owners:
            return True
        if asked.token in self.app_tokens:
            return False
        raise Refusal(trouble_answer("token"))

    def _as_the_account(self, own: bool) -> None:
        if not own:
            text = "Authenticating with OAuth 2.0 Application-Only is forbidden for this endpoint."
            raise problem(403, "unsupported-authentication", "Unsupported Authentication", text)

    def _count(self, asked: Asked, now: datetime) -> dict[str, str]:
        """Counts the call in its window. Raises Refusal when the window is used up."""
        bucket = X.bucket(asked.method, asked.path)
        limit, seconds = self.limits.get(bucket, 300), int(WINDOW.total_seconds())
        window = int(now.timestamp()) // seconds
        was, count = self._calls.get(bucket, (window, 0))
        count = count + 1 if was == window else 1
        reset = (window + 1) * seconds
        if count > limit:
            raise Refusal(trouble_answer("rate", reset))
        self._calls[bucket] = (window, count)
        return {
            "x-rate-limit-limit": str(limit),
            "x-rate-limit-remaining": str(limit - count),
            "x-rate-limit-reset": str(reset),
            "x-access-level": "read-write",
        }

    def _new_token(self, asked: Asked) -> Answer:
        told = dict(parse_qsl(asked.body.decode("utf-8", "replace")))
        given = told.get("refresh_token", "")
        if told.get("grant_type") != "refresh_token" or given not in self.refresh_tokens:
            text = "Value passed for the token was invalid."
            return Answer(status=400, body={"error": "invalid_request", "error_description": text})
        self.refresh_tokens.discard(given)  # it rotates: the old one is good for nothing now
        number = len(self.owners)
        token, refresh = f"{TOKEN}-{number}", f"rehearsal-refresh-{number}"
        self.owners.add(token)
        self.refresh_tokens.add(refresh)
        body: JsonObject = {
            "token_type": "bearer",
            "expires_in": 7200,
            "access_token": token,
            "scope": "tweet.read users.read tweet.moderate.write offline.access",
            "refresh_token": refresh,
        }
        return Answer(body=body)

    # ------------------------------------------------------------------------ reading

    def _listed(self, asked: Asked, tweets: list[Tweet], least: int, now: datetime) -> JsonObject:
        start, since = asked.query.get("start_time"), asked.query.get("since_id")
        if start is not None:
            border = datetime.fromisoformat(start)
            tweets = [t for t in tweets if t.created_at >= border]
        if since is not None:
            tweets = [t for t in tweets if int(t.newest) > int(since)]
        tweets.sort(key=lambda t: int(t.newest), reverse=True)
        return page_of(asked, tweets, shape_of(asked, self.accepts), least)

    def _mentions(self) -> list[Tweet]:
        owner = self.world.owner
        named = f"@{owner.handle}".lower()
        found = [
            t
            for t in self._others()
            if named in t.text.lower() or (self.mentions_all and t.in_reply_to == owner.id)
        ]
        found.sort(key=lambda t: int(t.newest), reverse=True)
        return found[:MENTIONS_BACK]

    def _own(self, asked: Asked) -> list[Tweet]:
        return [self._post_tweet(p.id) for p in self.world.posts.values() if not p.deleted]

    def _search(self, asked: Asked, now: datetime) -> list[Tweet]:
        query, start = asked.query.get("query", ""), asked.query.get("start_time")
        oldest = now - SEARCH_BACK
        if not query or len(query) > LONGEST_QUERY:
            text = f"query must be 1 to {LONGEST_QUERY} characters"
            raise problem(400, "invalid-request", "Invalid Request", text)
        if start is not None and datetime.fromisoformat(start) < oldest:
            text = "'start_time' must be on or after the last seven days"
            raise problem(400, "invalid-request", "Invalid Request", text)
        try:
            wanted = parsed(query)
        except Unread as error:
            raise problem(400, "invalid-request", "Invalid Request", str(error)) from error
        people = {c.author.id: c.author.handle for c in self.world.comments.values()}
        people[self.world.owner.id] = self.world.owner.handle
        among = [*self._others(own=True), *self._own(asked)]
        return [t for t in among if t.created_at >= oldest and matches(wanted, t, people)]

    def _by_ids(self, asked: Asked) -> JsonObject:
        ids = [i for i in asked.query.get("ids", "").split(",") if i]
        if not 1 <= len(ids) <= _MOST_IDS or not all(is_id(i) for i in ids):
            text = "The `ids` query parameter value does not match ^[0-9]{1,19}$"
            raise problem(400, "invalid-request", "Invalid Request", text)
        shape = shape_of(asked, self.accepts)
        found: list[tuple[str, Tweet]] = []
        errors: list[JsonValue] = []
        by_version = {v: c for c in self.world.comments.values() for v in c.versions or (c.id,)}
        for tweet_id in ids:
            told = self._readable(tweet_id, by_version.get(tweet_id))
            if isinstance(told, str):
                errors.append(not_told(tweet_id, told))
            else:
                found.append((tweet_id, told))
        body: JsonObject = {}
        if found:
            body["data"] = [shape.post(t, asked_id) for asked_id, t in found]
            includes = shape.includes([t for _, t in found])
            if includes:
                body["includes"] = includes
        if errors:
            body["errors"] = errors
        return body

    def _readable(self, tweet_id: str, comment: WorldComment | None) -> Tweet | str:
        """The post, or the problem that stands in its place."""
        post = self.world.posts.get(tweet_id)
        if post is not None and not post.deleted:
            return self._post_tweet(tweet_id)
        if comment is None or comment.standing in (Standing.DELETED, Standing.REJECTED):
            return "resource-not-found"
        if comment.standing is Standing.HELD:  # the author's account is protected now
            return "not-authorized-for-resource"
        return self._tweet(comment)

    # ------------------------------------------------------------------------ posts

    def _others(self, *, own: bool = False) -> list[Tweet]:
        return [
            self._tweet(c)
            for c in self.world.comments.values()
            if c.standing not in _UNLISTED and (own or c.author.id != self.world.owner.id)
        ]

    def _tweet(self, c: WorldComment) -> Tweet:
        above = self.world.comments.get(c.parent_id) if c.parent_id is not None else None
        to = self.world.owner.id if c.post_id in self.world.posts else None
        if above is not None:
            to = above.author.id
        count = len(self.world.replies_to(c.id))
        return reply_tweet(c, c.parent_id or c.post_id, to, count)

    def _post_tweet(self, post_id: str) -> Tweet:
        count = len(self.world.comments_of(post_id))
        return own_tweet(self.world.posts[post_id], self.world.owner, count)

    # ------------------------------------------------------------------------ folding

    def _fold(self, tweet_id: str, asked: Asked, own: bool, now: datetime) -> JsonObject:
        self._as_the_account(own)
        try:
            body: object = json.loads(asked.body)
        except ValueError:
            body = None
        match body:
            case {"hidden": bool(hidden)}:
                pass
            case _:
                raise problem(400, "invalid-request", "Invalid Request", "hidden is missing")
        comment = next(
            (c for c in self.world.comments.values() if tweet_id in (c.versions or (c.id,))), None
        )
        if comment is None or comment.standing in _UNLISTED - {Standing.SPAM}:
            raise problem(404, "resource-not-found", "Not Found Error", "Could not find the Post.")
        if comment.post_id not in self.world.posts:
            raise Refusal(trouble_answer("permission"))
        became = Standing.HIDDEN if hidden else Standing.PUBLIC
        self.world.set_standing(comment.id, became, now)
        return {"data": {"hidden": hidden}}
