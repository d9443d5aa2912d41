"""Keeping what was collected: raw, post, comment and revision together, and the rest with why.

The one place through which comments enter the store, from a platform and from a file alike.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from data.db import Tx
from data.model import (
    CollectedAuthor,
    CollectedComment,
    CollectedPost,
    Platform,
    Raw,
    RowError,
    Saved,
    Source,
    SweepTally,
    clean_text,
)
from data.secrecy import may_hold_secrets, without_secrets
from data.store.arrivals import Arrival, save_arrivals
from data.store.comments import save_post
from data.store.sweeps import keep_rejected

MAX_REJECTED_RAW = 20_000  # characters of a refused row that are kept
_LONGEST = {"id": 180, "call id": 200, "parent's id": 180, "post's id": 200}
_MOST = 2**31 - 1
_ANY_PLATFORM = frozenset({Platform.OTHER})

Item = tuple[int, Raw, CollectedComment]


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """How comments are kept: by settings, the same for every source.

    ``fold`` makes the text that is searched; ``author_salt`` is secret and never changes;
    ``keep_names`` says whether display names may be kept.
    """

    fold: Callable[[str], str]
    author_salt: bytes
    keep_names: bool


@dataclass(slots=True, kw_only=True)
class Progress:
    """What a sweep has done so far."""

    tally: SweepTally = field(default_factory=SweepTally)
    newest_at: datetime | None = None
    errors: list[RowError] = field(default_factory=list[RowError])  # the first of them
    posts: dict[str, tuple[CollectedPost, int]] = field(
        default_factory=dict[str, tuple[CollectedPost, int]]
    )

    def fork(self) -> Progress:
        """A copy to work on in one transaction; it replaces this one when that is committed."""
        return replace(self, errors=list(self.errors), posts=dict(self.posts))

    def add(self, saved: Saved) -> None:
        t = self.tally
        self.tally = SweepTally(
            read=t.read + 1,
            new=t.new + (saved is Saved.NEW),
            revised=t.revised + (saved is Saved.REVISED),
            unchanged=t.unchanged + (saved is Saved.UNCHANGED),
            rejected=t.rejected,
        )

    def reject(self, count: int) -> None:
        t = self.tally
        self.tally = replace(t, read=t.read + count, rejected=t.rejected + count)


def author_key(salt: bytes, platform: Platform, author: CollectedAuthor | None) -> str | None:
    """The author's salted hash (hex); None when the platform told neither id nor name."""
    if author is None:
        return None
    told = author.external_id or author.display_name
    if not told:
        return None
    subject = f"{platform.value}\x1f{clean_text(told)}".encode()
    return hmac.new(salt, subject, hashlib.sha256).hexdigest()


def save_items(
    tx: Tx,
    source: Source,
    sweep_id: int,
    items: Iterable[Item],
    keeping: Keeping,
    progress: Progress,
    *,
    now: datetime,
    seen_at: datetime | None = None,
) -> list[RowError]:
    """Keeps the items, counts them in ``progress``, and gives those refused, each with why.

    ``seen_at`` is when a file was made, for what is no live reading.
    """
    refused: list[RowError] = []
    arrivals: list[Arrival] = []
    for row, raw, told in items:
        fault = fault_of(source, told)
        if fault is not None:
            refused.append(RowError(row=row, reason=fault, raw=raw.body))
            continue
        kept_raw = _storable_raw(raw)
        arrivals.append(
            _arrival(tx, source, told, keeping, progress, now=now, raw=kept_raw, seen_at=seen_at)
        )
    saved = _saved(tx, source, sweep_id, arrivals, keeping, now)
    for arrival, fate in zip(arrivals, saved, strict=True):
        progress.add(fate)
        at = arrival.collected.created_at
        if at is not None and (progress.newest_at is None or at > progress.newest_at):
            progress.newest_at = at
    return refused


def _saved(
    tx: Tx,
    source: Source,
    sweep_id: int,
    arrivals: list[Arrival],
    keeping: Keeping,
    now: datetime,
) -> list[Saved]:
    return save_arrivals(
        tx, arrivals, source_id=source.id, sweep_id=sweep_id, fold=keeping.fold, now=now
    )


def _arrival(
    tx: Tx,
    source: Source,
    told: CollectedComment,
    keeping: Keeping,
    progress: Progress,
    *,
    now: datetime,
    raw: Raw | None = None,
    seen_at: datetime | None = None,
) -> Arrival:
    collected = storable(told)
    author = collected.author
    return Arrival(
        collected=collected,
        raw=raw,
        post_id=keep_post(tx, source, collected.platform, collected.post, progress, now=now),
        author_key=author_key(keeping.author_salt, collected.platform, author),
        author_name=author.display_name if author is not None and keeping.keep_names else None,
        seen_at=None if seen_at is None else min(now, _not_before(collected, seen_at)),
    )


def _not_before(collected: CollectedComment, seen_at: datetime) -> datetime:
    """A file cannot be older than what it holds, whatever its time stamp says."""
    return max(at for at in (seen_at, collected.created_at, collected.updated_at) if at is not None)


def save_reread(
    tx: Tx,
    source: Source,
    sweep_id: int,
    told: CollectedComment,
    keeping: Keeping,
    progress: Progress,
    *,
    now: datetime,
) -> bool:
    """Keeps and counts one comment that was read by its id; False when it cannot be kept."""
    if fault_of(source, told) is not None:
        return False
    arrival = _arrival(tx, source, told, keeping, progress, now=now)
    for fate in _saved(tx, source, sweep_id, [arrival], keeping, now):
        progress.add(fate)
    return True


def keep_post(
    tx: Tx,
    source: Source,
    platform: Platform,
    post: CollectedPost | None,
    progress: Progress,
    *,
    now: datetime,
) -> int | None:
    """Keeps a post unless this sweep has just kept the same; gives its id."""
    if post is None:
        return None
    known = progress.posts.get(post.external_id)
    if known is not None and known[0] == post:
        return known[1]
    clean = replace(post, permalink=_clean(post.permalink))
    post_id = save_post(tx, source.id, platform, clean, now=now)
    progress.posts[post.external_id] = (post, post_id)
    return post_id


def keep_refused(
    tx: Tx, sweep_id: int, errors: Iterable[RowError], progress: Progress, *, shown: int = 1000
) -> None:
    """Keeps rows that were not taken, counts them, and remembers the first for the caller."""
    clean = [
        RowError(row=e.row, reason=clean_text(e.reason), raw=clean_text(e.raw[:MAX_REJECTED_RAW]))
        for e in errors
    ]
    keep_rejected(tx, sweep_id, clean)
    progress.reject(len(clean))
    progress.errors.extend(clean[: max(0, shown - len(progress.errors))])


# ------------------------------------------------------------------------------ what can be kept


def fault_of(source: Source, told: CollectedComment) -> str | None:
    """Why the comment cannot be kept, in a sentence; None when it can."""
    if told.platform is not source.platform and source.platform not in _ANY_PLATFORM:
        return (
            f"This is a comment of {told.platform.value}, and {source.name} is a source of "
            f"{source.platform.value}. Choose the right source."
        )
    ids = {
        "id": told.external_id,
        "call id": told.call_id,
        "parent's id": told.parent_external_id,
        "post's id": told.post.external_id if told.post is not None else None,
    }
    for name, value in ids.items():
        if value is None:
            continue
        if not value.strip() or not (value.isprintable() or _is_plain(value)):
            return f"The {name} is empty or holds characters that no id has."
        if len(value) > _LONGEST[name]:
            return f"The {name} has {len(value)} characters; {_LONGEST[name]} are taken at most."
    return None


def _is_plain(value: str) -> bool:
    return not any(unicodedata.category(c) in ("Cc", "Cs") for c in value)


def storable(told: CollectedComment) -> CollectedComment:
    """The comment as any database takes it: no null bytes, and no count that no column holds."""
    changes: dict[str, object] = {
        "permalink": _clean(told.permalink),
        "time_text": _clean(told.time_text),
        "media_kinds": tuple(clean_text(kind) for kind in told.media_kinds),
        "like_count": _count(told.like_count),
        "reply_count": _count(told.reply_count),
    }
    author = told.author
    if author is not None and _clean(author.display_name) != author.display_name:
        changes["author"] = replace(author, display_name=_clean(author.display_name))
    changes = {name: value for name, value in changes.items() if getattr(told, name) != value}
    # Most comments are storable as they are, and a copy costs more than all the rest.
    return replace(told, **changes) if changes else told  # pyright: ignore[reportArgumentType]


def _clean(text: str | None) -> str | None:
    return None if text is None else clean_text(text)


def _count(count: int | None) -> int | None:
    return count if count is not None and -_MOST <= count <= _MOST else None


def _storable_raw(raw: Raw) -> Raw:
    locator, body = clean_text(raw.locator), _without_secrets(raw.body)
    if locator == raw.locator and body == raw.body:
        return raw
    return replace(raw, locator=locator, body=body)


def _without_secrets(body: str) -> str:
    """A collector keeps no secret in what it gives; this is for the day on which one does."""
    if not may_hold_secrets(body):
        return body
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return body
    return json.dumps(without_secrets(told), ensure_ascii=False, sort_keys=True)
