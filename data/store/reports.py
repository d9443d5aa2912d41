"""Which nightly reports were made, and with what verdict."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import insert, select

from data import schema
from data.db import Tx
from data.model import DutyVerdict

_R = schema.report.c


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptReport:
    id: int
    day: date
    made_at: datetime
    verdict: DutyVerdict
    headline: str
    late: bool
    manifest_sha256: str
    folder: str


def keep_report(
    tx: Tx,
    *,
    day: date,
    verdict: DutyVerdict,
    headline: str,
    late: bool,
    manifest_sha256: str,
    folder: str,
    now: datetime,
) -> int:
    return tx.execute(
        insert(schema.report)
        .values(
            day=day,
            made_at=now,
            verdict=verdict.value,
            headline=headline,
            late=late,
            manifest_sha256=manifest_sha256,
            folder=folder,
        )
        .returning(_R.id)
    ).scalar_one()


def list_reports(tx: Tx, limit: int = 100) -> list[KeptReport]:
    """The newest day first; of one day the newest made first."""
    query = select(schema.report).order_by(_R.day.desc(), _R.id.desc()).limit(limit)
    return [
        KeptReport(
            id=r.id,
            day=r.day,
            made_at=r.made_at,
            verdict=DutyVerdict(r.verdict),
            headline=r.headline,
            late=r.late,
            manifest_sha256=r.manifest_sha256,
            folder=r.folder,
        )
        for r in tx.execute(query)
    ]


def report_by_id(tx: Tx, report_id: int) -> KeptReport | None:
    return next((r for r in list_reports(tx, limit=100_000) if r.id == report_id), None)


def newest_of_day(tx: Tx, day: date) -> KeptReport | None:
    """The report of the day that was made last; None when none was."""
    return next((r for r in list_reports(tx, limit=100_000) if r.day == day), None)
