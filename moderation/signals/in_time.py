"""Asking a slow helper and not waiting for ever: one job at a time, each within its seconds."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any, TypeVar

T = TypeVar("T")
_Job = tuple["Future[Any]", Callable[[], Any]]


class TooSlow(Exception):
    """No answer in time. The job cannot be stopped: while it lasts no other is taken on."""


class InTime:
    """Runs jobs on a thread of its own, so that the asking thread gets away when one hangs."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._turn = threading.Lock()
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._last: Future[Any] | None = None

    def ask(self, job: Callable[[], T]) -> T:
        """The job's answer, or what it raises. Raises TooSlow after ``seconds``."""
        if not self._turn.acquire(timeout=self.seconds):
            raise TooSlow(f"was busy for {self.seconds:g} s with other texts")
        try:
            self._wake()
            if self._last is not None and not self._last.done():
                raise TooSlow("is still busy with texts that it was too slow for")
            return self._answer(job)
        finally:
            self._turn.release()

    def _answer(self, job: Callable[[], T]) -> T:
        answer: Future[T] = Future()
        self._last = answer
        self._jobs.put((answer, job))
        try:
            return answer.result(self.seconds)
        except TimeoutError:
            if answer.done():  # the job's own
                raise
            raise TooSlow(f"gave no answer within {self.seconds:g} s") from None

    def _wake(self) -> None:
        if self._thread is not None and self._thread.is_alive():
            return
        # The first job, or a forked process: threads do not live on in it.
        self._jobs, self._last = SimpleQueue(), None
        self._thread = threading.Thread(target=_work, args=(self._jobs,), daemon=True)
        self._thread.start()
        weakref.finalize(self, self._jobs.put, None).atexit = False


def _work(jobs: SimpleQueue[_Job | None]) -> None:
    while (job := jobs.get()) is not None:
        answer, call = job
        try:
            answer.set_result(call())
        except BaseException as error:  # noqa: BLE001 - handed to the asker, whatever it is
            answer.set_exception(error)
        del job, answer, call  # nothing is kept alive while waiting
