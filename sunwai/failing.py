"""How a verb fails: one sentence for the person at the keyboard, and an exit code."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import NoReturn


class Failed(Exception):
    """A verb could not do what it was asked; the message says what, where and what to do."""


@contextmanager
def in_a_sentence() -> Generator[None]:
    """Known failures become a sentence and exit code 1, wrong settings exit code 2."""
    try:
        yield
    except _wrong_settings() as error:
        _end(f"settings: {error}", 2)
    except _known_failures() as error:
        _end(str(error) or type(error).__name__, 1)


def _end(message: str, code: int) -> NoReturn:
    print(f"sunwai: {message}", file=sys.stderr)
    raise SystemExit(code)


def _wrong_settings() -> tuple[type[Exception], ...]:
    """What settings raise, once a verb has read them."""
    if "sunwai.settings" not in sys.modules:
        return ()
    from sunwai.settings import SettingsError

    return (SettingsError,)


def _known_failures() -> tuple[type[Exception], ...]:
    """Failures whose message is a sentence for the person at the keyboard."""
    known: list[type[Exception]] = [Failed, OSError]
    if "data.db" in sys.modules:  # only then can they have been raised
        from sqlalchemy.exc import SQLAlchemyError

        from data.db import DatabaseUnreadable
        from sunwai.wiring import NotReady

        known += [DatabaseUnreadable, NotReady, SQLAlchemyError]
    return tuple(known)
