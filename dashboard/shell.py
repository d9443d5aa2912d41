"""The frame round every page: navigation, who is signed in, the place for notices."""

from __future__ import annotations

import dash
from dash import ClientsideFunction, Dash, Input, Output, dcc, html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.components import attributes
from dashboard.deps import deps
from dashboard.pages import NavEntry, nav_entries
from dashboard.security import current_user
from data.model import User

ROLE_TITLES = {
    "officer": "Comms officer",
    "senior": "Senior officer",
    "manager": "Manager",
    "auditor": "Auditor",
    "administrator": "Administrator",
}


def layout() -> Component:
    """The whole window. Called for each page load; without a user it is empty."""
    user = current_user()
    if user is None:
        return html.Div()
    return html.Div(
        [
            html.A("Skip to the page", href=f"#{ids.MAIN}", className="skip"),
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
                ],
                className="brand",
            ),
            html.Nav(
                [_entry(e) for e in nav_entries(user.role)],
                id=ids.NAV,
                **attributes(aria_label="Pages"),
            ),
            _who(user),
        ],
        className="side",
    )


def _entry(entry: NavEntry) -> Component:
    return dcc.Link(
        [
            html.Span(className=f"icon icon-{entry.icon}", **attributes(aria_hidden="true")),
            html.Span(entry.title),
        ],
        href=entry.path,
        className="nav-link",
        title=entry.title_ur or None,
    )


def _who(user: User) -> Component:
    return html.Div(
        [
            html.Div(deps().organisation, className="organisation"),
            html.Div(user.display, className="who-name"),
            html.Div(ROLE_TITLES[user.role.value], className="who-role"),
            html.Button("Sign out", id=ids.SIGN_OUT, className="button button-quiet"),
        ],
        className="who",
        **attributes(data_user=str(user.id)),
    )


def register(app: Dash) -> None:
    """Marks the page that is open in the navigation, in the browser (assets/base.js)."""
    app.clientside_callback(  # pyright: ignore[reportUnknownMemberType]
        ClientsideFunction(namespace="sunwai", function_name="mark_open_page"),
        Output(ids.NAV, "data-open"),
        Input("_pages_location", "pathname"),
    )
