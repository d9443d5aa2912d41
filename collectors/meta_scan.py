"""Scanning post by post, as Facebook and Instagram want it: which posts, how deep, and the end.

CONNECTORS.md 2.6 and 9.4. A live sweep (``stop_before`` given) lists the posts whose count of
comments has changed, and looks at the first page of the young ones; a re-scan lists all.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from collectors.base import CollectError, Page
from collectors.known import KnownPosts
from data.model import CollectedComment, CollectedPost, ErrorClass, Raw, RowError

_GONE = (ErrorClass.GONE, ErrorClass.AMBIGUOUS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """One page of a post's comments, mapped. ``dates`` are those that order the list, in the
    list's own order; ``total`` is the platform's count of the post's comments, where told; ``last``
    says that the list ends here."""

    items: tuple[tuple[CollectedComment, Raw], ...]
    last: bool
    unmapped: tuple[RowError, ...] = ()
    dates: tuple[datetime, ...] = ()
    total: int | None = None


class Feed(Protocol):
    """What is particular to a platform."""

    @property
    def title(self) -> str: ...

    @property
    def by_time(self) -> bool:
        """Whether nothing newer can stand behind a comment of a date. Not so where answers hang
        under their comment: a new answer stands under an old comment."""
        ...

    @property
    def listed_most(self) -> int | None:
        """How many posts the platform lists at most; None: all."""
        ...

    def posts(self, posts_after: datetime | None) -> list[CollectedPost]:
        """The posts that the platform lists, newest first, each with its count of comments."""
        ...

    def rows(self, post: CollectedPost, row: int) -> Iterator[Rows]:
        """A post's comments to the end of the list. ``row`` is the number before its first."""
        ...


def scan_posts(
    feed: Feed, known: KnownPosts, *, stop_before: datetime | None, posts_after: datetime | None
) -> Iterator[Page]:
    """The pages of a scan. The last one is empty and says that the scan is whole."""
    yield from _Scan(
        feed=feed, known=known, stop_before=stop_before, posts_after=posts_after
    ).pages()


@dataclass(slots=True, kw_only=True)
class _Scan:
    """One scan under way."""

    feed: Feed
    known: KnownPosts
    stop_before: datetime | None
    posts_after: datetime | None
    row: int = 0
    found: int = 0
    worked: int = 0
    refused: int = 0

    def pages(self) -> Iterator[Page]:
        posts = self.feed.posts(self.posts_after)
        listed = {p.external_id for p in posts}
        total, fresh = self._total(posts), True
        for post, deep in self._chosen(posts):
            for page in self._post(post, deep, listed_now=post.external_id in listed):
                yield replace(page, posts=tuple(posts), platform_total=total) if fresh else page
                fresh = False
        self._check(posts)
        end = Page(items=(), end=True, listed=(), reaches_back_to=self._reaches_back_to(posts))
        yield replace(end, posts=tuple(posts), platform_total=total) if fresh else end

    def _total(self, posts: list[CollectedPost]) -> int | None:
        if self.posts_after is not None:
            return None
        return sum(p.comment_count_hint or 0 for p in posts)

    def _chosen(self, posts: list[CollectedPost]) -> Iterator[tuple[CollectedPost, bool]]:
        """(post, whether to its end) of each post to look at."""
        if self.stop_before is not None:
            for post in posts:
                if self._changed(post):
                    yield post, True
                elif self._young(post):
                    yield post, False
            return
        for post in posts:
            if post.external_id not in self.known.done:
                yield post, True
        if self.posts_after is None:
            listed = {p.external_id for p in posts} | self.known.done
            for external_id in self.known.ids:
                if external_id not in listed and external_id.isdecimal():
                    yield CollectedPost(external_id=external_id), True

    def _changed(self, post: CollectedPost) -> bool:
        known = self.known.totals.get(post.external_id)
        return known is None or post.comment_count_hint != known

    def _young(self, post: CollectedPost) -> bool:
        made = post.created_at
        return made is None or (self.stop_before is not None and made >= self.stop_before)

    # ------------------------------------------------------------------------ one post

    def _post(self, post: CollectedPost, deep: bool, *, listed_now: bool) -> Iterator[Page]:
        try:
            yield from self._rows(post, deep)
        except CollectError as error:
            if error.error_class not in _GONE:
                raise
            self.refused += listed_now
        else:
            self.worked += 1
            return
        # Its comments are missing now: they are looked for by their ids, with a canary.
        yield Page(items=(), end=False, listed=(post.external_id,))

    def _rows(self, post: CollectedPost, deep: bool) -> Iterator[Page]:
        border = self.stop_before
        before: datetime | None = None  # the oldest date so far, while the list is in order
        # What was never listed whole is read back to the border; its past is backfill's to read.
        ordered = self.feed.by_time or post.external_id not in self.known.totals
        for rows in self.feed.rows(post, self.row):
            ordered = ordered and _descends(rows.dates, before)
            before = min(rows.dates, default=before)
            past = border is not None and ordered and before is not None and before < border
            yield self._page(rows, post, ended=deep and (rows.last or past))
            if past or not deep:
                return

    def _page(self, rows: Rows, post: CollectedPost, *, ended: bool) -> Page:
        count = len(rows.items) + len(rows.unmapped)
        self.row += count
        self.found += count
        posts: tuple[CollectedPost, ...] = ()
        if post.comment_count_hint is None and rows.total is not None:
            counted = CollectedPost(external_id=post.external_id, comment_count_hint=rows.total)
            posts = (counted,)
        return Page(
            items=rows.items,
            unmapped=rows.unmapped,
            end=False,
            posts=posts,
            listed=(post.external_id,) if ended else (),
        )

    # ------------------------------------------------------------------------ the end

    def _check(self, posts: list[CollectedPost]) -> None:
        """A list that is empty in silence is not believed (CONNECTORS.md 2.3)."""
        if self.refused and not self.worked:
            raise CollectError(
                ErrorClass.PERMISSION,
                f"{self.feed.title} says of every post: gone, or not allowed. A permission for "
                "reading comments is probably lost. Check it with: sunwai sources test",
            )
        whole = self.stop_before is None and self.posts_after is None and not self.known.done
        total = self._total(posts)
        if whole and total and self.found == 0:
            raise CollectError(
                ErrorClass.PERMISSION,
                f"{self.feed.title} counts {total} comments and lists none. The token may not read "
                "what others write. Check it with: sunwai sources test",
            )

    def _reaches_back_to(self, posts: list[CollectedPost]) -> datetime | None:
        most = self.feed.listed_most
        if most is None or len(posts) < most or self.posts_after is not None:
            return None
        return min((p.created_at for p in posts if p.created_at is not None), default=None)


def _descends(dates: tuple[datetime, ...], before: datetime | None) -> bool:
    """Whether the list goes on from newer to older."""
    whole = dates if before is None else (before, *dates)
    return all(a >= b for a, b in itertools.pairwise(whole))
