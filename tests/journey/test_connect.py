"""Connecting a page on the command line: its token, the test in words, sweeps, its past."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from data.db import Database
from data.model import Comment, Platform
from sunwai.clock import now as wall_clock
from sunwai.rehearsal.rehearsing import TOKEN, Stage, start_all
from tests.collect_helpers import all_comments
from tests.journey.command_line import CommandLine, Ran
from tests.secret_search import traces

PLATFORMS = (Platform.FACEBOOK, Platform.INSTAGRAM, Platform.YOUTUBE, Platform.X)


@pytest.fixture
def run(tmp_path: Path) -> CommandLine:
    return CommandLine(home=tmp_path, settings={"SUNWAI_LOG_LEVEL": "debug"})


@contextmanager
def rehearsal(platform: Platform) -> Generator[Stage]:
    stages, absent = start_all(wall_clock, first_port=0, platforms=[platform])
    assert absent == []
    try:
        yield stages[0]
    finally:
        stages[0].serving.stop()


@pytest.fixture(params=PLATFORMS, ids=lambda p: p.value)
def stage(request: pytest.FixtureRequest) -> Generator[Stage]:
    with rehearsal(request.param) as stage:
        yield stage


def connect(run: CommandLine, stage: Stage, **parts: str) -> list[Ran]:
    """Adds the rehearsal's page as a source with these parts of an access."""
    owner = stage.sample.world.owner
    words = ("--platform", stage.platform.value, "--mode", "api", "--account", owner.id)
    ran = [
        run("init"),
        run("sources", "add", "page", *words, "--address", stage.address, "--title", "Our page"),
        run("sources", "own", "page", owner.handle, owner.id),
    ]
    for part, value in parts.items():
        ran.append(run("sources", "token", "page", "--part", part, typed=f"{value}\n"))
    assert {r.code for r in ran} == {0}, [r.err for r in ran]
    return ran


def leaks(run: CommandLine, ran: list[Ran], *secrets: str) -> list[str]:
    db = Database(f"sqlite:///{run.home}/var/sunwai.db")
    try:
        printed = [line for r in ran for line in (r.out, r.err)]
        return traces(secrets, db=db, home=run.home, printed=printed)
    finally:
        db.close()


def kept(run: CommandLine) -> list[Comment]:
    db = Database(f"sqlite:///{run.home}/var/sunwai.db")
    try:
        with db.read() as tx:
            return all_comments(tx)
    finally:
        db.close()


def test_a_page_is_connected_tested_swept_and_read_back_to_its_beginning(
    run: CommandLine, stage: Stage
) -> None:
    ran = connect(run, stage, token=TOKEN)
    for words in (("sources", "test", "page"), ("collect", "--source", "page"),
                  ("sources", "backfill", "page")):  # fmt: skip
        ran.append(run(*words))
        assert ran[-1].code == 0, ran[-1]
    assert any("the access works" in r.out for r in ran)
    assert leaks(run, ran, TOKEN) == []
    found, world = kept(run), stage.sample.world.comments
    assert found and {c.platform for c in found} == {stage.platform}
    if stage.platform is not Platform.X:  # X lists nothing that is older than seven days
        assert len(found) == len(world)
    else:
        assert "history incomplete before" in ran[-1].out


def test_a_missing_permission_is_said_in_words_with_what_it_costs(run: CommandLine) -> None:
    with rehearsal(Platform.FACEBOOK) as stage:
        connect(run, stage, token=TOKEN)
        grants = stage.serving.rehearsal.grants  # type: ignore[attr-defined]
        scopes = grants[TOKEN].scopes - {"pages_manage_engagement"}
        grants[TOKEN] = replace(grants[TOKEN], scopes=scopes)
        told = run("sources", "test", "page")
    assert told.code == 1
    assert "the access reads, but" in told.out
    assert "pages_manage_engagement" in told.out and "hiding and deleting" in told.out


def test_a_page_without_a_token_says_what_to_store(run: CommandLine) -> None:
    with rehearsal(Platform.YOUTUBE) as stage:
        connect(run, stage)
        told = run("sources", "test", "page")
        swept = run("collect", "--source", "page")
    assert told.code == 1 and "client_id and refresh_token and client_secret" in told.err
    assert swept.code == 1 and "sunwai sources token page" in swept.out
    assert stage.serving.asked == []


def test_metas_proof_and_secret_are_sent_and_leave_no_trace(run: CommandLine) -> None:
    secret = "invented-app-secret-0123456789"
    with rehearsal(Platform.FACEBOOK) as stage:
        stage.serving.rehearsal.gate.app_secret = secret  # type: ignore[attr-defined]
        ran = connect(run, stage, token=TOKEN)
        ran.append(run("collect", "--source", "page"))
        assert ran[-1].code == 1 and kept(run) == []
        ran.append(run("sources", "token", "page", "--part", "app_secret", typed=secret))
        ran.append(run("collect", "--source", "page"))
        assert ran[-1].code == 0, ran[-1]
    proof = hmac.new(secret.encode(), TOKEN.encode(), hashlib.sha256).hexdigest()
    assert kept(run) and leaks(run, ran, TOKEN, secret, proof) == []


def test_youtube_fetches_its_access_token_itself_and_keeps_none_in_clear(run: CommandLine) -> None:
    refresh, secret = "invented-refresh-token-01", "invented-client-secret-02"
    with rehearsal(Platform.YOUTUBE) as stage:
        stage.serving.rehearsal.access.refresh_tokens.add(refresh)  # type: ignore[attr-defined]
        ran = connect(run, stage, client_id="app-1", client_secret=secret, refresh_token=refresh)
        ran += [run("sources", "test", "page"), run("collect", "--source", "page")]
        assert [r.code for r in ran[-2:]] == [0, 0], ran[-2:]
        asked = [a.path for a in stage.serving.asked]
        fetched = sorted(stage.serving.rehearsal.access.owners - {TOKEN})  # type: ignore[attr-defined]
    assert asked.count("/token") == 1, "the second process uses what the first has fetched"
    assert len(fetched) == 1 and leaks(run, ran, refresh, secret, *fetched) == []
