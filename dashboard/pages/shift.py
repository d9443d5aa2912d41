"""End of shift: what was done, what is left, sign-off with the head of the chain; to be printed."""

from __future__ import annotations

from datetime import datetime, timedelta
from secrets import token_hex

from dash import Dash, html
from dash.development.base_component import Component

from dashboard.deps import Deps, deps
from dashboard.desk.shift_api import LONGEST_NOTE, SIGN_OFF
from dashboard.desk.shift_figures import ShiftFigures, figures, figures_kept
from dashboard.desk.telling import VERDICT_DONE
from dashboard.drawing import components as c
from dashboard.drawing import fields
from dashboard.drawing.page import Query, add_page, first
from dashboard.drawing.plain import plainly
from dashboard.signing_in.security import signed_in
from dashboard.words import mark, t, tn
from data.db import Tx
from data.model import User
from data.store import audit, shifts
from data.store.shifts import Shift

PATH = "/shift"
JUST_NOW = timedelta(minutes=30)


def layout(query: Query) -> Component:
    """The running shift of who is signed in; ``?shift=7`` one of theirs that was signed off."""
    d, user = deps(), signed_in()
    now = d.clock()
    asked = first(query, "shift")
    with d.db.read() as tx:
        kept = shifts.shift_by_id(tx, int(asked)) if asked.isdecimal() else None
        if kept is not None and kept.user_id == user.id:
            return _signed(d, kept, shifts.last_shifts(tx, user_id=user.id))
        started = shifts.shift_start(tx, user.id, now=now)
        past = shifts.last_shifts(tx, user_id=user.id)
        if started is None:
            return _nothing(d, past, now)
        return _running(tx, d, user, started, now, past)


def _running(
    tx: Tx, d: Deps, user: User, started: datetime, now: datetime, past: list[Shift]
) -> Component:
    told = figures(tx, d, user, started, now)
    seq, head = audit.head(tx)
    return c.page(
        t("End of shift"),
        _tiles(told, now),
        _verdicts(told),
        _sign_off(told, started),
        _proof(d, user.display, (started, now), (seq, head), signed=False),
        _past(d, past),
        lead=_stretch(d, started, now),
        tools=_tools(),
    )


def _signed(d: Deps, shift: Shift, past: list[Shift]) -> Component:
    told = figures_kept(shift.figures)
    note = c.card(html.P(shift.note, dir="auto"), title=t("Note for the next officer"))
    return c.page(
        t("Shift, signed off"),
        _tiles(told, shift.ended_at),
        _verdicts(told),
        note if shift.note else None,
        _proof(
            d,
            shift.by,
            (shift.started_at, shift.ended_at),
            (shift.chain_seq, shift.chain_head),
            signed=True,
        ),
        _past(d, past),
        lead=_stretch(d, shift.started_at, shift.ended_at),
        tools=_tools(),
    )


def _nothing(d: Deps, past: list[Shift], now: datetime) -> Component:
    if past and now - past[0].ended_at < JUST_NOW:
        return _signed(d, past[0], past)
    text = t("Nothing was decided since your last sign-off.")
    return c.page(
        t("End of shift"),
        c.empty(text, c.link(t("To the queue"), "/queue", primary=True)),
        _past(d, past),
    )


def _tools() -> list[c.Piece]:
    back = c.link(t("To the queue"), "/queue", as_button=True)
    print_it = html.Div(**c.attributes(data_print=t("Print")))
    return [back, print_it]


def _stretch(d: Deps, since: datetime, until: datetime) -> c.Piece:
    length = c.duration((until - since).total_seconds())
    return html.Span(
        [c.moment(since, d.zone), " – ", c.moment(until, d.zone), " · ", html.Span(length)]
    )


def _tiles(told: ShiftFigures, now: datetime) -> Component:
    oldest = None if told.oldest is None else datetime.fromisoformat(told.oldest)
    age = t("nothing") if oldest is None else c.duration((now - oldest).total_seconds())
    median = t("too few to say") if told.median_seconds is None else _seconds(told.median_seconds)
    held = tn("{n} hold still runs", "{n} holds still run", told.holds)
    return c.tiles(
        c.tile(t("Decided"), f"{told.decided:,}", note=_proposed(told)),
        c.tile(t("Undone"), f"{told.undone:,}"),
        c.tile(t("Still waiting"), f"{told.waiting:,}", href="/queue"),
        c.tile(t("Oldest waiting"), age, tone="plain"),
        c.tile(t("Median time a card"), median, note=tn("of {n} card", "of {n} cards", told.timed)),
        c.tile(
            t("Holds"),
            f"{told.holds:,}",
            href="/outbox",
            note=held if told.holds else t("all are sent or done"),
            tone="warn" if told.holds else "plain",
        ),
    )


def _proposed(told: ShiftFigures) -> str | None:
    if not told.proposed:
        return None
    return tn("{n} waits for a second look", "{n} wait for a second look", told.proposed)


def _seconds(seconds: float) -> str:
    if seconds < 60:
        return t("{seconds} s", seconds=f"{seconds:.1f}")
    return c.duration(seconds)


def _verdicts(told: ShiftFigures) -> Component:
    rows: list[list[c.Piece]] = [
        [t(done), f"{told.by_verdict.get(verdict, 0):,}"]
        for verdict, done in VERDICT_DONE.items()
        if verdict != "undo"
    ]
    rows.append([t(VERDICT_DONE["undo"]), f"{told.undone:,}"])
    caption = t("Decisions of this shift by verdict")
    table = c.table([t("Verdict"), t("Decisions")], rows, caption=caption, numbers=(1,))
    return c.card(table, title=t("What was decided"))


def _sign_off(told: ShiftFigures, started: datetime) -> Component:
    form = fields.action(
        SIGN_OFF,
        t("Sign the shift off"),
        fields=[
            fields.Field(
                name="note",
                label=t("Note for the next officer"),
                kind="area",
                longest=LONGEST_NOTE,
                hint=t("Shown on the next officer's queue for a day. No names of citizens."),
                wide=True,
            ),
            fields.Field(name="started_at", label="", kind="hidden", value=started.isoformat()),
            fields.Field(name="key", label="", kind="hidden", value=token_hex(12)),
        ],
        tone="primary",
    )
    waits = tn(
        "{n} comment still waits. It stays in the queue for the next officer.",
        "{n} comments still wait. They stay in the queue for the next officer.",
        told.waiting,
    )
    return c.card(html.P(waits) if told.waiting else None, form, title=t("Sign-off"))


def _proof(
    d: Deps,
    officer: str,
    stretch: tuple[datetime, datetime],
    chain: tuple[int, str],
    *,
    signed: bool,
) -> Component:
    when: c.Piece = c.moment(stretch[1], d.zone) if signed else t("not yet")
    pairs: list[tuple[str, c.Piece]] = [
        (t("Officer"), html.Bdi(officer)),
        (t("From"), c.moment(stretch[0], d.zone)),
        (t("Signed off"), when),
        (t("Entries in the log"), f"{chain[0]:,}"),
        (t("Head of the chain"), html.Code(chain[1], dir="ltr", className="chain-head")),
    ]
    lines = html.Div(
        [html.Span(t("Officer's signature")), html.Span(t("Received by"))],
        className="signature-lines",
    )
    return c.card(c.definitions(pairs), lines, title=t("Proof"))


def _past(d: Deps, past: list[Shift]) -> Component | None:
    if not past:
        return None
    rows: list[list[c.Piece]] = [
        [
            c.link(c.moment(s.ended_at, d.zone), f"{PATH}?shift={s.id}"),
            c.duration((s.ended_at - s.started_at).total_seconds()),
            f"{figures_kept(s.figures).decided:,}",
        ]
        for s in past
    ]
    heads = (t("Signed off"), t("Length"), t("Decided"))
    table = c.table(heads, rows, caption=t("Your last shifts"), numbers=(2,))
    return html.Div(c.card(table, title=t("Your last shifts")), className="no-print")


def register(app: Dash) -> None:
    add_page(
        __name__,
        path=PATH,
        title=mark("End of shift"),
        layout=plainly(layout),
        in_nav=False,
    )
