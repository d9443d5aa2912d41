"""The practice queue: its items and key, what an answer is worth, and that nothing is real."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, select

from dashboard.learning.practice import Answer, drawn, items, marked
from data import schema
from data.model import NonReason, ReasonCode, Verdict
from data.practice import PracticeOutcome
from tests.browser.desk_data import SAID
from tests.unit.dashboard_helpers import Browser, Web, a_web

REAL = ("comment", "revision", "decision", "action", "complaint_case", "claim", "glance",
        "enforcement", "evidence", "assessment")  # fmt: skip


@pytest.fixture
def web() -> Iterator[Web]:
    with a_web() as made:
        yield made


def begun(browser: Browser, count: int = 12) -> dict[str, Any]:
    answer = browser.post("/api/practice/start", {"count": count})
    assert answer.status_code == 200, answer.text
    assert answer.json is not None
    return answer.json["run"]


def answered(browser: Browser, run: dict[str, Any], item: str, verdict: str, **told: Any) -> Any:
    body = {"run": run["run"], "item": item, "verdict": verdict, **told}
    return browser.post("/api/practice/answer", body)


def key_of(item: str) -> dict[str, Any]:
    """The answer that the key calls right, as the page would send it."""
    known = items()[item]
    told: dict[str, Any] = {"verdict": known.right.verdict.value}
    if known.right.reason is not None:
        told["reason"] = known.right.reason.value
        told["reason_text"] = "a written reason for it"
    if known.right.verdict is Verdict.SPLIT:
        start = known.text.index(known.remark)
        told["span"] = [start, start + len(known.remark)]
    return told


# ------------------------------------------------------------------------------ the items


def test_practice_has_more_than_sixty_items_in_all_languages() -> None:
    assert len(items()) >= 60
    assert {i.lang for i in items().values()} >= {"en", "ur", "ur-Latn", "mixed", "ar"}


def test_practice_removes_something_under_each_code() -> None:
    right = {i.right.reason for i in items().values() if i.right.reason is not None}
    assert right == set(ReasonCode)


@pytest.mark.parametrize("code", list(NonReason))
def test_practice_keeps_something_of_each_non_reason(code: NonReason) -> None:
    mine = [i for i in items().values() if i.topic == code.value]
    assert len(mine) >= 2
    assert not [i.id for i in mine if i.right.verdict in (Verdict.REMOVE, Verdict.SPLIT)]


def test_practice_explains_every_item_in_both_languages() -> None:
    assert not [i.id for i in items().values() if len(i.why_en) < 20 or len(i.why_ur) < 20]


def test_practice_item_that_accepts_a_split_names_the_remark_and_the_complaint() -> None:
    splits = [
        i for i in items().values()
        if any(a.verdict is Verdict.SPLIT for a in (i.right, *i.also))
    ]  # fmt: skip
    assert len(splits) >= 6
    assert not [i.id for i in splits if not i.remark or not i.complaint]


def test_practice_escalates_what_only_a_law_officer_can_say() -> None:
    legal = [i for i in items().values() if i.topic == "legal"]
    assert [i for i in legal if i.right.verdict is Verdict.ESCALATE]
    assert not [i for i in legal if any(a.verdict is Verdict.REMOVE for a in (i.right, *i.also))]


def test_round_of_practice_meets_every_kind_of_case_before_one_comes_twice() -> None:
    kinds = [items()[i].topic for i in drawn(20, seed=7)]
    assert len(set(kinds)) == len(kinds)
    assert drawn(20, seed=7) == drawn(20, seed=7) != drawn(20, seed=8)


# ------------------------------------------------------------------------------ what it is worth


@pytest.mark.parametrize("item", list(items()))
def test_answer_of_the_key_is_right(item: str) -> None:
    known, told = items()[item], key_of(item)
    span = tuple(told["span"]) if "span" in told else None
    assert marked(known, known.right, span).outcome is PracticeOutcome.RIGHT


def test_answer_with_another_code_is_told_as_near() -> None:
    item = items()["off3-a"]
    result = marked(item, Answer(verdict=Verdict.REMOVE, reason=ReasonCode.SPAM), None)
    assert (result.outcome, result.near) == (PracticeOutcome.WRONG, "code")


def test_split_that_takes_the_complaint_along_is_wrong() -> None:
    item = items()["split-a"]
    whole = (0, len(item.text))
    assert marked(item, item.right, whole).near == "span"
    assert marked(item, item.right, None).near == "span"


def test_keeping_a_complaint_that_could_be_filed_is_acceptable() -> None:
    item = items()["nr3-a"]
    assert marked(item, Answer(verdict=Verdict.KEEP), None).outcome is PracticeOutcome.ACCEPTABLE


# ------------------------------------------------------------------------------ the routes


def test_card_of_practice_tells_nothing_of_its_key(web: Web) -> None:
    browser = web.browser("nadia")
    run = begun(browser, len(items()))
    for card in run["cards"]:
        known = items()[card["id"]]
        assert known.why_en not in str(card) and known.why_ur not in str(card)
        assert not {"right", "topic", "remark"} & set(card)


def test_card_of_practice_has_every_field_of_a_card_of_the_queue(web: Web) -> None:
    web.say(SAID[0])
    browser = web.browser("nadia")
    real, made = browser.cards()[0], begun(browser)["cards"][0]
    assert set(real) - set(made) == set()


def test_answer_is_explained_and_counted_once(web: Web) -> None:
    browser = web.browser("nadia")
    run = begun(browser)
    item = run["cards"][0]["id"]
    wrong = "keep" if items()[item].right.verdict is not Verdict.KEEP else "escalate"
    first = answered(browser, run, item, wrong).json
    again = answered(browser, run, item, **key_of(item)).json
    assert first["why"] == items()[item].why_en and first["why_ur"] == items()[item].why_ur
    assert first["right"]["verdict"] == items()[item].right.verdict.value
    assert again["outcome"] == first["outcome"] and again["progress"]["done"] == 1


def test_removal_without_a_code_is_refused_in_practice_too(web: Web) -> None:
    browser = web.browser("nadia")
    run = begun(browser)
    answer = answered(browser, run, run["cards"][0]["id"], "remove")
    assert answer.status_code == 400 and "reason code" in answer.json["error"]


def test_round_goes_on_where_it_was_left(web: Web) -> None:
    browser = web.browser("nadia")
    run = begun(browser)
    item = run["cards"][0]["id"]
    answered(browser, run, item, **key_of(item))
    back = web.browser("nadia").get("/api/practice/desk").json
    assert back is not None
    assert back["run"]["done"] == 1
    assert item not in [c["id"] for c in back["run"]["cards"]]
    assert [c["id"] for c in back["run"]["cards"]] == [c["id"] for c in run["cards"][1:]]


def test_round_ends_with_a_score(web: Web) -> None:
    browser = web.browser("nadia")
    run = begun(browser)
    told = [answered(browser, run, c["id"], **key_of(c["id"])).json for c in run["cards"]]
    assert told[-1]["progress"]["ended"] and told[-1]["progress"]["right"] == 12
    after = browser.get("/api/practice/desk").json
    assert after is not None
    assert after["run"] is None
    assert after["past"][0]["told"] == "12 right and 0 acceptable of 12 answers."


def test_round_is_its_users_own(web: Web) -> None:
    nadia, bilal = web.browser("nadia"), web.browser("bilal")
    run = begun(nadia)
    item = run["cards"][0]["id"]
    answer = answered(bilal, run, item, **key_of(item))
    assert answer.status_code == 404
    told = bilal.get("/api/practice/desk").json
    assert told is not None and told["run"] is None and told["past"] == []


@pytest.mark.parametrize("name", ["manager", "auditor", "admin"])
def test_practice_answers_403_to_roles_that_decide_nothing(web: Web, name: str) -> None:
    browser = web.browser(name)
    told = [browser.post(f"/api/practice/{p}").status_code for p in ("start", "answer", "end")]
    assert [*told, browser.get("/api/practice/desk").status_code] == [403] * 4


@pytest.mark.parametrize(
    "body", [{"count": 13}, {"count": "12"}, {"count": -1}, {"count": True}, {}, []]
)
def test_round_of_an_odd_length_is_refused(web: Web, body: Any) -> None:
    assert web.browser("nadia").post("/api/practice/start", body).status_code == 400


def test_practice_leaves_no_row_where_real_comments_and_decisions_are_kept(web: Web) -> None:
    web.say()

    def rows() -> dict[str, int]:
        with web.db.read() as tx:
            return {
                name: tx.execute(
                    select(func.count()).select_from(schema.metadata.tables[name])
                ).scalar_one()
                for name in REAL
            }

    before = rows()
    browser = web.browser("nadia")
    run = begun(browser, len(items()))
    for card in run["cards"]:
        assert answered(browser, run, card["id"], **key_of(card["id"])).status_code == 200
    assert rows() == before


def test_practice_tables_point_at_nothing_real() -> None:
    for name in ("practice_run", "practice_answer"):
        told = {fk.column.table.name for fk in schema.metadata.tables[name].foreign_keys}
        assert told <= {"app_user", "practice_run"}


def test_real_comment_cannot_be_answered_as_practice_nor_practice_decided(web: Web) -> None:
    comment_id, browser = web.say(), web.browser("nadia")
    run = begun(browser)
    assert answered(browser, run, comment_id, "keep").status_code == 404
    body = {"comment_id": "off3-a", "revision_id": 0, "verdict": "keep", "key": "k"}
    assert browser.post("/api/queue/decide", body).status_code == 404
