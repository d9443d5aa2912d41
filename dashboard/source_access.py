"""What the sources page tells of a source's connection: alerts, lanes, allowances, access."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dash import html
from dash.development.base_component import Component

from dashboard import components as c
from dashboard.components import Tone
from data.budgets import Allowance
from data.db import Tx
from data.model import Platform, Source, SourceMode, Sweep, SweepKind, SweepOutcome
from data.store import access, alerts, budgets, sweeps
from data.store.access import AccessCheck
from data.store.alerts import Alert, AlertKind

LANES = (
    (SweepKind.LIVE, "What is new", "each sweep"),
    (SweepKind.HOT, "Posts of two days, again", "hourly"),
    (SweepKind.WARM, "Posts of thirty days, again", "daily"),
    (SweepKind.RESCAN, "The whole page, again", "weekly"),
    (SweepKind.BACKFILL, "What was there before", "once"),
)
TITLES = {
    AlertKind.STOPPED: "Stopped",
    AlertKind.EXPIRY: "The access ends",
    AlertKind.ACCESS: "A permission is missing",
    AlertKind.TROUBLE: "The last sweep failed",
    AlertKind.ABSENCE: "Too many comments are not listed",
    AlertKind.SILENCE: "Unusually silent",
}
GRAVE = (AlertKind.STOPPED, AlertKind.EXPIRY, AlertKind.ACCESS)
_OUTCOMES: dict[SweepOutcome, tuple[str, Tone]] = {
    SweepOutcome.RUNNING: ("running", "info"),
    SweepOutcome.COMPLETE: ("complete", "good"),
    SweepOutcome.PARTIAL: ("broke off", "warn"),
    SweepOutcome.FAILED: ("failed", "bad"),
    SweepOutcome.INTERRUPTED: ("interrupted", "warn"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """How one source is connected. ``lanes`` holds the newest sweep and the newest complete one of
    each lane; ``check`` is the newest in which the platform could be asked."""

    source: Source
    alerts: tuple[Alert, ...]
    lanes: dict[SweepKind, tuple[Sweep | None, Sweep | None]]
    allowances: tuple[Allowance, ...]
    check: AccessCheck | None


def connection_of(tx: Tx, source: Source) -> Connection:
    """The connection as it is kept; a source that is fed by files has alerts at most."""
    standing = tuple(alerts.open_alerts(tx, source.id))
    if source.mode is not SourceMode.API:
        return Connection(source=source, alerts=standing, lanes={}, allowances=(), check=None)
    lanes = {
        kind: (
            sweeps.last_sweep(tx, source.id, [kind]),
            sweeps.last_complete(tx, source.id, [kind]),
        )
        for kind, _, _ in LANES
    }
    return Connection(
        source=source,
        alerts=standing,
        lanes=lanes,
        allowances=tuple(budgets.allowances(tx, _bucket_prefix(source))),
        check=access.last_check(tx, source.id, answered=True),
    )


def _bucket_prefix(source: Source) -> str:
    if source.platform is Platform.YOUTUBE:  # counted for a project, which channels share
        return f"{source.platform.value}:"
    return f"{source.platform.value}:{source.account or source.name}:"


def alert_boxes(connection: Connection) -> list[Component]:
    """What a person ought to see of the source, the gravest first."""
    order = list(AlertKind)
    standing = sorted(connection.alerts, key=lambda a: order.index(a.kind))
    return [
        c.banner(
            html.Strong(f"{TITLES[a.kind]}. "),
            a.message,
            tone="bad" if a.kind in GRAVE else "warn",
        )
        for a in standing
    ]


def facts(connection: Connection, zone: str, now: datetime) -> list[tuple[str, c.Piece]]:
    """Account, access, allowance and history, as pairs for the card's list."""
    if connection.source.mode is not SourceMode.API:
        return []
    pairs: list[tuple[str, c.Piece]] = []
    if connection.check is not None:
        pairs.append(("Access", _access(connection.check, zone, now)))
    if connection.allowances:
        pairs.append(("Allowance", html.Span([_allowance(a, zone, now)
                                              for a in connection.allowances])))  # fmt: skip
    since = connection.source.history_from
    if since is not None:
        told = f"incomplete before {since:%Y-%m-%d}: the platform gives nothing older"
        pairs.append(("History", told))
    return pairs


def _access(check: AccessCheck, zone: str, now: datetime) -> c.Piece:
    tone: Tone = "bad" if not check.ok else "warn" if check.problems else "good"
    word = {"bad": "does not work", "warn": "reads only", "good": "works"}[tone]
    said: list[c.Piece] = [c.badge(word, tone)]
    if check.account:
        said += [" as ", html.Bdi(check.account)]
    if check.ends_at is not None:
        ended = check.ends_at <= now
        said += [", ended " if ended else ", ends ", c.moment(check.ends_at, zone)]
    elif check.ok:
        said.append(", no end is told")
    said += ["; checked ", c.moment(check.at, zone)]
    return html.Span(said)


def _allowance(a: Allowance, zone: str, now: datetime) -> Component:
    name = a.bucket.rpartition(":")[2]
    said: list[c.Piece] = [f"{name}: "]
    if a.used is not None:
        said.append(f"{a.used:.0%} used")
    elif a.window_from is not None:
        said += [f"{a.spent:,} spent since ", c.moment(a.window_from, zone)]
    else:
        said.append("not told")
    if a.blocked_until is not None and a.blocked_until > now:
        said += [" ", c.badge("shut", "warn", title=a.blocked_why), " until ",
                 c.moment(a.blocked_until, zone)]  # fmt: skip
    return html.Div(said)


def lane_table(connection: Connection, zone: str, title: str) -> Component | None:
    """When each lane last ran and last reached its end; None for a source fed by files."""
    if not connection.lanes:
        return None
    rows: list[list[c.Piece]] = []
    for kind, words, often in LANES:
        last, whole = connection.lanes[kind]
        outcome: c.Piece = "not yet" if last is None else c.badge(*_OUTCOMES[last.outcome])
        rows.append(
            [
                words,
                often,
                html.Span([c.moment(None if last is None else last.started_at, zone,
                                    missing=""), " ", outcome]),
                c.moment(None if whole is None else whole.started_at, zone, missing="never"),
                _why(last, zone),
            ]
        )  # fmt: skip
    heads = ("Looks at", "How often", "Last run", "Last complete", "What went wrong")
    table = c.table(heads, rows, caption=f"Lanes of {title}")
    return html.Details(
        [html.Summary("How the page is read"), table],
        open=any(last is not None and last.error for last, _ in connection.lanes.values()),
    )


def _why(last: Sweep | None, zone: str) -> c.Piece:
    if last is None or not last.error:
        return ""
    if last.resume_at is None:
        return last.error
    return html.Span([last.error, " Again from ", c.moment(last.resume_at, zone), "."])
