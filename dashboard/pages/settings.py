"""Settings, to be read: who has which role, and what the program runs with."""

from __future__ import annotations

from dash import Dash, html
from dash.development.base_component import Component

from analysis.service_level import ServiceLevel
from dashboard import components as c
from dashboard.deps import Deps, deps
from dashboard.pages import Query, add_page
from dashboard.pages.history import definitions
from dashboard.plain import plainly
from dashboard.rejudging import rejudging
from dashboard.shell import ROLE_TITLES
from data.documents import DocumentKind
from data.model import User
from data.store import users
from data.store.documents import documents

PATH = "/settings"
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def layout(_query: Query) -> Component:
    """Users, the service level, every setting in force."""
    d = deps()
    with d.db.read() as tx:
        known = users.list_users(tx)
        waiting = len(documents(tx, DocumentKind.POLICY, drafts=True))
        notice = rejudging(tx)
    return c.page(
        "Settings",
        notice,
        _policy(d, waiting),
        _users(known, d.zone),
        _service_level(d.service_level),
        _in_force(d),
        lead="To be read here; changed by: sunwai user, and by sunwai.toml or the environment.",
    )


def _policy(d: Deps, waiting: int) -> Component:
    told = f"Version {d.policy_version()} is in force. "
    told += "No draft waits." if not waiting else f"{waiting} waiting for a second person."
    link = c.link("Policy, drafts and shadow runs", "/policy", as_button=True)
    return c.card(html.P(told), link, title="Policy")


def _users(known: list[User], zone: str) -> Component:
    heads = ("Name", "Shown as", "Role", "In exports", "Since", "State")
    rows: list[list[c.Piece]] = [
        [
            u.name,
            html.Bdi(u.display),
            ROLE_TITLES[u.role.value],
            u.pseudonym,
            c.moment(u.created_at, zone),
            c.badge("active", "good") if u.disabled_at is None else _disabled(u, zone),
        ]
        for u in known
    ]
    table = c.table(heads, rows, caption="Users and their roles")
    return c.card(table, title=f"Users ({len(known)})")


def _disabled(user: User, zone: str) -> Component:
    return html.Span([c.badge("disabled"), " ", c.moment(user.disabled_at, zone)])


def _service_level(s: ServiceLevel) -> Component:
    days = ", ".join(DAYS[n] for n in sorted(s.work_days))
    holidays = ", ".join(day.isoformat() for day in sorted(s.holidays))
    pairs: list[tuple[str, c.Piece]] = [
        ("A sweep of every source", f"each {s.sweep_minutes} min"),
        ("Severe items decided", f"within {s.severe_minutes} min of first sight"),
        ("Flagged items decided", f"within {s.flagged_working_hours:g} working hours"),
        ("Nothing older than", f"{s.oldest_hours:g} h"),
        ("The standard is met at", f"{s.least_share:.0%} of due items in target"),
        ("Working hours", f"{s.work_from:%H:%M} to {s.work_until:%H:%M}, {days}"),
        ("Days off", holidays or "none set"),
        ("Time zone", s.zone),
    ]
    return c.card(definitions(pairs), title="Service level")


def _in_force(d: Deps) -> Component:
    told = dict(d.settings_told) or {
        "organisation.name": d.organisation,
        "organisation.zone": d.zone,
        "hold.ordinary_seconds": f"{d.holds.ordinary.total_seconds():g}",
        "hold.one_way_minutes": f"{d.holds.one_way.total_seconds() / 60:g}",
        "web.idle_minutes": f"{d.session.idle.total_seconds() / 60:g}",
    }
    rows: list[list[c.Piece]] = [
        [html.Code(name), html.Bdi(value) if value else html.Span("empty", className="quiet")]
        for name, value in told.items()
    ]
    rows.append([html.Code("policy version"), str(d.policy_version())])
    table = c.table(("Setting", "In force"), rows, caption="Settings in force")
    return c.card(table, title="In force")


def register(app: Dash) -> None:
    add_page(
        __name__,
        path=PATH,
        title="Settings",
        title_ur="ترتیبات",
        icon="settings",
        layout=plainly(layout),
    )
