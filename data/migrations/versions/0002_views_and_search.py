"""views, full-text search, and the head of the audit chain"""

from __future__ import annotations

from alembic import op

from data.schema import OUTBOX, REVIEW_QUEUE

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SQLITE_SEARCH = (
    """CREATE VIRTUAL TABLE revision_fts USING fts5(
         text_search, content='revision', content_rowid='id', tokenize="unicode61")""",
    """CREATE TRIGGER revision_fts_insert AFTER INSERT ON revision BEGIN
         INSERT INTO revision_fts(rowid, text_search) VALUES (new.id, new.text_search); END""",
    """CREATE TRIGGER revision_fts_delete AFTER DELETE ON revision BEGIN
         INSERT INTO revision_fts(revision_fts, rowid, text_search)
         VALUES ('delete', old.id, old.text_search); END""",
)
POSTGRES_SEARCH = (
    """CREATE INDEX ix_revision_search ON revision
         USING gin (to_tsvector('simple', text_search))""",
)
GENESIS = "0" * 64

# The log and the decisions are append-only; the database itself says no to anything else.
APPEND_ONLY = ("audit_entry", "decision", "enforcement", "evidence", "assessment")


def _sqlite_append_only(table: str) -> str:
    return f"""CREATE TRIGGER {table}_is_append_only BEFORE UPDATE ON {table} BEGIN
                 SELECT RAISE(ABORT, '{table} is append-only'); END"""


POSTGRES_REFUSAL = """CREATE FUNCTION sunwai_append_only() RETURNS trigger AS $$
    BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$ LANGUAGE plpgsql"""


def _postgres_append_only(table: str) -> str:
    return f"""CREATE TRIGGER {table}_is_append_only BEFORE UPDATE ON {table}
                 FOR EACH ROW EXECUTE FUNCTION sunwai_append_only()"""


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE_SEARCH if sqlite else POSTGRES_SEARCH:
        op.execute(statement)
    op.execute(REVIEW_QUEUE)
    op.execute(OUTBOX)
    op.execute(f"INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, '{GENESIS}')")
    if not sqlite:
        op.execute(POSTGRES_REFUSAL)
    for table in APPEND_ONLY:
        op.execute(_sqlite_append_only(table) if sqlite else _postgres_append_only(table))


def downgrade() -> None:
    raise NotImplementedError("Restore the backup made before the upgrade.")
