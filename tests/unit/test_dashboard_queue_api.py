"""The queue's JSON routes: what they take, what they refuse, and with which sentence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from data import schema
from data.model import Verdict
from data.store import decisions, queue, users
from tests.browser.desk_data import SAID
from tests.builders import a_collected, assess, keep
from tests.unit.dashboard_helpers import Web, a_web, decision


@pytest.fixture
def web() -> Iterator[Web]:
    with a_web() as made:
        yield made


def history(web: Web, comment_id: str) -> list[Verdict]:
    with web.db.read() as tx:
        return [d.verdict for d in decisions.history(tx, comment_id)]


# ------------------------------------------------------------------------------ deciding


def test_decide_records_one_decision_however_often_it_is_sent(web: Web) -> None:
    comment_id, browser = web.say(), web.browser("nadia")
    body = decision(browser.cards()[0])
    first, again = (browser.post("/api/queue/decide", body) for _ in range(2))
    assert first.json is not None and again.json is not None
    assert (first.json["repeated"], again.json["repeated"]) == (False, True)
    assert first.json["decision_id"] == again.json["decision_id"]
    assert history(web, comment_id) == [Verdict.KEEP]


def test_decide_does_not_take_up_another_officers_key(web: Web) -> None:
    web.say()
    nadia, bilal = web.browser("nadia"), web.browser("bilal")
    body = decision(nadia.cards()[0])
    nadia.post("/api/queue/decide", body)
    answer = bilal.post("/api/queue/decide", body)
    assert answer.status_code == 409
    assert answer.json is not None and answer.json["code"] == "decided_meanwhile"


def test_page_that_was_drawn_for_another_officer_decides_nothing(web: Web) -> None:
    comment_id, bilal = web.say(), web.browser("bilal")
    with web.db.read() as tx:
        nadia = users.user_by_name(tx, "nadia")
        own = users.user_by_name(tx, "bilal")
    assert nadia is not None and own is not None
    body = decision(bilal.cards()[0])
    answer = bilal.post("/api/queue/decide", body, **{"X-Drawn-For": str(nadia.id)})
    assert answer.status_code == 401
    assert history(web, comment_id) == []
    assert f'data-user="{own.id}"' in bilal.get("/queue").text
    assert bilal.post("/api/queue/decide", body, **{"X-Drawn-For": str(own.id)}).status_code == 200
    assert history(web, comment_id) == [Verdict.KEEP]


def test_decide_refuses_a_removal_without_a_code_and_gives_the_card_back(web: Web) -> None:
    comment_id, browser = web.say(), web.browser("nadia")
    answer = browser.post("/api/queue/decide", decision(browser.cards()[0], "remove"))
    assert answer.status_code == 422
    assert answer.json is not None
    assert "reason code" in answer.json["error"]
    assert answer.json["card"]["id"] == comment_id
    assert history(web, comment_id) == []


def test_decide_refuses_a_second_look_by_an_officer(web: Web) -> None:
    comment_id, nadia, bilal = web.say(SAID[0]), web.browser("nadia"), web.browser("bilal")
    body = decision(nadia.cards()[0], "remove", reason="OM-5-OFF-3")
    made = nadia.post("/api/queue/decide", body).json
    assert made is not None and made["awaits_second"]
    told = {**body, "expected": made["decision_id"], "key": "b-1"}
    assert bilal.post("/api/queue/decide", told).status_code == 403
    assert history(web, comment_id) == [Verdict.REMOVE]


def test_decide_after_an_undo_that_is_still_on_its_way_builds_on_it(web: Web) -> None:
    comment_id, browser = web.say(), web.browser("nadia")
    body = decision(browser.cards()[0])
    browser.post("/api/queue/decide", body)
    undone = browser.post("/api/queue/undo", {"key": "desk-2", "of": "desk-1"})
    assert undone.json is not None and undone.json["card"]["id"] == comment_id
    anew = {**body, "verdict": "complaint", "key": "desk-3", "after": "desk-2"}
    assert browser.post("/api/queue/decide", anew).status_code == 200
    assert history(web, comment_id) == [Verdict.KEEP, Verdict.UNDO, Verdict.COMPLAINT]


def test_decide_refuses_to_build_on_what_was_never_recorded(web: Web) -> None:
    web.say()
    browser = web.browser("nadia")
    body = decision(browser.cards()[0], after="no-such-key")
    assert browser.post("/api/queue/decide", body).status_code == 409


def test_decide_stamps_when_the_card_was_first_shown(web: Web) -> None:
    web.say()
    browser = web.browser("nadia")
    browser.post("/api/queue/decide", decision(browser.cards()[0], shown_ms=90_000))
    with web.db.read() as tx:
        at = tx.execute(select(schema.glance.c.at)).scalar_one()
    assert (web.now - at).total_seconds() == 90


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("comment_id", None), ("comment_id", 7), ("comment_id", ""), ("comment_id", "x" * 201),
        ("revision_id", "1"), ("revision_id", -1), ("revision_id", True), ("revision_id", 2**60),
        ("verdict", "burn"), ("verdict", None), ("verdict", ["keep"]), ("key", ""),
        ("key", "a b"), ("key", "x" * 81), ("key", None), ("expected", "none"),
        ("reason", "NR-1"), ("reason", 5), ("reason_text", {"a": 1}), ("reason_text", "x" * 2001),
        ("theme", 4), ("span", [1]), ("span", ["a", "b"]), ("span", [0, -1]), ("span", "0,4"),
        ("office", []), ("place", "x" * 201), ("due_on", "tomorrow"), ("due_on", 5),
        ("after", "<b>"), ("shown_ms", "long"),
    ],
)  # fmt: skip
def test_decide_names_the_field_that_is_malformed(web: Web, field: str, value: Any) -> None:
    body = {"comment_id": "mock:1", "revision_id": 1, "verdict": "keep", "key": "k-1"}
    answer = web.browser("nadia").post("/api/queue/decide", {**body, field: value})
    assert answer.status_code == 400
    assert answer.json is not None
    assert answer.json["field"] == field and answer.json["error"].endswith(".")


@pytest.mark.parametrize("body", [[], "text", 5, None])
def test_decide_wants_an_object(web: Web, body: Any) -> None:
    browser = web.browser("nadia")
    sent = {"X-CSRFToken": browser.token()}
    answer = browser.client.post("/api/queue/decide", json=body, headers=sent)
    assert answer.status_code == 400


def test_no_body_brings_the_server_down(web: Web) -> None:
    browser = web.browser("nadia")
    scalars = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
    bodies = st.dictionaries(
        st.sampled_from(["comment_id", "revision_id", "verdict", "key", "span", "ids", "have",
                         "queue", "of", "decision_id", "reason", "after"]),
        scalars | st.lists(scalars, max_size=3),
    )  # fmt: skip

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(bodies, st.sampled_from(["decide", "undo", "next", "claim"]))
    def run(body: dict[str, Any], route: str) -> None:
        assert browser.post(f"/api/queue/{route}", body).status_code < 500

    run()


# ------------------------------------------------------------------------------ undoing


def test_undo_of_another_officers_decision_is_refused(web: Web) -> None:
    web.say()
    nadia, bilal = web.browser("nadia"), web.browser("bilal")
    made = nadia.post("/api/queue/decide", decision(nadia.cards()[0])).json
    assert made is not None
    told = {"key": "b-1", "decision_id": made["decision_id"]}
    assert bilal.post("/api/queue/undo", told).status_code == 403


def test_undo_of_a_key_that_was_never_sent_is_told(web: Web) -> None:
    answer = web.browser("nadia").post("/api/queue/undo", {"key": "k-1", "of": "k-0"})
    assert answer.status_code == 404


# ------------------------------------------------------------------------------ the cards


def test_next_never_gives_two_officers_one_card(web: Web) -> None:
    for n in range(9):
        web.say(external_id=f"n{n}")
    first, second = web.browser("nadia").cards(), web.browser("bilal").cards()
    assert first and second
    assert {c["id"] for c in first}.isdisjoint(c["id"] for c in second)


def test_next_gives_what_another_officer_left_lying(web: Web) -> None:
    web.say()
    assert len(web.browser("nadia").cards()) == 1
    bilal = web.browser("bilal")
    assert bilal.cards() == []
    web.later(minutes=6)
    assert len(bilal.cards()) == 1


def test_release_gives_the_cards_back_at_once(web: Web) -> None:
    web.say()
    nadia = web.browser("nadia")
    nadia.cards()
    nadia.post("/api/queue/release")
    assert len(web.browser("bilal").cards()) == 1


def test_claim_tells_which_cards_went_elsewhere(web: Web) -> None:
    comment_id = web.say()
    nadia, bilal = web.browser("nadia"), web.browser("bilal")
    nadia.cards()
    web.later(minutes=6)
    card = bilal.cards()[0]
    assert nadia.post("/api/queue/claim", {"ids": [comment_id]}).json == {
        "held": [comment_id],
        "gone": [],
    }
    bilal.post("/api/queue/decide", decision(card))
    told = nadia.post("/api/queue/claim", {"ids": [comment_id]}).json
    assert told == {"held": [], "gone": [comment_id]}


def test_second_looks_lie_on_senior_desks_only(web: Web) -> None:
    web.say(SAID[0])
    nadia = web.browser("nadia")
    body = decision(nadia.cards()[0], "escalate", reason_text="Is this one ours?")
    nadia.post("/api/queue/decide", body)
    assert web.browser("bilal").cards() == []
    seen = web.browser("samina").cards()
    assert [c["second"]["text"] for c in seen] == ["Is this one ours?"]
    counts = nadia.get("/api/queue/counts").json
    assert counts is not None and "second_look" not in counts["counts"]


def test_card_carries_no_author_and_no_address_that_is_not_of_the_web(web: Web) -> None:
    web.say(SAID[5])
    card = web.browser("nadia").cards()[0]
    assert card["link"] is None
    assert "onclick" not in str(card)
    assert card["author_count"] == 1


def test_card_of_a_comment_nothing_has_checked_is_shielded_and_says_so(web: Web) -> None:
    with web.db.write() as tx:
        keep(tx, web.source, a_collected("Not looked at yet."), now=web.now)
    card = web.browser("nadia").cards()[0]
    assert (card["band"], card["coverage"], card["protected"]) == ("not checked",) * 2 + (True,)


def test_card_shows_the_old_text_of_an_edit_through_its_history(web: Web) -> None:
    comment_id = web.say(external_id="edited")
    with web.db.write() as tx:
        keep(tx, web.source, a_collected("Edited since.", external_id="edited"), now=web.now)
        assess(tx, comment_id)
    browser = web.browser("nadia")
    assert browser.cards()[0]["edited"] == 1
    told = browser.get(f"/api/queue/history?comment={comment_id}").json
    assert told is not None and [r["no"] for r in told["revisions"]] == [1, 2]


def test_card_cuts_a_very_long_text_and_says_how_much_is_left(web: Web) -> None:
    with web.db.write() as tx:
        keep(tx, web.source, a_collected("x" * 100_000), now=web.now)
    text = web.browser("nadia").cards()[0]["text"]
    assert text["more"] == 96_000
    assert sum(len(s["text"]) for s in text["segments"]) == 4_000


def test_history_of_an_unknown_comment_is_told(web: Web) -> None:
    assert web.browser("nadia").get("/api/queue/history?comment=mock:no").status_code == 404


def test_counts_open_no_claim(web: Web) -> None:
    web.say()
    web.browser("nadia").get("/api/queue/counts")
    with web.db.read() as tx:
        assert queue.queue_items(tx)[0].held_by is None
