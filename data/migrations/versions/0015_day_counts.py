"""counts by local day, which days have changed since, and indexes of what can ask"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import data.schema

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "counted_day",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("zone", sa.String(length=60), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counted_day")),
        sa.UniqueConstraint("zone", "day", name=op.f("uq_counted_day_zone_day")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "day_count",
        sa.Column("counted_id", ID, autoincrement=False, nullable=False),
        sa.Column("about", sa.String(length=16), nullable=False),
        sa.Column("name", data.schema.Kept(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("counted_id", "about", "name", name=op.f("pk_day_count")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "day_change",
        sa.Column("at", data.schema.Instant(timezone=True), nullable=False),
    )
    op.create_index("ix_day_change_at", "day_change", ["at"])
    _asking()


def _asking() -> None:
    """The texts of a window that can ask for a person; nothing asked for the priority alone."""
    flagged, edited = sa.text("flag <> 'none'"), sa.text("no > 1")
    op.drop_index("ix_assessment_flagged", "assessment")
    op.create_index(
        "ix_assessment_flagged",
        "assessment",
        ["assessed_at", "comment_id"],
        sqlite_where=flagged,
        postgresql_where=flagged,
    )
    op.create_index(
        "ix_revision_edited",
        "revision",
        ["seen_at", "comment_id"],
        sqlite_where=edited,
        postgresql_where=edited,
    )


def downgrade() -> None:
    raise NotImplementedError("Restore the backup made before the upgrade.")
