"""The `both` engine: for each language the engine that was measured better; the other stands in.

Which engine comes first is declared in ROUTES, with where the figures come from. An engine that
fails or gives no score leaves the text to the other one if that covers the language; when none
answers, toxicity is None and the comment is *not checked*. Each score's note says who spoke.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from types import MappingProxyType

from data.reading import Coverage, Language
from moderation.signals.builtin import load_builtin
from moderation.signals.detoxify_engine import load_detoxify
from moderation.signals.detoxify_store import EngineAbsent
from moderation.signals.engine import EngineScore, ModelDamaged, ToxicityEngine

_BEST_FIRST = (Coverage.COVERED, Coverage.WEAK, Coverage.NOT_COVERED, Coverage.NOT_CHECKED)
_SPEAKS = (Coverage.COVERED, Coverage.WEAK)
_GIVE_UP_AFTER = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Which engine is asked first for a language, and the figures that this rests on."""

    first: str
    because: str


_ONLY = "no Detoxify variant was made for it (the package's read-me)"
# To change a line, measure both engines on the same labelled texts (sunwai evaluate --engine …)
# and write the two figures into `because`.
ROUTES: Mapping[Language, Route] = MappingProxyType(
    {
        Language.EN: Route(
            first="builtin",
            because="macro-F1 on English dev sets is in the model card; Detoxify's published "
            "weights were not at hand when this was written, so it was never measured beside it",
        ),
        Language.UR: Route(first="builtin", because=_ONLY),
        Language.UR_LATN: Route(first="builtin", because=_ONLY),
        Language.AR: Route(first="builtin", because=_ONLY),
        Language.MIXED: Route(first="builtin", because=_ONLY),
    }
)


class BothEngine:
    """Several engines behind one protocol. The first given is asked where no route says more."""

    name = "both"

    def __init__(
        self, engines: Sequence[ToxicityEngine], routes: Mapping[Language, Route] = ROUTES
    ) -> None:
        """Raises ValueError for a route to an engine that is not given."""
        self._engines = {engine.name: engine for engine in engines}
        unknown = {route.first for route in routes.values()} - set(self._engines)
        if unknown:
            raise ValueError(f"routes to engines that are not there: {', '.join(sorted(unknown))}")
        self._routes = routes
        self.version = "(" + "|".join(_called(engine) for engine in engines) + ")"

    def covers(self, language: Language) -> Coverage:
        """The best coverage that any of the engines has."""
        return min((e.covers(language) for e in self._order(language)), key=_BEST_FIRST.index)

    def score(self, texts: Sequence[str], languages: Sequence[Language]) -> list[EngineScore]:
        """One score for each text, in order. Raises ValueError if the lengths differ."""
        if len(texts) != len(languages):
            raise ValueError(f"{len(texts)} texts but {len(languages)} languages")
        told: list[list[EngineScore]] = [[] for _ in texts]
        for turn in range(len(self._engines)):
            for engine in self._engines.values():
                mine = [
                    i
                    for i, language in enumerate(languages)
                    if self._order(language)[turn] is engine and not _spoken(told[i])
                ]
                answers = _asked(engine, [texts[i] for i in mine], [languages[i] for i in mine])
                for i, answer in zip(mine, answers, strict=True):
                    told[i].append(answer)
        return [_told(answers) for answers in told]

    def _order(self, language: Language) -> list[ToxicityEngine]:
        """The engines in the order in which they are asked: by route, but one that covers the
        language comes before one that does not."""
        route = self._routes.get(language)
        first = route.first if route else ""
        return sorted(
            self._engines.values(),
            key=lambda e: (e.covers(language) not in _SPEAKS, e.name != first),
        )


def _called(engine: ToxicityEngine) -> str:
    return f"{engine.name} {engine.version}"


def _spoken(answers: Sequence[EngineScore]) -> bool:
    toxicity = answers[-1].toxicity if answers else None
    return toxicity is not None and isfinite(toxicity)


def _told(answers: Sequence[EngineScore]) -> EngineScore:
    """The score that was given, or all reasons why there is none."""
    last = answers[-1]
    if _spoken(answers):
        earlier = [a.note for a in answers[:-1] if a.note]
        return last._replace(note="; ".join([last.note, *earlier]))
    return EngineScore(toxicity=None, note="; ".join(a.note for a in answers if a.note))


def _asked(
    engine: ToxicityEngine, texts: Sequence[str], languages: Sequence[Language]
) -> list[EngineScore]:
    """The engine's answers with its name in each note; what it cannot answer is None."""
    try:
        answers = _counted(engine.score(texts, languages), len(texts)) if texts else []
    except Exception as error:  # noqa: BLE001 - foreign code: what it raises becomes a note
        if len(texts) == 1:
            return [_fault(engine, error)]
        return _one_by_one(engine, texts, languages)
    return [_signed(engine, answer) for answer in answers]


def _one_by_one(
    engine: ToxicityEngine, texts: Sequence[str], languages: Sequence[Language]
) -> list[EngineScore]:
    """One bad text does not take the others along; an engine that is dead is soon left alone."""
    answers: list[EngineScore] = []
    in_a_row = 0
    for text, language in zip(texts, languages, strict=True):
        if in_a_row >= _GIVE_UP_AFTER:
            answers.append(answers[-1])
            continue
        answers += _asked(engine, [text], [language])
        in_a_row = in_a_row + 1 if answers[-1].note.startswith(_FAILED) else 0
    return answers


_FAILED = "failed: "


def _fault(engine: ToxicityEngine, error: Exception) -> EngineScore:
    # The kind of error only: its message may hold the comment's text.
    note = f"{_FAILED}{_called(engine)} with {type(error).__name__}"
    return EngineScore(toxicity=None, note=note)


def _signed(engine: ToxicityEngine, answer: EngineScore) -> EngineScore:
    if answer.toxicity is None:
        return answer._replace(note=answer.note or f"{_called(engine)} gave no score")
    note = f"{_called(engine)}: {answer.note}" if answer.note else _called(engine)
    return answer._replace(note=note)


def _counted(scores: list[EngineScore], count: int) -> list[EngineScore]:
    if len(scores) != count:
        raise ValueError(f"{len(scores)} scores for {count} texts")
    return scores


def load_both(models_folder: Path) -> ToxicityEngine:
    """The shipped engine and the imported Detoxify model. Raises EngineAbsent if either cannot
    be had: an office that asked for both is not served by half without being told."""
    try:
        builtin = load_builtin()
    except ModelDamaged as fault:
        raise EngineAbsent(str(fault)) from fault
    return BothEngine([builtin, load_detoxify(models_folder)])
