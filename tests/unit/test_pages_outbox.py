"""The outbox page: dead letters, conflicts, stopped writing, the exact request, the work sheet."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import text

from data.model import Action, EnforcementState, JsonObject, Platform, ReasonCode, Role, Verdict
from data.store import outbox
from data.store.write_stops import stop_of, stop_writing
from tests.builders import NOW
from tests.unit.pages_helpers import VILE, Office, an_office, decide, say
from tests.unit.test_pages_lists import texts

S = EnforcementState


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return an_office(tmp_path)


def shown(office: Office, role: Role, path: str, **query: Any) -> str:
    return "".join(texts(office.drawn(role, path, **query)))


def an_action(office: Office, state: EnforcementState, which: str = "roman", **told: Any) -> Action:
    """A removal of the office's page that was left in the state."""
    decide(office, which, Verdict.REMOVE, reason=ReasonCode.SPAM, at=NOW)
    with office.db.write() as tx:
        action = outbox.newest_actions(tx, states=[S.HELD])[0]
        outbox.append_enforcement(tx, action.id, state, now=NOW, **told)
    return action


def test_what_came_to_nothing_is_listed_with_its_reason(office: Office) -> None:
    an_action(office, S.REFUSED, detail="the platform says no")
    told = shown(office, Role.OFFICER, "/outbox", list="dead")
    assert "1 action" in told and "the platform says no" in told
    assert "Try again" in office.page(Role.OFFICER, "/outbox", list="dead")


def test_a_failure_that_is_still_tried_is_not_among_the_dead(office: Office) -> None:
    an_action(office, S.FAILED, detail="nobody there")
    assert "no action needs a person" in shown(office, Role.OFFICER, "/outbox", list="dead")


def test_a_conflict_is_done_again_by_a_senior_and_left_by_any_officer(office: Office) -> None:
    an_action(office, S.CONFLICT, detail="taken down by us, but public again")
    senior = office.page(Role.SENIOR, "/outbox", state="conflict")
    officer = office.page(Role.OFFICER, "/outbox", state="conflict")
    assert "Do it again" in senior and "Leave it" in senior
    assert "Do it again" not in officer and "Leave it" in officer
    assert "Leave it" not in office.page(Role.AUDITOR, "/outbox", state="conflict")


def test_leaving_a_conflict_needs_a_reason_and_is_kept(office: Office) -> None:
    action = an_action(office, S.CONFLICT)
    body = {"action": str(action.id), "why": ""}
    assert office.post(Role.OFFICER, "/api/outbox/leave", body).status_code == 400
    answer = office.post(Role.OFFICER, "/api/outbox/leave", {**body, "why": "mild after all"})
    assert answer.status_code == 200
    told = shown(office, Role.AUDITOR, "/outbox", state="left")
    assert "mild after all" in told


def test_stopped_writing_is_told_on_the_page_and_let_go_on_by_a_senior(office: Office) -> None:
    with office.db.write() as tx:
        stop_writing(tx, office.source.id, "blocked as abusive.", now=NOW)
    assert "Let writing go on" in office.page(Role.SENIOR, "/outbox")
    officer = office.page(Role.OFFICER, "/outbox")
    assert "blocked as abusive" in officer and "Let writing go on" not in officer
    body = {"source": str(office.source.id)}
    assert office.post(Role.OFFICER, "/api/outbox/resume", body).status_code == 403
    assert office.post(Role.SENIOR, "/api/outbox/resume", body).status_code == 200
    assert office.post(Role.SENIOR, "/api/outbox/resume", body).status_code == 409
    with office.db.read() as tx:
        assert stop_of(tx, office.source.id) is None


def test_a_dry_run_shows_method_path_query_and_body(office: Office) -> None:
    request: JsonObject = {
        "method": "POST",
        "path": "/v26.0/1_2",
        "params": {"is_hidden": "true"},
        "body": {"hidden": True},
    }
    an_action(office, S.DRY_RUN, request=request)
    drawn = office.page(Role.OFFICER, "/outbox", state="dry_run")
    assert "POST /v26.0/1_2?is_hidden=true" in drawn
    assert '\\"hidden\\": true' in drawn


def test_on_x_it_is_called_folded_and_a_person_may_say_so(office: Office) -> None:
    an_action(office, S.ACCEPTED, detail="accepted, not observable: no field")
    with office.db.write() as tx:
        tx.execute(text(f"UPDATE source SET platform = '{Platform.X.value}'"))
    drawn = office.page(Role.OFFICER, "/outbox", state="accepted")
    assert '"Fold"' in drawn and "Seen so at the platform" in drawn
    assert '"Hide"' not in drawn


def test_one_source_is_listed_and_counted_alone(office: Office) -> None:
    of_page = shown(office, Role.OFFICER, "/outbox", state="held", source=str(office.source.id))
    of_feed = shown(office, Role.OFFICER, "/outbox", state="held", source=str(office.feed.id))
    assert "1 action" in of_page and "Such" not in of_page
    assert "1 action" in of_feed and "Such" in of_feed
    assert "2 actions" in shown(office, Role.OFFICER, "/outbox", state="held")
    assert "There is no such source." in shown(office, Role.OFFICER, "/outbox", source="99")


def test_hundreds_of_actions_are_shown_page_by_page_and_none_is_left_out(office: Office) -> None:
    for n in range(120):
        say(office, f"many{n}", f"Buy gold now, number {n}")
        decide(office, f"many{n}", Verdict.REMOVE, reason=ReasonCode.SPAM, at=NOW)
    seen: set[str] = set()
    for page in ("1", "2", "3"):
        told = shown(office, Role.OFFICER, "/outbox", state="held", page=page)
        assert "of 122" in told
        seen |= set(re.findall(r"Buy gold now, number \d+", told))
    assert len(seen) == 120
    beyond = office.page(Role.OFFICER, "/outbox", state="held", page="9")
    assert "Nothing here" in beyond and "Newer" in beyond


# ------------------------------------------------------------------------------ the work sheet


def test_the_sheet_to_print_is_a_pdf(office: Office) -> None:
    an_action(office, S.BY_HAND)
    answer = office.client(Role.OFFICER).get("/download/work_sheet.pdf")
    assert answer.status_code == 200 and answer.data.startswith(b"%PDF-")
    assert "work_sheet_" in answer.headers["Content-Disposition"]


def test_texts_on_the_sheet_are_masked_unless_asked_for_in_full(office: Office) -> None:
    an_action(office, S.BY_HAND, "severe")
    client = office.client(Role.OFFICER)
    masked = client.get("/download/work_sheet.csv").text
    full = client.get("/download/work_sheet.csv?text=full").text
    assert VILE not in masked and VILE in full


def test_no_cell_of_the_workbook_is_a_formula(office: Office) -> None:
    an_action(office, S.BY_HAND, "formula")
    body = office.client(Role.OFFICER).get("/download/work_sheet.xlsx?text=full").data
    sheet = load_workbook(io.BytesIO(body)).active
    assert sheet is not None
    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds
    assert any(str(cell.value).startswith("'=HYPERLINK") for cell in sheet["G"])
