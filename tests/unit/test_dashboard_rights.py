"""Who may open and call what; headers; forged and hostile requests."""

from __future__ import annotations

from collections.abc import Iterator

import dash
import pytest

from dashboard.drawing.page import add_page
from dashboard.signing_in.security import ROLE_PAGES, roles_of
from data.model import Role
from tests.browser.desk_data import PEOPLE
from tests.unit.dashboard_helpers import Web, a_web

DECIDERS = ("nadia", "samina")
OTHERS = ("manager", "auditor", "admin")
QUEUE_POSTS = ("next", "claim", "release", "decide", "undo")
QUEUE_GETS = ("desk", "counts", "history?comment=mock:1")


@pytest.fixture(scope="module")
def web() -> Iterator[Web]:
    with a_web() as made:
        yield made


def pages() -> dict[str, str]:
    return {p["path"]: p["module"] for p in dash.page_registry.values()}


# ------------------------------------------------------------------------------ nobody


@pytest.mark.parametrize("path", ["/", "/queue", "/comments?words=x", "/no-such-page"])
def test_page_asks_a_stranger_to_sign_in(web: Web, path: str) -> None:
    answer = web.browser().get(path)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/sign-in")


@pytest.mark.parametrize("path", ["/_dash-layout", "/_dash-dependencies", "/api/queue/counts"])
def test_data_is_closed_to_a_stranger(web: Web, path: str) -> None:
    answer = web.browser().get(path)
    assert answer.status_code == 401
    assert answer.json == {"error": "Your session has ended. Sign in again."}


def test_callback_is_closed_to_a_stranger_whatever_it_names(web: Web) -> None:
    body = {"inputs": [{"id": "x", "property": "pathname", "value": "/sign-in"}]}
    client = web.browser().client
    assert client.post("/_dash-update-component", json=body).status_code == 401


# ------------------------------------------------------------------------------ roles


def test_every_page_that_is_registered_has_its_roles(web: Web) -> None:
    assert pages()
    assert all(roles_of(path) for path in pages())


def test_page_without_roles_cannot_be_registered(web: Web) -> None:
    with pytest.raises(KeyError, match="ROLE_PAGES"):
        add_page("x", path="/no-roles", title="X", layout=lambda query: dash.html.Div())


@pytest.mark.parametrize("name", list(PEOPLE))
def test_pages_open_for_their_roles_only(web: Web, name: str) -> None:
    browser, role = web.browser(name), PEOPLE[name][1]
    for path in pages():
        expected = 200 if role in (roles_of(path) or ()) else 403
        assert browser.get(path).status_code == expected, path


@pytest.mark.parametrize("name", list(PEOPLE))
def test_page_forged_through_its_callback_shows_no_more_than_its_address(
    web: Web, name: str
) -> None:
    browser, role = web.browser(name), PEOPLE[name][1]
    for path in pages():
        answer = browser.post("/_dash-update-component", page_request(path))
        assert answer.status_code == 200
        refused = "Not for your role" in answer.get_data(as_text=True)
        assert refused == (role not in (roles_of(path) or ())), path


def page_request(path: str) -> dict[str, object]:
    outputs = ["_pages_content.children", "_pages_store.data"]
    return {
        "output": "..".join(["", *["...".join(outputs)], ""]),
        "outputs": [
            {"id": "_pages_content", "property": "children"},
            {"id": "_pages_store", "property": "data"},
        ],
        "inputs": [
            {"id": "_pages_location", "property": "pathname", "value": path},
            {"id": "_pages_location", "property": "search", "value": ""},
        ],
        "changedPropIds": ["_pages_location.pathname"],
    }


@pytest.mark.parametrize("name", OTHERS)
def test_queue_answers_403_to_roles_that_decide_nothing(web: Web, name: str) -> None:
    browser = web.browser(name)
    told = [browser.post(f"/api/queue/{p}").status_code for p in QUEUE_POSTS]
    told += [browser.get(f"/api/queue/{g}").status_code for g in QUEUE_GETS]
    assert told == [403] * len(told)


@pytest.mark.parametrize("name", DECIDERS)
def test_queue_is_open_to_those_who_decide(web: Web, name: str) -> None:
    assert web.browser(name).get("/api/queue/desk").status_code == 200


def test_every_role_has_pages_and_only_deciders_have_the_queue() -> None:
    assert all(any(r in roles for roles in ROLE_PAGES.values()) for r in Role)
    assert ROLE_PAGES["/queue"] == {Role.OFFICER, Role.SENIOR}


# ------------------------------------------------------------------------------ forged requests


def test_post_without_a_token_is_refused_as_such(web: Web) -> None:
    browser = web.browser("nadia")
    answer = browser.client.post("/api/queue/next", json={})
    assert answer.status_code == 400
    assert answer.json is not None and answer.json["code"] == "csrf"


def test_post_from_another_site_is_refused_even_with_a_token(web: Web) -> None:
    browser = web.browser("nadia")
    answer = browser.post("/api/queue/next", {}, **{"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


def test_request_that_is_too_large_is_refused(web: Web) -> None:
    browser = web.browser("nadia")
    answer = browser.post("/api/queue/decide", {"reason_text": "x" * 300_000})
    assert answer.status_code == 413


def test_address_that_is_no_page_is_told_as_such(web: Web) -> None:
    answer = web.browser("nadia").get("/no-such-page")
    assert answer.status_code == 404
    assert "There is no such page." in answer.get_data(as_text=True)


# ------------------------------------------------------------------------------ headers


def test_policy_lets_no_foreign_script_and_no_eval_in(web: Web) -> None:
    answer = web.browser("nadia").get("/")
    policy = answer.headers["Content-Security-Policy"]
    scripts = next(p for p in policy.split(";") if p.strip().startswith("script-src"))
    assert "unsafe" not in scripts and "http" not in scripts
    assert "frame-ancestors 'none'" in policy and "object-src 'none'" in policy
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"


def test_session_cookie_is_out_of_reach_of_scripts(web: Web) -> None:
    answer = web.browser().sign_in("nadia")
    cookie = next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith("sunwai="))
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie


def test_cookies_are_secure_when_settings_say_so() -> None:
    with a_web(secure_cookies=True) as web:
        page = web.app.test_client().get("/sign-in", base_url="https://localhost")
    assert "; Secure" in page.headers["Set-Cookie"]
    assert "Strict-Transport-Security" in page.headers


def test_no_route_lets_a_machine_drive_the_dashboard(web: Web) -> None:
    assert not [r for r in web.app.url_map.iter_rules() if "_mcp" in r.rule]


def test_health_is_told_to_strangers_without_details(web: Web) -> None:
    browser = web.browser()
    assert browser.get("/healthz").json == {"status": "ok"}
    ready = browser.get("/readyz")
    assert ready.status_code == 200
    assert ready.json == {
        "status": "ok",
        "database": "ok",
        "schema": "ok",
        "scheduler": "none yet",
        "sweeps": "ok",
    }


def test_readiness_tells_of_sources_that_were_not_swept(web: Web) -> None:
    with a_web() as stale:
        stale.later(hours=3)
        told = stale.browser().get("/readyz").json
    assert told is not None and (told["status"], told["sweeps"]) == ("problem", "problem")
