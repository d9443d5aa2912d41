"""The Today page: its figures, and the lists that they open for each role."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from dashboard.drawing.components import duration
from data.model import ActionKind, EnforcementState
from data.store import decisions, outbox
from tests.browser.desk_data import SAID
from tests.unit.dashboard_helpers import Web, a_web, decision
from tests.unit.test_dashboard_rights import page_request


@pytest.fixture
def web() -> Iterator[Web]:
    with a_web() as made:
        yield made


def drawn(web: Web, name: str) -> str:
    answer = web.browser(name).post("/_dash-update-component", page_request("/"))
    assert answer.status_code == 200
    return json.dumps(answer.json)


def tile(page: str, label: str) -> str:
    """The part of the drawn page from this tile's label to its end."""
    return page.split(f'"{label}"')[1].split("tile-note")[0]


def test_today_counts_what_waits_and_opens_the_queue(web: Web) -> None:
    for said in SAID[:3]:
        web.say(said)
    page = drawn(web, "nadia")
    assert '"3"' in tile(page, "Waiting") and '"2"' in tile(page, "Severe")
    assert "/queue?queue=severe" in page
    assert "3 comments wait for a decision." in page


def test_today_gives_a_number_without_a_link_to_who_may_not_open_it(web: Web) -> None:
    web.say()
    page = drawn(web, "manager")
    assert '"/queue"' not in page and "Start the queue" not in page
    assert "/comments?by=first_seen" in page


def test_today_sets_the_oldest_against_its_target(web: Web) -> None:
    web.say()
    web.later(hours=23)
    assert "target passed 1 h 10 min ago" in drawn(web, "nadia")


def test_today_says_which_source_is_late(web: Web) -> None:
    web.later(hours=2)
    page = drawn(web, "nadia")
    assert "has not been collected for 2 h 5 min" in page
    assert "Are we watching?" in page


def test_today_is_quiet_when_all_is_in_time(web: Web) -> None:
    page = drawn(web, "nadia")
    assert "has not been collected" not in page
    assert "Nothing waits for a decision." in page


def test_today_warns_when_much_could_not_be_checked(web: Web) -> None:
    web.say(SAID[4])
    assert "100% of 1 comments in 24 hours could not be checked" in drawn(web, "nadia")


def test_today_counts_failed_actions(web: Web) -> None:
    comment_id, browser = web.say(), web.browser("nadia")
    body = decision(browser.cards()[0], "remove", reason="OM-5-OFF-3")
    assert browser.post("/api/queue/decide", body).status_code == 200
    with web.db.write() as tx:
        made = decisions.history(tx, comment_id)[0]
        action = outbox.action_of_decision(tx, made.id)
        assert action is not None and action.kind is ActionKind.HIDE
        outbox.append_enforcement(tx, action.id, EnforcementState.REFUSED, now=web.now)
    page = drawn(web, "nadia")
    assert '"1"' in tile(page, "Failed actions")
    assert "/outbox?state=failed" in page


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (59, "59 s"), (60, "1 min"), (3600, "1 h"), (3661, "1 h 1 min"),
     (86400, "1 d"), (90000, "1 d 1 h"), (-5, "0 s")],
)  # fmt: skip
def test_duration_is_told_in_words(seconds: int, words: str) -> None:
    assert duration(seconds) == words
