"""The stretch of many copies asked for at once is the one that each would get by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest

from data.db import Database
from data.store import copies
from data.store.copies import Member
from tests.builders import NOW, a_collected, a_source, keep

WITHIN = timedelta(minutes=30)


def members(db: Database, minutes: list[int], group: str) -> list[Member]:
    with db.write() as tx:
        source = a_source(tx, group)
        made: list[Member] = []
        for n, minute in enumerate(minutes):
            at = NOW + timedelta(minutes=minute)
            comment = keep(tx, source, a_collected(f"text {n}", external_id=f"{group}{n}"), now=NOW)
            made.append(
                Member(
                    comment_id=comment,
                    group_id=group,
                    author_key=None if n == 1 else f"author {n % 3}",
                    signature=b"\0" * 256,
                    bands=(n,),
                    at=at,
                )
            )
        copies.add_members(tx, made)
    return made


@pytest.mark.parametrize("most", [2_000, 3])
def test_stretches_are_those_that_copies_near_gives_one_by_one(
    db: Database, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(copies, "_SLIDE_OVER_AT_MOST", most)
    made = members(db, [0, 1, 1, 29, 31, 60, 61, 62, 200], "a") + members(db, [5], "b")
    with db.read() as tx:
        together = copies.stretches(tx, [m.comment_id for m in made], within=WITHIN)
        alone = {
            m.comment_id: copies.copies_near(tx, m.group_id, m.at, within=WITHIN) for m in made
        }
    assert together == alone
    assert together[made[0].comment_id].count == (4 if most > 3 else 1)


def test_comment_without_copies_has_no_stretch(db: Database) -> None:
    with db.read() as tx:
        assert copies.stretches(tx, ["nobody"], within=WITHIN) == {}
