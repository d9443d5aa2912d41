"""The pieces of the grid and of a flood's members: a table whose rows can be chosen.

The table is plain HTML with its roles spelt out, because on a narrow screen its rows are laid out
one under another; assets/grid_*.js puts the boxes in and keeps what is chosen.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.drawing import components as c
from dashboard.drawing.components import attributes
from dashboard.drawing.saying import woven
from dashboard.finding import listing
from dashboard.finding.found import Row
from dashboard.words import t, tongue
from dashboard.words.choosing import choices
from dashboard.words.titles import queue_title
from dashboard.words.written import number
from data.db import Tx
from data.model import CLOSING, ReasonCode, ThemeState
from data.store import themes
from moderation.deciding.bulk import MOST_AT_ONCE
from moderation.policies.reasons import REASONS


def bulk_place(tx: Tx, *children: c.Piece, group: str = "") -> Component:
    """What surrounds rows that can be chosen: what the bulk's dialog needs to know."""
    ur = tongue() == "ur"
    told = {
        "most": MOST_AT_ONCE,
        "group": group,
        "keys": choices().single_keys,
        "reasons": [[r.value, _reason(r, ur=ur)] for r in ReasonCode],
        "free": ReasonCode.OTHER.value,
        "themes": [
            [x.key, listing.theme_title(x)]
            for x in themes.list_themes(tx)
            if x.state in (ThemeState.SELECTED, ThemeState.CANDIDATE)
        ],
    }
    return html.Div(list(children), className="bulk", **_data(bulk=told))


def _reason(code: ReasonCode, *, ur: bool) -> str:
    title = REASONS[code].title_ur if ur else REASONS[code].title_en
    return f"{code.value} {title}"


def _data(**told: object) -> dict[str, Any]:
    return {f"data-{k}": json.dumps(v, ensure_ascii=False) for k, v in told.items()}


def choosable_table(
    rows: Sequence[Row], queues: Mapping[str, str], zone: str, *, caption: str
) -> Component:
    """The rows; each that can still be decided says what a selection must name."""
    heads = (t("Comment"), t("Page"), t("Score"), t("Suggested"), t("State"))
    first = html.Th(html.Span(t("Choose"), className="sr-only"), scope="col", role="columnheader",
                    className="choose")  # fmt: skip
    head = [first, *(html.Th(h, scope="col", role="columnheader") for h in heads)]
    return html.Table(
        [
            html.Caption(caption, className="sr-only"),
            html.Thead(html.Tr(head, role="row"), role="rowgroup"),
            html.Tbody([_row(r, queues, zone, heads) for r in rows], role="rowgroup"),
        ],
        className="grid-table",
        role="table",
    )


def _row(r: Row, queues: Mapping[str, str], zone: str, heads: Sequence[str]) -> Component:
    chosen = _chosen(r)
    said: dict[str, Any] = {} if chosen is None else _data(choose=chosen)
    cells = (_comment(r), _page(r, zone), _score(r), _suggested(r), _state(r, queues, zone))
    return html.Tr(
        [
            html.Td("", className="choose", role="cell"),
            *(
                html.Td(x, role="cell", **attributes(data_head=h))
                for x, h in zip(cells, heads, strict=True)
            ),
        ],
        role="row",
        **said,
    )


def _chosen(r: Row) -> dict[str, object] | None:
    """What a selection names; None where a closing decision stands on the text as it is now."""
    n, a = r.decision, r.assessment
    on_this = n is not None and n.revision_id == r.comment.revision.id
    if n is not None and on_this and n.verdict in CLOSING and not n.awaits_second:
        return None
    if r.comment.missing_since is not None:
        return None
    return {
        "id": r.comment.id,
        "revision": r.comment.revision.id,
        "expected": None if n is None else n.id,
        "protected": a is None or a.judgement.protected,
    }


def _comment(r: Row) -> list[c.Piece]:
    return [
        html.Div(listing.row_text(r), className="grid-text"),
        html.Div(listing.judged(r), className="row-head"),
        listing.post_line(r),
    ]


def _page(r: Row, zone: str) -> list[c.Piece]:
    when = c.moment(r.comment.created_at, zone, missing=t("date not told"))
    return [
        html.Div(listing.source_name(r.source)),
        html.Div(when, className="quiet"),
        c.link(t("History"), listing.history_path(r.comment.id)),
    ]


def _score(r: Row) -> c.Piece:
    """The toxicity from 0 to 1; a text that was not scored says so."""
    a = r.assessment
    score = None if a is None else a.reading.value("toxicity")
    if score is None:
        return html.Span(t("not scored"), className="quiet")
    return html.Span(number(score, 2), className="num")


def _suggested(r: Row) -> list[c.Piece]:
    a = r.assessment
    if a is None or not a.judgement.reasons:
        return [html.Span(t("none"), className="quiet")]
    code = a.judgement.reasons[0]
    title = html.Div(listing.reason_title(code), className="quiet")
    return [html.Bdi(code.value), title]


def _state(r: Row, queues: Mapping[str, str], zone: str) -> list[c.Piece]:
    queue = queues.get(r.comment.id)
    said: list[c.Piece] = []
    if queue is not None:
        said += woven(t("In queue: {queue}"), queue=c.badge(queue_title(queue), "warn"))
    if r.decision is not None:
        said.append(html.Div(listing.decision_pieces(r, zone), className="row-said"))
    if r.comment.missing_since is not None:
        said.append(c.badge(t("No longer on the platform")))
    return said or [html.Span(t("not flagged, not decided"), className="quiet")]
