"""Importing a checkpoint with the verb, and judging with what was kept."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import sunwai.cli_models
from data.model import Language
from moderation.signals.both import load_both
from moderation.signals.detoxify_engine import load_detoxify
from moderation.signals.detoxify_int8 import BOUND
from moderation.signals.detoxify_store import EngineAbsent
from moderation.signals.detoxify_variants import SEVEN
from sunwai.cli import Failed, app
from tests.model.detoxify_helpers import (
    ORIGINAL,
    SENTENCES,
    Tiny,
    a_tiny,
    an_unbiased,
    need_torch,
)

assert sunwai.cli_models.models_app  # importing it adds the verbs


@pytest.fixture(autouse=True)
def torch() -> Any:
    return need_torch()


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SUNWAI_HOME", str(tmp_path / "home"))
    return tmp_path / "home" / "var" / "models"


def importing(tiny: Tiny, *more: str) -> Any:
    words = ["models", "import", "detoxify", str(tiny.checkpoint), "--config", str(tiny.config)]
    return CliRunner().invoke(app, [*words, "--sha256", tiny.sha256, "--json", *more])


def test_imported_model_is_listed_whole_and_judges(models, tmp_path):
    done = importing(an_unbiased(tmp_path / "given"))
    assert done.exit_code == 0, done.exception
    assert json.loads(done.stdout)["variant"] == "unbiased"
    assert CliRunner().invoke(app, ["models", "verify"]).exit_code == 0
    engine = load_detoxify(models)
    assert engine.version == json.loads(done.stdout)["version"]
    (score,) = engine.score(["you are an idiot"], [Language.EN])
    assert score.toxicity is not None


def test_both_judges_urdu_with_the_shipped_engine_after_the_import(models, tmp_path):
    importing(a_tiny(tmp_path / "given"))
    both = load_both(models)
    assert both.version.startswith("(builtin ")
    assert "|detoxify original+" in both.version
    (score,) = both.score(["ہماری گلی کی سڑک ٹوٹی ہوئی ہے"], [Language.UR])
    assert score.toxicity is not None
    assert score.note.startswith("builtin ")


def test_import_that_is_refused_leaves_the_earlier_model_in_use(models, tmp_path):
    importing(a_tiny(tmp_path / "good"))
    before = load_detoxify(models).version
    bad = a_tiny(tmp_path / "bad")
    (bad.config / "config.json").write_text("{}")
    done = importing(bad)
    assert isinstance(done.exception, Failed)
    assert "model_type" in str(done.exception)
    assert load_detoxify(models).version == before
    assert [p.name for p in (models / "detoxify").iterdir()] == ["original"]


def test_checkpoint_that_was_altered_after_the_import_is_never_loaded(models, tmp_path):
    importing(a_tiny(tmp_path / "given"))
    kept = models / "detoxify" / "original" / "checkpoint.ckpt"
    whole = bytearray(kept.read_bytes())
    whole[len(whole) // 2] ^= 1
    kept.write_bytes(whole)
    with pytest.raises(EngineAbsent, match=r"checkpoint\.ckpt: sha256 is"):
        load_detoxify(models)
    done = CliRunner().invoke(app, ["models", "verify"])
    assert done.exit_code == 1
    assert "checkpoint.ckpt: sha256 differs" in done.stdout


# ------------------------------------------------------------------------------ the int8 form


def need_onnx() -> None:
    pytest.importorskip("onnx", reason="onnx not installed: did not run")
    pytest.importorskip("onnxruntime", reason="onnxruntime not installed: did not run")


@pytest.mark.parametrize(
    ("family", "classes"), [("bert", ORIGINAL), ("roberta", SEVEN), ("xlm-roberta", SEVEN)]
)
def test_int8_form_scores_like_the_full_one_and_is_another_version(
    models, tmp_path, family, classes
):
    need_onnx()
    # Calm weights: int8 follows them within the bound, as it does real ones.
    tiny = a_tiny(tmp_path / "given", family=family, classes=classes, spread=0.1)
    assert importing(tiny).exit_code == 0
    full = load_detoxify(models)
    done = importing(tiny, "--int8")
    assert done.exit_code == 0, done.exception
    small = load_detoxify(models)
    assert small.version.endswith("+int8")
    assert small.version != full.version
    english = [Language.EN] * len(SENTENCES)
    pairs = zip(full.score(SENTENCES, english), small.score(SENTENCES, english), strict=True)
    for one, other in pairs:
        assert one.toxicity == pytest.approx(other.toxicity, abs=BOUND)
        assert dict(one.kinds) == pytest.approx(dict(other.kinds), abs=BOUND)


def test_int8_form_reads_a_long_text_in_the_same_windows(models, tmp_path):
    need_onnx()
    tiny = a_tiny(tmp_path / "given", spread=0.1)
    importing(tiny, "--int8")
    text = "water " * 500 + "you idiot"
    (small,) = load_detoxify(models).score([text], [Language.EN])
    importing(tiny)
    (full,) = load_detoxify(models).score([text], [Language.EN])
    assert small.toxicity == pytest.approx(full.toxicity, abs=BOUND)


def test_int8_form_that_scores_otherwise_is_refused(models, tmp_path, torch):
    need_onnx()
    tiny = a_tiny(tmp_path / "given")
    held = torch.load(tiny.checkpoint, weights_only=True)
    head = held["state_dict"]["bert.encoder.layer.1.output.dense.weight"]
    head[:, 0] = 400.0  # one weight that drowns the others in int8
    torch.save(held, tiny.checkpoint)
    done = importing(tiny, "--int8")
    assert isinstance(done.exception, Failed)
    assert "int8 form scores up to" in str(done.exception)
    assert list((models / "detoxify").iterdir()) == []


def test_int8_form_without_its_runtime_says_what_to_install(models, tmp_path, monkeypatch):
    need_onnx()
    importing(a_tiny(tmp_path / "given", spread=0.1), "--int8")
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(EngineAbsent, match="pip install onnxruntime"):
        load_detoxify(models)
