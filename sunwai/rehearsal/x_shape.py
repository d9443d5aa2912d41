"""The shapes of the X API's answers: posts, pages, problems, both namings of 2026."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from data.model import JsonObject
from sunwai.rehearsal.wire import Asked
from sunwai.rehearsal.world import Person, WorldComment, WorldPost
from sunwai.rehearsal.x_problems import problem

EARLIER_TEXT = "(an earlier wording)"
SHOWN = 280  # characters of a text; the rest stands in the note
_PLACES = ("pagination_token", "next_token", "max_results")


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """One of the two namings."""

    prefix: str  # of the parameter: post.fields
    history: str
    referenced: str
    note: str
    reposts: str
    posts: str  # among the includes

    @property
    def fields(self) -> str:
        return f"{self.prefix}.fields"


OLD = Names(
    prefix="tweet",
    history="edit_history_tweet_ids",
    referenced="referenced_tweets",
    note="note_tweet",
    reposts="retweet_count",
    posts="tweets",
)
NEW = Names(
    prefix="post",
    history="edit_history_post_ids",
    referenced="referenced_posts",
    note="note_post",
    reposts="repost_count",
    posts="posts",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tweet:
    """A post of the world as X sees it: an own one, a reply, a mention elsewhere."""

    id: str
    versions: tuple[str, ...]
    text: str
    author: Person
    created_at: datetime
    conversation_id: str
    replied_to: str | None = None
    in_reply_to: str | None = None  # the user
    like_count: int = 0
    reply_count: int = 0
    media_keys: tuple[str, ...] = ()

    @property
    def newest(self) -> str:
        return self.versions[-1]


def own_tweet(post: WorldPost, owner: Person, reply_count: int) -> Tweet:
    return Tweet(
        id=post.id,
        versions=(post.id,),
        text=post.text,
        author=owner,
        created_at=post.created_at,
        conversation_id=post.id,
        reply_count=reply_count,
    )


def reply_tweet(c: WorldComment, replied_to: str, in_reply_to: str | None, count: int) -> Tweet:
    return Tweet(
        id=c.id,
        versions=c.versions or (c.id,),
        text=c.text,
        author=c.author,
        created_at=c.edited_at if c.edited_at is not None and c.versions else c.created_at,
        conversation_id=c.post_id,
        replied_to=replied_to,
        in_reply_to=in_reply_to,
        like_count=c.like_count,
        reply_count=count,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How this request wants its posts."""

    names: Names
    fields: frozenset[str]
    expansions: frozenset[str]
    user_fields: frozenset[str]

    def post(self, tweet: Tweet, asked_id: str | None = None) -> JsonObject:
        """The post as its newest version, or as the version that was asked for."""
        shown = asked_id or tweet.newest
        text = tweet.text if shown == tweet.newest else EARLIER_TEXT
        names = self.names
        told: JsonObject = {
            "id": shown,
            "text": text[:SHOWN],
            names.history: [*tweet.versions],
            "author_id": tweet.author.id,
            "conversation_id": tweet.conversation_id,
            "created_at": instant(tweet.created_at),
            "lang": "und",
            "reply_settings": "everyone",
            "public_metrics": {
                names.reposts: 0,
                "reply_count": tweet.reply_count,
                "like_count": tweet.like_count,
                "quote_count": 0,
                "bookmark_count": 0,
                "impression_count": 0,
            },
        }
        if tweet.in_reply_to is not None:
            told["in_reply_to_user_id"] = tweet.in_reply_to
        if tweet.replied_to is not None:
            told[names.referenced] = [{"type": "replied_to", "id": tweet.replied_to}]
        if len(text) > SHOWN:
            told[names.note] = {"text": text}
        if tweet.media_keys:
            told["attachments"] = {"media_keys": [*tweet.media_keys]}
        always = {"id", "text", names.history}
        expanded = {"author_id", "in_reply_to_user_id", names.referenced} & self.expansions
        return {k: v for k, v in told.items() if k in always | self.fields | expanded}

    def includes(self, tweets: Sequence[Tweet]) -> JsonObject:
        found: JsonObject = {}
        if "author_id" in self.expansions:
            people = {t.author.id: t.author for t in tweets}
            found["users"] = [self.user(p) for p in people.values()]
        keys = dict.fromkeys(k for t in tweets for k in t.media_keys)
        if "attachments.media_keys" in self.expansions and keys:
            found["media"] = [{"media_key": k, "type": "photo"} for k in keys]
        return found

    def user(self, person: Person) -> JsonObject:
        told: JsonObject = {
            "id": person.id,
            "name": person.name,
            "username": person.handle,
            "verified": False,
            "protected": False,
            "created_at": "2015-01-01T00:00:00.000Z",
        }
        always = {"id", "name", "username"}
        return {k: v for k, v in told.items() if k in always | self.user_fields}


def shape_of(asked: Asked, accepted: Sequence[Names]) -> Shape:
    """Raises Refusal where a field is asked for by a name that the platform does not take."""
    for names in (OLD, NEW):
        if names.fields in asked.query and names not in accepted:
            text = f"The query parameter [{names.fields}] is not one of the accepted ones"
            raise problem(400, "invalid-request", "Invalid Request", text)
    names = next((n for n in accepted if n.fields in asked.query), accepted[0])
    return Shape(
        names=names,
        fields=_set(asked.query, names.fields),
        expansions=_set(asked.query, "expansions"),
        user_fields=_set(asked.query, "user.fields"),
    )


def _set(query: Mapping[str, str], name: str) -> frozenset[str]:
    return frozenset(v for v in query.get(name, "").split(",") if v)


# ------------------------------------------------------------------------------ pages


def page_of(asked: Asked, tweets: Sequence[Tweet], shape: Shape, least: int) -> JsonObject:
    """One page of posts, newest first by their id. Raises Refusal."""
    size = _size(asked, least)
    stamp = _stamp(asked)
    token = asked.query.get("pagination_token") or asked.query.get("next_token")
    wanted = list(tweets)
    if token is not None:
        last = _last_of(token, stamp)
        wanted = [t for t in tweets if int(t.newest) < last]
    page = wanted[:size]
    meta: JsonObject = {"result_count": len(page)}
    if page:
        meta |= {"newest_id": page[0].newest, "oldest_id": page[-1].newest}
    if len(wanted) > size:
        told = json.dumps([stamp, page[-1].newest]).encode()
        meta["next_token"] = base64.urlsafe_b64encode(told).decode().rstrip("=")
    if not page:
        return {"meta": meta}
    body: JsonObject = {"data": [shape.post(t) for t in page]}
    includes = shape.includes(page)
    if includes:
        body["includes"] = includes
    body["meta"] = meta
    return body


def _size(asked: Asked, least: int) -> int:
    told = asked.query.get("max_results", "10")
    if not told.isdigit() or not least <= int(told) <= 100:
        text = f"The `max_results` query parameter value [{told}] is not between {least} and 100"
        raise problem(400, "invalid-request", "Invalid Request", text)
    return int(told)


def _stamp(asked: Asked) -> str:
    told = {k: v for k, v in asked.query.items() if k not in _PLACES}
    text = json.dumps([asked.path, told], sort_keys=True)
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()[:12]


def _last_of(token: str, stamp: str) -> int:
    try:
        told: object = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    except (ValueError, binascii.Error):
        told = None
    match told:
        case [str(own), str(last)] if own == stamp:
            return int(last)
        case _:
            text = "The pagination token is not valid"
            raise problem(400, "invalid-request", "Invalid Request", text)


def instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
