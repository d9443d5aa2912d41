"""Small builders: each gives a sensible thing, with only what the test cares about named."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from data.db import Tx
from data.model import (
    CollectedAuthor,
    CollectedComment,
    CollectedPost,
    Coverage,
    FeedbackKind,
    Flag,
    Judgement,
    Language,
    Platform,
    Reading,
    ReasonCode,
    Role,
    Signal,
    Source,
    SourceMode,
    SweepKind,
    User,
    Verdict,
    Visibility,
    Why,
)
from data.store import assessments, comments, sources, sweeps, users
from data.store.arrivals import Arrival, save_arrivals

NOW = datetime(2026, 6, 1, 7, 0, tzinfo=UTC)  # noon in Karachi

_numbers = count(1)


def minutes(n: float) -> timedelta:
    return timedelta(minutes=n)


def a_collected(text: str = "The water came for one hour.", **told: Any) -> CollectedComment:
    """A comment as a collector sees it, posted at NOW by one author under one post."""
    external_id = told.pop("external_id", None) or f"c{next(_numbers)}"
    facts: dict[str, Any] = {
        "platform": Platform.MOCK,
        "external_id": external_id,
        "call_id": external_id,
        "text": text,
        "created_at": NOW,
        "author": CollectedAuthor(external_id="author-1", display_name="Invented Person"),
        "post": CollectedPost(external_id="post-1", text="Water supply timings."),
        "visibility": Visibility.PUBLIC,
    }
    return CollectedComment(**(facts | told))


def a_source(tx: Tx, name: str = "page", **told: Any) -> Source:
    facts: dict[str, Any] = {
        "platform": Platform.MOCK,
        "mode": SourceMode.API,
        "title": "An invented page",
        "now": NOW,
    }
    return sources.add_source(tx, name=name, **(facts | told))


def a_user(tx: Tx, name: str = "officer", role: Role = Role.OFFICER) -> User:
    return users.add_user(
        tx, name=name, display=name.title(), role=role, password_hash="not a hash", now=NOW
    )


def keep(
    tx: Tx,
    source: Source,
    collected: CollectedComment,
    *,
    now: datetime = NOW,
    author_key: str | None = "key-1",
) -> str:
    """Keeps a comment with its post through a sweep of its own; gives the comment's id."""
    sweep_id = sweeps.begin_sweep(tx, source.id, SweepKind.LIVE, now=now)
    post_id = None
    if collected.post is not None:
        post_id = comments.save_post(tx, source.id, collected.platform, collected.post, now=now)
    arrival = Arrival(
        collected=collected,
        post_id=post_id,
        author_key=author_key,
    )
    save_arrivals(tx, [arrival], source_id=source.id, sweep_id=sweep_id, fold=str.lower, now=now)
    return collected.id


def a_reading(toxicity: float | None = 0.1, **told: Any) -> Reading:
    facts: dict[str, Any] = {
        "language": Language.EN,
        "coverage": Coverage.COVERED if toxicity is not None else Coverage.NOT_CHECKED,
        "coverage_note": "",
        "signals": (Signal(name="toxicity", value=toxicity, version="test 1"),),
        "feedback": (FeedbackKind.OTHER,),
        "sentiment": None,
        "engine": "test",
        "engine_version": "1",
    }
    return Reading(**(facts | told))


def a_judgement(flag: Flag = Flag.FLAGGED, **told: Any) -> Judgement:
    flagged = flag is not Flag.NONE
    facts: dict[str, Any] = {
        "flag": flag,
        "reasons": (ReasonCode.PERSONAL_ABUSE,) if flagged else (),
        "protected": False,
        "suggested": Verdict.REMOVE if flagged else None,
        "priority": 0.6 if flagged else 0.0,
        "why": (Why(rule="test", text="likely personal abuse"),) if flagged else (),
        "policy_version": 1,
    }
    return Judgement(**(facts | told))


def assess(
    tx: Tx,
    comment_id: str,
    judgement: Judgement | None = None,
    *,
    now: datetime = NOW,
    **reading: Any,
) -> int:
    """Appends an assessment to the comment's current revision."""
    comment = comments.get_comment(tx, comment_id)
    assert comment is not None
    return assessments.save_assessment(
        tx,
        comment_id,
        comment.revision.id,
        a_reading(**reading),
        judgement or a_judgement(),
        now=now,
    )
