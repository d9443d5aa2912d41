"""What is no longer there: read by id, tested against a canary, guarded, and only then marked.

CONNECTORS.md 9.5. A comment that was not listed is not gone: the platform may have left it out,
a permission may have been lost, the wrong page may have answered.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from collectors.base import CollectError, Collector
from data.db import Database, Tx
from data.model import CollectedComment, Comment, ErrorClass, Liveness, Source
from data.store.absence import alive_by_post
from data.store.comments import mark_missing, mark_seen, newest_seen, seen_before
from data.store.known_posts import post_ids

MAX_REREADS = 500  # by id in one sweep; more than that is no deletion but a fault
SMALL_LOSS = 20  # so many may vanish at once without a question
LOSS_SHARE = 0.10

Read = Mapping[str, tuple[Liveness, CollectedComment | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why nothing was marked, for the sources page."""

    error_class: ErrorClass
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """What a scan has listed whole: comments from ``created_from`` on, under posts made from
    ``posts_from`` on; or under the ``posts`` named by their native ids alone."""

    created_from: datetime | None = None
    posts_from: datetime | None = None
    posts: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """What reading by id found. With a ``problem`` nothing is gone."""

    gone: tuple[tuple[str, str], ...] = ()  # comment id, reason
    seen: tuple[tuple[str, CollectedComment | None], ...] = ()
    problem: Problem | None = None


def look_for_absent(
    collector: Collector,
    source: Source,
    db: Database,
    *,
    started_at: datetime,
    covered: Covered,
    trusted: bool = False,
) -> Absence:
    """Which comments a scan begun at ``started_at`` did not list although it covered their place,
    and what became of them.

    ``trusted`` leaves out the guard: a person has looked and says that so many are really gone.
    """
    with db.read() as tx:
        absent = _absent(tx, source, started_at, covered)
        alive = alive_by_post(tx, source.id)
        canary = _canary(tx, source, started_at)
    if not absent:
        return Absence()
    if len(absent) > MAX_REREADS and not trusted:
        return Absence(problem=too_many(len(absent), "were not listed"))
    try:
        read = collector.read_comments([c.call_id for c in absent])
        found = sort_out(absent, read, lambda: _sings(collector, canary))
    except CollectError as error:
        what = f"{len(absent)} comments were not listed, and reading them by id failed"
        return Absence(problem=_problem(error.error_class, f"{what}: {error.message}"))
    return found if trusted else guarded(found, absent, alive)


def _absent(tx: Tx, source: Source, started_at: datetime, covered: Covered) -> list[Comment]:
    posts = covered.posts
    found = seen_before(
        tx,
        source.id,
        seen_before=started_at,
        created_from=covered.created_from,
        posts_from=covered.posts_from if posts is None else None,
        post_ids=None if posts is None else list(post_ids(tx, source.id, posts).values()),
    )
    return [c for c in found if c.id_kind == "native"]


def sort_out(absent: Sequence[Comment], read: Read, canary_sings: Callable[[], bool]) -> Absence:
    """Sorts what reading by id said; asks the canary only when an answer is in doubt."""
    nothing: tuple[Liveness, CollectedComment | None] = (Liveness.UNDECIDED, None)
    answers = [(c, *read.get(c.call_id, nothing)) for c in absent]
    seen = tuple((c.id, now_) for c, liveness, now_ in answers if liveness is Liveness.ALIVE)
    gone = tuple((c.id, live.value) for c, live, _ in answers if live is not Liveness.ALIVE)
    doubtful = any(reason != Liveness.GONE.value for _, reason in gone)
    if doubtful and not canary_sings():
        return Absence(
            seen=seen,
            problem=_problem(
                ErrorClass.AMBIGUOUS,
                f"{len(gone)} comments were not listed and cannot be read by id, nor can one that "
                "was listed just now: a permission is probably lost. Check the source's access",
            ),
        )
    return Absence(seen=seen, gone=gone)


def guarded(found: Absence, absent: Sequence[Comment], alive: Mapping[int | None, int]) -> Absence:
    """The same, or a problem where one post or the whole source would lose too much at once."""
    post_of = {c.id: c.post_id for c in absent}
    lost = Counter(post_of[comment_id] for comment_id, _ in found.gone)
    for post_id, count in lost.items():
        if exceeds(count, alive.get(post_id, 0)):
            return Absence(seen=found.seen, problem=too_many(count, "of one post would be lost"))
    if exceeds(len(found.gone), sum(alive.values())):
        return Absence(
            seen=found.seen, problem=too_many(len(found.gone), "of this source would be lost")
        )
    return found


def exceeds(lost: int, of: int) -> bool:
    """True when more would go at once than max(20, 10 %)."""
    return lost > max(SMALL_LOSS, LOSS_SHARE * of)


def too_many(count: int, what: str) -> Problem:
    return _problem(
        ErrorClass.AMBIGUOUS,
        f"{count} comments {what} at once, more than is believed without a person. Look at the "
        "page itself",
    )


def mark(tx: Tx, found: Absence, *, now: datetime) -> int:
    """Marks what is gone as missing and notes what was read alive. Gives how many are gone."""
    for comment_id, _ in found.seen:
        mark_seen(tx, comment_id, None, now=now)
    return sum(mark_missing(tx, [comment_id], reason, now=now) for comment_id, reason in found.gone)


def _canary(tx: Tx, source: Source, started_at: datetime) -> str | None:
    """The call id of a comment that this very scan has listed."""
    newest = newest_seen(tx, source.id, limit=1)
    return next((c.call_id for c in newest if c.last_seen_at >= started_at), None)


def _sings(collector: Collector, canary: str | None) -> bool:
    if canary is None:
        return False
    liveness, _ = collector.read_comments([canary]).get(canary, (Liveness.UNDECIDED, None))
    return liveness is Liveness.ALIVE


def _problem(error_class: ErrorClass, message: str) -> Problem:
    return Problem(error_class=error_class, message=f"{message}. Nothing was marked as gone.")
