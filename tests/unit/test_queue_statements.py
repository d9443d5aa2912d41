"""The next cards cost a fixed number of statements, however many they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event

from data.model import CollectedAuthor
from data.store import copies, queue, users, viewing
from data.store.copies import Member
from tests.browser.desk_data import SAID
from tests.unit.dashboard_helpers import Browser, Web, a_web, decision

MOST = 45
"""Of one request for the next cards: session, conflicts, claims, cards, counts."""


@pytest.fixture
def web() -> Iterator[Web]:
    with a_web() as made:
        yield made


def counted(web: Web, work: Callable[[], Any]) -> int:
    """How many statements the work sends to the database."""
    said: list[str] = []

    def note(_c: Any, _k: Any, statement: str, *_more: Any) -> None:
        if not statement.startswith("BEGIN"):
            said.append(statement)

    event.listen(web.db.engine, "before_cursor_execute", note)
    try:
        work()
    finally:
        event.remove(web.db.engine, "before_cursor_execute", note)
    return len(said)


def full_of_everything(web: Web, count: int) -> list[str]:
    """Comments that answer others, were edited, have copies, and are looked at by somebody."""
    ids: list[str] = []
    for n in range(count):
        author = CollectedAuthor(external_id=f"author-{n}", display_name="Invented Person")
        told: dict[str, Any] = {"external_id": f"c{n}", "author": author}
        told["parent_external_id"] = f"c{n - 1}" if n else None
        web.say(**told)
        ids.append(web.say(replace(SAID[2], text=f"{SAID[2].text} {n}"), **told))
    with web.db.write() as tx:
        by = users.user_by_name(tx, "bilal")
        assert by is not None
        for n, comment_id in enumerate(ids):
            viewing.note_viewing(tx, comment_id, by.id, "grid", now=web.now)
            copies.add_members(tx, [a_member(web, comment_id, ids[n - n % 2])])
    return ids


def a_member(web: Web, comment_id: str, group: str) -> Member:
    return Member(
        comment_id=comment_id,
        group_id=group,
        author_key=comment_id[-1],
        signature=b"1",
        bands=(1,),
        at=web.now,
    )


def asked(browser: Browser) -> list[dict[str, Any]]:
    return browser.cards(queue="")


def test_next_cards_cost_as_many_statements_for_few_as_for_twenty() -> None:
    found: dict[int, int] = {}
    for count in (4, 40):
        with a_web() as web:
            full_of_everything(web, count)
            browser = web.browser("nadia")
            asked(browser)
            told: list[dict[str, Any]] = []
            found[count] = counted(web, lambda b=browser, t=told: t.extend(asked(b)))
            assert len(told) == {4: 3, 40: 20}[count]  # of few, some are left for others
            assert all(c["also"] and c["copies"] == 2 for c in told)
            assert any(c["old"] for c in told) and any(c["parent"] for c in told)
    assert found[40] <= found[4] <= MOST


def test_cards_of_a_page_each_tell_what_is_their_own(web: Web) -> None:
    ids = full_of_everything(web, 2)
    nadia = web.browser("nadia")
    first = nadia.cards()[0]
    nadia.post("/api/queue/decide", decision(first, "wait", reason_text="Ask the unit."))
    told = {c["id"]: c for c in nadia.cards()}
    with web.db.read() as tx:
        for comment_id, card in told.items():
            item = queue.queue_item(tx, comment_id)
            group = copies.group_of(tx, comment_id)
            assert item is not None and group is not None
            assert card["copies_accounts"] == group.accounts
            assert card["waits"] == int(comment_id == first["id"])
            assert card["revision_id"] == item.comment.revision.id
            assert card["also"] == ["Bilal Ahmed has it in a list"]
            assert (card["parent"] is None) == (comment_id == ids[0])
            assert card["author_count"] == len(ids)  # the builders keep one author for all


def test_claims_of_many_leave_those_that_another_officer_holds(web: Web) -> None:
    ids = [web.say() for _ in range(3)]
    with web.db.write() as tx:
        nadia, bilal = (users.user_by_name(tx, n) for n in ("nadia", "bilal"))
        assert nadia is not None and bilal is not None
        assert queue.claim(tx, ids[1], bilal.id, now=web.now)
        assert queue.claim_many(tx, ids, nadia.id, now=web.now) == {ids[0], ids[2]}
        assert queue.claim_many(tx, [], nadia.id, now=web.now) == set()


def test_claims_on_the_desk_cost_as_many_statements_for_one_as_for_ten(web: Web) -> None:
    ids = [web.say() for _ in range(10)]
    nadia = web.browser("nadia")
    one, ten = (
        counted(web, lambda some=some: nadia.post("/api/queue/claim", {"ids": some}))
        for some in (ids[:1], ids)
    )
    assert one == ten


def test_the_desk_is_told_which_of_its_cards_are_gone_and_which_another_holds(web: Web) -> None:
    ids = [web.say() for _ in range(3)]
    nadia = web.browser("nadia")
    with web.db.write() as tx:
        bilal = users.user_by_name(tx, "bilal")
        assert bilal is not None
        assert queue.claim(tx, ids[1], bilal.id, now=web.now)
    told = nadia.post("/api/queue/claim", {"ids": [*ids, "mock:unknown"]}).get_json()
    assert told == {"held": [ids[1]], "gone": ["mock:unknown"]}
