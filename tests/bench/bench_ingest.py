"""B: from a platform's JSON to judged and kept, against the way that one writes first.

`python -m tests.bench.bench_ingest [ROWS]`: ROWS (200,000) is how full the store of the growth
figure is; 10000000 takes an hour and some 10 GB.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import insert, text

from collectors.intake import collect
from collectors.mock import MockCollector
from collectors.run import Lane
from data import schema
from data.bulk import insert_rows
from data.db import Database, Tx, migrate, with_driver
from data.model import CollectedAuthor, CollectedComment, CollectedPost, Platform, Source, SweepKind
from data.store import sweeps
from data.store.arrivals import Arrival, save_arrivals
from moderation.judging.assess import assess_pending
from moderation.judging.policy import DEFAULT_POLICY
from moderation.judging.read import Reader
from moderation.texts.text import search_fold
from sunwai.engines import build_engine
from tests.bench import naive
from tests.bench.bench_score import invented
from tests.bench.measuring import ROUNDS, Ratio, ratio_table
from tests.builders import NOW, a_source
from tests.postgres import create_database, running_server

PAGES, SIZE = 20, 100
COUNT = PAGES * SIZE
LOT = 5_000  # rows in one transaction of the growth figure


def the_bodies(pages: int = PAGES) -> list[bytes]:
    """Pages of JSON as the mock platform answers them, newest first."""
    texts, _ = invented(pages * SIZE)
    return [
        json.dumps(
            {
                "data": [_item(n, texts[n]) for n in range(p * SIZE, (p + 1) * SIZE)],
                "paging": {"cursors": {"after": str(p + 1)}, "next": p < pages - 1},
                "total_count": pages * SIZE,
            }
        ).encode()
        for p in range(pages)
    ]


def _item(n: int, message: str) -> dict[str, Any]:
    at = NOW - timedelta(minutes=n)
    return {
        "id": f"c{n}",
        "message": message,
        "created_time": at.isoformat(),
        "from": {"id": f"a{n % 97}", "name": "Invented Person"},
        "post": {"id": f"p{n % 5}", "message": "A post."},
        "is_hidden": False,
        "can_hide": True,
        "can_remove": True,
        "like_count": n % 7,
        "permalink_url": f"/posts/p{n % 5}?comment=c{n}",
    }


@dataclass(slots=True)
class Times:
    """Seconds by the clock and of this process's CPU of each round, by what was done."""

    cpu: dict[str, list[float]] = field(default_factory=dict[str, list[float]])
    clock: dict[str, list[float]] = field(default_factory=dict[str, list[float]])

    def take(self, name: str, work: Callable[[], object]) -> None:
        cpu, clock = time.process_time(), time.perf_counter()
        work()
        self.cpu.setdefault(name, []).append(time.process_time() - cpu)
        self.clock.setdefault(name, []).append(time.perf_counter() - clock)

    def ratio(self, what: str, over: str, under: str, *, by: str = "cpu") -> Ratio:
        told = self.cpu if by == "cpu" else self.clock
        unit = "s of CPU" if by == "cpu" else "s"
        return Ratio(what=what, over=told[over], under=told[under], unit=unit)


def a_collector(bodies: Sequence[bytes]) -> MockCollector:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=bodies[int(request.url.params.get("after", "0"))])

    return MockCollector(
        httpx.Client(base_url="http://page.invalid", transport=httpx.MockTransport(answer))
    )


def _ready(url: str) -> tuple[Database, Source]:
    db = Database(url)
    migrate(db)
    with db.write() as tx:
        source = a_source(tx)
    return db, source


def _collect(db: Database, source: Source, bodies: Sequence[bytes]) -> None:
    done = collect(
        a_collector(bodies),
        source,
        db,
        now=NOW,
        clock=lambda: NOW,
        fold=search_fold,
        author_salt=b"salt",
        keep_names=True,
        lane=Lane(kind=SweepKind.RESCAN),
    )
    assert done.tally.read == COUNT, done


def _whole_way(url: str, bodies: Sequence[bytes], reader: Reader, times: Times, on: str) -> None:
    db, source = _ready(url)
    times.take(f"collect {on}", lambda: _collect(db, source, bodies))
    assess = lambda: assess_pending(db, reader, DEFAULT_POLICY, clock=lambda: NOW)  # noqa: E731
    times.take(f"assess {on}", assess)
    times.take(f"again {on}", lambda: _collect(db, source, bodies))
    for told in (times.cpu, times.clock):
        told.setdefault(f"ours {on}", []).append(
            told[f"collect {on}"][-1] + told[f"assess {on}"][-1]
        )
    db.close()


@dataclass(slots=True)
class Cluster:
    """A throw-away PostgreSQL; each URL is a database of its own."""

    url: str
    made: int = 0

    def fresh(self) -> str:
        self.made += 1
        return create_database(self.url, f"bench{self.made}")


def main(rows: int) -> str:
    """The figures as Markdown."""
    bodies = the_bodies()
    engine, absent = build_engine("builtin", Path("none"))
    assert not absent, absent
    reader = Reader(engine)
    reader.read(["warm"])
    times, head = Times(), naive.Head()
    with tempfile.TemporaryDirectory() as folder, running_server() as server:
        cluster = Cluster(server)
        for n in range(ROUNDS):
            lite = f"sqlite:///{folder}/{n}"
            _whole_way(f"{lite}-ours.db", bodies, reader, times, "sqlite")
            times.take("naive sqlite", lambda url=f"{lite}-n.db": naive.take_in(url, bodies, head))
            _whole_way(cluster.fresh(), bodies, reader, times, "postgres")
            times.take(
                "naive postgres", lambda: naive.take_in(with_driver(cluster.fresh()), bodies, head)
            )
            _bulk(cluster.fresh(), times)
        full = _growth(Path(folder), rows, times)
    return _told(times, rows, full)


def _bulk(url: str, times: Times) -> None:
    db, source = _ready(url)
    told = [
        {
            "source_id": source.id,
            "platform": "mock",
            "text": "The water came for one hour.",
            "first_seen_at": NOW,
        }
        for _ in range(10_000)
    ]
    for name in ("copy", "executemany"):
        lot = [{**row, "external_id": f"{name}{n}"} for n, row in enumerate(told)]
        with db.write() as tx:
            if name == "copy":
                times.take(name, lambda tx=tx, lot=lot: insert_rows(tx, schema.post, lot))
            else:
                times.take(name, lambda tx=tx, lot=lot: tx.execute(insert(schema.post), lot))
    db.close()


# ------------------------------------------------------------------------------ a full store


def _growth(folder: Path, rows: int, times: Times) -> int:
    """Lots of LOT comments into an empty store and into one of ``rows``, in turns."""
    (full, page), (empty, blank) = (
        _ready(f"sqlite:///{folder}/{name}.db") for name in ("full", "empty")
    )
    for lot in _lots(0, rows):
        _save(full, page, lot)
    for n in range(ROUNDS):
        times.take("full", lambda n=n: _save(full, page, next(_lots(rows + n * LOT, LOT))))
        with empty.write() as tx:
            _empty(tx)
        times.take("empty", lambda n=n: _save(empty, blank, next(_lots(n * LOT, LOT))))
    for db in (full, empty):
        db.close()
    return rows


def _empty(tx: Tx) -> None:
    for table in ("revision", "comment", "open_item"):
        tx.execute(text(f"DELETE FROM {table}"))


def _lots(first: int, count: int) -> Iterator[list[Arrival]]:
    texts, _ = invented(LOT)
    for start in range(first, first + count, LOT):
        yield [
            Arrival(
                collected=CollectedComment(
                    platform=Platform.MOCK,
                    external_id=f"{(start + n) * 2654435761 % 2**40:x}",
                    call_id=f"{start + n}",
                    text=texts[n],
                    created_at=NOW + timedelta(seconds=start + n),
                    author=CollectedAuthor(external_id=f"{n % 997}"),
                    post=CollectedPost(external_id="p"),
                ),
                author_key=f"{n % 997:064x}",
            )
            for n in range(min(LOT, first + count - start))
        ]


def _save(db: Database, source: Source, lot: Sequence[Arrival]) -> None:
    with db.write() as tx:
        sweep = sweeps.begin_sweep(tx, source.id, SweepKind.BACKFILL, now=NOW)
        save_arrivals(tx, lot, source_id=source.id, sweep_id=sweep, fold=search_fold, now=NOW)


def _told(times: Times, rows: int, full: int) -> str:
    each = {
        name: sorted(times.cpu[f"{name} sqlite"])[ROUNDS // 2] / COUNT * 1e6
        for name in ("collect", "assess", "again", "naive")
    }
    return (
        f"{PAGES} pages of {SIZE} invented comments, from the platform's JSON to judged and kept. "
        "Ours keeps raw item, post, comment, every revision, the search index, near-copies, the "
        "assessment with all its signals, and the sweep; the naive way keeps post and comment with "
        "one score (pydantic, an ORM's get-or-create, scikit-learn, a commit for each comment).\n\n"
        + ratio_table(
            [
                times.ratio("B5 naive / ours, SQLite", "naive sqlite", "ours sqlite"),
                times.ratio(
                    "B5 naive / ours, PostgreSQL, with the server", "naive postgres",
                    "ours postgres", by="clock",
                ),
                times.ratio("naive / ours not judged, SQLite", "naive sqlite", "collect sqlite"),
                times.ratio("B4 first time / again, SQLite", "collect sqlite", "again sqlite"),
                times.ratio(
                    "B4 first time / again, PostgreSQL", "collect postgres", "again postgres",
                    by="clock",
                ),
                times.ratio(
                    "B3 PostgreSQL executemany / our COPY, 10,000 rows", "executemany", "copy",
                    by="clock",
                ),
                times.ratio(
                    f"B6 {LOT} comments into an empty store / into {full:,}", "empty", "full",
                    by="clock",
                ),
            ]
        )
        + f"\n\nOurs, SQLite: {each['collect']:.0f} us of CPU a comment to read, map and keep, "
        f"{each['assess']:.0f} us to judge and keep the judgement, {each['again']:.0f} us when "
        f"nothing changed; the naive way {each['naive']:.0f} us."
    )  # fmt: skip


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000))
