"""A list of comments on the screen: its total, its pages, its rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from urllib.parse import quote

from dash import html
from dash.development.base_component import Component

from analysis.masking import mask_personal
from dashboard.drawing import components as c
from dashboard.drawing.saying import woven
from dashboard.finding.found import Row
from dashboard.finding.wanted import Asked
from dashboard.words import mark, t, tongue
from dashboard.words.texts import safe_link
from dashboard.words.titles import COVERAGE_TITLES, FEEDBACK_TITLES, LANGUAGE_NAMES
from data.model import (
    REMOVING,
    Coverage,
    Decision,
    FeedbackKind,
    Flag,
    Platform,
    ReasonCode,
    Source,
    Theme,
    Verdict,
)
from moderation.policies.reasons import REASONS

VERDICT_WORDS: Mapping[Verdict, tuple[str, c.Tone]] = {
    Verdict.KEEP: (mark("Kept"), "good"),
    Verdict.REMOVE: (mark("Removed"), "bad"),
    Verdict.SPLIT: (mark("Split"), "bad"),
    Verdict.COMPLAINT: (mark("Complaint filed"), "info"),
    Verdict.ESCALATE: (mark("Second look asked"), "warn"),
    Verdict.WAIT: (mark("Put off"), "plain"),
    Verdict.UNDO: (mark("Undone"), "plain"),
}
FLAG_WORDS: Mapping[Flag, tuple[str, c.Tone]] = {
    Flag.FLAGGED: (mark("Flagged"), "warn"),
    Flag.SEVERE: (mark("Severe"), "bad"),
    Flag.NOT_COVERED: (mark("Not covered"), "info"),
    Flag.NOT_CHECKED: (mark("Not checked"), "info"),
}
STATE_WORDS = {
    "held": mark("held"),
    "cancelled": mark("cancelled"),
    "dry_run": mark("dry run: nothing was sent"),
    "sent": mark("sent"),
    "accepted": mark("accepted, not verified yet"),
    "verified": mark("verified"),
    "refused": mark("refused"),
    "gone": mark("gone"),
    "failed": mark("failed, will be tried again"),
    "text_changed": mark("text changed, not sent"),
    "by_hand": mark("to be done by hand"),
    "confirmed": mark("done by hand, confirmed"),
    "conflict": mark("conflict: reversed at the platform"),
    "left": mark("conflict, left as it is"),
}
"""Said with t() where they are drawn, as are the words above."""
FILTER_NAMES = {
    "words": mark("words"),
    "since": mark("since"),
    "until": mark("until"),
    "source": mark("source"),
    "platform": mark("platform"),
    "language": mark("language"),
    "coverage": mark("coverage"),
    "flag": mark("flag"),
    "feedback": mark("feedback"),
    "mood": mark("mood"),
    "theme": mark("theme"),
    "protected": mark("protected"),
    "verdict": mark("verdict"),
    "reason": mark("reason"),
    "officer": mark("officer"),
    "state": mark("state"),
    "queue": mark("queue"),
    "code": mark("code"),
    "score_from": mark("score from"),
    "score_to": mark("score to"),
    "age": mark("age in hours"),
    "post": mark("post"),
    "outcome": mark("outcome"),
    "closed": mark("closed"),
    "decided": mark("decided"),
    "by": mark("by"),
    "show": mark("show"),
    "id": mark("id"),
}


def reason_title(code: ReasonCode) -> str:
    """The code's title in the reader's tongue."""
    r = REASONS[code]
    return r.title_ur if tongue() == "ur" else r.title_en


def theme_title(theme: Theme) -> str:
    """The theme's title in the reader's tongue."""
    return (tongue() == "ur" and theme.title_ur) or theme.title_en


# ------------------------------------------------------------------------------ the list


def problems(asked: Asked) -> Component:
    """What a list shows whose address has a mistake: the mistake, and nothing else."""
    return c.banner(
        *(html.Div(p) for p in asked.problems),
        html.Div(t("Nothing is listed, so that no wrong number is read off this page.")),
        tone="bad",
    )


def told(total: str, asked: Asked, unsaid: Collection[str] = ()) -> Component:
    """The total of the list in words ("12 comments"), and what the list is limited to."""
    said = [(k, ", ".join(vs)) for k, vs in asked.given.items() if k not in unsaid]
    limits = [f"{t(FILTER_NAMES[k]) if k in FILTER_NAMES else k}: {v}" for k, v in said]
    limited = f" · {' · '.join(limits)}" if limits else f" · {t('no filter')}"
    return html.Div(
        [html.Strong(total, id="list-total"), html.Span(limited, className="quiet")],
        className="list-told",
        role="status",
    )


def rows(
    found: Sequence[Row], zone: str, *, tools: Mapping[str, Component] | None = None
) -> Component:
    """The rows, each an article; ``tools`` are what stands at the foot of a comment's row."""
    more = tools or {}
    return html.Div([_row(r, zone, more.get(r.comment.id)) for r in found], className="rows")


def _row(r: Row, zone: str, tools: Component | None) -> Component:
    foot: list[c.Piece] = [c.link(t("History"), history_path(r.comment.id))]
    link = safe_link(r.comment.permalink)
    if link is not None and not r.masked:
        foot.append(html.A(t("Open on the platform"), href=link, target="_blank",
                           rel="noopener noreferrer", className="link"))  # fmt: skip
    if tools is not None:
        foot.append(tools)
    return html.Article(
        [
            html.Div(_head(r, zone), className="row-head"),
            row_text(r),
            post_line(r),
            _decided(r, zone),
            html.Div(foot, className="row-foot"),
        ],
        className="row",
    )


def row_text(r: Row) -> Component:
    """The whole text, what hurts and a person's numbers masked: as the CSV of the list has it."""
    return c.comment_text(r.text, r.shown, longest=None, personal=True)


def history_path(comment_id: str) -> str:
    """Where one comment's history stands."""
    return "/comments/" + quote(comment_id, safe="")


PLATFORM_NAMES = {
    Platform.FACEBOOK: mark("Facebook"),
    Platform.INSTAGRAM: mark("Instagram"),
    Platform.YOUTUBE: mark("YouTube"),
    Platform.X: mark("X"),
    Platform.TIKTOK: mark("TikTok"),
    Platform.MASTODON: mark("Mastodon"),
    Platform.MOCK: mark("practice platform"),
    Platform.OTHER: mark("other"),
}


def source_name(s: Source) -> str:
    """A source as pages name it: our pages often bear one title on several platforms."""
    platform = t(PLATFORM_NAMES[s.platform])
    return t("{title} ({platform})", title=s.title or s.name, platform=platform)


def _head(r: Row, zone: str) -> list[c.Piece]:
    return [
        html.Strong(source_name(r.source)),
        c.moment(r.comment.created_at, zone, missing=t("date not told")),
        *judged(r),
    ]


def judged(r: Row) -> list[c.Piece]:
    """What the machine made of it, as badges: language, coverage, flag, shield, feedback."""
    a = r.assessment
    if a is None:
        return [c.badge(t("Not checked"), "info")]
    found: list[c.Piece] = [c.badge(t(LANGUAGE_NAMES[a.reading.language]))]
    if a.reading.coverage is not Coverage.COVERED:
        found.append(c.badge(t(COVERAGE_TITLES[a.reading.coverage.value]), "info"))
    flag = FLAG_WORDS.get(a.judgement.flag)
    if flag is not None and flag[0].lower() != COVERAGE_TITLES[a.reading.coverage.value]:
        found.append(c.badge(t(flag[0]), flag[1]))
    if a.judgement.protected:
        found.append(c.badge(t("Protected"), "protected"))
    kinds = [k for k in a.reading.feedback if k is not FeedbackKind.OTHER]
    return found + [c.badge(t(FEEDBACK_TITLES[k])) for k in kinds]


def post_line(r: Row) -> Component | None:
    """Our own post above it, in one line."""
    if r.post is None or not r.post.text:
        return None
    return html.Div(
        [
            html.Span(t("Our post:"), className="quiet"),
            " ",
            c.comment_text(r.post.text, longest=160),
        ],
        className="row-post",
    )


def _decided(r: Row, zone: str) -> Component | None:
    if r.decision is not None:
        return html.Div(decision_pieces(r, zone), className="row-said")
    if r.comment.missing_since is not None:
        return html.Div(c.badge(t("No longer on the platform")), className="row-said")
    return None


def decision_pieces(r: Row, zone: str) -> list[c.Piece]:
    """The newest decision in words: what, on which ground, by whom, and what came of it."""
    n = r.decision
    if n is None:
        return []
    word, tone = VERDICT_WORDS[n.verdict]
    said: list[c.Piece] = [c.badge(t("Proposed") if n.awaits_second else t(word), tone)]
    if n.reason is not None:
        said.append(html.Span(f"{n.reason.value} {reason_title(n.reason)}"))
    if n.revision_id != r.comment.revision.id:
        said.append(c.badge(t("Edited since this decision"), "warn"))
    if n.reason_text:
        said.append(html.Q(mask_personal(n.reason_text)))
    said.append(html.Span(_by(r, n, zone), className="quiet"))
    if r.action is not None:
        state = t(STATE_WORDS[r.action.state.value])
        by_hand = r.action.by_hand and r.action.state.value == "held"
        told_state = t("{state} by hand", state=state) if by_hand else state
        said.append(html.Span(t("At the platform: {state}", state=told_state)))
    return said


def _by(r: Row, n: Decision, zone: str) -> list[c.Piece]:
    """Who decided, and of a second look also who had asked for it, both by pseudonym."""
    when, who = c.moment(n.decided_at, zone), html.Bdi(r.officer or "")
    if r.proposer is None:
        return woven(t("by {officer}, {when}"), officer=who, when=when)
    first = html.Bdi(r.proposer)
    if n.verdict in REMOVING:
        return woven(t("proposed by {first}, confirmed by {officer}, {when}"), first=first,
                     officer=who, when=when)  # fmt: skip
    return woven(t("asked by {first}, decided by {officer}, {when}"), first=first, officer=who,
                 when=when)  # fmt: skip
