"""What a collector is: it lists a page's comments newest first and reads single ones by id.

Collectors only read. They get an HTTP client with address and credentials already in it, and know
nothing of the store: what they yield is kept by intake.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from data.model import (
    CollectedComment,
    CollectedPost,
    ErrorClass,
    Liveness,
    Platform,
    Raw,
    RowError,
)


class CollectError(Exception):
    """Nothing more could be read from the platform; the message is a sentence for a person."""

    def __init__(self, error_class: ErrorClass, message: str) -> None:
        super().__init__(message)
        self.error_class = error_class
        self.message = message


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of a scan.

    ``unmapped`` are items that could not be read as comments, with why. ``end`` says that the
    scan is whole: all from ``stop_before`` on (or all there is) has been listed by now. It is set
    by the platform's own rule, never by a count of items. ``platform_total`` is the platform's
    own number of comments, where it tells one.
    """

    items: tuple[tuple[CollectedComment, Raw], ...]
    end: bool
    unmapped: tuple[RowError, ...] = ()
    posts: tuple[CollectedPost, ...] = ()
    platform_total: int | None = None


class Collector(Protocol):
    """One page on one platform, for reading. Both methods raise CollectError and nothing else."""

    @property
    def platform(self) -> Platform: ...

    def scan(self, *, stop_before: datetime | None) -> Iterator[Page]:
        """Pages of comments, newest first; comments older than ``stop_before`` may be left out.

        Lazy: what was yielded before an error is good.
        """
        ...

    def read_comments(
        self, call_ids: Sequence[str]
    ) -> Mapping[str, tuple[Liveness, CollectedComment | None]]:
        """Each comment as it is now, by the id that it was asked for. ``UNDECIDED`` where the
        platform's answer does not tell gone from not allowed."""
        ...
