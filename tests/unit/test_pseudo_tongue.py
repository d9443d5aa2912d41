"""No page shows a text of ours that did not go through the catalogue."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import g

from dashboard.drawing import shell
from dashboard.signing_in.security import ROLE_PAGES, roles_of
from dashboard.words import known
from data.model import Role
from tests.pseudo import Pseudo, is_unsaid, unsaid
from tests.unit.pages_helpers import Office, an_office, as_json


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return an_office(tmp_path_factory.mktemp("office"))


@pytest.fixture(autouse=True)
def brackets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(known, "ur", Pseudo())


PATHS = sorted(p for p in ROLE_PAGES if not p.endswith("/") or p == "/")


@pytest.mark.parametrize("path", PATHS)
def test_page_says_every_text_through_the_catalogue(office: Office, path: str) -> None:
    names = {user.display for user in office.users.values()}
    told: dict[str, list[str]] = {}
    for role in roles_of(path) or ():
        found = [f for f in unsaid(office.drawn(role, path, tongue="ur")) if f not in names]
        if found:
            told[role.value] = found
    assert told == {}


def test_comments_history_says_every_text_through_the_catalogue(office: Office) -> None:
    for name in ("insult", "complaint", "pashto", "unread", "by_hand"):
        drawn = office.drawn(Role.SENIOR, "/comments/", tongue="ur", comment_id=office.ids[name])
        assert unsaid(drawn) == []


@pytest.mark.parametrize("role", list(Role))
def test_frame_says_every_text_through_the_catalogue(office: Office, role: Role) -> None:
    with office.server.test_request_context("/"):
        g.user, g.tongue = office.users[role], "ur"
        assert unsaid(as_json(shell.layout())) == []


def test_titles_of_pages_are_said_through_the_catalogue(office: Office) -> None:
    with office.server.test_request_context("/"):
        g.tongue = "ur"
        titles = [p["title"]() for p in office.server.extensions["pages"].values()]
    assert [t for t in titles if is_unsaid(t)] == []


@pytest.mark.parametrize("path", ["/sign-in", "/no-such-page"])
def test_page_outside_says_every_text_through_the_catalogue(
    office: Office, path: str, tmp_path: Path
) -> None:
    client = office.client(Role.OFFICER) if path != "/sign-in" else office.server.test_client()
    client.set_cookie("sunwai_tongue", "ur")
    page = client.get(path).text
    found = [text for text in texts_of(page) if is_unsaid(text)]
    assert found == []


def texts_of(page: str) -> list[str]:
    """Texts and titles of a page that the server drew whole, but for what is marked as data."""
    from html.parser import HTMLParser

    empty = frozenset({"meta", "link", "input", "br", "img", "hr"})

    class Texts(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.found: list[str] = []
            self.data: list[bool] = []

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            given = dict(attrs)
            marked = tag in ("bdi", "code", "script", "style") or "data-said" in given
            marked = marked or ("lang" in given and tag != "html")
            data = marked or any(self.data)
            if not data:
                self.found += [v for n, v in given.items() if n in ("title", "aria-label") and v]
            if tag not in empty:
                self.data.append(data)

        def handle_endtag(self, tag: str) -> None:
            if tag not in empty and self.data:
                self.data.pop()

        def handle_data(self, data: str) -> None:
            if not any(self.data) and data.strip():
                self.found.append(data)

    reader = Texts()
    reader.feed(page)
    return reader.found


# ------------------------------------------------------------------------------ the net itself


@pytest.mark.parametrize(
    ("text", "caught"),
    [
        ("⟦Comments⟧", False),
        ("⟦Made by ⟦Senior officer⟧ on⟧ 12", False),
        ("Comments", True),
        ("⟦Comments⟧ today", True),
        ("OM-5-OFF-1", False),
        ("12:00 · 60 %", False),
    ],
)
def test_net_catches_what_stands_outside_brackets(text: str, caught: bool) -> None:
    assert is_unsaid(text) == caught


def test_net_reads_a_sentence_that_elements_cut() -> None:
    name = {"type": "Bdi", "props": {"children": "amina"}}
    whole = {"type": "P", "props": {"children": ["⟦Made by ", name, " just now⟧"]}}
    half = {"type": "P", "props": {"children": ["Made by ", name]}}
    assert unsaid(whole) == []
    assert unsaid(half) == ["Made by |"]
