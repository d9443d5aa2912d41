"""What a report quotes beside its frames: chosen texts, the rules and the chain as they stood."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, false, func, or_, select

from data import schema
from data.db import Tx
from data.model import Span, utc
from data.store import frames_sql as sql
from data.told import KeptText, Note

_P, _E = schema.policy_version.c, schema.audit_entry.c
_AT_ONCE = 500  # a database binds only so many values in one statement


def texts_of(tx: Tx, comment_ids: Sequence[str], *, as_of: datetime) -> dict[str, KeptText]:
    """Texts of chosen comments by id, as they stood; an unknown id is left out."""
    found: dict[str, KeptText] = {}
    for start in range(0, len(comment_ids), _AT_ONCE):
        part = list(comment_ids[start : start + _AT_ONCE])
        for comment_id, text, signals, first, last, permalink in tx.execute(
            sql.text_rows(part, utc(as_of))
        ):
            found[comment_id] = KeptText(
                comment_id=comment_id,
                text=text,
                spans=_spans(signals),
                remark=None if first is None else (first, last),
                permalink=permalink,
            )
    return found


def _spans(signals: str | None) -> tuple[Span, ...]:
    return tuple(
        Span(start=start, end=end, label=label)
        for signal in json.loads(signals or "[]")
        for start, end, label in signal["spans"]
    )


def policy_at(tx: Tx, as_of: datetime) -> int | None:
    """The policy version in force at the instant; None before the first."""
    query = select(func.max(_P.version)).where(_P.approved_at <= utc(as_of))
    return tx.execute(query).scalar_one()


def chain_at(tx: Tx, as_of: datetime) -> tuple[int, str]:
    """(seq, hash) of the audit chain's newest link at the instant; (0, zeros) before the first."""
    newest = select(func.max(_E.seq)).where(_E.at <= utc(as_of).isoformat()).scalar_subquery()
    row = tx.execute(select(_E.seq, _E.hash).where(_E.seq == newest)).one_or_none()
    return (0, "0" * 64) if row is None else (row.seq, row.hash)


def changes_between(
    tx: Tx, since: datetime, until: datetime, verbs: Sequence[str]
) -> tuple[Note, ...]:
    """Audit notes of [since, until) whose verb begins with one of ``verbs``, oldest first."""
    begins = or_(false(), *(_E.verb.startswith(v, autoescape=True) for v in verbs))
    inside = and_(_E.at >= utc(since).isoformat(), _E.at < utc(until).isoformat())
    query = select(_E.at, _E.actor, _E.verb, _E.object).where(inside, begins).order_by(_E.seq)
    return tuple(
        Note(at=datetime.fromisoformat(at), actor=actor, verb=verb, object=thing)
        for at, actor, verb, thing in tx.execute(query)
    )
