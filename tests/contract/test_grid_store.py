"""The grid's pages, saved views and floods on every kind of database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from data.db import Database, Tx
from data.model import Flag, Language, ReasonCode, Role, Verdict
from data.store import copies, floods, saved_views
from data.store.comments import get_comment
from data.store.grid import Order, count_fitting, each_found, grid_page, queues_of
from data.store.search import Wanted, find_comments
from moderation.deciding.decide import DecisionRequest, Holds, record_decision
from tests.builders import NOW, a_collected, a_judgement, a_source, a_user, assess, keep

SCORES = (0.9, 0.9, 0.4, None, 0.2, 0.9, None)
OPEN = Wanted(is_open=True)


def _fill(tx: Tx, count: int = 23) -> list[str]:
    """Comments of which every third was posted in one instant; every fifth is not flagged."""
    source = a_source(tx)
    ids: list[str] = []
    for n in range(count):
        at = NOW - timedelta(minutes=n - n % 3)
        comment_id = keep(
            tx, source, a_collected(f"text {n} pani", external_id=f"c{n:03}", created_at=at), now=at
        )
        flag = Flag.NONE if n % 5 == 4 else Flag.SEVERE if n % 4 == 0 else Flag.FLAGGED
        language = Language.UR if n % 2 else Language.EN
        assess(tx, comment_id, a_judgement(flag, protected=n % 6 == 0, priority=n % 7 / 7),
               toxicity=SCORES[n % len(SCORES)], language=language)  # fmt: skip
        ids.append(comment_id)
    return ids


def _decide(tx: Tx, comment_id: str, verdict: Verdict, minutes: int) -> None:
    user = a_user(tx, f"officer-{comment_id}-{minutes}")
    comment = get_comment(tx, comment_id)
    assert comment is not None
    request = DecisionRequest(
        comment_id=comment_id, revision_id=comment.revision.id, verdict=verdict, by=user,
        key=f"{comment_id}-{minutes}",
        reason=ReasonCode.PERSONAL_ABUSE if verdict is Verdict.REMOVE else None,
    )  # fmt: skip
    record_decision(
        tx, request, policy_version=1, holds=Holds(), now=NOW + timedelta(minutes=minutes)
    )


def _walk(tx: Tx, wanted: Wanted, order: Order, limit: int = 4, few: bool = False) -> list[str]:
    """All ids, page by page."""
    found: list[str] = []
    after = None
    while True:
        page = grid_page(tx, wanted, order=order, after=after, limit=limit, few=few)
        found += [f.comment.id for f in page.found]
        after = page.after
        if after is None:
            return found
        assert len(found) < 1_000


@pytest.mark.parametrize("order", [Order.QUEUE, Order.OLDEST, Order.NEWEST, Order.SCORE])
def test_pages_of_open_comments_hold_each_once_in_one_order(db: Database, order: Order) -> None:
    with db.write() as tx:
        _fill(tx)
    with db.read() as tx:
        walked = _walk(tx, OPEN, order)
        whole = [f.comment.id for f in grid_page(tx, OPEN, order=order, limit=100).found]
        assert walked == whole and len(set(walked)) == len(walked)
        assert walked == _walk(tx, OPEN, order, few=True)
        assert len(walked) == count_fitting(tx, OPEN, most=1_000) == 19


@pytest.mark.parametrize("order", [Order.OLDEST, Order.NEWEST, Order.SCORE])
def test_pages_of_all_comments_hold_each_once_in_one_order(db: Database, order: Order) -> None:
    with db.write() as tx:
        ids = _fill(tx)
    with db.read() as tx:
        walked = _walk(tx, Wanted(), order)
        assert sorted(walked) == sorted(ids)
        assert walked == _walk(tx, Wanted(), order, few=True)
        found = find_comments(tx, Wanted(), limit=100)
    scores = {f.comment.id: f.assessment.reading.value("toxicity") for f in found if f.assessment}
    if order is Order.SCORE:
        told = [-1.0 if scores[i] is None else scores[i] or 0.0 for i in walked]
        assert told == sorted(told, reverse=True)
    else:
        posted = {f.comment.id: f.comment.created_at or NOW for f in found}
        told_at = [posted[i] for i in walked]
        assert told_at == sorted(told_at, reverse=order is Order.NEWEST)


def test_decided_comments_come_newest_decision_first(db: Database) -> None:
    with db.write() as tx:
        ids = _fill(tx)
        for n, minutes in ((1, 5), (2, 9), (3, 5), (5, 1)):
            _decide(tx, ids[n], Verdict.KEEP, minutes)
    with db.read() as tx:
        walked = _walk(tx, Wanted(decided=True), Order.DECIDED, limit=2)
        assert walked[0] == ids[2] and walked[-1] == ids[5]
        assert sorted(walked) == sorted([ids[1], ids[2], ids[3], ids[5]])
        assert not {ids[1], ids[2]} & set(_walk(tx, OPEN, Order.QUEUE))


FILTERS = (
    Wanted(languages=("ur",)),
    Wanted(flags=("severe",)),
    Wanted(protected=False),
    Wanted(protected=True, languages=("en",)),
    Wanted(score_from=0.3),
    Wanted(score_to=0.5),
    Wanted(score_from=0.2, score_to=0.4),
    Wanted(codes=("OM-5-OFF-3",)),
    Wanted(codes=("OM-5-INA-1",)),
    Wanted(not_after=NOW - timedelta(minutes=10)),
    Wanted(since=NOW - timedelta(minutes=9), until=NOW - timedelta(minutes=3)),
    Wanted(words="pani 1"),
    Wanted(platforms=("mock",)),
    Wanted(platforms=("x",)),
)


@pytest.mark.parametrize("number", range(len(FILTERS)))
def test_filter_finds_the_same_open_comments_as_it_finds_among_all(
    db: Database, number: int
) -> None:
    """Of open comments a filter reads their narrow rows, of all comments the comments' own."""
    wanted = FILTERS[number]
    with db.write() as tx:
        _fill(tx)
    with db.read() as tx:
        among_all = set(_walk(tx, wanted, Order.NEWEST))
        waiting = set(queues_of(tx, sorted(among_all)))
        opened = _walk(tx, replace(wanted, is_open=True), Order.NEWEST)
        assert set(opened) == waiting & among_all
        assert count_fitting(tx, replace(wanted, is_open=True), most=100) == len(opened)
        assert count_fitting(tx, wanted, most=100) == len(among_all)


def test_named_queue_and_what_is_not_open_are_filters(db: Database) -> None:
    with db.write() as tx:
        ids = _fill(tx)
    with db.read() as tx:
        severe = _walk(tx, Wanted(queues=("severe",)), Order.QUEUE)
        assert set(queues_of(tx, severe).values()) == {"severe"} and len(severe) > 2
        closed = _walk(tx, Wanted(is_open=False), Order.NEWEST)
        assert set(closed) == {ids[n] for n in (4, 9, 14, 19)}


def test_count_stops_where_it_is_told(db: Database) -> None:
    with db.write() as tx:
        _fill(tx)
    with db.read() as tx:
        assert count_fitting(tx, OPEN, most=5) == 5


def test_whole_list_is_read_in_parts_without_a_gap(db: Database) -> None:
    with db.write() as tx:
        ids = _fill(tx)
    with db.read() as tx:
        told = [f.comment.id for part in each_found(tx, Wanted(), at_once=4) for f in part]
        assert told == _walk(tx, Wanted(), Order.NEWEST)
        assert sorted(told) == sorted(ids)


@pytest.mark.parametrize("order", [Order.NEWEST, Order.SEEN, Order.DECIDED])
@pytest.mark.parametrize("few", [False, True])
def test_a_list_is_walked_back_over_the_same_pages(db: Database, order: Order, few: bool) -> None:
    with db.write() as tx:
        for n, comment_id in enumerate(_fill(tx)[:12]):
            _decide(tx, comment_id, Verdict.KEEP, n // 2)
    with db.read() as tx:
        forth = [grid_page(tx, Wanted(), order=order, limit=5, few=few)]
        while (after := forth[-1].after) is not None:
            forth.append(grid_page(tx, Wanted(), order=order, limit=5, after=after, few=few))
        back = [forth[-1]]
        while (before := back[-1].before) is not None:
            back.append(
                grid_page(tx, Wanted(), order=order, limit=5, after=before, few=few, back=True)
            )
        assert forth[0].before is None and len(forth) > 2
        assert back == forth[::-1]


def test_going_back_to_less_than_a_page_gives_the_first_page_whole(db: Database) -> None:
    with db.write() as tx:
        _fill(tx)
    with db.read() as tx:
        first = grid_page(tx, Wanted(), order=Order.NEWEST, limit=3)
        shifted = grid_page(tx, Wanted(), order=Order.NEWEST, limit=9, after=first.after)
        assert shifted.before is not None
        back = grid_page(tx, Wanted(), order=Order.NEWEST, limit=9, after=shifted.before, back=True)
        assert back == grid_page(tx, Wanted(), order=Order.NEWEST, limit=9)


def test_a_list_by_decision_holds_and_counts_decided_comments_only(db: Database) -> None:
    with db.write() as tx:
        ids = _fill(tx)
        _decide(tx, ids[3], Verdict.KEEP, 5)
    with db.read() as tx:
        by_decision = Wanted(by="decided")
        told = [f.comment.id for part in each_found(tx, by_decision) for f in part]
        assert told == [ids[3]]
        assert count_fitting(tx, by_decision, most=100) == 1


# ------------------------------------------------------------------------------ saved views


def test_view_is_its_owners_alone_until_it_is_shared(db: Database) -> None:
    with db.write() as tx:
        amina, bilal = a_user(tx, "amina"), a_user(tx, "bilal", Role.SENIOR)
        saved_views.save_view(tx, amina, name=" Spam  only ", query="code=x", shared=False, now=NOW)
        assert saved_views.views_of(tx, bilal) == []
        again = saved_views.save_view(
            tx, amina, name="Spam only", query="code=y", shared=True, now=NOW
        )
        seen = saved_views.views_of(tx, bilal)
        assert [(v.name, v.query, v.owner) for v in seen] == [
            ("Spam only", "code=y", amina.pseudonym)
        ]
        saved_views.take_away_view(tx, again.id)
        assert saved_views.views_of(tx, amina) == []


@pytest.mark.parametrize("name", ["", "   ", "x" * 61])
def test_view_without_a_usable_name_is_refused(db: Database, name: str) -> None:
    with db.write() as tx, pytest.raises(saved_views.NotAView):
        user = a_user(tx)
        saved_views.save_view(tx, user, name=name, query="", shared=False, now=NOW)


# ------------------------------------------------------------------------------ floods


def _flood(tx: Tx, count: int = 6) -> list[str]:
    source = a_source(tx)
    ids: list[str] = []
    for n in range(count):
        at = NOW - timedelta(minutes=count - n)
        comment_id = keep(
            tx, source, a_collected("Buy now", external_id=f"f{n}", created_at=at), now=at
        )
        assess(tx, comment_id, a_judgement(Flag.FLAGGED, protected=n == 1))
        ids.append(comment_id)
    copies.add_members(
        tx,
        [
            copies.Member(comment_id=i, group_id=ids[0], author_key=f"k{n % 4}", signature=b"x",
                          at=NOW - timedelta(minutes=count - n))
            for n, i in enumerate(ids)
        ],
    )  # fmt: skip
    return ids


def test_flood_tells_its_count_accounts_time_and_what_is_undecided(db: Database) -> None:
    with db.write() as tx:
        ids = _flood(tx)
        _decide(tx, ids[3], Verdict.REMOVE, 1)
    with db.read() as tx:
        (flood,) = floods.floods(tx, least=3, since=NOW - timedelta(hours=1))
        assert (flood.count, flood.accounts, flood.undecided, flood.protected) == (6, 4, 5, 1)
        assert flood.last_at - flood.first_at == timedelta(minutes=5)
        assert floods.floods(tx, least=7, since=NOW - timedelta(hours=1)) == []
        assert floods.floods(tx, least=3, since=NOW) == []


def test_choice_of_a_flood_leaves_out_what_is_decided_and_tells_what_is_protected(
    db: Database,
) -> None:
    with db.write() as tx:
        ids = _flood(tx)
        _decide(tx, ids[3], Verdict.KEEP, 1)
    with db.read() as tx:
        assert floods.group_id_of(tx, ids[5]) == ids[0]
        found = floods.choosable_of_group(tx, ids[0], most=10)
        assert [c.comment_id for c in found] == [i for i in ids if i != ids[3]]
        assert [c.comment_id for c in found if c.protected] == [ids[1]]
        assert len(floods.choosable_of_group(tx, ids[0], most=2)) == 2
        members = floods.members_page(tx, ids[0], limit=2, offset=2)
        assert [m.comment.id for m in members] == ids[2:4]
