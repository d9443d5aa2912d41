"""What chance draws: texts that the machine let pass, and decisions to be judged a second time."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Float, ForeignKey, String, Table, UniqueConstraint

from data.schema.columns import Id, Instant, Kept, comment_id, key, metadata, to

blind_sample = Table(  # texts below the queue point, drawn by chance for people to decide on
    "blind_sample",
    metadata,
    Column("revision_id", Id, ForeignKey("revision.id"), primary_key=True),
    Column("rate", Float, nullable=False),  # the chance with which it was drawn
    Column("drawn_at", Instant, nullable=False),
)

blind_item = Table(  # what was drawn by chance to be judged a second time without the first verdict
    "blind_item",
    metadata,
    key(),
    comment_id(),
    to("revision"),
    Column("stratum", String(12), nullable=False),
    Column("decision_id", Id, ForeignKey("decision.id")),  # what stood when it was drawn
    Column("round", String(10), nullable=False),  # the ISO week, or the day of a sample by hand
    Column("drawn_at", Instant, nullable=False),
    UniqueConstraint("revision_id", "stratum"),
)

blind_answer = Table(  # one a drawn item; changes nothing by itself
    "blind_answer",
    metadata,
    Column("item_id", Id, ForeignKey("blind_item.id"), primary_key=True),
    Column("by_user", Id, ForeignKey("app_user.id"), nullable=False),
    Column("verdict", String(12), nullable=False),
    Column("reason", String(12)),
    Column("reason_text", Kept, nullable=False),
    Column("at", Instant, nullable=False),
    Column("settled_at", Instant),  # a senior officer looked at the difference
    Column("settled_by", Id, ForeignKey("app_user.id")),
    Column("settled_how", String(10)),
    CheckConstraint(
        "verdict NOT IN ('remove', 'split') OR reason IS NOT NULL", name="removal_has_reason"
    ),
)
