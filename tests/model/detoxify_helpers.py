"""Tiny checkpoints in the published form, with random weights, made on the spot; no network."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from moderation.signals.detoxify_store import file_sha256
from moderation.signals.detoxify_variants import GROUPS, SEVEN

NO_TORCH = "torch not installed: did not run"
ORIGINAL = ("toxic", "severe_toxic", "obscene", "threat", "insult", "identity_hate")
LETTERS = "abcdefghijklmnopqrstuvwxyz"
PLAIN = (
    "this is how the people of our town are talking to each other water road street clean "
    "thank you idiot liar broken since monday office please no yes good bad very school"
)
WORDS = PLAIN.split()
SENTENCES = [
    "thank you for the clean street",
    "you are an idiot and a liar",
    "no water since monday please",
    "the road of our school is very bad " * 6,
    "yes",
    "",
    "🙂 ok",
    "idiot " * 40,
    "Thé Róad is BROKEN!!!",
] + [f"street number {n} has no water {'at all ' * (n % 7)}" for n in range(60)]


def need_torch() -> Any:
    """torch, or a skip that says so. (transformers 5 builds the tokenizers.)"""
    torch = pytest.importorskip("torch", reason=NO_TORCH)
    pytest.importorskip("detoxify", reason="detoxify not installed: did not run")
    torch.manual_seed(7)
    return torch


@dataclass(frozen=True)
class Tiny:
    """A checkpoint file with its configuration folder."""

    checkpoint: Path
    config: Path

    @property
    def sha256(self) -> str:
        return file_sha256(self.checkpoint)


def a_tokenizer(family: str, words: Sequence[str] = (), longest: int = 64) -> Any:
    """A tokenizer of the family's own class, over letters and a few words (BERT's: and `words`)."""
    import transformers
    from tokenizers import pre_tokenizers

    made = getattr(transformers, FAMILIES[family][1])
    if family == "bert":
        tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *LETTERS, "!", ".", *WORDS]
        vocab = [*tokens, *(f"##{c}" for c in LETTERS), *words]
        return made(vocab=_numbered(vocab), do_lower_case=True, model_max_length=longest)
    if family == "roberta":
        letters = sorted(pre_tokenizers.ByteLevel.alphabet())
        vocab = ["<s>", "<pad>", "</s>", "<unk>", *letters, "<mask>"]
        return made(vocab=_numbered(vocab), merges=[], model_max_length=64)
    specials = {
        "albert": ["<pad>", "<unk>", "[CLS]", "[SEP]", "[MASK]"],
        "xlm-roberta": ["<s>", "<pad>", "</s>", "<unk>", "<mask>"],
    }[family]
    pieces = [f"▁{word}" for word in WORDS] + ["▁", "!", ".", *LETTERS]
    scored = [(x, 0.0) for x in specials] + [(x, -float(len(x) < 2)) for x in pieces]
    return made(vocab=list(dict(scored).items()), model_max_length=64)


def _numbered(tokens: list[str]) -> dict[str, int]:
    return {token: n for n, token in enumerate(dict.fromkeys(tokens))}


FAMILIES = {
    "bert": ("BertForSequenceClassification", "BertTokenizer"),
    "albert": ("AlbertForSequenceClassification", "AlbertTokenizer"),
    "roberta": ("RobertaForSequenceClassification", "RobertaTokenizer"),
    "xlm-roberta": ("XLMRobertaForSequenceClassification", "XLMRobertaTokenizer"),
}


def a_tiny(
    folder: Path,
    *,
    family: str = "bert",
    classes: tuple[str, ...] = ORIGINAL,
    outputs: int | None = None,
    positions: int = 64,
    limited: bool = True,
    spread: float = 0.6,
    hidden: int = 32,
    layers: int = 2,
    heads: int = 4,
    inner: int = 37,
    words: Sequence[str] = (),
    longest: int = 64,
) -> Tiny:
    """Makes a tiny model. ``outputs`` beyond the classes are identity outputs, as published;
    without ``limited`` its tokenizer does not say how long a text may be. With ``hidden`` 768,
    ``layers`` and ``heads`` 12 and ``inner`` 3072 it is as large as the published ones."""
    import torch
    import transformers

    model_name, tokenizer_name = FAMILIES[family]
    tokenizer = a_tokenizer(family, words, longest)
    model_class = getattr(transformers, model_name)
    count = len(classes) if outputs is None else outputs
    offset = 2 if "roberta" in family else 0
    config = model_class.config_class(
        vocab_size=len(tokenizer),
        hidden_size=hidden,
        embedding_size=16,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        intermediate_size=inner,
        max_position_embeddings=positions + offset,
        pad_token_id=tokenizer.pad_token_id,
        num_labels=count,
        initializer_range=spread,
        type_vocab_size=2 if family == "bert" else 1,
    )
    model = model_class(config)
    place = folder / "config"
    place.mkdir(parents=True)
    told = json.loads(config.to_json_string())
    told.pop("id2label", None)
    told.pop("label2id", None)
    told |= {"num_labels": count, "model_type": family}
    (place / "config.json").write_text(json.dumps(told))
    if not limited:
        tokenizer.model_max_length = int(1e30)
    tokenizer.save_pretrained(str(place))
    arguments = {
        "model_type": f"somebody/{family}-of-a-hub",
        "model_name": model_name,
        "tokenizer_name": tokenizer_name,
        "num_classes": count,
    }
    dataset: dict[str, Any] = {"classes": list(classes)}
    if count > len(classes):
        dataset["identity_classes"] = list(GROUPS)
    held = {
        "state_dict": dict(model.state_dict()),
        "config": {"arch": {"args": arguments}, "dataset": {"args": dataset}},
    }
    checkpoint = folder / "tiny.ckpt"
    torch.save(held, checkpoint)
    return Tiny(checkpoint, place)


def an_unbiased(folder: Path) -> Tiny:
    """The published form of `unbiased`: seven classes named, sixteen outputs."""
    return a_tiny(folder, family="roberta", classes=SEVEN, outputs=16)


def own_detoxify(tiny: Tiny) -> Any:
    """The package's own Detoxify with the same weights: its own loading, its own predict."""
    import torch
    from detoxify import Detoxify

    held = torch.load(tiny.checkpoint, weights_only=True)
    held["config"]["arch"]["args"]["model_type"] = str(tiny.config)
    local = tiny.checkpoint.with_name("local.ckpt")
    torch.save(held, local)
    return Detoxify(checkpoint=str(local), huggingface_config_path=str(tiny.config))
