"""Facebook and Instagram in this process: a rehearsal platform, a line to it, and what goes wrong.

Everybody in it is invented.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx

from collectors.facebook import FacebookCollector
from collectors.instagram import InstagramCollector
from collectors.known import NOTHING_KNOWN, KnownPosts
from collectors.wire import Wire
from data.dialects.facebook import FACEBOOK
from data.dialects.instagram import INSTAGRAM
from data.model import JsonObject
from sunwai.rehearsal.facebook import FacebookRehearsal
from sunwai.rehearsal.instagram import InstagramRehearsal
from sunwai.rehearsal.meta import error_answer
from sunwai.rehearsal.server import query_of
from sunwai.rehearsal.wire import Answer, Asked, Rehearsal
from sunwai.rehearsal.world import Person, World, WorldComment, WorldPost
from sunwai.signing import MetaSigning
from tests.builders import NOW

TOKEN = "EAAinventedTokenOfThePage0123456789"
OWNER = Person(id="100200300", name="Naya Shehr Live", handle="nayashehr")
SOMEBODY = Person(id="555000111", name="Invented Person", handle="invented.person")


def a_world(comments: int = 5, *, start: int = 0, posts: int = 1, answers: int = 0) -> World:
    """Comments ``start``.. a minute apart, the last at NOW, spread over posts 1, 2, ...; the last
    ``answers`` of them are replies to the first comment of their post. Ids: 9000, 9001, ..."""
    world = World(owner=OWNER)
    made = NOW - timedelta(minutes=comments)
    world.add_posts(
        WorldPost(
            id=f"{n + 1}", text=f"Water timings {n + 1}.", created_at=made - timedelta(days=n)
        )
        for n in range(posts)
    )
    first: dict[str, str] = {}
    for n in range(start, start + comments):
        post, identifier = f"{n % posts + 1}", f"{9000 + n}"
        above = first.get(post) if n >= start + comments - answers else None
        first.setdefault(post, identifier)
        world.add_comments(
            [
                WorldComment(
                    id=identifier,
                    post_id=post,
                    author=SOMEBODY,
                    text=f"Comment number {n}.",
                    created_at=NOW - timedelta(minutes=start + comments - 1 - n),
                    parent_id=above,
                )
            ]
        )
    return world


class _Auth(httpx.Auth):
    def __init__(self, token: str) -> None:
        self.token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response]:
        MetaSigning()(request, self.token)
        yield request


Spoil = Callable[[Asked, Answer], Answer]


@dataclass
class Line(httpx.BaseTransport):
    """The way to a rehearsal without a socket. ``spoils`` change an answer: each a function and
    for how many requests it lasts. ``asked`` is all that came."""

    rehearsal: Rehearsal
    clock: Callable[[], datetime] = lambda: NOW
    asked: list[Asked] = field(default_factory=list[Asked])
    losing: bool = False
    instead: list[tuple[Answer, int]] = field(default_factory=list[Any])
    spoils: list[tuple[Spoil, int]] = field(default_factory=list[Any])

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        asked = Asked(
            method=request.method,
            path=request.url.path,
            query=query_of(request.url.query.decode()),
            headers={k.lower(): v for k, v in request.headers.items()},
            body=request.read(),
        )
        self.asked.append(asked)
        answer = self._instead() or self.rehearsal.answer(asked, self.clock())
        if self.losing:
            self.losing = False
            raise httpx.ReadTimeout("no answer", request=request)
        for place, (spoil, times) in enumerate(list(self.spoils)):
            spoilt = spoil(asked, answer)
            if spoilt is not answer:
                self.spoils[place] = (spoil, times - 1)
                answer = spoilt
        self.spoils = [(s, n) for s, n in self.spoils if n > 0]
        return httpx.Response(
            answer.status, headers=dict(answer.headers), content=answer.as_bytes()
        )

    def spoil(self, spoil: Spoil, times: int = 10**6) -> None:
        self.spoils.append((spoil, times))

    def lose_answer(self) -> None:
        """The next request is done, and its answer never comes."""
        self.losing = True

    def always(self, answer: Answer, times: int = 10**6) -> None:
        """Nothing is done; this comes back instead."""
        self.instead.append((answer, times))

    def _instead(self) -> Answer | None:
        if not self.instead:
            return None
        answer, times = self.instead.pop(0)
        if times > 1:
            self.instead.insert(0, (answer, times - 1))
        return answer


@dataclass
class MetaStage:
    """A rehearsal with its line, and a client that is signed in."""

    rehearsal: FacebookRehearsal | InstagramRehearsal
    line: Line
    client: httpx.Client

    @property
    def world(self) -> World:
        return self.rehearsal.world

    def facebook(self, known: KnownPosts = NOTHING_KNOWN, tries: int = 3) -> FacebookCollector:
        wire = Wire(client=self.client, dialect=FACEBOOK, tries=tries, clock=self.line.clock)
        return FacebookCollector(wire=wire, page_id=OWNER.id, known=known)

    def instagram(self, known: KnownPosts = NOTHING_KNOWN, tries: int = 3) -> InstagramCollector:
        wire = Wire(client=self.client, dialect=INSTAGRAM, tries=tries, clock=self.line.clock)
        return InstagramCollector(wire=wire, account_id=OWNER.id, known=known)


def client_over(line: Line, *, token: str = TOKEN) -> httpx.Client:
    return httpx.Client(
        transport=line, base_url="https://graph.test/v26.0", auth=_Auth(token), timeout=1.0
    )


def facebook_stage(world: World | None = None, **told: Any) -> MetaStage:
    rehearsal = FacebookRehearsal(world=world or a_world(), tokens=(TOKEN,), **told)
    line = Line(rehearsal)
    return MetaStage(rehearsal, line, client_over(line))


def instagram_stage(world: World | None = None, **told: Any) -> MetaStage:
    rehearsal = InstagramRehearsal(world=world or a_world(), tokens=(TOKEN,), **told)
    line = Line(rehearsal)
    return MetaStage(rehearsal, line, client_over(line))


def cut(asked: Asked, answer: Answer) -> Answer:
    """The answer breaks off in the middle."""
    body = answer.as_bytes()
    return Answer(body=body[: len(body) // 2], status=answer.status)


def doubtful(asked: Asked, answer: Answer) -> Answer:
    """Every part of a batch says: gone, or not allowed."""
    if not isinstance(answer.body, list):
        return answer
    told = error_answer(100, "Unsupported get request.", subcode=33)
    part: JsonObject = {"code": 400, "headers": [], "body": json.dumps(told.body)}
    return Answer(body=[part for _ in answer.body])


def without(name: str, *, items: int = 10**6) -> Spoil:
    """The first ``items`` items of a list of comments lack a field."""

    def spoil(asked: Asked, answer: Answer) -> Answer:
        if not asked.path.endswith("/comments") or not isinstance(answer.body, dict):
            return answer
        body = json.loads(answer.as_bytes())
        for item in body["data"][:items]:
            item.pop(name, None)
        return Answer(body=body, status=answer.status, headers=answer.headers)

    return spoil
