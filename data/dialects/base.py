"""What a platform's answer means, in our words, whatever the platform calls it.

One dialect per platform; a table of error codes is data, so that adding one is one line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from data.model import ErrorClass, JsonValue, Platform


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """An answer that is not what was asked for.

    ``message`` is a sentence for a person and holds no secret; ``code`` is the platform's own
    number or name for it; ``trace`` is what the platform's support asks for.
    """

    error_class: ErrorClass
    message: str
    code: str = ""
    retry_after: timedelta | None = None
    trace: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Strain:
    """How far one allowance is used up, as an answer's headers tell it. None = not told.

    ``used`` is a share of 1; ``resets_at`` is when the platform counts anew or lets in again.
    """

    bucket: str
    used: float | None = None
    remaining: int | None = None
    resets_at: datetime | None = None


class Dialect(Protocol):
    """One platform's way of saying things. All methods are pure."""

    @property
    def platform(self) -> Platform: ...

    def trouble(self, status: int, headers: Mapping[str, str], body: JsonValue) -> Trouble | None:
        """What is wrong with the answer; None when it is good. Header names are lower case;
        ``body`` is None where it is no JSON."""
        ...

    def strain(
        self, method: str, path: str, headers: Mapping[str, str], now: datetime
    ) -> tuple[Strain, ...]:
        """What the answer's headers say of the allowances."""
        ...

    def bucket(self, method: str, path: str) -> str:
        """The allowance that a call is counted against."""
        ...

    def cost(self, method: str, path: str) -> int:
        """What the call costs in that allowance's units (1 where calls are counted)."""
        ...


class HeldBack(Exception):
    """The call was not made: its allowance is used up until ``until``."""

    def __init__(self, bucket: str, until: datetime, error_class: ErrorClass, why: str) -> None:
        super().__init__(why)
        self.bucket = bucket
        self.until = until
        self.error_class = error_class
        self.why = why
