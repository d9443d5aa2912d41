"""A list of comments on the screen: its filters, its total, its pages, its rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from dash import html
from dash.development.base_component import Component

from dashboard import components as c
from dashboard.cards import COVERAGE_TITLES, FEEDBACK_TITLES, safe_link
from dashboard.components import LANGUAGE_NAMES
from dashboard.fields import Field, filters, options_of
from dashboard.found import Row
from dashboard.wanted import PAGE, Asked
from data.db import Tx
from data.model import (
    Coverage,
    FeedbackKind,
    Flag,
    Language,
    Platform,
    ReasonCode,
    Sentiment,
    Source,
    ThemeState,
    Verdict,
)
from data.store import sources, themes, users
from moderation.reasons import REASONS

VERDICT_WORDS: Mapping[Verdict, tuple[str, c.Tone]] = {
    Verdict.KEEP: ("Kept", "good"),
    Verdict.REMOVE: ("Removed", "bad"),
    Verdict.SPLIT: ("Split", "bad"),
    Verdict.COMPLAINT: ("Complaint filed", "info"),
    Verdict.ESCALATE: ("Second look asked", "warn"),
    Verdict.WAIT: ("Put off", "plain"),
    Verdict.UNDO: ("Undone", "plain"),
}
FLAG_WORDS: Mapping[Flag, tuple[str, c.Tone]] = {
    Flag.FLAGGED: ("Flagged", "warn"),
    Flag.SEVERE: ("Severe", "bad"),
    Flag.NOT_COVERED: ("Not covered", "info"),
    Flag.NOT_CHECKED: ("Not checked", "info"),
}
STATE_WORDS = {
    "held": "held",
    "cancelled": "cancelled",
    "dry_run": "dry run: nothing was sent",
    "sent": "sent",
    "accepted": "accepted, not verified yet",
    "verified": "verified",
    "refused": "refused",
    "gone": "gone",
    "failed": "failed, will be tried again",
    "text_changed": "text changed, not sent",
    "by_hand": "to be done by hand",
    "confirmed": "done by hand, confirmed",
    "conflict": "conflict: reversed at the platform",
    "left": "conflict, left as it is",
}


# ------------------------------------------------------------------------------ filters


def filter_form(tx: Tx, asked: Asked, path: str, *, decisions: bool = False) -> Component:
    """The filters of a list as they stand now."""
    one = _One(asked.given)
    lead = [
        one.field("words", "Words", "search", hint="Urdu, Roman Urdu or English"),
        one.field("since", "From day", "date"),
        one.field("until", "To day", "date"),
        one.choice("source", "Source", [(str(s.id), source_name(s))
                                        for s in sources.list_sources(tx)]),
    ]  # fmt: skip
    judged = [
        one.choice("language", "Language", [(m.value, LANGUAGE_NAMES[m]) for m in Language]),
        one.choice("coverage", "Coverage", options_of(Coverage, COVERAGE_TITLES)),
        one.choice("flag", "Flag", options_of(Flag, {"none": "Not flagged"})),
        one.choice("feedback", "Feedback", [(m.value, FEEDBACK_TITLES[m]) for m in FeedbackKind]),
        one.choice("mood", "Mood", options_of(Sentiment)),
        one.choice("theme", "Theme", [(t.key, t.title_en) for t in themes.list_themes(tx)
                                      if t.state is ThemeState.SELECTED]),
        one.choice("protected", "Protected", [("yes", "Yes"), ("no", "No")]),
    ]  # fmt: skip
    decided = [
        one.choice("verdict", "Decision", [(m.value, VERDICT_WORDS[m][0]) for m in Verdict]),
        one.choice("reason", "Code", [(m.value, f"{m.value} {REASONS[m].title_en}")
                                      for m in ReasonCode]),
        one.choice("officer", "Officer", [(u.pseudonym, u.pseudonym)
                                          for u in users.list_users(tx)]),
        one.choice("state", "At the platform", [(k, v.capitalize())
                                                for k, v in STATE_WORDS.items()]),
    ]  # fmt: skip
    kept = [one.field(n, n, "hidden") for n in ("by", "closed", "decided", "post", "id", "outcome")
            if n in asked.given]  # fmt: skip
    if decisions:
        return filters(path, [*lead, *decided, *kept], more=judged)
    return filters(path, [*lead, *kept], more=[*judged, *decided])


class _One:
    """Fields that hold what the address says; a filter given twice keeps all its values."""

    def __init__(self, given: Mapping[str, list[str]]) -> None:
        self._given = given

    def field(self, name: str, label: str, kind: str, hint: str = "") -> Field:
        values = self._given.get(name, [])
        value = list(values) if kind == "hidden" and len(values) > 1 else (values or [""])[0]
        if kind == "date":
            value = str(value)[:10]
        return Field(name=name, label=label, kind=kind, value=value, hint=hint)  # pyright: ignore[reportArgumentType]

    def choice(self, name: str, label: str, options: list[tuple[str, str]]) -> Field:
        values = self._given.get(name, [])
        if len(values) > 1:
            return Field(name=name, label=label, kind="many", value=values, options=options)
        value = (values or [""])[0]
        return Field(name=name, label=label, kind="choice", value=value,
                     options=[("", "Any"), *options])  # fmt: skip


# ------------------------------------------------------------------------------ the list


def problems(asked: Asked) -> Component:
    """What a list shows whose address has a mistake: the mistake, and nothing else."""
    return c.banner(
        *(html.Div(p) for p in asked.problems),
        html.Div("Nothing is listed, so that no wrong number is read off this page."),
        tone="bad",
    )


def told(
    total: int, asked: Asked, noun: str = "comment", unsaid: Collection[str] = ()
) -> Component:
    """The total of the list, and what it is limited to, in words."""
    limits = [f"{k}: {', '.join(vs)}" for k, vs in asked.given.items() if k not in unsaid]
    return html.Div(
        [
            html.Strong(f"{total:,} {noun}{'' if total == 1 else 's'}", id="list-total"),
            html.Span(f" · {' · '.join(limits)}" if limits else " · no filter", className="quiet"),
        ],
        className="list-told",
        role="status",
    )


def pages(total: int, asked: Asked, path: str) -> Component | None:
    """Links to the pages of the list; None when it has but one."""
    count = (total + PAGE - 1) // PAGE
    if count <= 1:
        return None
    first, last = (asked.page - 1) * PAGE + 1, min(asked.page * PAGE, total)
    inside: list[c.Piece] = [html.Span(f"{first:,} to {last:,} of {total:,}")]
    if asked.page > 1:
        inside.insert(0, c.link("← Newer", asked.href(path, page=asked.page - 1), as_button=True))
    if asked.page < count:
        inside.append(c.link("Older →", asked.href(path, page=asked.page + 1), as_button=True))
    return html.Nav(inside, className="pages", **_label("Pages of the list"))


def _label(text: str) -> dict[str, Any]:
    return {"aria-label": text}


def rows(
    found: Sequence[Row], zone: str, *, tools: Mapping[str, Component] | None = None
) -> Component:
    """The rows, each an article; ``tools`` are what stands at the foot of a comment's row."""
    more = tools or {}
    return html.Div([_row(r, zone, more.get(r.comment.id)) for r in found], className="rows")


def _row(r: Row, zone: str, tools: Component | None) -> Component:
    foot: list[c.Piece] = [c.link("History", history_path(r.comment.id))]
    link = safe_link(r.comment.permalink)
    if link is not None and not r.masked:
        foot.append(html.A("Open on the platform", href=link, target="_blank",
                           rel="noopener noreferrer", className="link"))  # fmt: skip
    if tools is not None:
        foot.append(tools)
    return html.Article(
        [
            html.Div(_head(r, zone), className="row-head"),
            c.comment_text(r.text, r.shown),
            post_line(r),
            _decided(r, zone),
            html.Div(foot, className="row-foot"),
        ],
        className="row",
    )


def history_path(comment_id: str) -> str:
    """Where one comment's history stands."""
    return "/comments/" + quote(comment_id, safe="")


PLATFORM_NAMES = {
    Platform.FACEBOOK: "Facebook",
    Platform.INSTAGRAM: "Instagram",
    Platform.YOUTUBE: "YouTube",
    Platform.X: "X",
    Platform.TIKTOK: "TikTok",
    Platform.MASTODON: "Mastodon",
    Platform.MOCK: "practice platform",
    Platform.OTHER: "other",
}


def source_name(s: Source) -> str:
    """A source as pages name it: our pages often bear one title on several platforms."""
    return f"{s.title or s.name} ({PLATFORM_NAMES[s.platform]})"


def _head(r: Row, zone: str) -> list[c.Piece]:
    return [
        html.Strong(source_name(r.source)),
        c.moment(r.comment.created_at, zone, missing="date not told"),
        *judged(r),
    ]


def judged(r: Row) -> list[c.Piece]:
    """What the machine made of it, as badges: language, coverage, flag, shield, feedback."""
    a = r.assessment
    if a is None:
        return [c.badge("Not checked", "info")]
    found: list[c.Piece] = [c.badge(LANGUAGE_NAMES[a.reading.language])]
    if a.reading.coverage is not Coverage.COVERED:
        found.append(c.badge(COVERAGE_TITLES[a.reading.coverage.value], "info"))
    flag = FLAG_WORDS.get(a.judgement.flag)
    if flag is not None and flag[0].lower() != COVERAGE_TITLES[a.reading.coverage.value]:
        found.append(c.badge(*flag))
    if a.judgement.protected:
        found.append(c.badge("Protected", "protected"))
    kinds = [k for k in a.reading.feedback if k is not FeedbackKind.OTHER]
    return found + [c.badge(FEEDBACK_TITLES[k]) for k in kinds]


def post_line(r: Row) -> Component | None:
    """Our own post above it, in one line."""
    if r.post is None or not r.post.text:
        return None
    return html.Div(
        [html.Span("Our post: ", className="quiet"), c.comment_text(r.post.text, longest=160)],
        className="row-post",
    )


def _decided(r: Row, zone: str) -> Component | None:
    n = r.decision
    gone = r.comment.missing_since is not None
    if n is None:
        return (
            html.Div(c.badge("No longer on the platform"), className="row-said") if gone else None
        )
    word, tone = VERDICT_WORDS[n.verdict]
    said: list[c.Piece] = [c.badge("Proposed" if n.awaits_second else word, tone)]
    if n.reason is not None:
        said.append(html.Span(f"{n.reason.value} {REASONS[n.reason].title_en}"))
    if n.revision_id != r.comment.revision.id:
        said.append(c.badge("Edited since this decision", "warn"))
    if n.reason_text:
        said.append(html.Q(n.reason_text))
    said += [html.Span([f"by {r.officer}, ", c.moment(n.decided_at, zone)], className="quiet")]
    if r.action is not None:
        hand = " by hand" if r.action.by_hand and r.action.state.value == "held" else ""
        state = STATE_WORDS[r.action.state.value]
        said.append(html.Span(f"At the platform: {state}{hand}"))
    return html.Div(said, className="row-said")
