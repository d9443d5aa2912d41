"""Figures are kept while nothing changes, and worked out anew as soon as something does."""

from __future__ import annotations

from datetime import timedelta

from dashboard.finding.kept import MOST, kept
from data.db import Database
from data.store.versions import figures_version
from tests.builders import NOW, a_collected, a_source, a_user, assess, keep
from tests.contract.test_store import a_decision
from tests.tables import a_database


def asked(db: Database, query: object = "q", minutes: float = 0) -> object:
    with db.read() as tx:
        return kept(tx, db, query, NOW + timedelta(minutes=minutes), object)


def test_figures_are_kept_until_something_of_the_store_changes(db: Database) -> None:
    from data.store import decisions

    with db.write() as tx:
        source, user = a_source(tx), a_user(tx)
    told = [asked(db)]
    assert asked(db) is told[0]
    with db.write() as tx:
        keep(tx, source, a_collected("t", external_id="1"))
    told.append(asked(db))
    with db.write() as tx:
        assess(tx, "mock:1")
    told.append(asked(db))
    with db.write() as tx:
        decisions.append_decision(tx, a_decision(tx, "mock:1", user.id), now=NOW)
    told.append(asked(db))
    assert len({id(t) for t in told}) == 4
    assert asked(db) is told[-1]


def test_figures_of_another_minute_query_or_database_are_other_figures(db: Database) -> None:
    other = a_database()
    first = asked(db)
    assert asked(db, minutes=0.5) is first
    assert asked(db, minutes=1) is not first
    assert asked(db, query="r", minutes=1) is not first
    assert asked(other) is not asked(db)
    other.close()


def test_the_figures_asked_for_longest_ago_are_let_go(db: Database) -> None:
    first = asked(db, "first")
    for n in range(MOST - 1):
        asked(db, n)
    assert asked(db, "first") is first  # asked for again, so it is the youngest
    for n in range(MOST, MOST + 5):
        asked(db, n)
    assert asked(db, "first") is first
    with db.read() as tx:
        assert figures_version(tx) == figures_version(tx)
