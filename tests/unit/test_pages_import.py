"""Importing by the browser: look first, then take; nothing of a file is kept without a yes."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from collectors.exports import DateFormat, Meaning
from dashboard.importer import (
    DATE_FORMATS,
    MEANINGS,
    NotTaken,
    forget_old,
    keep_waiting,
    shown_name,
    waiting,
)
from data.model import DropState, Role, SweepKind
from data.store import audit, files
from data.store.sweeps import list_sweeps
from sunwai.import_queue import at_once
from sunwai.importer import HouseImporter
from sunwai.settings import load
from sunwai.wiring import House
from tests.builders import NOW
from tests.tables import a_database, count_comments
from tests.unit.pages_helpers import Office, an_office, token_of

EXPORTS = Path(__file__).parents[1] / "fixtures" / "exports"
GOOD = (EXPORTS / "exportcomments_instagram.csv").read_bytes()
HOSTILE = "../../<img src=x onerror='window.stolen=7'>\u202e.csv"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    db = a_database()
    house = House(settings=load({"SUNWAI_HOME": str(tmp_path)}), clock=lambda: NOW)
    house.__dict__["db"] = db  # the cached property, filled with the office's own
    importer = HouseImporter(house=house, work_queue=at_once(house, "test"))
    return an_office(tmp_path, db=db, importer=importer, files_folder=house.settings.files)


def send(office: Office, body: bytes, name: str = "comments.csv", role: Role = Role.OFFICER,
         **form: Any) -> TestResponse:  # fmt: skip
    client = office.client(role)
    data = {"source": str(office.feed.id), "captured": (NOW + timedelta(days=30)).isoformat(),
            "file": (io.BytesIO(body), name), **form}  # fmt: skip
    headers = {"X-CSRFToken": token_of(client)}
    return client.post("/api/import", data=data, headers=headers)


def take(
    office: Office, token: str, role: Role = Role.OFFICER, mapping: object = None
) -> TestResponse:
    told = {"source": str(office.feed.id), "captured": (NOW + timedelta(days=30)).isoformat()}
    body = told if mapping is None else told | {"mapping": mapping}
    return office.post(role, f"/api/import/{token}/confirm", body)


def mappings_noted(office: Office) -> int:
    """How often the log says that somebody said what a file's columns are."""
    with office.db.read() as tx:
        return sum(e.verb == "mapping.keep" for e in audit.entries(tx, limit=100))


def kept(office: Office) -> int:
    with office.db.read() as tx:
        return count_comments(tx)


def left(tmp_path: Path) -> list[Path]:
    return [p for p in (tmp_path / "var" / "files" / "waiting").rglob("*") if p.is_file()]


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
        (b"a lone line\n", "is not an export"),
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
    folder = tmp_path / "var" / "files" / "waiting"
    with pytest.raises(NotTaken, match="larger than 500 MB"):
        keep_waiting(folder, office.users[Role.OFFICER], "x.csv", _Endless())
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


class _Endless(io.RawIOBase):
    """An upload that never ends."""

    def read(self, size: int = -1) -> bytes:
        return bytes(size)


# ------------------------------------------------------------------------------ unknown columns

UNKNOWN = (
    "تاریخ,صارف,تبصرہ,پسند\n"
    "2 ہفتے پہلے,احمد,پانی تین دن سے بند ہے,3\n"
    "ایک دن پہلے,سارہ,سڑک کی مرمت کب ہوگی؟,1\n"
).encode()
CHOSEN = {"columns": {"تاریخ": "created", "صارف": "author_name", "تبصرہ": "text"},
          "date_format": "auto", "zone": None}  # fmt: skip


def test_unknown_file_is_asked_about_with_a_guess(office: Office, tmp_path: Path) -> None:
    told = send(office, UNKNOWN).json
    assert "No tool that Sunwai knows" in told["reason"]
    assert [(c["name"], c["meaning"]) for c in told["asked"]] == [
        ("تاریخ", "created"), ("صارف", "author_name"), ("تبصرہ", "text"), ("پسند", "likes"),
    ]  # fmt: skip
    assert told["asked"][2]["samples"][0] == "پانی تین دن سے بند ہے"
    assert {value for value, _ in told["meanings"]} == {m.value for m in Meaning}
    assert {value for value, _ in told["date_formats"]} == {f.value for f in DateFormat}
    assert left(tmp_path)  # it waits for the answer


def test_answer_shows_the_first_rows_and_is_kept_for_the_next_file(office: Office) -> None:
    token = send(office, UNKNOWN).json["token"]
    body = {"source": str(office.feed.id), "mapping": CHOSEN}
    shown = office.post(Role.OFFICER, f"/api/import/{token}/look", body).json
    assert shown["mapped"] and shown["whole"] == {"comments": 2, "posts": 0, "errors": 0}
    assert shown["comments"][0]["precision"] == "estimated"
    assert ["پسند", "left out: ignored, as you chose", "3"] in shown["columns"]
    done = take(office, token, mapping=CHOSEN).json
    assert (done["state"], done["new"]) == ("done", 2)
    assert any("no id in this file" in w for w in done["warnings"])
    assert mappings_noted(office) == 1

    again = send(office, UNKNOWN.replace("احمد".encode(), "اسد".encode())).json
    assert again["mapped"] and "asked" not in again
    asked = office.post(
        Role.OFFICER, f"/api/import/{again['token']}/columns", {"source": str(office.feed.id)}
    ).json
    assert [c["meaning"] for c in asked["asked"]] == ["created", "author_name", "text", "ignore"]
    assert take(office, again["token"]).json["new"] == 1
    assert mappings_noted(office) == 1  # said by nobody anew


@pytest.mark.parametrize(
    ("mapping", "word"),
    [
        ({"columns": {"تاریخ": "created"}}, "No column is the text"),
        ({"columns": {"تبصرہ": "text", "صارف": "text"}}, "Two columns are text"),
        ({"columns": {"تبصرہ": "song"}}, "nothing that a column can be"),
        ({"columns": {"تبصرہ": "text"}, "zone": "Mars/Base"}, "no time zone"),
        ({"columns": {"تبصرہ": "text"}, "date_format": "moon"}, "no such date format"),
        ({"columns": {"nowhere": "text"}}, "has no column"),
        ({}, "names no columns"),
    ],
)
def test_answer_that_cannot_be_is_refused_and_the_file_goes_on_waiting(
    office: Office, tmp_path: Path, mapping: object, word: str
) -> None:
    token = send(office, UNKNOWN).json["token"]
    body = {"source": str(office.feed.id), "mapping": mapping}
    answer = office.post(Role.OFFICER, f"/api/import/{token}/look", body)
    assert answer.status_code == 422 and word in answer.json["error"]
    assert left(tmp_path)


def test_running_numbers_are_not_taken_as_ids(office: Office) -> None:
    body = b"nr,comment text,x\n1,first of all,a\n2,second of all,b\n3,third of all,c\n"
    token = send(office, body).json["token"]
    told = {"source": str(office.feed.id), "mapping": {"columns": {
        "nr": "id", "comment text": "text"}}}  # fmt: skip
    answer = office.post(Role.OFFICER, f"/api/import/{token}/look", told)
    assert answer.status_code == 422 and "running numbers" in answer.json["error"]


def test_import_that_is_refused_when_it_runs_says_why_by_its_own_name(office: Office) -> None:
    token = send(office, UNKNOWN, "odd.csv").json["token"]
    done = take(office, token).json  # nobody said what the columns are
    assert done["state"] == "failed" and done["error"].startswith("odd.csv is not an export")
    assert "odd.csv" in office.page(Role.OFFICER, "/sources")


def test_state_of_an_import_is_for_those_who_import(office: Office) -> None:
    number = take(office, send(office, GOOD).json["token"]).json["import"]
    path, told = "/api/import/running", {"import": str(number)}
    assert office.post(Role.OFFICER, path, told).json["state"] == "done"
    assert office.post(Role.MANAGER, path, told).status_code == 403
    assert office.post(Role.OFFICER, path, {"import": "999999"}).status_code == 404
    assert office.post(Role.OFFICER, path, {"import": "x"}).status_code == 400


def test_file_in_a_zip_and_in_a_code_page_comes_in(office: Office) -> None:
    packed, arabic = io.BytesIO(), "التعليق,الاسم\nشكرا جزيلا لكم,احمد\n"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("export/comments.csv", arabic.encode("cp1256"))
    refused = send(office, packed.getvalue(), "export.zip")
    assert refused.status_code == 422 and "comments.csv in export.zip" in refused.json["error"]
    told = send(office, packed.getvalue(), "export.zip", encoding="cp1256").json
    assert told["asked"][0]["name"] == "التعليق"
    assert send(office, GOOD, encoding="klingon").status_code == 400


def test_troubles_of_the_drop_folder_are_on_the_sources_page(tmp_path: Path) -> None:
    told = {"import.drop_folder": "drop"}
    office = an_office(tmp_path, settings_told=told)
    old = NOW - timedelta(minutes=20)
    with office.db.write() as tx:
        for name, at, state, why in (
            ("new.csv", NOW, DropState.GROWING, None),
            ("<b>slow.csv", old, DropState.GROWING, None),
            ("locked.csv", NOW, DropState.GROWING, "It cannot be read."),
            ("odd.csv", NOW, DropState.FAILED, "odd.csv is empty."),
            ("long_ago.csv", NOW - timedelta(days=8), DropState.FAILED, "old"),
            ("done.csv", NOW, DropState.DONE, None),
        ):
            seen, _ = files.see_dropped(tx, "feed", name, stamp="1", size=1, now=at)
            files.set_dropped(tx, seen.id, state, now=at, why=why)
    drawn = office.page(Role.OFFICER, "/sources")
    assert all(name in drawn for name in ("<b>slow.csv", "locked.csv", "odd.csv"))
    assert not any(name in drawn for name in ("new.csv", "long_ago.csv", "done.csv"))
    assert "does the scheduler run?" in drawn and "odd.csv is empty." in drawn
    assert "slow.csv" not in office.page(Role.AUDITOR, "/sources")


def test_every_meaning_has_words_in_the_page() -> None:
    assert set(MEANINGS) == {m.value for m in Meaning}
    assert set(DATE_FORMATS) == {f.value for f in DateFormat}


@given(st.text(max_size=300))
def test_shown_name_is_short_and_neither_a_path_nor_unseen(given_name: str) -> None:
    name = shown_name(given_name)
    assert 0 < len(name) <= 120
    assert not set(name) & set("/\\\0\n\u202e\u200f\ud800")
