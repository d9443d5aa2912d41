"""The nightly report as one HTML page: self-contained, printable, nothing fetched from anywhere."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from analysis.ranges import Change, in_words
from analysis.report import Line, Report
from analysis.verdict import gap_words, span_words
from analysis.watch import Watched
from dashboard.report.svg import trend_svg, watch_svg
from data.model import DONE_STATES

HERE = Path(__file__).parents[1]
ASSETS = HERE / "report" / "assets"
# The families have names of their own: an installed font of the same name would be mixed with
# them by the PDF writer, shaped with one file and drawn with the other.
FONTS = {
    "RptNastaliq": HERE / "assets" / "fonts" / "noto-nastaliq-urdu-arabic-400-normal.woff2",
    "RptNaskh": HERE / "assets" / "fonts" / "noto-naskh-arabic-arabic-400-normal.woff2",
}
_SCRIPTS = {"ur": "ur", "ps": "ar", "sd": "ar", "pnb": "ur", "fa": "ar", "ar": "ar"}
_BAR = 90


def report_page(report: Report) -> str:
    """The whole page as text. The same report gives the same text."""
    # trim/autoescape: every value is escaped; only our own SVG and style sheet are not.
    env = Environment(loader=FileSystemLoader(ASSETS), autoescape=True, undefined=StrictUndefined)
    env.filters.update(_filters(report))
    return env.get_template("report.html.j2").render(
        r=report, css=Markup(_style(report)), trend=Markup(trend_svg(report.trend))
    )


def _style(report: Report) -> str:
    wanted = {_SCRIPTS.get(line.language) for line in _all_lines(report) if line.rtl}
    wanted |= {"ur"} if report.themes else set()
    families = {"ur": "RptNastaliq", "ar": "RptNaskh"}
    faces = [font_face(families[s]) for s in ("ur", "ar") if s in wanted]
    return "".join([*faces, (ASSETS / "report.css").read_text(encoding="utf-8")])


def font_face(family: str) -> str:
    """The font inside the page; empty when it is not shipped: the system's own is used then."""
    path = FONTS[family]
    if not path.exists():
        return ""
    data = base64.b64encode(path.read_bytes()).decode()
    return (
        f'@font-face{{font-family:"{family}";'
        f'src:url("data:font/woff2;base64,{data}") format("woff2");}}\n'
    )


def _all_lines(report: Report) -> list[Line]:
    quotes = [q for t in report.themes for q in t.quotes]
    return [*report.removals, *report.kept_flagged, *report.protected, *quotes]


def _filters(report: Report) -> dict[str, Callable[..., Any]]:
    zone = ZoneInfo(report.zone)
    most = max([t.row.count for t in report.themes] + [1])

    def local(at: datetime | None) -> str:
        return "" if at is None else f"{at.astimezone(zone):%d %b %Y %H:%M}"

    def gaps(w: Watched) -> str:
        told = ", ".join(gap_words(g, report.zone) for g in w.gaps[:6])
        return f"{told} and {len(w.gaps) - 6} more" if len(w.gaps) > 6 else told or "none"

    def strip(w: Watched) -> Markup:
        return Markup(watch_svg(w.gaps, report.starts_at, report.ends_at, w.title))

    def width(count: int) -> int:
        return round(_BAR * count / most)

    return {
        "local": local,
        "gaps": gaps,
        "strip": strip,
        "width": width,
        "share": in_words,
        "percent": percent_words,
        "minutes": minutes_words,
        "span": age_words,
        "counts": counts,
        "change": change_words,
        "proof": proof_words,
        "words": plain_words,
        "script": script_class,
        "lang": lang_tag,
    }


def percent_words(share: float | None) -> str:
    """Rounded down, so that a part is never told as the whole."""
    return "not due" if share is None else f"{int(share * 1000) / 10:.1f}%"


def minutes_words(minutes: float | None) -> str:
    """ "12 m", "3 h 10 m", or "none"."""
    return "none" if minutes is None else span_words(timedelta(minutes=minutes))


def age_words(span: timedelta | None) -> str:
    """As minutes_words, of a span."""
    return "none" if span is None else span_words(span)


def plain_words(name: str) -> str:
    """A state or verb of the store as words."""
    return name.replace("_", " ").replace(".", " ")


def script_class(language: str) -> str:
    """The style class of the fonts that the language is read in."""
    return _SCRIPTS.get(language, "la")


def lang_tag(language: str) -> str:
    """The language as a page may name it."""
    return "und" if language in ("mixed", "other") else language


def counts(values: Mapping[str, int]) -> str:
    """ "complaint 12, question 3"."""
    return ", ".join(f"{k.replace('_', ' ')} {n}" for k, n in values.items()) or "none"


def change_words(change: Change) -> str:
    """ "up, 1.80 times (1.31 to 2.47)", "no clear change", or "too few to say"."""
    if change.ratio is None or change.low is None or change.high is None:
        return "too few to say"
    if not change.sure:
        return f"no clear change ({change.low:.2f} to {change.high:.2f} times)"
    way = "up" if change.ratio > 1 else "down"
    return f"{way}, {change.ratio:.2f} times ({change.low:.2f} to {change.high:.2f})"


def proof_words(line: Line) -> str:
    """What is known of the removal at the platform; empty for what was kept."""
    if line.state is None:
        return ""
    hand = ", by hand" if line.by_hand else ""
    done = "" if line.state in {s.value for s in DONE_STATES} else ", not verified"
    return f"{line.state.replace('_', ' ')}{done}{hand}"
