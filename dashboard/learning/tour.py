"""The first tour: some short steps for each role, offered on Today until it is seen or skipped.

It is offered, never forced: the offer stands among the page's own parts, and the tour itself is a
dialog that Escape ends. Help opens it again.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.drawing import ids
from dashboard.words import mark, t
from dashboard.words.choosing import choices
from data.model import Role

Step = tuple[str, str]  # heading and text

_TODAY = (
    mark("Today"),
    mark("What waits, how old it is against your target, what failed, and whether every page is "
         "being watched. Each number opens the list behind it."),
)  # fmt: skip
_HELP = (
    mark("Help is always there"),
    mark("The policy, the codes, your keys and the meaning of every word. This tour can be opened "
         "again there."),
)  # fmt: skip
_OFFICER: tuple[Step, ...] = (
    _TODAY,
    (mark("The queue"),
     mark("One comment at a time. Press Enter on Today to begin. The card says why this one comes "
          "now, and what the machine thinks: a reason to look, never a verdict.")),
    (mark("Two keys to remove, one to keep"),
     mark("f keeps. d and the number of a code removes. s splits an insult from a complaint, c "
          "sends a complaint to its office, e asks a senior officer. The question mark shows all "
          "keys; you can change them or switch them off.")),
    (mark("Criticism stays"),
     mark("A comment that carries a complaint, a suggestion or a view is shielded: removing it "
          "needs a second officer. Harsh tone is never a ground.")),
    (mark("Every act waits a little"),
     mark("For some seconds an undo costs nothing: press u, up to your last 20. Where the platform "
          "cannot take it back, the wait is ten minutes.")),
    (mark("Practice first"),
     mark("The practice page has invented comments with an explanation after each answer. Nobody "
          "else sees your score.")),
    _HELP,
)  # fmt: skip
_SENIOR: tuple[Step, ...] = (
    *_OFFICER[:4],
    (mark("The second look"),
     mark("Proposed removals and questions wait for you in their own queue. You never confirm what "
          "you proposed yourself.")),
    (mark("Blind samples"),
     mark("Each week some decided comments are drawn by chance and judged again by another "
          "officer. You settle where the two differ.")),
    _HELP,
)  # fmt: skip
_MANAGER: tuple[Step, ...] = (
    _TODAY,
    (mark("What people say"),
     mark("Feedback shows the themes of what citizens write, removed comments counted too. Each "
          "number opens the comments behind it, masked.")),
    (mark("Is the duty met?"),
     mark("Duty shows what was due, how it ended, and when nobody looked. What cannot be proven is "
          "said to be not proven.")),
    (mark("Complaints"),
     mark("Complaints that were handed to an office, with their due day; overdue ones stand on "
          "top.")),
    (mark("The nightly report"),
     mark("One sheet each night with the verdict in its first line. You find all of them under "
          "Reports.")),
    _HELP,
)  # fmt: skip
_AUDITOR: tuple[Step, ...] = (
    _TODAY,
    (mark("The log"),
     mark("Every act is a link of a chain of hashes. The Log page checks the chain from its first "
          "link to its last.")),
    (mark("Decisions"),
     mark("Search all that was decided, in any script. Each comment has its history and an "
          "evidence sheet.")),
    (mark("Duty and fairness"),
     mark("Removals by code, page and language, time to each step, and what blind samples found, "
          "each with its n and range.")),
    (mark("You read, nothing else"),
     mark("Your role changes nothing, and no page offers you to.")),
    _HELP,
)  # fmt: skip
_ADMINISTRATOR: tuple[Step, ...] = (
    _TODAY,
    (mark("Sources"),
     mark("Connect a page, or drop in an export file. A gap in watching is shown as a gap; an "
          "access that ends is told days before.")),
    (mark("Settings"),
     mark("Users, roles and the service level. Every change is in the log under your pseudonym.")),
    (mark("Policy"),
     mark("A change of a threshold or a list is a draft. Try it in the shadow first; a second "
          "person approves it.")),
    (mark("You decide on no comment"),
     mark("Administrators connect and set up. Decisions are made by officers.")),
    _HELP,
)  # fmt: skip
STEPS: dict[Role, tuple[Step, ...]] = {
    Role.OFFICER: _OFFICER,
    Role.SENIOR: _SENIOR,
    Role.MANAGER: _MANAGER,
    Role.AUDITOR: _AUDITOR,
    Role.ADMINISTRATOR: _ADMINISTRATOR,
}


def tour_of(role: Role, *, always: bool = False) -> Component | None:
    """The offer of the tour, drawn by assets/pages_tour.js; None once it was seen or skipped.

    ``always`` gives the button that opens it again (Help).
    """
    if not always and choices().tour != "due":
        return None
    told = json.dumps(_said(STEPS[role]), ensure_ascii=False)
    data: dict[str, Any] = {"data-steps": told, "data-again": "yes" if always else ""}
    return html.Div(id=ids.TOUR, className="tour-offer", **data)


def _said(steps: Sequence[Step]) -> list[tuple[str, str]]:
    return [(t(title), t(text)) for title, text in steps]
