"""A reader whose scores pass through the office's own calibration."""

from __future__ import annotations

from collections.abc import Sequence

from data.model import Reading
from moderation.calibration import Calibration, calibrated
from moderation.policy_document import Lists
from moderation.read import NO_ENGINE, Reader
from moderation.signals.engine import ToxicityEngine


class CalibratedReader(Reader):
    """Reads as Reader does, then applies the calibration. The engine and its files stay as they
    are; a calibration that was made for another engine or version is left out."""

    def __init__(
        self,
        engine: ToxicityEngine | None,
        *,
        lists: Lists | None = None,
        absent: str = NO_ENGINE,
        calibration: Calibration,
    ) -> None:
        super().__init__(engine, lists=lists, absent=absent)
        fits = engine is not None and calibration.fits(engine.name, engine.version)
        self.calibration = calibration if fits else None

    def read(self, texts: Sequence[str]) -> list[Reading]:
        """One Reading for each text, in order."""
        readings = super().read(texts)
        if self.calibration is None:
            return readings
        return [
            calibrated(reading, self.calibration, text)
            for reading, text in zip(readings, texts, strict=True)
        ]
