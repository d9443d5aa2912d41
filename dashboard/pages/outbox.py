"""The outbox: what decisions asked of the platforms, where each stands, and its proof."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import Dash, html
from dash.development.base_component import Component

from dashboard import components as c
from dashboard import outbox_api
from dashboard.deps import deps
from dashboard.fields import Field, action
from dashboard.found import rows_of
from dashboard.listing import source_name
from dashboard.outbox_items import TABS, Item, S, item_card
from dashboard.pages import Query, add_page, first
from dashboard.plain import plainly
from dashboard.security import signed_in
from dashboard.wanted import to
from data.db import Tx
from data.model import (
    Action,
    EnforcementState,
    Role,
    Source,
    User,
    WriteStop,
)
from data.store import decisions, outbox, outbox_seen, sources, write_stops
from data.store.search import Wanted, find_comments

PATH = "/outbox"
PAGE = 50
ALWAYS = frozenset({S.HELD, S.SENT, S.ACCEPTED, S.VERIFIED, S.BY_HAND, S.REFUSED})
DEAD = "dead"  # the list of what came to nothing, across states
DEAD_TOLD = (
    "Came to nothing and waits for a person: refused, reversed at the platform, or failed so often "
    "that it is not tried again by itself."
)
FIRST_LOOK = (S.FAILED, S.REFUSED, S.CONFLICT, S.TEXT_CHANGED, S.BY_HAND, S.HELD, S.SENT,
              S.ACCEPTED)  # fmt: skip
MEANINGS = {
    S.HELD: "Waiting out the hold, in which undo costs nothing.",
    S.SENT: "On its way; the outcome is not known yet.",
    S.ACCEPTED: "The platform said yes; the next sweep must prove it.",
    S.VERIFIED: "Done, and proven by reading it back.",
    S.BY_HAND: "Do it in the platform's own tool, then confirm here. The next export proves it.",
    S.CONFIRMED: "Done by hand, confirmed by the officer.",
    S.FAILED: "Not done; it is tried again by itself until it needs a person.",
    S.REFUSED: "The platform said no. It is not tried again by itself.",
    S.TEXT_CHANGED: "The comment was edited after the decision: nothing was sent, decide anew.",
    S.CONFLICT: "Somebody reversed it in the platform's own tool. It is never done again by "
    "itself: do it again, or leave it.",
    S.LEFT: "Reversed in the platform's own tool, and left so by a person.",
    S.GONE: "The comment was no longer there.",
    S.DRY_RUN: "What would be sent. Nothing was sent: write-back of this source is a dry run.",
    S.CANCELLED: "Undone in the hold. Nothing was sent.",
}


def layout(query: Query) -> Component:
    """Tabs by state with their counts, and the newest actions of the open one."""
    d, viewer = deps(), signed_in()
    states, problem = _states(query)
    page, dead = _page(query), first(query, "list") == DEAD
    with d.db.read() as tx:
        counts = outbox.state_counts(tx)
        dead_count = outbox_seen.count_dead(tx)
        shown = states or _first_with_any(counts)
        found = _found(tx, shown, dead, page)
        items = _items(tx, found, viewer)
        stops = _stops(tx, viewer)
    total = dead_count if dead else sum(counts.get(s.value, 0) for s in shown)
    nothing = "Nothing here: no action needs a person." if dead else _nothing(shown)
    body = [item_card(i, d, viewer) for i in items] or [c.empty(nothing)]
    return c.page(
        "Outbox",
        c.banner(problem, tone="bad") if problem else None,
        *stops,
        _tabs(counts, [] if dead else shown, dead_count, dead),
        _meaning(DEAD_TOLD if dead else _told_of(shown), total),
        html.Div(body, className="rows"),
        _pages(total, page, {"list": DEAD} if dead else {"state": [s.value for s in shown]}),
        lead="Only what is verified, or confirmed by hand, counts as done.",
        tools=_sheet_links(counts, viewer),
    )


def _found(tx: Tx, shown: Sequence[EnforcementState], dead: bool, page: int) -> list[Action]:
    offset = (page - 1) * PAGE
    if dead:
        return outbox_seen.dead_actions(tx, limit=PAGE, offset=offset)
    return outbox.newest_actions(tx, states=shown, limit=PAGE, offset=offset)


def _stops(tx: Tx, viewer: User) -> list[Component]:
    """A banner for each source whose platform called our writing abuse."""
    stops = write_stops.stops_on(tx)
    known = {s.id: s for s in sources.list_sources(tx)}
    return [_stop(known[i], stop, viewer) for i, stop in stops.items()]


def _stop(source: Source, stop: WriteStop, viewer: User) -> Component:
    told = (
        f"Nothing is sent to {source_name(source)}: {stop.why} What waits is kept. Look at the "
        "page's own notices first, then let writing go on."
    )
    number = [Field(name="source", label="", kind="hidden", value=str(source.id))]
    button = action(outbox_api.RESUME, "Let writing go on", fields=number,
                    confirm="Has the page been looked at?")  # fmt: skip
    return html.Div(
        [c.banner(told, tone="bad"), button if viewer.role is Role.SENIOR else None],
        className="rows",
    )


def _states(query: Query) -> tuple[list[EnforcementState], str]:
    known = {s.value: s for s in S}
    told = [v for v in query.get("state", []) if v]
    wrong = [v for v in told if v not in known]
    return [known[v] for v in told if v in known], (
        f"“{wrong[0][:40]}” is no state of an action." if wrong else ""
    )


def _page(query: Query) -> int:
    told = (query.get("page") or ["1"])[0]
    return max(int(told), 1) if told.isascii() and told.isdigit() and len(told) < 7 else 1


def _first_with_any(counts: Mapping[str, int]) -> list[EnforcementState]:
    """What needs somebody comes first; all at rest: what is held."""
    return [next((s for s in FIRST_LOOK if counts.get(s.value)), S.HELD)]


def _items(tx: Tx, found: Sequence[Action], viewer: User) -> list[Item]:
    ids = tuple(dict.fromkeys(a.comment_id for a in found))
    listed = find_comments(tx, Wanted(comment_ids=ids), limit=PAGE) if ids else []
    rows = {r.comment.id: r for r in rows_of(tx, listed, viewer)}
    known = {s.id: s for s in sources.list_sources(tx)}
    items: list[Item] = []
    for a in found:
        decision = decisions.decision_by_id(tx, a.decision_id)
        if decision is None or a.comment_id not in rows:
            continue
        items.append(
            Item(
                action=a,
                decision=decision,
                row=rows[a.comment_id],
                source=known[a.source_id],
                attempts=outbox.attempts_of(tx, a.id),
            )
        )
    return items


# ------------------------------------------------------------------------------ drawing


def _tabs(
    counts: Mapping[str, int], shown: Sequence[EnforcementState], dead_count: int, dead: bool
) -> Component:
    links = [
        _tab(TABS[s][0], counts.get(s.value, 0), s in shown, to(PATH, state=s.value))
        for s in TABS
        if s in ALWAYS or counts.get(s.value)
    ]
    needs = _tab("Needs a person", dead_count, dead, to(PATH, list=DEAD))
    label: dict[str, Any] = {"aria-label": "States"}
    return html.Nav([needs, *links], className="state-tabs", **label)


def _tab(text: str, count: int, is_open: bool, path: str) -> Component:
    inside = [text, html.Span(f"{count:,}", className="count")]
    name = "state-tab state-open" if is_open else "state-tab"
    return html.Span(c.link(html.Span(inside), path), className=name)


def _names(states: Sequence[EnforcementState]) -> str:
    return ", ".join(TABS[s][0].lower() for s in states)


def _nothing(states: Sequence[EnforcementState]) -> str:
    return f"Nothing here: {_names(states)}."


def _told_of(states: Sequence[EnforcementState]) -> str:
    return MEANINGS[states[0]] if len(states) == 1 else f"Showing: {_names(states)}."


def _meaning(told: str, total: int) -> Component:
    count = html.Strong(f"{total:,} action{'' if total == 1 else 's'}", id="list-total")
    return html.Div([count, html.Span(f" · {told}", className="quiet")], className="list-told")


def _pages(total: int, page: int, asked: Mapping[str, str | list[str]]) -> Component | None:
    if total <= PAGE:
        return None
    links: list[c.Piece] = []
    if page > 1:
        links.append(c.link("← Newer", to(PATH, **asked, page=page - 1), as_button=True))
    if page * PAGE < total:
        links.append(c.link("Older →", to(PATH, **asked, page=page + 1), as_button=True))
    return html.Nav(links, className="pages")


def _sheet_links(counts: Mapping[str, int], viewer: User) -> list[c.Piece]:
    waiting = counts.get(S.BY_HAND.value, 0)
    if viewer.role not in outbox_api.WORKERS or not waiting:
        return []
    links = (
        ("Work sheet, PDF", "pdf"),
        ("Excel", "xlsx"),
        ("CSV", "csv"),
        ("PDF with full texts", "pdf?text=full"),
    )
    return [
        html.A(
            text, href=f"{outbox_api.SHEET}.{kind}", className="button button-plain", download=""
        )
        for text, kind in links
    ]


def register(app: Dash) -> None:
    app.server.register_blueprint(outbox_api.routes)
    add_page(__name__, path=PATH, title="Outbox", title_ur="عمل درآمد", icon="outbox",
             layout=plainly(layout))  # fmt: skip
