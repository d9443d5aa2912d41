"""The work sheet as a page to print: numbered, with tick boxes, Urdu set from right to left."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from dashboard.report.page import ASSETS, font_face, lang_tag, script_class
from dashboard.report.pdf import report_pdf
from data.model import ReasonCode
from moderation.platforms.work_sheet import SheetRow
from moderation.policies.reasons import REASONS

_STYLE = """
td.tick i { display: inline-block; width: 4.5mm; height: 4.5mm; border: 1.2pt solid #1f2933; }
td p.said { margin: 0 0 .3rem; white-space: pre-wrap; overflow-wrap: anywhere; }
td a { display: block; font-size: 7pt; overflow-wrap: anywhere; color: #1f2933; }
td code { display: block; color: #52606d; }
footer { break-inside: avoid; padding-top: 6mm; }
"""


def work_sheet_pdf(
    rows: Sequence[SheetRow], *, organisation: str, zone: str, masked: bool, now: datetime
) -> bytes:
    """The sheet on A4. The same rows at the same minute give the same bytes."""
    page = work_sheet_page(rows, organisation=organisation, zone=zone, masked=masked, now=now)
    return report_pdf(page)


def work_sheet_page(
    rows: Sequence[SheetRow], *, organisation: str, zone: str, masked: bool, now: datetime
) -> str:
    """The page as HTML; every text in it is escaped."""
    env = Environment(loader=FileSystemLoader(ASSETS), autoescape=True, undefined=StrictUndefined)
    local = ZoneInfo(zone)

    def written(at: datetime) -> str:
        return f"{at.astimezone(local):%d %b %Y %H:%M}"

    def title(code: ReasonCode) -> str:
        return REASONS[code].title_en

    env.filters.update(local=written, title=title, script=script_class, lang=lang_tag)
    return env.get_template("work_sheet.html.j2").render(
        rows=rows,
        organisation=organisation,
        zone=zone,
        masked=masked,
        made_at=written(now),
        css=Markup(_style(rows)),
    )


def _style(rows: Sequence[SheetRow]) -> str:
    faces = [font_face("RptNastaliq"), font_face("RptNaskh")] if any(r.rtl for r in rows) else []
    return "".join([*faces, (ASSETS / "report.css").read_text(encoding="utf-8"), _STYLE])
