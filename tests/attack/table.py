"""Who may do what, written down by hand: every route and every callback falls under one line here.

A route that no line names fails the tests, and so does one that lets in a role its line does not.
A line is a prefix of the rule; the longest that fits counts.
"""

from __future__ import annotations

from data.model import Role

OFF, S, M, A, D = Role.OFFICER, Role.SENIOR, Role.MANAGER, Role.AUDITOR, Role.ADMINISTRATOR
ALL = frozenset(Role)
DECIDE = frozenset({OFF, S})
READ = frozenset({OFF, S, A})

# Routes that have a role by themselves (security.requires): at most these may call them.
ROUTES: dict[str, frozenset[Role]] = {
    "/_dash-dependencies": ALL,
    "/api/cases": frozenset({OFF, S, M}),
    "/api/conflicts": frozenset({D}),
    "/api/decisions/undo": frozenset({S}),
    "/api/grid": DECIDE,
    "/api/import": frozenset({OFF, S, D}),
    "/api/log/check": frozenset({A}),
    "/api/me": ALL,
    "/api/outbox": DECIDE,
    "/api/outbox/resume": frozenset({S}),
    "/api/policy": frozenset({S, D}),
    "/api/policy/shadow/running": frozenset({S, A, D}),
    "/api/practice": DECIDE,
    "/api/queue": DECIDE,
    "/api/queue/viewing": frozenset({OFF, S, M, A}),
    "/api/reports/make": frozenset({S, M}),
    "/api/samples": DECIDE,
    "/api/sources": frozenset({D}),
    "/api/themes": frozenset({S, M}),
    "/api/tour": ALL,
    "/api/users": frozenset({D}),
    "/download/cases.csv": frozenset({OFF, S, M}),
    "/download/comments.csv": frozenset({OFF, S, M, A}),
    "/download/decisions.csv": READ,
    "/download/evidence": READ,
    "/download/log.csv": frozenset({A}),
    "/download/policy.toml": frozenset({S, A, D}),
    "/download/sweeps": frozenset({OFF, S, A, D}),
    "/download/work_sheet": DECIDE,
    "/me/": ALL,
    "/reports/": frozenset({S, M, A}),
}

# Routes that anybody may call, signed in or not; each says why.
OPEN: dict[str, str] = {
    "/sign-in": "the way in; each step below it asks for what came before",
    "/assets/": "styles, scripts, fonts: the same for everybody, and no data",
    "/words/": "the catalogue of words",
    "/healthz": "for the watch over the service",
    "/readyz": "for the watch over the service; tells no details",
    "/_favicon.ico": "the picture of the tab",
    "/webhooks/meta": "machines, each request signed",
}

# Routes of Dash that any signed-in user may call: what they give is checked for each page.
SIGNED_IN: dict[str, str] = {
    "/": "pages, by ROLE_PAGES",
    "/<path:path>": "pages, by ROLE_PAGES",
    "/_dash-component-suites/": "scripts of the parts",
    "/_dash-layout": "the window without a page",
    "/_dash-update-component": "callbacks: see CALLBACKS",
    "/_reload-hash": "for the maker of the program; says nothing here",
    "/sign-out": "whoever is signed in may leave",
}

# Callbacks that run on the server, by their output. What page each belongs to.
CALLBACKS: dict[str, str] = {
    "_pages_content.children": "any page; the page itself asks for the role",
}


def line_of(rule: str, table: dict[str, frozenset[Role]] | dict[str, str]) -> str | None:
    """The longest line that fits the rule; a line ends where a word of the rule ends."""
    fits = [p for p in table if rule == p or (p != "/" and rule.startswith(p) and _ends(rule, p))]
    return max(fits, key=len, default=None)


def _ends(rule: str, prefix: str) -> bool:
    return prefix.endswith("/") or rule[len(prefix)] in "/."
