"""Pages: each module gives ``layout`` and ``register``; nothing is registered at import."""

from __future__ import annotations

from importlib import import_module

from dash import Dash

from dashboard.drawing.page import forget_pages

MODULES = ("today", "queue", "grid", "copies", "shift", "conflicts", "samples", "outbox",
           "decisions", "comments", "history", "cases", "feedback", "themes", "duty", "reports",
           "sources", "log", "policy", "settings", "practice", "help", "me")  # fmt: skip
"""Pages in the order in which the navigation shows them."""


def register_pages(app: Dash) -> None:
    """Registers every page, in the order of MODULES."""
    forget_pages()
    for name in MODULES:
        import_module(f"dashboard.pages.{name}").register(app)
