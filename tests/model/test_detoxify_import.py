"""Importing a checkpoint with the verb, and judging with what was kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import sunwai.cli_models
from data.model import Language
from moderation.signals.both import load_both
from moderation.signals.detoxify_engine import load_detoxify
from moderation.signals.detoxify_store import EngineAbsent
from sunwai.cli import Failed, app
from tests.model.detoxify_helpers import Tiny, a_tiny, an_unbiased, need_torch

assert sunwai.cli_models.models_app  # importing it adds the verbs


@pytest.fixture(autouse=True)
def torch() -> Any:
    return need_torch()


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SUNWAI_HOME", str(tmp_path / "home"))
    return tmp_path / "home" / "var" / "models"


def importing(tiny: Tiny, sha256: str = "") -> Any:
    words = ["models", "import", "detoxify", str(tiny.checkpoint), "--config", str(tiny.config)]
    return CliRunner().invoke(app, [*words, "--sha256", sha256 or tiny.sha256, "--json"])


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
