"""Scores kept by text, engine and version, so that the same words are never judged twice."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import NamedTuple, Protocol

from data.model import storable
from moderation.signals.engine import EngineScore


class ScoreKey(NamedTuple):
    """What a score belongs to. For a kept comment the hash is its revision's ``text_sha256``."""

    text_sha256: str
    engine: str
    version: str


def key_of(text: str, engine: str, version: str) -> ScoreKey:
    """The key of a text just as it stands (a kept text is clean already, and is not changed)."""
    return ScoreKey(hashlib.sha256(storable(text).encode()).hexdigest(), engine, version)


class ScoreStore(Protocol):
    """Where scores are kept: memory now, a table where it is wanted."""

    def get(self, keys: Iterable[ScoreKey]) -> dict[ScoreKey, EngineScore]:
        """Those that are known."""
        ...

    def put(self, scores: Mapping[ScoreKey, EngineScore]) -> None:
        """Keeps scores. Only real ones are given: a failure is never remembered."""
        ...


class RecentScores:
    """The most recently used scores, in memory; safe for threads."""

    def __init__(self, most: int = 20_000) -> None:
        self._most = most
        self._kept: OrderedDict[ScoreKey, EngineScore] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, keys: Iterable[ScoreKey]) -> dict[ScoreKey, EngineScore]:
        with self._lock:
            found = {key: self._kept[key] for key in keys if key in self._kept}
            for key in found:
                self._kept.move_to_end(key)
        return found

    def put(self, scores: Mapping[ScoreKey, EngineScore]) -> None:
        with self._lock:
            for key, score in scores.items():
                self._kept[key] = score
                self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
