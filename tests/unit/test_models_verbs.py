"""Listing and verifying models, and what importing refuses; nothing here needs torch."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import sunwai.cli_models
from moderation.signals.detoxify_engine import load_detoxify
from moderation.signals.detoxify_store import (
    CHECKPOINT,
    EngineAbsent,
    StoredModel,
    copy_in,
    damage,
    put_in_place,
    stored_models,
)
from moderation.signals.detoxify_variants import SIX, CheckpointRefused
from sunwai.cli import Failed, app
from tests.builders import NOW, minutes

assert sunwai.cli_models.models_app  # importing it adds the verbs
GOOD_SHA = "a" * 64


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SUNWAI_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def the_parts(folder: Path, words: str = "weights") -> tuple[Path, Path]:
    """A file and a folder that have the names of a model's, and nothing in them."""
    config = folder / "config"
    config.mkdir(parents=True, exist_ok=True)
    for name in ("config.json", "tokenizer.json", "README.md"):
        (config / name).write_text("{}")
    (folder / "a.ckpt").write_text(words)
    return folder / "a.ckpt", config


def stored(home: Path, variant: str = "original", after: int = 0, words: str = "w") -> StoredModel:
    draft = copy_in(home / "var" / "models", *the_parts(home.parent / "given", words))
    return put_in_place(
        draft, variant=variant, labels=SIX, languages=("en",), now=NOW + minutes(after)
    )


def run(*words: str) -> Any:
    return CliRunner().invoke(app, ["models", *words])


def told(*words: str) -> Any:
    return json.loads(run(*words, "--json").stdout)


# ------------------------------------------------------------------------------ the store


def test_stored_model_holds_only_files_of_a_model_and_says_what_it_is(home):
    model = stored(home)
    assert set(model.files) == {CHECKPOINT, "config/config.json", "config/tokenizer.json"}
    assert (model.variant, model.labels, model.languages) == ("original", SIX, ("en",))
    assert model.imported_at == NOW.isoformat()
    assert model.version.startswith("original+")
    assert stored_models(home / "var" / "models") == [model]


def test_version_changes_with_any_file(home):
    assert stored(home, words="one").version != stored(home, words="two").version


def test_newest_import_is_the_one_in_use_and_replaces_one_of_its_own_variant(home):
    stored(home, "original", after=1)
    stored(home, "unbiased", after=2)
    stored(home, "original", after=3)
    found = [m.variant for m in stored_models(home / "var" / "models")]
    assert found == ["original", "unbiased"]
    left = {p.name for p in (home / "var" / "models" / "detoxify").iterdir()}
    assert left == {"original", "unbiased"}


def test_import_that_broke_off_is_no_model(home):
    copy_in(home / "var" / "models", *the_parts(home.parent / "given"))
    assert stored_models(home / "var" / "models") == []


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json"])
def test_folder_without_a_needed_file_is_refused_before_anything_is_copied(home, name):
    checkpoint, config = the_parts(home.parent / "given")
    (config / name).unlink()
    with pytest.raises(CheckpointRefused, match=f"no {name}"):
        copy_in(home / "var" / "models", checkpoint, config)
    assert not (home / "var" / "models").exists()


# ------------------------------------------------------------------------------ list and verify


def test_list_shows_the_shipped_model_alone_at_first(home):
    (only,) = told("list")["models"]
    assert (only["engine"], only["used"]) == ("builtin", True)
    assert {"en", "ur", "ur-Latn", "ar"} <= set(only["languages"])
    assert only["version"]


def test_list_shows_imported_models_with_version_and_which_is_used(home):
    stored(home, "original", after=1)
    newest = stored(home, "unbiased", after=2)
    _, first, second = told("list")["models"]
    assert (first["variant"], first["used"]) == ("unbiased", True)
    assert (second["variant"], second["used"]) == ("original", False)
    assert f"detoxify {newest.version}: en, imported" in run("list").stdout


def test_verify_of_whole_models_says_so(home):
    stored(home)
    done = run("verify")
    assert done.exit_code == 0
    assert done.stdout.count(": whole") == 2


def alter(path: Path) -> None:
    path.write_text("something else")


@pytest.mark.parametrize(
    ("name", "harm", "said"),
    [
        (CHECKPOINT, alter, "sha256 differs"),
        ("config/tokenizer.json", alter, "sha256 differs"),
        ("config/config.json", Path.unlink, "is missing"),
        ("config/added_tokens.json", alter, "does not belong"),
    ],
)
def test_verify_names_the_damaged_file_and_fails(home, name, harm, said):
    harm(stored(home).folder / name)
    done = run("verify")
    assert done.exit_code == 1
    assert f"{name}: {said}" in done.stdout
    answer = run("verify", "--json")
    assert answer.exit_code == 1
    assert json.loads(answer.stdout)["ok"] is False


@pytest.mark.parametrize("body", ["{", "[]", '{"variant": "original"}'])
def test_damaged_manifest_is_told_and_never_loaded(home, body):
    (stored(home).folder / "manifest.json").write_text(body)
    done = run("verify")
    assert done.exit_code == 1
    assert "manifest.json cannot be read" in done.stdout
    with pytest.raises(EngineAbsent, match=r"manifest\.json cannot be read"):
        load_detoxify(home / "var" / "models")


def test_damage_of_a_file_left_out_is_not_looked_for(home):
    model = stored(home)
    alter(model.checkpoint)
    assert damage(model, but=(CHECKPOINT,)) == []


# ------------------------------------------------------------------------------ loading


def test_engine_without_an_imported_model_says_how_to_import_one(home):
    with pytest.raises(EngineAbsent, match="sunwai models import detoxify CHECKPOINT"):
        load_detoxify(home / "var" / "models")


def test_engine_with_an_altered_tokenizer_is_not_loaded(home):
    alter(stored(home).folder / "config" / "tokenizer.json")
    with pytest.raises(EngineAbsent, match=r"tokenizer\.json: sha256 differs.*import it again"):
        load_detoxify(home / "var" / "models")


def test_engine_without_torch_says_what_to_install(home, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)  # as if it were not installed
    stored(home)
    with pytest.raises(
        EngineAbsent, match=r"CPU build of torch first.*pip install '\.\[detoxify\]'"
    ):
        load_detoxify(home / "var" / "models")


# ------------------------------------------------------------------------------ import


def importing(
    checkpoint: Path, config: Path, sha256: str = GOOD_SHA, engine: str = "detoxify"
) -> Any:
    return run("import", engine, str(checkpoint), "--config", str(config), "--sha256", sha256)


def test_import_of_another_file_than_was_meant_fails_and_keeps_nothing(home):
    done = importing(*the_parts(home.parent / "given"))
    assert isinstance(done.exception, Failed)
    assert "sha256 is" in str(done.exception)
    assert not (home / "var" / "models").exists()


def test_import_without_torch_fails_with_what_to_install_and_keeps_nothing(home, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    checkpoint, config = the_parts(home.parent / "given")
    from moderation.signals.detoxify_store import file_sha256

    done = importing(checkpoint, config, file_sha256(checkpoint))
    assert isinstance(done.exception, Failed)
    assert "pip install" in str(done.exception)
    assert told("list")["models"][1:] == []
    assert list((home / "var" / "models" / "detoxify").iterdir()) == []


@pytest.mark.parametrize("sha256", ["", "abc", "g" * 64, "a" * 63])
def test_import_with_what_is_no_sha256_is_wrong_usage(home, sha256):
    assert importing(*the_parts(home.parent / "given"), sha256).exit_code == 2


def test_import_for_another_engine_or_from_nowhere_is_wrong_usage(home):
    checkpoint, config = the_parts(home.parent / "given")
    assert importing(checkpoint, config, engine="builtin").exit_code == 2
    assert importing(checkpoint.with_name("none"), config).exit_code == 2
    shutil.rmtree(config)
    assert importing(checkpoint, config).exit_code == 2
