"""What every toxicity engine gives, whichever model stands behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple, Protocol, runtime_checkable

from data.model import Coverage, Language, Span
from moderation.models.modelfile import ModelDamaged
from moderation.page import Page

__all__ = ["KINDS", "EngineScore", "ModelDamaged", "ToxicityEngine"]

KINDS = ("obscene", "slur", "insult", "threat")


_NO_KINDS: Mapping[str, float] = MappingProxyType({})


class EngineScore(NamedTuple):
    """One text's judgement. ``toxicity`` None means that the engine did not judge it: never zero.

    Scores are 0..1; 0.5 is the default operating point and 0.8 the severe one. ``spans`` are the
    characters of the original text that drove the score.
    """

    toxicity: float | None
    kinds: Mapping[str, float] = _NO_KINDS
    spans: tuple[Span, ...] = ()
    note: str = ""


class ToxicityEngine(Protocol):
    """A model that judges texts. Same length and order always, also for none, one or long texts."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    def covers(self, language: Language) -> Coverage:
        """Whether this engine was made and measured for `language`."""
        ...

    def score(self, texts: Sequence[str], languages: Sequence[Language]) -> list[EngineScore]:
        """One score for each text, in order; a language not covered gives toxicity None."""
        ...


@runtime_checkable
class ScoresPages(Protocol):
    """An engine that can also judge a page: texts whose chunks were looked up already."""

    def score_page(self, page: Page, languages: Sequence[Language]) -> list[EngineScore]:
        """`ToxicityEngine.score` of the page's texts."""
        ...
