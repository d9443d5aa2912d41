"""What the dashboard is given by the composition root, and how a request reaches it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import cast

from flask import current_app

from analysis.service_level import ServiceLevel
from dashboard.importer import Importer
from dashboard.passwords import STANDARD, Work
from data.day import DEFAULT_ZONE
from data.db import Database
from data.dialects.meta_webhook import WebhookApp
from data.documents import DocumentKind, ShadowRun
from data.model import User
from moderation.decide import Filing, Holds
from moderation.policy import DEFAULT_POLICY, Policy

EXTENSION = "sunwai"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLimits:
    """When a session ends: after so long without a request, and after so long in any case."""

    idle: timedelta = timedelta(minutes=30)
    absolute: timedelta = timedelta(hours=12)


@dataclass(frozen=True, slots=True, kw_only=True)
class BackOff:
    """After ``free`` failed sign-ins within ``window`` each further try waits, longer each time."""

    free: int = 5
    window: timedelta = timedelta(minutes=15)
    first_wait: timedelta = timedelta(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deps:
    """Everything that pages and routes need from outside; built once by sunwai/wiring.py."""

    db: Database
    clock: Callable[[], datetime]
    secret_key: bytes
    fold: Callable[[str], str]
    reports_folder: Path
    holds: Holds = field(default_factory=Holds)
    filing: Filing = field(default_factory=Filing)
    service_level: ServiceLevel = field(default_factory=ServiceLevel)
    policy: Callable[[], Policy] = lambda: DEFAULT_POLICY  # the one in force
    zone: str = DEFAULT_ZONE
    organisation: str = "Sunwai"
    secure_cookies: bool = False
    importer: Importer | None = None  # None: files are imported on the command line only
    files_folder: Path | None = None  # where uploads wait
    make_report: Callable[[date], object] | None = None  # None: by schedule and command only
    run_shadow: Callable[[DocumentKind, int, int, User], ShadowRun] | None = None  # with an engine
    webhook_apps: Callable[[], Sequence[WebhookApp]] = lambda: ()  # who may send notices
    settings_told: Mapping[str, str] = field(default_factory=dict[str, str])  # without secrets
    session: SessionLimits = field(default_factory=SessionLimits)
    back_off: BackOff = field(default_factory=BackOff)
    password_work: Work = STANDARD
    scheduler_lease: str = "scheduler"
    prefetch: int = 20

    def policy_version(self) -> int:
        """The version in force, as decisions record it."""
        return self.policy().version


def deps() -> Deps:
    """The Deps of the application that answers this request."""
    return cast("Deps", current_app.extensions[EXTENSION])


def now() -> datetime:
    """The instant of this request by the clock that was given."""
    return deps().clock()
