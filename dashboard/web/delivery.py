"""Files as a browser fetches them: ours in one piece each, packed once, kept for a year.

Dash names every style and script of ours apart, and packs each anew for whoever asks. Here all of
our styles are one file and all of our scripts another, icons inside; what is packed is kept packed
in this process; and whatever carries its version in its address never has to be asked for again.
"""

from __future__ import annotations

import gzip
import mimetypes
import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import cast
from urllib.parse import quote

import brotli  # pyright: ignore[reportMissingTypeStubs]
from flask import Blueprint, Response, request, session

ASSETS = Path(__file__).parents[1] / "assets"
TOGETHER = "/assets/together/"
PLOTLY = "/assets/vendor/plotly-cartesian-4.1.1.min.js"
"""plotly.js without maps and solids, the version that plotly's own package brings (test_delivery).
assets/later.js gives it to Dash in place of the whole of it, when a chart is first drawn."""
CHART_PAGES = frozenset({"/feedback", "/duty"})
"""Pages with a chart: they fetch plotly.js at once, not when Dash comes to the chart."""
URDU_FONTS = ("/assets/fonts/noto-naskh-arabic-arabic-400-normal.woff2",)
"""What a page in Urdu is written in (base.css)."""

FIXED = ("/assets/", "/_dash-component-suites/")
FOR_EVER = "public, max-age=31536000, immutable"
FOR_A_WEEK = "public, max-age=604800"
ASKED_ANEW = "no-cache"
QUALITY = 9  # of brotli: 8 % larger than the best, in a twentieth of the time
SMALLEST = 500  # bytes: less is not worth packing
PACKED_TYPES = frozenset(
    {"text/css", "text/javascript", "application/javascript", "application/json", "image/svg+xml"}
)
_VERSIONED = re.compile(r"\.v[\w-]+m\d+\.|/assets/vendor/")
_URL = re.compile(r'url\("(?!data:)([^"]+)"\)')
_SCRIPT = re.compile(r'<script src="([^"]*)"></script>')
# What one script throws is told to the console, and stops no other.
_ALONE = (
    "try {{ (function () {{\n{text}\n}})(); }} catch (e) {{ setTimeout(() => {{ throw e; }}); }}"
)
_UNUSED = ("/assets/", "/dash_table/")

routes = Blueprint("delivery", __name__)


# ------------------------------------------------------------------------------ in one piece


@dataclass(frozen=True, slots=True)
class Together:
    """All files of a kind as one; its address changes whenever one of them does."""

    kind: str
    body: bytes

    @property
    def address(self) -> str:
        """Where it is fetched."""
        return f"{TOGETHER}{sha256(self.body).hexdigest()[:16]}.{self.kind}"


_gathered: dict[str, tuple[object, Together]] = {}


def together(kind: str) -> Together:
    """Our ``css`` or ``js`` in the order of their names, made anew when a file has changed."""
    paths = [p for p in sorted(ASSETS.glob(f"*.{kind}")) if not p.name.startswith("sign_in")]
    state = [(p.name, p.stat().st_mtime_ns) for p in paths]
    known = _gathered.get(kind)
    if known is None or known[0] != state:
        known = state, Together(kind, _joined(kind, paths))
        _gathered[kind] = known
    return known[1]


def _joined(kind: str, paths: list[Path]) -> bytes:
    texts = [p.read_text("utf-8") for p in paths]
    if kind == "css":
        texts = [_URL.sub(lambda m: f'url("{_inside(m[1])}")', t) for t in texts]
    else:
        texts = [_ALONE.format(text=t) for t in texts]
    return "\n".join(texts).encode()


def _inside(path: str) -> str:
    """An icon as a data address; anything else by its full address."""
    file = ASSETS / path
    if file.suffix != ".svg":
        return f"/assets/{path}"
    drawing = file.read_text("utf-8").strip().replace('"', "'")
    return "data:image/svg+xml," + quote(drawing, safe=" '=:/,.;()+-")


@routes.get(f"{TOGETHER}<name>")
def gathered(name: str) -> Response:
    """The file of that name. A page drawn before the last change gets what stands now, unkept."""
    kind = "js" if name.endswith(".js") else "css"
    made = together(kind)
    answer = Response(made.body, mimetype=f"text/{'javascript' if kind == 'js' else kind}")
    answer.headers["Cache-Control"] = FOR_EVER if made.address.endswith(name) else ASKED_ANEW
    return answer


def head(path: str, *, urdu: bool) -> str:
    """The head's links: our styles, and what this page is going to ask for in any case."""
    wanted = [(PLOTLY, "script")] if path in CHART_PAGES else []
    fonts = URDU_FONTS if urdu else ()
    links = [f'<link rel="stylesheet" href="{together("css").address}">']
    links += [f'<link rel="preload" href="{href}" as="{kind}">' for href, kind in wanted]
    links += [f'<link rel="preload" href="{href}" as="font" crossorigin>' for href in fonts]
    return "\n    ".join(links)


def scripts(html: str) -> str:
    """Dash's script tags with ours as one, and without its own tables: no page has one."""
    kept = _SCRIPT.sub(lambda m: "" if any(u in m[1] for u in _UNUSED) else m[0], html)
    ours = f'<script src="{together("js").address}"></script>'
    before, renderer, after = kept.partition('<script src="/_dash-component-suites/dash/dash-re')
    return "\n".join(line for line in f"{before}{ours}\n{renderer}{after}".splitlines() if line)


# ------------------------------------------------------------------------------ packed once

_packed: dict[tuple[str, str], tuple[int, bytes]] = {}


def pack(response: Response) -> Response:
    """After a request for a fixed file: its packed bytes, and how long they may be kept."""
    if not request.path.startswith(FIXED) or response.status_code not in (200, 304):
        return response
    if not request.path.startswith(TOGETHER):
        response.headers["Cache-Control"] = _kept_for(request.path)
    response.headers.pop("Expires", None)
    session.accessed = False  # the gate read it; the file is the same for every cookie
    encoding = request.accept_encodings.best_match(("br", "gzip"))
    if response.status_code == 304 or encoding is None or not _packs(response):
        return response
    response.set_data(_of(request.path, encoding, response.get_data()))
    response.headers["Content-Encoding"] = encoding
    response.headers["Vary"] = "Accept-Encoding"
    tag, _ = response.get_etag()
    if tag:
        response.set_etag(tag, weak=True)  # the same file, packed or not
    return response


def _kept_for(path: str) -> str:
    if "m" in request.args or _VERSIONED.search(path):
        return FOR_EVER
    return FOR_A_WEEK if path.startswith(("/assets/fonts/", "/assets/icons/")) else ASKED_ANEW


def _packs(response: Response) -> bool:
    if response.mimetype not in PACKED_TYPES or "Content-Encoding" in response.headers:
        return False
    return len(response.get_data()) >= SMALLEST


def _of(path: str, encoding: str, body: bytes) -> bytes:
    """The packed bytes, kept a path and an encoding at a time; a changed file is packed anew."""
    known = _packed.get((path, encoding))
    if known is None or known[0] != hash(body):
        known = hash(body), _brotli(body) if encoding == "br" else gzip.compress(body)
        _packed[path, encoding] = known
    return known[1]


def _brotli(body: bytes) -> bytes:
    made = brotli.compress(body, quality=QUALITY)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    return cast("bytes", made)


mimetypes.add_type("text/javascript", ".js")  # a system's own table may say otherwise
