"""Structured logs: one JSON object a line on standard error, without comment texts or secrets."""

from __future__ import annotations

import logging
import sys

import structlog
from structlog.typing import EventDict, WrappedLogger

# Names under which a text, an author or a secret could slip in; such a value is never written.
FORBIDDEN = frozenset(
    {"text", "comment_text", "author", "author_name", "password", "token", "secret", "body", "raw"}
)


def without_private(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """Replaces values that must not be in a log, by the name of their key."""
    return {k: "(not logged)" if k in FORBIDDEN else v for k, v in event.items()}


def set_up(level: str) -> None:
    """Logs from here on, at this level and above."""
    number = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            without_private,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=_to_stderr,
    )


def _to_stderr(*_: object) -> structlog.PrintLogger:
    """To standard error as it is at that moment, not as it was when logging was set up."""
    return structlog.PrintLogger(sys.stderr)


def logger() -> structlog.typing.FilteringBoundLogger:
    """The logger of the program."""
    return structlog.get_logger()
