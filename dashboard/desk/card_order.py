"""Why a card stands where it does: its place in the order, how harsh it is, who looks at it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from dashboard.deps import Deps
from dashboard.drawing.components import duration
from dashboard.words import mark, t, tn
from dashboard.words.texts import VILE
from dashboard.words.titles import queue_title
from data.db import Tx
from data.model import Flag, JsonValue, QueueItem, Verdict
from data.store import viewing
from data.urgency import Pull, order_number, pull
from moderation.judging.explaining import Band, band


def _pull(item: QueueItem) -> Pull:
    return pull(
        severe=item.assessment is not None and item.assessment.judgement.flag is Flag.SEVERE,
        priority=item.priority,
        likes=item.comment.like_count,
        copies=item.copies,
    )


def order_of(item: QueueItem) -> float:
    """The number that the queue is ordered by; the smallest first."""
    c = item.comment
    # An edited text asks since its edit was seen (data/store/open_items.py).
    posted = c.created_at or c.first_seen_at
    return order_number(c.revision.seen_at if c.revision.no > 1 else posted, _pull(item))


def is_harsh(d: Deps, item: QueueItem) -> bool:
    """Severe, likely abusive, or with words that are masked: no more than some in a row."""
    a = item.assessment
    if a is None:
        return False
    vile = any(s.spans for s in a.reading.signals if s.name in VILE)
    return vile or a.judgement.flag is Flag.SEVERE or band(a.reading, d.policy()) is Band.LIKELY


VIEWING = {
    "queue": mark("{name} has it on the desk"),
    "history": mark("{name} reads its history"),
    "grid": mark("{name} has it in a list"),
    "copies": mark("{name} has its copies open"),
    "second_look": mark("{name} looks at it a second time"),
}


def also_viewing(tx: Tx, comment_id: str, reader: int, now: datetime) -> list[JsonValue]:
    """Who else has this comment open, each as a sentence."""
    return said_of(viewing.viewers(tx, comment_id, now=now, but=reader))


def said_of(there: Sequence[viewing.Viewer]) -> list[JsonValue]:
    """Each viewer as a sentence."""
    return [t(VIEWING[v.place], name=v.display) for v in there]


def why_now(item: QueueItem, due: datetime, now: datetime) -> list[JsonValue]:
    """What put this comment before the others, the strongest first; each line one factor."""
    c, told = item.comment, _pull(item)
    seen = duration((now - c.first_seen_at).total_seconds())
    left = (due - now).total_seconds()
    lines: list[JsonValue] = [queue_title(item.queue), t("first seen {time} ago", time=seen)]
    if left > 0:
        lines.append(t("target in {time}", time=duration(left)))
    else:
        lines.append(t("target passed {time} ago", time=duration(-left)))
    if item.decision is not None and item.decision.verdict is Verdict.WAIT:
        lines.append(t("was put off: stands behind all others"))
    return [*lines, *_weights(item, told)]


def _weights(item: QueueItem, told: Pull) -> list[JsonValue]:
    """What moves it before comments of the same age, each factor by how much waiting it counts."""
    found = [t("its gravity counts as {time} of waiting", time=_hours(told.severity))]
    likes = item.comment.like_count
    if item.copies > 1:
        found.append(
            tn(
                "{n} near-copy counts as {time} of waiting",
                "{n} near-copies count as {time} of waiting",
                item.copies,
                time=_hours(told.copies),
            )
        )
    if likes:
        found.append(
            tn(
                "{n} like counts as {time} of waiting",
                "{n} likes count as {time} of waiting",
                likes,
                time=_hours(told.reach),
            )
        )
    return list[JsonValue](found)


def _hours(hours: float) -> str:
    return duration(round(hours * 60) * 60)
