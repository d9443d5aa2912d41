"""One comment's history: every text it had, what was made of each, decided, done, and proven."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import unquote

from dash import Dash, html
from dash.development.base_component import Component

from analysis.masking import mask_personal
from dashboard.deps import Deps, deps
from dashboard.drawing import components as c
from dashboard.drawing.page import Query, add_page, first
from dashboard.drawing.plain import plainly
from dashboard.drawing.saying import woven
from dashboard.evidence.api import sheet_links
from dashboard.evidence.life import Life, life_of
from dashboard.finding import listing
from dashboard.finding.found import masked_for_all, reads_masked
from dashboard.finding.listing import source_name
from dashboard.signing_in.security import signed_in
from dashboard.words import mark, t, tn, tongue
from dashboard.words.below import below
from dashboard.words.life_words import KIND_WORDS, MISSING_WHY, NOT_FLAGGED, VISIBILITY
from dashboard.words.texts import safe_link
from dashboard.words.titles import COVERAGE_TITLES, FEEDBACK_TITLES, LANGUAGE_NAMES
from dashboard.words.written import number
from data.model import (
    Action,
    Assessment,
    Decision,
    Revision,
    Signal,
    User,
)
from data.store.comments import author_count
from moderation.platforms.audience import who_can_see

AUTHOR_DAYS = 30


def layout(query: Query) -> Component:
    """The whole life of the comment that the address names."""
    d, viewer = deps(), signed_in()
    comment_id = unquote(first(query, "comment_id"))
    with d.db.read() as tx:
        life = life_of(tx, comment_id)
        if life is None:
            return c.empty(t("There is no such comment."), c.link(t("All comments"), "/comments"))
        count = None
        key = life.comment.author_key
        if key is not None and not reads_masked(viewer):
            since = d.clock() - timedelta(days=AUTHOR_DAYS)
            count = author_count(tx, key, life.comment.source_id, since)
    return c.page(
        t("One comment"),
        _stamps(life, d, count),
        _texts(life, d, viewer),
        _decisions(life, d),
        _actions(life, d),
        _evidence(life, d),
        lead=html.Span(woven(t("Comment {id}"), id=html.Bdi(html.Code(comment_id)))),
        tools=[]
        if reads_masked(viewer)
        else [*sheet_links(comment_id, viewer), _on_platform(life)],
    )


def _on_platform(life: Life) -> c.Piece:
    link = safe_link(life.comment.permalink)
    if link is None:
        return None
    return html.A(t("Open on the platform"), href=link, target="_blank", rel="noopener noreferrer",
                  className="button button-plain")  # fmt: skip


def _stamps(life: Life, d: Deps, count: int | None) -> Component:
    """Every stamp of its life, so that lateness is laid at the right door."""
    m = life.comment
    pairs: list[tuple[str, c.Piece]] = [
        (t("Page"), source_name(life.source)),
        (t("Posted"), c.moment(m.created_at, d.zone)),
        (t("First seen by us"), c.moment(m.first_seen_at, d.zone)),
        (t("Seen last"), c.moment(m.last_seen_at, d.zone)),
        (t("First opened"), c.moment(life.opened_at, d.zone, missing=t("not opened yet"))),
        (t("At the platform"), t(VISIBILITY[m.visibility])),
    ]
    if m.missing_since is not None:
        pairs.append((t("Missing since"), c.moment(m.missing_since, d.zone)))
        why = MISSING_WHY.get(m.missing_reason or "")
        pairs.append((t("Why missing"), t(why) if why else (m.missing_reason or "")))
    if count is not None:
        by_author = t("By this author here in {days} days", days=AUTHOR_DAYS)
        pairs.append((by_author, tn("{n} comment", "{n} comments", count)))
    post = life.post
    if post is not None and post.text:
        pairs.append((t("Our post"), c.comment_text(post.text, longest=300)))
    return c.card(c.definitions(pairs))


# ------------------------------------------------------------------------------ texts


def _texts(life: Life, d: Deps, viewer: User) -> Component:
    newest_first = list(reversed(life.revisions))
    inside = [_text(r, life, d, viewer, newest=i == 0) for i, r in enumerate(newest_first)]
    count = len(life.revisions)
    many = t("Texts ({n} revisions)", n=number(count))
    return c.card(*inside, title=t("Text") if count == 1 else many)


def _text(r: Revision, life: Life, d: Deps, viewer: User, *, newest: bool) -> Component:
    assessments = life.assessments.get(r.id, [])
    a = assessments[-1] if assessments else None
    decided = [n for n in life.decisions if n.revision_id == r.id]
    if reads_masked(viewer):
        drawn = c.comment_text(masked_for_all(r.text, a, decided[-1] if decided else None),
                               longest=None)  # fmt: skip
        unmasked: c.Piece = None
    else:
        drawn = c.comment_text(r.text, a, longest=None, personal=True)
        as_written = c.comment_text(r.text, a, masked=False, longest=None)
        unmasked = html.Details([html.Summary(t("Show as written")), as_written])
    name = t("As it is now") if newest else t("Revision {n}, before an edit", n=number(r.no))
    seen = woven(t("seen {when}"), when=c.moment(r.seen_at, d.zone))
    return html.Div(
        [
            html.Div([html.Strong(name), html.Span(seen, className="quiet")], className="row-head"),
            drawn,
            unmasked,
            *(_assessment(x, d) for x in reversed(assessments)),
            html.P(["sha256 ", html.Code(r.text_sha256)], className="hash"),
        ],
        className="revision",
    )  # fmt: skip


def _assessment(a: Assessment, d: Deps) -> Component:
    j, r = a.judgement, a.reading
    kinds = ", ".join(t(FEEDBACK_TITLES[k]).lower() for k in r.feedback) or t("none")
    made_by = woven(
        t("{when} · {engine}, policy version {version}"),
        when=c.moment(a.assessed_at, d.zone),
        engine=html.Bdi(f"{r.engine} {r.engine_version}"),
        version=number(j.policy_version),
    )
    word, tone = listing.FLAG_WORDS.get(j.flag, (NOT_FLAGGED, "good"))
    head = [
        html.Strong(t("Assessment")),
        html.Span(made_by, className="quiet"),
        c.badge(t(LANGUAGE_NAMES[r.language])),
        c.badge(t(COVERAGE_TITLES[r.coverage.value]).capitalize()),
        c.badge(t(word), tone),
        c.badge(t("Protected"), "protected") if j.protected else None,
    ]
    titled = (f"{x.value} {listing.reason_title(x)}" for x in j.reasons)
    suggested = ", ".join(titled) or t("none")
    said = t("Feedback: {kinds}. Suggested code: {codes}.", kinds=kinds, codes=suggested)
    rules = html.Ul([html.Li(below(w.text)) for w in j.why])
    signals = tn("{n} signal", "{n} signals", len(r.signals))
    return html.Details(
        [
            html.Summary(head, className="row-head"),
            rules if j.why else html.P(t("No rule fired.")),
            html.P([said, " ", below(r.coverage_note)]),
            html.Details([html.Summary(signals), _signals(r.signals)]),
        ],
        open=a.judgement.flag.value != "none",
        className="assessment",
    )


def _signals(signals: tuple[Signal, ...]) -> Component:
    rows = [
        [
            html.Bdi(s.name.replace("_", " ")),
            t("did not run") if s.value is None else number(s.value, 2),
            html.Bdi(s.version),
            below(s.note),
        ]
        for s in signals
    ]
    heads = (t("Signal"), t("Value (0 to 1)"), t("Version"), t("Note"))
    return c.table(heads, rows, caption=t("Signals of this assessment"), numbers={1})


# ------------------------------------------------------------------------------ what was done


def _decisions(life: Life, d: Deps) -> Component:
    title = t("Decisions")
    if not life.decisions:
        return c.card(html.P(t("No decision yet."), className="quiet"), title=title)
    heads = (t("When"), t("Decision"), t("Code"), t("Written reason"), t("Officer"), t("Policy"))
    rows = [_decision(n, life, d) for n in life.decisions]
    return c.card(c.table(heads, rows, caption=t("All decisions, oldest first")), title=title)


def _decision(n: Decision, life: Life, d: Deps) -> list[c.Piece]:
    word, tone = listing.VERDICT_WORDS[n.verdict]
    said: list[c.Piece] = [c.badge(t("Proposed") if n.awaits_second else t(word), tone)]
    if n.second_of is not None:
        said.append(html.Span([" ", t("second look")], className="quiet"))
    if n.undoes is not None:
        undone = t("takes back decision {number}", number=n.undoes)
        said.append(html.Span([" ", undone], className="quiet"))
    code = "" if n.reason is None else f"{n.reason.value} {listing.reason_title(n.reason)}"
    return [
        c.moment(n.decided_at, d.zone),
        html.Span(said),
        code,
        html.Bdi(mask_personal(n.reason_text)),
        html.Bdi(life.officers.get(n.by_user, "")),
        t("version {number}", number=number(n.policy_version)),
    ]


def _actions(life: Life, d: Deps) -> Component:
    title = t("At the platform")
    if not life.actions:
        nothing = html.P(t("Nothing was asked of the platform."), className="quiet")
        return c.card(nothing, title=title)
    return c.card(*(_action(a, life, d) for a in life.actions), title=title)


def _action(a: Action, life: Life, d: Deps) -> Component:
    heads = (t("When"), t("State"), t("Detail"))
    rows = [
        [c.moment(e.at, d.zone), t(listing.STATE_WORDS[e.state.value]), below(e.detail)]
        for e in life.attempts[a.id]
    ]
    sees = who_can_see(life.comment.platform, a.kind, by_hand=a.by_hand)
    kind, state = t(KIND_WORDS[a.kind]), t(listing.STATE_WORDS[a.state.value])
    by_hand = t("{kind}, by hand: {state}", kind=kind, state=state)
    caption = t("Attempts of action {number}, oldest first", number=a.id)
    return html.Div(
        [
            html.H3(by_hand if a.by_hand else t("{kind}: {state}", kind=kind, state=state)),
            html.P(sees.ur if tongue() == "ur" else sees.en, className="quiet"),
            c.table(heads, rows, caption=caption),
        ],
        className="revision",
    )


def _evidence(life: Life, d: Deps) -> Component:
    title = t("Evidence")
    if not life.evidence:
        nothing = t("No evidence kept: nothing was taken down.")
        return c.card(html.P(nothing, className="quiet"), title=title)
    rows: list[list[c.Piece]] = [
        [
            c.moment(e.at, d.zone),
            t("action {number}", number=e.action_id),
            html.Code(e.sha256, className="hash"),
        ]
        for e in life.evidence
    ]
    heads = (t("Kept"), t("Before"), "sha256")
    return c.card(c.table(heads, rows, caption=t("Evidence kept before each act")), title=title)


def register(app: Dash) -> None:
    add_page(
        __name__,
        path="/comments/",
        path_template="/comments/<comment_id>",
        title=mark("One comment"),
        layout=plainly(layout),
        in_nav=False,
    )
