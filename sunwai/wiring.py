"""The composition root: settings in, a House out, with every part built and handed its needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from data.db import Database, at_head
from data.model import Platform, Source, SourceMode
from data.store import policies, sources
from sunwai import clock, network
from sunwai.settings import Settings

if TYPE_CHECKING:
    from analysis.duty import ServiceLevel
    from collectors.base import Collector
    from moderation.decide import Filing, Holds
    from moderation.platforms.base import WriteSide
    from moderation.policy_document import Policy
    from moderation.read import Reader


class NotReady(Exception):
    """The program cannot start yet; the message says what to run first."""


@dataclass(kw_only=True)
class House:
    """All parts of the program, built when first asked for."""

    settings: Settings
    clock: Callable[[], datetime] = field(default=clock.now)

    @cached_property
    def db(self) -> Database:
        """The database, readable. Raises DatabaseUnreadable."""
        url = self.settings.database_url
        if url.startswith("sqlite:///"):
            self.settings.var.mkdir(parents=True, exist_ok=True)
        db = Database(url)
        db.check()
        return db

    @property
    def ready_db(self) -> Database:
        """The database with its schema at head. Raises NotReady when it is not."""
        if not at_head(self.db):
            raise NotReady("The database has no tables yet, or old ones. Run: sunwai init")
        return self.db

    def policy(self) -> Policy:
        """The policy in force. Raises NotReady when none was ever approved."""
        from moderation.policy_document import policy_from_toml

        with self.ready_db.read() as tx:
            found = policies.policy_in_force(tx)
        if found is None:
            raise NotReady("No policy is in force. Run: sunwai init")
        version, body = found
        return replace(policy_from_toml(body), version=version)

    def reader(self) -> Reader:
        """The reader with the engine of the settings and the lists of the policy in force."""
        from moderation.read import Reader
        from sunwai.engines import build_engine

        policy = self.policy()
        known = self._readers.get(policy.version)
        if known is None:
            built, absent = build_engine(
                self.settings.text("judgement.engine"), self.settings.models
            )
            known = Reader(built, lists=policy.lists, absent=absent)
            self._readers[policy.version] = known
        return known

    @cached_property
    def _readers(self) -> dict[int, Reader]:
        return {}

    @property
    def holds(self) -> Holds:
        from moderation.decide import Holds

        return Holds(
            ordinary=timedelta(seconds=self.settings.number("hold.ordinary_seconds")),
            one_way=timedelta(minutes=self.settings.number("hold.one_way_minutes")),
        )

    @property
    def filing(self) -> Filing:
        from moderation.decide import Filing

        due = timedelta(days=self.settings.number("cases.due_days"))
        return Filing(due_after=due, zone=self.settings.zone)

    @property
    def service_level(self) -> ServiceLevel:
        from analysis.duty import ServiceLevel

        s = self.settings
        return ServiceLevel(
            sweep_minutes=s.number("service_level.sweep_minutes"),
            severe_minutes=s.number("service_level.severe_minutes"),
            flagged_working_hours=s.number("service_level.flagged_working_hours"),
            oldest_hours=s.number("service_level.oldest_hours"),
            least_share=s.number("service_level.target_percent") / 100,
            work_from=time.fromisoformat(s.text("service_level.work_from")),
            work_until=time.fromisoformat(s.text("service_level.work_until")),
            work_days=s.work_days,
            holidays=s.holidays,
            zone=s.zone,
        )

    def collector(self, source: Source) -> Collector:
        """The collector of an API source. Raises NotReady for a platform without one."""
        from collectors.mock import MockCollector

        if source.platform is Platform.MOCK:
            return MockCollector(self._client(source))
        raise NotReady(
            f"{source.name}: comments of {source.platform.value} cannot be pulled yet; "
            "import its export files with: sunwai import FILE --source " + source.name
        )

    def write_sides(self) -> Mapping[int, WriteSide]:
        """The write side of each API source that has one, by source id."""
        from moderation.platforms.mock import MockWriteSide

        with self.ready_db.read() as tx:
            watched = [s for s in sources.list_sources(tx) if s.mode is SourceMode.API]
        return {
            s.id: MockWriteSide(self._client(s)) for s in watched if s.platform is Platform.MOCK
        }

    def _client(self, source: Source) -> network.httpx.Client:
        address = source.address or f"http://127.0.0.1:{self.settings.demo_port}"
        known = self._clients.get(address)
        if known is None:
            known = network.client(address, token=self.settings.secrets["mock_token"])
            self._clients[address] = known
        return known

    @cached_property
    def _clients(self) -> dict[str, network.httpx.Client]:
        return {}
