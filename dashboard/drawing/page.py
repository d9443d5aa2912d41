"""A page of ours: who may open it, its line of the navigation, what its address asks for.

A page's ``register(app)`` calls ``add_page`` and then registers its callbacks. ``add_page`` wraps
the layout so that it runs only for the roles that ``security.ROLE_PAGES`` names for its path.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from secrets import token_hex
from typing import Any, cast

import dash
from dash import html
from dash.development.base_component import Component

from dashboard.drawing import components as c
from dashboard.signing_in.security import current_user, roles_of
from dashboard.words import t
from data.model import Role, storable

Query = Mapping[str, list[str]]
Layout = Callable[[Query], Component]


@dataclass(frozen=True, slots=True, kw_only=True)
class NavEntry:
    """One line of the navigation."""

    path: str
    title: str
    icon: str


def first(query: Query, name: str, default: str = "") -> str:
    """The first value of a name in the address's query; the default when it is not there."""
    values = query.get(name) or [default]
    return values[0]


def _as_query(given: Mapping[str, object]) -> Query:
    found: dict[str, list[str]] = {}
    for name, value in given.items():
        if value is not None:
            values = cast("list[object]", value) if isinstance(value, list) else [value]
            found[name] = [storable(str(v)) for v in values]
    return found


def guarded(path: str, layout: Layout) -> Callable[..., Component]:
    """The layout for roles that may open the page; a polite refusal for all others."""

    def shown(**given: Any) -> Component:
        user, allowed = current_user(), roles_of(path) or frozenset[Role]()
        if user is None or user.role not in allowed:
            return c.refusal()
        # Dash keeps what it drew before when two updates meet (its selector forgets what changed),
        # so that an old page stays under a new address. A new id makes it draw anew, always.
        return html.Div(layout(_as_query(given)), id=f"drawn-{token_hex(6)}")

    return shown


def add_page(
    module: str,
    *,
    path: str,
    title: str,
    layout: Layout,
    icon: str = "",
    in_nav: bool = True,
    path_template: str | None = None,
) -> None:
    """Registers a page with Dash. ``path`` must stand in ``security.ROLE_PAGES``.

    ``title`` is a message of the catalogue: it is said in the reader's tongue where it is drawn.
    ``path_template`` ("/comments/<comment_id>") gives its parts to the layout as query values.
    """
    key = path if path_template is None else path_template.split("<")[0]
    if roles_of(key) is None:
        raise KeyError(f"{key} has no roles: add it to dashboard.signing_in.security.ROLE_PAGES")

    def said_title(**_: object) -> str:
        return f"{t(title)} · Sunwai"

    _register(
        module,
        path=path,
        path_template=path_template,
        title=said_title,
        name=title,
        layout=guarded(key, layout),
        nav=NavEntry(path=path, title=title, icon=icon) if in_nav else None,
        place=len(_registry()),
    )


# Dash leaves these two without types.
_register = cast("Callable[..., None]", getattr(dash, "register_page"))  # noqa: B009


def _registry() -> dict[str, dict[str, Any]]:
    return cast("dict[str, dict[str, Any]]", getattr(dash, "page_registry"))  # noqa: B009


def forget_pages() -> None:
    """Before the pages of a new application are registered: Dash keeps them for all alike."""
    _registry().clear()


def nav_entries(role: Role) -> list[NavEntry]:
    """The navigation that a role sees, in the order in which the pages were registered."""
    known = sorted(_registry().values(), key=lambda p: p["place"])
    entries = [cast("NavEntry | None", p.get("nav")) for p in known]
    return [e for e in entries if e is not None and role in (roles_of(e.path) or ())]
