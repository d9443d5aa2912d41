"""The tables, as SQLAlchemy Core, and the views over them: a file for each group of nouns.

Rows are appended. Updated in place are only: claims, last-seen marks and counters of a comment,
a comment's pointers to its newest revision, assessment and decision, and leases.
"""

from __future__ import annotations

from data.schema.access import access_check, alert, budget, credential
from data.schema.assessments import assessment, copy_band, copy_member
from data.schema.blind import blind_answer, blind_item, blind_sample
from data.schema.columns import Id, Instant, Kept, KeptJson, metadata
from data.schema.comments import comment, post, revision
from data.schema.decisions import (
    claim,
    complaint_case,
    conflict_word,
    decision,
    glance,
    shift,
    viewing,
)
from data.schema.documents import (
    calibration_version,
    policy_version,
    reassessment,
    shadow_job,
    shadow_run,
)
from data.schema.feedback import counted_day, day_change, day_count, theme, theme_match, theme_scan
from data.schema.files import column_mapping, dropped_file, file_import
from data.schema.officers import (
    app_user,
    outside_identity,
    recovery_code,
    saved_view,
    second_factor,
    signin_failure,
    user_choice,
    user_email,
    user_session,
)
from data.schema.outbox import OUTBOX, action, enforcement, evidence, write_stop
from data.schema.practice import practice_answer, practice_run
from data.schema.proof import audit_entry, audit_head, job_run, lease, report
from data.schema.queue import REVIEW_QUEUE, open_item, queue_change
from data.schema.sources import raw_item, rejected_row, source, sweep
from data.schema.webhooks import webhook, webhook_due

__all__ = [
    "OUTBOX",
    "REVIEW_QUEUE",
    "Id",
    "Instant",
    "Kept",
    "KeptJson",
    "access_check",
    "action",
    "alert",
    "app_user",
    "assessment",
    "audit_entry",
    "audit_head",
    "blind_answer",
    "blind_item",
    "blind_sample",
    "budget",
    "calibration_version",
    "claim",
    "column_mapping",
    "comment",
    "complaint_case",
    "conflict_word",
    "copy_band",
    "copy_member",
    "counted_day",
    "credential",
    "day_change",
    "day_count",
    "decision",
    "dropped_file",
    "enforcement",
    "evidence",
    "file_import",
    "glance",
    "job_run",
    "lease",
    "metadata",
    "open_item",
    "outside_identity",
    "policy_version",
    "post",
    "practice_answer",
    "practice_run",
    "queue_change",
    "raw_item",
    "reassessment",
    "recovery_code",
    "rejected_row",
    "report",
    "revision",
    "saved_view",
    "second_factor",
    "shadow_job",
    "shadow_run",
    "shift",
    "signin_failure",
    "source",
    "sweep",
    "theme",
    "theme_match",
    "theme_scan",
    "user_choice",
    "user_email",
    "user_session",
    "viewing",
    "webhook",
    "webhook_due",
    "write_stop",
]
