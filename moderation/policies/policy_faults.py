"""Values of a policy document, checked one by one: every fault is kept, none ends the reading.

Each fault says which key, what was found there, and what is allowed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import cast

Table = dict[str, object]
_SHOWN = 60  # characters of a wrong value that a fault repeats


class PolicyError(ValueError):
    """A policy document that cannot be used. ``faults`` names each key, what was found there and
    what is allowed; the message is all of them, one a line."""

    def __init__(self, *faults: str) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class Checked:
    """Reads values and collects what is wrong with them; a wrong one gives its default."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def raise_faults(self) -> None:
        """Raises PolicyError with all faults, if there are any."""
        if self.faults:
            raise PolicyError(*self.faults)

    def fault(self, key: str, found: object, allowed: str) -> None:
        shown = repr(found)
        shown = shown if len(shown) <= _SHOWN else shown[: _SHOWN - 1] + "…"
        self.faults.append(f"{key}: found {shown}; allowed: {allowed}")

    def known_only(self, table: Table, known: Iterable[str], prefix: str = "") -> None:
        names = sorted(known)
        for key in table:
            if key not in names:
                told = f"{prefix}{key}: there is no such key; allowed: {', '.join(names)}"
                self.faults.append(told)

    def table(self, value: object, key: str) -> Table:
        if isinstance(value, dict):
            return cast(Table, value)
        self.fault(key, value, f"a table: write [{key}] and its keys below it")
        return {}

    def share(self, value: object, key: str, default: float) -> float:
        """A number above 0 and at most 1."""
        good = not isinstance(value, bool) and isinstance(value, int | float)
        if good and math.isfinite(cast(float, value)) and 0.0 < cast(float, value) <= 1.0:
            return float(cast(float, value))
        self.fault(key, value, "a number above 0 and at most 1")
        return default

    def whole(self, value: object, key: str, default: int, *, least: int) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and least <= value < 2**31:
            return value
        self.fault(key, value, f"a whole number, {least} or more")
        return default

    def words(self, value: object, key: str, default: str) -> str:
        if isinstance(value, str) and value.strip():
            return value
        self.fault(key, value, "text in quotes, not empty")
        return default

    def list(self, value: object, key: str) -> tuple[str, ...]:
        if not isinstance(value, list):
            self.fault(key, value, 'a list such as ["one", "two"]')
            return ()
        items = cast("list[object]", value)
        return tuple(self.words(item, f"{key}[{i}]", "") for i, item in enumerate(items))
