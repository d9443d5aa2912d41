"""Which comments ask for a person, and in what order."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, Index, Integer, String, Table, text

from data.schema.columns import Id, Instant, key, metadata

# A comment asks for a person when its current revision is flagged or could not be judged, when it
# was decided before an edit, or when a decision on it is still open. It leaves when a closing
# decision points at its current revision, or when it is no longer there to be decided on.
REVIEW_QUEUE = """
CREATE VIEW review_queue AS
SELECT c.id AS comment_id, c.source_id, c.revision_id, c.created_at, c.first_seen_at,
       a.id AS assessment_id, a.language, a.coverage, a.protected, a.priority, a.flag,
       d.id AS decision_id, d.verdict AS open_verdict, d.by_user AS open_by,
       CASE
         WHEN d.awaits_second OR d.verdict = 'escalate' THEN 'second_look'
         WHEN a.flag = 'severe' THEN 'severe'
         WHEN a.flag = 'flagged' THEN 'waiting'
         WHEN a.flag = 'not_covered' THEN 'not_covered'
         WHEN a.id IS NULL OR a.flag = 'not_checked' THEN 'not_checked'
         ELSE 'edited'
       END AS queue
FROM comment c
LEFT JOIN assessment a ON a.id = c.assessment_id AND a.revision_id = c.revision_id
LEFT JOIN decision last ON last.id = c.decision_id
LEFT JOIN decision d ON d.id = c.decision_id AND d.revision_id = c.revision_id
WHERE c.missing_since IS NULL
  AND NOT c.is_page_owner
  AND (d.id IS NULL OR d.awaits_second OR d.verdict IN ('escalate', 'wait', 'undo'))
  AND (a.id IS NULL OR a.flag <> 'none' OR d.awaits_second OR d.verdict = 'escalate'
       OR (last.id IS NOT NULL AND last.revision_id <> c.revision_id
           AND last.verdict NOT IN ('undo', 'wait')))
"""

# What review_queue says, kept in step by data/store/open_items.py so that the next cards and the
# counts cost the same however much is in the store. Made from other tables: no keys of its own.
open_item = Table(
    "open_item",
    metadata,
    Column("comment_id", String(200), primary_key=True),
    Column("queue", String(12), nullable=False),
    Column("postponed", Boolean, nullable=False),  # put off: behind everything else
    Column("rank", Float, nullable=False),  # data/urgency.py; the smallest first
    # Posted (first seen where no time was told); edited: when the edit was seen.
    Column("since", Instant, nullable=False),
    Column("source_id", Id, nullable=False),
    Column("platform", String(20), nullable=False),
    Column("language", String(10), nullable=False),
    Column("coverage", String(16), nullable=False),
    Column("flag", String(12), nullable=False),
    Column("protected", Boolean, nullable=False),
    Column("toxicity", Float),
    Column("suggested", String(12)),  # the first reason code that the policy names
    Column("complaint", Boolean, nullable=False),
    Column("copies", Integer, nullable=False),  # rounded down to a power of two
    Column("open_by", Id),  # whose proposal, question or wait stands
    Index("ix_open_item_order", "postponed", "rank", "comment_id"),
    Index("ix_open_item_queue", "queue", "postponed", "rank", "comment_id"),
    Index("ix_open_item_source", "source_id", "since", "comment_id"),
    Index("ix_open_item_since", "since", "comment_id"),
    Index("ix_open_item_toxicity", "toxicity", "comment_id"),
    Index(
        "ix_open_item_complaints",
        "postponed",
        "rank",
        "comment_id",
        sqlite_where=text("complaint"),
        postgresql_where=text("complaint"),
    ),
    Index(
        "ix_open_item_copies",
        "postponed",
        "rank",
        "comment_id",
        sqlite_where=text("copies > 1"),
        postgresql_where=text("copies > 1"),
    ),
)

queue_change = Table("queue_change", metadata, key())  # one row for each change; old ones go
