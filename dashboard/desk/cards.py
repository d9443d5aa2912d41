"""One queue card as JSON: everything that the officer sees, worked out on the server.

The browser draws it with text nodes only; what is vile is sent beside its masked form.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from analysis.service_level import deadline
from dashboard.deps import Deps
from dashboard.desk.card_order import is_harsh, order_of, said_of, why_now
from dashboard.drawing.components import duration
from dashboard.words import t
from dashboard.words.below import from_below
from dashboard.words.texts import DRIVING_SIGNALS, safe_link, segments_of
from dashboard.words.titles import (
    BANDS,
    COVERAGE_TITLES,
    FEEDBACK_TITLES,
    LANGUAGE_NAMES,
    queue_title,
)
from data.db import Tx
from data.model import (
    ActionKind,
    Assessment,
    Comment,
    Coverage,
    Decision,
    FeedbackKind,
    Flag,
    JsonObject,
    JsonValue,
    QueueItem,
    ReasonCode,
    Source,
    SourceMode,
)
from data.store.around import Around, around, parent_of
from moderation.judging.explaining import Band, band
from moderation.platforms.audience import kinds_of, who_can_see
from moderation.policies.reasons import REASONS

LONGEST_TEXT = 4000
AUTHOR_DAYS = 30


def card(tx: Tx, d: Deps, item: QueueItem, now: datetime, *, reader: int = 0) -> JsonObject:
    """The card of one open item, in the tongue of the request's reader.

    ``reader`` is the officer it is drawn for: who else looks at it is told without them.
    """
    return cards_of(tx, d, [item], now, reader=reader)[0]


def cards_of(
    tx: Tx, d: Deps, items: Sequence[QueueItem], now: datetime, *, reader: int = 0
) -> list[JsonObject]:
    """The same for many items; what is read of them is read once, however many they are."""
    if not items:
        return []
    since = now - timedelta(days=AUTHOR_DAYS)
    known = around(tx, items, since=since, now=now, reader=reader)
    return [_card(d, item, known, now) for item in items]


def _card(d: Deps, item: QueueItem, known: Around, now: datetime) -> JsonObject:
    c, a = item.comment, item.assessment
    source = known.sources[c.source_id]  # a foreign key of the comment
    due = deadline(c.revision.seen_at, _flag(a), d.service_level)
    return {
        "id": c.id,
        "revision_id": c.revision.id,
        "expected": None if item.decision is None else item.decision.id,
        "queue": item.queue,
        "queue_title": queue_title(item.queue),
        "text": text_json(c.revision.text, a),
        "post": _post(known, c),
        "parent": _parent(known, c),
        "edited": c.revision.no - 1,
        "old": _old(known, c),
        "source": source.title,
        "platform": c.platform.value,
        "link": safe_link(c.permalink),
        "posted_at": _iso(c.created_at),
        "seen_at": _iso(c.first_seen_at),
        "due_at": _iso(due),
        "likes": c.like_count,
        **_judged(d, a),
        **_context(known, item),
        **_act(source, c),
        "second": _second(known, item.decision),
        "waits": known.waits.get(c.id, 0),
        "order": order_of(item),
        "harsh": is_harsh(d, item),
        "also": said_of(known.viewers.get(c.id, [])),
        "why_now": why_now(item, due, now),
    }


def _flag(a: Assessment | None) -> str:
    return Flag.NOT_CHECKED if a is None else a.judgement.flag


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def text_json(text: str, a: Assessment | None, longest: int | None = LONGEST_TEXT) -> JsonObject:
    """A text as segments that the browser puts in as text."""
    drawn = segments_of(text, a, longest=longest)
    segments: list[JsonValue] = [
        {k: v for k, v in asdict(s).items() if k == "start" or v} for s in drawn.segments
    ]
    return {
        "segments": segments,
        "dir": drawn.direction,
        "lang": drawn.lang,
        "more": drawn.more,
    }


def _old(known: Around, c: Comment) -> JsonObject | None:
    """The text before the edit that the card shows."""
    old = known.old.get(c.id)
    if old is None:
        return None
    return {
        **text_json(old.revision.text, old.assessment),
        "seen_at": _iso(old.revision.seen_at),
    }


def _post(known: Around, c: Comment) -> JsonObject | None:
    post = None if c.post_id is None else known.posts.get(c.post_id)
    if post is None or not post.text:
        return None
    return {**text_json(post.text, None, 300), "link": safe_link(post.permalink)}


def _parent(known: Around, c: Comment) -> JsonObject | None:
    parent = known.parents.get(parent_of(c) or "")
    if parent is None:
        return None
    return {**text_json(parent.revision.text, None, 500), "ours": parent.is_page_owner}


# ------------------------------------------------------------------------------ judgement


def _judged(d: Deps, a: Assessment | None) -> JsonObject:
    if a is None:
        return {
            "band": "not checked",
            "band_word": t(BANDS[Band.NOT_CHECKED]),
            "language": t("Not told"),
            "coverage": t(COVERAGE_TITLES[Coverage.NOT_CHECKED.value]),
            "coverage_kind": "not_checked",
            "coverage_note": t("No check has run on this text yet."),
            "feedback": [],
            "protected": True,
            "protected_why": t("Nothing has looked at this text yet, so it is shielded."),
            "suggested": None,
            "suggested_span": None,
            "why": [],
        }
    j, r = a.judgement, a.reading
    likely = band(r, d.policy())
    return {
        "band": likely.value,
        "band_word": t(BANDS[likely]),
        "language": t(LANGUAGE_NAMES[r.language]),
        "coverage": t(COVERAGE_TITLES[r.coverage.value]),
        "coverage_kind": r.coverage.value,
        "coverage_note": from_below(r.coverage_note),
        "feedback": [t(FEEDBACK_TITLES[k]) for k in r.feedback if k is not FeedbackKind.OTHER],
        "protected": j.protected,
        "protected_why": next((from_below(w.text) for w in j.why if w.rule == "protected"), ""),
        "suggested": _suggested(a),
        "suggested_span": _suggested_span(a),
        "why": [from_below(w.text) for w in j.why if w.rule != "protected"],
    }


def _suggested(a: Assessment) -> JsonObject | None:
    if not a.judgement.reasons:
        return None
    return {
        **reason_json(a.judgement.reasons[0]),
        "verdict": None if a.judgement.suggested is None else a.judgement.suggested.value,
        "others": [r.value for r in a.judgement.reasons[1:]],
    }


def reason_json(code: ReasonCode) -> JsonObject:
    """A reason code with its head and title in both languages and its number key."""
    r = REASONS[code]
    return {
        "code": r.code.value,
        "key": r.key,
        "head": "any" if r.head is None else r.head.value,
        "head_ur": r.head_ur,
        "title": r.title_en,
        "title_ur": r.title_ur,
    }


def _suggested_span(a: Assessment) -> JsonValue:
    """From the first to the last driving word: what a split would take off."""
    spans = [s for g in a.reading.signals if g.name in DRIVING_SIGNALS for s in g.spans]
    if not spans:
        return None
    return [min(s.start for s in spans), max(s.end for s in spans)]


# ------------------------------------------------------------------------------ around it


def _context(known: Around, item: QueueItem) -> JsonObject:
    c = item.comment
    group = known.groups.get(c.id)
    count = None
    if c.author_key is not None:
        count = known.author_counts.get((c.author_key, c.source_id), 0)
    return {
        "author_count": count,
        "copies": item.copies,
        "copies_accounts": None if group is None else group.accounts,
        "copies_time": None if group is None else duration(group.minutes * 60),
    }


def _act(source: Source, c: Comment) -> JsonObject:
    by_hand = (
        source.mode is SourceMode.EXPORT
        or c.id_kind != "native"
        or ActionKind.HIDE not in kinds_of(source.platform)
    )
    audience = who_can_see(source.platform, ActionKind.HIDE, by_hand=by_hand)
    return {
        "by_hand": by_hand,
        "audience": audience.en,
        "audience_ur": audience.ur,
        "write_back": source.write_back.value,
    }


def _second(known: Around, decision: Decision | None) -> JsonObject | None:
    if decision is None or not (decision.awaits_second or decision.verdict.value == "escalate"):
        return None
    return {
        "verdict": decision.verdict.value,
        "by": known.names.get(decision.by_user, ""),
        "at": decision.decided_at.isoformat(),
        "reason": None if decision.reason is None else reason_json(decision.reason),
        "text": decision.reason_text,
    }
