"""One action of the outbox as it is drawn: where it stands, each attempt, what can be done."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from dash import html
from dash.development.base_component import Component

from dashboard.deps import Deps
from dashboard.drawing import components as c
from dashboard.drawing.fields import Field, action
from dashboard.drawing.saying import woven
from dashboard.finding.found import Row
from dashboard.finding.listing import STATE_WORDS, history_path, post_line, source_name
from dashboard.outbox import api
from dashboard.words import mark, t, tn, tongue
from dashboard.words.below import below
from data.model import (
    Action,
    Decision,
    Enforcement,
    EnforcementState,
    JsonObject,
    JsonValue,
    Role,
    Source,
    User,
)
from moderation.carrying_out.by_hand import RETRIABLE
from moderation.platforms.audience import tells_state, verb_of, who_can_see

S = EnforcementState
TABS: Mapping[EnforcementState, tuple[str, c.Tone]] = {
    S.HELD: (mark("Held"), "info"),
    S.SENT: (mark("Sent"), "info"),
    S.ACCEPTED: (mark("Accepted"), "info"),
    S.VERIFIED: (mark("Verified"), "good"),
    S.BY_HAND: (mark("By hand"), "warn"),
    S.CONFIRMED: (mark("Confirmed"), "good"),
    S.FAILED: (mark("Failed"), "bad"),
    S.REFUSED: (mark("Refused"), "bad"),
    S.TEXT_CHANGED: (mark("Text changed"), "warn"),
    S.CONFLICT: (mark("Conflict"), "bad"),
    S.LEFT: (mark("Conflict, left"), "plain"),
    S.GONE: (mark("Gone"), "plain"),
    S.DRY_RUN: (mark("Dry run"), "plain"),
    S.CANCELLED: (mark("Cancelled"), "plain"),
}


VERBS = {
    "hide": mark("Hide"),
    "put back": mark("Put back"),
    "delete for good": mark("Delete for good"),
    "fold": mark("Fold"),
    "unfold": mark("Unfold"),
    "hold for review": mark("Hold for review"),
    "publish again": mark("Publish again"),
    "reject": mark("Reject"),
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
    code = i.decision.reason.value if i.decision.reason is not None else t("no code")
    head: list[c.Piece] = [
        html.Strong(html.Bdi(source_name(i.source))),
        c.badge(t(VERBS[verb_of(i.source.platform, a.kind)])),
        c.badge(t(STATE_WORDS[a.state.value]).capitalize(), TABS[a.state][1]),
        c.badge(t("By hand"), "warn") if a.by_hand and a.state is not S.BY_HAND else None,
        html.Span(
            woven(t("decision {n}, {code}, {when}"), n=i.decision.id, code=html.Bdi(code),
                  when=c.moment(i.decision.decided_at, d.zone)),
            className="quiet",
        ),
        _countdown(a),
    ]  # fmt: skip
    sees = who_can_see(i.source.platform, a.kind, by_hand=a.by_hand)
    mute = a.state is S.BY_HAND  # its detail says no more than its state
    return html.Article(
        [
            html.Div(head, className="row-head"),
            c.comment_text(i.row.text, i.row.shown),
            post_line(i.row),
            html.P(below(a.detail), className="detail-line") if a.detail and not mute else None,
            html.P(sees.ur if tongue() == "ur" else sees.en, className="quiet sees"),
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
        [c.moment(e.at, d.zone), t(STATE_WORDS[e.state.value]), below(e.detail), _told(e)]
        for e in i.attempts
    ]
    heads = (t("When"), t("State"), t("Detail"), t("Request and answer"))
    caption = t("Attempts of action {n}, oldest first", n=i.action.id)
    table = c.table(heads, rows, caption=caption)
    summary = tn("{n} step, with requests", "{n} steps, with requests", len(rows))
    return html.Details([html.Summary(summary), table], open=i.action.state is S.DRY_RUN)


def _told(e: Enforcement) -> Component | None:
    parts: list[c.Piece] = []
    if e.request:
        asked = html.Code(_request_line(e.request), className="json", dir="ltr")
        parts += [asked, _json(t("Body"), e.request.get("body"))]
    if e.response:
        parts.append(_json(t("Answer"), e.response))
    return html.Div(parts) if parts else None


def _request_line(asked: JsonObject) -> str:
    """Method and address as they are sent; tokens are never part of a kept request."""
    params = asked.get("params")
    query = f"?{urlencode(params, doseq=True)}" if isinstance(params, dict) and params else ""
    return f"{asked.get('method', '')} {asked.get('path', '')}{query}"


def _json(name: str, told: JsonValue) -> Component | None:
    if not told:
        return None
    text = json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True)
    pre = html.Pre(text, className="json", dir="ltr")
    return html.Div([html.Span(name, className="quiet"), pre])


def _buttons(i: Item, viewer: User) -> list[c.Piece]:
    a = i.action
    found: list[c.Piece] = [c.link(t("History"), history_path(a.comment_id))]
    link = i.row.comment.permalink
    if link and link.startswith(("https://", "http://")):
        found.append(html.A(t("Open on the platform"), href=link, target="_blank",
                            rel="noopener noreferrer", className="link"))  # fmt: skip
    if viewer.role not in api.WORKERS:
        return found
    number = [Field(name="action", label="", kind="hidden", value=str(a.id))]
    if a.state is S.BY_HAND:
        found.append(action(api.CONFIRM, t("Done by hand"), fields=number,
                            tone="primary",
                            confirm=t("Did you do it in the platform's own tool?")))  # fmt: skip
    if a.state is S.ACCEPTED and not tells_state(i.source.platform):
        found.append(action(api.CONFIRM, t("Seen so at the platform"), fields=number,
                            confirm=t("Did you look, and is it so?")))  # fmt: skip
    if a.state is S.CONFLICT:
        return [*found, *_conflict_buttons(viewer, number)]
    if a.state in RETRIABLE:
        found.append(action(api.RETRY, t("Try again"), fields=number))
    return found


def _conflict_buttons(viewer: User, number: list[Field]) -> list[c.Piece]:
    """Somebody reversed it on purpose, perhaps: a person chooses."""
    why = Field(name="why", label=t("Why it is left"), needed=True, longest=300)
    leave = action(api.LEAVE, t("Leave it"), fields=[*number, why])
    if viewer.role is not Role.SENIOR:
        return [leave]
    return [action(api.RETRY, t("Do it again"), fields=number), leave]
