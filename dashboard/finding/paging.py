"""One page of a list of comments: found, counted, and the links to the pages beside it."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.drawing import components as c
from dashboard.finding.places import written
from dashboard.finding.wanted import PAGE, Asked
from dashboard.words import t
from dashboard.words.written import number
from data.db import Tx
from data.store.grid import FEW, GridPage, count_fitting, grid_page, order_of


def counted(n: int, most: int = FEW) -> str:
    """A total as it is written: no list is counted further than ``most``."""
    return f"{number(most)}+" if n > most else number(n)


def found_page(tx: Tx, asked: Asked) -> tuple[GridPage, int]:
    """The page of the list that is asked for, and how many fit, counted to one more than FEW."""
    total = count_fitting(tx, asked.wanted, most=FEW + 1)
    page = grid_page(
        tx,
        asked.wanted,
        order=order_of(asked.wanted),
        after=asked.place,
        limit=PAGE,
        few=total <= FEW,
        back=asked.back,
    )
    return page, total


def pages(page: GridPage, asked: Asked, path: str) -> Component | None:
    """Links to the pages before and after; None where there is but one."""
    inside: list[c.Piece] = []
    if page.before is not None:
        inside.append(c.link(t("First page"), asked.href(path), as_button=True))
        newer = asked.href(path, before=written(page.before))
        inside.append(c.link(t("← Newer"), newer, as_button=True))
    if page.after is not None:
        older = asked.href(path, after=written(page.after))
        inside.append(c.link(t("Older →"), older, as_button=True))
    if not inside:
        return None
    return html.Nav(inside, className="pages", **c.attributes(aria_label=t("Pages of the list")))
