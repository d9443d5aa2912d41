"""The outbox: what decisions asked of the platforms, where each stands, and its proof."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dash import Dash, html
from dash.development.base_component import Component

from dashboard.deps import deps
from dashboard.drawing import components as c
from dashboard.drawing.fields import Field, action, filters
from dashboard.drawing.page import Query, add_page, first
from dashboard.drawing.plain import plainly
from dashboard.drawing.saying import woven
from dashboard.finding.found import rows_of
from dashboard.finding.listing import source_name
from dashboard.finding.wanted import to
from dashboard.outbox import api
from dashboard.outbox.items import TABS, Item, S, item_card
from dashboard.signing_in.security import signed_in
from dashboard.words import mark, t, tn
from dashboard.words.below import below
from dashboard.words.written import number
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
DEAD_TOLD = mark(
    "Came to nothing and waits for a person: refused, reversed at the platform, or failed so often "
    "that it is not tried again by itself."
)
FIRST_LOOK = (S.FAILED, S.REFUSED, S.CONFLICT, S.TEXT_CHANGED, S.BY_HAND, S.HELD, S.SENT,
              S.ACCEPTED)  # fmt: skip
MEANINGS = {
    S.HELD: mark("Waiting out the hold, in which undo costs nothing."),
    S.SENT: mark("On its way; the outcome is not known yet."),
    S.ACCEPTED: mark("The platform said yes; the next sweep must prove it."),
    S.VERIFIED: mark("Done, and proven by reading it back."),
    S.BY_HAND: mark(
        "Do it in the platform's own tool, then confirm here. The next export proves it."
    ),
    S.CONFIRMED: mark("Done by hand, confirmed by the officer."),
    S.FAILED: mark("Not done; it is tried again by itself until it needs a person."),
    S.REFUSED: mark("The platform said no. It is not tried again by itself."),
    S.TEXT_CHANGED: mark(
        "The comment was edited after the decision: nothing was sent, decide anew."
    ),
    S.CONFLICT: mark(
        "Somebody reversed it in the platform's own tool. It is never done again by "
        "itself: do it again, or leave it."
    ),
    S.LEFT: mark("Reversed in the platform's own tool, and left so by a person."),
    S.GONE: mark("The comment was no longer there."),
    S.DRY_RUN: mark(
        "What would be sent. Nothing was sent: write-back of this source is a dry run."
    ),
    S.CANCELLED: mark("Undone in the hold. Nothing was sent."),
}


def layout(query: Query) -> Component:
    """Tabs by state with their counts, and the newest actions of the open one."""
    d, viewer = deps(), signed_in()
    states, problem = _states(query)
    page, dead = _page(query), first(query, "list") == DEAD
    with d.db.read() as tx:
        known = {str(s.id): s for s in sources.list_sources(tx)}
        chosen = known.get(first(query, "source"))
        of = None if chosen is None else chosen.id
        counts = outbox.state_counts(tx, source_id=of)
        dead_count = outbox_seen.count_dead(tx, source_id=of)
        shown = states or _first_with_any(counts)
        found = _found(tx, shown, dead, page, of)
        items = _items(tx, found, viewer)
        stops = _stops(tx, viewer)
        by_hand = outbox.state_counts(tx).get(S.BY_HAND.value, 0)
    if first(query, "source") and chosen is None:
        problem = t("There is no such source.")
    total = dead_count if dead else sum(counts.get(s.value, 0) for s in shown)
    nothing = t("Nothing here: no action needs a person.") if dead else _nothing(shown)
    body = [item_card(i, d, viewer) for i in items] or [c.empty(nothing)]
    asked = Asked(states=[] if dead else shown, dead=dead, source=chosen)
    return c.page(
        t("Outbox"),
        c.banner(problem, tone="bad") if problem else None,
        *stops,
        _by_source(asked, list(known.values())),
        _tabs(counts, asked, dead_count),
        _meaning(t(DEAD_TOLD) if dead else _told_of(shown), total),
        html.Div(body, className="rows"),
        _pages(total, page, asked),
        lead=t("Only what is verified, or confirmed by hand, counts as done."),
        tools=_sheet_links(by_hand, viewer),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the address asks for: one list, of one source or of all."""

    states: Sequence[EnforcementState]
    dead: bool
    source: Source | None

    @property
    def of(self) -> dict[str, str]:
        """The source as a part of an address."""
        return {} if self.source is None else {"source": str(self.source.id)}

    @property
    def listed(self) -> dict[str, str | list[str]]:
        """The list as a part of an address."""
        return {"list": DEAD} if self.dead else {"state": [s.value for s in self.states]}


def _by_source(asked: Asked, known: Sequence[Source]) -> Component | None:
    """The choice of a source, where there is one."""
    if len(known) < 2:
        return None
    chosen = asked.of.get("source", "")
    options = [("", t("Any")), *((str(s.id), source_name(s)) for s in known)]
    fields = [Field(name="source", label=t("Source"), kind="choice", value=chosen, options=options)]
    for name, value in asked.listed.items():
        fields.append(Field(name=name, label="", kind="hidden", value=value))
    return filters(PATH, fields)


def _found(
    tx: Tx, shown: Sequence[EnforcementState], dead: bool, page: int, source_id: int | None
) -> list[Action]:
    offset = (page - 1) * PAGE
    if dead:
        return outbox_seen.dead_actions(tx, limit=PAGE, offset=offset, source_id=source_id)
    return outbox.newest_actions(tx, states=shown, source_id=source_id, limit=PAGE, offset=offset)


def _stops(tx: Tx, viewer: User) -> list[Component]:
    """A banner for each source whose platform called our writing abuse."""
    stops = write_stops.stops_on(tx)
    known = {s.id: s for s in sources.list_sources(tx)}
    return [_stop(known[i], stop, viewer) for i, stop in stops.items()]


def _stop(source: Source, stop: WriteStop, viewer: User) -> Component:
    told = woven(
        t(
            "Nothing is sent to {source}: {why} What waits is kept. Look at the page's own notices "
            "first, then let writing go on."
        ),
        source=html.Bdi(source_name(source)),
        why=below(stop.why),
    )
    number = [Field(name="source", label="", kind="hidden", value=str(source.id))]
    button = action(api.RESUME, t("Let writing go on"), fields=number,
                    confirm=t("Has the page been looked at?"))  # fmt: skip
    return html.Div(
        [c.banner(*told, tone="bad"), button if viewer.role is Role.SENIOR else None],
        className="rows",
    )


def _states(query: Query) -> tuple[list[EnforcementState], str]:
    known = {s.value: s for s in S}
    told = [v for v in query.get("state", []) if v]
    wrong = [v for v in told if v not in known]
    return [known[v] for v in told if v in known], (
        t("“{word}” is no state of an action.", word=wrong[0][:40]) if wrong else ""
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


def _tabs(counts: Mapping[str, int], asked: Asked, dead_count: int) -> Component:
    links = [
        _tab(t(TABS[s][0]), counts.get(s.value, 0), s in asked.states,
             to(PATH, state=s.value, **asked.of))
        for s in TABS
        if s in ALWAYS or counts.get(s.value)
    ]  # fmt: skip
    needs = _tab(t("Needs a person"), dead_count, asked.dead, to(PATH, list=DEAD, **asked.of))
    label: dict[str, Any] = {"aria-label": t("States")}
    return html.Nav([needs, *links], className="state-tabs", **label)


def _tab(text: str, count: int, is_open: bool, path: str) -> Component:
    inside = [text, html.Span(number(count), className="count")]
    name = "state-tab state-open" if is_open else "state-tab"
    return html.Span(c.link(html.Span(inside), path), className=name)


def _names(states: Sequence[EnforcementState]) -> str:
    return ", ".join(t(TABS[s][0]).lower() for s in states)


def _nothing(states: Sequence[EnforcementState]) -> str:
    return t("Nothing here: {states}.", states=_names(states))


def _told_of(states: Sequence[EnforcementState]) -> str:
    if len(states) == 1:
        return t(MEANINGS[states[0]])
    return t("Showing: {states}.", states=_names(states))


def _meaning(told: str, total: int) -> Component:
    count = html.Strong(tn("{n} action", "{n} actions", total), id="list-total")
    return html.Div([count, html.Span(f" · {told}", className="quiet")], className="list-told")


def _pages(total: int, page: int, asked: Asked) -> Component | None:
    if total <= PAGE:
        return None
    shown = t("{first} to {last} of {all}", first=number(min((page - 1) * PAGE + 1, total)),
              last=number(min(page * PAGE, total)), all=number(total))  # fmt: skip
    links: list[c.Piece] = [html.Span(shown)]
    where = {**asked.listed, **asked.of}
    if page > 1:
        links.insert(0, c.link(t("← Newer"), to(PATH, **where, page=page - 1), as_button=True))
    if page * PAGE < total:
        links.append(c.link(t("Older →"), to(PATH, **where, page=page + 1), as_button=True))
    return html.Nav(links, className="pages", **c.attributes(aria_label=t("Pages of the list")))


def _sheet_links(waiting: int, viewer: User) -> list[c.Piece]:
    if viewer.role not in api.WORKERS or not waiting:
        return []
    links = (
        (t("Work sheet, PDF"), "pdf"),
        (t("Excel"), "xlsx"),
        (t("CSV"), "csv"),
        (t("PDF with full texts"), "pdf?text=full"),
    )
    return [
        html.A(text, href=f"{api.SHEET}.{kind}", className="button button-plain", download="")
        for text, kind in links
    ]


def register(app: Dash) -> None:
    app.server.register_blueprint(api.routes)
    add_page(__name__, path=PATH, title=mark("Outbox"), icon="outbox",
             layout=plainly(layout))  # fmt: skip
