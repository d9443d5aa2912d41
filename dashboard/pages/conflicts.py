"""Conflict guard: which names and units keep a comment from which officer. For administrators."""

from __future__ import annotations

from dash import Dash, html
from dash.development.base_component import Component

from dashboard.deps import Deps, deps
from dashboard.drawing import components as c
from dashboard.drawing import fields
from dashboard.drawing.page import Query, add_page
from dashboard.drawing.plain import plainly
from dashboard.settings.conflicts_api import ADD, DROP, LONGEST_WORD
from dashboard.words import mark, t
from data.model import Role, User
from data.store import conflicts, users
from data.store.conflicts import ConflictWord
from moderation.texts.search import search_fold

PATH = "/settings/conflicts"


def layout(_query: Query) -> Component:
    """Each officer with their words, and a form to give one more."""
    d = deps()
    with d.db.read() as tx:
        people = [
            u
            for u in users.list_users(tx)
            if u.role in (Role.OFFICER, Role.SENIOR) and u.disabled_at is None
        ]
        words = conflicts.all_words(tx)
    return c.page(
        t("Conflict guard"),
        c.card(_form(people), title=t("Give an officer a name or unit")),
        *[_officer(u, [w for w in words if w.user_id == u.id], d) for u in people],
        lead=t(
            "A comment that names an officer or their unit goes to another officer. It is never "
            "claimed, decided or undone by the one it speaks of. Full names count by themselves."
        ),
        tools=[c.link(t("Settings"), "/settings", as_button=True)],
    )


def _form(people: list[User]) -> Component:
    return fields.action(
        ADD,
        t("Add"),
        fields=[
            fields.Field(
                name="user",
                label=t("Officer"),
                kind="choice",
                options=[(u.name, u.display) for u in people],
                needed=True,
            ),
            fields.Field(
                name="word",
                label=t("Name or unit"),
                longest=LONGEST_WORD,
                needed=True,
                hint=t(
                    "As people write it, in any script: each spelling on its own. Whole words "
                    "only; small and capital letters and Urdu or Arabic keyboards make no "
                    "difference."
                ),
            ),
        ],
        tone="primary",
    )


def _officer(user: User, words: list[ConflictWord], d: Deps) -> Component:
    rows: list[list[c.Piece]] = []
    if " " in search_fold(user.display).strip():
        rows.append([html.Bdi(user.display), t("full name"), "", ""])
    rows += [[html.Bdi(w.word), html.Bdi(w.made_by), c.moment(w.made_at, d.zone), _drop(w)]
             for w in words]  # fmt: skip
    heads = (t("Name or unit"), t("Given by"), t("Since"), t("Action"))
    caption = t("Names and units of {name}", name=user.display)
    table = c.table(heads, rows, caption=caption) if rows else c.empty(t("None yet."))
    return c.card(table, title=user.display)


def _drop(word: ConflictWord) -> Component:
    return fields.action(
        DROP,
        t("Take away"),
        fields=[fields.Field(name="word", label="", kind="hidden", value=str(word.id))],
        confirm=t("Take this word away?"),
    )


def register(app: Dash) -> None:
    add_page(
        __name__, path=PATH, title=mark("Conflict guard"), layout=plainly(layout), in_nav=False
    )
