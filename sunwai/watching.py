"""Looking after each source's access: checked every six hours and at the start, renewed in time.

CONNECTORS.md 9.7. What is found is kept and, where a person must know of it, raised as an alert;
a check that succeeds lets a stopped source go on.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from collectors.access import AccessHealth, Checked
from collectors.alarms import expiry_warning, silence_warning
from collectors.base import CollectError
from data.budgets import Use
from data.db import Tx
from data.model import ErrorClass, Source, SourceMode, SweepKind
from data.store.access import AccessCheck, keep_check, last_check
from data.store.alerts import AlertKind, close_alert, raise_alert
from data.store.arrival_times import arrival_times, counted_by_platform
from data.store.sources import list_sources
from data.store.sweeps import last_complete
from sunwai.collecting import go_on
from sunwai.credentials import CannotOpen, Part
from sunwai.logs import logger
from sunwai.renewal import renew_instagram
from sunwai.wiring import House, NotReady

CHECK_EVERY = timedelta(hours=6)
CHECK_STOPPED_EVERY = timedelta(minutes=15)
SILENCE_HISTORY = timedelta(days=30)


def check_accesses(house: House, *, first: bool) -> int:
    """Checks every access whose check is due; ``first``: all, because the program has just begun.
    Gives how many were checked. Looks at the silence of every source."""
    now = house.clock()
    with house.ready_db.read() as tx:
        pulled = [s for s in list_sources(tx) if s.mode is SourceMode.API and not s.paused]
        watched = [s for s in pulled if s.closed is None]
        due = [s for s in watched if first or _is_due(tx, s, now)]
    done = 0
    for source in due:
        try:
            done += check_access(house, source) is not None
        except NotReady as error:
            logger().warning("access not checked", source=source.name, why=str(error))
    for source in watched:
        watch_silence(house, source)
    return done


def _is_due(tx: Tx, source: Source, now: datetime) -> bool:
    last = last_check(tx, source.id)
    stopped = source.stopped_at is not None and source.stopped_class is not ErrorClass.ABUSE_STOP
    return last is None or now - last.at >= (CHECK_STOPPED_EVERY if stopped else CHECK_EVERY)


def check_access(house: House, source: Source) -> AccessCheck | None:
    """Checks one access now, keeps what was found and draws the consequences; None where the
    platform knows no check. Raises NotReady for a platform without a collector."""
    collector = house.collector(source, Use.CHECK)
    if not isinstance(collector, Checked):
        return None
    renew_instagram(house, source)
    now = house.clock()
    try:
        found = _kept(house, source, collector.check(now), now)
    except CollectError as error:
        found = _not_asked(source, error, now)
    with house.ready_db.write() as tx:
        keep_check(tx, found)
        _alert(tx, source, found, now)
    return found


def _kept(house: House, source: Source, health: AccessHealth, now: datetime) -> AccessCheck:
    return AccessCheck(
        source_id=source.id,
        at=now,
        ok=health.ok,
        account=health.account,
        expires_at=health.expires_at or _known_end(house, source),
        data_access_until=health.data_access_until,
        scopes=health.scopes,
        missing=health.missing,
        problems=health.problems,
    )


def _known_end(house: House, source: Source) -> datetime | None:
    """The end of a token that a person gave or we renewed, where it is known."""
    try:
        token = house.lines.credentials.of(source).get(Part.TOKEN)
    except CannotOpen:
        return None
    return None if token is None else token.expires_at


def _not_asked(source: Source, error: CollectError, now: datetime) -> AccessCheck:
    """A refusal of the access is an answer; that the platform is away is none."""
    refused = error.error_class in (ErrorClass.AUTH, ErrorClass.PERMISSION, ErrorClass.CONFIG)
    return AccessCheck(
        source_id=source.id, at=now, ok=False if refused else None, problems=(error.message,)
    )


def _alert(tx: Tx, source: Source, found: AccessCheck, now: datetime) -> None:
    if found.ok is None:
        return
    if found.problems:
        words = " ".join(found.problems)
        raise_alert(tx, source.id, AlertKind.ACCESS, words, now=now)
    else:
        close_alert(tx, source.id, AlertKind.ACCESS, now=now)
    warning = expiry_warning(found.ends_at, now, source.name)
    if warning is not None:
        raise_alert(tx, source.id, AlertKind.EXPIRY, warning, now=now)
    elif found.ok:
        close_alert(tx, source.id, AlertKind.EXPIRY, now=now)
    if found.ok and source.stopped_class is not ErrorClass.ABUSE_STOP:
        go_on(tx, source, "a check of the access succeeded", now=now)


def watch_silence(house: House, source: Source) -> str | None:
    """Raises or closes the alarm of a page that fell silent; gives its sentence.

    Silence is counted up to the last look: where nobody looked, nobody knows.
    """
    now = house.clock()
    with house.ready_db.read() as tx:
        looked = last_complete(tx, source.id, [SweepKind.LIVE])
        times = arrival_times(tx, source.id, since=now - SILENCE_HISTORY)
        counted = counted_by_platform(tx, source.id)
    warning = None if looked is None else silence_warning(times, counted, looked.started_at)
    with house.ready_db.write() as tx:
        if warning is None:
            close_alert(tx, source.id, AlertKind.SILENCE, now=now)
        else:
            raise_alert(tx, source.id, AlertKind.SILENCE, warning, now=now)
    return warning
