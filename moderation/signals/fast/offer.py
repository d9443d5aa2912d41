"""Whether the compiled form is at work, and from when on: it costs a start, so it must pay."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from data.reading import Language
from moderation.signals.fast.installed import FEWEST, PAYS_FROM, installed

if TYPE_CHECKING:
    from moderation.signals.doubt import Doubt
    from moderation.signals.fast.quick import Quick
    from moderation.signals.tongue import Tongue


class Offer:
    """The compiled form of an engine's sums, made when it pays and where numba is installed."""

    def __init__(
        self, tongues: Mapping[Language, Tongue], doubts: Mapping[Language, Doubt]
    ) -> None:
        self._tongues, self._doubts = tongues, doubts
        self._asked = 0
        self._form: Quick | None = None
        self._may = installed()

    def form(self, texts: int) -> Quick | None:
        """The form for a call with so many texts; None where numpy is to do it."""
        if not self._may or texts < FEWEST:
            return None
        if self._form is None:
            self._asked += texts
            if self._asked < PAYS_FROM:
                return None
            self.begin()
        return self._form

    def withhold(self) -> None:
        """Leaves all to numpy, so that both forms can be compared."""
        self._may, self._form = False, None

    def begin(self) -> bool:
        """Starts the form at once; its first calls compile it, 20 seconds, unless that is kept.

        False where numba is not there or does not load; numpy goes on then.
        """
        if self._may and self._form is None:
            try:
                from moderation.signals.fast.quick import Quick
            except (ImportError, OSError, RuntimeError):  # a numba that does not fit this machine
                self._may = False
            else:
                self._form = Quick(self._tongues, self._doubts)
        return self._form is not None
