"""The web application over a database in memory, with a clock that the test moves."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from dashboard.app import create_app
from dashboard.deps import Deps
from dashboard.identity.passwords import LIGHT
from data.db import Database
from data.model import Source
from moderation.texts.text import search_fold
from tests.browser.desk_data import PASSWORD, SAID, Said, a_page, people, say
from tests.builders import NOW
from tests.tables import a_database


@dataclass
class Web:
    """A site with one user of each role; each browser is its own client."""

    app: Flask
    db: Database
    source: Source
    clock: list[datetime] = field(default_factory=lambda: [NOW])

    def later(self, **passed: float) -> None:
        self.clock[0] += timedelta(**passed)

    @property
    def now(self) -> datetime:
        return self.clock[0]

    def say(self, said: Said = SAID[2], **told: Any) -> str:
        with self.db.write() as tx:
            return say(tx, self.source, said, self.now, **told)

    def browser(self, name: str | None = None) -> Browser:
        made = Browser(self.app.test_client())
        if name is not None:
            assert made.sign_in(name).status_code == 303
        return made


@dataclass
class Browser:
    """A client that brings the CSRF token along, as the pages do."""

    client: FlaskClient

    def sign_in(self, name: str, password: str = PASSWORD, **form: str) -> TestResponse:
        page = self.client.get("/sign-in").get_data(as_text=True)
        marker = 'name="csrf_token" value="'
        token = page.split(marker)[1].split('"')[0] if marker in page else ""
        told = {"csrf_token": token, "name": name, "password": password, **form}
        return self.client.post("/sign-in", data=told)

    def token(self) -> str:
        self.client.get("/help")
        cookie = self.client.get_cookie("_csrf_token")
        return "" if cookie is None else cookie.value

    def post(self, path: str, body: Any = None, **headers: str) -> TestResponse:
        sent = {"X-CSRFToken": self.token(), **headers}
        return self.client.post(path, json={} if body is None else body, headers=sent)

    def get(self, path: str) -> TestResponse:
        return self.client.get(path)

    def cards(self, **asked: Any) -> list[dict[str, Any]]:
        answer = self.post("/api/queue/next", asked)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        assert answer.json is not None
        return answer.json["cards"]


def decision(card: dict[str, Any], verdict: str = "keep", **told: Any) -> dict[str, Any]:
    """The body of a decision on a card."""
    return {
        "comment_id": card["id"],
        "revision_id": card["revision_id"],
        "expected": card["expected"],
        "verdict": verdict,
        "key": "desk-1",
        **told,
    }


@contextmanager
def a_web(**told: Any) -> Generator[Web]:
    db: Database = told.pop("db", None) or a_database()
    clock: list[datetime] = told.pop("clock", None) or [NOW]
    with db.write() as tx:
        people(tx, NOW)
        source = a_page(tx, NOW)
    deps = Deps(
        db=db,
        clock=lambda: clock[0],
        secret_key=b"only for tests, 32 bytes of it..",
        fold=search_fold,
        reports_folder=Path("no-such-folder"),
        organisation="An invented office",
        password_work=LIGHT,
        **told,
    )
    yield Web(app=create_app(deps), db=db, source=source, clock=clock)
    db.close()
