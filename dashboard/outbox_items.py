"""One action of the outbox as it is drawn: where it stands, each attempt, what can be done."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from dash import html
from dash.development.base_component import Component

from dashboard import components as c
from dashboard import outbox_api
from dashboard.deps import Deps
from dashboard.fields import Field, action
from dashboard.found import Row
from dashboard.listing import STATE_WORDS, history_path, post_line, source_name
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
from moderation.by_hand import RETRIABLE
from moderation.platforms.audience import tells_state, verb_of, who_can_see

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
    S.LEFT: ("Conflict, left", "plain"),
    S.GONE: ("Gone", "plain"),
    S.DRY_RUN: ("Dry run", "plain"),
    S.CANCELLED: ("Cancelled", "plain"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One action with what is shown of it."""

    action: Action
    decision: Decision
    row: Row
    source: Source
    attempts: list[Enforcement]


def item_card(i: Item, d: Deps, viewer: User) -> Component:
    a = i.action
    code = i.decision.reason.value if i.decision.reason is not None else "no code"
    head: list[c.Piece] = [
        html.Strong(source_name(i.source)),
        c.badge(verb_of(i.source.platform, a.kind).capitalize()),
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
    parts: list[c.Piece] = []
    if e.request:
        parts += [html.Code(_request_line(e.request), className="json"), _json("Body", e.request)]
    if e.response:
        parts.append(_json("Answer", e.response))
    return html.Div(parts) if parts else None


def _request_line(asked: JsonObject) -> str:
    """Method and address as they are sent; tokens are never part of a kept request."""
    params = asked.get("params")
    query = f"?{urlencode(params, doseq=True)}" if isinstance(params, dict) and params else ""
    return f"{asked.get('method', '')} {asked.get('path', '')}{query}"


def _json(name: str, value: JsonObject) -> Component | None:
    told = value.get("body") if name == "Body" else value
    if not told:
        return None
    text = json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True)
    return html.Div([html.Span(name, className="quiet"), html.Pre(text, className="json")])


def _buttons(i: Item, viewer: User) -> list[c.Piece]:
    a = i.action
    found: list[c.Piece] = [c.link("History", history_path(a.comment_id))]
    link = i.row.comment.permalink
    if link and link.startswith(("https://", "http://")):
        found.append(html.A("Open on the platform", href=link, target="_blank",
                            rel="noopener noreferrer", className="link"))  # fmt: skip
    if viewer.role not in outbox_api.WORKERS:
        return found
    number = [Field(name="action", label="", kind="hidden", value=str(a.id))]
    if a.state is S.BY_HAND:
        found.append(action(outbox_api.CONFIRM, "Done by hand", fields=number, tone="primary",
                            confirm="Did you do it in the platform's own tool?"))  # fmt: skip
    if a.state is S.ACCEPTED and not tells_state(i.source.platform):
        found.append(action(outbox_api.CONFIRM, "Seen so at the platform", fields=number,
                            confirm="Did you look, and is it so?"))  # fmt: skip
    if a.state is S.CONFLICT:
        return [*found, *_conflict_buttons(viewer, number)]
    if a.state in RETRIABLE:
        found.append(action(outbox_api.RETRY, "Try again", fields=number))
    return found


def _conflict_buttons(viewer: User, number: list[Field]) -> list[c.Piece]:
    """Somebody reversed it on purpose, perhaps: a person chooses."""
    why = Field(name="why", label="Why it is left", needed=True, longest=300)
    leave = action(outbox_api.LEAVE, "Leave it", fields=[*number, why])
    if viewer.role is not Role.SENIOR:
        return [leave]
    return [action(outbox_api.RETRY, "Do it again", fields=number), leave]
