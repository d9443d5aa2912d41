"""The jobs of the continuous duty: each reads what the stage before left, and can run again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from data.db import Tx
from data.model import DutyVerdict
from data.store.assessments import count_to_assess
from data.store.reports import list_reports
from moderation.carrying_out.enforce import EnforceTally, carry_out_decisions
from moderation.carrying_out.reconcile import ReconcileTally, reconcile
from moderation.carrying_out.verify import verify_actions
from moderation.deciding.blind import draw_weekly
from moderation.judging.assess import AssessTally, assess_pending
from moderation.learning.drafts import DraftRefused
from moderation.learning.reassess import AgainTally, AlreadyRuns, assess_again, retry_unchecked
from sunwai import dropping, import_queue
from sunwai.ledger import Ledger
from sunwai.matching import match_themes_of_new
from sunwai.nightly import make_report
from sunwai.wiring import House


def assess_new(house: House) -> AssessTally:
    """Judges every current revision that has no assessment yet."""
    return assess_pending(house.ready_db, house.reader(), house.policy(), clock=house.clock)


def retry_not_checked(house: House) -> AssessTally:
    """Judges again what could not be checked, if the engine lives now."""
    return retry_unchecked(house.ready_db, house.reader(), house.policy(), clock=house.clock)


def judge_again(house: House, owner: str) -> AgainTally:
    """Judges again what another policy, calibration or engine judged. Gives way to new comments,
    and to a process that does it already; the next tick goes on."""
    from sunwai.changing import again

    try:
        return assess_again(again(house, owner=owner, by="scheduler", give_way=_new_ones_wait))
    except (AlreadyRuns, DraftRefused):
        return AgainTally(ended=False)


def _new_ones_wait(tx: Tx) -> bool:
    return count_to_assess(tx) > 0


def enforce(house: House, owner: str) -> EnforceTally:
    """Works the outbox, then looks at the platform whether what was accepted is so."""
    sides = house.write_sides()
    tally = carry_out_decisions(house.ready_db, sides, owner=owner, clock=house.clock)
    verify_actions(house.ready_db, sides, clock=house.clock)
    return tally


def compare_with_platforms(house: House) -> ReconcileTally:
    """Compares what was decided and done with what each platform shows now."""
    return reconcile(house.ready_db, house.write_sides(), clock=house.clock)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayReport:
    """A report that was made: its verdict in one line, and where it lies."""

    verdict: DutyVerdict
    headline: str
    folder: Path
    manifest_sha256: str


def draw_blind_samples(house: House) -> dict[str, int]:
    """Draws the week's blind samples; gives how many of each kind."""
    each = house.settings.number("samples.each_week")
    with house.ready_db.write() as tx:
        drawn = draw_weekly(tx, each=each, now=house.clock())
    return {stratum.value: count for stratum, count in drawn.items()}


def report_day(house: House, day: date, out: Path | None = None) -> DayReport:
    """Makes the report of a local day, by default into var/reports/<day>."""
    files = make_report(
        house.ready_db,
        day,
        out or house.settings.reports / day.isoformat(),
        organisation=house.settings.text("organisation.name"),
        level=house.service_level,
        now=house.clock(),
        pdf=house.settings.yes("report.pdf"),
    )
    with house.ready_db.read() as tx:
        kept = next(r for r in list_reports(tx) if r.manifest_sha256 == files.manifest_sha256)
    return DayReport(
        verdict=kept.verdict,
        headline=kept.headline,
        folder=files.folder,
        manifest_sha256=files.manifest_sha256,
    )


def bring_in_files(house: House, ledger: Ledger) -> int:
    """Imports the files that wait; gives how many were taken in hand."""
    import_queue.forget_orphans(house)
    return import_queue.run_imports(house, ledger)


def look_into_drop_folder(house: House) -> None:
    """Takes what lies ready in the drop folder, and moves away what is done."""
    dropping.look(house)


def match_new(house: House) -> int:
    """Matches current texts with the taxonomy in force; gives how many were looked at."""
    return match_themes_of_new(house.ready_db, now=house.clock())
