"""the desk: words of conflict, who looks at what, signed-off shifts"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import data.schema

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _instant(name: str) -> sa.Column[object]:
    return sa.Column(name, data.schema.Instant(timezone=True), nullable=False)


def _kept(name: str) -> sa.Column[object]:
    return sa.Column(name, data.schema.Kept(), nullable=False)


def _user(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f(f"fk_{table}_user_id"))


def _conflicts() -> None:
    op.create_table(
        "conflict_word",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        _kept("word"),
        sa.Column("folded", sa.String(length=120), nullable=False),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        _instant("made_at"),
        _user("conflict_word"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflict_word")),
        sa.UniqueConstraint("user_id", "folded", name=op.f("uq_conflict_word_user_id_folded")),
    )


def _viewing() -> None:
    op.create_table(
        "viewing",
        sa.Column("comment_id", sa.String(length=200), nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("place", sa.String(length=12), nullable=False),
        _instant("until"),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_viewing_comment_id")),
        _user("viewing"),
        sa.PrimaryKeyConstraint("comment_id", "user_id", name=op.f("pk_viewing")),
    )
    op.create_index("ix_viewing_until", "viewing", ["until"])


def _shifts() -> None:
    op.create_table(
        "shift",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        _instant("started_at"),
        _instant("ended_at"),
        _kept("note"),
        sa.Column("figures", data.schema.KeptJson(), nullable=False),
        sa.Column("chain_seq", ID, nullable=False),
        sa.Column("chain_head", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        _user("shift"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift")),
        sa.UniqueConstraint("key", name=op.f("uq_shift_key")),
        sa.UniqueConstraint("user_id", "started_at", name=op.f("uq_shift_user_id_started_at")),
    )
    op.create_index("ix_shift_ended_at", "shift", ["ended_at"])


def upgrade() -> None:
    _conflicts()
    _viewing()
    _shifts()


def downgrade() -> None:
    raise NotImplementedError("Restore the backup made before the upgrade.")
