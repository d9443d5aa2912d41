"""Importing by the browser: look first, then take; nothing of a file is kept without a yes."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from dashboard.importer import LARGEST, NotTaken, forget_old, keep_waiting, shown_name, waiting
from data.db import Database
from data.model import Role, SweepKind
from data.store import audit
from data.store.comments import count_comments
from data.store.sweeps import list_sweeps
from sunwai.importer import HouseImporter
from sunwai.settings import load
from sunwai.wiring import House
from tests.builders import NOW
from tests.unit.pages_helpers import Office, an_office, token_of

EXPORTS = Path(__file__).parents[1] / "fixtures" / "exports"
GOOD = (EXPORTS / "exportcomments_instagram.csv").read_bytes()
HOSTILE = "../../<img src=x onerror='window.stolen=7'>\u202e.csv"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    db = Database("sqlite://")
    house = House(settings=load({"SUNWAI_HOME": str(tmp_path)}), clock=lambda: NOW)
    house.__dict__["db"] = db  # the cached property, filled with the office's own
    return an_office(tmp_path, db=db, importer=HouseImporter(house=house))


def send(office: Office, body: bytes, name: str = "comments.csv", role: Role = Role.OFFICER,
         **form: Any) -> TestResponse:  # fmt: skip
    client = office.client(role)
    data = {"source": str(office.feed.id), "captured": (NOW + timedelta(days=30)).isoformat(),
            "file": (io.BytesIO(body), name), **form}  # fmt: skip
    headers = {"X-CSRFToken": token_of(client)}
    return client.post("/api/import", data=data, headers=headers)


def take(office: Office, token: str, role: Role = Role.OFFICER) -> TestResponse:
    return office.post(role, f"/api/import/{token}/confirm", {"source": str(office.feed.id)})


def kept(office: Office) -> int:
    with office.db.read() as tx:
        return count_comments(tx)


def left(tmp_path: Path) -> list[Path]:
    return [p for p in (tmp_path / "files" / "waiting").rglob("*") if p.is_file()]


def test_look_says_what_the_file_is_and_keeps_nothing(office: Office, tmp_path: Path) -> None:
    before = kept(office)
    answer = send(office, GOOD)
    told = answer.json
    assert answer.status_code == 200 and told["title"].startswith("ExportComments.com, Instagram")
    assert told["columns"][5] == ["Comment", "text", "سڑک کی مرمت کب ہوگی؟"]
    first = told["comments"][0]["text"]
    assert (first["dir"], first["lang"]) == ("rtl", "ur")
    assert kept(office) == before and left(tmp_path)
    with office.db.read() as tx:
        assert not [s for s in list_sweeps(tx) if s.kind is SweepKind.IMPORT]


def test_confirmed_file_is_taken_once_and_forgotten(office: Office, tmp_path: Path) -> None:
    before = kept(office)
    token = send(office, GOOD).json["token"]
    done = take(office, token)
    assert done.status_code == 200
    counts = done.json
    assert counts["new"] > 0 and kept(office) == before + counts["new"]
    assert counts["read"] == counts["new"] + counts["rejected"]
    assert left(tmp_path) == []
    assert take(office, token).status_code == 404
    with office.db.read() as tx:
        assert "import" in [e.verb for e in audit.entries(tx)]


def test_same_file_again_is_told_and_changes_nothing(office: Office) -> None:
    take(office, send(office, GOOD).json["token"])
    before = kept(office)
    again = take(office, send(office, GOOD).json["token"]).json
    assert again["already"] and again["new"] == 0 and kept(office) == before


def test_rows_that_are_not_taken_are_told_with_their_reason(office: Office) -> None:
    body = GOOD + b"A,b,1,2026-06-01 10:00:00,0,,no,,18138262531556999,https://x.example,\r\n"
    told = send(office, body).json
    assert told["errors"] and told["errors"][-1]["reason"]
    done = take(office, told["token"]).json
    assert done["rejected"] >= 1
    sheet = office.client(Role.OFFICER).get(done["rejected_csv"]).text
    assert done["errors"][-1]["reason"].split(",")[0] in sheet


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (b"a,b,c\n1,2,3\n", "is not an export"),
        (b"\x89PNG\r\n\x1a\n" + bytes(64), "odd.csv"),
        (b"", "is empty"),
        (b'[{"a": 1', "odd.csv"),
    ],
)
def test_file_that_is_no_export_is_refused_by_its_own_name(
    office: Office, tmp_path: Path, body: bytes, word: str
) -> None:
    answer = send(office, body, "odd.csv")
    assert answer.status_code == 422
    assert word in answer.json["error"] and "upload." not in answer.json["error"]
    assert left(tmp_path) == []


def test_file_of_another_platform_is_refused(office: Office) -> None:
    body = (EXPORTS / "exportcomments_youtube.csv").read_bytes()
    answer = send(office, body)
    assert answer.status_code == 422 and "source" in answer.json["error"]


def test_hostile_name_makes_no_path_and_stays_text(office: Office, tmp_path: Path) -> None:
    answer = send(office, GOOD, HOSTILE)
    assert answer.status_code == 200
    names = {p.name for p in left(tmp_path)}
    assert names == {"upload.csv", "name.txt"}
    assert "/" not in answer.json["name"] and "\u202e" not in answer.json["name"]
    assert take(office, answer.json["token"]).status_code == 200
    with office.db.read() as tx:
        sweep = next(s for s in list_sweeps(tx) if s.kind is SweepKind.IMPORT)
    assert sweep.file_name is not None and "<img" in sweep.file_name
    drawn = office.page(Role.OFFICER, "/sources")
    assert "<img" in drawn and "dangerously" not in drawn


def test_waiting_file_of_another_user_cannot_be_taken_or_deleted(
    office: Office, tmp_path: Path
) -> None:
    token = send(office, GOOD).json["token"]
    assert take(office, token, Role.SENIOR).status_code == 404
    office.post(Role.SENIOR, f"/api/import/{token}/cancel", {})
    assert left(tmp_path)
    assert office.post(Role.OFFICER, f"/api/import/{token}/cancel", {}).status_code == 200
    assert left(tmp_path) == []


@pytest.mark.parametrize("token", ["..", "%2e%2e%2f1", "x" * 32, "0" * 31, "0" * 32])
def test_token_that_is_none_takes_nothing(office: Office, token: str) -> None:
    assert take(office, token).status_code in (404, 405)


def test_source_and_date_that_cannot_be_are_refused(office: Office) -> None:
    assert send(office, GOOD, source="99").status_code == 400
    assert send(office, GOOD, source="1 OR 1").status_code == 400
    assert send(office, GOOD, captured="yesterday").status_code == 400
    assert send(office, GOOD, captured="2026-06-01T10:00").status_code == 400  # names no zone


def test_request_without_a_file_is_told(office: Office) -> None:
    client = office.client(Role.OFFICER)
    data = {"source": str(office.feed.id)}
    answer = client.post("/api/import", data=data, headers={"X-CSRFToken": token_of(client)})
    assert answer.status_code == 400 and answer.json["error"] == "Choose a file."


def test_import_is_told_to_be_missing_where_it_is_not_wired(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    answer = send(office, GOOD)
    assert answer.status_code == 422 and "sunwai import" in answer.json["error"]
    assert "sunwai import FILE" in office.page(Role.OFFICER, "/sources")


def test_too_large_a_file_is_refused_and_leaves_nothing(office: Office, tmp_path: Path) -> None:
    folder = tmp_path / "files" / "waiting"
    with pytest.raises(NotTaken, match="larger than 50 MB"):
        keep_waiting(folder, office.users[Role.OFFICER], "x.csv", io.BytesIO(bytes(LARGEST + 1)))
    assert left(tmp_path) == []


def test_file_that_nobody_confirmed_is_forgotten_after_a_day(
    office: Office, tmp_path: Path
) -> None:
    folder, user = tmp_path / "w", office.users[Role.OFFICER]
    file = keep_waiting(folder, user, "x.csv", io.BytesIO(b"x"))
    written = datetime.fromtimestamp(file.path.parent.stat().st_mtime, UTC)
    forget_old(folder, now=written + timedelta(hours=23))
    assert waiting(folder, user, file.token) is not None
    forget_old(folder, now=written + timedelta(hours=25))
    assert waiting(folder, user, file.token) is None


@given(st.text(max_size=300))
def test_shown_name_is_short_and_neither_a_path_nor_unseen(given_name: str) -> None:
    name = shown_name(given_name)
    assert 0 < len(name) <= 120
    assert not set(name) & set("/\\\0\n\u202e\u200f\ud800")
