"""What people do on the pages: undo, confirm by hand, try again, pause, sign off themes, check."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import text

from data.model import (
    DutyVerdict,
    EnforcementState,
    ReasonCode,
    Role,
    RowError,
    ThemeState,
    Verdict,
)
from data.store import audit, outbox, sources, sweeps, themes
from data.store.decisions import current_decision
from data.store.reports import keep_report
from moderation.carrying_out.enforce import carry_out_decisions
from tests.builders import NOW
from tests.unit.pages_helpers import SCRIPT, VILE, Office, an_office, decide
from tests.unit.test_pages_lists import links, texts

HOUR = timedelta(hours=1)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return an_office(tmp_path)


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """An office for tests that leave it as it is."""
    return an_office(tmp_path_factory.mktemp("calm"))


def shown(office: Office, role: Role, path: str, **query: Any) -> str:
    return "".join(texts(office.drawn(role, path, **query)))


def verbs(office: Office) -> list[str]:
    with office.db.read() as tx:
        return [e.verb for e in audit.entries(tx)]


def hand_over(office: Office) -> int:
    """Carries the hold out, so that the export-only removal becomes work by hand; its id."""
    carry_out_decisions(office.db, {}, owner="test", clock=lambda: NOW)
    with office.db.read() as tx:
        return outbox.actions(tx, states=[EnforcementState.BY_HAND])[0].id


# ------------------------------------------------------------------------------ decisions


def test_senior_undoes_another_officers_decision(office: Office) -> None:
    with office.db.read() as tx:
        standing = current_decision(tx, office.ids["complaint"])
    assert standing is not None
    answer = office.post(Role.SENIOR, "/api/decisions/undo", {"decision": str(standing.id)})
    assert answer.status_code == 200 and "is undone" in answer.json["told"]
    with office.db.read() as tx:
        now = current_decision(tx, office.ids["complaint"])
    assert now is not None and now.verdict is Verdict.UNDO and now.undoes == standing.id
    assert "decide.undo" in verbs(office)


def test_undo_twice_is_one_undo(office: Office) -> None:
    body = {"decision": "1"}
    assert office.post(Role.SENIOR, "/api/decisions/undo", body).status_code == 200
    assert office.post(Role.SENIOR, "/api/decisions/undo", body).status_code == 200
    assert verbs(office).count("decide.undo") == 1


@pytest.mark.parametrize(("number", "status"), [("9999", 404), ("x", 400), ("", 400), (7, 400)])
def test_undo_of_no_decision_is_refused_with_a_sentence(
    office: Office, number: object, status: int
) -> None:
    answer = office.post(Role.SENIOR, "/api/decisions/undo", {"decision": number})
    assert answer.status_code == status and answer.json["error"]


def test_decided_anew_is_not_undone_by_an_old_page(office: Office) -> None:
    with office.db.read() as tx:
        old = current_decision(tx, office.ids["complaint"])
    assert old is not None
    office.post(Role.SENIOR, "/api/decisions/undo", {"decision": str(old.id)})
    decide(office, "complaint", Verdict.COMPLAINT, theme="water")
    other = {"decision": str(old.id + 10_000)}
    assert office.post(Role.SENIOR, "/api/decisions/undo", other).status_code == 404
    with office.db.read() as tx:
        now = current_decision(tx, office.ids["complaint"])
    assert now is not None and now.verdict is Verdict.COMPLAINT


def test_only_seniors_are_offered_the_undo(office: Office) -> None:
    assert "/api/decisions/undo" in office.page(Role.SENIOR, "/decisions")
    assert "/api/decisions/undo" not in office.page(Role.OFFICER, "/decisions")


# ------------------------------------------------------------------------------ outbox


def test_tabs_count_what_their_lists_hold(office: Office) -> None:
    hand_over(office)
    for href, text_ in links(office.drawn(Role.OFFICER, "/outbox")):
        if not href.startswith("/outbox?state="):
            continue
        state = href.split("=")[1]
        count = int("".join(ch for ch in text_ if ch.isdigit()))
        assert f"{count:,} action" in shown(office, Role.OFFICER, "/outbox", state=state)


def test_held_action_is_shown_with_the_instant_its_countdown_ends(office: Office) -> None:
    decide(office, "roman", Verdict.REMOVE, reason=ReasonCode.SPAM, at=NOW)
    drawn = office.page(Role.OFFICER, "/outbox", state="held")
    assert f'"data-until": "{(NOW + timedelta(seconds=10)).isoformat()}"' in drawn


def test_work_by_hand_is_confirmed_once(office: Office) -> None:
    number = hand_over(office)
    assert "Done by hand" in office.page(Role.OFFICER, "/outbox", state="by_hand")
    for _ in range(2):
        answer = office.post(Role.OFFICER, "/api/outbox/confirm", {"action": str(number)})
        assert answer.status_code == 200
    with office.db.read() as tx:
        attempts = [e.state for e in outbox.attempts_of(tx, number)]
    assert attempts.count(EnforcementState.CONFIRMED) == 1


def test_retry_of_what_is_not_failed_is_refused_with_a_sentence(office: Office) -> None:
    number = hand_over(office)
    answer = office.post(Role.OFFICER, "/api/outbox/retry", {"action": str(number)})
    assert answer.status_code == 409 and "cannot be tried again" in answer.json["error"]
    assert office.post(Role.OFFICER, "/api/outbox/retry", {"action": "999"}).status_code == 404


def test_dry_run_shows_the_request_and_can_be_tried_again(office: Office) -> None:
    with office.db.write() as tx:
        action = outbox.actions(tx, states=[EnforcementState.HELD])[0]
        outbox.append_enforcement(tx, action.id, EnforcementState.DRY_RUN, now=NOW,
                                  request={"method": "POST", "path": "/hide/7"})  # fmt: skip
    told = shown(office, Role.OFFICER, "/outbox", state="dry_run")
    assert "/hide/7" in told and "Nothing was sent" in told
    answer = office.post(Role.OFFICER, "/api/outbox/retry", {"action": str(action.id)})
    assert answer.status_code == 200


def test_auditor_sees_the_outbox_without_buttons(office: Office) -> None:
    hand_over(office)
    drawn = office.page(Role.AUDITOR, "/outbox")
    assert "/api/outbox" not in drawn and "work_sheet" not in drawn


def test_state_that_is_none_is_told(office: Office) -> None:
    assert "is no state of an action" in shown(office, Role.OFFICER, "/outbox", state="magic")


def test_work_sheet_is_masked_numbered_and_without_formulas(office: Office) -> None:
    hand_over(office)
    client = office.client(Role.OFFICER)
    rows = list(csv.DictReader(io.StringIO(client.get("/download/work_sheet.csv").text[1:])))
    assert [r["no"] for r in rows] == ["1", "2"] and VILE not in str(rows)
    book = load_workbook(io.BytesIO(client.get("/download/work_sheet.xlsx").data))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert cells and not any(cell.data_type == "f" for cell in cells)


# ------------------------------------------------------------------------------ sources


def test_pause_and_resume_are_noted_in_the_log(office: Office) -> None:
    number = str(office.source.id)
    for paused in ("yes", "no"):
        body = {"source": number, "paused": paused}
        assert office.post(Role.ADMINISTRATOR, "/api/sources/pause", body).status_code == 200
        with office.db.read() as tx:
            source = sources.source_by_id(tx, office.source.id)
        assert source is not None and source.paused is (paused == "yes")
    assert {"pause source", "resume source"} <= set(verbs(office))


def test_pause_of_an_unknown_source_changes_nothing(office: Office) -> None:
    answer = office.post(
        Role.ADMINISTRATOR, "/api/sources/pause", {"source": "99", "paused": "yes"}
    )
    assert answer.status_code == 404
    assert "pause source" not in verbs(office)


def test_gap_of_the_week_is_told_in_words(office: Office) -> None:
    told = shown(office, Role.MANAGER, "/sources")
    assert "15:59-21:29" in told.replace("–", "-") or "gap" in told


def test_rejected_rows_come_as_csv_that_runs_nothing(office: Office) -> None:
    with office.db.write() as tx:
        errors = [RowError(row=7, reason="no text", raw="=cmd|' /C calc'!A0")]
        sweeps.keep_rejected(tx, 1, errors)
    answer = office.client(Role.ADMINISTRATOR).get("/download/sweeps/1/rejected.csv")
    rows = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))))
    assert rows[1] == ["7", "no text", "'=cmd|' /C calc'!A0"]
    assert office.client(Role.OFFICER).get("/download/sweeps/99999/rejected.csv").status_code == 404


# ------------------------------------------------------------------------------ themes


def theme(office: Office, key: str) -> Any:
    with office.db.read() as tx:
        return next((t for t in themes.list_themes(tx) if t.key == key), None)


def test_new_theme_is_signed_off_with_its_terms_and_noted(office: Office) -> None:
    body = {"title_en": "Street dogs", "title_ur": "آوارہ کتے", "terms": "dogs\n dog \ndogs, کتے"}
    assert office.post(Role.MANAGER, "/api/themes/accept", body).status_code == 200
    made = theme(office, "street-dogs")
    assert made.state is ThemeState.SELECTED and made.terms == ("dogs", "dog", "کتے")
    assert "theme.accept" in verbs(office)
    assert office.post(Role.MANAGER, "/api/themes/accept", body).status_code == 400


def test_theme_with_an_urdu_title_gets_a_key_of_its_own(office: Office) -> None:
    body = {"title_en": "پارک", "terms": "park"}
    assert office.post(Role.SENIOR, "/api/themes/accept", body).status_code == 200
    with office.db.read() as tx:
        assert sum(t.title_en == "پارک" for t in themes.list_themes(tx)) == 1


def test_merge_gives_the_terms_to_the_other_theme_and_puts_the_first_away(office: Office) -> None:
    office.post(Role.SENIOR, "/api/themes/accept", {"title_en": "Taps", "terms": "tap\nwater"})
    body = {"key": "taps", "into": "water"}
    assert office.post(Role.SENIOR, "/api/themes/merge", body).status_code == 200
    assert theme(office, "water").terms == ("water", "pani", "tap")
    assert theme(office, "taps").state is ThemeState.MERGED
    for wrong in ({"key": "water", "into": "water"}, {"key": "water", "into": "taps"}, {}):
        assert office.post(Role.SENIOR, "/api/themes/merge", wrong).status_code == 400


def test_refused_theme_and_word_stay_away(office: Office) -> None:
    assert office.post(Role.SENIOR, "/api/themes/refuse", {"key": "water"}).status_code == 200
    assert theme(office, "water").state is ThemeState.REFUSED
    assert office.post(Role.SENIOR, "/api/themes/refuse-word", {"word": "jaldi"}).status_code == 200
    with office.db.read() as tx:
        refused = [t.title_en for t in themes.list_themes(tx) if t.state is ThemeState.REFUSED]
    assert "jaldi" in refused


@pytest.mark.parametrize(
    "body",
    [
        {"title_en": "", "terms": "x"},
        {"title_en": "A", "terms": " \n * "},
        {"title_en": "A" * 81, "terms": "x"},
        {"title_en": "A", "terms": "x" * 61},
        {"title_en": "A", "terms": "\n".join(f"t{n}" for n in range(201))},
        {"title_en": ["A"], "terms": "x"},
    ],
)
def test_theme_that_cannot_be_is_refused_with_a_sentence(calm: Office, body: Any) -> None:
    answer = calm.post(Role.SENIOR, "/api/themes/accept", body)
    assert answer.status_code == 400 and answer.json["error"]


def test_chain_never_holds_a_themes_words(office: Office) -> None:
    office.post(Role.SENIOR, "/api/themes/accept", {"title_en": "Some body", "terms": "secretword"})
    with office.db.read() as tx:
        told = str([e.detail for e in audit.entries(tx)])
    assert "secretword" not in told


# ------------------------------------------------------------------------------ log, reports


def test_check_says_that_the_chain_holds_and_where_it_breaks(office: Office) -> None:
    answer = office.post(Role.AUDITOR, "/api/log/check", {})
    assert answer.json["tone"] == "good" and "The chain holds" in answer.json["told"]
    with office.db.write() as tx:
        tx.execute(text("DROP TRIGGER audit_entry_is_append_only"))
        tx.execute(text("UPDATE audit_entry SET verb = 'nothing' WHERE seq = 2"))
    answer = office.post(Role.AUDITOR, "/api/log/check", {})
    assert answer.json["tone"] == "bad" and "broken at entry 2" in answer.json["told"]


def a_report(office: Office, folder: str, *, names: tuple[str, ...] = ("report.html",)) -> int:
    place = office.reports / folder
    if place.parent == office.reports:
        place.mkdir(exist_ok=True)
        for name in names:
            (place / name).write_text(f"<h1>{name}</h1>", "utf-8")
    with office.db.write() as tx:
        return keep_report(tx, day=date(2026, 5, 31), verdict=DutyVerdict.NOT_PROVEN, late=True,
                           headline=f"NOT PROVEN: {SCRIPT}", manifest_sha256="0" * 64,
                           folder=folder, now=NOW)  # fmt: skip


def test_report_is_served_without_scripts_and_its_files_as_downloads(office: Office) -> None:
    number = a_report(office, "2026-05-31", names=("report.html", "report.json", "duty.csv"))
    client = office.client(Role.MANAGER)
    page = client.get(f"/reports/{number}/report.html")
    assert page.status_code == 200 and page.mimetype == "text/html"
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "script-src" not in policy
    sheet = client.get(f"/reports/{number}/duty.csv")
    assert sheet.headers["Content-Disposition"].startswith("attachment")
    told = shown(office, Role.MANAGER, "/reports")
    for word in ("Not proven", "late", "duty.csv", "report.json", SCRIPT):
        assert word in told


def test_other_pages_keep_their_own_policy(office: Office) -> None:
    number = a_report(office, "2026-05-31")
    client = office.client(Role.MANAGER)
    client.get(f"/reports/{number}/report.html")
    assert "script-src 'self'" in client.get("/feedback").headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "name",
    [
        "../secret.txt", "..%2fsecret.txt", "%2e%2e/secret.txt", "..%5csecret.txt",
        "....//secret.txt", "/etc/passwd", "%2fetc%2fpasswd", "secret.txt%00.html", ".", "..",
        "link.html", ".hidden",
    ],
)  # fmt: skip
def test_report_route_gives_nothing_from_outside_its_folder(calm: Office, name: str) -> None:
    number = a_report(calm, "2026-05-31")
    (calm.reports / "secret.txt").write_text("secret", "utf-8")
    (calm.reports / "2026-05-31" / ".hidden").write_text("secret", "utf-8")
    link = calm.reports / "2026-05-31" / "link.html"
    if not link.is_symlink():
        link.symlink_to(calm.reports / "secret.txt")
    answer = calm.client(Role.AUDITOR).get(f"/reports/{number}/{name}")
    assert answer.status_code in (301, 302, 308, 400, 403, 404)
    assert answer.text != "secret"


@pytest.mark.parametrize("folder", ["../", "/etc", "2026-05-31/../.."])
def test_report_whose_folder_lies_elsewhere_is_not_served(calm: Office, folder: str) -> None:
    (calm.reports.parent / "report.html").write_text("secret", "utf-8")
    number = a_report(calm, folder)
    answer = calm.client(Role.AUDITOR).get(f"/reports/{number}/report.html")
    assert answer.status_code == 404
    assert "files not here" in shown(calm, Role.AUDITOR, "/reports")


def test_report_is_made_for_a_day_that_has_begun_and_noted(tmp_path: Path) -> None:
    asked: list[date] = []
    office = an_office(tmp_path, make_report=asked.append)
    answer = office.post(Role.MANAGER, "/api/reports/make", {"day": "2026-05-31"})
    assert answer.status_code == 200 and asked == [date(2026, 5, 31)]
    assert "report.asked" in verbs(office)
    for wrong in ("2026-06-02", "31.5.2026", ""):
        assert office.post(Role.MANAGER, "/api/reports/make", {"day": wrong}).status_code == 400
    assert asked == [date(2026, 5, 31)]


def test_settings_show_users_and_no_secret(tmp_path: Path) -> None:
    office = an_office(tmp_path, settings_told={"web.port": "8000", "privacy.keep_names": "False"})
    told = shown(office, Role.ADMINISTRATOR, "/settings")
    assert "web.port" in told and "officer-1" in told and "within 30 min of first sight" in told
    assert "only for tests" not in told and "argon2" not in told
