"""What the store knows of a page's posts, handed to a collector for one sweep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPosts:
    """The page's posts as they are kept, by native id.

    ``ids`` are all that were ever seen, newest first: the platform's own list may stop at some
    600 posts, ours does not. ``totals`` is each post's number of comments as the platform counted
    it when its comments were last listed to their end: a post whose count is still the same need
    not be listed in a live sweep. ``done`` are posts that an earlier, broken-off run of this same
    lane has listed to their end: a scan leaves their comments out.
    """

    ids: tuple[str, ...] = ()
    totals: Mapping[str, int] = field(default_factory=dict[str, int])
    done: frozenset[str] = frozenset()


NOTHING_KNOWN = KnownPosts()
