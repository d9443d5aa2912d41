"""What the training puts together: members, the setting, split words, who chooses, the variant."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from data.model import Coverage, Language
from moderation.signals.builtin import BuiltinEngine, load_builtin
from moderation.signals.engine import EngineScore
from moderation.signals.hidden import HiddenWords, pair_hash, word_hash
from moderation.texts.page import Page
from moderation.training.bench import prepare
from moderation.training.calibrate import threat_knots, toxicity_knots
from moderation.training.card import write_card
from moderation.training.corpus import Row, chooses, dev_rows, read_corpus
from moderation.training.dev import language_ece, set_figures
from moderation.training.toxicity import MIXES, among_all, learn_toxicity
from moderation.training.train import train
from tests.unit.test_builtin_training import invented_rows, tiny_encoder, written


def lexicon(**told: frozenset[int] | frozenset[str]) -> HiddenWords:
    targets, plain = {"grumbler": 5.0, "کمبخت": 5.0}, ("grum", "bler", "the", "کم", "بخت", "me")
    return HiddenWords(targets, frozenset(map(word_hash, plain)), **told)


@pytest.mark.parametrize(
    ("written_in_two", "whole"),
    [("you grum bler", "you grumbler"), ("grumb ler!", "grumbler!"), ("کم بخت", "کمبخت")],
)
def test_loud_word_written_in_two_is_joined(written_in_two: str, whole: str) -> None:
    assert lexicon().repair(written_in_two) == whole


def test_neighbours_that_ordinary_talk_has_are_not_joined() -> None:
    ordinary = lexicon(apart=frozenset([pair_hash("grum", "bler")]))
    assert ordinary.repair("you grum bler") == "you grum bler"
    assert ordinary.repair("you grumb ler") == "you grumbler"


def test_word_to_join_is_joined_but_nothing_near_it_is_bent() -> None:
    words = lexicon(joins=frozenset(["lumpish"]))
    assert words.repair("lump ish") == "lumpish"
    assert words.repair("lumqish") == "lumqish"


def test_short_latin_words_that_are_words_by_themselves_are_not_joined() -> None:
    words = HiddenWords({"theme": 5.0, "them": 5.0}, frozenset(map(word_hash, ("the", "me", "m"))))
    assert words.repair("the m") == "the m"
    assert words.repair("the me") == "theme"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("members")
    data, encoder = written(base / "data", invented_rows(90)), tiny_encoder(base / "encoder")
    train(data, base / "out", seed=2, encoder=encoder)
    return base


def test_languages_have_the_setting_of_their_mix_and_score_the_same_on_a_page_and_alone(
    folder: Path,
) -> None:
    engine = load_builtin(folder / "out")
    assert isinstance(engine, BuiltinEngine)
    settings = {c: t.heads["toxicity"].setting is not None for c, t in engine.tongues.items()}
    assert settings == {c: MIXES[c].depth > 0 for c in settings}
    assert settings[Language.AR]
    texts = ["شارع ماء أحمق", "كهرباء فاتورة مكتب", "غبي حمار", "شارع ماء أحمق"]
    together = engine.score(texts, [Language.AR] * 4)
    for _ in range(2):  # the second time the words are remembered
        alone = [engine.score([t], [Language.AR])[0] for t in texts]
        assert [s.toxicity for s in alone] == pytest.approx([s.toxicity for s in together])
    assert len({s.toxicity for s in together}) == 3


def test_setting_moves_a_text_down_and_never_further_than_its_depth(folder: Path) -> None:
    engine = load_builtin(folder / "out")
    assert isinstance(engine, BuiltinEngine)
    tongue = engine.tongues[Language.AR]
    setting = tongue.heads["toxicity"].setting
    assert setting is not None
    page = Page(["شارع ماء أحمق", "كهرباء فاتورة مكتب"])
    whole = tongue.book.raw_on(page, ["toxicity", "toxicity.setting"])
    moved = tongue.raw_on(page, ["toxicity"])["toxicity"]
    drop = whole["toxicity"] + tongue.heads["toxicity"].bias - moved
    assert (drop > 0).all()
    assert (drop < setting.depth).all()


def test_scores_as_shipped_are_those_that_were_fitted_but_for_the_bytes(folder: Path) -> None:
    rows = [r for r in read_corpus(folder / "data") if not r.dev]
    bench = prepare(rows, Language.AR, [], 2)
    head = learn_toxicity(bench, 2)
    texts = ["شارع ماء أحمق", "كهرباء فاتورة مكتب", "غبي حمار جاهل"]
    fitted = head.raw(bench.counts_of(texts))
    assert MIXES[Language.AR].depth > 0
    assert np.argsort(fitted)[0] == 1
    assert head.setting is not None
    assert fitted.min() < fitted.max()
    engine = load_builtin(folder / "out")
    assert isinstance(engine, BuiltinEngine)
    assert engine.tongues[Language.AR].heads["toxicity"].words is None


def test_words_are_counted_as_they_stand_among_all_features(folder: Path) -> None:
    rows = [r for r in read_corpus(folder / "data") if not r.dev]
    bench = prepare(rows, Language.EN, [], 2)
    among: Any = among_all(bench.words, bench.counted)
    assert among.nnz == bench.words.nnz
    said, whole = among.tocoo(), bench.counted.tocsr()
    same = np.isclose(said.data, np.asarray(whole[said.row, said.col]).ravel())
    assert same.mean() > 0.99  # but for words that share a number with letters


def test_rows_that_choose_thresholds_are_about_half_and_notebandi_is_split_by_its_own_halves() -> (
    None
):
    rows = [
        Row(id=f"a-{n}", text="x", language=Language.EN, dev=True, source="s") for n in range(400)
    ]
    assert 150 < sum(map(chooses, rows)) < 250
    views = [
        Row(id=str(n), text="x", language=Language.UR_LATN, dev=n < 3, source="notebandi_against")
        for n in range(6)
    ]
    assert [chooses(r) for r in views] == [False] * 3 + [True] * 3


def test_measured_figures_leave_out_the_rows_that_chose(folder: Path) -> None:
    engine = load_builtin(folder / "out")
    held = dev_rows(read_corpus(folder / "data"))
    for found in set_figures(engine, held):
        mine = [r for r in held if r.source == found.source]
        assert found.unseen.n == sum(not chooses(r) for r in mine) < found.figures.n == len(mine)


class Sure:
    """An engine that is sure of the word `bad` and of nothing else."""

    name, version = "sure", "1"

    def covers(self, language: Language) -> Coverage:
        return Coverage.COVERED

    def score(self, texts: Sequence[str], languages: Sequence[Language]) -> list[EngineScore]:
        return [EngineScore(toxicity=1.0 if "bad" in t else 0.0) for t in texts]


@pytest.mark.parametrize(("wrong", "least", "most"), [(0, 0.0, 0.0), (100, 0.4, 0.6)])
def test_calibration_error_of_a_language_is_that_of_a_page(
    wrong: int, least: float, most: float
) -> None:
    rows = [
        Row(id=f"e-{n}", text="bad" if n < 200 + wrong else "good", language=Language.EN, dev=True,
            source="s", abusive=n < 200)
        for n in range(400)
    ]  # fmt: skip
    told = language_ece(Sure(), rows, Language.EN)
    assert told is not None
    assert told[0] == sum(not chooses(r) for r in rows)
    assert least <= told[1] <= most
    assert language_ece(Sure(), rows, Language.AR) is None


def test_licence_clear_variant_does_not_cover_a_language_without_labelled_sets(
    tmp_path: Path, folder: Path
) -> None:
    rows = invented_rows()
    for row in rows:
        if row["lang"] != "ar" and row.get("civil") != 1:
            row["source"] = "ruhsold"
    data = written(tmp_path / "data", rows)
    encoder = tiny_encoder(tmp_path / "encoder")
    train(data, tmp_path / "clear", seed=1, licence_clear=True, encoder=encoder)
    clear = load_builtin(tmp_path / "clear")
    assert clear.covers(Language.AR) is Coverage.NOT_COVERED
    assert clear.covers(Language.EN) is Coverage.COVERED
    held = dev_rows(read_corpus(folder / "data"))
    card = write_card(folder / "out", held, tmp_path / "clear").read_text(encoding="utf-8")
    assert f"version {clear.version}" in card
    assert "## The licence-clear variant" in card


def test_half_is_where_the_threat_head_is_best_unless_civil_rows_would_be_flagged() -> None:
    chance = np.random.default_rng(5)
    raw = np.concatenate([chance.normal(1, 1, 300), chance.normal(-1, 1, 300)])
    label = np.arange(600) < 300
    free = threat_knots(raw, label, np.zeros(600, bool))
    assert abs(free.raw[1]) < 0.5
    assert free.mapped(np.array([free.raw[1]]))[0] == pytest.approx(0.5)
    loud = np.concatenate([raw, np.full(100, 1.5)])
    civil = np.arange(700) >= 600
    held = threat_knots(loud, np.concatenate([label, np.zeros(100, bool)]), civil)
    assert held.raw[1] >= 1.5


def test_civil_sets_push_the_queue_point_up() -> None:
    chance = random.Random(1)
    rows = [
        Row(id=str(n), text="x", language=Language.EN, dev=False, source="s", abusive=n % 2 == 0)
        for n in range(600)
    ]
    quiet = [
        Row(id=f"c{n}", text="x", language=Language.EN, dev=False, source="c", civil=True)
        for n in range(600)
    ]
    raw = [chance.gauss(1 if r.label else -1, 1) for r in rows]
    calm = toxicity_knots(np.array([*raw, *[-3.0] * 600]), [*rows, *quiet])[1]
    loud = toxicity_knots(np.array([*raw, *[1.2] * 600]), [*rows, *quiet])[1]
    assert loud["queue"] >= 1.2 > calm["queue"]
    assert loud["severe"] > loud["queue"]


def _page_of(civil_raw: Sequence[float]) -> tuple[npt.NDArray[np.float64], list[Row]]:
    chance = random.Random(2)
    told = [
        Row(id=str(n), text="x", language=Language.EN, dev=False, source="s", abusive=n % 2 == 0)
        for n in range(600)
    ]
    quiet = [
        Row(id=f"c{n}", text="x", language=Language.EN, dev=False, source="c", civil=True)
        for n in range(len(civil_raw))
    ]
    raw = [chance.gauss(2 if r.label else -2, 1) for r in told]
    return np.array([*raw, *civil_raw]), [*told, *quiet]


def test_severe_point_lies_above_all_but_a_few_rows_of_a_civil_set_even_if_they_are_abuse() -> None:
    knots, told = toxicity_knots(*_page_of([*[-3.0] * 995, *[4.5] * 5]))
    assert told["queue"] < told["severe"]
    assert told["severe"] > 4.5
    assert knots.mapped(np.array([4.5]))[0] < 0.8
    rare, told = toxicity_knots(*_page_of([*[-3.0] * 998, *[4.5] * 2]))
    assert told["severe"] < 4.5
    assert rare.mapped(np.array([4.5]))[0] > 0.8


def test_scores_rise_from_the_queue_point_to_the_severe_point_and_stay_below_it() -> None:
    knots, told = toxicity_knots(*_page_of([*[-3.0] * 995, *[4.5] * 5]))
    between = knots.mapped(np.linspace(float(told["queue"]), float(told["severe"]), 50))
    assert between[0] == pytest.approx(0.5)
    assert between[-1] == pytest.approx(0.8)
    assert (np.diff(between) > 0).all()
