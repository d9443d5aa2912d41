"""A store with texts to assess, and readers that do as the test says."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from data.db import Database
from data.model import Assessment, Reading, Source
from data.store import assessments
from moderation.judging.assess import AssessTally, assess_pending
from moderation.judging.calibration import Calibration
from moderation.judging.policy import DEFAULT_POLICY, Flood, Policy
from moderation.judging.read import Reader
from moderation.judging.rereading import Rereader, Side
from moderation.learning.reassess import Again, AgainTally, assess_again, retry_unchecked
from moderation.policies.policy_document import Lists
from tests.builders import NOW, a_collected, a_reading, a_source, keep
from tests.tables import a_database

POLICY = replace(DEFAULT_POLICY, needed=("toxicity",), flood=Flood(copies=4, minutes=60))
COPY = "Ask for the new road in ward nine, everybody must write it here number {}"


@dataclass
class FakeReader:
    """Toxic where the text says so; raises on words it is told to choke on."""

    version: str = "1"
    chokes_on: tuple[str, ...] = ()
    dead: bool = False
    seen: list[str] = field(default_factory=list)
    between: Callable[[], None] | None = None
    lists: list[Lists] = field(default_factory=list[Lists])

    def read(self, texts: Sequence[str]) -> list[Reading]:
        if self.between is not None:
            self.between()
        for text in texts:
            if any(word in text for word in self.chokes_on):
                raise RuntimeError(text)
        self.seen += texts
        return [self._one(text) for text in texts]

    def with_lists(self, lists: Lists) -> FakeReader:
        self.lists.append(lists)
        return self

    def _one(self, text: str) -> Reading:
        toxicity = None if self.dead else (0.9 if "vile" in text else 0.1)
        return a_reading(toxicity, engine_version=self.version)


@dataclass
class House:
    db: Database
    source: Source
    now: datetime = NOW

    def keep(self, text: str, external_id: str | None = None, at: datetime = NOW) -> str:
        with self.db.write() as tx:
            collected = a_collected(text, external_id=external_id, created_at=at)
            return keep(tx, self.source, collected, now=self.now, author_key=f"k{external_id}")

    def assess(
        self, reader: FakeReader | Reader, policy: Policy = POLICY, **how: int
    ) -> AssessTally:
        return assess_pending(self.db, reader, policy, clock=lambda: self.now, **how)

    def again(
        self,
        reader: FakeReader,
        policy: Policy = POLICY,
        *,
        calibration: Calibration | None = None,
        limit: int | None = None,
        **how: Any,
    ) -> AgainTally:
        """Judges again, five minutes later."""
        self.now += timedelta(minutes=5)
        side = Side(policy=policy, calibration=calibration)
        return assess_again(self.rejudging(reader, side, **how), limit=limit)

    def rejudging(self, reader: FakeReader, side: Side, **how: Any) -> Again:
        """How the reader and this side judge again; all earlier policies had the lists of POLICY
        unless ``lists_of`` says otherwise."""
        lists = how.pop("lists_of", dict.fromkeys(range(1, 20), POLICY.lists))
        rereader = Rereader(
            reader_with=reader.with_lists, engine="test", engine_version=reader.version,
            lists_of=lists,
        )  # fmt: skip
        facts: dict[str, Any] = {"owner": "me", "by": "test"}
        return Again(db=self.db, rereader=rereader, side=side, clock=lambda: self.now,
                     **(facts | how))  # fmt: skip

    def retry(self, reader: FakeReader, policy: Policy = POLICY) -> AssessTally:
        """Tries again what could not be checked, five minutes later."""
        self.now += timedelta(minutes=5)
        return retry_unchecked(self.db, reader, policy, clock=lambda: self.now)

    def of(self, comment_id: str) -> Assessment:
        with self.db.read() as tx:
            found = assessments.current_assessment(tx, comment_id)
        assert found is not None
        return found

    def left(self) -> int:
        with self.db.read() as tx:
            return assessments.count_to_assess(tx)


@contextmanager
def a_house(db: Database | None = None) -> Generator[House]:
    """An empty store with one source; in memory unless one is given."""
    store = db or a_database()
    with store.write() as tx:
        source = a_source(tx)
    yield House(db=store, source=source)
    if db is None:
        store.close()
