"""Every page, download and action opens for its roles and is refused to all others."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.signing_in.security import ROLE_PAGES
from data.model import Role
from tests.unit.pages_helpers import Office, an_office, token_of

PAGES = ("/comments", "/decisions", "/outbox", "/feedback", "/themes", "/duty", "/reports",
         "/sources", "/log", "/policy", "/settings")  # fmt: skip
OFF, S, M, A, D = Role.OFFICER, Role.SENIOR, Role.MANAGER, Role.AUDITOR, Role.ADMINISTRATOR
DOWNLOADS = {
    "/download/comments.csv": {OFF, S, M, A},
    "/download/decisions.csv": {OFF, S, A},
    "/download/log.csv": {A},
    "/download/work_sheet.csv": {OFF, S},
    "/download/work_sheet.xlsx": {OFF, S},
    "/download/work_sheet.pdf": {OFF, S},
    "/download/sweeps/1/rejected.csv": {OFF, S, A, D},
    "/reports/1/report.html": {S, M, A},
    "/download/policy.toml": {S, A, D},
    "/download/cases.csv": {OFF, S, M},
    "/download/evidence/no-such.pdf": {OFF, S, A},
    "/download/evidence/no-such.html": {OFF, S, A},
}
ACTIONS = {
    "/api/decisions/undo": {S},
    "/api/outbox/retry": {OFF, S},
    "/api/outbox/confirm": {OFF, S},
    "/api/outbox/leave": {OFF, S},
    "/api/outbox/resume": {S},
    "/api/sources/pause": {D},
    "/api/sources/close": {D},
    "/api/import": {OFF, S, D},
    "/api/import/running": {OFF, S, D},
    "/api/import/0123456789abcdef0123456789abcdef/look": {OFF, S, D},
    "/api/import/0123456789abcdef0123456789abcdef/columns": {OFF, S, D},
    "/api/import/0123456789abcdef0123456789abcdef/confirm": {OFF, S, D},
    "/api/import/0123456789abcdef0123456789abcdef/cancel": {OFF, S, D},
    "/api/themes/accept": {S, M},
    "/api/themes/save": {S, M},
    "/api/themes/merge": {S, M},
    "/api/themes/refuse": {S, M},
    "/api/themes/refuse-word": {S, M},
    "/api/reports/make": {S, M},
    "/api/log/check": {A},
    "/api/policy/draft": {S, D},
    "/api/policy/document": {S, D},
    "/api/policy/shadow": {S, D},
    "/api/policy/shadow/running": {S, D, A},
    "/api/policy/approve": {S, D},
    "/api/policy/reject": {S, D},
    "/api/policy/back": {S, D},
}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return an_office(tmp_path_factory.mktemp("office"))


@pytest.mark.parametrize("path", PAGES)
def test_page_draws_for_its_roles_and_refuses_all_others(office: Office, path: str) -> None:
    for role in Role:
        drawn = office.page(role, path)
        assert ("Not for your role" in drawn) == (role not in ROLE_PAGES[path]), role


@pytest.mark.parametrize("role", list(Role))
def test_gate_answers_403_on_pages_that_are_not_of_the_role(office: Office, role: Role) -> None:
    client = office.client(role)
    for path in PAGES:
        status = client.get(path).status_code
        assert status == (200 if role in ROLE_PAGES[path] else 403), path


@pytest.mark.parametrize("role", list(Role))
def test_download_answers_403_to_roles_that_may_not_have_it(office: Office, role: Role) -> None:
    client = office.client(role)
    for path, allowed in DOWNLOADS.items():
        status = client.get(path).status_code
        assert (status == 403) == (role not in allowed), (path, status)
        assert status in (200, 403, 404), (path, status)


@pytest.mark.parametrize("role", list(Role))
def test_action_answers_403_to_roles_that_may_not_do_it(office: Office, role: Role) -> None:
    client = office.client(role)
    headers = {"X-CSRFToken": token_of(client)}
    for path, allowed in ACTIONS.items():
        status = client.post(path, json={}, headers=headers).status_code
        assert (status == 403) == (role not in allowed), (path, status)
        assert status < 500, (path, status)


def test_nothing_answers_anybody_who_is_not_signed_in(office: Office) -> None:
    client = office.server.test_client()
    for path in DOWNLOADS:
        answer = client.get(path)
        assert answer.status_code == 302 and "/sign-in" in answer.headers["Location"], path
    for path in ACTIONS:
        assert client.post(path, json={}).status_code == 401, path


def test_action_is_refused_without_the_token(office: Office) -> None:
    client = office.client(Role.SENIOR)
    for path in ACTIONS:
        assert client.post(path, json={}).status_code == 400, path


def test_every_route_of_ours_is_in_the_tables_above(office: Office) -> None:
    """A new download or action must be named here with its roles."""
    known = {p.replace("/1/", "/<>/").replace("0123456789abcdef" * 2, "<>") for p in
             (*DOWNLOADS, *ACTIONS)}  # fmt: skip
    known = {"/reports/<>/<>" if p == "/reports/<>/report.html" else p for p in known}
    known = {p.replace("no-such.pdf", "<>").replace("no-such.html", "<>") for p in known}
    mine = ("/download", "/api/decisions", "/api/outbox", "/api/sources", "/api/import",
            "/api/themes", "/api/reports", "/api/log", "/api/policy", "/reports/")  # fmt: skip
    rules = [str(r) for r in office.server.url_map.iter_rules()]
    found = {_bare(r) for r in rules if r.startswith(mine)}
    assert found == known


def _bare(rule: str) -> str:
    return "/".join("<>" if part.startswith("<") else part for part in rule.split("/"))


def test_page_shows_no_display_name_of_an_author(tmp_path: Path, office: Office) -> None:
    for role in Role:
        for path in PAGES:
            assert "Invented Person" not in office.page(role, path), (role, path)
