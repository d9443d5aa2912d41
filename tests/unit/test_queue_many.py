"""The queue's newer routes: many at once, what changed, who looks, own keys, shifts, conflicts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from data.model import Verdict
from data.store import conflicts, copies, decisions, queue, shifts, users
from data.store.copies import Member
from tests.browser.desk_data import SAID
from tests.unit.dashboard_helpers import Browser, Web, a_web, decision


@pytest.fixture
def web() -> Iterator[Web]:
    with a_web() as made:
        yield made


def many(cards: list[dict[str, Any]], verdict: str = "keep", **told: Any) -> dict[str, Any]:
    items = [
        {"comment_id": c["id"], "revision_id": c["revision_id"], "expected": c["expected"]}
        for c in cards
    ]
    return {"items": items, "verdict": verdict, "key": "bulk-1", **told}


def history(web: Web, comment_id: str) -> list[Verdict]:
    with web.db.read() as tx:
        return [d.verdict for d in decisions.history(tx, comment_id)]


def user_id(web: Web, name: str) -> int:
    with web.db.read() as tx:
        found = users.user_by_name(tx, name)
    assert found is not None
    return found.id


def word(web: Web, text: str, name: str = "nadia") -> None:
    web.browser("admin").post("/api/conflicts/add", {"user": name, "word": text})


# ------------------------------------------------------------------------------ many at once


def test_decide_many_keeps_one_record_each_however_often_it_is_sent(web: Web) -> None:
    ids = [web.say() for _ in range(3)]
    browser = web.browser("nadia")
    body = many(browser.cards(), "remove", reason="OM-5-OFF-3")
    first, again = (browser.post("/api/queue/decide-many", body).json for _ in range(2))
    assert first is not None and again is not None
    assert sorted(first["done"]) == sorted(again["done"]) == sorted(ids)
    assert first["hold_until"] is not None
    assert [history(web, i) for i in ids] == [[Verdict.REMOVE]] * 3


def test_decide_many_leaves_protected_ones_out_whatever_the_request_says(web: Web) -> None:
    plain, protected = web.say(), web.say(SAID[0])
    browser = web.browser("nadia")
    answer = browser.post("/api/queue/decide-many", many(browser.cards())).json
    assert answer is not None
    assert answer["done"] == [plain]
    assert [(n["comment_id"], n["code"]) for n in answer["not_done"]] == [
        (protected, "protected_in_bulk")
    ]
    assert [c["id"] for c in answer["back"]] == [protected]
    assert history(web, protected) == []


@pytest.mark.parametrize(
    "told",
    [
        {"verdict": "split"},
        {"verdict": "complaint"},
        {"verdict": "undo"},
        {"items": []},
        {"items": "all"},
        {"items": [7]},
        {"items": [{"comment_id": "a", "revision_id": 1}] * 2},
        {"items": [{"comment_id": f"c{n}", "revision_id": 1} for n in range(501)]},
        {"key": "a b"},
        {"reason": "NR-1"},
    ],
)
def test_decide_many_refuses_what_it_cannot_use(web: Web, told: dict[str, Any]) -> None:
    comment_id, browser = web.say(), web.browser("nadia")
    answer = browser.post("/api/queue/decide-many", many(browser.cards()) | told)
    assert answer.status_code == 400
    assert history(web, comment_id) == []


def test_decide_many_without_a_reason_removes_nothing(web: Web) -> None:
    comment_id, browser = web.say(), web.browser("nadia")
    answer = browser.post("/api/queue/decide-many", many(browser.cards(), "remove")).json
    assert answer is not None
    assert [n["code"] for n in answer["not_done"]] == ["no_reason"]
    assert history(web, comment_id) == []


def test_undo_many_takes_back_more_than_twenty_at_once(web: Web) -> None:
    ids = [web.say() for _ in range(25)]
    browser = web.browser("nadia")
    cards: list[dict[str, Any]] = []
    while more := browser.cards(have=[c["id"] for c in cards]):
        cards += more
    assert {c["id"] for c in cards} == set(ids)
    browser.post("/api/queue/decide-many", many(cards))
    undone = browser.post("/api/queue/undo-many", {"key": "u-1", "of": "bulk-1", "ids": ids}).json
    assert undone is not None
    assert (len(undone["done"]), undone["not_done"]) == (25, [])
    assert len(undone["cards"]) == 20
    assert all(history(web, i) == [Verdict.KEEP, Verdict.UNDO] for i in ids)


def test_copies_tells_which_can_be_selected_and_counts_the_rest(web: Web) -> None:
    ids = [web.say() for _ in range(4)]
    protected = web.say(SAID[0])
    bilal = user_id(web, "bilal")
    with web.db.write() as tx:
        members = [
            Member(comment_id=i, group_id=ids[0], author_key=None, signature=b"-", at=web.now)
            for i in [*ids, protected]
        ]
        copies.add_members(tx, members)
        assert queue.claim(tx, ids[3], bilal, now=web.now)
    told = web.browser("nadia").get(f"/api/queue/copies?comment={ids[0]}").json
    assert told is not None
    assert {i["comment_id"] for i in told["items"]} == set(ids[:3])
    assert (told["protected"], told["elsewhere"], told["more"]) == (1, 1, 0)


# ------------------------------------------------------------------------------ what changed


def pulse(browser: Browser, cards: list[dict[str, Any]], seen: str = "") -> dict[str, Any]:
    lying = [{n: c[n] for n in ("id", "revision_id", "expected")} for c in cards]
    answer = browser.post("/api/queue/pulse", {"seen": seen, "cards": lying})
    assert answer.status_code == 200 and answer.json is not None
    return answer.json


def test_pulse_is_silent_until_something_changes_and_then_tells_who_did_it(web: Web) -> None:
    web.say()
    web.say()
    nadia, samina = web.browser("nadia"), web.browser("samina")
    cards = nadia.cards()
    first = pulse(nadia, cards)
    assert (first["gone"], first["anew"], first["counts"]["waiting"]) == ([], [], 2)
    assert set(pulse(nadia, cards, first["version"])) == {"version", "now", "also"}
    samina.post("/api/queue/decide", decision(cards[0]))
    told = pulse(nadia, cards, first["version"])
    assert [g["id"] for g in told["gone"]] == [cards[0]["id"]]
    assert "Samina Khan decided this one meanwhile: kept." in told["gone"][0]["told"]


def test_pulse_and_viewing_do_not_keep_an_idle_session_alive(web: Web) -> None:
    comment_id, browser = web.say(), web.browser("nadia")
    sent = {"X-CSRFToken": browser.token()}
    for _ in range(5):
        web.later(minutes=7)
        browser.client.post("/api/queue/pulse", json={}, headers=sent)
        looks = {"comment_id": comment_id}
        browser.client.post("/api/queue/viewing", json=looks, headers=sent)
    assert browser.client.post("/api/queue/pulse", json={}, headers=sent).status_code == 401


def test_viewing_is_told_to_others_until_it_ends(web: Web) -> None:
    comment_id = web.say()
    nadia, bilal = web.browser("nadia"), web.browser("bilal")
    looks = {"comment_id": comment_id, "place": "history"}
    assert nadia.post("/api/queue/viewing", looks).json == {"ok": True, "also": []}
    also = bilal.post("/api/queue/viewing", looks).json
    assert also is not None and also["also"] == ["Nadia Rehman reads its history"]
    web.later(minutes=2)
    also = bilal.post("/api/queue/viewing", looks).json
    assert also is not None and also["also"] == []


def test_viewing_by_an_auditor_leaves_no_trace(web: Web) -> None:
    comment_id = web.say()
    web.browser("auditor").post("/api/queue/viewing", {"comment_id": comment_id})
    also = web.browser("nadia").post("/api/queue/viewing", {"comment_id": comment_id}).json
    assert also is not None and also["also"] == []


@pytest.mark.parametrize("place", ["", "roof"])
def test_viewing_of_no_such_comment_or_place_is_refused(web: Web, place: str) -> None:
    browser = web.browser("nadia")
    answer = browser.post("/api/queue/viewing", {"comment_id": "mock:no", "place": place})
    assert answer.status_code in (400, 404)


# ------------------------------------------------------------------------------ own keys


@pytest.mark.parametrize(
    "keys",
    [
        {"keep": "d"},
        {"keep": " "},
        {"keep": "1"},
        {"keep": "Escape"},
        {"keep": ""},
        {"keep": 7},
        {"burn": "b"},
        ["f"],
        None,
    ],
)
def test_keys_that_cannot_stand_are_refused_and_nothing_is_kept(web: Web, keys: Any) -> None:
    browser = web.browser("nadia")
    assert browser.post("/api/queue/keys", {"keys": keys}).status_code == 400
    told = browser.get("/api/queue/desk").json
    assert told is not None and told["keys"] == told["standard_keys"]


def test_keys_are_kept_for_one_officer_and_may_be_urdu_letters(web: Web) -> None:
    nadia = web.browser("nadia")
    assert nadia.post("/api/queue/keys", {"keys": {"keep": "ر"}, "on": False}).status_code == 200
    told, other = (web.browser(n).get("/api/queue/desk").json for n in ("nadia", "bilal"))
    assert told is not None and other is not None
    assert (told["keys"]["keep"], told["single_keys"]) == ("ر", False)
    assert (other["keys"]["keep"], other["single_keys"]) == ("f", True)


# ------------------------------------------------------------------------------ conflicts


def test_a_forged_decision_on_a_remark_about_oneself_is_refused(web: Web) -> None:
    comment_id = web.say()
    nadia, bilal = web.browser("nadia"), web.browser("bilal")
    word(web, "daftar")  # SAID[2] speaks of the "daftar"
    assert nadia.cards() == []
    (card,) = bilal.cards()
    forged = nadia.post("/api/queue/decide", decision(card))
    assert forged.status_code == 403
    assert forged.json is not None and forged.json["code"] == "conflict"
    assert forged.json["card"] is None  # not even shown
    bulk = nadia.post("/api/queue/decide-many", many([card])).json
    assert bulk is not None and [n["code"] for n in bulk["not_done"]] == ["conflict"]
    assert bulk["back"] == []
    counts = nadia.get("/api/queue/counts").json
    assert counts is not None
    assert (counts["kept_from_you"], counts["total"]) == (1, 0)
    bilal.post("/api/queue/decide", decision(card))
    with web.db.read() as tx:
        made = decisions.current_decision(tx, comment_id)
    assert made is not None
    undo = nadia.post("/api/queue/undo", {"key": "u-1", "decision_id": made.id})
    assert undo.status_code == 403


@pytest.mark.parametrize(
    "body",
    [
        {"user": "admin", "word": "Water Cell"},
        {"user": "nadia"},
        {"user": "nadia", "word": "ab"},
        {"user": "nobody", "word": "abc"},
        {"user": "nadia", "word": ["a"]},
    ],
)
def test_conflict_words_are_officers_and_long_enough(web: Web, body: dict[str, Any]) -> None:
    assert web.browser("admin").post("/api/conflicts/add", body).status_code == 400


def test_who_gave_a_conflict_word_is_kept_by_pseudonym(web: Web) -> None:
    word(web, "Water Cell")
    with web.db.read() as tx:
        admin = users.user_by_name(tx, "admin")
        assert admin is not None
        assert [w.made_by for w in conflicts.all_words(tx)] == [admin.pseudonym]


@pytest.mark.parametrize("name", ["nadia", "samina", "manager", "auditor"])
def test_conflict_words_are_given_by_administrators_only(web: Web, name: str) -> None:
    body = {"user": "nadia", "word": "Water Cell"}
    assert web.browser(name).post("/api/conflicts/add", body).status_code == 403
    assert web.browser(name).post("/api/conflicts/drop", {"word": "1"}).status_code == 403
    with web.db.read() as tx:
        assert conflicts.all_words(tx) == []


# ------------------------------------------------------------------------------ shifts


def test_shift_is_kept_once_and_only_as_it_stands(web: Web) -> None:
    web.say()
    browser = web.browser("nadia")
    browser.post("/api/queue/decide", decision(browser.cards()[0], shown_ms=2000))
    nadia = user_id(web, "nadia")
    with web.db.read() as tx:
        started = shifts.shift_start(tx, nadia, now=web.now)
    assert started is not None
    web.later(minutes=5)
    body = {"started_at": started.isoformat(), "key": "s-1", "note": "Water.\u202e"}
    wrong = body | {"started_at": web.now.isoformat()}
    assert browser.post("/api/queue/shift", wrong).status_code == 409
    assert browser.post("/api/queue/shift", body).status_code == 200
    assert browser.post("/api/queue/shift", body).status_code == 409
    with web.db.read() as tx:
        (kept,) = shifts.last_shifts(tx)
    assert (kept.figures["median_seconds"], kept.note) == (2.0, "Water.")
    assert kept.figures["by_verdict"] == {"keep": 1}


def test_shift_of_one_officer_is_not_anothers_to_sign(web: Web) -> None:
    web.say()
    browser = web.browser("nadia")
    browser.post("/api/queue/decide", decision(browser.cards()[0]))
    nadia, bilal = user_id(web, "nadia"), user_id(web, "bilal")
    with web.db.read() as tx:
        started = shifts.shift_start(tx, nadia, now=web.now)
        assert shifts.shift_start(tx, bilal, now=web.now) is None
    assert started is not None
    body = {"started_at": started.isoformat(), "key": "s-1", "note": "For my eyes"}
    assert web.browser("bilal").post("/api/queue/shift", body).status_code == 409
