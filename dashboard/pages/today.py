"""Today: what waits, how old it is against the target, what failed, and whether we are watching."""

from __future__ import annotations

from dash import Dash, html
from dash.development.base_component import Component

from dashboard.cases.sheet import written_by
from dashboard.deps import deps
from dashboard.drawing import components as c
from dashboard.drawing import ids
from dashboard.drawing.page import Query, add_page
from dashboard.duty.today_figures import SourceState, Today, today
from dashboard.learning.tour import tour_of
from dashboard.signing_in.security import roles_of, signed_in
from dashboard.sources.access import GRAVE, TITLES
from dashboard.words import t, tn
from dashboard.words.written import number, percent
from data.model import Role
from data.store.shifts import Shift


def layout(_query: Query) -> Component:
    """The first page after signing in; Enter opens the queue."""
    d, role = deps(), signed_in().role
    decides = role in (Role.OFFICER, Role.SENIOR)
    with d.db.read() as tx:
        now = today(tx, d, d.clock(), signed_in() if decides else None)
    start = [c.link(t("Start the queue ⏎"), "/queue", primary=True)] if decides else []
    return html.Div(
        [
            c.page(
                t("Today"),
                tour_of(role),
                *_banners(now, role),
                _tiles(now, role),
                _shift(now.note, d.zone) if decides else None,
                _sources(now, role, d.zone),
                lead=_lead(now),
                tools=start,
            ),
        ],
        id=ids.TODAY,
        **c.attributes(data_start="/queue" if decides else ""),
    )


def _lead(now: Today) -> str:
    if now.waiting == 0:
        return t("Nothing waits for a decision.")
    return tn("{n} comment waits for a decision.", "{n} comments wait for a decision.", now.waiting)


def _banners(now: Today, role: Role) -> list[Component]:
    found: list[Component] = []
    for s in now.late_sources:
        text = t(
            "{source} has not been collected for {age}. The standard cannot be proven here.",
            source=s.title,
            age=s.age,
        )
        found.append(c.banner(text, " ", *_to("/sources", t("Open sources"), role), tone="bad"))
    for title, kinds in now.alerts:
        what = t("; ").join(t(TITLES[k]).lower() for k in kinds)
        text = t("{source}: {what}.", source=title, what=what)
        tone = "bad" if any(k in GRAVE for k in kinds) else "warn"
        found.append(c.banner(text, " ", *_to("/sources", t("See what to do"), role), tone=tone))
    if now.share_not_covered is not None and now.share_not_covered >= 0.2:
        text = t(
            "{share} of {n} comments in 24 hours could not be checked by the machine. People read "
            "those.",
            share=percent(now.share_not_covered),
            n=number(now.seen_24h),
        )
        found.append(c.banner(text))
    return found


def _shift(note: Shift | None, zone: str) -> Component | None:
    """What the officer before left for whoever comes next."""
    if note is None:
        return None
    who = t("{officer} signed off", officer=note.by)
    return c.card(
        html.P([who, " · ", c.moment(note.ended_at, zone)], className="quiet"),
        html.Blockquote(written_by(note.note), className="shift-note"),
        title=t("Note of the last shift"),
    )


def _to(path: str, text: str, role: Role) -> list[c.Piece]:
    return [c.link(text, path)] if role in (roles_of(path) or ()) else []


def _href(path: str, role: Role) -> str | None:
    """The address, if the role may open it: a number without a right is no link."""
    return path if role in (roles_of(path.split("?")[0]) or ()) else None


def _tiles(now: Today, role: Role) -> Component:
    late = now.oldest_left is not None and now.oldest_left < 0
    return c.tiles(
        c.tile(t("Waiting"), number(now.waiting), href=_href("/queue", role),
               note=t("all queues")),
        c.tile(
            t("Severe"),
            number(now.severe),
            href=_href("/queue?queue=severe", role),
            note=t("target {n} min", n=now.severe_minutes),
            tone="bad" if now.severe else "plain",
        ),
        c.tile(
            t("Oldest waiting"),
            t("none") if now.oldest_age is None else c.duration(now.oldest_age),
            href=_href("/queue", role),
            note=_against(now),
            tone="bad" if late else "plain",
        ),
        c.tile(
            t("Second look"),
            number(now.second_look),
            href=_href("/queue?queue=second_look", role) if role is Role.SENIOR else None,
            note=t("for a senior officer"),
        ),
        c.tile(
            t("Failed actions"),
            number(now.failed),
            href=_href("/outbox?state=failed&state=refused&state=conflict", role),
            note=t("refused, failed, in conflict"),
            tone="warn" if now.failed else "plain",
        ),
        c.tile(
            t("By hand"),
            number(now.by_hand),
            href=_href("/outbox?state=by_hand", role),
            note=t("waiting for your hand"),
        ),
        c.tile(
            t("Seen in 24 hours"),
            number(now.seen_24h),
            href=_href(f"/comments?by=first_seen&since={now.since_24h}", role),
            note=t("comments"),
        ),
        *_side_work(now, role),
    )  # fmt: skip


def _side_work(now: Today, role: Role) -> list[Component]:
    """What waits beside the queue: only where there is something, so that the page stays calm."""
    found: list[Component] = []
    if now.cases_overdue and (href := _href("/cases?overdue=yes", role)):
        found.append(
            c.tile(
                t("Complaints overdue"),
                number(now.cases_overdue),
                href=href,
                note=t("with an office"),
                tone="warn",
            )
        )
    if now.samples and (href := _href("/samples", role)):
        found.append(
            c.tile(
                t("Blind samples"), number(now.samples), href=href, note=t("for you to judge again")
            )
        )
    return found  # fmt: skip


def _against(now: Today) -> str:
    if now.oldest_left is None:
        return t("nothing waits")
    if now.oldest_left < 0:
        return t("target passed {time} ago", time=c.duration(-now.oldest_left))
    return t("{time} left to its target", time=c.duration(now.oldest_left))


def _sources(now: Today, role: Role, zone: str) -> Component:
    rows = [_row(s, role, zone) for s in now.sources]
    if not rows:
        nothing = c.empty(t("No source yet."), *_to("/sources", t("Add one"), role))
        return c.card(nothing, title=t("Sources"))
    heads = (t("Source"), t("State"), t("Last complete sweep"), t("New"), t("Gaps in 24 h"))
    table = c.table(heads, rows, caption=t("Sources and their last sweep"), numbers={3})
    return c.card(table, title=t("Are we watching?"))


def _row(s: SourceState, role: Role, zone: str) -> list[c.Piece]:
    href = _href(f"/sources?source={s.id}", role)
    return [
        html.Bdi(s.title) if href is None else c.link(html.Bdi(s.title), href),
        c.badge(s.word, s.tone),
        c.moment(s.last, zone, missing=t("never")),
        number(s.new),
        s.gaps,
    ]


def register(app: Dash) -> None:
    add_page(__name__, path="/", title="Today", icon="today", layout=layout)
