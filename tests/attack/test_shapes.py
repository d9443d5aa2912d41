"""Hostile shapes: addresses, headers, cookies, file names, forged ids, keys played again."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import Headers

from dashboard.signing_in.auth import safe_next
from data.model import Role
from tests.attack.conftest import Clients
from tests.unit.dashboard_helpers import Browser, Web, a_web, decision
from tests.unit.pages_helpers import Office

# What was uploaded and refused is closed when the request is forgotten, not before.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
AWAY = (
    "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example",
    "/\n/evil.example", "/%0d%0aLocation:%20https://evil.example", "https:evil.example",
    "https:/evil.example", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x",
    " //evil.example", "\u2028//evil.example", "/\u0000/evil.example", "//evil.example@localhost",
    "//localhost@evil.example", "http://[::1", "/sign-in?next=//evil.example", "/sign-out",
    "/api/queue/next", "/_dash-layout", "?next=//evil.example", "#//evil.example", "evil.example",
    "/\r\nSet-Cookie: sunwai=1", "//%65vil.example", "/ /evil.example\x7f",
)  # fmt: skip


@pytest.fixture(scope="module")
def web() -> Iterator[Web]:
    with a_web() as made:
        yield made


# ------------------------------------------------------------------------------ where to go


@pytest.mark.parametrize("target", AWAY)
def test_next_leads_nowhere_else_whatever_its_shape(web: Web, target: str) -> None:
    answer = web.browser().sign_in("nadia", next=target)
    place = answer.headers["Location"]
    assert answer.status_code == 303
    assert place.startswith("/") and not place.startswith(("//", "/\\"))
    assert "evil" not in place.split("/")[1] and "Set-Cookie: sunwai=1" not in str(answer.headers)
    assert [v for k, v in answer.headers if "evil" in v and k != "Location"] == []


@pytest.mark.parametrize("target", AWAY)
def test_sign_in_page_carries_no_foreign_next_on(web: Web, target: str) -> None:
    page = web.browser().client.get("/sign-in", query_string={"next": target})
    if page.status_code == 200:
        place = page.text.split('name="next" value="')[1].split('"')[0]
        assert place.startswith("/") and not place.startswith(("//", "/\\"))
        assert "evil" not in place.split("/")[1]


@given(st.text(alphabet="/\\:@.%?#\r\n\t evil\u2028\x00"))
@settings(max_examples=400)
def test_next_stays_on_this_host_for_any_text(target: str) -> None:
    place = safe_next(target)
    assert place.startswith("/") and not place.startswith(("//", "/\\"))
    assert "\r" not in place and "\n" not in place and "\t" not in place


# ------------------------------------------------------------------------------ paths

TRICKS = (
    "/%2e%2e/%2e%2e/etc/passwd", "/..%2f..%2fetc/passwd", "/assets/..%2f..%2fdashboard/app.py",
    "/assets/%2e%2e/app.py", "/assets/....//app.py", "/assets/../app.py", "/x//settings",
    "/settings/", "/settings;x=1", "/settings%2f", "/./settings", "/help/../settings",
    "/help/%2e%2e/settings", "/Settings", "/settings%20", "/settings%00", "/%73ettings",
    "/_dash-component-suites/../../etc/passwd", "/_dash-component-suites/dash/..%2f__init__.py",
    "/reports/1/..%2f..%2fsunwai.db", "/reports/1/%2e%2e", "/words/..%2f..%2fauth.py",
    "/download/evidence/..%2f..%2fx.pdf", "/assets/together/..%2f..%2fx", "/static/x",
    "/download/policy.toml/..", "/sign-in/../settings",
    "/assets/%00", "/sign-in/%2e%2e/settings", "/assets/x/../../settings",
)  # fmt: skip


@pytest.mark.parametrize("path", TRICKS)
def test_path_trick_opens_no_page_of_the_administrator_to_an_officer(web: Web, path: str) -> None:
    browser = web.browser("nadia")
    answer = browser.get(path)
    assert answer.status_code in (301, 302, 308, 400, 403, 404), answer.status_code
    if answer.status_code in (301, 302, 308):
        assert "evil" not in answer.headers["Location"]
        assert browser.client.get(path, follow_redirects=True).status_code in (400, 403, 404)
    assert "root:" not in answer.text and "def " not in answer.text


@pytest.mark.parametrize("path", TRICKS)
def test_path_trick_opens_nothing_to_nobody(web: Web, path: str) -> None:
    answer = web.app.test_client().get(path)
    assert answer.status_code in (301, 302, 308, 400, 401, 404), answer.status_code
    assert "root:" not in answer.text and "def " not in answer.text


# ------------------------------------------------------------------------------ cookies, headers


def test_cookie_that_was_changed_opens_nothing(web: Web) -> None:
    browser = web.browser("nadia")
    cookie = browser.client.get_cookie("sunwai")
    assert cookie is not None
    body, _, rest = cookie.value.partition(".")
    for forged in (
        cookie.value[:-1] + ("A" if cookie.value[-1] != "A" else "B"),
        f"{body[:-2]}AA.{rest}",
        body,
        "",
        "." + cookie.value,
        "eyJ0b2tlbiI6IngifQ.aaaaaa.bbbbbb",
        "x" * 4000,
    ):
        thief = web.app.test_client()
        thief.set_cookie("sunwai", forged)
        assert thief.get("/help").status_code == 302


def test_session_planted_before_signing_in_is_not_taken_up(web: Web) -> None:
    browser = web.browser("nadia")
    planted = browser.client.get_cookie("sunwai")
    assert planted is not None
    victim = web.browser()
    victim.client.set_cookie("sunwai", planted.value)
    victim.client.delete_cookie("sunwai")
    victim.sign_in("bilal")
    fresh = victim.client.get_cookie("sunwai")
    assert fresh is not None and fresh.value != planted.value


@pytest.mark.parametrize("host", ["evil.example", "localhost:99@evil.example", "x\ty"])
def test_host_that_was_forged_is_not_sent_back(web: Web, host: str) -> None:
    answer = web.app.test_client().get("/queue", headers={"Host": host})
    assert "evil" not in answer.headers.get("Location", "")


def test_forwarded_address_is_believed_only_where_settings_name_a_proxy() -> None:
    for proxies, status in ((0, 429), (1, 303)):
        with a_web(proxies=proxies) as web:
            for n in range(5):
                _from(web.browser(), f"203.0.113.{n}", "someone", "wrong")
            last = _from(web.browser(), "203.0.113.77", "nadia", "a-long-password-1")
            assert last == status


def _from(browser: Browser, address: str, name: str, password: str) -> int:
    page = browser.client.get("/sign-in").text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    told = {"csrf_token": token, "name": name, "password": password}
    headers = {"X-Forwarded-For": address}
    return browser.client.post("/sign-in", data=told, headers=headers).status_code


@pytest.mark.parametrize("path", ["/help", "/sign-in", "/api/queue/counts", "/nothing-here",
                                  "/download/decisions.csv", "/me/password", "/"])  # fmt: skip
def test_every_answer_carries_the_headers_that_bind_the_browser(web: Web, path: str) -> None:
    headers = web.browser("nadia").get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "geolocation=()" in headers["Permissions-Policy"]
    policy = headers["Content-Security-Policy"]
    scripts = next(p for p in policy.split(";") if p.strip().startswith("script-src"))
    assert "unsafe" not in scripts and "http" not in policy
    for part in ("object-src 'none'", "base-uri 'self'", "form-action 'self'",
                 "frame-ancestors 'none'"):  # fmt: skip
        assert part in policy
    assert "Werkzeug" not in headers.get("Server", "")


def test_cookies_are_bound_to_this_host_when_settings_say_https() -> None:
    with a_web(secure_cookies=True) as web:
        client = web.app.test_client()
        page = client.get("/sign-in", base_url="https://localhost")
        token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
        told = {"csrf_token": token, "name": "nadia", "password": "a-long-password-1"}
        done = client.post("/sign-in", data=told, base_url="https://localhost",
                           headers={"Referer": "https://localhost/sign-in"})  # fmt: skip
        assert done.status_code == 303
        shown = client.get("/help", base_url="https://localhost")
    set_ = [*done.headers.getlist("Set-Cookie"), *shown.headers.getlist("Set-Cookie")]
    for name in ("__Host-sunwai=", "__Host-_csrf_token="):
        cookie = next(c for c in set_ if c.startswith(name))
        assert "; Secure" in cookie and "; Path=/" in cookie and "Domain" not in cookie
    assert "; HttpOnly" in next(c for c in set_ if c.startswith("__Host-sunwai="))


NAMES = ("x\r\nSet-Cookie: a=b.csv", 'x"; filename="y.csv', "../../etc/passwd", "<script>1.csv",
         "x\x00.csv", "CON", "a" * 300 + ".csv", "\u202evsc.exe", "-rf", ".htaccess", "%2e%2e%2fx",
         "https://evil.example/x.csv")  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_file_name_breaks_out_of_nothing(office: Office, clients: Clients, name: str) -> None:
    client, token = clients[Role.OFFICER]
    file = (BytesIO(b"comment_id,text\n1,hello\n"), name)
    told = {"source": str(office.feed.id), "file": file}
    answer = client.post("/api/import", data=told, headers={"X-CSRFToken": token})
    assert answer.status_code < 500
    assert "Set-Cookie" not in answer.headers or "a=b" not in answer.headers["Set-Cookie"]
    assert "<script>" not in answer.text


@pytest.mark.parametrize("day", ["2026-01-01\r\nX-Planted: 1", "2026-01-01%0d%0aX-Planted:%201"])
def test_line_break_in_a_query_makes_no_header(clients: Clients, day: str) -> None:
    client, _ = clients[Role.AUDITOR]
    for path in ("/download/decisions.csv", "/download/log.csv", "/download/comments.csv"):
        answer = client.get(path, query_string={"from": day, "since": day, "words": day})
        assert answer.status_code < 500 and "X-Planted" not in Headers(answer.headers)


# ------------------------------------------------------------------------------ forged ids, replay


def test_card_that_another_officer_decided_is_not_decided_again() -> None:
    """A claim keeps a card from being dealt twice; what keeps it from being decided twice is the
    decision that the officer saw."""
    with a_web() as web:
        web.say()
        nadia, bilal = web.browser("nadia"), web.browser("bilal")
        card = nadia.cards()[0]
        assert bilal.cards() == []
        assert bilal.post("/api/queue/decide", decision(card)).status_code == 200
        late = decision(card, key="desk-2")
        assert nadia.post("/api/queue/decide", late).status_code == 409


def test_decision_played_again_by_another_user_decides_nothing_and_tells_nothing() -> None:
    with a_web() as web:
        web.say()
        nadia, bilal = web.browser("nadia"), web.browser("bilal")
        body = decision(nadia.cards()[0])
        assert nadia.post("/api/queue/decide", body).status_code == 200
        again = nadia.post("/api/queue/decide", body)
        assert again.status_code == 200  # the same key by the same user: the same decision
        assert bilal.post("/api/queue/decide", body).status_code in (403, 409)


def test_undo_of_another_officers_decision_is_refused() -> None:
    with a_web() as web:
        web.say()
        nadia = web.browser("nadia")
        done = nadia.post("/api/queue/decide", decision(nadia.cards()[0])).json
        assert done is not None
        number = done.get("decision_id") or done.get("decision", {}).get("id") or 1
        body = {"decision_id": number, "key": "undo-1"}
        assert web.browser("bilal").post("/api/queue/undo", body).status_code in (400, 403, 409)


FORGED: tuple[Any, ...] = ("mock:999999", "nosuch:1", "", "../x", "mock:1' OR '1'='1", 7, None, [])


@pytest.mark.parametrize("forged", FORGED, ids=str)
def test_comment_that_does_not_exist_cannot_be_decided_claimed_or_read(
    web: Web, forged: object
) -> None:
    browser = web.browser("nadia")
    card = {"id": forged, "revision_id": 1, "expected": None}
    for path, body in (
        ("decide", decision(card)),
        ("claim", {"comment_id": forged, "ids": [forged]}),
        ("release", {"comment_id": forged, "ids": [forged]}),
    ):
        status = browser.post(f"/api/queue/{path}", body).status_code
        assert status in (200, 400, 404, 409), (path, status)
        if path == "decide":
            assert status != 200
    history = browser.client.get("/api/queue/history", query_string={"comment": str(forged)})
    assert history.status_code in (400, 404)


# ------------------------------------------------------------------------------ hostile uploads


def _zip_bomb() -> bytes:
    import zipfile

    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("comments.csv", b"0" * 300_000_000)
    return made.getvalue()


def _xml_entities() -> bytes:
    import zipfile

    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    bomb += "".join(
        f'<!ENTITY {c} "{"&" + p + ";" * 1}{("&" + p + ";") * 9}">'
        for p, c in zip("abcdefgh", "bcdefghi", strict=True)
    )
    bomb += '<!ENTITY ext SYSTEM "file:///etc/passwd">]><x>&i;&ext;</x>'
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for part in ("[Content_Types].xml", "xl/workbook.xml", "xl/sharedStrings.xml"):
            archive.writestr(part, bomb)
    return made.getvalue()


def _climbing() -> bytes:
    import zipfile

    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("../../../../tmp/climbed.csv", "a,b\n")
    return made.getvalue()


FILES = {
    "zip bomb": ("x.zip", _zip_bomb),
    "entities": ("x.xlsx", _xml_entities),
    "climbing": ("x.zip", _climbing),
    "polyglot": ("x.csv", lambda: b"GIF89a;<script>alert(1)</script>\n<?php ?>,a\n1,2\n"),
    "xml": ("x.xml", lambda: b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'),
    "deep json": ("x.json", lambda: b"[" * 200_000),
    "one huge line": ("x.csv", lambda: b"a" * 20_000_000),
    "nothing": ("x.csv", lambda: b""),
    "nul bytes": ("x.csv", lambda: b"\x00" * 100_000),
}


@pytest.mark.parametrize("kind", list(FILES))
def test_hostile_file_is_refused_with_a_sentence(
    office: Office, clients: Clients, kind: str
) -> None:
    name, make = FILES[kind]
    client, token = clients[Role.OFFICER]
    told = {"source": str(office.feed.id), "file": (BytesIO(make()), name)}
    answer = client.post("/api/import", data=told, headers={"X-CSRFToken": token})
    assert answer.status_code < 500, kind
    assert "root:" not in answer.text and "<script>" not in answer.text


def test_file_larger_than_is_taken_is_refused(office: Office, clients: Clients) -> None:
    client, token = clients[Role.OFFICER]
    told = {"source": str(office.feed.id), "file": (BytesIO(b"x"), "x.csv")}
    answer = client.post("/api/import", data=told, headers={"X-CSRFToken": token},
                         environ_overrides={"CONTENT_LENGTH": str(10**10)})  # fmt: skip
    assert answer.status_code in (400, 413)
