"""who gave a word of conflict, by pseudonym as everywhere else"""

from __future__ import annotations

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "UPDATE conflict_word SET made_by = coalesce("
        "(SELECT u.pseudonym FROM app_user u WHERE u.name = conflict_word.made_by), made_by)"
    )


def downgrade() -> None:
    raise NotImplementedError("Restore the backup made before the upgrade.")
