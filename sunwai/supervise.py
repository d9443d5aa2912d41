"""`sunwai run`: web server and scheduler (and the demo's platform) as children of one process.

A child that dies is started again; Ctrl-C ends all of them cleanly. Every child also ends when
this process does, even by kill -9 (Linux tells it).
"""

from __future__ import annotations

import ctypes
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import FrameType

from sunwai.logs import logger

PR_SET_PDEATHSIG = 1
MOST_RESTARTS = (
    5  # within RESTART_WINDOW seconds; then something is wrong that a restart won't cure
)
RESTART_WINDOW = 60.0
GRACE_SECONDS = 20.0


class GaveUp(Exception):
    """A child process ended again and again; its own messages above say why."""


@dataclass(slots=True)
class Child:
    """One child process by its verb, started again when it ends."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    starts: deque[float] = field(default_factory=lambda: deque[float](maxlen=MOST_RESTARTS))

    def start(self) -> None:
        moment = time.monotonic()
        if len(self.starts) == MOST_RESTARTS and moment - self.starts[0] < RESTART_WINDOW:
            raise GaveUp(f"{self.name} ended {MOST_RESTARTS} times within a minute.")
        self.starts.append(moment)
        self.process = subprocess.Popen(
            self.command,
            start_new_session=True,
            preexec_fn=_end_with_parent,  # noqa: PLW1509 - this process has no threads
        )

    def keep_up(self) -> None:
        """Starts the child again if it has ended."""
        if self.process is None or self.process.poll() is None:
            return
        logger().error("process ended", process=self.name, status=self.process.returncode)
        self.start()

    def stop(self) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def _end_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def verb(*words: str) -> list[str]:
    """The command that runs one of our own verbs in a child."""
    return [sys.executable, "-m", "sunwai", *words]


def stop_by_signal() -> threading.Event:
    """An event that is set when this process is asked to end."""
    stop = threading.Event()

    def ask(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, ask)
    return stop


def supervise(children: Sequence[Child], *, announce: Callable[[], bool]) -> None:
    """Runs the children until SIGINT or SIGTERM. ``announce`` is asked each half second until it
    says True: it prints the address once the server answers. Raises GaveUp."""
    stop = stop_by_signal()
    try:
        for child in children:
            child.start()
        announced = False
        while not stop.wait(0.5):
            for child in children:
                child.keep_up()
            announced = announced or announce()
    finally:
        for child in reversed(children):
            child.stop()
