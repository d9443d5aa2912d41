"""How files reach a browser: in one piece, packed once, kept for a year, ready before the first."""

from __future__ import annotations

import gzip
import re
import subprocess
import sys
from pathlib import Path

import brotli
import pytest
from flask.testing import FlaskClient
from plotly.offline import get_plotlyjs_version

from dashboard.web import delivery
from data.model import Role
from tests.unit.pages_helpers import an_office

ROOT = Path(__file__).parents[2]
FIRST_REQUESTS = """
import sys, threading
from pathlib import Path
from flask import g
from data.model import Role
from tests.unit.pages_helpers import an_office

office = an_office(Path(sys.argv[1]))
clients = [office.server.test_client() for _ in range(8)]
address = sys.argv[2]
together, told = threading.Barrier(8), []

@office.server.before_request
def somebody():
    g.user = office.users[Role.OFFICER]

def ask(client):
    together.wait()
    answer = client.get(address)
    told.append((answer.status_code, answer.text[:80]))

threads = [threading.Thread(target=ask, args=(c,)) for c in clients]
[t.start() for t in threads]
[t.join() for t in threads]
print([t for t in told if t[0] == 500])
"""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    return an_office(tmp_path_factory.mktemp("office")).client(Role.OFFICER)


def addresses(html: str) -> list[str]:
    return re.findall(r'<(?:script src|link rel="stylesheet" href)="([^"]+)"', html)


def test_page_names_one_style_and_one_script_of_ours(client: FlaskClient) -> None:
    ours = [a for a in addresses(client.get("/queue").text) if a.startswith("/assets/")]
    assert [Path(a).suffix for a in ours] == [".css", ".js"]


def test_page_without_a_chart_asks_for_no_chart_and_no_grid_library(client: FlaskClient) -> None:
    html = client.get("/queue").text
    assert "plotly.min" not in html and "dash_ag_grid" not in html and "/dash_table/" not in html
    assert delivery.PLOTLY not in html


@pytest.mark.parametrize("path", sorted(delivery.CHART_PAGES))
def test_page_with_a_chart_fetches_its_library_at_once(path: str, tmp_path: Path) -> None:
    client = an_office(tmp_path).client(Role.MANAGER)
    assert f'<link rel="preload" href="{delivery.PLOTLY}"' in client.get(path).text


def test_chart_library_is_of_the_version_that_plotly_brings() -> None:
    file = delivery.ASSETS / delivery.PLOTLY.removeprefix("/assets/")
    assert f"v{get_plotlyjs_version()}" in file.read_text("utf-8")[:200]
    assert get_plotlyjs_version() in file.name
    assert delivery.PLOTLY in (delivery.ASSETS / "later.js").read_text("utf-8")
    assert (file.parent / "LICENSE-plotly.txt").is_file()


@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_fixed_file_is_packed_and_kept_for_a_year(client: FlaskClient, encoding: str) -> None:
    unpack = brotli.decompress if encoding == "br" else gzip.decompress
    for address in addresses(client.get("/queue").text):
        plain = client.get(address, headers={"Accept-Encoding": "identity"})
        packed = client.get(address, headers={"Accept-Encoding": encoding})
        assert packed.headers["Content-Encoding"] == encoding, address
        assert unpack(packed.data) == plain.data, address
        assert packed.headers["Cache-Control"] == delivery.FOR_EVER, address
        assert "Accept-Encoding" in packed.headers["Vary"], address


def test_file_is_packed_once(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    address = addresses(client.get("/queue").text)[0]
    first = client.get(address, headers={"Accept-Encoding": "br"}).data
    monkeypatch.setattr(delivery, "_brotli", lambda body: pytest.fail("packed again"))
    assert client.get(address, headers={"Accept-Encoding": "br"}).data == first


def test_file_without_its_version_is_asked_for_anew(client: FlaskClient) -> None:
    found = client.get("/assets/base.css", headers={"Accept-Encoding": "br"}, buffered=True)
    assert found.headers["Cache-Control"] == delivery.ASKED_ANEW
    known = {"If-None-Match": found.headers["ETag"]}
    again = client.get("/assets/base.css", headers=known, buffered=True)
    assert again.status_code == 304


def test_address_of_an_older_style_gives_what_stands_now_and_is_not_kept(
    client: FlaskClient,
) -> None:
    found = client.get(f"{delivery.TOGETHER}0123456789abcdef.css")
    assert found.status_code == 200
    assert found.headers["Cache-Control"] == delivery.ASKED_ANEW


def test_answer_about_people_is_never_kept(client: FlaskClient) -> None:
    for path in ("/queue", "/_dash-layout", "/api/queue/desk"):
        assert "no-store" in client.get(path).headers["Cache-Control"], path


def test_script_that_throws_stops_no_other() -> None:
    body = delivery.together("js").body.decode()
    files = [p for p in delivery.ASSETS.glob("*.js")]
    assert body.count("try { (function () {") == len(files)


def test_icons_lie_in_the_style(client: FlaskClient) -> None:
    style = delivery.together("css").body.decode()
    assert 'url("icons/' not in style and "data:image/svg+xml," in style
    for font in re.findall(r'url\("(/assets/fonts/[^"]+)"\)', style):
        assert client.get(font, buffered=True).status_code == 200, font


def test_eight_first_requests_at_once_are_all_answered(tmp_path: Path) -> None:
    """Dash 4.4 says that it is set up before it is: without the warm-up some would get a 500."""
    html = an_office(tmp_path).client(Role.OFFICER).get("/queue").text
    suite = next(a for a in addresses(html) if "dash_core_components.v" in a)
    done = subprocess.run(
        [sys.executable, "-c", FIRST_REQUESTS, str(tmp_path), suite],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"


def test_dash_is_set_up_before_the_first_request(tmp_path: Path) -> None:
    server = an_office(tmp_path).server
    with server.test_request_context("/assets/base.css"):
        rules = [f for f in server.before_request_funcs[None] if f.__name__ == "_setup_server"]
    dash_app = rules[0].__self__  # pyright: ignore
    assert dash_app._got_first_request == {"pages": True, "setup_server": True}
    assert "dash" in dash_app.registered_paths
