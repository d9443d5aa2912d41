"""One comment's history: every text it had, what was made of each, decided, done, and proven."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import unquote

from dash import Dash, html
from dash.development.base_component import Component

from dashboard import components as c
from dashboard import listing
from dashboard.cards import COVERAGE_TITLES, FEEDBACK_TITLES, safe_link
from dashboard.components import LANGUAGE_NAMES
from dashboard.deps import Deps, deps
from dashboard.found import masked_for_all, reads_masked
from dashboard.life import Life, life_of
from dashboard.listing import source_name
from dashboard.pages import Query, add_page, first
from dashboard.plain import plainly
from dashboard.security import signed_in
from data.model import Action, Assessment, Decision, Revision, Signal, User
from data.store.comments import author_count
from moderation.platforms.audience import who_can_see
from moderation.reasons import REASONS

AUTHOR_DAYS = 30


def layout(query: Query) -> Component:
    """The whole life of the comment that the address names."""
    d, viewer = deps(), signed_in()
    comment_id = unquote(first(query, "comment_id"))
    with d.db.read() as tx:
        life = life_of(tx, comment_id)
        if life is None:
            return c.empty("There is no such comment.", c.link("All comments", "/comments"))
        count = None
        key = life.comment.author_key
        if key is not None and not reads_masked(viewer):
            since = d.clock() - timedelta(days=AUTHOR_DAYS)
            count = author_count(tx, key, life.comment.source_id, since)
    return c.page(
        "One comment",
        _stamps(life, d, count),
        _texts(life, d, viewer),
        _decisions(life, d),
        _actions(life, d),
        _evidence(life, d),
        lead=html.Span(["Comment ", html.Bdi(html.Code(comment_id))]),
        tools=[] if reads_masked(viewer) else [_on_platform(life)],
    )


def _on_platform(life: Life) -> c.Piece:
    link = safe_link(life.comment.permalink)
    if link is None:
        return None
    return html.A("Open on the platform", href=link, target="_blank", rel="noopener noreferrer",
                  className="button button-plain")  # fmt: skip


def _stamps(life: Life, d: Deps, count: int | None) -> Component:
    """Every stamp of its life, so that lateness is laid at the right door."""
    m = life.comment
    pairs: list[tuple[str, c.Piece]] = [
        ("Page", source_name(life.source)),
        ("Posted", c.moment(m.created_at, d.zone)),
        ("First seen by us", c.moment(m.first_seen_at, d.zone)),
        ("Seen last", c.moment(m.last_seen_at, d.zone)),
        ("First opened", c.moment(life.opened_at, d.zone, missing="not opened yet")),
        ("At the platform", m.visibility.value),
    ]
    if m.missing_since is not None:
        pairs.append(("Missing since", c.moment(m.missing_since, d.zone)))
        pairs.append(("Why missing", (m.missing_reason or "not known").replace("_", " ")))
    if count is not None:
        pairs.append((f"By this author here in {AUTHOR_DAYS} days", f"{count:,} comments"))
    post = life.post
    if post is not None and post.text:
        pairs.append(("Our post", c.comment_text(post.text, longest=300)))
    return c.card(definitions(pairs))


def definitions(pairs: list[tuple[str, c.Piece]]) -> Component:
    """Names and values, side by side where there is room."""
    inside = [html.Div([html.Dt(name), html.Dd(value)]) for name, value in pairs]
    return html.Dl(inside, className="fact-list")


# ------------------------------------------------------------------------------ texts


def _texts(life: Life, d: Deps, viewer: User) -> Component:
    newest_first = list(reversed(life.revisions))
    inside = [_text(r, life, d, viewer, newest=i == 0) for i, r in enumerate(newest_first)]
    count = len(life.revisions)
    return c.card(*inside, title="Text" if count == 1 else f"Texts ({count} revisions)")


def _text(r: Revision, life: Life, d: Deps, viewer: User, *, newest: bool) -> Component:
    assessments = life.assessments.get(r.id, [])
    a = assessments[-1] if assessments else None
    decided = [n for n in life.decisions if n.revision_id == r.id]
    if reads_masked(viewer):
        drawn = c.comment_text(masked_for_all(r.text, a, decided[-1] if decided else None),
                               longest=None)  # fmt: skip
        unmasked: c.Piece = None
    else:
        drawn = c.comment_text(r.text, a, longest=None)
        as_written = c.comment_text(r.text, a, masked=False, longest=None)
        unmasked = html.Details([html.Summary("Show as written"), as_written])
    name = "As it is now" if newest else f"Revision {r.no}, before an edit"
    return html.Div(
        [
            html.Div([html.Strong(name), html.Span(["seen ", c.moment(r.seen_at, d.zone)],
                                                   className="quiet")], className="row-head"),
            drawn,
            unmasked,
            *(_assessment(x, d) for x in reversed(assessments)),
            html.P(["sha256 ", html.Code(r.text_sha256)], className="hash"),
        ],
        className="revision",
    )  # fmt: skip


def _assessment(a: Assessment, d: Deps) -> Component:
    j, r = a.judgement, a.reading
    kinds = ", ".join(FEEDBACK_TITLES[k].lower() for k in r.feedback) or "none"
    head = [
        html.Strong("Assessment"),
        html.Span([c.moment(a.assessed_at, d.zone), f" · {r.engine} {r.engine_version}, policy "
                   f"version {j.policy_version}"], className="quiet"),
        c.badge(LANGUAGE_NAMES[r.language]),
        c.badge(COVERAGE_TITLES[r.coverage.value].capitalize()),
        c.badge(*listing.FLAG_WORDS.get(j.flag, ("Not flagged", "good"))),
        c.badge("Protected", "protected") if j.protected else None,
    ]  # fmt: skip
    suggested = ", ".join(f"{x.value} {REASONS[x].title_en}" for x in j.reasons) or "none"
    return html.Details(
        [
            html.Summary(head, className="row-head"),
            html.Ul([html.Li(w.text) for w in j.why]) if j.why else html.P("No rule fired."),
            html.P(f"Feedback: {kinds}. Suggested code: {suggested}. {r.coverage_note}"),
            html.Details([html.Summary(f"{len(r.signals)} signals"), _signals(r.signals)]),
        ],
        open=a.judgement.flag.value != "none",
        className="assessment",
    )


def _signals(signals: tuple[Signal, ...]) -> Component:
    rows = [
        [
            s.name.replace("_", " "),
            "did not run" if s.value is None else f"{s.value:.2f}",
            s.version,
            s.note,
        ]
        for s in signals
    ]
    heads = ("Signal", "Value (0 to 1)", "Version", "Note")
    return c.table(heads, rows, caption="Signals of this assessment", numbers={1})


# ------------------------------------------------------------------------------ what was done


def _decisions(life: Life, d: Deps) -> Component:
    if not life.decisions:
        return c.card(html.P("No decision yet.", className="quiet"), title="Decisions")
    heads = ("When", "Decision", "Code", "Written reason", "Officer", "Policy")
    rows = [_decision(n, life, d) for n in life.decisions]
    return c.card(c.table(heads, rows, caption="All decisions, oldest first"), title="Decisions")


def _decision(n: Decision, life: Life, d: Deps) -> list[c.Piece]:
    word, tone = listing.VERDICT_WORDS[n.verdict]
    said: list[c.Piece] = [c.badge("Proposed" if n.awaits_second else word, tone)]
    if n.second_of is not None:
        said.append(html.Span(" second look", className="quiet"))
    if n.undoes is not None:
        said.append(html.Span(f" takes back decision {n.undoes}", className="quiet"))
    code = "" if n.reason is None else f"{n.reason.value} {REASONS[n.reason].title_en}"
    return [
        c.moment(n.decided_at, d.zone),
        html.Span(said),
        code,
        n.reason_text,
        life.officers.get(n.by_user, ""),
        f"version {n.policy_version}",
    ]


def _actions(life: Life, d: Deps) -> Component:
    if not life.actions:
        return c.card(html.P("Nothing was asked of the platform.", className="quiet"),
                      title="At the platform")  # fmt: skip
    return c.card(*(_action(a, life, d) for a in life.actions), title="At the platform")


def _action(a: Action, life: Life, d: Deps) -> Component:
    heads = ("When", "State", "Detail")
    rows = [
        [c.moment(e.at, d.zone), listing.STATE_WORDS[e.state.value], e.detail]
        for e in life.attempts[a.id]
    ]
    sees = who_can_see(life.comment.platform, a.kind, by_hand=a.by_hand)
    hand = ", by hand" if a.by_hand else ""
    return html.Div(
        [
            html.H3(f"{a.kind.value.capitalize()}{hand}: {listing.STATE_WORDS[a.state.value]}"),
            html.P(sees.en, className="quiet"),
            c.table(heads, rows, caption=f"Attempts of action {a.id}, oldest first"),
        ],
        className="revision",
    )


def _evidence(life: Life, d: Deps) -> Component:
    if not life.evidence:
        return c.card(html.P("No evidence kept: nothing was taken down.", className="quiet"),
                      title="Evidence")  # fmt: skip
    rows: list[list[c.Piece]] = [
        [c.moment(e.at, d.zone), f"action {e.action_id}", html.Code(e.sha256, className="hash")]
        for e in life.evidence
    ]
    heads = ("Kept", "Before", "sha256")
    return c.card(c.table(heads, rows, caption="Evidence kept before each act"), title="Evidence")


def register(app: Dash) -> None:
    add_page(
        __name__,
        path="/comments/",
        path_template="/comments/<comment_id>",
        title="One comment",
        layout=plainly(layout),
        in_nav=False,
    )
