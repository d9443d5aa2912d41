"""Small pieces that every page is built from: headings, tiles, tables, badges, texts of comments.

All are plain HTML elements with classes of assets/sunwai.css; none holds state.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.words import t, written
from dashboard.words.texts import Segment, segments_of
from data.model import Assessment

Piece = Component | str | int | float | None
Tone = Literal["plain", "good", "warn", "bad", "info", "protected"]


def attributes(**values: str) -> dict[str, Any]:
    """Attributes with a hyphen: ``attributes(aria_label="x")`` is ``aria-label="x"``."""
    return {name.replace("_", "-"): value for name, value in values.items()}


def page(
    title: str, *children: Piece, lead: Piece = None, tools: Sequence[Piece] = ()
) -> Component:
    """A page's frame: its heading, a line under it, its buttons on the right, and its body."""
    head = html.Div(
        [
            html.Div([html.H1(title), lead if lead is None else html.P(lead, className="lead")]),
            html.Div(list(tools), className="tools"),
        ],
        className="page-head",
    )
    return html.Div([head, *children], className="page")


def card(*children: Piece, title: str | None = None, id: str | None = None) -> Component:
    """A white panel with an optional heading."""
    heading = [] if title is None else [html.H2(title)]
    known: dict[str, Any] = {} if id is None else {"id": id}
    return html.Section([*heading, *children], className="panel", **known)


def tile(
    label: str,
    value: Piece,
    *,
    href: str | None = None,
    note: Piece = None,
    tone: Tone = "plain",
) -> Component:
    """One number with its name; with ``href`` it opens the list behind it."""
    inside: list[Piece] = [
        html.Span(label, className="tile-label"),
        html.Span(value, className="tile-value"),
        html.Span(note, className="tile-note") if note is not None else None,
    ]
    name = f"tile tone-{tone}"
    if href is None:
        return html.Div(inside, className=name)
    return dcc.Link(inside, href=href, className=f"{name} tile-link")


def tiles(*children: Piece) -> Component:
    """A row of tiles that wraps."""
    return html.Div(list(children), className="tiles")


def badge(text: str, tone: Tone = "plain", *, title: str | None = None) -> Component:
    """A small word on a tinted ground; the word says all, the colour only helps."""
    return html.Span(text, className=f"badge tone-{tone}", title=title)


def banner(*children: Piece, tone: Tone = "warn") -> Component:
    """A notice over a page, read out by a screen reader."""
    return html.Div(list(children), className=f"banner tone-{tone}", role="status")


def empty(text: str, *more: Piece) -> Component:
    """What a page says when there is nothing to show."""
    return html.Div([html.P(text, className="empty-text"), *more], className="empty")


def refusal() -> Component:
    """What a page shows to a role that may not open it."""
    return html.Div(
        [html.H1(t("Not for your role")), html.P(t("Your role does not open this page."))],
        className="empty",
    )


def table(
    heads: Sequence[str],
    rows: Sequence[Sequence[Piece]],
    *,
    caption: str,
    numbers: Collection[int] = (),
) -> Component:
    """A table with a caption for screen readers; ``numbers`` are the columns set to the right."""
    classes = ["num" if i in numbers else "" for i in range(len(heads))]
    head = [html.Th(h, scope="col", className=k) for h, k in zip(heads, classes, strict=True)]
    body = [
        html.Tr([html.Td(x, className=k) for x, k in zip(row, classes, strict=True)])
        for row in rows
    ]
    inside = [
        html.Caption(caption, className="sr-only"),
        html.Thead(html.Tr(head)),
        html.Tbody(body),
    ]
    return html.Div(html.Table(inside, className="table"), className="table-wrap", tabIndex=0,
                    role="region", **attributes(aria_label=caption))  # fmt: skip


def button(text: str, *, id: str | dict[str, str], kind: str = "plain") -> Component:
    """A button; ``kind`` is plain, primary or danger."""
    return html.Button(text, id=id, className=f"button button-{kind}", n_clicks=0)


def link(text: Piece, href: str, *, as_button: bool = False, primary: bool = False) -> Component:
    """A link to a page of ours; as a button where it starts something."""
    kind = "link"
    if as_button or primary:
        kind = "button button-primary" if primary else "button button-plain"
    return dcc.Link(text, href=href, className=kind)


def moment(at: datetime | None, zone: str, *, missing: str | None = None) -> Component:
    """An instant in the organisation's zone, with the full form under the pointer; the Hijri date
    beside it for who chose that."""
    if at is None:
        return html.Span(missing if missing is not None else t("not known"), className="quiet")
    hijri = written.hijri_beside(at.astimezone(ZoneInfo(zone)).date())
    told = written.instant(at, zone)
    shown: Any = [told, " ", html.Span(hijri, className="hijri")] if hijri else told
    return html.Time(shown, dateTime=at.isoformat(), title=written.exactly(at, zone))


def duration(seconds: float) -> str:
    """A length of time in words: "40 s", "12 min", "3 h 10 min", "2 d 4 h"."""
    return written.duration(seconds)


def comment_text(
    text: str,
    assessment: Assessment | None = None,
    *,
    masked: bool = True,
    longest: int | None = 400,
    personal: bool = False,
) -> Component:
    """A comment's text: direction by its letters, Nastaliq for Urdu, handles apart, slurs masked.

    ``longest`` cuts what is drawn, with an ellipsis; None draws all of it. With ``personal`` a
    person's numbers and addresses are masked too.
    """
    drawn = segments_of(text, assessment, longest=longest, personal=personal)
    pieces: list[Piece] = [_piece(s, masked) for s in drawn.segments]
    if drawn.more:
        pieces.append("…")
    return html.Div(pieces, className="comment-text", dir=drawn.direction, lang=drawn.lang)


def _piece(segment: Segment, masked: bool) -> Piece:
    text = segment.masked if masked and segment.masked is not None else segment.text
    if segment.kind == "handle":
        return html.Bdi(text)
    if segment.kind == "control":
        return html.Span(text, className="control-mark", title=segment.label)
    if segment.label:
        return html.Mark(text, title=segment.label, className="why said" if segment.said else "why")
    return text


def definitions(pairs: list[tuple[str, Piece]]) -> Component:
    """Names and values, side by side where there is room."""
    inside = [html.Div([html.Dt(name), html.Dd(value)]) for name, value in pairs]
    return html.Dl(inside, className="fact-list")
