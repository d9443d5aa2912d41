"""Help: the duty, codes and non-reasons, keys, words, what the machine can judge, undo, trouble.

One page of plain text, so that the browser's own search finds everything and paper holds it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dash import Dash, html
from dash.development.base_component import Component

from dashboard.deps import deps
from dashboard.drawing import components as c
from dashboard.drawing.page import Query, add_page
from dashboard.learning import help_parts as parts
from dashboard.learning.tour import tour_of
from dashboard.signing_in.security import signed_in
from dashboard.words import mark, t
from data.model import Role

OFFICE = frozenset({Role.OFFICER, Role.SENIOR})
EVERYONE = frozenset(Role)
YOUR_ROLE: dict[Role, tuple[str, ...]] = {
    Role.OFFICER: (
        mark("You clear the queue: keep, remove with a code, split, send to complaints, ask."),
        mark("You cannot remove a protected comment alone: your removal is a proposal."),
        mark("At the end you sign off your shift and leave a note for the next officer."),
    ),
    Role.SENIOR: (
        mark("You do all that an officer does, and answer the second looks of others."),
        mark("You undo decisions of others, and settle where a blind sample differs."),
        mark("You never confirm your own proposal, and never settle your own sample."),
    ),
    Role.MANAGER: (
        mark("You read what people say, whether the duty is met, and whether it is fair."),
        mark("Texts are masked for you, and you see nothing of their authors."),
    ),
    Role.AUDITOR: (
        mark("You read the log, decisions and evidence, and check the chain. You change nothing."),
    ),
    Role.ADMINISTRATOR: (
        mark("You connect pages, bring in files, and keep users and settings."),
        mark("You decide on no comment. A change of policy needs a second person."),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One part of the page, for these roles."""

    id: str
    title: str
    body: Component
    roles: frozenset[Role] = EVERYONE


def layout(_query: Query) -> Component:
    """Contents on top, then the sections of the reader's role."""
    role = signed_in().role
    shown = [s for s in _sections(role) if role in s.roles]
    return c.page(
        t("Help"),
        _contents(shown),
        *(c.card(s.body, title=s.title, id=f"help-{s.id}") for s in shown),
        lead=t("What is asked of us, on which ground a remark may go, and which keys do it. Search "
               "this page with your browser, or print it."),
        tools=[tour_of(role, always=True)],
    )  # fmt: skip


def _sections(role: Role) -> list[Section]:
    return [
        Section(id="duty", title=t("The duty"), body=parts.policy()),
        Section(id="role", title=t("What your role does"), body=_role(role)),
        Section(id="keys", title=t("Your keys of the queue"), body=parts.keys(), roles=OFFICE),
        Section(id="codes", title=t("Grounds for a removal"), body=parts.codes()),
        Section(id="never", title=t("What is never a ground"), body=_never()),
        Section(id="undo", title=t("The hold and the undo"), body=parts.holds(deps())),
        Section(id="machine", title=t("What the machine can and cannot judge"),
                body=parts.coverage()),
        Section(id="lost", title=t("When something goes wrong"), body=parts.trouble(),
                roles=OFFICE),
        Section(id="words", title=t("What the words mean"), body=parts.terms(parts.TERMS)),
        Section(id="states", title=t("States of a comment"),
                body=parts.terms(parts.COMMENT_STATES)),
        Section(id="outbox", title=t("States of an action at the platform"),
                body=parts.terms(parts.OUTBOX_STATES)),
    ]  # fmt: skip


def _role(role: Role) -> Component:
    return html.Ul([html.Li(t(line)) for line in YOUR_ROLE[role]])


def _never() -> Component:
    told = t("These can never be chosen, by anybody, on any screen.")
    return html.Div([html.P(told), parts.non_reasons()])


def _contents(shown: Sequence[Section]) -> Component:
    links = [html.Li(html.A(s.title, href=f"#help-{s.id}")) for s in shown]
    return html.Nav(
        html.Ul(links), className="help-contents", **c.attributes(aria_label=t("On this page"))
    )


def register(app: Dash) -> None:
    add_page(__name__, path="/help", title="Help", icon="help", layout=layout)
