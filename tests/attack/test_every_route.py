"""Every route of the application, found in its own map: each method, each role, and nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.routing import Rule

from dashboard.signing_in.security import ROLES
from data.model import Role
from tests.attack.conftest import Clients
from tests.attack.table import OPEN, ROUTES, SIGNED_IN, line_of
from tests.unit.pages_helpers import Office

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# What stands for the parts of a rule: ids that may be there, and names that are not.
PARTS = {"int": "1", "path": "x", "string": "x", "default": "x"}


def rules(app: Flask) -> Iterator[tuple[Rule, set[str]]]:
    for rule in app.url_map.iter_rules():
        yield rule, (rule.methods or set()) - {"HEAD", "OPTIONS"}


def path_of(rule: Rule) -> str:
    return re.sub(
        r"<(?:(\w+)[^:>]*:)?[^>]+>", lambda m: PARTS.get(m[1] or "default", "x"), rule.rule
    )


def roles_that_may(app: Flask, rule: Rule) -> frozenset[Role] | None:
    found: frozenset[Role] | None = getattr(app.view_functions[rule.endpoint], ROLES, None)
    return found


# ------------------------------------------------------------------------------ the table


def test_every_route_has_its_line_in_the_table(office: Office) -> None:
    forgotten = [
        r.rule
        for r, _ in rules(office.server)
        if not any(line_of(r.rule, table) for table in (ROUTES, OPEN, SIGNED_IN))
    ]
    assert forgotten == []


def test_every_line_of_the_table_is_still_needed(office: Office) -> None:
    known = [r.rule for r, _ in rules(office.server)]
    used = {line_of(r, t) for r in known for t in (ROUTES, OPEN, SIGNED_IN)}
    assert {*ROUTES, *OPEN, *SIGNED_IN} - used - {"/api/tour", "/static/"} == set()


def test_every_route_of_ours_asks_for_a_role_and_for_none_beyond_its_line(
    office: Office,
) -> None:
    for rule, _ in rules(office.server):
        line = line_of(rule.rule, ROUTES)
        if line is None or rule.rule.startswith("/_dash"):
            continue
        allowed = roles_that_may(office.server, rule)
        assert allowed is not None, f"{rule.rule} asks for no role: put @requires on it"
        assert allowed <= ROUTES[line], f"{rule.rule} lets in {allowed - ROUTES[line]}"


# ------------------------------------------------------------------------------ nobody


def test_nobody_gets_anything_but_the_open_routes(office: Office) -> None:
    client = office.server.test_client()
    for rule, methods in rules(office.server):
        if line_of(rule.rule, OPEN) is not None:
            continue
        for method in METHODS:
            answer = client.open(path_of(rule), method=method)
            told = (method, rule.rule, answer.status_code)
            if method == "GET" and answer.status_code == 302:
                assert answer.headers["Location"].startswith("/sign-in"), told
                continue
            assert answer.status_code == 401, (told, methods)


def test_nobody_learns_by_head_or_options_what_get_would_refuse(office: Office) -> None:
    client = office.server.test_client()
    for rule, _ in rules(office.server):
        if line_of(rule.rule, OPEN) is not None:
            continue
        for method in ("HEAD", "OPTIONS"):
            answer = client.open(path_of(rule), method=method)
            assert answer.status_code in (302, 401), (method, rule.rule, answer.status_code)


# ------------------------------------------------------------------------------ each role


@pytest.mark.parametrize("role", list(Role))
def test_route_answers_403_to_every_role_that_is_not_its_own(
    office: Office, clients: Clients, role: Role
) -> None:
    client, token = clients[role]
    for rule, methods in rules(office.server):
        allowed = roles_that_may(office.server, rule)
        if allowed is None:
            continue
        for method in methods:
            answer = client.open(
                path_of(rule), method=method, json={}, headers={"X-CSRFToken": token}
            )
            told = (method, rule.rule, role.value, answer.status_code)
            assert answer.status_code < 500, told
            if role not in allowed:
                assert answer.status_code == 403, told
            elif not rule.rule.startswith("/me/"):  # there a wrong password answers 401
                assert answer.status_code not in (401, 405), told


@pytest.mark.parametrize("role", list(Role))
def test_method_that_a_route_does_not_take_is_refused(
    office: Office, clients: Clients, role: Role
) -> None:
    client, token = clients[role]
    for rule, methods in rules(office.server):
        if line_of(rule.rule, ROUTES) is None:
            continue
        for method in {"PUT", "PATCH", "DELETE"} - methods:
            answer = client.open(
                path_of(rule), method=method, json={}, headers={"X-CSRFToken": token}
            )
            assert answer.status_code in (403, 404, 405), (method, rule.rule, answer.status_code)


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
def test_method_cannot_be_changed_by_a_header(
    office: Office, clients: Clients, header: str
) -> None:
    client, _ = clients[Role.ADMINISTRATOR]
    told = {"name": "planted", "role": "administrator"}
    answer = client.get("/api/users/add", headers={header: "POST"}, json=told)
    assert answer.status_code in (404, 405)


def test_post_without_a_token_or_from_elsewhere_is_refused_on_every_route(
    office: Office, clients: Clients
) -> None:
    for rule, methods in rules(office.server):
        allowed = roles_that_may(office.server, rule)
        if "POST" not in methods or not allowed:
            continue
        client, token = clients[min(allowed)]
        path = path_of(rule)
        assert client.post(path, json={}).status_code == 400, rule.rule
        for site in ("cross-site", "same-site", "invented"):
            headers = {"X-CSRFToken": token, "Sec-Fetch-Site": site}
            assert client.post(path, json={}, headers=headers).status_code == 403, rule.rule
        stranger = {"X-CSRFToken": token[:-4] + "AAAA"}
        assert client.post(path, json={}, headers=stranger).status_code == 400, rule.rule


def test_token_of_another_session_is_refused(office: Office, clients: Clients) -> None:
    client, _ = clients[Role.OFFICER]
    _, others = clients[Role.SENIOR]
    answer = client.post("/api/queue/next", json={}, headers={"X-CSRFToken": others})
    assert answer.status_code == 400


# ------------------------------------------------------------------------------ hostile bodies


BODIES = (
    b"", b"null", b"[]", b'"x"', b"{", b"\xff\xfe", b"[" * 5000, b'{"a":' * 5000,
    b'{"user": {"$ne": 1}, "comment_id": ["x"], "queue": 7, "key": null, "ids": "x"}',
    b'{"comment_id": "\\u0000", "queue": "\\ud800", "key": "\\u202e", "user": "-1", "name": "%n"}',
    b'{"comment_id": 1e400, "revision_id": -1, "user": 99999999999999999999, "ids": [[[]]]}',
    b'{"comment_id": "\' OR 1=1 --", "words": "\\"", "theme": "../../x", "job": {}}',
)  # fmt: skip


@pytest.mark.parametrize("number", range(len(BODIES)))
def test_hostile_body_never_breaks_a_route(office: Office, clients: Clients, number: int) -> None:
    broken: list[str] = []
    for rule, methods in rules(office.server):
        allowed = roles_that_may(office.server, rule)
        if "POST" not in methods or not allowed:
            continue
        client, token = clients[min(allowed)]
        answer = client.post(
            path_of(rule),
            data=BODIES[number],
            content_type="application/json",
            headers={"X-CSRFToken": token},
        )
        if answer.status_code >= 500:
            broken.append(rule.rule)
    assert broken == []


QUERIES = ("?" + "&".join(f"{n}={v}" for n in (
    "words", "queue", "state", "verdict", "source", "from", "until", "since", "page", "before",
    "user", "view", "theme", "score", "low", "high", "day", "days", "n", "text", "comment", "sort",
)) for v in ("%00", "'", "%FF%FE", "-1", "99999999999999999999", "%F0%9F%92%A9" * 300, "%22NEAR(",
             "2026-99-99", "..%2f..%2fetc%2fpasswd", "%0d%0aX:%20y"))  # fmt: skip


@pytest.mark.parametrize("query", list(QUERIES), ids=lambda q: q[-24:])
def test_hostile_query_never_breaks_a_download(
    office: Office, clients: Clients, query: str
) -> None:
    broken: list[str] = []
    for rule, methods in rules(office.server):
        allowed = roles_that_may(office.server, rule)
        if "GET" not in methods or not allowed:
            continue
        client, _ = clients[min(allowed)]
        answer = client.get(path_of(rule) + query)
        assert "X" not in answer.headers
        answer.close()
        if answer.status_code >= 500:
            broken.append(rule.rule)
    assert broken == []
