"""What officers decide, and what goes with it: claims, glances, shifts, complaints handed on."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    text,
)

from data.schema.columns import Id, Instant, Kept, KeptJson, comment_id, key, metadata, to

decision = Table(
    "decision",
    metadata,
    key(),
    comment_id(),
    to("revision"),
    Column("verdict", String(12), nullable=False),
    Column("reason", String(12)),
    Column("reason_text", Kept, nullable=False, default=""),
    to("app_user", name="by_user"),
    Column("decided_at", Instant, nullable=False),
    Column("policy_version", Integer, nullable=False),
    Column("awaits_second", Boolean, nullable=False, default=False),
    Column("second_of", Id, ForeignKey("decision.id")),
    Column("undoes", Id, ForeignKey("decision.id")),
    Column("key", String(120), nullable=False, unique=True),
    Column("theme", String(60)),
    Column("span_start", Integer),
    Column("span_end", Integer),
    Index("ix_decision_decided_at", "decided_at"),
    Index("ix_decision_comment", "comment_id"),
    Index("ix_decision_by", "by_user", "decided_at"),
    Index(
        "ix_decision_undoes",
        "undoes",
        sqlite_where=text("undoes IS NOT NULL"),
        postgresql_where=text("undoes IS NOT NULL"),
    ),
    # The duty's core rule, held by the database itself: no removal without a reason code.
    CheckConstraint(
        "verdict NOT IN ('remove', 'split') OR reason IS NOT NULL", name="removal_has_reason"
    ),
    CheckConstraint("reason IS NULL OR reason LIKE 'OM-5-%'", name="reason_is_om_code"),
    CheckConstraint(
        "reason IS NULL OR reason <> 'OM-5-X' OR length(reason_text) >= 15",
        name="other_reason_is_told",
    ),
)

claim = Table(
    "claim",
    metadata,
    Column("comment_id", String(200), ForeignKey("comment.id"), primary_key=True),
    to("app_user", name="by_user"),
    Column("until", Instant, nullable=False),
    Index("ix_claim_until", "until"),
)

glance = Table(  # first time each officer opened a card: the "first opened" stamp
    "glance",
    metadata,
    Column("revision_id", Id, ForeignKey("revision.id"), primary_key=True),
    Column("by_user", Id, ForeignKey("app_user.id"), primary_key=True),
    Column("at", Instant, nullable=False),
)

conflict_word = Table(  # a comment that names it is not this officer's to decide
    "conflict_word",
    metadata,
    key(),
    to("app_user", name="user_id"),
    Column("word", Kept, nullable=False),
    Column("folded", String(120), nullable=False),
    Column("made_by", String(80), nullable=False),
    Column("made_at", Instant, nullable=False),
    UniqueConstraint("user_id", "folded"),
)

viewing = Table(  # who has a comment open outside the queue, until when; forgotten soon after
    "viewing",
    metadata,
    Column("comment_id", String(200), ForeignKey("comment.id"), primary_key=True),
    Column("user_id", Id, ForeignKey("app_user.id"), primary_key=True),
    Column("place", String(12), nullable=False),
    Column("until", Instant, nullable=False),
    Index("ix_viewing_until", "until"),
)

shift = Table(  # an officer's signed-off shift; recorded once, never changed
    "shift",
    metadata,
    key(),
    to("app_user", name="user_id"),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant, nullable=False),
    Column("note", Kept, nullable=False, default=""),
    Column("figures", KeptJson, nullable=False),
    Column("chain_seq", Id, nullable=False),
    Column("chain_head", String(64), nullable=False),
    Column("key", String(120), nullable=False, unique=True),
    UniqueConstraint("user_id", "started_at"),
    Index("ix_shift_ended_at", "ended_at"),
)

complaint_case = Table(
    "complaint_case",
    metadata,
    key(),
    comment_id(),
    to("decision"),
    Column("theme", String(60)),
    Column("office", Kept, nullable=False, default=""),
    Column("place", Kept, nullable=False, default=""),
    Column("due_on", Date),
    Column("state", String(12), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("handed_over_at", Instant),
    Column("closed_at", Instant),
    Column("closed_by", String(80)),
    Column("closing_note", Kept),
)
