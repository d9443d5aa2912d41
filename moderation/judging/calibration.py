"""An office's own calibration: what its decisions say a score is worth, put on after the engine.

A calibration is numbers only, read from JSON: for each language a slope and a shift on the scale of
log-odds, and, where asked for, small weights for hashed words. The model files stay untouched. It
fits one engine and version; with another one it does not count. The engine's own score is kept
beside the calibrated one, so that a calibration can be changed or taken back without the model.
"""

from __future__ import annotations

import json
import math
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from data.reading import JsonObject, JsonValue, Language, Reading, Signal
from moderation.signals.names import NAMES
from moderation.texts.text import fold_text

FORM = "sunwai calibration 1"
RAW = "toxicity_raw"
BUCKETS = 1 << 15
MOST_WEIGHTS = 4000
MOST_SLOPE, MOST_SHIFT, MOST_WEIGHT, MOST_RESIDUAL = 5.0, 6.0, 1.0, 1.0
_LEAST_SLOPE = 0.05
_CLIP = 1e-4
_WORD = re.compile(r"[^\W_]+")
_LONGEST = 20_000  # characters of a text whose words the residual head looks at


class CalibrationDamaged(ValueError):
    """A calibration that cannot be used; the message names the place and what must stand there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """One language: log-odds times ``slope`` plus ``shift``.

    Where no decisions below ``point`` were at hand (``raises_below`` False), a score below it may
    fall but never rise: nothing is known there.
    """

    slope: float
    shift: float
    point: float
    raises_below: bool

    def value(self, raw: float, extra: float = 0.0) -> float:
        """The calibrated score of an engine's score; 0 stays 0 (a text without words)."""
        if raw <= 0.0:
            return raw
        mapped = 1.0 / (1.0 + math.exp(-(self.slope * log_odds(raw) + self.shift + extra)))
        return min(mapped, raw) if raw < self.point and not self.raises_below else mapped


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """One version: a curve for each language that has one, and its weights for hashed words."""

    version: int
    engine: str
    engine_version: str
    curves: Mapping[Language, Curve]
    residual: Mapping[Language, Mapping[int, float]] = field(
        default_factory=dict[Language, Mapping[int, float]]
    )

    def fits(self, engine: str, engine_version: str) -> bool:
        """Whether it was made for this engine and version: the scores of another mean others."""
        return (engine, engine_version) == (self.engine, self.engine_version)

    def score(self, language: Language, raw: float, text: str) -> float:
        """The calibrated score; the engine's own where the language has no curve."""
        curve = self.curves.get(language)
        if curve is None:
            return raw
        weights = self.residual.get(language)
        return curve.value(raw, _extra(weights, text) if weights else 0.0)


def log_odds(score: float) -> float:
    held = min(max(score, _CLIP), 1.0 - _CLIP)
    return math.log(held / (1.0 - held))


def buckets_of(text: str) -> list[int]:
    """The hashed words of a text, each once. Names of groups and people are never among them: a
    sentence must score the same whichever it names."""
    words = set(_WORD.findall(fold_text(text[:_LONGEST])))
    return sorted({zlib.crc32(w.encode()) % BUCKETS for w in words if w not in NAMES})


def _extra(weights: Mapping[int, float], text: str) -> float:
    total = sum(weights.get(bucket, 0.0) for bucket in buckets_of(text))
    return min(max(total, -MOST_RESIDUAL), MOST_RESIDUAL)


# ------------------------------------------------------------------------------ readings


def calibrated(reading: Reading, calibration: Calibration | None, text: str) -> Reading:
    """The reading under this calibration; under None with the engine's own score."""
    own = uncalibrated(reading)
    if calibration is None:
        return own
    raw = own.value("toxicity")
    if raw is None or own.language not in calibration.curves:
        return own._replace(calibration=calibration.version)
    score = calibration.score(own.language, raw, text)
    signals = [_scored(s, score, calibration.version) for s in own.signals]
    first = next(s for s in own.signals if s.name == "toxicity")
    signals.append(Signal(name=RAW, value=raw, version=first.version))
    return own._replace(signals=tuple(signals), calibration=calibration.version)


def _scored(signal: Signal, score: float, version: int) -> Signal:
    if signal.name != "toxicity":
        return signal
    return signal._replace(value=score, version=f"{signal.version}, calibration {version}")


def uncalibrated(reading: Reading) -> Reading:
    """The reading with the engine's own score."""
    raw = next((s for s in reading.signals if s.name == RAW), None)
    if raw is None:
        return reading._replace(calibration=None) if reading.calibration is not None else reading
    signals = tuple(
        s._replace(value=raw.value, version=raw.version) if s.name == "toxicity" else s
        for s in reading.signals
        if s.name != RAW
    )
    return reading._replace(signals=signals, calibration=None)


# ------------------------------------------------------------------------------ JSON


def calibration_to_json(calibration: Calibration, told: JsonObject) -> str:
    """The document: canonical JSON, so that the same numbers are the same bytes. ``told`` is the
    record of how it was made and measured; it is kept and shown but never used in judging."""
    languages: JsonObject = {
        language.value: {
            "slope": curve.slope,
            "shift": curve.shift,
            "point": curve.point,
            "raises_below": curve.raises_below,
            "words": {str(k): v for k, v in sorted(calibration.residual.get(language, {}).items())},
        }
        for language, curve in sorted(calibration.curves.items())
    }
    document: JsonObject = {
        "form": FORM,
        "engine": calibration.engine,
        "engine_version": calibration.engine_version,
        "languages": languages,
        "told": told,
    }
    return json.dumps(document, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False)


def told_in(body: str) -> JsonObject:
    """How a kept calibration was made and measured."""
    return _table(_table(json.loads(body), "the document").get("told"), "told")


def calibration_from_json(body: str, *, version: int) -> Calibration:
    """The calibration of a document. Nothing of it is code; every number is checked.

    Raises CalibrationDamaged.
    """
    try:
        document = _table(json.loads(body), "the document")
    except (ValueError, RecursionError) as error:
        raise CalibrationDamaged(f"the calibration is not JSON: {error}") from error
    if document.get("form") != FORM:
        raise CalibrationDamaged(f'form must be "{FORM}", not {document.get("form")!r}')
    curves: dict[Language, Curve] = {}
    residual: dict[Language, Mapping[int, float]] = {}
    for name, value in _table(document.get("languages"), "languages").items():
        if name not in tuple(Language):
            raise CalibrationDamaged(f"languages.{name}: there is no such language")
        table = _table(value, f"languages.{name}")
        curves[Language(name)] = _curve(table, f"languages.{name}")
        words = _words(table.get("words", {}), f"languages.{name}.words")
        if words:
            residual[Language(name)] = words
    return Calibration(
        version=version,
        engine=_text(document.get("engine"), "engine"),
        engine_version=_text(document.get("engine_version"), "engine_version"),
        curves=curves,
        residual=residual,
    )


def _curve(table: JsonObject, place: str) -> Curve:
    raises = table.get("raises_below")
    if not isinstance(raises, bool):
        raise CalibrationDamaged(f"{place}.raises_below must be true or false")
    return Curve(
        slope=_number(table.get("slope"), f"{place}.slope", _LEAST_SLOPE, MOST_SLOPE),
        shift=_number(table.get("shift"), f"{place}.shift", -MOST_SHIFT, MOST_SHIFT),
        point=_number(table.get("point"), f"{place}.point", 0.0, 1.0),
        raises_below=raises,
    )


def _words(value: JsonValue, place: str) -> dict[int, float]:
    table = _table(value, place)
    if len(table) > MOST_WEIGHTS:
        raise CalibrationDamaged(f"{place} has more than {MOST_WEIGHTS} weights")
    wrong = [k for k in table if not (k.isascii() and k.isdecimal() and int(k[:9]) < BUCKETS)]
    if wrong:
        raise CalibrationDamaged(f"{place}.{wrong[0]}: a bucket is 0 to {BUCKETS - 1}")
    return {int(k): _number(v, f"{place}.{k}", -MOST_WEIGHT, MOST_WEIGHT) for k, v in table.items()}


def _table(value: object, place: str) -> JsonObject:
    if not isinstance(value, dict):
        raise CalibrationDamaged(f"{place} must be an object")
    return cast(JsonObject, value)


def _text(value: object, place: str) -> str:
    if not isinstance(value, str):
        raise CalibrationDamaged(f"{place} must be text")
    return value


def _number(value: object, place: str, least: float, most: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise CalibrationDamaged(f"{place} must be a number")
    if not least <= value <= most:  # what is not finite is not between either
        raise CalibrationDamaged(f"{place} must be from {least:g} to {most:g}, not {value!r}")
    return float(value)
