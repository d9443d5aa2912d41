"""A rehearsal platform on loopback: a threaded server with a bad line where one is wanted.

Only the machine itself can reach it. What was asked is written down without tokens.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from sunwai.network import cut_off
from sunwai.rehearsal.faults import DRIP_SECONDS, Disturbed, FaultKind, Faults, Manner, Sent
from sunwai.rehearsal.wire import Asked, Rehearsal

HOST = "127.0.0.1"
SECRET_NAMES = frozenset(
    {"access_token", "appsecret_proof", "key", "client_secret", "fb_exchange_token", "code",
     "refresh_token", "input_token", "assertion"}
)  # fmt: skip
MOST_KEPT = 500_000  # of what was asked; a soak asks a hundred thousand times
MOST_BODY = 2**20
_DRIPS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """One request as it was asked, without tokens, and what became of it."""

    at: datetime
    method: str
    path: str
    query: Mapping[str, str]
    body: bytes
    status: int
    fault: FaultKind | None = None


@dataclass(slots=True, kw_only=True)
class Serving:
    """A rehearsal that is being served. ``asked`` is what came in so far, in order."""

    rehearsal: Rehearsal
    faults: Faults
    clock: Callable[[], datetime]
    asked: list[Logged] = field(default_factory=list[Logged])
    ended: threading.Event = field(default_factory=threading.Event)
    _server: ThreadingHTTPServer | None = None
    _thread: threading.Thread | None = None

    @property
    def address(self) -> str:
        assert self._server is not None
        return f"http://{HOST}:{self._server.server_address[1]}"

    def start(self, port: int) -> None:
        disturbed = Disturbed(rehearsal=self.rehearsal, faults=self.faults)
        self._server = _Server((HOST, port), _handler(self, disturbed))
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Ends serving; callers that wait for an answer get none. A second time does nothing."""
        if self._server is None or self.ended.is_set():
            return
        self.ended.set()
        self._server.shutdown()
        self._server.server_close()
        assert self._thread is not None
        self._thread.join()

    def __enter__(self) -> Serving:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def serve(
    rehearsal: Rehearsal,
    *,
    port: int = 0,
    clock: Callable[[], datetime],
    faults: Faults | None = None,
) -> Serving:
    """Serves the rehearsal on loopback, at a free port where none is named, until stopped.

    Raises OSError where the port is taken.
    """
    serving = Serving(rehearsal=rehearsal, faults=faults or Faults(), clock=clock)
    serving.start(port)
    return serving


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that went away in the middle is no news here."""


def _handler(serving: Serving, disturbed: Disturbed) -> type[BaseHTTPRequestHandler]:
    class Handler(_Handler):
        pass

    Handler.serving, Handler.disturbed = serving, disturbed
    return Handler


class _Handler(BaseHTTPRequestHandler):
    serving: Serving
    disturbed: Disturbed
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 60

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing: lines for each request would drown what the program says."""

    def do_GET(self) -> None:
        self._take()

    def do_POST(self) -> None:
        self._take()

    def do_PUT(self) -> None:
        self._take()

    def do_DELETE(self) -> None:
        self._take()

    def _take(self) -> None:
        asked = self._asked()
        now = self.serving.clock()
        sent = self.disturbed.sent(asked, now)
        if len(self.serving.asked) < MOST_KEPT:
            self.serving.asked.append(_logged(asked, now, sent))
        self._send(asked, sent)

    def _asked(self) -> Asked:
        parts = urlsplit(self.path)
        told = self.headers.get("content-length", "0")
        length = int(told) if told.isdecimal() else 0
        return Asked(
            method=self.command,
            path=parts.path,
            query=query_of(parts.query),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(min(length, MOST_BODY)),
        )

    def _send(self, asked: Asked, sent: Sent) -> None:
        match sent.manner:
            case Manner.BROKEN:
                cut_off(self.connection)
                self.close_connection = True
            case Manner.SILENT:
                self.close_connection = True
            case Manner.STALLS:
                self.serving.ended.wait(self.serving.faults.stall_seconds)
                self.close_connection = True
            case Manner.CUT | Manner.DRIPS | Manner.WHOLE:
                with suppress(ConnectionError):
                    self._send_body(sent)

    def _send_body(self, sent: Sent) -> None:
        body = sent.answer.as_bytes()
        self._send_head(sent, len(body))
        if sent.manner is Manner.CUT:
            self.wfile.write(body[: len(body) // 2])
            self.close_connection = True
        elif sent.manner is Manner.DRIPS:
            self._drip(body)
        else:
            self.wfile.write(body)

    def _send_head(self, sent: Sent, length: int) -> None:
        given = {name.lower(): value for name, value in sent.answer.headers.items()}
        self.send_response_only(sent.answer.status)
        self.send_header("date", format_datetime(sent.told_at, usegmt=True))
        self.send_header("content-type", given.pop("content-type", "application/json"))
        for name, value in given.items():
            self.send_header(name, value)
        if sent.answer.status != 204:
            self.send_header("content-length", str(max(length, 2) if sent.manner is Manner.CUT
                                                   else length))  # fmt: skip
        self.end_headers()

    def _drip(self, body: bytes) -> None:
        size = max(1, -(-len(body) // _DRIPS))
        for start in range(0, len(body), size):
            self.wfile.write(body[start : start + size])
            self.wfile.flush()
            time.sleep(DRIP_SECONDS / _DRIPS)


def query_of(text: str) -> dict[str, str]:
    """The query's names with their values; a name given often keeps all, with commas between."""
    found: dict[str, str] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        found[name] = f"{found[name]},{value}" if name in found else value
    return found


def _logged(asked: Asked, now: datetime, sent: Sent) -> Logged:
    query = {k: v if k not in SECRET_NAMES else "***" for k, v in asked.query.items()}
    return Logged(
        at=now,
        method=asked.method,
        path=asked.path,
        query=query,
        body=without_secrets(asked),
        status=sent.answer.status,
        fault=sent.fault,
    )


def without_secrets(asked: Asked) -> bytes:
    """The body, with the secret fields of a form blanked and the token cut out wherever it is."""
    body = asked.body
    if asked.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        told = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
        body = urlencode([(k, "***" if k in SECRET_NAMES else v) for k, v in told]).encode()
    token = asked.token.encode()
    return body.replace(token, b"***") if token else body
