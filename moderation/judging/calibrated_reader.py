"""A reader whose scores pass through the office's own calibration."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from data.reading import Reading, Span
from moderation.judging.calibration import Calibration, calibrated
from moderation.judging.read import NO_ENGINE, Reader
from moderation.judging.sheet import Rules, Sheet, Signed
from moderation.policies.policy_document import Lists
from moderation.signals.engine import Scores, ToxicityEngine
from moderation.texts.language import LanguageReading


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

    def _sheet(
        self, texts: Sequence[str], languages: list[LanguageReading], rules: Rules, scores: Scores
    ) -> Sheet:
        if self.calibration is None:
            return super()._sheet(texts, languages, rules, scores)
        return CalibratedSheet(self._signed, languages, rules, scores, texts, self.calibration)


class CalibratedSheet(Sheet):
    """A sheet whose toxicity is calibrated."""

    def __init__(
        self,
        signed: Signed,
        languages: list[LanguageReading],
        rules: Rules,
        scores: Scores,
        texts: Sequence[str],
        calibration: Calibration,
    ) -> None:
        super().__init__(signed, languages, rules, scores, texts)
        self._calibration = calibration
        self.toxicity = scores.toxicity.copy()
        for i in np.flatnonzero(~np.isnan(self.toxicity)).tolist():
            raw = float(self.toxicity[i])
            self.toxicity[i] = calibration.score(languages[i].language, raw, texts[i])

    def _readings(self, at: list[int], spans: Iterable[tuple[Span, ...]]) -> list[Reading]:
        return [
            calibrated(reading, self._calibration, self._texts[i])
            for i, reading in zip(at, super()._readings(at, spans), strict=True)
        ]
