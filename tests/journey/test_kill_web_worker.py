"""kill -9 of web workers while officers decide over HTTP: each decision is kept exactly once."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import threading
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import text

from dashboard.identity.passwords import LIGHT, hash_password
from data.db import Database
from data.model import ReasonCode, Role, Verdict
from data.store import audit, users
from sunwai.network import free_port
from tests.builders import NOW, a_collected, a_source, assess, keep
from tests.journey.command_line import CommandLine, kill_now
from tests.journey.processes import PATIENCE, children_of, until

COMMENTS = 60
WORKERS = 2
OFFICERS = ("amina", "bilal")
PASSWORD = "a password for a test only"
AGAIN_AFTER = 0.1  # the browser waits longer; what it does then is the same


class Browser:
    """Signs in and sends decisions as the queue page does: one key each, again until answered."""

    def __init__(self, address: str, name: str) -> None:
        self.client = httpx.Client(base_url=address, timeout=30, headers={"Origin": address})
        self.again = 0
        self.sign_in(name)

    def sign_in(self, name: str) -> None:
        form = {"name": name, "password": PASSWORD}
        page = self.client.get("/sign-in").text
        form["csrf_token"] = _token_in(page)
        done = self.client.post("/sign-in", data=form)
        assert done.status_code == 303, done.text
        assert self.client.get("/queue").status_code == 200

    def post(self, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """The answer that settles it: no answer, 5xx and 429 are sent again with the same key."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            token = {"X-CSRFToken": self.client.cookies["_csrf_token"]}
            with suppress(httpx.TransportError):
                answer = self.client.post(path, json=body, headers=token)
                if answer.status_code < 500 and answer.status_code != 429:
                    return answer.status_code, answer.json()
            self.again += 1
            time.sleep(AGAIN_AFTER)
        raise TimeoutError(f"no answer to {body}")


def _token_in(page: str) -> str:
    return page.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]


def fill(db: Database) -> dict[str, int]:
    """Officers, and flagged comments: comment id to revision."""
    revisions: dict[str, int] = {}
    with db.write() as tx:
        source = a_source(tx)
        for name in OFFICERS:
            users.add_user(
                tx,
                name=name,
                display=name,
                role=Role.OFFICER,
                password_hash=hash_password(PASSWORD, LIGHT),
                now=NOW,
            )
        for n in range(COMMENTS):
            comment_id = keep(tx, source, a_collected(f"You fool number {n}.", external_id=f"w{n}"))
            assess(tx, comment_id)
            revision = "SELECT revision_id FROM comment WHERE id = :id"
            revisions[comment_id] = tx.execute(text(revision), {"id": comment_id}).scalar_one()
    return revisions


@contextmanager
def serving(run: CommandLine, address: str) -> Generator[subprocess.Popen[str]]:
    server = run.start("serve")
    try:
        assert until(lambda: _answers(address)), "the server did not come up"
        yield server
    finally:
        kill_now(server)


def _answers(address: str) -> bool:
    with suppress(httpx.TransportError):
        return httpx.get(f"{address}/healthz", timeout=5).is_success
    return False


def decide_all(
    browser: Browser,
    comments: Sequence[tuple[str, int]],
    answers: list[tuple[str, int, Any]],
    turn: threading.Semaphore,
) -> None:
    """Decides on one comment for each turn that it is given."""
    verdicts = itertools.cycle(
        [
            {"verdict": Verdict.REMOVE.value, "reason": ReasonCode.PERSONAL_ABUSE.value},
            {"verdict": Verdict.KEEP.value},
        ]
    )
    for comment_id, revision in comments:
        turn.acquire()
        body = {"comment_id": comment_id, "revision_id": revision, "key": f"k-{revision}"}
        status, told = browser.post("/api/queue/decide", {**body, **next(verdicts)})
        answers.append((comment_id, status, told))


def test_decisions_posted_while_web_workers_are_killed_are_each_kept_once(
    file_db: Database, tmp_path: Path
) -> None:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    run = CommandLine(
        home=tmp_path,
        settings={
            "SUNWAI_DATABASE_URL": file_db.engine.url.render_as_string(hide_password=False),
            "SUNWAI_PORT": str(port),
            "SUNWAI_WEB_WORKERS": str(WORKERS),
            "SUNWAI_LOG_LEVEL": "error",
        },
    )
    run.done("init")
    revisions = list(fill(file_db).items())
    answers: list[tuple[str, int, Any]] = []
    turn = threading.Semaphore(0)
    with serving(run, address) as server:
        browsers = [Browser(address, name) for name in OFFICERS]
        halves = (revisions[0::2], revisions[1::2])
        busy = [
            threading.Thread(target=decide_all, args=(b, half, answers, turn))
            for b, half in zip(browsers, halves, strict=True)
        ]
        for thread in busy:
            thread.start()
        killed = _kill_workers(server.pid, answers, turn)
        for thread in busy:
            thread.join(PATIENCE)
        for browser in browsers:
            browser.client.close()
    assert killed == 6, "one, both, one, both"
    assert [(c, s, t) for c, s, t in answers if s != 200] == []
    _check(file_db, answers)


def _kill_workers(
    server: int, answers: list[tuple[str, int, Any]], turn: threading.Semaphore
) -> int:
    """Four times, while some decisions are on their way: kills a worker, and both by turns."""
    killed = 0
    try:
        for number in range(4):
            assert until(lambda: len(children_of(server)) == WORKERS)
            turn.release(COMMENTS // 4)
            enough = number * COMMENTS // 4 + 5
            assert until(lambda enough=enough: len(answers) >= enough)
            workers = children_of(server)
            for worker in workers if number % 2 else workers[:1]:
                os.kill(worker, signal.SIGKILL)
                killed += 1
    finally:
        turn.release(COMMENTS)  # nobody waits for a turn that never comes
    return killed


def _check(db: Database, answers: list[tuple[str, int, Any]]) -> None:
    with db.read() as tx:
        kept = tx.execute(text("SELECT key, comment_id, id FROM decision")).all()
        actions = tx.execute(text("SELECT decision_id FROM action")).scalars().all()
        chain = audit.verify_chain(tx)
    assert len(kept) == len(answers) == COMMENTS
    assert {(k.comment_id, k.id) for k in kept} == {(c, t["decision_id"]) for c, _, t in answers}
    assert len(actions) == len(set(actions)) == COMMENTS // 2
    assert chain.broken_at is None
