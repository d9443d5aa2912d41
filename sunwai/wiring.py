"""The composition root: settings in, a House out, with every part built and handed its needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from data.budgets import Use
from data.db import Database, at_head
from data.model import Source, SourceMode
from data.store import policies, sources
from sunwai import clock
from sunwai.settings import Settings

if TYPE_CHECKING:
    from analysis.duty import ServiceLevel
    from collectors.base import Collector
    from moderation.deciding.decide import Filing, Holds
    from moderation.judging.calibration import Calibration
    from moderation.judging.read import Reader
    from moderation.platforms.base import WriteSide
    from moderation.policies.policy_document import Lists, Policy
    from moderation.signals.engine import ToxicityEngine
    from sunwai.platforms import Lines


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
        from moderation.policies.policy_document import policy_from_toml

        with self.ready_db.read() as tx:
            found = policies.policy_in_force(tx)
        if found is None:
            raise NotReady("No policy is in force. Run: sunwai init")
        version, body = found
        return replace(policy_from_toml(body), version=version)

    def calibration(self) -> Calibration | None:
        """The office's calibration in force; None where there is none, or where it was made for
        another engine than the one that judges now. Raises NotReady for a damaged one."""
        from moderation.judging.calibration import CalibrationDamaged
        from moderation.learning.drafts import calibration_in_force

        with self.ready_db.read() as tx:
            try:
                found = calibration_in_force(tx)
            except CalibrationDamaged as error:
                raise NotReady(f"{error}. Go back by: sunwai calibrate --back") from error
        if found is None:
            return None
        built, _ = self.engine
        return found if built is not None and found.fits(built.name, built.version) else None

    @cached_property
    def engine(self) -> tuple[ToxicityEngine | None, str]:
        """The engine of the settings, or None and why."""
        from sunwai.engines import build_engine

        return build_engine(self.settings.text("judgement.engine"), self.settings.models)

    def reader_with(self, lists: Lists, calibration: Calibration | None = None) -> Reader:
        """A reader with the engine of the settings and these lists."""
        from moderation.judging.calibrated_reader import CalibratedReader
        from moderation.judging.read import Reader

        built, absent = self.engine
        if calibration is None:
            return Reader(built, lists=lists, absent=absent)
        return CalibratedReader(built, lists=lists, absent=absent, calibration=calibration)

    def reader(self) -> Reader:
        """The reader with the engine of the settings, the lists of the policy and the calibration
        in force."""
        policy, calibration = self.policy(), self.calibration()
        key = (policy.version, None if calibration is None else calibration.version)
        known = self._readers.get(key)
        if known is None:
            known = self._readers[key] = self.reader_with(policy.lists, calibration)
        return known

    @cached_property
    def _readers(self) -> dict[tuple[int, int | None], Reader]:
        return {}

    @property
    def holds(self) -> Holds:
        from moderation.deciding.decide import Holds

        return Holds(
            ordinary=timedelta(seconds=self.settings.number("hold.ordinary_seconds")),
            one_way=timedelta(minutes=self.settings.number("hold.one_way_minutes")),
        )

    @property
    def filing(self) -> Filing:
        from moderation.deciding.decide import Filing

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

    def collector(
        self, source: Source, use: Use = Use.LIVE, *, listed_since: datetime | None = None
    ) -> Collector:
        """The collector of an API source, for one use of its allowance.

        Posts listed to their end since ``listed_since`` are left out of its scans. Raises NotReady
        for a platform without a collector.
        """
        made = self.lines.collector(source, use, listed_since=listed_since)
        if made is None:
            raise NotReady(
                f"{source.name}: comments of {source.platform.value} cannot be pulled yet; "
                "import its export files with: sunwai import FILE --source " + source.name
            )
        return made

    def write_sides(self) -> Mapping[int, WriteSide]:
        """The write side of each API source that has one, by source id."""
        with self.ready_db.read() as tx:
            watched = [s for s in sources.list_sources(tx) if s.mode is SourceMode.API]
        made = ((s.id, self.lines.write_side(s)) for s in watched)
        return {source_id: side for source_id, side in made if side is not None}

    @cached_property
    def lines(self) -> Lines:
        """The lines to the platforms."""
        from secrets import token_hex

        from sunwai.platforms import Lines

        return Lines(settings=self.settings, db=self.ready_db, clock=self.clock, owner=token_hex(6))
