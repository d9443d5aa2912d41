"""Complaints: the list, its CSV, hand-over, change, closing with a note, and the sheet."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from data.model import CaseState, ThemeState
from data.store import audit, cases, themes
from tests.browser.desk_data import SAID, Said
from tests.unit.dashboard_helpers import Web, a_web, decision
from tests.unit.test_dashboard_rights import page_request

WATER = Said(text="You fools, no water in Ward 7 for three weeks.", vile=("fools",), protected=True)


@pytest.fixture
def web() -> Iterator[Web]:
    with a_web() as made:
        with made.db.write() as tx:
            themes.save_theme(tx, key="water", title_en="Water supply", title_ur="پانی",
                              terms=["water"], state=ThemeState.SELECTED, now=made.now)  # fmt: skip
        yield made


def filed(web: Web, n: int = 0, said: Said = WATER, **told: Any) -> int:
    """A complaint that nadia filed; gives its number."""
    comment_id = web.say(said, external_id=f"said-{n}")
    nadia = web.browser("nadia")
    card = next(c for c in nadia.cards() if c["id"] == comment_id)
    body = decision(card, told.pop("verdict", "complaint"), key=f"file-{n}", **told)
    assert nadia.post("/api/queue/decide", body).status_code == 200
    with web.db.read() as tx:
        return cases.find_cases(tx)[0].id


def state_of(web: Web, number: int) -> CaseState:
    with web.db.read() as tx:
        case = cases.case_by_id(tx, number)
    assert case is not None
    return case.state


def page(web: Web, name: str = "nadia", query: str = "", path: str = "/cases") -> str:
    body = page_request(path)
    body["inputs"][1]["value"] = query  # pyright: ignore[reportIndexIssue]
    answer = web.browser(name).post("/_dash-update-component", body)
    return json.dumps(answer.json, ensure_ascii=False)


def rows(web: Web, query: str = "", name: str = "nadia") -> list[dict[str, str]]:
    answer = web.browser(name).get(f"/download/cases.csv{query}")
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


# ------------------------------------------------------------------------------ the list


def test_list_shows_category_office_place_due_day_and_state(web: Web) -> None:
    filed(web, theme="water", office="Tehsil office", place="Ward 7", due_on="2026-06-20")
    shown = page(web)
    for words in ("Water supply", "Tehsil office", "Ward 7", "20 Jun 2026", "Not handed over yet"):
        assert words in shown, words


def test_list_masks_what_hurts_for_everybody(web: Web) -> None:
    filed(web)
    assert "fools" not in page(web) and "no water in Ward 7" in page(web)
    assert "fools" not in page(web, "manager")


def test_split_comment_is_filed_without_its_remark(web: Web) -> None:
    said = replace(WATER, protected=False)
    number = filed(web, said=said, verdict="split", reason="OM-5-OFF-3", span=[0, 9])
    row = rows(web)[0]
    assert "fools" not in row["text (masked)"] and "no water" in row["text (masked)"]
    full = page(web, query="?text=full", path=f"/cases/{number}")
    assert "fools" not in full and "no water in Ward 7" in full


def test_overdue_complaint_is_told_and_stands_first(web: Web) -> None:
    filed(web, 0, due_on="2026-06-20")
    late = filed(web, 1, due_on="2026-05-28")
    shown = page(web)
    assert "1 complaint is overdue." in shown and "4 days overdue" in shown
    assert shown.index(f"Complaint {late}") < shown.index(f"Complaint {late - 1}")
    assert [r["case"] for r in rows(web, "?overdue=yes")] == [str(late)]


def test_complaint_due_today_is_not_overdue(web: Web) -> None:
    filed(web, due_on="2026-06-01")
    assert rows(web)[0]["days overdue"] == "0" and "overdue." not in page(web)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?state=open", 2), ("?state=closed", 0), ("?state=not_closed", 2), ("?theme=water", 1),
        ("?theme=none", 1), ("?office=TEHSIL", 1), ("?office=%25", 0), ("?since=2026-06-02", 0),
        ("?until=2026-06-01", 2), ("?since=2026-06-01&until=2026-06-01&state=open", 2),
    ],
)  # fmt: skip
def test_csv_holds_the_rows_of_the_screen(web: Web, query: str, found: int) -> None:
    filed(web, 0, theme="water", office="Tehsil office")
    filed(web, 1, SAID[2])
    assert len(rows(web, query)) == found
    assert f"{found} complaint" in page(web, query=query)


@pytest.mark.parametrize("query", ["?state=odd", "?since=soon", "?overdue=no", "?odd=1"])
def test_filter_that_is_not_understood_lists_nothing(web: Web, query: str) -> None:
    filed(web)
    assert "is no filter of this list" in page(web, query=query)
    assert web.browser("nadia").get(f"/download/cases.csv{query}").status_code == 400


def test_csv_cell_cannot_be_run_by_a_spreadsheet(web: Web) -> None:
    filed(web, office="=HYPERLINK(1)")
    assert rows(web)[0]["office"].startswith("'=")


# ------------------------------------------------------------------------------ what is done


def test_complaint_is_handed_over_once_and_noted(web: Web) -> None:
    number = filed(web, office="Tehsil office")
    nadia = web.browser("nadia")
    told = nadia.post("/api/cases/hand_over", {"case": str(number)})
    assert told.status_code == 200 and state_of(web, number) is CaseState.HANDED_OVER
    assert nadia.post("/api/cases/hand_over", {"case": str(number)}).status_code == 409
    with web.db.read() as tx:
        assert [e.verb for e in audit.entries_on(tx, [f"case:{number}"])] == ["case.handed_over"]


def test_complaint_without_an_office_is_not_handed_over(web: Web) -> None:
    number = filed(web)
    answer = web.browser("nadia").post("/api/cases/hand_over", {"case": str(number)})
    assert answer.status_code == 409 and answer.json is not None
    assert "Name the office first" in answer.json["error"]


def test_office_place_and_due_day_are_changed(web: Web) -> None:
    number = filed(web)
    body = {"case": str(number), "office": "Municipal office", "place": "Ward 2",
            "due_on": "2026-07-01"}  # fmt: skip
    assert web.browser("bilal").post("/api/cases/change", body).status_code == 200
    row = rows(web)[0]
    assert (row["office"], row["place"], row["due"]) == (
        "Municipal office", "Ward 2", "2026-07-01",
    )  # fmt: skip


def test_complaint_is_closed_with_a_note_and_stays_closed(web: Web) -> None:
    number = filed(web)
    nadia = web.browser("nadia")
    assert nadia.post("/api/cases/close", {"case": str(number), "note": " "}).status_code == 400
    assert nadia.post("/api/cases/close", {"case": str(number), "note": "ok"}).status_code == 400
    body = {"case": str(number), "note": "The pipe was mended."}
    assert nadia.post("/api/cases/close", body).status_code == 200
    for path in ("close", "hand_over", "change"):
        assert nadia.post(f"/api/cases/{path}", body).status_code == 409, path
    row = rows(web)[0]
    assert (row["state"], row["closing note"]) == ("closed", "The pipe was mended.")
    assert row["closed by"].startswith("officer")
    assert "The pipe was mended." in page(web)
    with web.db.read() as tx:
        (noted,) = audit.entries_on(tx, [f"case:{number}"])
    assert noted.verb == "case.closed" and "pipe" not in str(noted.detail)


def test_complaint_that_is_not_there_is_told_as_such(web: Web) -> None:
    for path in ("hand_over", "close", "change"):
        body = {"case": "999", "note": "long enough"}
        assert web.browser("nadia").post(f"/api/cases/{path}", body).status_code == 404
    assert "There is no such complaint." in page(web, path="/cases/999")
    assert "There is no such complaint." in page(web, path="/cases/not-a-number")


# ------------------------------------------------------------------------------ who


def test_manager_reads_but_changes_nothing(web: Web) -> None:
    number = filed(web, office="Tehsil office")
    manager = web.browser("manager")
    for path in ("hand_over", "close", "change"):
        body = {"case": str(number), "note": "long enough"}
        assert manager.post(f"/api/cases/{path}", body).status_code == 403
    shown = page(web, "manager")
    assert "Tehsil office" in shown and "/api/cases/" not in shown
    assert len(rows(web, name="manager")) == 1


def test_manager_does_not_get_the_text_as_it_was_written(web: Web) -> None:
    number = filed(web)
    assert "fools" in page(web, query="?text=full", path=f"/cases/{number}")
    assert "fools" not in page(web, "manager", query="?text=full", path=f"/cases/{number}")


@pytest.mark.parametrize("name", ["auditor", "admin"])
def test_complaints_are_closed_to_other_roles(web: Web, name: str) -> None:
    browser = web.browser(name)
    assert browser.get("/cases").status_code == 403
    assert browser.get("/cases/1").status_code == 403
    assert browser.get("/download/cases.csv").status_code == 403


# ------------------------------------------------------------------------------ its sheet


def test_sheet_holds_what_a_focal_person_asks_for(web: Web) -> None:
    number = filed(web, theme="water", office="Tehsil office", place="Ward 7", due_on="2026-06-20")
    shown = page(web, path=f"/cases/{number}")
    for words in (
        "Complaint number", "Date of receipt", "Received through", "Category", "Water supply",
        "Forwarded to (office)", "Tehsil office", "Place", "Ward 7", "Due date", "20 Jun 2026",
        "Status", "Details of the complaint", "Remarks of the office", "relief granted",
        "signature of the focal person",
    ):  # fmt: skip
        assert words in shown, words


def test_due_day_falls_behind_as_days_pass(web: Web) -> None:
    filed(web, due_on="2026-06-02")
    web.clock[0] += timedelta(days=3)
    assert rows(web)[0]["days overdue"] == "2"
