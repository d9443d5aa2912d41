"""A stand-in platform on loopback, for trying Sunwai without an account and for its tests.

It plays the script of the sample page "Naya Shehr Live" and takes hides and removals for real.
Its shape is its own, near to Meta's Graph API. All answers are JSON; ``Authorization: Bearer
<token>`` is asked for everywhere.

GET    /v1/page                    id, name, stand_in (true), about
GET    /v1/comments                newest first; ``limit`` (1-100, 25 untold), ``after`` (a cursor),
                                   ``since`` (ISO instant). data[], paging.cursors.after,
                                   paging.next (bool), total_count (all comments, whatever since)
GET    /v1/comments/{id}           one comment
POST   /v1/comments/{id}           {"is_hidden": true|false} -> {"success": true}
DELETE /v1/comments/{id}           {"success": true}; for ever
GET, POST, DELETE /v1/faults       what goes wrong: list, add one (see mock_world.Fault), clear all

A comment: id, message, created_time, updated_time (when edited), from{id, name}, by_page,
post{id, message, created_time, permalink_url}, parent{id} (of a reply), is_hidden, can_hide,
can_remove, like_count, permalink_url.

An error: {"error": {"code", "type", "message"}} with 400 invalid (100), 401 token (190), 403
permission (200) or a refused write (its own code), 404 gone (803), 404 ambiguous (100), 429 rate
(4, Retry-After in seconds), 503 outage (2), 502 an answer lost on its way (1).
"""

from __future__ import annotations

import hmac
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from data.model import utc
from data.samples.script import MockScript
from sunwai.mock_http import (
    Answer,
    after_in,
    bearer,
    is_hidden_in,
    item_body,
    json_object,
    json_response,
    limit_in,
    list_body,
    order_key,
    page_body,
    since_in,
)
from sunwai.mock_world import (
    Fault,
    FaultKind,
    Hidden,
    MockState,
    Posts,
    Shown,
    fault_body,
    fault_of,
    in_outage,
    load_state,
    save_state,
    shown_comments,
    shown_posts,
)

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


@dataclass(slots=True, kw_only=True)
class MockApp:
    """The WSGI application. One lock: a stand-in need not be fast, but never torn."""

    state_path: Path
    script: MockScript
    clock: Callable[[], datetime]
    token: str
    sleep: Callable[[float], None]
    state: MockState
    lock: threading.Lock

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        try:
            response = self._answer(request)
        except Answer as answer:
            response = answer.response
        return response(environ, start_response)

    def _answer(self, request: Request) -> Response:
        if not hmac.compare_digest(bearer(request).encode(), self.token.encode()):
            raise Answer(401, 190, "token", "The access token is wrong or missing.")
        path = request.path.strip("/").split("/")
        with self.lock:
            if path == ["v1", "faults"]:
                return self._faults(request)
            delay = self._take(FaultKind.DELAY)
            self._refuse_all()
            response = self._routed(request, path)
        if delay is not None:
            self.sleep(delay.seconds)
        return response

    def _routed(self, request: Request, path: list[str]) -> Response:
        match (request.method, path):
            case ("GET", ["v1", "page"]):
                return json_response(page_body(self.script.page))
            case ("GET", ["v1", "comments"]):
                return self._list(request)
            case ("GET", ["v1", "comments", *parts]):
                comment_id = "/".join(parts)
                self._doubt(comment_id)
                return json_response(self._item(self._find(comment_id), self._posts()))
            case ("POST" | "DELETE", ["v1", "comments", *parts]):
                return self._write(request, "/".join(parts))
            case _:
                raise Answer(404, 100, "invalid", f"There is no {request.method} {request.path}.")

    # -------------------------------------------------------------------------- reading

    def _list(self, request: Request) -> Response:
        limit = limit_in(request)
        everything = shown_comments(self.script, self.state, self._now())
        listed = [
            c for c in everything if not self.state.has_fault(FaultKind.UNLISTED, c.external_id)
        ]
        since, after = since_in(request), after_in(request)
        wanted = [
            c
            for c in listed
            if (since is None or c.created_at >= since) and (after is None or order_key(c) < after)
        ]
        page, posts = wanted[:limit], self._posts()
        items = self._damaged([self._item(c, posts) for c in page])
        more, end = len(wanted) > limit, page[-1] if page else None
        whole = json_response(list_body(items, end, more=more, total=len(everything)))
        if self._take(FaultKind.TRUNCATED) is None:
            return whole
        return Response(whole.data[: len(whole.data) // 2], content_type="application/json")

    def _damaged(self, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
        for place, item in enumerate(items):
            fault = self._take(FaultKind.MALFORMED, item["id"])
            if fault is None:
                continue
            items[place] = {"id": item["id"], "message": None}
            if not fault.ids:
                break
        return items

    def _find(self, comment_id: str) -> Shown:
        for comment in shown_comments(self.script, self.state, self._now()):
            if comment.external_id == comment_id:
                return comment
        raise Answer(404, 803, "gone", "This comment does not exist.")

    def _doubt(self, comment_id: str) -> None:
        if self._take(FaultKind.AMBIGUOUS, comment_id) is not None:
            raise Answer(
                404, 100, "ambiguous", "The comment does not exist, or the token may not read it."
            )

    def _posts(self) -> Posts:
        return shown_posts(self.script, self.state, self._now())

    def _item(self, c: Shown, posts: Posts) -> dict[str, Any]:
        hidden = self.state.is_hidden(c.external_id, self._now())
        return item_body(c, posts[c.post_id], page_id=self.script.page.handle, hidden=hidden)

    # -------------------------------------------------------------------------- writing

    def _write(self, request: Request, comment_id: str) -> Response:
        comment = self._find(comment_id)
        refusal = self._take(FaultKind.REFUSE_WRITES, comment_id)
        if refusal is not None:
            raise Answer(
                403, refusal.code, "permission", "The platform refuses this action on the comment."
            )
        if request.method == "DELETE":
            self.state.deleted[comment_id] = self._now()
        else:
            self._set_hidden(comment, is_hidden_in(request))
        lost = self._take(FaultKind.LOST_ANSWER, comment_id)
        self._save()
        if lost is not None:
            raise Answer(502, 1, "transient", "The answer was lost on its way.")
        return json_response({"success": True})

    def _set_hidden(self, comment: Shown, hidden: bool) -> None:
        if not hidden:
            self.state.hidden.pop(comment.external_id, None)
            return
        if comment.by_page:
            raise Answer(403, 200, "permission", "The page's own comment cannot be hidden.")
        forget = self._take(FaultKind.FORGET, comment.external_id)
        now = self._now()
        until = None if forget is None else now + timedelta(seconds=forget.seconds)
        self.state.hidden[comment.external_id] = Hidden(at=now, until=until)

    # -------------------------------------------------------------------------- faults

    def _faults(self, request: Request) -> Response:
        if request.method == "POST":
            try:
                self.state.faults.append(fault_of(json_object(request)))
            except (ValueError, TypeError) as error:
                raise Answer(400, 100, "invalid", f"This is no fault: {error}.") from error
            self._save()
        elif request.method == "DELETE":
            self.state.faults.clear()
            self._save()
        return json_response({"faults": [fault_body(f) for f in self.state.faults]})

    def _refuse_all(self) -> None:
        if in_outage(self.script, self.state.started_at, self._now()) or self._take(
            FaultKind.OUTAGE
        ):
            raise Answer(503, 2, "outage", "The platform is out of order. Try again later.")
        if self._take(FaultKind.TOKEN_EXPIRED) is not None:
            raise Answer(401, 190, "token", "The access token has expired.")
        rate = self._take(FaultKind.RATE_LIMIT)
        if rate is not None:
            raise Answer(
                429, 4, "rate", "Too many requests.", retry_after=max(1, round(rate.seconds))
            )

    def _take(self, kind: FaultKind, comment_id: str | None = None) -> Fault | None:
        fault = self.state.take_fault(kind, comment_id)
        if fault is not None and fault.times is not None:
            self._save()
        return fault

    def _now(self) -> datetime:
        return utc(self.clock())

    def _save(self) -> None:
        save_state(self.state_path, self.state)


def create_mock_app(
    state_path: Path,
    script: MockScript,
    clock: Callable[[], datetime],
    token: str,
    *,
    sleep: Callable[[float], None] = time.sleep,
) -> MockApp:
    """The stand-in platform as a WSGI application.

    Its script starts when the state file is first made and goes on from there after a restart.
    Raises MockStateBroken when the file is there and cannot be read.
    """
    return MockApp(
        state_path=state_path,
        script=script,
        clock=clock,
        token=token,
        sleep=sleep,
        state=load_state(state_path, utc(clock())),
        lock=threading.Lock(),
    )


class _Quiet(WSGIRequestHandler):
    """Writes no line for each request: they would drown what `make run` says."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


def mock_server(host: str, port: int, app: MockApp) -> BaseWSGIServer:
    """A server for the application, bound already (port 0: see ``server_port``), not yet serving.

    Call ``serve_forever()``, and ``shutdown()`` from another thread.
    """
    return make_server(host, port, app, threaded=True, request_handler=_Quiet)


def serve_mock(
    host: str,
    port: int,
    *,
    state_path: Path,
    script: MockScript,
    clock: Callable[[], datetime],
    token: str,
) -> None:
    """Serves the stand-in platform until the process is told to end."""
    mock_server(host, port, create_mock_app(state_path, script, clock, token)).serve_forever()
