"""The program as a user meets it: the command line in a process and on a home of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from data.samples.script import MockScript
from sunwai.mock_platform import create_mock_app, mock_server

ROOT = Path(__file__).parents[2]
TOKEN = "fake-token-of-the-mock-platform"


@dataclass(frozen=True, slots=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandLine:
    """Runs verbs on one home and one database."""

    home: Path
    settings: Mapping[str, str]

    @property
    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("SUNWAI_")}
        return kept | {"SUNWAI_HOME": str(self.home), **self.settings}

    def __call__(self, *words: str, timeout: float = 300, typed: str | None = None) -> Ran:
        done = subprocess.run(
            [sys.executable, "-m", "sunwai", *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
            input=typed,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    def done(self, *words: str) -> Any:
        """Runs a verb with --json that must succeed, and gives what it printed."""
        ran = self(*words, "--json")
        assert ran.code == 0, ran.err + ran.out
        return ran.json

    def start(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "sunwai", *words],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )


def kill_now(process: subprocess.Popen[str]) -> None:
    """kill -9 of the process and all that it started."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=30)
    if process.stdout is not None:
        process.stdout.close()


@contextmanager
def mock_platform(folder: Path, script: MockScript) -> Generator[str]:
    """The stand-in platform serving this script on loopback; yields its address."""
    app = create_mock_app(folder / "platform.json", script, lambda: datetime.now(UTC), TOKEN)
    server = mock_server("127.0.0.1", 0, app)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
