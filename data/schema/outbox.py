"""The outbox: what should happen on the platforms, each attempt at it, and its proof."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, String, Table, text

from data.schema.columns import Id, Instant, Kept, KeptJson, comment_id, key, metadata, to

action = Table(
    "action",
    metadata,
    key(),
    Column("decision_id", Id, ForeignKey("decision.id"), nullable=False, unique=True),
    comment_id(),
    to("revision"),
    to("source"),
    Column("kind", String(10), nullable=False),
    Column("by_hand", Boolean, nullable=False),
    Column("hold_until", Instant, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("claimed_by", String(80)),
    Column("claimed_until", Instant),
    Column("compared_at", Instant),  # when it was last compared with the platform, once done
    Index("ix_action_comment", "comment_id"),
)

write_stop = Table(  # the platform called our writing abuse: nothing is sent until a person says so
    "write_stop",
    metadata,
    key(),
    to("source"),
    Column("why", Kept, nullable=False),
    Column("stopped_at", Instant, nullable=False),
    Column("lifted_at", Instant),
    Column("lifted_by", String(80)),
    Index(
        "uq_write_stop_on",
        "source_id",
        unique=True,
        sqlite_where=text("lifted_at IS NULL"),
        postgresql_where=text("lifted_at IS NULL"),
    ),
)

enforcement = Table(
    "enforcement",
    metadata,
    key(),
    to("action"),
    Column("at", Instant, nullable=False),
    Column("state", String(14), nullable=False),
    Column("detail", Kept, nullable=False, default=""),
    Column("request", KeptJson, nullable=False),
    Column("response", KeptJson, nullable=False),
    Index("ix_enforcement_action", "action_id", "id"),
)

evidence = Table(
    "evidence",
    metadata,
    key(),
    to("action"),
    comment_id(),
    to("revision"),
    Column("body", KeptJson, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("at", Instant, nullable=False),
)

# An action's state is its last attempt's.
OUTBOX = """
CREATE VIEW outbox AS
SELECT ac.id AS action_id, ac.decision_id, ac.comment_id, ac.revision_id, ac.source_id, ac.kind,
       ac.by_hand, ac.hold_until, ac.created_at, ac.claimed_by, ac.claimed_until,
       e.state, e.at AS state_at, e.detail,
       (SELECT count(*) FROM enforcement n WHERE n.action_id = ac.id AND n.state = 'sent')
         AS attempts
FROM action ac
JOIN enforcement e ON e.id = (SELECT max(m.id) FROM enforcement m WHERE m.action_id = ac.id)
"""
