"""Since when something waits, and what: Today, Duty, the queue and the report say the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from analysis.duty import waiting
from dashboard.duty.serving import serving
from dashboard.duty.today_figures import today
from data.frames import Window, comments_frame
from data.model import Flag
from data.store import queue
from tests.browser.desk_data import SAID, Said
from tests.builders import NOW, a_collected, a_judgement, assess, keep
from tests.unit.dashboard_helpers import Web, a_web, decision

EARLY = timedelta(hours=20)


@pytest.fixture
def web() -> Iterator[Web]:
    with a_web() as made:
        yield made


def edited(web: Web, *, hours_ago: float, flag: Flag = Flag.FLAGGED) -> str:
    """A comment posted 20 hours ago and kept, whose text was changed since."""
    comment_id = web.say(Said(text="first words", minutes=20 * 60), external_id="edited")
    nadia = web.browser("nadia")
    card = next(c for c in nadia.cards() if c["id"] == comment_id)
    assert nadia.post("/api/queue/decide", decision(card, key="edited-1")).status_code == 200
    nadia.post("/api/queue/release")
    at = web.now - timedelta(hours=hours_ago)
    with web.db.write() as tx:
        keep(tx, web.source, a_collected("other words now", external_id="edited",
                                         created_at=web.now - EARLY), now=at)  # fmt: skip
        assess(tx, comment_id, a_judgement(flag), now=at)
    return comment_id


def test_edited_comment_waits_since_its_edit_was_seen_in_the_queue(web: Web) -> None:
    edited(web, hours_ago=2)
    with web.db.read() as tx:
        assert queue.oldest_open(tx) == NOW - timedelta(hours=2)


def test_edited_comment_waits_since_its_edit_was_seen_on_today_and_on_duty(web: Web) -> None:
    edited(web, hours_ago=2)
    d = web.app.extensions["sunwai"]
    with web.db.read() as tx:
        assert today(tx, d, web.now).oldest_age == 2 * 3600
        assert serving(tx, d, 7).waiting.oldest == timedelta(hours=2)


def test_edited_comment_waits_since_its_edit_was_seen_in_the_report(web: Web) -> None:
    edited(web, hours_ago=2)
    d = web.app.extensions["sunwai"]
    window = Window(until=NOW + EARLY, as_of=NOW, asking=True)
    with web.db.read() as tx:
        told = waiting(comments_frame(tx, window, d.zone), d.service_level, as_of=NOW)
    assert told.oldest == timedelta(hours=2)


def test_target_of_an_edited_comment_runs_from_its_edit(web: Web) -> None:
    edited(web, hours_ago=1, flag=Flag.SEVERE)
    card = web.browser("bilal").cards()[0]
    assert card["due_at"] == (NOW - timedelta(minutes=30)).isoformat()


def escalated_without_a_flag(web: Web) -> None:
    """A second look on a text that no rule flags, as a blind sample asks for it."""
    comment_id = web.say(Said(text="plain words", flag=Flag.FLAGGED))
    nadia = web.browser("nadia")
    card = next(c for c in nadia.cards() if c["id"] == comment_id)
    body = decision(card, "escalate", reason_text="May this stay?")
    assert nadia.post("/api/queue/decide", body).status_code == 200
    with web.db.write() as tx:
        assess(tx, comment_id, a_judgement(Flag.NONE), now=web.now)


def test_duty_counts_what_waits_as_today_does(web: Web) -> None:
    web.say(SAID[2])
    escalated_without_a_flag(web)
    edited(web, hours_ago=2, flag=Flag.NONE)
    d = web.app.extensions["sunwai"]
    with web.db.read() as tx:
        on_today, on_duty = today(tx, d, web.now), serving(tx, d, 7).waiting
    assert (on_today.waiting, on_today.second_look) == (3, 1)
    assert (on_duty.count, on_duty.second_look) == (3, 1)


def test_duty_page_shows_the_open_second_looks_that_today_shows(web: Web) -> None:
    escalated_without_a_flag(web)
    from tests.unit.test_dashboard_rights import page_request

    page = json.dumps(
        web.browser("samina").post("/_dash-update-component", page_request("/duty")).json
    )
    assert "1 for a second look" in page
