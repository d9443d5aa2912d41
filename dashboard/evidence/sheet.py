"""One comment's evidence as a page to print: texts, signals, decisions, what was done, proof.

The page is self-contained and in English, as all files that leave the desk are; each text of the
comment is set in its own direction and script. It is made from the store alone, so that the same
comment at the same instant gives the same page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from analysis.masking import mask_personal, mask_words
from dashboard.evidence.life import Life
from dashboard.finding.found import masked_for_all
from dashboard.report.page import ASSETS, font_face, lang_tag, script_class
from dashboard.words.texts import lang_of
from data.db import Tx
from data.model import (
    REMOVING,
    Assessment,
    AuditEntry,
    Comment,
    Decision,
    JsonObject,
    ReasonCode,
    comment_id,
)
from data.store import audit, comments
from moderation.platforms.audience import who_can_see
from moderation.policies.reasons import PARA_5_EN, REASONS
from moderation.texts.text import direction

_STYLE = """
.text { white-space: pre-wrap; overflow-wrap: anywhere; border: 1px solid var(--line);
  border-radius: 4px; padding: .5rem .75rem; margin: .3rem 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: .5rem 0; }
dt { color: var(--muted); } dd { margin: 0; overflow-wrap: anywhere; }
section { break-inside: auto; } .hash { font-size: .75em; overflow-wrap: anywhere; }
td { overflow-wrap: anywhere; }
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A text as the sheet shows it."""

    text: str
    dir: str
    lang: str
    script: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """All that the sheet tells; ``author`` only where settings keep names and it is shown plain."""

    life: Life
    entries: list[AuditEntry]
    head: tuple[int, str]
    parent: Comment | None
    author: str | None
    masked: bool
    organisation: str
    zone: str
    made_for: str  # pseudonym
    now: datetime


def sheet_of(
    tx: Tx,
    life: Life,
    *,
    masked: bool,
    organisation: str,
    zone: str,
    made_for: str,
    now: datetime,
) -> Sheet:
    """Reads what the life of the comment leaves out: its links of the chain, what it answers."""
    things = [f"decision:{d.id}" for d in life.decisions]
    things += [f"action:{a.id}" for a in life.actions]
    things.append(thing_of(life.comment.id))
    up = life.comment.parent_external_id
    return Sheet(
        life=life,
        entries=audit.entries_on(tx, things),
        head=audit.head(tx),
        parent=comments.get_comment(tx, comment_id(life.comment.platform, up)) if up else None,
        author=None if masked else life.comment.author_name,
        masked=masked,
        organisation=organisation,
        zone=zone,
        made_for=made_for,
        now=now,
    )


def thing_of(comment_id: str) -> str:
    """How the log names a comment."""
    return f"comment:{comment_id}"[:200]


def sheet_page(sheet: Sheet) -> str:
    """The sheet as HTML; every value in it is escaped."""
    env = Environment(loader=FileSystemLoader(ASSETS), autoescape=True, undefined=StrictUndefined)
    zone = ZoneInfo(sheet.zone)

    def local(at: datetime | None) -> str:
        return "not known" if at is None else f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}"

    def reason(text: str) -> str:
        return mask_personal(text) if sheet.masked else text

    env.filters.update(local=local, detail=detail_words, title=_title, reason=reason)
    life = sheet.life
    return env.get_template("evidence.html.j2").render(
        s=sheet,
        life=life,
        c=life.comment,
        numbers={r.id: r.no for r in life.revisions},
        texts=[(r, _revision(r.text, sheet, r.id)) for r in reversed(life.revisions)],
        post=None if life.post is None or not life.post.text else _plain(life.post.text, sheet),
        parent=None if sheet.parent is None else _plain(sheet.parent.revision.text, sheet),
        sees=[who_can_see(life.comment.platform, a.kind, by_hand=a.by_hand).en
              for a in life.actions],
        para5=PARA_5_EN,
        css=Markup(_style(sheet)),
    )  # fmt: skip


def _revision(text: str, sheet: Sheet, revision_id: int) -> Said:
    assessments = sheet.life.assessments.get(revision_id, [])
    newest = assessments[-1] if assessments else None
    decided = [d for d in sheet.life.decisions if d.revision_id == revision_id]
    shown = _masked(text, newest, decided) if sheet.masked else text
    return _said(shown, text, newest)


def _masked(text: str, a: Assessment | None, decided: Sequence[Decision]) -> str:
    """As in reports: whole where it was taken down and nobody marked what hurt in it."""
    removing = [d for d in decided if d.verdict in REMOVING]
    return masked_for_all(text, a, removing[-1] if removing else None)


def _plain(text: str, sheet: Sheet) -> Said:
    return _said(mask_words(text, ()) if sheet.masked else text, text, None)


def _said(shown: str, text: str, a: Assessment | None) -> Said:
    lang = lang_of(text, a)
    rtl = direction(text) == "rtl"
    script = script_class(lang)
    # An Arabic-script word in a language that nobody told is still set in a font that has it.
    set_in = f"{script} ar" if rtl and script == "la" else script
    return Said(text=shown, dir="rtl" if rtl else "ltr", lang=lang_tag(lang), script=set_in)


def _style(sheet: Sheet) -> str:
    life = sheet.life
    told = [r.text for r in life.revisions]
    told += [life.post.text] if life.post is not None and life.post.text else []
    told += [sheet.parent.revision.text] if sheet.parent is not None else []
    rtl = any(direction(t) == "rtl" for t in told)
    faces = [font_face("RptNastaliq"), font_face("RptNaskh")] if rtl else []
    return "".join([*faces, (ASSETS / "report.css").read_text(encoding="utf-8"), _STYLE])


def detail_words(detail: JsonObject) -> str:
    """What an entry or an answer tells as "name: value" pairs; what is empty is left out."""
    return ", ".join(f"{k}: {v}" for k, v in detail.items() if v not in (None, "", False, [], {}))


def _title(code: ReasonCode) -> str:
    return REASONS[code].title_en
