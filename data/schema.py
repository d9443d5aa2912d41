"""The tables, as SQLAlchemy Core, one block per noun of the product, and the views over them.

Rows are appended. Updated in place are only: claims, last-seen marks and counters of a comment,
a comment's pointers to its newest revision, assessment and decision, and leases.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import JSON, TypeDecorator

from data.model import storable, utc


class Instant(TypeDecorator[datetime]):
    """An aware instant, kept in UTC. SQLite would drop the offset silently; naive is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment = utc(value)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Kept(TypeDecorator[str]):
    """Text from outside: what no database can store becomes U+FFFD on its way in."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else storable(value)


def _storable_json(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        items = cast("dict[str, Any]", value).items()
        return {storable(k): _storable_json(v) for k, v in items}
    if isinstance(value, list | tuple):
        return [_storable_json(v) for v in cast("list[Any]", value)]
    return value


class KeptJson(TypeDecorator[Any]):
    """JSON from outside, cleaned like Kept."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return _storable_json(value)


Id = BigInteger().with_variant(Integer, "sqlite")  # SQLite autoincrements only INTEGER keys

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _key() -> Column[Any]:
    return Column("id", Id, primary_key=True, autoincrement=True)


def _to(table: str, *, name: str | None = None, nullable: bool = False) -> Column[Any]:
    return Column(name or f"{table}_id", Id, ForeignKey(f"{table}.id"), nullable=nullable)


def _comment_id(**kw: Any) -> Column[Any]:
    return Column("comment_id", String(200), ForeignKey("comment.id"), nullable=False, **kw)


# ------------------------------------------------------------------------------ collection

source = Table(
    "source",
    metadata,
    _key(),
    Column("name", String(80), nullable=False, unique=True),
    Column("platform", String(20), nullable=False),
    Column("mode", String(10), nullable=False),
    Column("title", Kept, nullable=False),
    Column("address", Kept, nullable=False, default=""),
    Column("time_zone", String(60), nullable=False, default="Asia/Karachi"),
    Column("own_names", KeptJson, nullable=False, default=list),
    Column("sweep_minutes", Integer, nullable=False),
    Column("write_back", String(10), nullable=False),
    Column("paused", Boolean, nullable=False, default=False),
    Column("created_at", Instant, nullable=False),
)

sweep = Table(
    "sweep",
    metadata,
    _key(),
    _to("source"),
    Column("kind", String(10), nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("outcome", String(12), nullable=False),
    Column("read", Integer, nullable=False, default=0),
    Column("new", Integer, nullable=False, default=0),
    Column("revised", Integer, nullable=False, default=0),
    Column("unchanged", Integer, nullable=False, default=0),
    Column("rejected", Integer, nullable=False, default=0),
    Column("newest_at", Instant),
    Column("platform_total", Integer),
    Column("error_class", String(20)),
    Column("error", Kept),
    Column("file_name", Kept),
    Column("file_sha256", String(64)),
    Index("ix_sweep_source_started", "source_id", "started_at"),
)

raw_item = Table(
    "raw_item",
    metadata,
    _key(),
    _to("source"),
    _to("sweep"),
    Column("sha256", String(64), nullable=False),
    Column("body", LargeBinary, nullable=False),  # zlib
    Column("locator", Kept, nullable=False),
    Column("mapper", String(60), nullable=False),
    Column("fetched_at", Instant, nullable=False),
    UniqueConstraint("source_id", "sha256"),
)

rejected_row = Table(
    "rejected_row",
    metadata,
    _key(),
    _to("sweep"),
    Column("row", Integer, nullable=False),
    Column("reason", Kept, nullable=False),
    Column("raw", Kept, nullable=False, default=""),
    Index("ix_rejected_row_sweep", "sweep_id"),
)

post = Table(
    "post",
    metadata,
    _key(),
    _to("source"),
    Column("platform", String(20), nullable=False),
    Column("external_id", String(200), nullable=False),
    Column("text", Kept),
    Column("permalink", Kept),
    Column("created_at", Instant),
    Column("comment_count_hint", Integer),
    Column("first_seen_at", Instant, nullable=False),
    UniqueConstraint("platform", "external_id"),
)

comment = Table(
    "comment",
    metadata,
    Column("id", String(200), primary_key=True),
    _to("source"),
    Column("platform", String(20), nullable=False),
    Column("external_id", String(180), nullable=False),
    Column("call_id", String(200), nullable=False),
    Column("id_kind", String(10), nullable=False),
    _to("post", nullable=True),
    Column("parent_external_id", String(180)),
    Column("author_key", String(64)),
    Column("author_name", Kept),
    Column("is_page_owner", Boolean, nullable=False, default=False),
    Column("created_at", Instant),
    Column("time_precision", String(10), nullable=False),
    Column("time_text", Kept),
    Column("first_seen_at", Instant, nullable=False),
    Column("last_seen_at", Instant, nullable=False),
    Column("visibility", String(10), nullable=False),
    Column("can_hide", Boolean),
    Column("can_remove", Boolean),
    Column("like_count", Integer),
    Column("reply_count", Integer),
    Column("permalink", Kept),
    Column("media_kinds", Kept, nullable=False, default=""),
    Column("missing_since", Instant),
    Column("missing_reason", String(20)),
    # Pointers to the newest rows of the append-only tables; no state is kept twice.
    Column("revision_id", Id, nullable=True),
    Column("assessment_id", Id, nullable=True),
    Column("decision_id", Id, nullable=True),
    Index("ix_comment_source_created", "source_id", "created_at"),
    Index("ix_comment_post_created", "post_id", "created_at"),
    Index("ix_comment_first_seen_at", "first_seen_at"),
    Index("ix_comment_created_at", "created_at"),
    Index("ix_comment_author", "author_key", "source_id", "created_at"),
    Index(
        "ix_comment_to_assess",
        "first_seen_at",
        sqlite_where=text("assessment_id IS NULL"),
        postgresql_where=text("assessment_id IS NULL"),
    ),
)

revision = Table(
    "revision",
    metadata,
    _key(),
    _comment_id(),
    Column("no", Integer, nullable=False),
    Column("text", Kept, nullable=False),
    Column("text_search", Kept, nullable=False),
    Column("text_sha256", String(64), nullable=False),
    Column("seen_at", Instant, nullable=False),
    _to("sweep"),
    _to("raw_item", nullable=True),
    UniqueConstraint("comment_id", "no"),
)

# ------------------------------------------------------------------------------ judgement

policy_version = Table(
    "policy_version",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("body", Kept, nullable=False),
    Column("made_by", String(80), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("approved_by", String(80)),
    Column("approved_at", Instant),
)

assessment = Table(
    "assessment",
    metadata,
    _key(),
    _comment_id(),
    _to("revision"),
    Column("language", String(10), nullable=False),
    Column("coverage", String(16), nullable=False),
    Column("coverage_note", Kept, nullable=False),
    Column("toxicity", Float),
    Column("sentiment", String(10)),
    Column("signals", KeptJson, nullable=False),
    Column("feedback", KeptJson, nullable=False),
    Column("engine", String(20), nullable=False),
    Column("engine_version", String(60), nullable=False),
    Column("flag", String(12), nullable=False),
    Column("reasons", KeptJson, nullable=False),
    Column("protected", Boolean, nullable=False),
    Column("suggested", String(12)),
    Column("priority", Float, nullable=False),
    Column("why", KeptJson, nullable=False),
    Column("policy_version", Integer, nullable=False),
    Column("assessed_at", Instant, nullable=False),
    Index("ix_assessment_revision", "revision_id"),
    Index(
        "ix_assessment_flagged",
        "priority",
        sqlite_where=text("flag <> 'none'"),
        postgresql_where=text("flag <> 'none'"),
    ),
)

copy_band = Table(
    "copy_band",
    metadata,
    Column("band", BigInteger, primary_key=True),
    Column("comment_id", String(200), ForeignKey("comment.id"), primary_key=True),
)

copy_member = Table(
    "copy_member",
    metadata,
    Column("comment_id", String(200), ForeignKey("comment.id"), primary_key=True),
    Column("group_id", String(200), nullable=False),  # the first member's comment id
    Column("author_key", String(64)),
    Column("signature", LargeBinary, nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_copy_member_group", "group_id", "at"),
)

# ------------------------------------------------------------------------------ decisions

app_user = Table(
    "app_user",
    metadata,
    _key(),
    Column("name", String(80), nullable=False, unique=True),
    Column("display", String(120), nullable=False),
    Column("role", String(16), nullable=False),
    Column("pseudonym", String(40), nullable=False, unique=True),
    Column("password_hash", Kept, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("disabled_at", Instant),
)

decision = Table(
    "decision",
    metadata,
    _key(),
    _comment_id(),
    _to("revision"),
    Column("verdict", String(12), nullable=False),
    Column("reason", String(12)),
    Column("reason_text", Kept, nullable=False, default=""),
    _to("app_user", name="by_user"),
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
    _to("app_user", name="by_user"),
    Column("until", Instant, nullable=False),
)

glance = Table(  # first time each officer opened a card: the "first opened" stamp
    "glance",
    metadata,
    Column("revision_id", Id, ForeignKey("revision.id"), primary_key=True),
    Column("by_user", Id, ForeignKey("app_user.id"), primary_key=True),
    Column("at", Instant, nullable=False),
)

complaint_case = Table(
    "complaint_case",
    metadata,
    _key(),
    _comment_id(),
    _to("decision"),
    Column("theme", String(60)),
    Column("office", Kept, nullable=False, default=""),
    Column("place", Kept, nullable=False, default=""),
    Column("due_on", Date),
    Column("state", String(12), nullable=False),
    Column("created_at", Instant, nullable=False),
)

# ------------------------------------------------------------------------------ enforcement

action = Table(
    "action",
    metadata,
    _key(),
    Column("decision_id", Id, ForeignKey("decision.id"), nullable=False, unique=True),
    _comment_id(),
    _to("revision"),
    _to("source"),
    Column("kind", String(10), nullable=False),
    Column("by_hand", Boolean, nullable=False),
    Column("hold_until", Instant, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("claimed_by", String(80)),
    Column("claimed_until", Instant),
    Index("ix_action_comment", "comment_id"),
)

enforcement = Table(
    "enforcement",
    metadata,
    _key(),
    _to("action"),
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
    _key(),
    _to("action"),
    _comment_id(),
    _to("revision"),
    Column("body", KeptJson, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("at", Instant, nullable=False),
)

# ------------------------------------------------------------------------------ feedback

theme = Table(
    "theme",
    metadata,
    Column("key", String(60), primary_key=True),
    Column("title_en", Kept, nullable=False),
    Column("title_ur", Kept, nullable=False),
    Column("terms", KeptJson, nullable=False),
    Column("state", String(10), nullable=False),
    Column("version", Integer, nullable=False),
    Column("merged_into", String(60)),
    Column("signed_off_by", String(80)),
    Column("created_at", Instant, nullable=False),
)

theme_match = Table(
    "theme_match",
    metadata,
    Column("revision_id", Id, ForeignKey("revision.id"), primary_key=True),
    Column("theme_key", String(60), ForeignKey("theme.key"), primary_key=True),
    Column("theme_version", Integer, nullable=False),
    Index("ix_theme_match_theme", "theme_key"),
)

theme_scan = Table(  # which taxonomy a revision was last matched with, also when nothing matched
    "theme_scan",
    metadata,
    Column("revision_id", Id, ForeignKey("revision.id"), primary_key=True),
    Column("taxonomy", Integer, nullable=False),
)

# ------------------------------------------------------------------------------ proof and people

audit_entry = Table(
    "audit_entry",
    metadata,
    Column("seq", Id, primary_key=True, autoincrement=False),
    Column("at", String(40), nullable=False),  # ISO text: what is hashed is what is kept
    Column("actor", String(80), nullable=False),
    Column("verb", String(40), nullable=False),
    Column("object", String(200), nullable=False),
    Column("detail", Kept, nullable=False),  # canonical JSON: what is hashed is what is kept
    Column("prev_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)

audit_head = Table(  # one row; locking it makes the chain one line of writers
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", Id, nullable=False),
    Column("hash", String(64), nullable=False),
)

user_session = Table(
    "user_session",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    _to("app_user", name="user_id"),
    Column("created_at", Instant, nullable=False),
    Column("last_seen_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("revoked_at", Instant),
)

signin_failure = Table(
    "signin_failure",
    metadata,
    _key(),
    Column("subject", String(120), nullable=False),  # "user:<name>" or "address:<ip>"
    Column("at", Instant, nullable=False),
    Index("ix_signin_failure_subject", "subject", "at"),
)

report = Table(
    "report",
    metadata,
    _key(),
    Column("day", Date, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("verdict", String(12), nullable=False),
    Column("headline", Kept, nullable=False),
    Column("late", Boolean, nullable=False),
    Column("manifest_sha256", String(64), nullable=False),
    Column("folder", Kept, nullable=False),
    Index("ix_report_day", "day"),
)

job_run = Table(
    "job_run",
    metadata,
    Column("job", String(40), primary_key=True),
    Column("slot", String(40), primary_key=True),
    Column("state", String(10), nullable=False),
    Column("owner", String(80), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("beat_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("error", Kept),
)

lease = Table(
    "lease",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("owner", String(80), nullable=False),
    Column("until", Instant, nullable=False),
)

# ------------------------------------------------------------------------------ views

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

VIEWS = {"review_queue": REVIEW_QUEUE, "outbox": OUTBOX}
