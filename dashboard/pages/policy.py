"""Policy: what judges now, drafts with their shadow runs, approval by a second person, history."""

from __future__ import annotations

from dataclasses import fields

from dash import Dash, html
from dash.development.base_component import Component

from dashboard.deps import Deps, deps
from dashboard.drawing import components as c
from dashboard.drawing.fields import Field, action
from dashboard.drawing.page import Query, add_page, first
from dashboard.drawing.plain import plainly
from dashboard.drawing.saying import woven
from dashboard.policy import api
from dashboard.policy.calibration_parts import calibration_facts
from dashboard.policy.form import form_fields
from dashboard.policy.parts import STATES, Tried, difference_table, draft_card
from dashboard.policy.rejudging import rejudging
from dashboard.signing_in.security import signed_in
from dashboard.words import mark, t
from dashboard.words.below import abuse_in, signal_word
from data.db import Tx
from data.documents import Document, DocumentKind
from data.model import User
from data.store.documents import document, document_in_force, documents
from moderation.learning.drafts import LEAST_REASON, policy_of
from moderation.policies.policy_diff import differences
from moderation.policies.policy_document import Points, Policy

PATH = "/policy"
POLICY, CALIBRATION = DocumentKind.POLICY, DocumentKind.CALIBRATION


def layout(query: Query) -> Component:
    """Drafts first, because they wait for somebody; then what is in force, then the past."""
    d, viewer = deps(), signed_in()
    with d.db.read() as tx:
        standing = document_in_force(tx, POLICY)
        calibration = document_in_force(tx, CALIBRATION)
        waiting = [
            *(Tried.of(tx, x, standing) for x in documents(tx, POLICY, drafts=True)),
            *(Tried.of(tx, x, calibration) for x in documents(tx, CALIBRATION, drafts=True)),
        ]
        drawn = [draft_card(tx, x, d, viewer) for x in waiting]
        compared = _compared(tx, query)
        known = [(x, documents(tx, x)) for x in (POLICY, CALIBRATION)]
        notice = rejudging(tx)
    return c.page(
        t("Policy"),
        notice,
        compared,
        *drawn,
        _in_force(standing, d),
        _calibration(calibration, d, viewer),
        _new_draft(standing) if viewer.role in api.DRAFTERS else None,
        *(_history(kind, found, d) for kind, found in known if found),
        lead=t(
            "What is flagged, and from which score on. One person drafts a change, a shadow run "
            "shows what it would do, another person approves it."
        ),
        tools=[html.A(t("Export (TOML)"), href=api.EXPORT, className="button button-plain",
                      download="")],
    )  # fmt: skip


# ------------------------------------------------------------------------------ in force


def _in_force(standing: Document | None, d: Deps) -> Component:
    if standing is None:
        return c.empty(t("No policy is in force. Run: sunwai init"))
    policy = policy_of(standing)
    line = woven(
        t("{title}, approved by {who} {when}"),
        title=html.Bdi(policy.title),
        who=html.Bdi(standing.approved_by),
        when=c.moment(standing.approved_at, d.zone),
    )
    title = t("In force: version {n}", n=standing.version)
    return c.card(html.P(line), _points(policy), _lists(policy), title=title)


def _points(policy: Policy) -> Component:
    rows: list[list[c.Piece]] = [
        [signal_word(f.name), _number(policy.queue.of(f.name)),
         _number(policy.severe.of(f.name))]
        for f in fields(Points)
    ]  # fmt: skip
    for x in sorted({*policy.by_language, *policy.severe_by_language}):
        low = policy.by_language.get(x, policy.queue.toxicity)
        high = policy.severe_by_language.get(x, policy.severe.toxicity)
        rows.append([abuse_in(x), _number(low), _number(high)])
    weak = t("Abusive text in weakly covered languages")
    rows.append([weak, _number(policy.weak_toxicity), _number(policy.severe.toxicity)])
    heads = (t("What"), t("Flagged from"), t("Severe from"))
    return c.table(heads, rows, caption=t("Points of the policy in force"), numbers={1, 2})


def _number(value: float) -> str:
    return f"{value:g}"


def _lists(policy: Policy) -> Component:
    flood = t(
        "{copies} copies within {minutes} minutes are a flood.",
        copies=policy.flood.copies,
        minutes=policy.flood.minutes,
    )
    told = [
        (t("Watch words: {list}"), policy.lists.watch_words),
        (t("Our own sites: {list}"), policy.lists.official_domains),
        (t("Our own numbers: {list}"), policy.lists.official_numbers),
    ]
    items = [html.Li(woven(text, list=html.Bdi(", ".join(x) or t("none")))) for text, x in told]
    return html.Ul([html.Li(flood), *items])


def _calibration(standing: Document | None, d: Deps, viewer: User) -> Component:
    if standing is None:
        told = t(
            "None: the engine's own scores count. When officers have decided enough, a calibration "
            "may be drafted by: {command}"
        )
        line = woven(told, command=html.Bdi("sunwai calibrate --by NAME"))
        return c.card(html.P(line), title=t("Calibration by our own decisions"))
    by = woven(
        t("Version {n}, approved by {who} {when}"),
        n=standing.version,
        who=html.Bdi(standing.approved_by),
        when=c.moment(standing.approved_at, d.zone),
    )
    why = Field(name="reason", label=t("Why"), needed=True, wide=True,
                hint=t("{n} letters or more", n=LEAST_REASON))  # fmt: skip
    back = html.Details(
        [
            html.Summary(t("Go back to what was in force before")),
            action(api.BACK, t("Go back"), fields=[why], tone="danger",
                   confirm=t("Take this calibration out of force?")),
        ]
    )  # fmt: skip
    return c.card(
        html.P(by),
        calibration_facts(standing),
        back if viewer.role in api.DRAFTERS else None,
        title=t("Calibration by our own decisions"),
    )


# ------------------------------------------------------------------------------ a new draft


def _new_draft(standing: Document | None) -> Component | None:
    if standing is None:
        return None
    note = Field(name="note", label=t("What the draft is for"), needed=True, wide=True)
    document_field = Field(
        name="document",
        label=t("Policy document (TOML)"),
        kind="area",
        value=standing.body,
        longest=200_000,
        wide=True,
        needed=True,
    )
    return c.card(
        html.P(t("A draft changes nothing until somebody else approves it.")),
        html.Details(
            [
                html.Summary(t("Draft a change")),
                action(api.DRAFT, t("Keep as a draft"), tone="primary",
                       fields=form_fields(policy_of(standing))),
            ],
            className="policy-form",
        ),
        html.Details(
            [
                html.Summary(t("Draft from a document")),
                action(api.DOCUMENT, t("Keep as a draft"),
                       fields=[document_field, note]),
            ],
            className="policy-form",
        ),
        title=t("A new draft"),
    )  # fmt: skip


# ------------------------------------------------------------------------------ the past


def _history(kind: DocumentKind, found: list[Document], d: Deps) -> Component:
    standing = next((x.version for x in found if _stands(x, found)), None)
    rows = [_version(x, standing, d) for x in found]
    heads = (t("Version"), t("State"), t("Made"), t("Decided"), t("On what"), t("Links"))
    policy = kind is POLICY
    title = t("Versions of the policy") if policy else t("Versions of the calibration")
    return c.card(c.table(heads, rows, caption=title, numbers={0}), title=title)


def _stands(x: Document, found: list[Document]) -> bool:
    live = [y for y in found if y.approved_at is not None and y.withdrawn_at is None]
    return bool(live) and x == max(live, key=lambda y: (y.approved_at or y.made_at, y.version))


def _version(x: Document, standing: int | None, d: Deps) -> list[c.Piece]:
    word, tone = STATES[x.state(standing)]
    who, when = x.approved_by or x.rejected_by, x.approved_at or x.rejected_at
    decided: c.Piece = (
        "" if who is None else html.Span([html.Bdi(who), " ", c.moment(when, d.zone)])
    )
    on = t("shadow run {n}", n=x.shadow_id) if x.shadow_id is not None else ""
    links: list[c.Piece] = []
    if x.kind is POLICY:
        links.append(html.A("TOML", href=f"{api.EXPORT}?version={x.version}", download=""))
        if standing is not None and x.version != standing:
            links += [" ", c.link(t("compare"), f"{PATH}?a={standing}&b={x.version}")]
    return [
        x.version,
        c.badge(t(word), tone),
        html.Span([html.Bdi(x.made_by), " ", c.moment(x.made_at, d.zone)]),
        decided,
        html.Bdi("; ".join(w for w in (on, x.note, x.reason) if w)),
        html.Span(links),
    ]


def _compared(tx: Tx, query: Query) -> Component | None:
    asked = [first(query, name) for name in ("a", "b")]
    if not all(x.isascii() and x.isdigit() and len(x) < 9 for x in asked):
        return None
    a, b = (document(tx, POLICY, int(x)) for x in asked)
    if a is None or b is None:
        return c.empty(t("There is no such version."))
    heads = (t("Version {n}", n=a.version), t("Version {n}", n=b.version))
    table = difference_table(differences(policy_of(a), policy_of(b)), heads)
    return c.card(table, title=t("Version {b} against version {a}", b=b.version, a=a.version))


def register(app: Dash) -> None:
    app.server.register_blueprint(api.routes)
    add_page(
        __name__,
        path=PATH,
        title=mark("Policy"),
        icon="policy",
        layout=plainly(layout),
    )
