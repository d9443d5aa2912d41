"""What the tests over rehearsal platforms share: a client in this process, worlds, and faults."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx

from collectors.wire import Wire
from data.dialects.base import Dialect
from data.model import JsonObject
from sunwai.rehearsal.faults import Troubled
from sunwai.rehearsal.server import query_of
from sunwai.rehearsal.wire import Answer, Asked, Rehearsal
from sunwai.rehearsal.world import Person, World, WorldComment, WorldPost
from tests.builders import NOW
from tests.collect_helpers import Clock

TOKEN = "rehearsal-token"
Change = Callable[[Asked, Answer], Answer]


@dataclass(slots=True, kw_only=True)
class RehearsalStage:
    """A rehearsal platform in this process. ``changes`` are put over every answer, in order;
    ``asked`` is what came in."""

    rehearsal: Rehearsal
    dialect: Dialect
    below: str = ""
    clock: Clock = field(default_factory=Clock)
    token: str = TOKEN
    changes: list[Change] = field(default_factory=list[Change])
    asked: list[Asked] = field(default_factory=list[Asked])
    instead: list[tuple[Answer, bool]] = field(default_factory=list[tuple[Answer, bool]])
    lost: list[bool] = field(default_factory=list[bool])

    @property
    def client(self) -> httpx.Client:
        return httpx.Client(
            transport=httpx.MockTransport(self._answer),
            base_url=f"http://{self.rehearsal.name}.test{self.below}",
            headers={"Authorization": f"Bearer {self.token}"},
        )

    @property
    def wire(self) -> Wire:
        return Wire(client=self.client, dialect=self.dialect, clock=self.clock)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        asked = Asked(
            method=request.method,
            path=request.url.path,
            query=query_of(request.url.query.decode()),
            headers={k.lower(): v for k, v in request.headers.items()},
            body=request.content,
        )
        self.asked.append(asked)
        answer = self._in_its_stead() or self.rehearsal.answer(asked, self.clock())
        if self.lost and asked.method != "GET":
            self.lost.pop()
            raise httpx.ReadTimeout("no answer came", request=request)
        for change in self.changes:
            answer = change(asked, answer)
        return httpx.Response(
            answer.status, content=answer.as_bytes(), headers=dict(answer.headers)
        )

    def always(self, answer: Answer) -> None:
        """Whatever is asked, this comes back, and nothing is done."""
        self.instead.append((answer, True))

    def once(self, answer: Answer) -> None:
        """The next answer is this one, and nothing is done."""
        self.instead.append((answer, False))

    def _in_its_stead(self) -> Answer | None:
        if not self.instead:
            return None
        answer, stays = self.instead[0]
        if not stays:
            self.instead.pop(0)
        return answer

    def lose(self) -> None:
        """The next write is done, and its answer never comes."""
        self.lost.append(True)

    def cut(self) -> None:
        """Every answer breaks off in the middle."""
        self.changes.append(
            lambda asked, good: Answer(body=good.as_bytes()[: len(good.as_bytes()) // 2])
        )

    def spoil(self, spoiled: Callable[[JsonObject], bool]) -> None:
        """Calls ``spoiled`` on each answer's body until it says that it has spoiled one."""
        done: list[bool] = []

        def change(asked: Asked, good: Answer) -> Answer:
            if done or not isinstance(good.body, dict):
                return good
            body: Any = json.loads(good.as_bytes())
            if spoiled(body):
                done.append(True)
            return Answer(body=body, status=good.status, headers=good.headers)

        self.changes.append(change)


def trouble_of(stage: RehearsalStage, kind: str) -> Answer:
    """One kind of trouble in the shape of the stage's platform."""
    assert isinstance(stage.rehearsal, Troubled)
    return stage.rehearsal.trouble_answer(kind)


def each(changed: Callable[[JsonObject], None]) -> Change:
    """Changes the body of every answer that is an object."""

    def change(asked: Asked, good: Answer) -> Answer:
        if not isinstance(good.body, dict):
            return good
        body: Any = json.loads(good.as_bytes())
        changed(body)
        return Answer(body=body, status=good.status, headers=good.headers)

    return change


OWNER = Person(id="UCowner", name="Naya Shehr Live", handle="nayashehr")
PEOPLE = tuple(
    Person(id=f"UCperson{n}", name=f"Invented Person {n}", handle=f"person{n}") for n in range(4)
)


def a_world(
    count: int = 0,
    *,
    owner: Person = OWNER,
    post: str = "video1",
    last_at: datetime = NOW,
    name: Callable[[int], str] = lambda n: f"c{n}",
) -> World:
    """One post with comments 0, 1, ... a minute apart, the last at ``last_at``."""
    world = World(owner=owner)
    first_at = last_at - timedelta(minutes=max(0, count - 1))
    world.add_posts(
        [WorldPost(id=post, text="Water timings.", created_at=first_at - timedelta(minutes=5))]
    )
    world.add_comments(
        WorldComment(
            id=name(n),
            post_id=post,
            author=PEOPLE[n % len(PEOPLE)],
            text=f"Comment number {n}.",
            created_at=first_at + timedelta(minutes=n),
        )
        for n in range(count)
    )
    return world


def add_comment(world: World, comment_id: str, at: datetime, **told: Any) -> WorldComment:
    """One more comment, under the world's first post unless told otherwise."""
    facts: dict[str, Any] = {
        "id": comment_id,
        "post_id": next(iter(world.posts)),
        "author": PEOPLE[0],
        "text": f"Comment {comment_id}.",
        "created_at": at,
    }
    comment = WorldComment(**(facts | told))
    world.add_comments([comment])
    return comment
