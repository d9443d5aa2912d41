"""What was on a page before it was acted on."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.exc import SQLAlchemyError

from data import schema
from data.db import Tx
from data.model import Evidence, JsonObject

_V = schema.evidence.c


class EvidenceNotKept(Exception):
    """What was on the page could not be kept; the message names the kind of failure."""


def canonical(body: JsonObject) -> str:
    """The one way in which a JSON object is written before it is hashed."""
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def keep_evidence(
    tx: Tx,
    action_id: int,
    comment_id: str,
    revision_id: int,
    body: JsonObject,
    *,
    now: datetime,
) -> str:
    """Keeps what was on the page before it was acted on; gives its sha256.

    Raises EvidenceNotKept where the database does not take it; the transaction can go on.
    """
    try:
        digest = hashlib.sha256(canonical(body).encode()).hexdigest()
        with tx.begin_nested():
            tx.execute(
                insert(schema.evidence).values(
                    action_id=action_id,
                    comment_id=comment_id,
                    revision_id=revision_id,
                    body=body,
                    sha256=digest,
                    at=now,
                )
            )
    except (SQLAlchemyError, ValueError) as error:
        raise EvidenceNotKept(type(error).__name__) from error
    return digest


def evidence_of(tx: Tx, comment_id: str) -> list[Evidence]:
    query = select(schema.evidence).where(_V.comment_id == comment_id).order_by(_V.id)
    return [
        Evidence(
            id=r.id,
            action_id=r.action_id,
            comment_id=r.comment_id,
            revision_id=r.revision_id,
            body=r.body,
            sha256=r.sha256,
            at=r.at,
        )
        for r in tx.execute(query)
    ]


def has_evidence(tx: Tx, action_id: int) -> bool:
    query = select(_V.id).where(_V.action_id == action_id).limit(1)
    return tx.execute(query).one_or_none() is not None
