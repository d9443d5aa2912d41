"""The page "Your desk" and what a reader's choices change: tongue, direction, theme, digits."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from data.model import Role
from data.store import audit
from data.store.choices import choices_of
from tests.unit.pages_helpers import Office, an_office, token_of


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return an_office(tmp_path)


def outermost(text: str) -> dict[str, str]:
    found = re.search(r"<html ([^>]*)>", text)
    assert found is not None
    return dict(re.findall(r'([\w-]+)="([^"]*)"', found[1]))


def choose(office: Office, role: Role, name: str, value: object) -> int:
    return office.post(role, "/api/me/choices", {"name": name, "value": value}).status_code


@pytest.mark.parametrize("role", list(Role))
def test_every_role_has_a_desk_of_its_own(office: Office, role: Role) -> None:
    drawn = office.page(role, "/me")
    assert "Language and colours" in drawn
    assert ("At the queue" in drawn) == (role in (Role.OFFICER, Role.SENIOR))


def test_language_chosen_turns_page_direction_and_words(office: Office) -> None:
    client = office.client(Role.OFFICER)
    before = outermost(client.get("/").text)
    assert (before["lang"], before["dir"], before["data-theme"]) == ("en", "ltr", "system")
    body, token = {"name": "language", "value": "ur"}, {"X-CSRFToken": token_of(client)}
    assert client.post("/api/me/choices", json=body, headers=token).status_code == 200
    page = client.get("/").text
    after = outermost(page)
    assert (after["lang"], after["dir"]) == ("ur", "rtl")
    script = re.search(r'src="(/words/ur-[0-9a-f]+\.js)"', page)
    assert script is not None
    words = client.get(script[1])
    assert words.status_code == 200
    assert "immutable" in words.headers["Cache-Control"]
    assert "آپ کا انتخاب محفوظ ہو گیا۔" in words.text


def test_english_page_brings_no_catalogue(office: Office) -> None:
    assert "/words/" not in office.client(Role.OFFICER).get("/").text


def test_words_of_another_time_are_not_found(office: Office) -> None:
    client = office.server.test_client()
    assert client.get("/words/ur-0000000000000000.js").status_code == 404
    assert client.get("/words/..%2f..%2fapp.py").status_code == 404


def test_choice_is_kept_for_its_user_only_and_noted(office: Office) -> None:
    assert choose(office, Role.MANAGER, "theme", "dark") == 200
    with office.db.read() as tx:
        assert choices_of(tx, office.users[Role.MANAGER].id).theme == "dark"
        assert choices_of(tx, office.users[Role.SENIOR].id).theme == "system"
        newest = audit.entries(tx, limit=1)[0]
    assert (newest.verb, newest.detail) == ("choose", {"name": "theme", "value": "dark"})


@pytest.mark.parametrize(("name", "value"), [("language", "fr"), ("role", "x"), ("theme", [])])
def test_unknown_choice_is_refused_and_nothing_kept(
    office: Office, name: str, value: object
) -> None:
    assert choose(office, Role.OFFICER, name, value) == 400
    with office.db.read() as tx:
        assert [e for e in audit.entries(tx) if e.verb == "choose"] == []


def test_nobody_chooses_without_a_session(office: Office) -> None:
    client = office.server.test_client()
    answer = client.post("/api/me/choices", json={"name": "theme", "value": "dark"})
    assert answer.status_code in (400, 401)


def test_sign_in_page_speaks_the_tongue_asked_for_and_remembers_it(office: Office) -> None:
    client = office.server.test_client()
    assert outermost(client.get("/sign-in").text)["lang"] == "en"
    assert outermost(client.get("/sign-in?tongue=ur").text)["lang"] == "ur"
    assert outermost(client.get("/sign-in").text)["lang"] == "ur"
    assert outermost(client.get("/sign-in?tongue=en").text)["lang"] == "en"


def test_sign_in_page_follows_the_browser_where_nothing_was_asked(office: Office) -> None:
    client = office.server.test_client()
    urdu = client.get("/sign-in", headers={"Accept-Language": "ur-PK,ur;q=0.9,en;q=0.5"})
    french = client.get("/sign-in", headers={"Accept-Language": "fr"})
    assert outermost(urdu.text)["lang"] == "ur"
    assert outermost(french.text)["lang"] == "en"


@pytest.mark.parametrize("path", ["/download/comments.csv", "/download/work_sheet.csv"])
def test_table_for_others_is_the_same_in_every_tongue(office: Office, path: str) -> None:
    english = office.client(Role.OFFICER).get(path).text  # read whole: it streams
    assert choose(office, Role.OFFICER, "language", "ur") == 200
    assert choose(office, Role.OFFICER, "digits", "urdu") == 200
    assert "," in english
    assert office.client(Role.OFFICER).get(path).text == english
