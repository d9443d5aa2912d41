"""What the tests of collecting share: a scripted page, its server in this process, and a clock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from collectors.base import CollectError, Collector, Page
from collectors.intake import collect
from collectors.mock import MockCollector
from collectors.run import Lane
from data.db import Database, Tx
from data.model import (
    ActionKind,
    CollectedComment,
    CollectedPost,
    Comment,
    JsonObject,
    Language,
    Liveness,
    Platform,
    Raw,
    ReasonCode,
    RowError,
    Source,
    Sweep,
    Verdict,
)
from data.samples.content import Label
from data.samples.script import (
    MOCK_PAGE,
    MockScript,
    ScriptComment,
    ScriptDeletion,
    ScriptEdit,
    ScriptOutage,
    ScriptPost,
)
from data.store import comments, outbox
from data.store.decisions import NewDecision, append_decision
from sunwai.mock_platform import MockApp, create_mock_app
from tests.builders import NOW, a_source, a_user

TOKEN = "test-token"
SALT = b"salt"


def a_script(
    comment_count: int = 5,
    *,
    edits: Sequence[tuple[str, int, str]] = (),
    deletions: Sequence[tuple[str, int]] = (),
    outages: Sequence[tuple[int, int]] = (),
    every_minutes: int = 1,
    loop_minutes: int = 1_000_000,
) -> MockScript:
    """Comments c0, c1, ... arriving at minutes 0, 1, ... under one post."""
    return MockScript(
        page=MOCK_PAGE,
        loop_minutes=loop_minutes,
        posts=(ScriptPost(external_id="p1", at_minute=0, text="Water timings."),),
        comments=tuple(
            ScriptComment(
                external_id=f"c{n}",
                post_id="p1",
                at_minute=n * every_minutes,
                text=f"Comment number {n}.",
                author=f"person_{n % 3}",
                parent=None,
                label=Label.NEUTRAL,
                code=None,
                language=Language.EN,
            )
            for n in range(comment_count)
        ),
        edits=tuple(ScriptEdit(external_id=i, at_minute=m, text=t) for i, m, t in edits),
        deletions=tuple(ScriptDeletion(external_id=i, at_minute=m) for i, m in deletions),
        outages=tuple(ScriptOutage(from_minute=m, minutes=n) for m, n in outages),
    )


@dataclass(slots=True)
class Clock:
    """A clock that stands where it is put."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def at(self, minutes_from_start: float) -> datetime:
        self.now = NOW + timedelta(minutes=minutes_from_start)
        return self.now


@dataclass(slots=True)
class Stage:
    """A mock platform in this process, a client of it, and a clock for both sides."""

    app: MockApp
    client: httpx.Client
    clock: Clock
    slept: list[float] = field(default_factory=list[float])

    @property
    def collector(self) -> MockCollector:
        return MockCollector(self.client)

    def fault(self, kind: str, **told: Any) -> None:
        self.client.post("/v1/faults", json={"kind": kind, **told}).raise_for_status()

    def no_faults(self) -> None:
        self.client.delete("/v1/faults").raise_for_status()


def a_stage(folder: Path, script: MockScript | None = None, clock: Clock | None = None) -> Stage:
    clock = clock or Clock()
    slept: list[float] = []
    app = create_mock_app(
        folder / "mock.json", script or a_script(), clock, TOKEN, sleep=slept.append
    )
    client = httpx.Client(
        transport=httpx.WSGITransport(app=app),
        base_url="http://mock.test",
        headers={"Authorization": f"Bearer {TOKEN}"},
    )
    return Stage(app, client, clock, slept)


def sweep(db: Database, source: Source, collector: Collector, now: datetime, **told: Any) -> Sweep:
    """One collection with the settings of the tests; the clock stands still meanwhile.

    What names a part of a lane (kind, overlap, posts_after, first_look, keep_on) makes the lane.
    """
    lane = {f.name: told.pop(f.name) for f in fields(Lane) if f.name in told}
    facts: dict[str, Any] = {
        "lane": Lane(**lane),
        "now": now,
        "clock": lambda: now,
        "fold": str.lower,
        "author_salt": SALT,
        "keep_names": True,
    }
    return collect(collector, source, db, **(facts | told))


def new_source(db: Database, name: str = "live", **told: Any) -> Source:
    with db.write() as tx:
        return a_source(tx, name, **told)


def kept(db: Database) -> dict[str, Comment]:
    """Every comment that is kept, by its native id."""
    with db.read() as tx:
        return {c.external_id: c for c in all_comments(tx)}


def all_comments(tx: Tx) -> list[Comment]:
    return [comments.comment_of(row) for row in tx.execute(comments.select_comments())]


def texts_of(db: Database, comment_id: str) -> list[str]:
    with db.read() as tx:
        return [r.text for r in comments.revisions_of(tx, comment_id)]


def take_down(
    db: Database, comment: Comment, *, by_hand: bool, kind: ActionKind = ActionKind.REMOVE
) -> None:
    """Decides to remove the comment and puts the action into the outbox."""
    new = NewDecision(
        comment_id=comment.id,
        revision_id=comment.revision.id,
        verdict=Verdict.REMOVE,
        reason=ReasonCode.SPAM,
        by_user=0,
        expected=None,
        policy_version=1,
        key=f"take down {comment.id}",
    )
    with db.write() as tx:
        new = replace(new, by_user=a_user(tx, f"officer of {comment.external_id}").id)
        outbox.add_action(
            tx,
            decision_id=append_decision(tx, new, now=NOW),
            comment_id=comment.id,
            revision_id=comment.revision.id,
            source_id=comment.source_id,
            kind=kind,
            by_hand=by_hand,
            hold_until=NOW,
            now=NOW,
        )


def raw_of(c: CollectedComment) -> Raw:
    return Raw(body=f"{c.external_id}|{c.text}", locator="test", mapper="test/1")


@dataclass(slots=True)
class ScriptedCollector:
    """A collector that plays given pages; an exception among them is raised in its turn.

    ``alive`` answers reading by id: what is not in it is GONE, unless ``answer`` says otherwise.
    """

    pages: Sequence[Page | CollectError | BaseException]
    alive: Mapping[str, CollectedComment | None] = field(default_factory=dict[str, Any])
    answer: Liveness = Liveness.GONE
    read_error: CollectError | None = None
    asked: list[str] = field(default_factory=list[str])
    stops: list[datetime | None] = field(default_factory=list[Any])
    posts_after: list[datetime | None] = field(default_factory=list[Any])

    @property
    def platform(self) -> Platform:
        return Platform.MOCK

    def scan(
        self, *, stop_before: datetime | None, posts_after: datetime | None = None
    ) -> Iterator[Page]:
        self.stops.append(stop_before)
        self.posts_after.append(posts_after)
        for page in self.pages:
            if isinstance(page, BaseException):
                raise page
            yield page

    def read_comments(
        self, call_ids: Sequence[str]
    ) -> Mapping[str, tuple[Liveness, CollectedComment | None]]:
        self.asked.extend(call_ids)
        if self.read_error is not None:
            raise self.read_error
        return {
            i: (Liveness.ALIVE, self.alive[i]) if i in self.alive else (self.answer, None)
            for i in call_ids
        }


def a_page(
    *collected: CollectedComment,
    end: bool = True,
    total: int | None = None,
    unmapped: tuple[RowError, ...] = (),
) -> Page:
    return Page(
        items=tuple((c, raw_of(c)) for c in collected),
        end=end,
        platform_total=total,
        unmapped=unmapped,
    )


def an_item(**told: Any) -> JsonObject:
    """One item as the mock platform tells it."""
    item: JsonObject = {
        "id": "c1",
        "message": "The water came for one hour.",
        "created_time": "2026-06-01T06:00:00+00:00",
        "from": {"id": "u1", "name": "Invented Person"},
        "by_page": False,
        "post": {"id": "p1", "message": "Water timings."},
        "is_hidden": False,
        "can_hide": True,
        "can_remove": True,
        "like_count": 3,
    }
    return item | told


# ------------------------------------------------------------------------------ export files

_COLUMNS = (
    "id,replyCount,likeCount,publishedAt,authorName,text,authorChannelId,authorChannelUrl,"
    "isReply,isReplyTo,isReplyToName"
)


def post_of_files() -> CollectedPost:
    return CollectedPost(external_id="dQw4w9WgXcQ", text="The fair, day one.")


def a_file(path: Path, rows: Mapping[str, str], *, start: datetime = NOW, broken: int = 0) -> Path:
    """A file of YouTube Data Tools: comments by id, an hour apart from two weeks before ``start``.

    An id ``a.b`` is a reply to ``a``. The place in time comes from the number in the id, so that
    a file without a row leaves a hole. ``broken`` rows at the end have no text.
    """
    lines = [_COLUMNS]
    for external_id, text in rows.items():
        number = int("".join(c for c in external_id if c.isdecimal()))
        at = start - timedelta(days=14) + timedelta(hours=number)
        parent = external_id.split(".")[0] if "." in external_id else ""
        lines.append(
            f'{external_id},0,1,{at:%Y-%m-%d %H:%M:%S},Invented Person,"{text}",UCx{number % 5},,'
            f"{1 if parent else 0},{parent},"
        )
    lines += [f"broken{n},0,1,2026-05-20 10:00:00,Nobody,,,,0,," for n in range(broken)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
