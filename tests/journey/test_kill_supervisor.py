"""`sunwai run`: Ctrl-C ends all, a killed child comes back, a kill -9 leaves no orphan."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from data.db import Database
from data.model import Role
from data.store import users
from sunwai.network import free_port, port_is_free
from tests.builders import NOW, a_collected, a_source, keep
from tests.journey.command_line import CommandLine
from tests.journey.processes import PATIENCE, alive, children_of, family_of, until
from tests.tables import count_comments


@pytest.fixture
def office(tmp_path: Path) -> CommandLine:
    """An office on a SQLite file of its own, with one comment kept."""
    run = CommandLine(
        home=tmp_path,
        settings={
            "SUNWAI_PORT": str(free_port()),
            "SUNWAI_WEB_WORKERS": "1",
            "SUNWAI_SCHEDULE_LEASE_SECONDS": "3",
            "SUNWAI_LOG_LEVEL": "error",
        },
    )
    run.done("init")
    db = Database(f"sqlite:///{tmp_path}/var/sunwai.db")
    with db.write() as tx:
        keep(tx, a_source(tx, address="http://127.0.0.1:9"), a_collected())
        users.add_user(
            tx, name="amina", display="amina", role=Role.OFFICER, password_hash="x", now=NOW
        )
    db.close()
    return run


def port_of(run: CommandLine) -> int:
    return int(run.settings["SUNWAI_PORT"])


def is_up(run: CommandLine) -> bool:
    with suppress(httpx.TransportError):
        return httpx.get(f"http://127.0.0.1:{port_of(run)}/healthz", timeout=5).is_success
    return False


class Supervisor:
    """`sunwai run`, with what it prints."""

    def __init__(self, run: CommandLine) -> None:
        self.process = run.start("run")
        self.printed: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        self.printed.extend(iter(self.process.stdout.readline, ""))

    @property
    def told(self) -> str:
        return "".join(self.printed)

    def end(self) -> str:
        """Ctrl-C; gives all that was printed."""
        self.process.send_signal(signal.SIGINT)
        assert self.process.wait(timeout=PATIENCE) == 0, self.told
        self._reader.join(10)
        return self.told

    def close(self) -> None:
        self.process.wait(timeout=30)
        self._reader.join(30)
        if self.process.stdout is not None:
            self.process.stdout.close()


@contextmanager
def running(run: CommandLine) -> Generator[Supervisor]:
    """The supervisor, up; whatever of its family is left at the end is killed."""
    one = Supervisor(run)
    pid, family = one.process.pid, list[int]()
    try:
        assert until(lambda: "Sunwai is up" in one.told), one.told
        family = family_of(pid)
        yield one
    finally:
        for left in {*family, *family_of(pid)}:
            with suppress(ProcessLookupError):
                os.kill(left, signal.SIGKILL)
        one.close()


def test_ctrl_c_ends_all_and_the_second_start_keeps_the_data(office: CommandLine) -> None:
    for _ in range(2):
        with running(office) as one:
            family = family_of(one.process.pid)
            assert len(family) >= 4  # itself, gunicorn and its worker, the scheduler
            told = one.end()
            assert until(lambda family=family: alive(family) == [])
            assert port_is_free("127.0.0.1", port_of(office))
        assert told.endswith("stopped\n") and "Traceback" not in told
    db = Database(f"sqlite:///{office.home}/var/sunwai.db")
    with db.read() as tx:
        assert users.user_by_name(tx, "amina") is not None
        assert count_comments(tx) == 1
    db.close()


def test_a_killed_child_is_started_again(office: CommandLine) -> None:
    with running(office) as one:
        for child in children_of(one.process.pid):
            os.kill(child, signal.SIGKILL)
            assert until(lambda child=child: _replaced(one, child)), one.told
        assert until(lambda: is_up(office)), one.told
        one.end()


def _replaced(one: Supervisor, child: int) -> bool:
    found = children_of(one.process.pid)
    return len(found) == 2 and child not in found


def test_a_killed_supervisor_leaves_no_orphan(office: CommandLine) -> None:
    with running(office) as one:
        family = family_of(one.process.pid)
        os.kill(one.process.pid, signal.SIGKILL)
        assert until(lambda: alive(family) == []), "children outlived the supervisor"
        assert until(lambda: port_is_free("127.0.0.1", port_of(office)))
