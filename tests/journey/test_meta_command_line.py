"""A Facebook Page on the command line: added, tested, swept, and its notices worked off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from data.dialects.meta_webhook import WebhookApp
from sunwai.rehearsal.facebook import FacebookRehearsal
from sunwai.rehearsal.server import serve
from tests.journey.command_line import CommandLine
from tests.journey.meta_house import SECRET
from tests.meta_helpers import OWNER, TOKEN, a_world


@dataclass
class Desk:
    """A command line at home, and the rehearsal that its source speaks to."""

    sunwai: CommandLine
    rehearsal: FacebookRehearsal
    address: str


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    rehearsal = FacebookRehearsal(world=a_world(5), tokens=(TOKEN,))
    rehearsal.gate.app_secret = SECRET
    with serve(rehearsal, clock=lambda: datetime.now(UTC)) as serving:
        given = {"SUNWAI_SOURCE_LIVE_TOKEN": TOKEN, "SUNWAI_SOURCE_LIVE_APP_SECRET": SECRET}
        sunwai = CommandLine(home=tmp_path, settings=given)
        sunwai.done("init")
        yield Desk(sunwai, rehearsal, f"{serving.address}/v26.0")


def test_a_page_is_added_tested_swept_and_hears_notices(desk: Desk) -> None:
    sunwai = desk.sunwai
    nothing = sunwai("webhooks", "show")
    assert nothing.code == 1 and nothing.out == ""
    assert "sources token NAME --part app_secret" in nothing.err
    words = ("--platform", "facebook", "--mode", "api", "--account", OWNER.id)
    added = sunwai("sources", "add", "live", *words, "--address", desk.address)
    assert added.code == 0, added.err
    tested = sunwai("sources", "test", "live")
    assert tested.code == 0 and "Naya Shehr Live" in tested.out, tested.err + tested.out
    (swept,) = sunwai.done("collect")["sweeps"]
    assert (swept["outcome"], swept["new"]) == ("complete", 5)
    (shown,) = sunwai.done("webhooks", "show")["webhooks"]
    assert shown["verify_token"] == WebhookApp(secret=SECRET).verify_token
    assert shown["accounts"] == [f"facebook:{OWNER.id}"]
    subscribed = sunwai("webhooks", "subscribe", "live")
    assert subscribed.code == 0 and desk.rehearsal.subscribed == {"feed"}, subscribed.err
    assert sunwai.done("webhooks", "list") == {"notices": []}
    assert sunwai.done("webhooks", "replay")["replayed"] == 0
    assert sunwai("webhooks", "list", "--state", "nonsense").code == 2


def test_the_missing_permission_is_named_in_plain_words(desk: Desk) -> None:
    words = ("--platform", "facebook", "--mode", "api", "--account", OWNER.id)
    added = desk.sunwai("sources", "add", "live", *words, "--address", desk.address)
    assert added.code == 0, added.err
    grant = desk.rehearsal.grants[TOKEN]
    fewer = grant.scopes - {"pages_manage_engagement"}
    desk.rehearsal.grants[TOKEN] = replace(grant, scopes=fewer)
    tested = desk.sunwai("sources", "test", "live")
    assert tested.code == 1
    assert "pages_manage_engagement" in tested.out
    assert "hiding and deleting comments" in tested.out
    assert TOKEN not in tested.out + tested.err and SECRET not in tested.out + tested.err
