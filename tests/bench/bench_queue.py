"""D1, D2, D3: eight officers on one queue at once, and the next cards out of few or very many."""

from __future__ import annotations

import multiprocessing
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select, text, update
from sqlalchemy.exc import SQLAlchemyError

from data import schema
from data.db import Database, Tx, migrate
from data.model import Verdict, text_sha256
from data.store import open_items, queue, users
from data.store.comments import get_comment
from data.store.rows import named
from moderation.deciding.decide import DecisionRequest, Holds, Refused, record_decision
from tests.bench.measuring import ROUNDS, Ratio, cpu_of, ratio_table
from tests.builders import NOW, a_collected, a_source, a_user, assess, keep

OFFICERS = 8
COMMENTS = 160
CLAIMS = 400
FEW, MANY = 100, 100_000
CARDS = 20
READS = 9
K = schema.claim.c


@dataclass(slots=True)
class Told:
    """What one officer's process did."""

    won: list[str] = field(default_factory=list[str])
    decided: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])
    errors: list[str] = field(default_factory=list[str])
    start: float = 0.0
    end: float = 0.0


Work = Callable[[Database, int, Sequence[str], Told], None]


def main(part: str = "") -> str:
    """The figures as Markdown; ``next`` is only what concerns the next cards."""
    with tempfile.TemporaryDirectory() as folder:
        if part == "next":
            return _next_cards(Path(folder))
        return "\n\n".join([_claims(Path(folder)), _next_cards(Path(folder))])


# ------------------------------------------------------------------------------ D1, D2


def _claims(folder: Path) -> str:
    doubled, lost, errors, rates = 0, 0, 0, list[float]()
    safe, unsafe, unsafe_doubled, unsafe_errors = list[float](), list[float](), 0, 0
    for number in range(ROUNDS):
        told = _together(folder / f"d{number}.db", claim_and_decide, COMMENTS)
        doubled += _twice(x for t in told for x, _ in t.decided)
        lost += (
            COMMENTS
            - len({x for t in told for x, _ in t.decided})
            + _not_kept(folder / f"d{number}.db", told)
        )
        errors += sum(len(t.errors) for t in told)
        rates.append(COMMENTS / _span(told))
        one = _together(folder / f"s{number}.db", claim_all, CLAIMS)
        two = _together(folder / f"u{number}.db", claim_naively, CLAIMS)
        doubled += _twice(x for t in one for x in t.won)
        errors += sum(len(t.errors) for t in one)
        unsafe_doubled += _twice(x for t in two for x in t.won)
        unsafe_errors += sum(len(t.errors) for t in two)
        safe.append(len({x for t in one for x in t.won}) / _span(one))
        unsafe.append(len({x for t in two for x in t.won}) / _span(two))
    table = ratio_table(
        [Ratio(what="D2 safe claims / read-then-write without a lock, cards claimed",
               over=safe, under=unsafe, unit="a second")]
    )  # fmt: skip
    rate = statistics.median(rates)
    return (
        f"D1, {OFFICERS} processes on one SQLite file, {ROUNDS} rounds of {COMMENTS} cards claimed "
        f"and decided and {CLAIMS} claimed: double claims **{doubled}**, lost decisions "
        f"**{lost}**, errors **{errors}**; median {rate:.0f} decisions a second, each with rules, "
        f"audit entry and claim. Read-then-write without a lock: double claims {unsafe_doubled}, "
        f"errors {unsafe_errors} (it does not write where it sees a claim, so D2 is not for "
        f"the same work).\n\n{table}"
    )


def _twice(names: Any) -> int:
    return sum(n - 1 for n in Counter(names).values())


def _span(told: Sequence[Told]) -> float:
    return max(t.end for t in told) - min(t.start for t in told)


def _not_kept(path: Path, told: Sequence[Told]) -> int:
    db = Database(f"sqlite:///{path}")
    with db.read() as tx:
        kept = set(tx.execute(text("SELECT id FROM decision")).scalars())
    db.close()
    return sum(decision not in kept for t in told for _, decision in t.decided)


def _together(path: Path, work: Work, count: int) -> list[Told]:
    ids = _fill(path, count)
    gate = multiprocessing.get_context("fork").Barrier(OFFICERS)
    with multiprocessing.get_context("fork").Manager() as manager:
        answers: Any = manager.list()
        busy = [
            multiprocessing.get_context("fork").Process(
                target=_officer, args=(path, work, n + 1, ids, gate, answers)
            )
            for n in range(OFFICERS)
        ]
        for process in busy:
            process.start()
        for process in busy:
            process.join()
        return list(answers)


def _officer(
    path: Path, work: Work, user: int, ids: Sequence[str], gate: Any, answers: Any
) -> None:
    db, told = Database(f"sqlite:///{path}"), Told()
    with db.read() as tx:
        users.user_by_id(tx, user)
    gate.wait()
    told.start = time.perf_counter()
    work(db, user, ids, told)
    told.end = time.perf_counter()
    answers.append(told)


def _fill(path: Path, count: int) -> list[str]:
    db = Database(f"sqlite:///{path}")
    migrate(db)
    with db.write() as tx:
        source = a_source(tx)
        for n in range(OFFICERS):
            a_user(tx, f"officer{n}")
        ids = [keep(tx, source, a_collected(f"You fool {n}.")) for n in range(count)]
        for comment_id in ids:
            assess(tx, comment_id)
    db.close()
    return ids


def claim_and_decide(db: Database, user: int, _ids: Sequence[str], told: Told) -> None:
    """An officer as the desk works: the next cards, a claim, a decision."""
    with db.read() as tx:
        by = users.user_by_id(tx, user)
    assert by is not None
    while True:
        with db.read() as tx:
            cards = queue.queue_items(tx, limit=OFFICERS, for_user=user, now=NOW)
        if not cards:
            return
        for card in cards:
            try:
                with db.write() as tx:
                    if not queue.claim(tx, card.comment.id, user, now=NOW):
                        continue
                with db.write() as tx:
                    request = DecisionRequest(
                        comment_id=card.comment.id,
                        revision_id=card.comment.revision.id,
                        verdict=Verdict.KEEP,
                        by=by,
                        key=f"{user}:{card.comment.id}",
                    )
                    done = record_decision(tx, request, policy_version=1, holds=Holds(), now=NOW)
                told.decided.append((card.comment.id, done.decision.id))
            except Refused:
                with db.write() as tx:  # another decided it before our claim
                    queue.release(tx, card.comment.id, user)
            except SQLAlchemyError as error:
                told.errors.append(type(error).__name__)


def claim_all(db: Database, user: int, ids: Sequence[str], told: Told) -> None:
    """Claims each card as the desk does."""
    for comment_id in ids:
        try:
            with db.write() as tx:
                won = queue.claim(tx, comment_id, user, now=NOW)
        except SQLAlchemyError as error:
            told.errors.append(type(error).__name__)
            continue
        if won:
            told.won.append(comment_id)


def claim_naively(db: Database, user: int, ids: Sequence[str], told: Told) -> None:
    """Looks whether somebody has it, and takes it in a second transaction."""
    until = NOW + timedelta(minutes=5)
    for comment_id in ids:
        try:
            with db.read() as tx:
                free = tx.execute(select(K.by_user).where(K.comment_id == comment_id)).all() == []
            if not free:
                continue
            with db.write() as tx:
                mine = {"by_user": user, "until": until}
                if (
                    tx.execute(
                        update(schema.claim).where(K.comment_id == comment_id).values(mine)
                    ).rowcount
                    == 0
                ):
                    tx.execute(insert(schema.claim).values(comment_id=comment_id, **mine))
            told.won.append(comment_id)
        except SQLAlchemyError as error:
            told.errors.append(type(error).__name__)


# ------------------------------------------------------------------------------ D3


def _next_cards(folder: Path) -> str:
    few, many = _pending(folder / "few.db", FEW), _pending(folder / "many.db", MANY)
    ways: dict[str, Callable[[], None]] = {
        "few": lambda: _read(few),
        "many": lambda: _read(many),
        "order": lambda: _order(many),
        "sorted": lambda: _sorted(many),
        "counts": lambda: _count(many),
        "counted": lambda: _counted(many),
    }
    spent: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, work in ways.items():
            reads = 3 if name in ("sorted", "counted") else READS
            spent[name].append(statistics.median(cpu_of(work) for _ in range(reads)))
    for db in (few, many):
        db.close()
    return ratio_table(
        [
            Ratio(what=what, over=spent[over], under=spent[under], unit="s of CPU")
            for what, over, under in (
                (f"next {CARDS} cards out of {MANY} pending / out of {FEW}", "many", "few"),
                (f"D3 which {CARDS} come next, {MANY} pending: by sorting the view / by the index",
                 "sorted", "order"),
                (f"counts of the queues, {MANY} pending: by the view / ours, to 10,000 each",
                 "counted", "counts"),
            )
        ]
    )  # fmt: skip


def _read(db: Database) -> None:
    with db.read() as tx:
        assert len(queue.queue_items(tx, limit=CARDS, for_user=1, now=NOW)) == CARDS


def _order(db: Database) -> None:
    """Which cards come next, without what is on them."""
    item = schema.open_item.c
    with db.read() as tx:
        query = select(item.comment_id).order_by(item.postponed, item.rank, item.comment_id)
        assert len(tx.execute(query.limit(CARDS)).all()) == CARDS


def _sorted(db: Database) -> None:
    """The same as it was asked before there was an index: severity, then age."""
    view = queue.view.c
    order = (view.priority.desc(), view.created_at, view.comment_id)
    with db.read() as tx:
        assert len(tx.execute(select(view.comment_id).order_by(*order).limit(CARDS)).all()) == CARDS


def _count(db: Database) -> None:
    with db.read() as tx:
        assert queue.queue_counts(tx, most=10_000)


def _counted(db: Database) -> None:
    with db.read() as tx:
        told = tx.execute(select(queue.view.c.queue, func.count()).group_by(queue.view.c.queue))
        assert told.all()


def _pending(path: Path, count: int) -> Database:
    """A store with so many flagged comments, copied in bulk from one that was kept properly."""
    db = Database(f"sqlite:///{path}")
    migrate(db)
    with db.write() as tx:
        source = a_source(tx)
        a_user(tx)
        first = keep(tx, source, a_collected("You fool.", external_id="first"))
        assess(tx, first)
        assert get_comment(tx, first) is not None
        _multiply(tx, first, count - 1)
        open_items.rebuild(tx)
    return db


def _multiply(tx: Tx, first: str, count: int) -> None:
    models: dict[str, dict[str, Any]] = {}
    for name, table in (
        ("comment", schema.comment),
        ("revision", schema.revision),
        ("assessment", schema.assessment),
    ):
        key = table.c.id if name == "comment" else table.c.comment_id
        models[name] = dict(named(tx.execute(select(table).where(key == first)).one()))
    rows: dict[str, list[dict[str, Any]]] = {"comment": [], "revision": [], "assessment": []}
    for n in range(count):
        comment_id, number = f"mock:n{n}", 10 + n
        own = {
            "comment": {"id": comment_id, "external_id": f"n{n}", "call_id": f"n{n}",
                        "revision_id": number, "assessment_id": number,
                        "created_at": NOW - timedelta(seconds=n)},
            "revision": {"id": number, "comment_id": comment_id, "text": f"You fool {n}.",
                         "text_sha256": text_sha256(f"You fool {n}.")},
            "assessment": {"id": number, "comment_id": comment_id, "revision_id": number,
                           "priority": (n * 7919 % 1000) / 1000},
        }  # fmt: skip
        for name, values in own.items():
            rows[name].append(models[name] | values)
    for name, table in (
        ("comment", schema.comment),
        ("revision", schema.revision),
        ("assessment", schema.assessment),
    ):
        for part in range(0, count, 5000):
            tx.execute(insert(table), rows[name][part : part + 5000])


if __name__ == "__main__":
    print(main(*sys.argv[1:2]))
