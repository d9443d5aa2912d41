"""Loading checkpoints offline: the published forms load, everything else is refused by name."""

from __future__ import annotations

import json
import pickle
import socket
from pathlib import Path
from typing import Any

import pytest

from moderation.signals.detoxify_loader import load_checkpoint
from moderation.signals.detoxify_store import file_sha256
from moderation.signals.detoxify_variants import SEVEN, SIXTEEN, CheckpointRefused
from tests.model.detoxify_helpers import ORIGINAL, Tiny, a_tiny, an_unbiased, need_torch


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any attempt to reach anything fails the test loudly."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("tried to reach the network")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.fixture
def torch() -> Any:
    return need_torch()


def load(tiny: Tiny) -> Any:
    return load_checkpoint(tiny.checkpoint, tiny.config, tiny.sha256)


def rewrite_config(tiny: Tiny, **changes: object) -> None:
    path = tiny.config / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def resave(torch: Any, tiny: Tiny, change: Any) -> None:
    held = torch.load(tiny.checkpoint, weights_only=True)
    change(held)
    torch.save(held, tiny.checkpoint)


@pytest.mark.parametrize(
    ("family", "classes", "outputs", "variant"),
    [
        ("bert", ORIGINAL, 6, "original"),
        ("albert", ORIGINAL, 6, "original-small"),
        ("roberta", SEVEN, 16, "unbiased"),
        ("roberta", SIXTEEN, 16, "unbiased"),
        ("albert", SEVEN, 16, "unbiased-small"),
        ("xlm-roberta", SEVEN, 16, "multilingual"),
        ("xlm-roberta", SEVEN, 7, "multilingual"),
        ("xlm-roberta", ("toxicity",), 1, "multilingual"),
    ],
)
def test_each_published_form_loads_as_its_variant_without_a_network(
    torch, tmp_path, family, classes, outputs, variant
):
    loaded = load(a_tiny(tmp_path, family=family, classes=classes, outputs=outputs))
    assert loaded.variant.name == variant
    assert len(loaded.labels) == len(classes)
    assert loaded.labels[0] == "toxicity"
    assert loaded.longest == 64


@pytest.mark.parametrize("family", ["bert", "roberta"])
def test_length_comes_from_the_positions_when_the_tokenizer_names_none(torch, tmp_path, family):
    tiny = a_tiny(
        tmp_path, family=family, classes=ORIGINAL if family == "bert" else SEVEN, limited=False
    )
    assert load(tiny).longest == 64


def test_file_with_another_sha256_is_refused_before_it_is_read(torch, tmp_path):
    tiny = a_tiny(tmp_path)
    with pytest.raises(CheckpointRefused, match=r"sha256 is .* not 0000"):
        load_checkpoint(tiny.checkpoint, tiny.config, "0" * 64)


def test_checkpoint_that_would_run_code_is_refused_and_does_not_run_it(torch, tmp_path):
    mark = tmp_path / "it ran"

    class Bomb:
        def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
            return Path.touch, (mark,)

    tiny = a_tiny(tmp_path / "tiny")
    torch.save({"state_dict": Bomb(), "config": {}}, tiny.checkpoint)
    with pytest.raises(CheckpointRefused, match="run code"):
        load(tiny)
    tiny.checkpoint.write_bytes(pickle.dumps({"state_dict": Bomb(), "config": {}}))
    with pytest.raises(CheckpointRefused, match="run code"):
        load(tiny)
    assert not mark.exists()


@pytest.mark.parametrize("size", [0, 10, 2000])
def test_checkpoint_cut_short_is_refused(torch, tmp_path, size):
    tiny = a_tiny(tmp_path)
    tiny.checkpoint.write_bytes(tiny.checkpoint.read_bytes()[:size])
    with pytest.raises(CheckpointRefused, match="cannot be read"):
        load(tiny)


@pytest.mark.parametrize("part", ["state_dict", "config"])
def test_checkpoint_without_one_of_its_two_parts_is_refused(torch, tmp_path, part):
    tiny = a_tiny(tmp_path)
    resave(torch, tiny, lambda held: held.pop(part))
    with pytest.raises(CheckpointRefused, match="no `state_dict` and `config`"):
        load(tiny)


def test_checkpoint_that_is_no_dictionary_is_refused(torch, tmp_path):
    tiny = a_tiny(tmp_path)
    torch.save([1, 2], tiny.checkpoint)
    with pytest.raises(CheckpointRefused, match="no Detoxify checkpoint"):
        load(tiny)


def test_checkpoint_that_names_no_classes_is_refused(torch, tmp_path):
    tiny = a_tiny(tmp_path)
    resave(torch, tiny, lambda held: held["config"]["dataset"]["args"].pop("classes"))
    with pytest.raises(CheckpointRefused, match="names no 'classes'"):
        load(tiny)


def test_labels_of_no_published_variant_are_refused(torch, tmp_path):
    tiny = a_tiny(tmp_path, classes=("nice", "rude"))
    with pytest.raises(CheckpointRefused, match="no published Detoxify variant"):
        load(tiny)


def test_class_of_transformers_that_no_variant_has_is_never_built(torch, tmp_path):
    tiny = a_tiny(tmp_path)

    def another(held: dict[str, Any]) -> None:
        held["config"]["arch"]["args"]["model_name"] = "AutoModel"

    resave(torch, tiny, another)
    with pytest.raises(CheckpointRefused, match="AutoModel"):
        load(tiny)


def test_head_with_another_number_of_outputs_than_labels_is_refused(torch, tmp_path):
    with pytest.raises(CheckpointRefused, match="6 labels but its head has 9 outputs"):
        load(a_tiny(tmp_path, outputs=9))


def test_config_with_another_number_of_labels_is_refused_with_what_to_write(torch, tmp_path):
    tiny = an_unbiased(tmp_path)
    rewrite_config(tiny, num_labels=2)
    with pytest.raises(CheckpointRefused, match='write "num_labels": 16'):
        load(tiny)


def test_config_of_another_kind_of_model_is_refused(torch, tmp_path):
    tiny = a_tiny(tmp_path)
    rewrite_config(tiny, model_type="distilbert")
    with pytest.raises(CheckpointRefused, match="model_type is 'distilbert'"):
        load(tiny)


def test_config_that_is_no_json_is_refused(torch, tmp_path):
    tiny = a_tiny(tmp_path)
    (tiny.config / "config.json").write_text("{")
    with pytest.raises(CheckpointRefused, match=r"config\.json"):
        load(tiny)


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json"])
def test_folder_without_a_needed_file_is_refused_by_the_files_name(torch, tmp_path, name):
    tiny = a_tiny(tmp_path)
    (tiny.config / name).unlink()
    with pytest.raises(CheckpointRefused, match=f"there is no {name}"):
        load(tiny)


def test_weights_that_are_missing_are_refused_and_not_drawn_at_random(torch, tmp_path):
    tiny = a_tiny(tmp_path)
    resave(torch, tiny, lambda held: held["state_dict"].pop("bert.pooler.dense.weight"))
    with pytest.raises(CheckpointRefused, match=r"bert\.pooler\.dense\.weight"):
        load(tiny)


def test_weights_of_another_size_than_the_configs_are_refused(torch, tmp_path):
    tiny = a_tiny(tmp_path)
    rewrite_config(tiny, intermediate_size=41)
    with pytest.raises(CheckpointRefused):
        load(tiny)


def test_weights_that_are_no_numbers_are_refused(torch, tmp_path):
    tiny = a_tiny(tmp_path)
    resave(torch, tiny, lambda held: held["state_dict"]["classifier.bias"].fill_(float("nan")))
    with pytest.raises(CheckpointRefused, match="finite"):
        load(tiny)


def test_buffers_that_old_checkpoints_carry_are_no_obstacle(torch, tmp_path):
    tiny = a_tiny(tmp_path)
    old = {"bert.embeddings.position_ids": torch.arange(64)[None]}
    resave(torch, tiny, lambda held: held["state_dict"].update(old))
    assert load(tiny).variant.name == "original"


def test_tokenizer_of_another_model_is_refused(torch, tmp_path):
    tiny = a_tiny(tmp_path / "one")
    path = tiny.config / "tokenizer.json"
    told = json.loads(path.read_text())
    told["model"]["vocab"] = {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "[MASK]": 4}
    path.write_text(json.dumps(told))
    with pytest.raises(CheckpointRefused, match="another model's tokenizer"):
        load(tiny)


def test_sha256_may_be_written_in_capitals(torch, tmp_path):
    tiny = a_tiny(tmp_path)
    pinned = f" {file_sha256(tiny.checkpoint).upper()} "
    assert load_checkpoint(tiny.checkpoint, tiny.config, pinned).variant.name == "original"
