"""Today: what waits, how old it is against the target, what failed, and whether we are watching."""

from __future__ import annotations

from dash import Dash, html
from dash.development.base_component import Component

from dashboard import components as c
from dashboard import ids
from dashboard.deps import deps
from dashboard.pages import Query, add_page
from dashboard.security import roles_of, signed_in
from dashboard.source_access import GRAVE, TITLES
from dashboard.today_figures import SourceState, Today, today
from data.model import Role


def layout(_query: Query) -> Component:
    """The first page after signing in; Enter opens the queue."""
    d, role = deps(), signed_in().role
    with d.db.read() as tx:
        t = today(tx, d, d.clock())
    decides = role in (Role.OFFICER, Role.SENIOR)
    start = [c.link("Start the queue ⏎", "/queue", primary=True)] if decides else []
    return html.Div(
        c.page(
            "Today",
            *_banners(t, role),
            _tiles(t, role),
            _sources(t, role, d.zone),
            lead=_lead(t),
            tools=start,
        ),
        id=ids.TODAY,
        **c.attributes(data_start="/queue" if decides else ""),
    )


def _lead(t: Today) -> str:
    if t.waiting == 0:
        return "Nothing waits for a decision."
    return f"{t.waiting:,} comments wait for a decision."


def _banners(t: Today, role: Role) -> list[Component]:
    found: list[Component] = []
    for s in t.late_sources:
        text = f"{s.title} has not been collected for {s.age}. The standard cannot be proven here."
        found.append(c.banner(text, *_to("/sources", "Open sources", role), tone="bad"))
    for title, kinds in t.alerts:
        text = f"{title}: {'; '.join(TITLES[k].lower() for k in kinds)}."
        tone = "bad" if any(k in GRAVE for k in kinds) else "warn"
        found.append(c.banner(text, *_to("/sources", "See what to do", role), tone=tone))
    if t.share_not_covered is not None and t.share_not_covered >= 0.2:
        text = (
            f"{t.share_not_covered:.0%} of {t.seen_24h:,} comments in 24 hours could not be "
            "checked by the machine. People read those."
        )
        found.append(c.banner(text))
    return found


def _to(path: str, text: str, role: Role) -> list[c.Piece]:
    return [c.link(text, path)] if role in (roles_of(path) or ()) else []


def _href(path: str, role: Role) -> str | None:
    """The address, if the role may open it: a number without a right is no link."""
    return path if role in (roles_of(path.split("?")[0]) or ()) else None


def _tiles(t: Today, role: Role) -> Component:
    late = t.oldest_left is not None and t.oldest_left < 0
    return c.tiles(
        c.tile("Waiting", f"{t.waiting:,}", href=_href("/queue", role), note="all queues"),
        c.tile(
            "Severe",
            f"{t.severe:,}",
            href=_href("/queue?queue=severe", role),
            note=f"target {t.severe_minutes} min",
            tone="bad" if t.severe else "plain",
        ),
        c.tile(
            "Oldest waiting",
            "none" if t.oldest_age is None else c.duration(t.oldest_age),
            href=_href("/queue", role),
            note=_against(t),
            tone="bad" if late else "plain",
        ),
        c.tile(
            "Second look",
            f"{t.second_look:,}",
            href=_href("/queue?queue=second_look", role) if role is Role.SENIOR else None,
            note="for a senior officer",
        ),
        c.tile(
            "Failed actions",
            f"{t.failed:,}",
            href=_href("/outbox?state=failed&state=refused&state=conflict", role),
            note="refused, failed, in conflict",
            tone="warn" if t.failed else "plain",
        ),
        c.tile(
            "By hand",
            f"{t.by_hand:,}",
            href=_href("/outbox?state=by_hand", role),
            note="waiting for your hand",
        ),
        c.tile(
            "Seen in 24 hours",
            f"{t.seen_24h:,}",
            href=_href(f"/comments?by=first_seen&since={t.since_24h}", role),
            note="comments",
        ),
    )


def _against(t: Today) -> str:
    if t.oldest_left is None:
        return "nothing waits"
    if t.oldest_left < 0:
        return f"target passed {c.duration(-t.oldest_left)} ago"
    return f"{c.duration(t.oldest_left)} left to its target"


def _sources(t: Today, role: Role, zone: str) -> Component:
    rows = [_row(s, role, zone) for s in t.sources]
    if not rows:
        return c.card(c.empty("No source yet.", *_to("/sources", "Add one", role)), title="Sources")
    heads = ("Source", "State", "Last complete sweep", "New", "Gaps in 24 h")
    table = c.table(heads, rows, caption="Sources and their last sweep", numbers={3})
    return c.card(table, title="Are we watching?")


def _row(s: SourceState, role: Role, zone: str) -> list[c.Piece]:
    href = _href(f"/sources?source={s.id}", role)
    return [
        s.title if href is None else c.link(s.title, href),
        c.badge(s.word, s.tone),
        c.moment(s.last, zone, missing="never"),
        f"{s.new:,}",
        s.gaps,
    ]


def register(app: Dash) -> None:
    add_page(__name__, path="/", title="Today", title_ur="آج", icon="today", layout=layout)
