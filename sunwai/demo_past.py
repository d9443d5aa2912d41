"""The sample organisation's last thirty days, played through the real readers and rules.

One export a day and page; after each, the comments are judged and the sample officers sit down to
them. The house that plays it has a clock of its own, which stands at each moment in turn. What
came in within the last hours stays undecided.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from data.db import Database, Tx
from data.model import ActionKind, EnforcementState, SourceMode, utc
from data.samples.content import PAGES, SampleComment, SamplePage, sample_comments
from data.samples.render import (
    Capture,
    RenderedFile,
    collected_posts,
    over_time,
    own_names,
    render,
    sample_id,
)
from data.store import assessments, comments, outbox, queue, sources, themes
from moderation.carrying_out.verify import verify_actions
from sunwai import jobs
from sunwai.demo_calendar import Round, rounds
from sunwai.demo_officers import NOT_DONE, Card, Shift, plan_card
from sunwai.demo_steps import Act, Hands, Step, in_order, read_plan, write_plan
from sunwai.importing import add_source, import_into
from sunwai.schedule import last_report_day
from sunwai.wiring import House

YOUNG = timedelta(hours=22)  # nothing that was left open is older
EXPORT_MINUTES = 1440  # a file is due once a day
WITHIN = timedelta(days=21)  # posts whose links the tools are given; on Sundays those of all
REPORTS = 7


@dataclass(slots=True, kw_only=True)
class Clock:
    """A clock that stands where it was set."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at

    def set(self, at: datetime) -> None:
        self.at = utc(at)


@dataclass(slots=True, kw_only=True)
class Tally:
    """What this run did; what an earlier run did before it was cut off is not counted again."""

    files: int = 0
    comments: int = 0
    rejected: int = 0
    assessed: int = 0


class SampleHouse(House):
    """A house whose database was just brought to its newest schema: not asked at every step."""

    @property
    def ready_db(self) -> Database:
        return self.db


@dataclass(kw_only=True)
class Past:
    """Plays the rounds. ``folder`` keeps the plan of each, so that a cut-off load goes on."""

    house: House
    clock: Clock
    moment: datetime
    folder: Path
    tally: Tally = field(default_factory=Tally)

    def play(self) -> None:
        """From the first round that was not played to the end, up to ``moment``."""
        self.folder.mkdir(parents=True, exist_ok=True)
        hands = Hands(
            house=self.house,
            set_clock=self.clock.set,
            policy_version=self.house.policy().version,
        )
        steps: list[Step] = []
        for r in rounds(self.moment):
            plan = self.folder / f"{r.name}.json"
            if not plan.exists():
                write_plan(plan, self._gather(r, {(s.comment, s.revision) for s in steps}))
            steps += read_plan(plan)
            done = plan.with_suffix(".done")
            if not done.exists():
                for step in in_order([s for s in steps if r.at <= s.at < r.until]):
                    hands.take(step)
                done.touch()
        self.clock.set(self.moment)

    def _gather(self, r: Round, planned: set[tuple[str, int]]) -> list[Step]:
        """Imports the round's files, judges what is new, proves what was done, and plans."""
        for page in r.pages:
            self.clock.set(r.at + timedelta(minutes=0 if r.quiet else PAGES.index(page)))
            self._import(r, page)
        after = timedelta(0) if r.quiet else timedelta(minutes=5)
        self.clock.set(r.at + after)
        self.tally.assessed += jobs.assess_new(self.house).assessed
        jobs.match_new(self.house)
        verify_actions(self.house.db, {}, clock=self.clock)
        if r.quiet:
            return []
        young = self.moment - YOUNG if r.last else None
        shift = Shift(begins_at=r.at + after, late=r.late, open_since=young)
        steps = [s for card in self._cards(r, planned) for s in plan_card(card, shift)]
        return steps + list(self._reports(r))

    def _reports(self, r: Round) -> Iterator[Step]:
        """The nightly reports that are due before the next round, of the last days only."""
        settings = self.house.settings
        newest = last_report_day(self.moment, settings.nightly, settings.zone)
        for day in (newest - timedelta(days=n) for n in range(REPORTS)):
            morning = datetime.combine(day + timedelta(days=1), settings.nightly)
            at = utc(morning.replace(tzinfo=ZoneInfo(settings.zone)))
            if r.at <= at < r.until:
                yield Step(at=at, act=Act.REPORT, key=day.isoformat())

    # -------------------------------------------------------------------------- importing

    def _import(self, r: Round, page: SamplePage) -> None:
        exports = self.folder.parent / "exports"
        with self.house.db.read() as tx:
            down = frozenset(taken_down(tx))
        capture = Capture(
            at=r.at,
            pages=(page,),
            taken_down=down,
            posts_since=None if r.whole else r.at - WITHIN,
            dead_link=r.dead_link,
        )
        files = render(exports, now=self.moment, captures=[capture], changes=over_time)
        if files:
            self._connect(page)
        for file in files:
            self._take(file)
            if not r.quiet:
                file.path.unlink()  # the house keeps its own copy as evidence

    def _connect(self, page: SamplePage) -> None:
        """The page becomes a source with its first export."""
        with self.house.db.read() as tx:
            if sources.source_by_name(tx, page.source_name) is not None:
                return
        add_source(
            self.house,
            name=page.source_name,
            platform=page.platform,
            mode=SourceMode.EXPORT,
            title=page.title,
            sweep_minutes=EXPORT_MINUTES,
        )

    def _take(self, file: RenderedFile) -> None:
        """Imports one file; the posts that the tool leaves out are kept beside it."""
        done = import_into(
            self.house,
            file.path,
            source_name=file.source_name,
            format=file.format,
            captured_at=file.captured_at,
            own_names=own_names(file.platform),
            post=file.post,
        )
        if done.already:
            return
        self.tally.files += 1
        self.tally.comments += done.new
        self.tally.rejected += done.rejected
        with self.house.db.write() as tx:
            source = sources.source_by_name(tx, file.source_name)
            assert source is not None, "imported into a source that is gone"
            for post in collected_posts(file.platform, now=self.moment):
                if post.created_at is not None and post.created_at <= file.captured_at:
                    comments.save_post(tx, source.id, file.platform, post, now=self.clock())

    # -------------------------------------------------------------------------- planning

    def _cards(self, r: Round, planned: set[tuple[str, int]]) -> list[Card]:
        """What is before the officers: the queue, and what they come upon on the page."""
        written = samples_by_id()
        with self.house.db.read() as tx:
            asking = {item.comment.id for item in queue.queue_items(tx, limit=100_000)}
            known = comments.get_comments(tx, list(written))
            return [
                Card(
                    sample=written[comment.id],
                    comment=comment,
                    assessment=assessments.current_assessment(tx, comment.id),
                    asks=comment.id in asking,
                    theme=next(iter(themes.themes_of(tx, comment.revision.id)), None),
                )
                for comment in sorted(known.values(), key=lambda c: c.id)
                if (comment.id in asking or comment.revision.seen_at >= r.at)
                and comment.missing_since is None
                and not comment.is_page_owner
                and (comment.id, comment.revision.no) not in planned
            ]


@cache
def samples_by_id() -> Mapping[str, SampleComment]:
    """The written comments by the id under which they are kept."""
    return {
        sample_id(page.platform, comment): comment
        for page in PAGES
        for comment in sample_comments(page.platform)
    }


def taken_down(tx: Tx) -> Iterator[str]:
    """Ids of comments that were taken down by hand and not put back, as far as people did it."""
    written = samples_by_id()
    settled = (EnforcementState.CONFIRMED, EnforcementState.VERIFIED)
    newest = {a.comment_id: a for a in outbox.actions(tx, limit=100_000)}
    for comment_id, action in newest.items():
        if action.kind is ActionKind.UNHIDE or action.state not in settled:
            continue
        said = [e.state for e in outbox.attempts_of(tx, action.id)].count(settled[0])
        if said > (written[comment_id].key in NOT_DONE):
            yield comment_id
