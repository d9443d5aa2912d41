"""What the sources page tells of a source's connection: alerts, lanes, allowances, access."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dash import html
from dash.development.base_component import Component

from dashboard.drawing import components as c
from dashboard.drawing.components import Tone
from dashboard.drawing.saying import woven
from dashboard.words import mark, t
from dashboard.words.below import below
from data.budgets import Allowance
from data.db import Tx
from data.model import Platform, Source, SourceMode, Sweep, SweepKind, SweepOutcome
from data.store import access, alerts, budgets, sweeps
from data.store.access import AccessCheck
from data.store.alerts import Alert, AlertKind

LANES = (
    (SweepKind.LIVE, mark("What is new"), mark("each sweep")),
    (SweepKind.HOT, mark("Posts of two days, again"), mark("hourly")),
    (SweepKind.WARM, mark("Posts of thirty days, again"), mark("daily")),
    (SweepKind.RESCAN, mark("The whole page, again"), mark("weekly")),
    (SweepKind.BACKFILL, mark("What was there before"), mark("once")),
)
TITLES = {
    AlertKind.STOPPED: mark("Stopped"),
    AlertKind.EXPIRY: mark("The access ends"),
    AlertKind.ACCESS: mark("A permission is missing"),
    AlertKind.TROUBLE: mark("The last sweep failed"),
    AlertKind.ABSENCE: mark("Too many comments are not listed"),
    AlertKind.SILENCE: mark("Unusually silent"),
}
GRAVE = (AlertKind.STOPPED, AlertKind.EXPIRY, AlertKind.ACCESS)
OUTCOMES: dict[SweepOutcome, tuple[str, Tone]] = {
    SweepOutcome.RUNNING: (mark("running"), "info"),
    SweepOutcome.COMPLETE: (mark("complete"), "good"),
    SweepOutcome.PARTIAL: (mark("broke off"), "warn"),
    SweepOutcome.FAILED: (mark("failed"), "bad"),
    SweepOutcome.INTERRUPTED: (mark("interrupted"), "warn"),
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
            html.Strong(f"{t(TITLES[a.kind])}. "),
            below(a.message),
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
        pairs.append((t("Access"), _access(connection.check, zone, now)))
    if connection.allowances:
        pairs.append((t("Allowance"), html.Span([_allowance(a, zone, now)
                                                 for a in connection.allowances])))  # fmt: skip
    since = connection.source.history_from
    if since is not None:
        told = t(
            "incomplete before {day}: the platform gives nothing older", day=f"{since:%Y-%m-%d}"
        )
        pairs.append((t("History"), told))
    return pairs


def _access(check: AccessCheck, zone: str, now: datetime) -> c.Piece:
    tone: Tone = "bad" if not check.ok else "warn" if check.problems else "good"
    word = {"bad": t("does not work"), "warn": t("reads only"), "good": t("works")}[tone]
    named = [t("{works} as {account}") if check.account else t("{works}")]
    if check.ends_at is not None:
        named.append(t("ended {when}") if check.ends_at <= now else t("ends {when}"))
    elif check.ok:
        named.append(t("no end is told"))
    parts = [
        *(woven(part, works=c.badge(word, tone), account=html.Bdi(check.account or ""),
                when=c.moment(check.ends_at, zone)) for part in named),
        woven(t("checked {when}"), when=c.moment(check.at, zone)),
    ]  # fmt: skip
    return html.Span([piece for part in parts for piece in (*part, " · ")][:-1])


def _allowance(a: Allowance, zone: str, now: datetime) -> Component:
    name = html.Bdi(a.bucket.rpartition(":")[2])
    if a.used is not None:
        said = woven(t("{name}: {share} used"), name=name, share=f"{a.used:.0%}")
    elif a.window_from is not None:
        said = woven(t("{name}: {n} spent since {when}"), name=name, n=f"{a.spent:,}",
                     when=c.moment(a.window_from, zone))  # fmt: skip
    else:
        said = woven(t("{name}: not told"), name=name)
    if a.blocked_until is not None and a.blocked_until > now:
        shut = c.badge(t("shut"), "warn", title=a.blocked_why)
        said += [" ", *woven(t("{shut} until {when}"), shut=shut,
                             when=c.moment(a.blocked_until, zone))]  # fmt: skip
    return html.Div(said)


def lane_table(connection: Connection, zone: str, title: str) -> Component | None:
    """When each lane last ran and last reached its end; None for a source fed by files."""
    if not connection.lanes:
        return None
    rows: list[list[c.Piece]] = []
    for kind, words, often in LANES:
        last, whole = connection.lanes[kind]
        outcome: c.Piece = t("not yet") if last is None else outcome_badge(last.outcome)
        rows.append(
            [
                t(words),
                t(often),
                html.Span([c.moment(None if last is None else last.started_at, zone,
                                    missing=""), " ", outcome]),
                c.moment(None if whole is None else whole.started_at, zone, missing=t("never")),
                _why(last, zone),
            ]
        )  # fmt: skip
    heads = (t("Looks at"), t("How often"), t("Last run"), t("Last complete"),
             t("What went wrong"))  # fmt: skip
    table = c.table(heads, rows, caption=t("Lanes of {source}", source=title))
    return html.Details(
        [html.Summary(t("How the page is read")), table],
        open=any(last is not None and last.error for last, _ in connection.lanes.values()),
    )


def _why(last: Sweep | None, zone: str) -> c.Piece:
    if last is None or not last.error:
        return ""
    if last.resume_at is None:
        return below(last.error)
    again = woven(t("Again from {when}."), when=c.moment(last.resume_at, zone))
    return html.Span([below(last.error), " ", *again])


def outcome_badge(outcome: SweepOutcome) -> Component:
    """How a sweep ended, in a word."""
    word, tone = OUTCOMES[outcome]
    return c.badge(t(word), tone)
