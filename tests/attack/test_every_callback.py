"""Every callback of Dash that runs on the server, found in its own map, forged by each role."""

from __future__ import annotations

import json
from typing import Any

import dash
import pytest

from dashboard.signing_in.security import ROLE_PAGES, roles_of
from data.model import Role
from tests.attack.conftest import Clients
from tests.attack.table import CALLBACKS
from tests.unit.pages_helpers import Office

UPDATE = "/_dash-update-component"
# What a browser may be made to send in the place of any property.
VALUES: tuple[Any, ...] = (
    None, "", "/settings", "/log", "?words=%00&user=1", "x" * 5000, -1, 1e308, True, [], [[[]]],
    {}, {"points": [{"customdata": ["'"], "x": "\ud800", "pointNumber": -1}]}, "/\x00", "/../../x",
    "/comments/\u202e", "?since=2026-99-99&until=x&page=-5&queue=%FF", "<script>1</script>",
)  # fmt: skip


NAMES = ("words", "queue", "state", "source", "since", "until", "page", "user", "theme", "view",
         "comment", "before", "day", "days", "low", "high", "sort", "text")  # fmt: skip
QUERIES = tuple(
    "?" + "&".join(f"{name}={value}" for name in NAMES)
    for value in ("%00", "'%22NEAR(", "-99999999999999999999", "2026-99-99&x=%FF", "\ud800")
)


def callbacks() -> dict[str, dict[str, Any]]:
    """The callbacks with a part on the server; those of the browser alone are left out."""
    known: dict[str, dict[str, Any]] = dash.get_app().callback_map
    return {name: told for name, told in known.items() if "callback" in told}


def line_of(output: str) -> str | None:
    return next((line for line in CALLBACKS if line in output), None)


def forged(
    output: str, told: dict[str, Any], value: Any, *, at: int | None = None, path: str = "/help"
) -> dict[str, Any]:
    """The request of a browser that fires this callback with this value: everywhere, or in the
    input ``at`` alone."""
    parts = [p for p in output.strip(".").split("...") if p]
    outputs = [dict(zip(("id", "property"), p.rsplit(".", 1), strict=True)) for p in parts]
    inputs = [
        {**_one(p), "value": value if at in (None, n) else _usual(p, path)}
        for n, p in enumerate(told["inputs"])
    ]
    held: list[dict[str, Any]] = told.get("state") or []
    state = [{**_one(s), "value": value} for s in held]
    first = told["inputs"][0]
    return {
        "output": output,
        "outputs": outputs if output.startswith("..") else outputs[0],
        "inputs": inputs,
        "state": state,
        "changedPropIds": [f"{first['id']}.{first['property']}"],
    }


def _usual(part: dict[str, Any], path: str) -> Any:
    return {"pathname": path, "search": ""}.get(part["property"])


def _one(part: dict[str, Any]) -> dict[str, Any]:
    """An input by its id; a pattern's wildcard becomes an element that may not exist."""
    found = part["id"]
    if isinstance(found, str) and found.startswith("{"):
        known: dict[str, Any] = json.loads(found)
        found = {k: 1 if isinstance(v, list) else v for k, v in known.items()}
    return {"id": found, "property": part["property"]}


def test_every_callback_on_the_server_has_its_line_in_the_table(office: Office) -> None:
    assert callbacks()
    assert [name for name in callbacks() if line_of(name) is None] == []
    assert {line_of(name) for name in callbacks()} == set(CALLBACKS)


def test_no_callback_writes_by_itself_or_runs_in_the_background(office: Office) -> None:
    for name, told in callbacks().items():
        assert not told.get("background"), name
        assert not told.get("mcp_enabled"), name


def test_nobody_calls_back(office: Office) -> None:
    client = office.server.test_client()
    for name, told in callbacks().items():
        for value in ("/sign-in", "/help"):
            answer = client.post(UPDATE, json=forged(name, told, value))
            assert answer.status_code == 401 and "children" not in answer.text, name


@pytest.mark.parametrize("role", list(Role))
def test_forged_callback_never_breaks_and_gives_no_role_more_than_its_pages(
    office: Office, clients: Clients, role: Role
) -> None:
    client, token = clients[role]
    headers = {"X-CSRFToken": token}
    own = [path for path in ROLE_PAGES if role in ROLE_PAGES[path]]
    for name, told in callbacks().items():
        tried = [(value, None, "/help") for value in VALUES]
        tried += [(v, n, p) for v in QUERIES for n in range(1, len(told["inputs"])) for p in own]
        for value, at, path in tried:
            body = forged(name, told, value, at=at, path=path)
            answer = client.post(UPDATE, json=body, headers=headers)
            assert "Traceback" not in answer.text, (name, role, value)
            first = body["inputs"][0]["value"]
            # Dash's own router takes texts only, and a path only; it says so with a 500.
            texts = all(isinstance(i["value"], str) for i in body["inputs"])
            is_path = texts and str(first).startswith("/")
            assert answer.status_code < 500 or not is_path, (name, role, value, path)
            if is_path and (allowed := roles_of(first)) and role not in allowed:
                assert "Not for your role" in answer.text, (name, role, value)


@pytest.mark.parametrize("role", list(Role))
def test_callback_without_token_or_from_elsewhere_is_refused(
    office: Office, clients: Clients, role: Role
) -> None:
    client, token = clients[role]
    for name, told in callbacks().items():
        body = forged(name, told, "/")
        assert client.post(UPDATE, json=body).status_code == 400
        foreign = {"X-CSRFToken": token, "Sec-Fetch-Site": "cross-site"}
        assert client.post(UPDATE, json=body, headers=foreign).status_code == 403


@pytest.mark.parametrize(
    "body",
    [{}, {"output": "nothing.children"}, {"output": 7}, [], None, "x",
     {"output": "..a.b...c.d..", "outputs": [], "inputs": [], "changedPropIds": []}],
    ids=str,
)  # fmt: skip
def test_callback_that_does_not_exist_gives_nothing(
    office: Office, clients: Clients, body: object
) -> None:
    client, token = clients[Role.OFFICER]
    answer = client.post(UPDATE, json=body, headers={"X-CSRFToken": token})
    assert answer.status_code in (400, 404, 415, 500) and "Traceback" not in answer.text


def test_layout_and_dependencies_are_closed_to_nobody(office: Office) -> None:
    client = office.server.test_client()
    for path in ("/_dash-layout", "/_dash-dependencies", "/_reload-hash"):
        assert client.get(path).status_code == 401
