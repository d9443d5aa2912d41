"""The frame round every page: navigation, who is signed in, the place for notices."""

from __future__ import annotations

import dash
from dash import ClientsideFunction, Dash, Input, Output, dcc, html
from dash.development.base_component import Component

from dashboard.deps import deps
from dashboard.drawing import ids
from dashboard.drawing.components import attributes
from dashboard.drawing.page import NavEntry, nav_entries
from dashboard.signing_in.security import current_user
from dashboard.words import mark, t, tongue
from data.model import User

ROLE_TITLES = {
    "officer": mark("Comms officer"),
    "senior": mark("Senior officer"),
    "manager": mark("Manager"),
    "auditor": mark("Auditor"),
    "administrator": mark("Administrator"),
}
"""Said with t() where they are drawn."""


def layout() -> Component:
    """The whole window. Called for each page load; without a user it is empty."""
    user = current_user()
    if user is None:
        return html.Div()
    return html.Div(
        [
            html.A(t("Skip to the page"), href=f"#{ids.MAIN}", className="skip"),
            _side(user),
            html.Main(dash.page_container, id=ids.MAIN, tabIndex=-1),
            html.Div(id=ids.TOASTS, role="alert", **attributes(aria_live="assertive")),
        ],
        className="shell",
    )


def _side(user: User) -> Component:
    return html.Header(
        [
            html.Div(
                [
                    html.Span("سنوائی", lang="ur", dir="rtl", className="mark-ur"),
                    html.Span("Sunwai", className="mark"),
                    html.Div([_other_tongue(), _other_theme()], className="who-switches"),
                ],
                className="brand",
            ),
            html.Nav(
                [_entry(e) for e in nav_entries(user.role)],
                id=ids.NAV,
                **attributes(aria_label=t("Pages")),
            ),
            _who(user),
        ],
        className="side",
    )


def _entry(entry: NavEntry) -> Component:
    return dcc.Link(
        [
            html.Span(className=f"icon icon-{entry.icon}", **attributes(aria_hidden="true")),
            html.Span(t(entry.title)),
        ],
        href=entry.path,
        className="nav-link",
    )


def _who(user: User) -> Component:
    return html.Div(
        [
            html.Div(html.Bdi(deps().organisation), className="organisation"),
            html.Div(_own_desk(user), className="who-name"),
            html.Div(t(ROLE_TITLES[user.role.value]), className="who-role"),
            html.Button(t("Sign out"), id=ids.SIGN_OUT, className="button button-quiet"),
        ],
        className="who",
        **attributes(data_user=str(user.id)),
    )


def _own_desk(user: User) -> Component:
    name = html.Bdi(user.display, **attributes(data_said=""))
    return dcc.Link(name, href="/me", className="who-link", title=t("Your desk: language, colours"))


def _other_tongue() -> Component:
    """One press to the other tongue, named in that tongue for whoever cannot read this one."""
    to, name, short = ("en", "English", "EN") if tongue() == "ur" else ("ur", "اردو", "اردو")
    named = attributes(data_choice="language", data_value=to, data_said="", aria_label=name)
    return html.Button(
        short, id=ids.TONGUE, lang=to, title=name, className="button button-quiet", **named
    )


def _other_theme() -> Component:
    """Light to dark and back; the browser knows which of both a "system" theme shows now."""
    name = t("Switch between light and dark")
    named = attributes(data_choice="theme", data_value="other", aria_label=name)
    shape = html.Span("◐", **attributes(aria_hidden="true"))
    return html.Button(shape, id=ids.THEME, title=name, className="button button-quiet", **named)


def register(app: Dash) -> None:
    """Marks the page that is open in the navigation, in the browser (assets/base.js)."""
    app.clientside_callback(  # pyright: ignore[reportUnknownMemberType]
        ClientsideFunction(namespace="sunwai", function_name="mark_open_page"),
        Output(ids.NAV, "data-open"),
        Input("_pages_location", "pathname"),
    )
