"""The people who work with Sunwai."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from data.model.kept import Aware


class Role(StrEnum):
    OFFICER = "officer"
    SENIOR = "senior"
    MANAGER = "manager"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True, kw_only=True)
class User(Aware):
    id: int
    name: str
    display: str
    role: Role
    pseudonym: str
    created_at: datetime
    disabled_at: datetime | None
