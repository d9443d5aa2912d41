"""Blind samples: drawing, judging again by another officer, differences, and what they measure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from analysis.blind import blind_measures, cohens_kappa
from data.blind import BlindAnswer, BlindItem, Stratum
from data.model import ReasonCode, Verdict
from data.store import audit, blind, comments, decisions, queue
from moderation.deciding.blind import draw_weekly, round_of
from tests.browser.desk_data import PEOPLE, SAID, Said
from tests.builders import NOW
from tests.unit.dashboard_helpers import Browser, Web, a_web, decision

PLAIN = Said(text="You lot are fools.", vile=("fools",))


@pytest.fixture
def web() -> Iterator[Web]:
    with a_web() as made:
        yield made


def decided(web: Web, verdict: str = "keep", by: str = "nadia", n: int = 0, **told: Any) -> str:
    """One comment that this officer decided on."""
    comment_id = web.say(PLAIN, external_id=f"plain-{verdict}-{by}-{n}")
    browser = web.browser(by)
    card = next(c for c in browser.cards() if c["id"] == comment_id)
    body = decision(card, verdict, key=f"k-{comment_id.split(':')[1]}", **told)
    assert browser.post("/api/queue/decide", body).status_code == 200
    browser.post("/api/queue/release")
    return comment_id


def draw(web: Web, each: int = 20) -> dict[Stratum, int]:
    with web.db.write() as tx:
        return draw_weekly(tx, each=each, now=web.now)


def open_to(web: Web, name: str) -> int:
    with web.db.read() as tx:
        user = next(i + 1 for i, n in enumerate(PEOPLE) if n == name)
        return blind.blind_open(tx, user)


def cards(browser: Browser) -> list[dict[str, Any]]:
    answer = browser.post("/api/samples/next", {"have": []})
    assert answer.status_code == 200 and answer.json is not None
    return answer.json["cards"]


def judge(browser: Browser, card: dict[str, Any], verdict: str = "keep", **told: Any) -> Any:
    return browser.post("/api/samples/answer", {"item": card["item"], "verdict": verdict, **told})


# ------------------------------------------------------------------------------ drawing


def test_sample_is_drawn_of_what_was_removed_kept_and_can_be_seen(web: Web) -> None:
    decided(web, "keep")
    decided(web, "remove", reason="OM-5-OFF-3")
    web.say(SAID[2])
    drawn = draw(web)
    assert drawn == {Stratum.REMOVED: 1, Stratum.KEPT: 1, Stratum.VISIBLE: 2}


def test_sample_is_drawn_once_a_text(web: Web) -> None:
    decided(web)
    draw(web)
    assert draw(web) == {Stratum.REMOVED: 0, Stratum.KEPT: 0, Stratum.VISIBLE: 0}


def test_sample_holds_no_more_than_was_asked_for_and_is_noted_in_the_log(web: Web) -> None:
    for n in range(4):
        decided(web, n=n)
    assert draw(web, each=2)[Stratum.KEPT] == 2
    with web.db.read() as tx:
        entry = audit.entries(tx)[0]
    assert (entry.verb, entry.object) == ("sample.drawn", round_of(NOW))


# ------------------------------------------------------------------------------ judging again


def test_sample_is_never_given_to_who_decided_on_it(web: Web) -> None:
    decided(web, "remove", by="nadia", reason="OM-5-OFF-3")
    draw(web)
    assert (open_to(web, "nadia"), open_to(web, "bilal")) == (0, 1)
    assert cards(web.browser("nadia")) == []
    assert len(cards(web.browser("bilal"))) == 1


def test_sample_forged_by_who_decided_on_it_is_refused(web: Web) -> None:
    decided(web, by="nadia")
    draw(web)
    card = cards(web.browser("bilal"))[0]
    answer = judge(web.browser("nadia"), card)
    assert answer.status_code == 409 and "decided on it yourself" in answer.json["error"]


def test_card_of_a_sample_tells_nothing_of_the_first_verdict(web: Web) -> None:
    decided(web, "remove", reason="OM-5-OFF-3")
    decided(web, "keep")
    draw(web)
    removed, kept = cards(web.browser("bilal"))
    told = {k for k in removed if removed[k] != kept[k]}
    assert told <= {"id", "item"}
    assert "OM-5" not in str(removed) and "decision" not in str(removed)
    assert removed["link"] is None and removed["suggested"] is None and removed["why"] == []


def test_answer_on_a_sample_changes_nothing_by_itself(web: Web) -> None:
    comment_id = decided(web, "remove", reason="OM-5-OFF-3")
    draw(web)
    bilal = web.browser("bilal")
    assert judge(bilal, cards(bilal)[0]).status_code == 200
    with web.db.read() as tx:
        assert [d.verdict for d in decisions.history(tx, comment_id)] == [Verdict.REMOVE]
    assert open_to(web, "bilal") == 0 == open_to(web, "samina")


def test_sample_is_judged_once(web: Web) -> None:
    decided(web)
    draw(web)
    bilal, samina = web.browser("bilal"), web.browser("samina")
    card = cards(bilal)[0]
    assert judge(bilal, card).status_code == 200
    assert judge(samina, card).status_code == 409
    assert judge(bilal, card).status_code == 409


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"verdict": "remove"}, "reason code"),
        ({"verdict": "remove", "reason": "OM-5-X"}, "15 characters"),
        (
            {"verdict": "remove", "reason": "OM-5-X", "reason_text": "because of NR-5 surely"},
            "NR-5",
        ),
        ({"verdict": "wait"}, "nothing else measures"),
        ({"verdict": "undo"}, "nothing else measures"),
    ],
)
def test_answer_that_is_none_is_refused(web: Web, told: dict[str, Any], words: str) -> None:
    decided(web)
    draw(web)
    bilal = web.browser("bilal")
    answer = judge(bilal, cards(bilal)[0], **told)
    assert answer.status_code == 409 and words in answer.json["error"]


def test_sample_whose_text_was_edited_is_left_out(web: Web) -> None:
    decided(web)
    draw(web)
    with web.db.write() as tx:
        from tests.builders import a_collected, keep

        keep(tx, web.source, a_collected("Another text now", external_id="plain-keep-nadia-0"),
             now=web.now + timedelta(minutes=1))  # fmt: skip
    assert open_to(web, "bilal") == 0


@pytest.mark.parametrize("name", ["manager", "auditor", "admin"])
def test_samples_answer_403_to_roles_that_decide_nothing(web: Web, name: str) -> None:
    browser = web.browser(name)
    told = [browser.post(f"/api/samples/{p}").status_code for p in ("next", "answer", "settle")]
    assert [*told, browser.get("/api/samples/desk").status_code] == [403] * 4


# ------------------------------------------------------------------------------ differences


def a_difference(web: Web, verdict: str, **told: Any) -> tuple[str, int]:
    """A decision by nadia that bilal would have made otherwise."""
    comment_id = decided(web, verdict, **told)
    draw(web)
    bilal = web.browser("bilal")
    card = cards(bilal)[0]
    other = {"verdict": "keep"}
    if verdict == "keep":
        other = {"verdict": "remove", "reason": "OM-5-OFF-3"}
    assert judge(bilal, card, **other).status_code == 200
    return comment_id, card["item"]


def settled(web: Web, name: str, item: int, how: str) -> Any:
    return web.browser(name).post("/api/samples/settle", {"item": str(item), "how": how})


def test_senior_settles_that_the_first_decision_stands(web: Web) -> None:
    comment_id, item = a_difference(web, "remove", reason="OM-5-OFF-3")
    assert settled(web, "samina", item, "stands").status_code == 200
    assert settled(web, "samina", item, "stands").status_code == 409
    with web.db.read() as tx:
        assert [d.verdict for d in decisions.history(tx, comment_id)] == [Verdict.REMOVE]
        assert [e.object for e in audit.entries(tx) if e.verb == "sample.settled"] == [
            f"sample:{item}"
        ]


def test_senior_reopens_a_removal_that_the_sample_would_have_kept(web: Web) -> None:
    comment_id, item = a_difference(web, "remove", reason="OM-5-OFF-3")
    assert settled(web, "samina", item, "reopened").status_code == 200
    with web.db.read() as tx:
        history = [d.verdict for d in decisions.history(tx, comment_id)]
        assert history == [Verdict.REMOVE, Verdict.UNDO]
        assert queue.queue_item(tx, comment_id) is not None


def test_senior_reopens_what_was_kept_and_the_sample_would_remove(web: Web) -> None:
    comment_id, item = a_difference(web, "keep")
    assert settled(web, "samina", item, "reopened").status_code == 200
    with web.db.read() as tx:
        assert queue.queue_item(tx, comment_id) is not None


def test_unflagged_text_that_a_sample_would_remove_is_put_before_another_senior(web: Web) -> None:
    from data.model import Flag

    comment_id = web.say(Said(text="Nothing was seen in this one", flag=Flag.NONE))
    draw(web)
    bilal = web.browser("bilal")
    card = cards(bilal)[0]
    assert judge(bilal, card, "remove", reason="OM-5-OFF-3").status_code == 200
    assert settled(web, "samina", card["item"], "reopened").status_code == 200
    with web.db.read() as tx:
        item = queue.queue_item(tx, comment_id)
    assert item is not None and item.queue == "second_look"


def test_only_a_senior_settles_and_never_the_one_who_judged(web: Web) -> None:
    decided(web, "remove", reason="OM-5-OFF-3")
    draw(web)
    samina = web.browser("samina")
    card = cards(samina)[0]
    assert judge(samina, card).status_code == 200
    assert settled(web, "samina", card["item"], "stands").status_code == 409
    assert settled(web, "nadia", card["item"], "stands").status_code == 403


# ------------------------------------------------------------------------------ calibration


def test_unflagged_sample_that_is_kept_becomes_a_decision_to_learn_from(web: Web) -> None:
    comment_id = web.say(SAID[2])
    with web.db.write() as tx:
        comment = comments.get_comment(tx, comment_id)
        assert comment is not None
        blind.keep_drawn(
            tx, [(comment_id, comment.revision.id, None)],
            stratum=Stratum.UNFLAGGED, round="2026-W22", now=web.now,
        )  # fmt: skip
    nadia = web.browser("nadia")
    assert judge(nadia, cards(nadia)[0]).status_code == 200
    with web.db.read() as tx:
        assert [d.verdict for d in decisions.history(tx, comment_id)] == [Verdict.KEEP]


# ------------------------------------------------------------------------------ measures


def said(stratum: Stratum, verdict: Verdict, n: int) -> list[BlindAnswer]:
    item = BlindItem(id=1, comment_id="mock:1", revision_id=1, stratum=stratum, decision_id=None,
                     first=None, round="2026-W22", drawn_at=NOW)  # fmt: skip
    removes = verdict is Verdict.REMOVE
    one = BlindAnswer(item=item, by_user=1, verdict=verdict, reason_text="", at=NOW,
                      reason=ReasonCode.SPAM if removes else None, settled_at=None,
                      settled_how=None)  # fmt: skip
    return [one] * n


def test_measures_count_each_stratum_by_itself() -> None:
    told = blind_measures(
        [
            *said(Stratum.REMOVED, Verdict.REMOVE, 36),
            *said(Stratum.REMOVED, Verdict.KEEP, 4),
            *said(Stratum.KEPT, Verdict.KEEP, 19),
            *said(Stratum.KEPT, Verdict.REMOVE, 1),
            *said(Stratum.VISIBLE, Verdict.KEEP, 50),
            *said(Stratum.UNFLAGGED, Verdict.REMOVE, 50),
        ]
    )
    assert (told.false_removals.hits, told.false_removals.n) == (4, 40)
    assert (told.missed.hits, told.missed.n, told.missed.too_few) == (1, 20, True)
    assert (told.prevalence.hits, told.prevalence.n) == (0, 50)
    assert told.judged_twice == 60
    assert told.kappa == pytest.approx(0.8193, abs=0.0001)


def test_agreement_is_one_when_all_agree_and_none_where_it_cannot_be_told() -> None:
    assert cohens_kappa([(True, True), (False, False)]) == 1
    assert cohens_kappa([]) is None
    assert cohens_kappa([(True, True)] * 3) is None
