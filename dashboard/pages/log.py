"""The log: every link of the audit chain, the newest first, and a check of the whole chain."""

from __future__ import annotations

import json
from collections.abc import Iterator

from dash import Dash, html
from dash.development.base_component import Component
from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from dashboard.deps import deps
from dashboard.drawing import components as c
from dashboard.drawing.fields import action
from dashboard.drawing.page import Query, add_page, first
from dashboard.drawing.plain import plainly
from dashboard.drawing.saying import woven
from dashboard.finding.downloads import csv_answer, file_stamp, stamp
from dashboard.finding.wanted import to
from dashboard.signing_in.security import requires
from dashboard.words import mark, t
from dashboard.words.below import from_below
from dashboard.words.written import number
from data.model import AuditEntry, Role
from data.store import audit

PATH, CHECK, CSV = "/log", "/api/log/check", "/download/log.csv"
SHOWN = 100
routes = Blueprint("log_page", __name__)


def layout(query: Query) -> Component:
    """A page of entries; ``before`` is the number of the entry above the first one shown."""
    d = deps()
    told = first(query, "before")
    before = int(told) if told.isascii() and told.isdigit() and len(told) < 15 else None
    with d.db.read() as tx:
        entries = audit.entries(tx, limit=SHOWN, before=before)
        seq, head = audit.head(tx)
    check = action(CHECK, t("Check the whole chain"), tone="primary", stay=True)
    where = c.card(
        html.P(
            woven(
                t("{n} entries. Head: {hash}"),
                n=number(seq),
                hash=html.Code(head, className="hash"),
            )
        ),
        check,
        title=t("The chain"),
    )
    return c.page(
        t("Log"),
        where,
        _table(entries, d.zone),
        _older(entries, before),
        lead=t(
            "Each entry holds the hash of the one before: none can be changed or taken out unseen"
        ),
        tools=[html.A("CSV", href=CSV, className="button button-plain", download="")],
    )


def _table(entries: list[AuditEntry], zone: str) -> Component:
    if not entries:
        return c.empty(t("The log is empty."))
    rows: list[list[c.Piece]] = [
        [
            number(e.seq),
            c.moment(e.at, zone),
            html.Bdi(e.actor),
            html.Span(e.verb.replace("_", " "), lang="en", dir="ltr"),
            html.Bdi(e.object),
            html.Code(detail_words(e), className="detail", dir="ltr"),
            html.Code(e.hash[:12], title=e.hash, className="hash"),
        ]
        for e in entries
    ]
    heads = (t("No."), t("When"), t("Who"), t("Did"), t("On"), t("Detail"), t("Hash"))
    return c.card(c.table(heads, rows, caption=t("Entries of the log, newest first"), numbers={0}))


def detail_words(e: AuditEntry) -> str:
    """The detail as "name: value" pairs; what is empty is left out."""
    told = {k: v for k, v in e.detail.items() if v not in (None, "", False)}
    return ", ".join(f"{k}: {_word(v)}" for k, v in told.items())


def _word(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _older(entries: list[AuditEntry], before: int | None) -> Component:
    links: list[c.Piece] = []
    if before is not None:
        links.append(c.link(t("Newest"), PATH, as_button=True))
    if len(entries) == SHOWN and entries[-1].seq > 1:
        links.append(c.link(t("Older →"), to(PATH, before=entries[-1].seq), as_button=True))
    return html.Nav(links, className="pages", **c.attributes(aria_label=t("Pages of the log")))


@routes.post(CHECK)
@requires(Role.AUDITOR)
def check() -> ResponseReturnValue:
    """Walks the whole chain and says whether it holds, and where it breaks if it does."""
    with deps().db.read() as tx:
        found = audit.verify_chain(tx)
    if found.broken_at is None:
        told = t(
            "The chain holds: {n} entries, head {hash}", n=number(found.entries), hash=found.head
        )
        return jsonify(told=told, tone="good")
    told = t(
        "The chain is broken at entry {n}: {why}.",
        n=number(found.broken_at),
        why=from_below(found.problem or ""),
    )
    return jsonify(told=told, tone="bad")


@routes.get(CSV)
@requires(Role.AUDITOR)
def log_csv() -> ResponseReturnValue:
    """The whole log as CSV, newest first, each entry with its hash."""
    d = deps()
    heads = ("no.", "when", "who", "did", "on", "detail", "previous hash", "hash")
    return csv_answer(f"log_{file_stamp(d)}.csv", heads, _all())


def _all() -> Iterator[tuple[object, ...]]:
    d = deps()
    before: int | None = None
    with d.db.read() as tx:
        while page := audit.entries(tx, limit=1000, before=before):
            for e in page:
                detail = json.dumps(e.detail, ensure_ascii=False, sort_keys=True)
                yield (e.seq, stamp(e.at, d.zone), e.actor, e.verb, e.object, detail,
                       e.prev_hash, e.hash)  # fmt: skip
            before = page[-1].seq


def register(app: Dash) -> None:
    app.server.register_blueprint(routes)
    add_page(
        __name__,
        path=PATH,
        title=mark("Log"),
        icon="log",
        layout=plainly(layout),
    )
