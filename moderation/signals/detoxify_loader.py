"""Loading a Detoxify checkpoint offline: pinned by its sha256, without running code from it.

The package itself unpickles (`weights_only=False`) and asks a hub for the configuration even when
a folder is given; so the file is read here, and only its function that builds model and tokenizer
is used, pointed at a local folder. torch, transformers and detoxify are imported inside the
functions: the program runs without them.
"""

from __future__ import annotations

import hashlib
import json
import os
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, cast

from moderation.signals.detoxify_store import EngineAbsent, check_config_folder, other_file
from moderation.signals.detoxify_variants import (
    CheckpointRefused,
    Variant,
    plain_labels,
    recognised,
)

MISSING_EXTRA = (
    "the detoxify extra is not installed: install a CPU build of torch first, "
    "then pip install '.[detoxify]'"
)
_HEADS = ("classifier.weight", "classifier.out_proj.weight")
# These count positions from behind the padding number, so that many of the table are never used.
_OFFSET_POSITIONS = ("roberta", "xlm-roberta")
_PLAIN_WORDS = "this is how the people of our town are talking to each other"
_CONVERT = (
    "if it is a published checkpoint, load it once on a machine you trust and save "
    "only its state_dict (tensors) and config (plain values) with torch.save"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A model ready to judge. ``longest`` is the most tokens it takes, special ones included;
    output i of its head is ``labels[i]``, outputs beyond the labels are not used."""

    model: Any
    tokenizer: Any
    labels: tuple[str, ...]
    variant: Variant
    longest: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Contents:
    state: Mapping[str, Any]
    arguments: Mapping[str, Any]
    labels: tuple[str, ...]
    variant: Variant
    outputs: int


def libraries() -> tuple[Any, Any, Any]:
    """(torch, transformers, detoxify.detoxify), offline. Raises EngineAbsent without them."""
    for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_HUB_DISABLE_TELEMETRY"):
        os.environ.setdefault(name, "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # it warns in forked workers
    try:
        torch = import_module("torch")
        transformers = import_module("transformers")
        detoxify = import_module("detoxify.detoxify")
    except (ImportError, OSError) as fault:
        raise EngineAbsent(f"{MISSING_EXTRA} ({fault})") from fault
    talk = import_module("transformers.utils.logging")
    talk.set_verbosity_error()
    talk.disable_progress_bar()
    return torch, transformers, detoxify


def load_checkpoint(checkpoint: Path, config: Path, sha256: str) -> Loaded:
    """The model of a checkpoint with the given sha256 and the local configuration folder.

    Raises CheckpointRefused with what does not fit, EngineAbsent without torch, OSError.
    """
    torch, transformers, detoxify = libraries()
    check_config_folder(config)
    held = _contents(_read_pinned(torch, checkpoint, sha256), checkpoint.name)
    _check_config(transformers, held, config)
    model, tokenizer = _built(detoxify, held, config)
    _check_weights(torch, model, held.state)
    _check_tokenizer(tokenizer, model, config)
    return Loaded(
        model=model.float().eval(),
        tokenizer=tokenizer,
        labels=held.labels,
        variant=held.variant,
        longest=_longest(tokenizer, model),
    )


def _read_pinned(torch: Any, checkpoint: Path, sha256: str) -> object:
    with checkpoint.open("rb") as opened:
        found = hashlib.file_digest(opened, "sha256").hexdigest()
        if found != sha256.strip().lower():
            raise other_file(checkpoint, found, sha256)
        opened.seek(0)  # the very file that was hashed
        try:
            with warnings.catch_warnings():  # it warns of what it then refuses
                warnings.simplefilter("ignore")
                return torch.load(opened, map_location="cpu", weights_only=True)
        except Exception as fault:  # a hostile file makes it raise anything
            raise CheckpointRefused(
                f"{checkpoint.name}: cannot be read as plain weights, and nothing that could "
                f"run code is ever loaded ({type(fault).__name__}); {_CONVERT}"
            ) from fault


def _contents(held: object, name: str) -> _Contents:
    if not isinstance(held, dict) or not {"state_dict", "config"} <= set(cast("Any", held)):
        raise CheckpointRefused(
            f"{name}: holds no `state_dict` and `config`; it is no Detoxify checkpoint"
        )
    parts = cast("dict[str, Any]", held)
    try:
        arguments = dict(parts["config"]["arch"]["args"])
        labels = plain_labels([str(x) for x in parts["config"]["dataset"]["args"]["classes"]])
        state = dict(parts["state_dict"])
        model = str(arguments["model_name"])
    except (KeyError, TypeError, ValueError) as fault:
        raise CheckpointRefused(f"{name}: its config names no {fault}") from fault
    outputs = next((int(state[head].shape[0]) for head in _HEADS if head in state), 0)
    variant = recognised(model, labels, outputs)
    return _Contents(
        state=state, arguments=arguments, labels=labels, variant=variant, outputs=outputs
    )


def _check_config(transformers: Any, held: _Contents, folder: Path) -> None:
    wanted = getattr(transformers, held.variant.model).config_class
    try:
        read = json.loads((folder / "config.json").read_text("utf-8"))
        config = wanted.from_pretrained(str(folder), local_files_only=True)
    except (ValueError, TypeError) as fault:
        raise CheckpointRefused(f"{folder / 'config.json'}: cannot be read: {fault}") from fault
    if read.get("model_type") != wanted.model_type:
        raise CheckpointRefused(
            f"{folder / 'config.json'}: model_type is {read.get('model_type')!r}, but the "
            f"checkpoint is a {wanted.model_type!r}; give the folder of that model"
        )
    if config.num_labels != held.outputs:
        raise CheckpointRefused(
            f"{folder / 'config.json'}: {config.num_labels} labels, but the checkpoint's head has "
            f'{held.outputs}; write "num_labels": {held.outputs} into it (and no id2label)'
        )


def _built(detoxify: Any, held: _Contents, folder: Path) -> tuple[Any, Any]:
    try:
        return detoxify.get_model_and_tokenizer(
            model_type=str(folder),
            model_name=held.variant.model,
            tokenizer_name=held.variant.tokenizer,
            num_classes=held.outputs,
            state_dict=dict(held.state),
            huggingface_config_path=str(folder),
        )
    except (RuntimeError, ValueError, OSError, KeyError, TypeError) as fault:
        raise CheckpointRefused(
            f"checkpoint and {folder} do not fit each other: {_first_line(fault)}"
        ) from fault


def _first_line(fault: Exception) -> str:
    lines = [line.strip() for line in str(fault).splitlines() if line.strip()]
    return lines[0][:300] if lines else type(fault).__name__


def _check_weights(torch: Any, model: Any, state: Mapping[str, Any]) -> None:
    """Weights that a checkpoint lacks are drawn at random by transformers, which only warns."""
    # TensorFlow's names, in old BERT checkpoints
    given = {
        name.replace("LayerNorm.gamma", "LayerNorm.weight").replace(
            "LayerNorm.beta", "LayerNorm.bias"
        ): tensor
        for name, tensor in state.items()
    }
    for name, tensor in model.named_parameters():
        if not bool(torch.isfinite(tensor).all()):
            raise CheckpointRefused(f"the weights {name!r} are not all finite numbers")
        if name not in given or not torch.equal(given[name].to(tensor.dtype), tensor):
            raise CheckpointRefused(
                f"the checkpoint lacks the weights {name!r} that its configuration asks for; "
                "it is cut short or config.json is another model's"
            )


def _check_tokenizer(tokenizer: Any, model: Any, folder: Path) -> None:
    if not tokenizer.is_fast:
        raise CheckpointRefused("the tokenizer needs transformers 5 or newer: pip install -U")
    words, rows = len(tokenizer), int(model.config.vocab_size)
    ids = tokenizer(_PLAIN_WORDS, add_special_tokens=False)["input_ids"]
    unknown = sum(i == tokenizer.unk_token_id for i in ids)
    if not 0.9 * rows <= words <= rows or not ids or unknown > len(ids) / 2:
        raise CheckpointRefused(
            f"{folder / 'tokenizer.json'}: {words} tokens for a model of {rows}, {unknown} of "
            f"{len(ids)} plain English ones unknown; it is another model's tokenizer"
        )
    if tokenizer.pad_token_id is None:
        raise CheckpointRefused(f"{folder / 'tokenizer.json'}: names no padding token")


def _longest(tokenizer: Any, model: Any) -> int:
    config = model.config
    positions = int(config.max_position_embeddings)
    if config.model_type in _OFFSET_POSITIONS:
        positions -= int(config.pad_token_id) + 1
    return min(int(tokenizer.model_max_length), positions)
