"""Pieces of the policy page: a draft with its differences, its shadow run, and what may be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from dashboard import components as c
from dashboard import policy_api
from dashboard.calibration_parts import calibration_facts
from dashboard.components import LANGUAGE_NAMES
from dashboard.deps import Deps
from dashboard.fields import Field, action
from dashboard.found import masked_for_all
from dashboard.listing import history_path
from dashboard.security import roles_of
from data.db import Tx
from data.documents import Document, DocumentKind, DocumentState, ShadowRun
from data.model import JsonObject, Language, User
from data.store.assessments import current_assessment
from data.store.comments import get_comments
from data.store.decisions import current_decision
from data.store.documents import newest_shadow
from moderation.drafts import LEAST_REASON, policy_of, shadow_in_date
from moderation.policy_diff import Difference, differences
from moderation.shadow import CHANGE_WORDS, Change, changed, languages, number, sentences

SHOWN, DAYS = 100, 30
STATES: dict[DocumentState, tuple[str, c.Tone]] = {
    DocumentState.DRAFT: ("draft", "info"),
    DocumentState.IN_FORCE: ("in force", "good"),
    DocumentState.REPLACED: ("replaced", "plain"),
    DocumentState.REJECTED: ("rejected", "warn"),
    DocumentState.WITHDRAWN: ("withdrawn", "warn"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A draft with its last shadow run, and whether that run is against what is in force now."""

    draft: Document
    standing: Document | None
    run: ShadowRun | None
    in_date: bool

    @classmethod
    def of(cls, tx: Tx, draft: Document, standing: Document | None) -> Tried:
        run = newest_shadow(tx, draft.kind, draft.version)
        in_date = shadow_in_date(tx, draft) is not None
        return cls(draft=draft, standing=standing, run=run, in_date=in_date)


def draft_card(tx: Tx, tried: Tried, d: Deps, viewer: User) -> Component:
    """One draft: by whom and what for, what it changes, what it would do, and the buttons."""
    draft = tried.draft
    made = ["Made by ", html.Bdi(draft.made_by), " ", c.moment(draft.made_at, d.zone)]
    if draft.note:
        made += [": ", html.Bdi(draft.note)]
    return html.Section(
        [
            html.H2(f"Draft {draft.version} of the {draft.kind.value}"),
            html.P(made),
            _outdated(tried),
            _changes(tried),
            _shadow(tx, tried, viewer),
            html.Div(_actions(tried, viewer), className="draft-actions")
            if viewer.role in policy_api.DRAFTERS
            else None,
        ],
        className="panel",
    )


def _outdated(tried: Tried) -> c.Piece:
    standing = tried.standing
    if standing is None or tried.draft.base == standing.version:
        return None
    told = (
        f"Version {standing.version} came into force after this draft was made. The differences "
        "below are against what is in force now: approving the draft takes back what it lacks."
    )
    return c.banner(told)


def _changes(tried: Tried) -> Component:
    if tried.draft.kind is DocumentKind.CALIBRATION:
        return calibration_facts(tried.draft)
    if tried.standing is None:
        return html.P("No policy is in force.")
    found = differences(policy_of(tried.standing), policy_of(tried.draft))
    return difference_table(found, ("Now", "Draft"))


def difference_table(found: Sequence[Difference], heads: tuple[str, str]) -> Component:
    """What one policy changes against another, key by key, with what it means."""
    if not found:
        return html.P("They say the same.")
    rows: list[list[c.Piece]] = [
        [html.Bdi(x.meaning[0].upper() + x.meaning[1:]), x.before, x.after, html.Code(x.key)]
        for x in found
    ]
    return c.table(("What it means", *heads, "Key"), rows, caption="What the draft changes")


# ------------------------------------------------------------------------------ shadow


def _shadow(tx: Tx, tried: Tried, viewer: User) -> Component:
    run = tried.run
    if run is None:
        return html.P("It was not tried on past comments yet.", className="quiet")
    told = run.result
    span = f"Tried by {run.by} on comments of {run.since:%d %b %Y} to {run.until:%d %b %Y}"
    stale = c.badge("out of date", "warn", title="something else came into force since")
    return html.Div(
        [
            html.H3(["Shadow run ", stale if not tried.in_date else None]),
            html.P(f"{span}, against policy {run.against_policy}."),
            html.Ul([html.Li(s) for s in sentences(told)]),
            _by_language(told),
            _listed(tx, told, viewer),
        ]
    )


_COUNTS = (
    ("Comments", "comments"),
    ("Flagged before", "flagged_before"),
    ("Flagged after", "flagged_after"),
    ("Newly flagged", "newly_flagged"),
    ("No longer", "no_longer_flagged"),
    ("Protected newly flagged", "protected_newly_flagged"),
    ("Severe before", "severe_before"),
    ("Severe after", "severe_after"),
    ("Removed, lost", "removed_lost"),
)


def _by_language(told: JsonObject) -> Component:
    rows: list[list[c.Piece]] = [
        [LANGUAGE_NAMES.get(Language(name), name), *(f"{number(x, key):,}" for _, key in _COUNTS)]
        for name, x in languages(told)
    ]
    heads = ("Language", *(head for head, _ in _COUNTS))
    numbers = set(range(1, len(heads)))
    return c.table(heads, rows, caption="By language, before and under the draft", numbers=numbers)


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
        text: c.Piece = "no longer kept"
        if comment is not None:
            judged, decided = current_assessment(tx, comment_id), current_decision(tx, comment_id)
            text = c.comment_text(masked_for_all(comment.revision.text, judged, decided))
        rows.append(
            [
                c.badge("protected", "bad") if x["protected"] else "",
                CHANGE_WORDS[Change(str(x["change"]))],
                text,
                LANGUAGE_NAMES.get(Language(str(x["language"])), ""),
                str(x["verdict"] or "not decided"),
                c.link("open", history_path(comment_id)) if opens else "",
            ]
        )
    heads = ("", "Change", "Comment, masked", "Language", "Decided", "")
    more = len(listed) - len(shown) + number(told, "left_out")
    foot = html.P(f"and {more:,} more", className="quiet") if more else None
    inside = c.table(heads, rows, caption="Comments that would change side, protected first")
    title = f"Comments that would change side ({len(listed) + number(told, 'left_out'):,})"
    return html.Details([html.Summary(title), inside, foot], open=len(listed) <= 20)


# ------------------------------------------------------------------------------ actions


def _actions(tried: Tried, viewer: User) -> list[Component]:
    draft = tried.draft
    which = [
        Field(name="kind", label="", kind="hidden", value=draft.kind.value),
        Field(name="version", label="", kind="hidden", value=str(draft.version)),
    ]
    days = Field(name="days", label="Days to look back", kind="number", value=str(DAYS), longest=3)
    word = "Run the shadow again" if tried.run else "Run a shadow"
    made = [action(policy_api.SHADOW, word, fields=[*which, days])]
    if draft.made_by == viewer.name:
        own = "You made this draft, so a second person approves it. You may take it back."
        made.append(html.P(own, className="quiet"))
    else:
        made.append(_approval(tried, which))
    why = Field(name="reason", label="Why it is rejected", needed=True, wide=True)
    reject = html.Details(
        [
            html.Summary("Reject"),
            action(policy_api.REJECT, f"Reject draft {draft.version}", fields=[*which, why],
                   tone="danger"),
        ]
    )  # fmt: skip
    return [*made, reject]


def _approval(tried: Tried, which: list[Field]) -> Component:
    draft, standing = tried.draft, tried.standing
    seen = "0" if standing is None else str(standing.version)
    fields = [*which, Field(name="seen", label="", kind="hidden", value=seen)]
    hint = "The approval then names the shadow run above."
    if not tried.in_date:
        hint = (
            f"No shadow run against what is in force: say why, in {LEAST_REASON} letters or more."
        )
    fields.append(Field(name="reason", label="Reason", hint=hint, wide=True,
                        needed=not tried.in_date))  # fmt: skip
    sure = f"Put version {draft.version} of the {draft.kind.value} in force?"
    word = f"Approve draft {draft.version}"
    return action(policy_api.APPROVE, word, fields=fields, confirm=sure, tone="primary")
