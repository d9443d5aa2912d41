"""The audit's chain, the duty, and which process does what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from data.model.kept import Aware
from data.reading import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry(Aware):
    """One link of the chain. ``detail`` never holds a comment's text or an author."""

    seq: int
    at: datetime
    actor: str
    verb: str
    object: str
    detail: JsonObject
    prev_hash: str
    hash: str


class DutyVerdict(StrEnum):
    MET = "met"
    NOT_MET = "not_met"
    NOT_PROVEN = "not_proven"


class JobState(StrEnum):
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRun(Aware):
    job: str
    slot: str
    state: JobState
    owner: str
    attempt: int
    started_at: datetime
    beat_at: datetime
    ended_at: datetime | None
    error: str | None
    retry_at: datetime | None = None  # a failed run is not tried again before
