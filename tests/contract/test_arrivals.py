"""A page of comments kept at once is kept as if each had come alone, on every database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

from data import schema
from data.bulk import insert_rows
from data.db import Database, Tx
from data.model import (
    CollectedAuthor,
    Raw,
    Saved,
    Source,
    SweepKind,
    TimePrecision,
    Visibility,
)
from data.store import sweeps
from data.store.arrivals import Arrival, save_arrivals
from tests.builders import NOW, a_collected, a_source, minutes
from tests.tables import a_database

Keep = Callable[[Tx, Source, int, Sequence[Arrival], datetime], list[Saved]]


def at_once(
    tx: Tx, source: Source, sweep_id: int, arrivals: Sequence[Arrival], now: datetime
) -> list[Saved]:
    return save_arrivals(
        tx, arrivals, source_id=source.id, sweep_id=sweep_id, fold=str.lower, now=now
    )


def one_by_one(
    tx: Tx, source: Source, sweep_id: int, arrivals: Sequence[Arrival], now: datetime
) -> list[Saved]:
    return [at_once(tx, source, sweep_id, [a], now)[0] for a in arrivals]


def an_arrival(
    number: int, text: str, likes: int | None, precision: TimePrecision, seen: int | None
) -> Arrival:
    told = precision is not TimePrecision.UNKNOWN
    collected = a_collected(
        text,
        external_id=f"c{number}",
        like_count=likes,
        created_at=NOW - minutes(500 + number) if told else None,
        time_precision=precision,
        visibility=Visibility.HIDDEN if likes == 1 else Visibility.UNKNOWN,
        author=None if likes == 2 else CollectedAuthor(external_id="a", is_page_owner=likes == 1),
    )
    return Arrival(
        collected=collected,
        raw=None if likes is None else Raw(body=f"{number}{text}", locator="here", mapper="t/1"),
        author_key=None if likes == 2 else "k",
        seen_at=None if seen is None else NOW + minutes(seen),
    )


ARRIVALS = st.builds(
    an_arrival,
    st.integers(0, 4),
    st.sampled_from(["Pani nahi aa raha", "پانی نہیں آ رہا", "Water is back", ""]),
    st.sampled_from([None, 1, 2, 3]),
    st.sampled_from(list(TimePrecision)),
    st.sampled_from([None, -50, 0, 7]),
)


def _kept(tx: Tx) -> list[tuple[object, ...]]:
    """All that was kept, but for the ids that the database gave."""
    c, r, w = schema.comment.c, schema.revision.c, schema.raw_item.c
    facts = [x for x in schema.comment.columns if x.name not in ("source_id", "revision_id")]
    current = select(*facts, r.no, r.text).join(schema.revision, r.id == c.revision_id)
    texts = select(r.comment_id, r.no, r.text, r.text_search, r.text_sha256, r.seen_at, w.sha256)
    texts = texts.outerjoin(schema.raw_item, w.id == r.raw_item_id)
    rows = [*tx.execute(current.order_by(c.id)), *tx.execute(texts.order_by(r.comment_id, r.no))]
    return [tuple(row) for row in rows]


def _take_in(keep: Keep, pages: Sequence[Sequence[Arrival]]) -> tuple[object, ...]:
    db = a_database()
    with db.write() as tx:
        source = a_source(tx)
        sweep_id = sweeps.begin_sweep(tx, source.id, SweepKind.LIVE, now=NOW)
        fates = [keep(tx, source, sweep_id, p, NOW + minutes(n)) for n, p in enumerate(pages)]
        found = _kept(tx)
    db.close()
    return fates, found


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(ARRIVALS, max_size=8), min_size=1, max_size=3))
def test_a_page_kept_at_once_is_kept_as_one_by_one(pages: list[list[Arrival]]) -> None:
    assert _take_in(at_once, pages) == _take_in(one_by_one, pages)


def test_a_comment_twice_on_a_page_is_new_then_revised(db: Database) -> None:
    first, second = (
        Arrival(collected=a_collected(text, external_id="c")) for text in ("before", "after")
    )
    with db.write() as tx:
        source = a_source(tx)
        sweep_id = sweeps.begin_sweep(tx, source.id, SweepKind.LIVE, now=NOW)
        saved = at_once(tx, source, sweep_id, [first, second, second], NOW)
    assert saved == [Saved.NEW, Saved.REVISED, Saved.UNCHANGED]


def test_a_page_of_hundreds_is_kept_whole(db: Database) -> None:
    page = [
        Arrival(
            collected=a_collected(f"comment {n} پانی", external_id=f"c{n}"),
            raw=Raw(body=f"{n}", locator="here", mapper="t/1"),
        )
        for n in range(700)
    ]
    with db.write() as tx:
        source = a_source(tx)
        sweep_id = sweeps.begin_sweep(tx, source.id, SweepKind.LIVE, now=NOW)
        assert at_once(tx, source, sweep_id, page, NOW) == [Saved.NEW] * 700
        assert at_once(tx, source, sweep_id, page, NOW + minutes(5)) == [Saved.UNCHANGED] * 700
    with db.read() as tx:
        seen = set(tx.execute(select(schema.comment.c.last_seen_at)).scalars())
        assert len(_kept(tx)) == 1400
    assert seen == {NOW + minutes(5)}


def test_rows_put_in_by_the_batch_read_back_as_rows_put_in_one_by_one(db: Database) -> None:
    told = [
        {"name": f"row {n}", "text": text}
        for n, text in enumerate(["plain", 'a "b"\t\\ \n', "null \0 and \ud800", "پانی", ""])
    ]
    rows = [
        {"platform": "mock", "external_id": r["name"], "text": r["text"], "first_seen_at": NOW}
        for r in told
    ]
    with db.write() as tx:
        source = a_source(tx)
        batch = [{**r, "source_id": source.id} for r in rows]
        insert_rows(tx, schema.post, batch)
        tx.execute(insert(schema.post), [{**r, "platform": "x"} for r in batch])
    p = schema.post.c
    with db.read() as tx:
        by_batch, by_one = (
            [tuple(r) for r in tx.execute(
                select(p.external_id, p.text, p.created_at, p.first_seen_at)
                .where(p.platform == platform).order_by(p.external_id))]
            for platform in ("mock", "x")
        )  # fmt: skip
    assert by_batch == by_one and len(by_batch) == len(rows)
