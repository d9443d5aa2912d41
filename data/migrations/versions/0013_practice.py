"""practice runs, blind judging, and how a complaint's case was ended"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import data.schema

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _instant(name: str, *, needed: bool = False) -> sa.Column[object]:
    return sa.Column(name, data.schema.Instant(timezone=True), nullable=not needed)


def upgrade() -> None:
    _practice()
    _blind()
    op.add_column("complaint_case", _instant("handed_over_at"))
    op.add_column("complaint_case", _instant("closed_at"))
    op.add_column("complaint_case", sa.Column("closed_by", sa.String(length=80), nullable=True))
    op.add_column("complaint_case", sa.Column("closing_note", data.schema.Kept(), nullable=True))


def _practice() -> None:
    op.create_table(
        "practice_run",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("items", data.schema.KeptJson(), nullable=False),
        _instant("started_at", needed=True),
        _instant("ended_at"),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_practice_run_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_run")),
    )
    op.create_index("ix_practice_run_user", "practice_run", ["user_id", "id"])
    op.create_table(
        "practice_answer",
        sa.Column("run_id", ID, nullable=False),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("verdict", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=12), nullable=True),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        _instant("at", needed=True),
        sa.ForeignKeyConstraint(
            ["run_id"], ["practice_run.id"], name=op.f("fk_practice_answer_run_id")
        ),
        sa.PrimaryKeyConstraint("run_id", "item", name=op.f("pk_practice_answer")),
    )


def _blind() -> None:
    op.create_table(
        "blind_item",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("comment_id", sa.String(length=200), nullable=False),
        sa.Column("revision_id", ID, nullable=False),
        sa.Column("stratum", sa.String(length=12), nullable=False),
        sa.Column("decision_id", ID, nullable=True),
        sa.Column("round", sa.String(length=10), nullable=False),
        _instant("drawn_at", needed=True),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name=op.f("fk_blind_item_comment_id")
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revision.id"], name=op.f("fk_blind_item_revision_id")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_blind_item_decision_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blind_item")),
        sa.UniqueConstraint(
            "revision_id", "stratum", name=op.f("uq_blind_item_revision_id_stratum")
        ),
    )
    op.create_table(
        "blind_answer",
        sa.Column("item_id", ID, nullable=False),
        sa.Column("by_user", ID, nullable=False),
        sa.Column("verdict", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=12), nullable=True),
        sa.Column("reason_text", data.schema.Kept(), nullable=False),
        _instant("at", needed=True),
        _instant("settled_at"),
        sa.Column("settled_by", ID, nullable=True),
        sa.Column("settled_how", sa.String(length=10), nullable=True),
        sa.CheckConstraint(
            "verdict NOT IN ('remove', 'split') OR reason IS NOT NULL",
            name=op.f("ck_blind_answer_removal_has_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["blind_item.id"], name=op.f("fk_blind_answer_item_id")
        ),
        sa.ForeignKeyConstraint(["by_user"], ["app_user.id"], name=op.f("fk_blind_answer_by_user")),
        sa.ForeignKeyConstraint(
            ["settled_by"], ["app_user.id"], name=op.f("fk_blind_answer_settled_by")
        ),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_blind_answer")),
    )
    # What was drawn for calibration before can now be judged on the screen.
    op.execute(
        "INSERT INTO blind_item (comment_id, revision_id, stratum, round, drawn_at) "
        "SELECT r.comment_id, b.revision_id, 'unflagged', 'before', b.drawn_at "
        "FROM blind_sample b JOIN revision r ON r.id = b.revision_id"
    )


def downgrade() -> None:
    raise NotImplementedError("Restore the backup made before the upgrade.")
