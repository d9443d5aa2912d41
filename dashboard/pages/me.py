"""Your desk: what each user chooses for themselves. Kept at once, seen at once (base_me.js)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from dash import Dash, html
from dash.development.base_component import Component

from dashboard.deps import deps
from dashboard.drawing import components as c
from dashboard.drawing.page import Query, add_page
from dashboard.drawing.shell import ROLE_TITLES
from dashboard.signing_in.security import signed_in
from dashboard.words import mark, t, tongue
from dashboard.words.choosing import choices
from data.model import Role
from data.store.choices import ChoiceName

PATH = "/me"
Option = tuple[str, str, str | None]  # value, label, the label's own language


def layout(_query: Query) -> Component:
    """Who is signed in, and their choices; keys and breaks only for who works the queue."""
    user = signed_in()
    at_queue = user.role in (Role.OFFICER, Role.SENIOR)
    return c.page(
        t("Your desk"),
        _who(),
        _tongue_and_colours(),
        _dates(),
        _at_the_queue() if at_queue else None,
        lead=t("How Sunwai speaks to you and looks to you. Nobody else is changed by it."),
    )


def _who() -> Component:
    user = signed_in()
    told: list[tuple[str, c.Piece]] = [
        (t("Name"), html.Bdi(user.name, **c.attributes(data_said=""))),
        (t("Shown as"), html.Bdi(user.display, **c.attributes(data_said=""))),
        (t("Role"), t(ROLE_TITLES[user.role.value])),
        (t("In exports and reports"), html.Bdi(user.pseudonym, **c.attributes(data_said=""))),
    ]
    links = [
        html.A(t("Password"), href="/me/password", className="button button-plain"),
        html.A(t("Second factor"), href="/me/second-factor", className="button button-plain"),
        html.A(t("Sessions"), href="/me/sessions", className="button button-plain"),
    ]
    account = html.Div(links, className="choice-values")
    return c.card(c.definitions(told), account, title=t("Who you are here"))


def _tongue_and_colours() -> Component:
    chosen = choices()
    languages: list[Option] = [("en", "English", "en"), ("ur", "اردو", "ur")]
    return c.card(
        _group(ChoiceName.LANGUAGE, t("Language"), languages, tongue()),
        _group(ChoiceName.THEME, t("Colours"), _said(THEMES), chosen.theme),
        title=t("Language and colours"),
    )


THEMES = (("system", mark("As this machine")), ("light", mark("Light")), ("dark", mark("Dark")))
CALENDARS = (("gregorian", mark("Gregorian")), ("hijri", mark("Gregorian with Hijri")))
ON_OFF = (("on", mark("On")), ("off", mark("Off")))


def _said(options: Sequence[tuple[str, str]]) -> list[Option]:
    return [(value, t(label), None) for value, label in options]


def _dates() -> Component:
    chosen = choices()
    digits: list[Option] = [("latin", "0123456789", None), ("urdu", "۰۱۲۳۴۵۶۷۸۹", None)]
    note = t(
        "The Hijri date is calculated (Umm al-Qura). It may differ by a day from the date that "
        "the moon sighting committee announces."
    )
    return c.card(
        _group(ChoiceName.CALENDAR, t("Calendar"), _said(CALENDARS), chosen.calendar),
        html.P(note, className="quiet"),
        _group(ChoiceName.DIGITS, t("Digits"), digits, chosen.digits),
        _example(deps().clock()),
        title=t("Dates and numbers"),
    )


def _example(now: datetime) -> Component:
    zone = deps().zone
    return html.P([t("An instant reads:"), " ", c.moment(now, zone)], className="quiet")


def _at_the_queue() -> Component:
    chosen = choices()
    keys = t("With single keys off no letter alone decides anything; every button still works.")
    breaks = t("After a long stretch the queue offers a break. It never forces one.")
    return c.card(
        _group(ChoiceName.SINGLE_KEYS, t("Single keys"), _said(ON_OFF), _on(chosen.single_keys)),
        html.P(keys, className="quiet"),
        _group(ChoiceName.BREAKS, t("Offer of a break"), _said(ON_OFF), _on(chosen.breaks)),
        html.P(breaks, className="quiet"),
        title=t("At the queue"),
    )


def _on(chosen: bool) -> str:
    return "on" if chosen else "off"


def _group(name: ChoiceName, label: str, options: Sequence[Option], standing: str) -> Component:
    """One choice: its name, and a button for each value; the standing one is pressed."""
    known = f"choice-{name}"
    buttons = [_button(name, option, option[0] == standing) for option in options]
    return html.Div(
        [
            html.Span(label, id=known, className="choice-name"),
            html.Div(
                buttons,
                className="choice-values",
                role="group",
                **c.attributes(aria_labelledby=known),
            ),
        ],
        className="choice",
    )


def _button(name: ChoiceName, option: Option, pressed: bool) -> Component:
    value, label, language = option
    named = c.attributes(
        data_choice=name.value, data_value=value, aria_pressed="true" if pressed else "false"
    )
    if language is not None or label[0].isdigit():
        named |= c.attributes(data_said="")
    known = {} if language is None else {"lang": language}
    return html.Button(
        label, id=f"choose-{name}-{value}", className="button choice-value", **known, **named
    )


def register(app: Dash) -> None:
    """Adds the page; its buttons are heard by assets/base_me.js."""
    del app
    add_page(__name__, path=PATH, title=mark("Your desk"), layout=layout, in_nav=False)
