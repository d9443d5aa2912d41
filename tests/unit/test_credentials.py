"""A source's access: sealed where it is stored, read where it is needed, renewed in one place."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl

import httpx
import pytest

from data.db import Database
from data.dialects.base import HeldBack
from data.dialects.x import X
from data.dialects.youtube import YOUTUBE
from data.model import ErrorClass, Platform, Source
from data.store.credentials import keep_sealed, sealed_of
from sunwai.credentials import CannotOpen, Credentials, Part, Sealer, is_enough
from sunwai.settings import SettingsError, load
from sunwai.signing import FetchedTokens, GivenToken, MetaSigning, Signed, bearer
from tests.builders import NOW, a_source, minutes
from tests.collect_helpers import Clock
from tests.secret_search import traces
from tests.tables import a_database

SECRET = "invented-secret-of-nobody"


@pytest.fixture
def db() -> Database:
    found = a_database()
    return found


def a_page(db: Database, name: str = "page", platform: Platform = Platform.X) -> Source:
    with db.write() as tx:
        return a_source(tx, name, platform=platform)


def credentials(db: Database, **told: dict[str, str]) -> Credentials:
    return Credentials(db=db, sealer=Sealer("key"), from_environment=told)


def store(c: Credentials, source: Source, part: Part, value: str, **told: object) -> None:
    with c.db.write() as tx:
        c.store(tx, source, part, value, now=NOW, **told)  # type: ignore[arg-type]


# ------------------------------------------------------------------------------ sealed


def test_what_is_stored_is_read_back_and_stands_nowhere_in_the_database(db: Database) -> None:
    c, source = credentials(db), a_page(db)
    store(c, source, Part.TOKEN, SECRET)
    assert c.of(source)[Part.TOKEN].value == SECRET
    assert traces([SECRET], db=db) == []
    assert SECRET not in repr(c.of(source)) and "key" not in repr(c.sealer)


def test_a_sealed_secret_opens_with_its_own_key_only(db: Database) -> None:
    source = a_page(db)
    store(credentials(db), source, Part.TOKEN, SECRET)
    other = Credentials(db=db, sealer=Sealer("another key"), from_environment={})
    with pytest.raises(CannotOpen, match="sunwai sources token"):
        other.of(source)


def test_a_sealed_secret_moved_to_another_source_does_not_open(db: Database) -> None:
    c, one, two = credentials(db), a_page(db, "one"), a_page(db, "two")
    store(c, one, Part.TOKEN, SECRET)
    with db.write() as tx:
        moved = sealed_of(tx, one.id)["token"]
        keep_sealed(tx, type(moved)(source_id=two.id, part="token", sealed=moved.sealed,
                                    set_at=NOW))  # fmt: skip
    with pytest.raises(CannotOpen):
        c.of(two)


def test_the_environment_wins_over_what_is_stored(db: Database) -> None:
    source = a_page(db, "main page")
    store(credentials(db), source, Part.TOKEN, "stored")
    c = credentials(db, MAIN_PAGE={"token": "given"})
    assert c.of(source)[Part.TOKEN].value == "given"


def test_a_renewed_secret_holds_only_while_the_one_it_came_from_is_given(db: Database) -> None:
    source = a_page(db)
    c = credentials(db, PAGE={"refresh_token": "first"})
    store(c, source, Part.REFRESH_TOKEN, "second", made_from="first")
    assert c.of(source)[Part.REFRESH_TOKEN].value == "second"
    given_anew = credentials(db, PAGE={"refresh_token": "third"})
    assert given_anew.of(source)[Part.REFRESH_TOKEN].value == "third"


def test_what_is_enough_is_said_for_each_platform(db: Database) -> None:
    c, source = credentials(db), a_page(db, platform=Platform.YOUTUBE)
    assert not is_enough(Platform.YOUTUBE, c.of(source))
    for part in (Part.CLIENT_ID, Part.CLIENT_SECRET, Part.REFRESH_TOKEN):
        store(c, source, part, "x")
    assert is_enough(Platform.YOUTUBE, c.of(source))


# ------------------------------------------------------------------------------ settings


def test_variables_give_the_parts_of_each_source(tmp_path: Path) -> None:
    kept = tmp_path / "token.txt"
    kept.write_text("from a file\n", "utf-8")
    found = load(
        {
            "SUNWAI_HOME": str(tmp_path),
            "SUNWAI_SOURCE_MAIN_PAGE_TOKEN_FILE": str(kept),
            "SUNWAI_SOURCE_MAIN_PAGE_APP_SECRET": "s",
            "SUNWAI_SOURCE_TUBE_REFRESH_TOKEN": "r",
        }
    )
    assert found.of_sources == {
        "MAIN_PAGE": {"token": "from a file", "app_secret": "s"},
        "TUBE": {"refresh_token": "r"},
    }
    assert "from a file" not in repr(found)


def test_a_variable_of_a_source_with_an_unknown_part_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="SUNWAI_SOURCE_PAGE_PASSWORD"):
        load({"SUNWAI_HOME": str(tmp_path), "SUNWAI_SOURCE_PAGE_PASSWORD": "x"})


def test_a_secret_file_that_is_not_there_is_told_by_its_variable(tmp_path: Path) -> None:
    variable = "SUNWAI_SOURCE_PAGE_TOKEN_FILE"
    with pytest.raises(SettingsError, match=variable):
        load({"SUNWAI_HOME": str(tmp_path), variable: str(tmp_path / "nowhere")})


# ------------------------------------------------------------------------------ signing


def test_meta_gets_its_proof_and_the_token_in_a_header_only(db: Database) -> None:
    request = httpx.Request("GET", "https://graph.example/v26.0/1/comments?limit=5")
    MetaSigning(app_secret="app")(request, SECRET)
    proof = hmac.new(b"app", SECRET.encode(), hashlib.sha256).hexdigest()
    assert request.headers["authorization"] == f"Bearer {SECRET}"
    assert dict(request.url.params) == {"limit": "5", "appsecret_proof": proof}


def test_a_question_about_the_token_names_it_and_is_signed_by_the_app() -> None:
    request = httpx.Request("GET", "https://graph.example/v26.0/debug_token")
    MetaSigning(app_secret="app", app_id="77")(request, SECRET)
    assert request.url.params["input_token"] == SECRET
    assert request.headers["authorization"] == "Bearer 77|app"


def test_a_token_stored_anew_is_used_from_the_next_call_on(db: Database) -> None:
    c, source = credentials(db), a_page(db)
    tokens = GivenToken(credentials=c, source=source, part=Part.TOKEN, clock=lambda: NOW)
    with pytest.raises(HeldBack) as none_yet:
        tokens.current()
    assert none_yet.value.error_class is ErrorClass.AUTH
    assert "sunwai sources token page" in none_yet.value.why
    store(c, source, Part.TOKEN, "one")
    assert tokens.current() == "one" and tokens.renewed("one") is None
    store(c, source, Part.TOKEN, "two")
    assert tokens.current() == "two" and tokens.renewed("one") == "two"


class Endpoint:
    """A platform that gives a new refresh token with each access token, as X does."""

    def __init__(self, refresh: str = "r0", seconds: int = 7200) -> None:
        self.refresh, self.seconds, self.given = refresh, seconds, 0
        self.asked: list[dict[str, str]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        told = dict(parse_qsl(request.content.decode()))
        self.asked.append(told)
        if told.get("refresh_token") != self.refresh:
            return httpx.Response(400, json={"error": "invalid_grant"})
        self.given += 1
        self.refresh = f"r{self.given}"
        body = {"access_token": f"a{self.given}", "expires_in": self.seconds}
        return httpx.Response(200, json=body | {"refresh_token": self.refresh})


def fetched(
    c: Credentials, source: Source, answer: Callable[[httpx.Request], httpx.Response], clock: Clock
) -> FetchedTokens:
    return FetchedTokens(
        credentials=c,
        source=source,
        dialect=YOUTUBE if source.platform is Platform.YOUTUBE else X,
        endpoint="https://platform.test/token",
        client=lambda: httpx.Client(transport=httpx.MockTransport(answer)),
        clock=clock,
        owner="me",
    )


def test_an_access_token_is_fetched_once_and_again_before_it_ends(db: Database) -> None:
    c, source, clock, there = credentials(db), a_page(db), Clock(), Endpoint()
    store(c, source, Part.REFRESH_TOKEN, "r0")
    tokens = fetched(c, source, there, clock)
    assert [tokens.current(), tokens.current()] == ["a1", "a1"]
    clock.at(119)
    assert tokens.current() == "a2"
    assert [a["refresh_token"] for a in there.asked] == ["r0", "r1"]


def test_another_process_uses_the_access_token_that_the_first_has_fetched(db: Database) -> None:
    c, source, there = credentials(db), a_page(db), Endpoint()
    store(c, source, Part.REFRESH_TOKEN, "r0")
    assert fetched(c, source, there, Clock()).current() == "a1"
    assert fetched(c, source, there, Clock()).current() == "a1"
    assert there.given == 1


def test_a_refresh_token_that_rotates_outlives_the_one_of_the_environment(db: Database) -> None:
    source, there = a_page(db), Endpoint()
    c = credentials(db, PAGE={"refresh_token": "r0"})
    assert fetched(c, source, there, Clock()).current() == "a1"
    later = Clock(NOW + timedelta(hours=3))
    assert fetched(c, source, there, later).current() == "a2"


def test_a_token_that_is_refused_is_renewed_once_and_the_call_made_again(db: Database) -> None:
    c, source, there = credentials(db), a_page(db), Endpoint()
    store(c, source, Part.REFRESH_TOKEN, "r0")
    seen: list[str] = []

    def platform(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers["authorization"])
        return httpx.Response(200 if seen[-1] == "Bearer a2" else 401, json={})

    auth = Signed(fetched(c, source, there, Clock()), bearer)
    with httpx.Client(transport=httpx.MockTransport(platform), auth=auth) as client:
        assert client.get("https://platform.test/1").status_code == 200
    assert seen == ["Bearer a1", "Bearer a2"]


@pytest.mark.parametrize(
    ("platform", "status", "body", "expected"),
    [
        (Platform.X, 400, {"error": "invalid_grant"}, ErrorClass.AUTH),
        (Platform.YOUTUBE, 400, {"error": "invalid_grant"}, ErrorClass.AUTH),
        (Platform.YOUTUBE, 503, {}, ErrorClass.TRANSIENT),
        (Platform.X, 200, {"no": "token"}, ErrorClass.TRANSIENT),
    ],
)
def test_a_renewal_that_fails_holds_the_call_back_with_why(
    db: Database, platform: Platform, status: int, body: dict[str, str], expected: ErrorClass
) -> None:
    c, source = credentials(db), a_page(db, platform=platform)
    store(c, source, Part.REFRESH_TOKEN, SECRET)
    answer = httpx.Response(status, content=json.dumps(body))
    with pytest.raises(HeldBack) as held:
        fetched(c, source, lambda _: answer, Clock()).current()
    assert held.value.error_class is expected
    assert SECRET not in held.value.why


def test_a_renewal_under_way_in_another_process_is_waited_for(db: Database) -> None:
    from data.store import jobs

    c, source = credentials(db), a_page(db)
    store(c, source, Part.REFRESH_TOKEN, "r0")
    with db.write() as tx:
        jobs.take_lease(tx, f"access:{source.id}", "another", now=NOW, seconds=60)
    clock = Clock()
    tokens = fetched(c, source, Endpoint(), clock)
    with pytest.raises(HeldBack) as held:
        tokens.current()
    assert held.value.error_class is ErrorClass.TRANSIENT
    clock.now = NOW + minutes(2)
    assert tokens.current() == "a1"
