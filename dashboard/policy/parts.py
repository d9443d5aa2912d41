"""Pieces of the policy page: a draft with its differences, its shadow run, and what may be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.deps import Deps
from dashboard.drawing import components as c
from dashboard.drawing.fields import Field, action
from dashboard.drawing.saying import woven
from dashboard.finding.found import masked_for_all
from dashboard.finding.listing import history_path
from dashboard.policy import api
from dashboard.policy.calibration_parts import calibration_facts
from dashboard.signing_in.security import roles_of
from dashboard.words import mark, t
from dashboard.words.below import below, from_below, language_word, verdict_word
from dashboard.words.written import day
from data.db import Tx
from data.documents import (
    Document,
    DocumentKind,
    DocumentState,
    ShadowJob,
    ShadowRun,
    ShadowState,
)
from data.model import JsonObject, User
from data.store.assessments import current_assessment
from data.store.comments import get_comments
from data.store.decisions import current_decision
from data.store.documents import newest_shadow
from data.store.shadow_jobs import newest_shadow_job
from moderation.learning.drafts import LEAST_REASON, policy_of, shadow_in_date
from moderation.learning.shadow import CHANGE_WORDS, Change, changed, languages, number, sentences
from moderation.policies.policy_diff import Difference, differences

SHOWN, DAYS = 100, 30
STATES: dict[DocumentState, tuple[str, c.Tone]] = {
    DocumentState.DRAFT: (mark("draft"), "info"),
    DocumentState.IN_FORCE: (mark("in force"), "good"),
    DocumentState.REPLACED: (mark("replaced"), "plain"),
    DocumentState.REJECTED: (mark("rejected"), "warn"),
    DocumentState.WITHDRAWN: (mark("withdrawn"), "warn"),
}


TITLES = {
    DocumentKind.POLICY: mark("Draft {n} of the policy"),
    DocumentKind.CALIBRATION: mark("Draft {n} of the calibration"),
}
SURE = {
    DocumentKind.POLICY: mark("Put version {n} of the policy in force?"),
    DocumentKind.CALIBRATION: mark("Put version {n} of the calibration in force?"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A draft with its last shadow run, and whether that run is against what is in force now."""

    draft: Document
    standing: Document | None
    run: ShadowRun | None
    job: ShadowJob | None  # the run that was asked for last
    in_date: bool

    @classmethod
    def of(cls, tx: Tx, draft: Document, standing: Document | None) -> Tried:
        run = newest_shadow(tx, draft.kind, draft.version)
        in_date = shadow_in_date(tx, draft) is not None
        job = newest_shadow_job(tx, draft.kind, draft.version)
        return cls(draft=draft, standing=standing, run=run, job=job, in_date=in_date)


def draft_card(tx: Tx, tried: Tried, d: Deps, viewer: User) -> Component:
    """One draft: by whom and what for, what it changes, what it would do, and the buttons."""
    draft = tried.draft
    return html.Section(
        [
            html.H2(t(TITLES[draft.kind], n=draft.version)),
            html.P(_made(draft, d)),
            _outdated(tried),
            _changes(tried),
            _shadow(tx, tried, viewer),
            html.Div(_actions(tried, viewer), className="draft-actions")
            if viewer.role in api.DRAFTERS
            else None,
        ],
        className="panel",
    )


def _made(draft: Document, d: Deps) -> list[c.Piece]:
    told = t("Made by {who} {when}: {note}") if draft.note else t("Made by {who} {when}")
    return woven(told, who=html.Bdi(draft.made_by), when=c.moment(draft.made_at, d.zone),
                 note=html.Bdi(draft.note))  # fmt: skip


def _outdated(tried: Tried) -> c.Piece:
    standing = tried.standing
    if standing is None or tried.draft.base == standing.version:
        return None
    told = t(
        "Version {n} came into force after this draft was made. The differences below are against "
        "what is in force now: approving the draft takes back what it lacks.",
        n=standing.version,
    )
    return c.banner(told)


def _changes(tried: Tried) -> Component:
    if tried.draft.kind is DocumentKind.CALIBRATION:
        return calibration_facts(tried.draft)
    if tried.standing is None:
        return html.P(t("No policy is in force."))
    found = differences(policy_of(tried.standing), policy_of(tried.draft))
    return difference_table(found, (t("Now"), t("Draft")))


def difference_table(found: Sequence[Difference], heads: tuple[str, str]) -> Component:
    """What one policy changes against another, key by key, with what it means."""
    if not found:
        return html.P(t("They say the same."))
    rows: list[list[c.Piece]] = [
        [
            below(x.meaning[0].upper() + x.meaning[1:]),
            below(x.before),
            below(x.after),
            html.Code(x.key),
        ]
        for x in found
    ]
    return c.table((t("What it means"), *heads, t("Key")), rows,
                   caption=t("What the draft changes"))  # fmt: skip


# ------------------------------------------------------------------------------ shadow


def _shadow(tx: Tx, tried: Tried, viewer: User) -> Component:
    run, job = tried.run, tried.job
    if job is not None and job.state is ShadowState.FAILED:
        failed = woven(t("The last shadow run came to nothing: {why}"), why=below(job.error or ""))
        return c.banner(*failed, tone="bad")
    if run is None:
        return html.P(t("It was not tried on past comments yet."), className="quiet")
    told = run.result
    span = t(
        "Tried by {who} on comments of {since} to {until}, against policy {n}.",
        who=run.by,
        since=day(run.since),
        until=day(run.until),
        n=run.against_policy,
    )
    stale = c.badge(t("out of date"), "warn", title=t("something else came into force since"))
    return html.Div(
        [
            html.H3([t("Shadow run"), " ", stale if not tried.in_date else None]),
            html.P(span),
            html.Ul([html.Li(below(s)) for s in sentences(told)]),
            _by_language(told),
            _listed(tx, told, viewer),
        ]
    )


_COUNTS = (
    (mark("Comments"), "comments"),
    (mark("Flagged before"), "flagged_before"),
    (mark("Flagged after"), "flagged_after"),
    (mark("Newly flagged"), "newly_flagged"),
    (mark("No longer"), "no_longer_flagged"),
    (mark("Protected newly flagged"), "protected_newly_flagged"),
    (mark("Severe before"), "severe_before"),
    (mark("Severe after"), "severe_after"),
    (mark("Removed, lost"), "removed_lost"),
)


def _by_language(told: JsonObject) -> Component:
    rows: list[list[c.Piece]] = [
        [language_word(name), *(f"{number(x, key):,}" for _, key in _COUNTS)]
        for name, x in languages(told)
    ]
    heads = (t("Language"), *(t(head) for head, _ in _COUNTS))
    numbers = set(range(1, len(heads)))
    caption = t("By language, before and under the draft")
    return c.table(heads, rows, caption=caption, numbers=numbers)


def _listed(tx: Tx, told: JsonObject, viewer: User) -> Component | None:
    listed = changed(told)
    if not listed:
        return None
    shown = listed[:SHOWN]
    known = get_comments(tx, [str(x["comment"]) for x in shown])
    opens = viewer.role in (roles_of("/comments/") or ())
    rows: list[list[c.Piece]] = []
    for x in shown:
        comment_id = str(x["comment"])
        comment = known.get(comment_id)
        text: c.Piece = t("no longer kept")
        if comment is not None:
            judged, decided = current_assessment(tx, comment_id), current_decision(tx, comment_id)
            text = c.comment_text(masked_for_all(comment.revision.text, judged, decided))
        rows.append(
            [
                c.badge(t("protected"), "bad") if x["protected"] else "",
                from_below(CHANGE_WORDS[Change(str(x["change"]))]),
                text,
                language_word(str(x["language"])),
                verdict_word(x["verdict"]),
                c.link(t("open"), history_path(comment_id)) if opens else "",
            ]
        )
    heads = (
        t("Shield"),
        t("Change"),
        t("Comment, masked"),
        t("Language"),
        t("Decided"),
        t("Links"),
    )
    more = len(listed) - len(shown) + number(told, "left_out")
    foot = html.P(t("and {n} more", n=f"{more:,}"), className="quiet") if more else None
    inside = c.table(heads, rows, caption=t("Comments that would change side, protected first"))
    count = len(listed) + number(told, "left_out")
    title = t("Comments that would change side ({n})", n=f"{count:,}")
    return html.Details([html.Summary(title), inside, foot], open=len(listed) <= 20)


# ------------------------------------------------------------------------------ actions


def _actions(tried: Tried, viewer: User) -> list[Component]:
    draft = tried.draft
    which = [
        Field(name="kind", label="", kind="hidden", value=draft.kind.value),
        Field(name="version", label="", kind="hidden", value=str(draft.version)),
    ]
    days = Field(
        name="days", label=t("Days to look back"), kind="number", value=str(DAYS), longest=3
    )
    word = t("Run the shadow again") if tried.run else t("Run a shadow")
    made = [action(api.SHADOW, word, fields=[*which, days])]
    if tried.job is not None and tried.job.is_open:
        made = [_on_its_way(tried.job)]
    if draft.made_by == viewer.name:
        own = t("You made this draft, so a second person approves it. You may take it back.")
        made.append(html.P(own, className="quiet"))
    else:
        made.append(_approval(tried, which))
    why = Field(name="reason", label=t("Why it is rejected"), needed=True, wide=True)
    reject = html.Details(
        [
            html.Summary(t("Reject")),
            action(api.REJECT, t("Reject draft {n}", n=draft.version),
                   fields=[*which, why], tone="danger"),
        ]
    )  # fmt: skip
    return [*made, reject]


def _on_its_way(job: ShadowJob) -> Component:
    """The place where assets/pages_policy.js tells how far the run is."""
    data: dict[str, Any] = {"data-shadow": str(job.id)}
    return html.Div(className="shadow-progress", **data)


def _approval(tried: Tried, which: list[Field]) -> Component:
    draft, standing = tried.draft, tried.standing
    seen = "0" if standing is None else str(standing.version)
    fields = [*which, Field(name="seen", label="", kind="hidden", value=seen)]
    hint = t("The approval then names the shadow run above.")
    if not tried.in_date:
        hint = t(
            "No shadow run against what is in force: say why, in {n} letters or more.",
            n=LEAST_REASON,
        )
    fields.append(Field(name="reason", label=t("Reason"), hint=hint, wide=True,
                        needed=not tried.in_date))  # fmt: skip
    sure = t(SURE[draft.kind], n=draft.version)
    word = t("Approve draft {n}", n=draft.version)
    return action(api.APPROVE, word, fields=fields, confirm=sure, tone="primary")
