"""Is a gap on the sources page while it lasts? Counted by hand from the sweeps, and compared."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from analysis.watch import Gap
from dashboard.deps import Deps
from dashboard.sources.watching import all_health
from data.model import SweepKind, SweepOutcome
from data.store import sweeps
from tests.soak.plan import ZONE

if TYPE_CHECKING:
    from tests.soak.platform_run import PlatformSoak

_LIVE = (SweepKind.LIVE, SweepKind.RESCAN, SweepKind.IMPORT)


def look(soak: PlatformSoak, now: datetime) -> None:
    """Is a gap that lasts just now on the sources page? Counted by hand from the sweeps."""
    soak.looks += 1
    level = soak.house.service_level
    with soak.db.read() as tx:
        health = next(h for h in all_health(tx, _deps(soak), now) if h.source.name == "live")
        good = [
            s.started_at
            for s in sweeps.list_sweeps(tx, source_id=health.source.id, limit=500)
            if s.kind in _LIVE and s.outcome is SweepOutcome.COMPLETE
        ]
    last = max(good, default=None)
    since = (
        health.source.created_at if last is None else last + timedelta(minutes=level.sweep_minutes)
    )
    since = max(since, health.week[0].start)  # the page tells of the last seven days
    lasting = now - since > timedelta(minutes=level.sweep_grace_minutes)
    if lasting:
        soak.gaps_seen += 1
        if not _is_shown(health.gaps, since, now):
            soak.gaps_hidden.append(f"{now:%d %H:%M}: not watched since {since:%d %H:%M}")
    elif health.gaps and health.gaps[-1].end >= now:
        soak.gaps_hidden.append(f"{now:%d %H:%M}: a gap is shown that is none")


def _is_shown(gaps: Sequence[Gap], since: datetime, now: datetime) -> bool:
    """Whether the gaps of the days together reach from then until now (midnight parts them)."""
    reach = now
    for gap in reversed(gaps):
        if gap.end >= reach - timedelta(seconds=2):
            reach = gap.start
    return reach <= since + timedelta(seconds=2)


def _deps(soak: PlatformSoak) -> Deps:
    return Deps(
        db=soak.db,
        clock=soak.house.clock,
        secret_key=b"of the soak",
        fold=str,
        reports_folder=soak.journal.parent,
        service_level=soak.house.service_level,
        zone=ZONE,
    )
