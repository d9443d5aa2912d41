"""A store of very many invented comments, written in bulk: a year of one office's three pages.

`python -m tests.bench.big_store URL COUNT [OPEN]` makes one to look at; OPEN of them still ask for
a person, the others are settled. Times run up to now by the machine's clock.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select, text

from data import schema
from data.bulk import insert_rows
from data.db import Database, Tx, migrate
from data.model import CollectedPost, Platform, SweepKind, ThemeState, text_sha256
from data.store import comments, open_items, sweeps, themes, users
from tests.browser.desk_data import people
from tests.builders import a_source

LOT = 5_000
DAYS = 365
PAGES = ("water", "roads", "schools")
THEMES = ("water", "roads", "schools", "power", "health", "refuse")
LANGUAGES = ("en", "ur", "ur-Latn", "ar", "ps")
KINDS = ("complaint", "suggestion", "policy_view", "question", "praise", "other")
MOODS = ("negative", "neutral", "positive", None)
VERDICTS = ("keep", "keep", "keep", "remove", "remove", "complaint")
WORDS = ("water", "road", "school", "office", "again", "pump", "street", "teacher", "bill", "days")
SIGNALS = (("toxicity", 0.9), ("insult", 0.8))
_TABLES = (
    "revision", "comment", "assessment", "decision", "theme_match", "theme_scan", "copy_member",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How many comments, and how many of them are open: these are the newest flagged ones."""

    count: int
    open: int
    now: datetime
    sources: tuple[int, ...] = ()
    posts: tuple[int, ...] = ()
    officer: int = 0


def fill(db: Database, count: int, *, still_open: int, now: datetime) -> None:
    """Fills an empty migrated database."""
    with db.write() as tx:
        plan = _begin(tx, Plan(count=count, open=still_open, now=now))
    for first in range(0, count, LOT):
        with db.write() as tx:
            _lot(tx, plan, first, min(LOT, count - first))
    with db.write() as tx:
        _sweeps(tx, plan)
        _sequences(tx)
        open_items.rebuild(tx)
        tx.execute(text("ANALYZE"))


def _begin(tx: Tx, plan: Plan) -> Plan:
    people(tx, plan.now)
    sources = [
        a_source(tx, name, title=f"The {name} page", now=plan.now - timedelta(days=DAYS)).id
        for name in PAGES
    ]
    sweeps.begin_sweep(tx, sources[0], SweepKind.BACKFILL, now=plan.now - timedelta(days=DAYS))
    posts = [
        comments.save_post(
            tx,
            source,
            Platform.MOCK,
            CollectedPost(external_id=f"{source}-{n}", text=f"Our post {n}."),
            now=plan.now,
        )
        for source in sources
        for n in range(50)
    ]
    for key in THEMES:
        themes.save_theme(
            tx, key=key, title_en=key.title(), title_ur=key, terms=[key],
            state=ThemeState.SELECTED, now=plan.now,
        )  # fmt: skip
    officer = next(u.id for u in users.list_users(tx) if u.name == "bilal")
    return Plan(
        count=plan.count, open=plan.open, now=plan.now, sources=tuple(sources),
        posts=tuple(posts), officer=officer,
    )  # fmt: skip


def _lot(tx: Tx, plan: Plan, first: int, count: int) -> None:
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in _TABLES}
    for n in range(first, first + count):
        for name, row in _rows(plan, n):
            rows[name].append(row)
    for name in ("comment", "revision", "assessment", "decision", *_TABLES[4:]):
        insert_rows(tx, schema.metadata.tables[name], rows[name])


def _rows(plan: Plan, n: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """All rows of the n-th comment; the last are the newest."""
    r = random.Random(n)
    at = plan.now - timedelta(seconds=(plan.count - n) * DAYS * 86_400 / plan.count + r.random())
    is_open = n >= plan.count - plan.open
    flag = _flag(r, is_open)
    decided = flag != "none" and not is_open
    comment_id = f"mock:c{n:08}"
    yield "comment", _comment(plan, n, at, r, decided)
    yield "revision", _revision(n, comment_id, at, r)
    yield "assessment", _assessment(n, comment_id, at, r, flag)
    if decided:
        yield "decision", _decision(plan, n, comment_id, at, r)
    yield "theme_scan", {"revision_id": n + 1, "taxonomy": len(THEMES)}
    if r.random() < 0.5:
        theme = r.choice(THEMES)
        yield "theme_match", {"revision_id": n + 1, "theme_key": theme, "theme_version": 1}
    if r.random() < 0.02:
        yield "copy_member", {
            "comment_id": comment_id, "group_id": f"g{n // 1000}", "author_key": f"{n % 97:064x}",
            "signature": b"s", "at": at,
        }  # fmt: skip


def _flag(r: random.Random, is_open: bool) -> str:
    if is_open:
        return r.choices(("flagged", "severe", "not_covered", "not_checked"), (80, 8, 6, 6))[0]
    return r.choices(("none", "flagged", "severe"), (92, 7, 1))[0]


def _comment(plan: Plan, n: int, at: datetime, r: random.Random, decided: bool) -> dict[str, Any]:
    blank = {c.name: None for c in schema.comment.columns}
    post = r.randrange(len(plan.posts))
    return {
        **blank,
        "id": f"mock:c{n:08}",
        "source_id": plan.sources[post * len(plan.sources) // len(plan.posts)],
        "platform": "mock",
        "external_id": f"c{n:08}",
        "call_id": f"c{n:08}",
        "id_kind": "native",
        "post_id": plan.posts[post],
        "author_key": f"{r.randrange(50_000):064x}",
        "author_name": "Invented Person",
        "is_page_owner": False,
        "created_at": at,
        "time_precision": "second",
        "first_seen_at": at + timedelta(minutes=r.randrange(30)),
        "last_seen_at": at + timedelta(days=1),
        "visibility": "public",
        "can_hide": True,
        "can_remove": True,
        "like_count": r.choice((0, 0, 0, 1, 5, 200)),
        "media_kinds": "",
        "revision_id": n + 1,
        "assessment_id": n + 1,
        "decision_id": n + 1 if decided else None,
    }


def _revision(n: int, comment_id: str, at: datetime, r: random.Random) -> dict[str, Any]:
    told = f"You lot are fools {n} " + " ".join(r.choices(WORDS, k=r.randrange(4, 24)))
    return {
        "id": n + 1,
        "comment_id": comment_id,
        "no": 1,
        "text": told,
        "text_search": told.lower(),
        "text_sha256": text_sha256(told),
        "seen_at": at,
        "sweep_id": 1,
        "raw_item_id": None,
    }


def _assessment(
    n: int, comment_id: str, at: datetime, r: random.Random, flag: str
) -> dict[str, Any]:
    flagged = flag in ("flagged", "severe")
    told = {"flagged": "covered", "severe": "covered", "none": "covered"}
    score = round(r.uniform(0.5, 1) if flagged else r.uniform(0, 0.5), 4)
    spans = [[12, 17, "insult"]] if flagged else []
    return {
        "id": n + 1,
        "comment_id": comment_id,
        "revision_id": n + 1,
        "language": r.choice(LANGUAGES),
        "coverage": told.get(flag, flag),
        "coverage_note": "",
        "toxicity": score if flag in told else None,
        "sentiment": r.choice(MOODS),
        "signals": [
            {"name": s, "value": score * w, "version": "bench", "note": "", "spans": spans}
            for s, w in SIGNALS
        ],
        "feedback": [r.choice(KINDS)],
        "engine": "bench",
        "engine_version": "1",
        "flag": flag,
        "reasons": ["OM-5-OFF-1"] if flagged else [],
        "protected": False,
        "suggested": "remove" if flagged else None,
        "priority": score if flagged else 0.1,
        "why": [{"rule": "insult", "text": "likely personal abuse"}] if flagged else [],
        "policy_version": 1,
        "calibration_version": None,
        "assessed_at": at + timedelta(minutes=31),
    }


def _decision(
    plan: Plan, n: int, comment_id: str, at: datetime, r: random.Random
) -> dict[str, Any]:
    verdict = r.choice(VERDICTS)
    return {
        "id": n + 1,
        "comment_id": comment_id,
        "revision_id": n + 1,
        "verdict": verdict,
        "reason": "OM-5-OFF-1" if verdict == "remove" else None,
        "reason_text": "",
        "by_user": plan.officer,
        "decided_at": at + timedelta(minutes=31 + r.randrange(200)),
        "policy_version": 1,
        "awaits_second": False,
        "key": f"bench-{n}",
    }


def _sweeps(tx: Tx, plan: Plan) -> None:
    step = timedelta(minutes=30)
    rows = [
        {
            "source_id": source, "kind": "live", "started_at": plan.now - step * n,
            "ended_at": plan.now - step * n, "outcome": "complete", "read": 10, "new": 3,
            "revised": 0, "unchanged": 7, "rejected": 0,
        }
        for n in range(48 * 120, 0, -1)
        for source in plan.sources
    ]  # fmt: skip
    insert_rows(tx, schema.sweep, rows)


def _sequences(tx: Tx) -> None:
    """PostgreSQL gives the next id after those that were told."""
    if tx.dialect.name != "postgresql":
        return
    for name in ("revision", "assessment", "decision"):
        table = schema.metadata.tables[name]
        most = tx.execute(select(table.c.id).order_by(table.c.id.desc()).limit(1)).scalar_one()
        tx.execute(text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), {most})"))


def main(url: str, count: int, still_open: int) -> None:
    db = Database(url)
    migrate(db)
    fill(db, count, still_open=still_open, now=datetime.now(UTC))
    db.close()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 2_000)
