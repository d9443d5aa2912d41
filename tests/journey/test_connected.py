"""The whole program over a YouTube channel and an X account on loopback, as an office has it.

The access is renewed, the sweeps run, a comment is decided on and carried out, and no token is
left anywhere.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from collectors.access import Checked
from data.model import (
    EnforcementState,
    ErrorClass,
    Platform,
    SourceMode,
    SweepKind,
    SweepOutcome,
    Visibility,
    WriteBack,
)
from data.store import sources
from sunwai import jobs
from sunwai.rehearsal.faults import FaultKind
from sunwai.rehearsal.server import serve
from sunwai.rehearsal.world import Standing, World
from sunwai.rehearsal.x import XRehearsal
from sunwai.rehearsal.youtube import YouTubeRehearsal
from sunwai.setting_up import set_up
from sunwai.settings import load
from sunwai.wiring import House
from tests.builders import NOW, a_user
from tests.journey.meta_house import Office
from tests.rehearsal_helpers import OWNER, a_world, add_comment
from tests.youtube_x_helpers import ACCOUNT, an_x_world

S = EnforcementState
ABUSE = "You are a fool and your father was one."
SECRETS = ("invented-access-token-0001", "invented-refresh-token-0001", "invented-client-secret")


@contextmanager
def an_office(home: Path, rehearsal: Any, world: World, **access: str) -> Generator[Office]:
    """The program at home in ``home``, connected with the access parts that are told."""
    clock = [NOW]
    environment = {f"SUNWAI_SOURCE_PAGE_{part.upper()}": told for part, told in access.items()}
    house = House(settings=load({"SUNWAI_HOME": str(home), **environment}), clock=lambda: clock[0])
    set_up(house)
    with serve(rehearsal, clock=lambda: clock[0]) as serving:
        serving.faults.stall_seconds = 0.1
        with house.ready_db.write() as tx:
            a_user(tx)
            source = sources.add_source(
                tx,
                name="page",
                platform=Platform(rehearsal.name),
                mode=SourceMode.API,
                title="An invented page",
                now=NOW,
                address=serving.address,
                account=world.owner.id,
                write_back=WriteBack.ON,
                own_names=(world.owner.handle, world.owner.id),
            )
        yield Office(house, source, rehearsal, serving, home, clock)
    house.lines.close()
    house.db.close()


@contextmanager
def a_channel(home: Path) -> Generator[Office]:
    world = a_world(4)
    add_comment(world, "bad", NOW, text=ABUSE)
    rehearsal = YouTubeRehearsal(world=world, tokens=())
    rehearsal.access.refresh_tokens.add(SECRETS[1])
    parts = {"refresh_token": SECRETS[1], "client_id": "app.invalid", "client_secret": SECRETS[2]}
    with an_office(home, rehearsal, world, **parts) as office:
        yield office


@contextmanager
def an_account(home: Path) -> Generator[Office]:
    world = an_x_world(4)
    rehearsal = XRehearsal(world=world, tokens=(SECRETS[0],))
    with an_office(home, rehearsal, world, token=SECRETS[0]) as office:
        yield office


def leaves_no_secret(office: Office) -> None:
    kept = office.texts()
    for secret in (*SECRETS, "rehearsal-token-"):
        assert secret not in kept


def test_a_channel_is_read_held_back_proved_and_undone(tmp_path: Path) -> None:
    with a_channel(tmp_path) as office:
        office.swept()
        assert office.kept("bad").visibility is Visibility.PUBLIC
        jobs.assess_new(office.house)
        office.remove("bad")
        office.enforce()
        assert [a.state for a in office.actions("bad")] == [S.ACCEPTED]
        assert office.world.comments["bad"].standing is Standing.HELD
        office.later(minutes=10)
        office.swept()
        office.enforce()
        assert [a.state for a in office.actions("bad")] == [S.VERIFIED]
        leaves_no_secret(office)


def test_a_channels_access_is_renewed_and_a_consent_that_ended_is_told(tmp_path: Path) -> None:
    with a_channel(tmp_path) as office:
        office.swept()
        rehearsal: Any = office.rehearsal
        rehearsal.access.owners.clear()  # the access token has run out
        office.later(hours=2)
        office.swept()
        rehearsal.access.owners.clear()
        rehearsal.access.refresh_tokens.clear()
        office.later(hours=2)
        done = office.sweep()
        assert (done.outcome, done.error_class) == (SweepOutcome.FAILED, ErrorClass.AUTH)
        assert done.error is not None and "connect the channel again" in done.error.lower()
        leaves_no_secret(office)


def test_a_channels_units_are_counted_and_a_spent_day_is_waited_out(tmp_path: Path) -> None:
    with a_channel(tmp_path) as office:
        office.swept()
        office.serving.faults.plan(FaultKind.QUOTA)
        office.later(minutes=5)
        done = office.sweep()
        assert done.error_class is ErrorClass.QUOTA_DAY
        asked = len(office.serving.asked)
        office.later(minutes=5)
        held_back = office.sweep()
        assert held_back.error_class is ErrorClass.QUOTA_DAY
        assert len(office.serving.asked) == asked, "nothing is asked while the day is spent"
        add_comment(office.world, "meanwhile", office.now)
        office.later(hours=24)
        office.swept()
        assert office.kept("meanwhile")


def test_a_channel_survives_what_goes_wrong_on_the_line(tmp_path: Path) -> None:
    with a_channel(tmp_path) as office:
        for kind in (
            FaultKind.SERVER_ERROR,
            FaultKind.TRUNCATED,
            FaultKind.RESET,
            FaultKind.TIME_OUT,
            FaultKind.DUPLICATED,
            FaultKind.REORDERED,
            FaultKind.CLOCK_SKEW,
        ):
            office.serving.faults.plan(kind)
            office.later(minutes=5)
            office.sweep()
        office.serving.faults.calm()
        office.later(minutes=5)
        office.swept(SweepKind.RESCAN)
        for native, there in office.world.comments.items():
            assert office.kept(native).revision.text == there.text


def test_an_account_is_read_and_a_reply_is_folded(tmp_path: Path) -> None:
    with an_account(tmp_path) as office:
        first = next(iter(office.world.comments))
        office.world.edit(first, ABUSE, NOW)
        office.swept()
        jobs.assess_new(office.house)
        office.remove(first)
        office.enforce()
        assert [a.state for a in office.actions(first)] == [S.ACCEPTED]
        assert office.world.comments[first].standing is Standing.HIDDEN
        leaves_no_secret(office)


def test_the_access_of_both_is_checked_in_words(tmp_path: Path) -> None:
    with a_channel(tmp_path / "a") as channel, an_account(tmp_path / "b") as account:
        for office, name in ((channel, OWNER.name), (account, ACCOUNT.handle)):
            with office.house.ready_db.read() as tx:
                (source,) = sources.list_sources(tx)
            collector = office.house.collector(source)
            assert isinstance(collector, Checked)
            health = collector.check(office.now)
            assert health.ok and health.account == name
