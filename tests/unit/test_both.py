"""The `both` engine: who is asked first, who stands in, and who is said to have spoken."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from data.model import Coverage, Flag, Language
from moderation.judging.policy import DEFAULT_POLICY, judge
from moderation.judging.read import Reader
from moderation.signals.both import ROUTES, BothEngine, Route, load_both
from moderation.signals.detoxify_store import EngineAbsent
from moderation.signals.engine import EngineScore


class Fixed:
    """Gives one number for the languages it covers; remembers which texts it was asked."""

    def __init__(self, name: str, number: float | None, *covered: Language) -> None:
        self.name = name
        self.version = "1"
        self.number = number
        self.covered = covered
        self.asked: list[str] = []

    def covers(self, language: Language) -> Coverage:
        return Coverage.COVERED if language in self.covered else Coverage.NOT_COVERED

    def score(self, texts: Sequence[str], languages: Sequence[Language]) -> list[EngineScore]:
        self.asked += texts
        return [self._one(language) for language in languages]

    def _one(self, language: Language) -> EngineScore:
        if language not in self.covered or self.number is None:
            return EngineScore(toxicity=None, note=f"{self.name} is silent")
        return EngineScore(toxicity=self.number, kinds={"threat": self.number})


class Broken(Fixed):
    def score(self, texts: Sequence[str], languages: Sequence[Language]) -> list[EngineScore]:
        self.asked += texts
        if any("poison" in t for t in texts) or self.number is None:
            raise RuntimeError("a secret text")
        return super().score(texts, languages)


def two(builtin: Fixed | None = None, detoxify: Fixed | None = None) -> BothEngine:
    shipped = builtin or Fixed("builtin", 0.2, Language.EN, Language.UR, Language.UR_LATN)
    return BothEngine([shipped, detoxify or Fixed("detoxify", 0.9, Language.EN)])


def test_version_names_both_engines_with_their_versions():
    assert two().name == "both"
    assert two().version == "(builtin 1|detoxify 1)"


def test_routes_stand_on_stated_figures_and_leave_urdu_to_the_shipped_engine():
    assert all(route.because for route in ROUTES.values())
    for language in (Language.UR, Language.UR_LATN, Language.AR, Language.MIXED):
        assert ROUTES[language].first == "builtin"


def test_engine_of_the_route_speaks_and_is_named():
    routes = ROUTES | {Language.EN: Route(first="detoxify", because="measured: 0.93 to 0.91")}
    shipped = Fixed("builtin", 0.2, Language.EN, Language.UR)
    other = Fixed("detoxify", 0.9, Language.EN)
    scores = BothEngine([shipped, other], routes).score(["a", "b"], [Language.EN, Language.UR])
    assert [s.toxicity for s in scores] == [0.9, 0.2]
    assert [s.note for s in scores] == ["detoxify 1", "builtin 1"]
    assert (shipped.asked, other.asked) == (["b"], ["a"])


def test_other_engine_stands_in_where_the_first_gives_no_score():
    engine = two(Fixed("builtin", None, Language.EN))
    (score,) = engine.score(["a"], [Language.EN])
    assert score.toxicity == 0.9
    assert score.note == "detoxify 1; builtin is silent"


def test_other_engine_stands_in_where_the_first_gives_what_is_no_number():
    (score,) = two(Fixed("builtin", float("nan"), Language.EN)).score(["a"], [Language.EN])
    assert score.toxicity == 0.9


def test_other_engine_stands_in_for_a_dead_one_that_is_soon_left_alone():
    dead = Broken("builtin", None, Language.EN)
    scores = two(dead).score(list("abcdefgh"), [Language.EN] * 8)
    assert {s.toxicity for s in scores} == {0.9}
    assert "RuntimeError" in scores[0].note
    assert "secret" not in scores[0].note
    assert len(dead.asked) == 8 + 3


def test_one_text_that_an_engine_cannot_read_leaves_it_the_others():
    picky = Broken("builtin", 0.2, Language.EN)
    scores = two(picky).score(["a", "poison", "b"], [Language.EN] * 3)
    assert [s.toxicity for s in scores] == [0.2, 0.9, 0.2]


def test_nobody_answering_leaves_the_comment_not_checked_with_all_reasons():
    engine = two(Broken("builtin", None, Language.EN), Fixed("detoxify", None, Language.EN))
    (reading,) = Reader(engine).read(["the road of our street is broken"])
    assert judge(reading, DEFAULT_POLICY).flag is Flag.NOT_CHECKED
    assert "RuntimeError" in reading.coverage_note
    assert "detoxify is silent" in reading.coverage_note


def test_language_that_one_engine_covers_is_covered_and_one_of_none_is_not():
    engine = two()
    assert engine.covers(Language.UR) is Coverage.COVERED
    assert engine.covers(Language.PS) is Coverage.NOT_COVERED
    (score,) = engine.score(["پشتو"], [Language.PS])
    assert score.toxicity is None


def test_language_without_a_route_goes_to_the_engine_that_covers_it():
    shipped, other = Fixed("builtin", 0.2, Language.EN), Fixed("detoxify", 0.9, Language.FA)
    (score,) = BothEngine([shipped, other]).score(["a"], [Language.FA])
    assert score.toxicity == 0.9
    assert shipped.asked == []


def test_no_texts_give_no_scores():
    assert two().score([], []) == []


def test_as_many_languages_as_texts_are_needed():
    with pytest.raises(ValueError, match="1 texts but 0 languages"):
        two().score(["a"], [])


def test_route_to_an_engine_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="not there: detoxify"):
        BothEngine(
            [Fixed("builtin", 0.1)],
            {Language.EN: Route(first="detoxify", because="a guess")},
        )


def test_reading_carries_who_spoke():
    (reading,) = Reader(two()).read(["the road of our street is broken"])
    assert reading.engine == "both"
    toxicity = next(s for s in reading.signals if s.name == "toxicity")
    assert toxicity.note == "builtin 1"


def test_both_cannot_be_had_without_an_imported_model(tmp_path: Path):
    with pytest.raises(EngineAbsent, match="sunwai models import detoxify"):
        load_both(tmp_path)
