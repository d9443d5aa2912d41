"""The outbox: what decisions asked of the platforms, where each stands, and its proof."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dash import Dash, html
from dash.development.base_component import Component

from dashboard import components as c
from dashboard import outbox_api
from dashboard.deps import Deps, deps
from dashboard.fields import Field, action
from dashboard.found import Row, rows_of
from dashboard.listing import STATE_WORDS, history_path, post_line, source_name
from dashboard.pages import Query, add_page
from dashboard.plain import plainly
from dashboard.security import signed_in
from dashboard.wanted import to
from data.db import Tx
from data.model import (
    Action,
    Decision,
    Enforcement,
    EnforcementState,
    JsonObject,
    Role,
    Source,
    User,
)
from data.store import decisions, outbox, sources
from data.store.search import Wanted, find_comments
from moderation.by_hand import RETRIABLE
from moderation.platforms.audience import who_can_see

PATH = "/outbox"
PAGE = 50
S = EnforcementState
TABS: Mapping[EnforcementState, tuple[str, c.Tone]] = {
    S.HELD: ("Held", "info"),
    S.SENT: ("Sent", "info"),
    S.ACCEPTED: ("Accepted", "info"),
    S.VERIFIED: ("Verified", "good"),
    S.BY_HAND: ("By hand", "warn"),
    S.CONFIRMED: ("Confirmed", "good"),
    S.FAILED: ("Failed", "bad"),
    S.REFUSED: ("Refused", "bad"),
    S.TEXT_CHANGED: ("Text changed", "warn"),
    S.CONFLICT: ("Conflict", "bad"),
    S.GONE: ("Gone", "plain"),
    S.DRY_RUN: ("Dry run", "plain"),
    S.CANCELLED: ("Cancelled", "plain"),
}
ALWAYS = frozenset({S.HELD, S.SENT, S.ACCEPTED, S.VERIFIED, S.BY_HAND, S.REFUSED})
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
    S.CONFLICT: "Somebody reversed it in the platform's own tool.",
    S.GONE: "The comment was no longer there.",
    S.DRY_RUN: "What would be sent. Nothing was sent: write-back of this source is a dry run.",
    S.CANCELLED: "Undone in the hold. Nothing was sent.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One action with what is shown of it."""

    action: Action
    decision: Decision
    row: Row
    source: Source
    attempts: list[Enforcement]


def layout(query: Query) -> Component:
    """Tabs by state with their counts, and the newest actions of the open one."""
    d, viewer = deps(), signed_in()
    states, problem = _states(query)
    page = _page(query)
    with d.db.read() as tx:
        counts = outbox.state_counts(tx)
        shown = states or _first_with_any(counts)
        found = outbox.newest_actions(tx, states=shown, limit=PAGE, offset=(page - 1) * PAGE)
        items = _items(tx, found, viewer)
    total = sum(counts.get(s.value, 0) for s in shown)
    body = [_item(i, d, viewer) for i in items] or [c.empty(f"Nothing here: {_names(shown)}.")]
    return c.page(
        "Outbox",
        c.banner(problem, tone="bad") if problem else None,
        _tabs(counts, shown),
        _meaning(shown, total),
        html.Div(body, className="rows"),
        _pages(total, page, shown),
        lead="Only what is verified, or confirmed by hand, counts as done.",
        tools=_sheet_links(counts, viewer),
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


def _tabs(counts: Mapping[str, int], shown: Sequence[EnforcementState]) -> Component:
    links = [
        _tab(s, counts.get(s.value, 0), s in shown) for s in TABS if s in ALWAYS or counts.get(s)
    ]
    label: dict[str, Any] = {"aria-label": "States"}
    return html.Nav(links, className="state-tabs", **label)


def _tab(state: EnforcementState, count: int, is_open: bool) -> Component:
    inside = [TABS[state][0], html.Span(f"{count:,}", className="count")]
    name = "state-tab state-open" if is_open else "state-tab"
    return html.Span(c.link(html.Span(inside), to(PATH, state=state.value)), className=name)


def _names(states: Sequence[EnforcementState]) -> str:
    return ", ".join(TABS[s][0].lower() for s in states)


def _meaning(states: Sequence[EnforcementState], total: int) -> Component:
    told = MEANINGS[states[0]] if len(states) == 1 else f"Showing: {_names(states)}."
    count = html.Strong(f"{total:,} action{'' if total == 1 else 's'}", id="list-total")
    return html.Div([count, html.Span(f" · {told}", className="quiet")], className="list-told")


def _pages(total: int, page: int, shown: Sequence[EnforcementState]) -> Component | None:
    if total <= PAGE:
        return None
    asked = [s.value for s in shown]
    links: list[c.Piece] = []
    if page > 1:
        links.append(c.link("← Newer", to(PATH, state=asked, page=page - 1), as_button=True))
    if page * PAGE < total:
        links.append(c.link("Older →", to(PATH, state=asked, page=page + 1), as_button=True))
    return html.Nav(links, className="pages")


def _item(i: Item, d: Deps, viewer: User) -> Component:
    a = i.action
    code = i.decision.reason.value if i.decision.reason is not None else "no code"
    head: list[c.Piece] = [
        html.Strong(source_name(i.source)),
        c.badge(a.kind.value.capitalize()),
        c.badge(STATE_WORDS[a.state.value].capitalize(), TABS[a.state][1]),
        c.badge("By hand", "warn") if a.by_hand and a.state is not S.BY_HAND else None,
        html.Span([f"decision {i.decision.id}, {code}, ", c.moment(i.decision.decided_at, d.zone)],
                  className="quiet"),
        _countdown(a),
    ]  # fmt: skip
    sees = who_can_see(i.source.platform, a.kind, by_hand=a.by_hand)
    mute = a.state is S.BY_HAND  # its detail says no more than its state
    return html.Article(
        [
            html.Div(head, className="row-head"),
            c.comment_text(i.row.text, i.row.shown),
            post_line(i.row),
            html.P(a.detail, className="detail-line") if a.detail and not mute else None,
            html.P(sees.en, className="quiet"),
            _attempts(i, d),
            html.Div(_buttons(i, viewer), className="row-foot"),
        ],
        className="row",
    )


def _countdown(a: Action) -> Component | None:
    """Counts down in the browser; the server never waits for it."""
    if a.state is not S.HELD:
        return None
    data: dict[str, Any] = {"data-until": a.hold_until.isoformat()}
    return html.Span(html.Span("…"), className="countdown", role="timer", **data)


def _attempts(i: Item, d: Deps) -> Component:
    rows: list[list[c.Piece]] = [
        [c.moment(e.at, d.zone), STATE_WORDS[e.state.value], e.detail, _told(e)] for e in i.attempts
    ]
    heads = ("When", "State", "Detail", "Request and answer")
    table = c.table(heads, rows, caption=f"Attempts of action {i.action.id}, oldest first")
    summary = f"{len(rows)} step{'' if len(rows) == 1 else 's'}, with requests"
    return html.Details([html.Summary(summary), table], open=i.action.state is S.DRY_RUN)


def _told(e: Enforcement) -> Component | None:
    parts = [_json(name, value) for name, value in (("Request", e.request), ("Answer", e.response))
             if value]  # fmt: skip
    return html.Div(parts) if parts else None


def _json(name: str, value: JsonObject) -> Component:
    text = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True)
    return html.Div([html.Span(name, className="quiet"), html.Pre(text, className="json")])


def _buttons(i: Item, viewer: User) -> list[c.Piece]:
    a = i.action
    found: list[c.Piece] = [c.link("History", history_path(a.comment_id))]
    link = i.row.comment.permalink
    if link and link.startswith(("https://", "http://")):
        found.append(html.A("Open on the platform", href=link, target="_blank",
                            rel="noopener noreferrer", className="link"))  # fmt: skip
    if viewer.role not in (Role.OFFICER, Role.SENIOR):
        return found
    number = [Field(name="action", label="", kind="hidden", value=str(a.id))]
    if a.state is S.BY_HAND:
        found.append(action(outbox_api.CONFIRM, "Done by hand", fields=number, tone="primary",
                            confirm="Did you do it in the platform's own tool?"))  # fmt: skip
    if a.state in RETRIABLE and (a.state is not S.CONFLICT or viewer.role is Role.SENIOR):
        found.append(action(outbox_api.RETRY, "Try again", fields=number))
    return found


def _sheet_links(counts: Mapping[str, int], viewer: User) -> list[c.Piece]:
    waiting = counts.get(S.BY_HAND.value, 0)
    if viewer.role not in outbox_api.WORKERS or not waiting:
        return []
    links = (("Work sheet, CSV", "csv"), ("Work sheet, Excel", "xlsx"))
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
