"""What the dashboard is given by the composition root, and how a request reaches it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import cast

from flask import current_app

from analysis.service_level import ServiceLevel
from dashboard.identity.oidc import Provider
from dashboard.identity.passwords import STANDARD, Work
from dashboard.identity.sign_in_rules import SignInRules
from dashboard.importer import Importer
from data.day import DEFAULT_ZONE
from data.db import Database
from data.dialects.meta_webhook import WebhookApp
from data.sealing import Sealer
from moderation.deciding.decide import Filing, Holds
from moderation.judging.policy import DEFAULT_POLICY, Policy

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
class Calm:
    """What keeps the queue bearable: harsh cards in a row, and when a break is offered; 0: never.

    ``break_minutes`` of work without a pause, or ``break_cards`` decided, whichever comes first.
    """

    harsh_in_a_row: int = 10
    break_minutes: int = 25
    break_cards: int = 200


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
    hasten_shadows: Callable[[], None] | None = None  # makes the shadow runs that wait
    webhook_apps: Callable[[], Sequence[WebhookApp]] = lambda: ()  # who may send notices
    settings_told: Mapping[str, str] = field(default_factory=dict[str, str])  # without secrets
    session: SessionLimits = field(default_factory=SessionLimits)
    calm: Calm = field(default_factory=Calm)
    back_off: BackOff = field(default_factory=BackOff)
    password_work: Work = STANDARD
    sign_in: SignInRules = field(default_factory=SignInRules)
    provider: Provider | None = None  # None: by name and password only
    sealing_key: str = ""  # for second factors; empty: made from the secret key
    proxies: int = 0  # so many in front of us may tell the visitor's address
    scheduler_lease: str = "scheduler"
    prefetch: int = 20

    @property
    def sealer(self) -> Sealer:
        """Seals and marks what is kept of second factors and of providers' proofs."""
        return Sealer(self.sealing_key or self.secret_key.hex())

    def policy_version(self) -> int:
        """The version in force, as decisions record it."""
        return self.policy().version


def deps() -> Deps:
    """The Deps of the application that answers this request."""
    return cast("Deps", current_app.extensions[EXTENSION])


def now() -> datetime:
    """The instant of this request by the clock that was given."""
    return deps().clock()
