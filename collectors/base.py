"""What a collector is: it lists a page's comments newest first and reads single ones by id.

Collectors only read. They get an HTTP client with address and credentials already in it, and know
nothing of the store: what they yield is kept by intake.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

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

    def __init__(
        self, error_class: ErrorClass, message: str, *, until: datetime | None = None
    ) -> None:
        super().__init__(message)
        self.error_class = error_class
        self.message = message
        self.until = until  # before which it is no use to come again; None = not told


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of a scan.

    ``unmapped`` are items that could not be read as comments, with why. ``end`` says that the
    scan is whole: all from ``stop_before`` on (or all there is) has been listed by now. It is set
    by the platform's own rule, never by a count of items. ``platform_total`` is the platform's
    own number of comments, where it tells one.

    ``listed`` are the native ids of posts whose comments this scan has now listed to their end
    (from ``stop_before`` on). A collector that goes post by post gives a tuple on every page, an
    empty one where no post ended: then absence is looked for under the listed posts only, and a
    scan that breaks off goes on behind them. None: one list for the whole page, by date.
    ``reaches_back_to`` is told where the platform itself gives nothing older (X: seven days of
    search; Facebook: some 600 posts): the history before it is incomplete, and is shown as such.
    """

    items: tuple[tuple[CollectedComment, Raw], ...]
    end: bool
    unmapped: tuple[RowError, ...] = ()
    posts: tuple[CollectedPost, ...] = ()
    platform_total: int | None = None
    listed: tuple[str, ...] | None = None
    reaches_back_to: datetime | None = None


class Collector(Protocol):
    """One page on one platform, for reading. Both methods raise CollectError and nothing else."""

    @property
    def platform(self) -> Platform: ...

    def scan(
        self, *, stop_before: datetime | None, posts_after: datetime | None = None
    ) -> Iterator[Page]:
        """Pages of comments, newest first; comments older than ``stop_before`` may be left out,
        and so may comments under posts made before ``posts_after`` (the re-scan lanes).

        A live sweep gives ``stop_before`` only, a re-scan or backfill never gives it. Lazy: what
        was yielded before an error is good.
        """
        ...

    def read_comments(
        self, call_ids: Sequence[str]
    ) -> Mapping[str, tuple[Liveness, CollectedComment | None]]:
        """Each comment as it is now, by the id that it was asked for. ``UNDECIDED`` where the
        platform's answer does not tell gone from not allowed."""
        ...


@runtime_checkable
class Rereads(Protocol):
    """A collector whose platform lists no old comments again (X): its re-scans read the comments
    that are kept by their ids, so many at a time, instead of listing."""

    @property
    def reread_size(self) -> int: ...


def rereads(collector: object) -> int | None:
    """How many ids at a time the collector re-reads by; None when it lists instead."""
    return collector.reread_size if isinstance(collector, Rereads) else None
