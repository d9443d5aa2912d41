"""the open items in order, and indexes that keep long lists quick"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import data.schema
from data.store import open_items

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ORDER = ["postponed", "rank", "comment_id"]


def _open_items() -> None:
    op.create_table(
        "open_item",
        sa.Column("comment_id", sa.String(length=200), nullable=False),
        sa.Column("queue", sa.String(length=12), nullable=False),
        sa.Column("postponed", sa.Boolean(), nullable=False),
        sa.Column("rank", sa.Float(), nullable=False),
        sa.Column("since", data.schema.Instant(timezone=True), nullable=False),
        sa.Column("source_id", ID, nullable=False),
        sa.Column("platform", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("coverage", sa.String(length=16), nullable=False),
        sa.Column("flag", sa.String(length=12), nullable=False),
        sa.Column("protected", sa.Boolean(), nullable=False),
        sa.Column("toxicity", sa.Float(), nullable=True),
        sa.Column("suggested", sa.String(length=12), nullable=True),
        sa.Column("complaint", sa.Boolean(), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("open_by", ID, nullable=True),
        sa.PrimaryKeyConstraint("comment_id", name=op.f("pk_open_item")),
    )
    op.create_index("ix_open_item_order", "open_item", ORDER)
    op.create_index("ix_open_item_queue", "open_item", ["queue", *ORDER])
    op.create_index("ix_open_item_source", "open_item", ["source_id", "since", "comment_id"])
    op.create_index("ix_open_item_since", "open_item", ["since", "comment_id"])
    op.create_index("ix_open_item_toxicity", "open_item", ["toxicity", "comment_id"])
    for name, only in (("complaints", "complaint"), ("copies", "copies > 1")):
        op.create_index(
            f"ix_open_item_{name}",
            "open_item",
            ORDER,
            sqlite_where=sa.text(only),
            postgresql_where=sa.text(only),
        )
    op.create_table(
        "queue_change",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue_change")),
    )


def _indexes() -> None:
    op.drop_index("ix_comment_created_at", "comment")  # nothing asked for it alone
    posted = sa.text("coalesce(created_at, first_seen_at)")
    op.create_index("ix_comment_posted", "comment", [posted, "id"])
    op.create_index("ix_assessment_toxicity", "assessment", ["toxicity", "comment_id"])
    op.create_index("ix_decision_by", "decision", ["by_user", "decided_at"])
    op.create_index("ix_revision_seen_at", "revision", ["seen_at"])
    op.create_index("ix_assessment_assessed_at", "assessment", ["assessed_at"])
    for table, column in (("decision", "undoes"), ("comment", "missing_since")):
        told = sa.text(f"{column} IS NOT NULL")
        name = f"ix_{table}_{column}"
        op.create_index(name, table, [column], sqlite_where=told, postgresql_where=told)
    op.create_index("ix_claim_until", "claim", ["until"])


def upgrade() -> None:
    _open_items()
    _indexes()
    # Reads no column that is younger than this. A later migration that gives open_item another
    # column rebuilds it itself and takes this line out.
    open_items.rebuild(op.get_bind())


def downgrade() -> None:
    raise NotImplementedError("Restore the backup made before the upgrade.")
