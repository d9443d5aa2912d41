"""The models folder: imported Detoxify models, each with a manifest of what it is made of.

``FOLDER/detoxify/VARIANT/`` holds ``checkpoint.ckpt``, ``config/`` (configuration and tokenizer)
and ``manifest.json`` with the sha256 of every file. Nothing here needs torch.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from data.model import utc
from moderation.signals.detoxify_variants import CheckpointRefused

ENGINE = "detoxify"
CHECKPOINT = "checkpoint.ckpt"
CONFIG = "config"
MANIFEST = "manifest.json"
# Everything that a tokenizer or configuration of these models reads; nothing else is copied.
CONFIG_FILES = (
    "config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.txt",
    "vocab.json",
    "merges.txt",
    "spiece.model",
    "sentencepiece.bpe.model",
)
_NEEDED = ("config.json", "tokenizer.json")
HOW_TO_IMPORT = "sunwai models import detoxify CHECKPOINT --config FOLDER --sha256 HEX"


class EngineAbsent(RuntimeError):
    """An engine cannot be had; the message says why and what to do. Nothing was judged by it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredModel:
    """One imported model. ``problem`` says why it cannot be used (its manifest is damaged)."""

    folder: Path
    variant: str
    labels: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    imported_at: str = ""
    files: Mapping[str, str] = field(default_factory=dict[str, str])
    problem: str = ""

    @property
    def checkpoint(self) -> Path:
        return self.folder / CHECKPOINT

    @property
    def config(self) -> Path:
        return self.folder / CONFIG

    @property
    def version(self) -> str:
        """Variant and a digest of every file: another tokenizer is another version."""
        lines = "".join(f"{name} {sha}\n" for name, sha in sorted(self.files.items()))
        return f"{self.variant}+{hashlib.sha256(lines.encode()).hexdigest()[:12]}"


def file_sha256(path: Path) -> str:
    """Hex sha256 of a file's bytes. Raises OSError."""
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def check_checksum(checkpoint: Path, sha256: str) -> None:
    """Raises CheckpointRefused when the file is not the one that was meant."""
    found = file_sha256(checkpoint)
    if found != sha256.strip().lower():
        raise other_file(checkpoint, found, sha256)


def other_file(checkpoint: Path, found: str, meant: str) -> CheckpointRefused:
    """The refusal of a file with another sha256 than was meant."""
    return CheckpointRefused(
        f"{checkpoint.name}: sha256 is {found}, not {meant}; the file is another one or was "
        "damaged on its way; fetch it again"
    )


def stored_models(models: Path) -> list[StoredModel]:
    """What was imported into the models folder, the newest first: that one is used."""
    shelf = models / ENGINE
    folders = sorted(p for p in shelf.iterdir() if _is_model(p)) if shelf.is_dir() else []
    found = [_read(folder) for folder in folders]
    return sorted(found, key=lambda m: (not m.problem, m.imported_at), reverse=True)


def _is_model(folder: Path) -> bool:
    return folder.is_dir() and not folder.name.startswith(".")


def model_in_use(models: Path) -> StoredModel:
    """The newest sound one. Raises EngineAbsent when none was imported or all are damaged."""
    found = stored_models(models)
    if not found:
        raise EngineAbsent(f"no detoxify model is imported; import one: {HOW_TO_IMPORT}")
    if found[0].problem:
        raise EngineAbsent(f"detoxify {found[0].variant}: {found[0].problem}; {_AGAIN}")
    return found[0]


_AGAIN = f"import it again: {HOW_TO_IMPORT}"


def _read(folder: Path) -> StoredModel:
    try:
        told = cast("dict[str, Any]", json.loads((folder / MANIFEST).read_text("utf-8")))
        return StoredModel(
            folder=folder,
            variant=str(told["variant"]),
            labels=tuple(str(x) for x in told["labels"]),
            languages=tuple(str(x) for x in told["languages"]),
            imported_at=str(told["imported_at"]),
            files={str(k): str(v) for k, v in dict(told["files"]).items()},
        )
    except (OSError, ValueError, KeyError, TypeError) as fault:
        problem = f"{MANIFEST} cannot be read ({type(fault).__name__})"
        return StoredModel(folder=folder, variant=folder.name, problem=problem)


def damage(model: StoredModel, *, but: tuple[str, ...] = ()) -> list[str]:
    """What is not as it was imported, in a sentence for each file; none for a sound model.

    Files named in ``but`` are not looked at. A file too many counts: a tokenizer reads it.
    """
    if model.problem:
        return [model.problem]
    there = {p.relative_to(model.folder).as_posix() for p in model.folder.rglob("*") if p.is_file()}
    found = [
        f"{name}: does not belong to this model"
        for name in sorted(there - {*model.files, MANIFEST})
    ]
    for name, sha in sorted(model.files.items()):
        if name in but:
            continue
        if name not in there:
            found.append(f"{name}: is missing")
        elif file_sha256(model.folder / name) != sha:
            found.append(f"{name}: sha256 differs from the one it was imported with")
    return found


def check_config_folder(config: Path) -> None:
    """Raises CheckpointRefused when a file that every model needs is not there."""
    for name in _NEEDED:
        if not (config / name).is_file():
            raise CheckpointRefused(
                f"{config}: there is no {name}; give the folder that holds the model's "
                f"{' and '.join(_NEEDED)} (the whole tokenizer in one file)"
            )


def copy_in(models: Path, checkpoint: Path, config: Path) -> Path:
    """Copies the files into a new folder that is no model yet; gives that folder."""
    check_config_folder(config)
    draft = models / ENGINE / ".importing"
    shutil.rmtree(draft, ignore_errors=True)
    (draft / CONFIG).mkdir(parents=True)
    for name in CONFIG_FILES:
        if (config / name).is_file():
            shutil.copyfile(config / name, draft / CONFIG / name)
    shutil.copyfile(checkpoint, draft / CHECKPOINT)
    return draft


def put_in_place(
    draft: Path,
    *,
    variant: str,
    labels: tuple[str, ...],
    languages: tuple[str, ...],
    now: datetime,
) -> StoredModel:
    """Makes the draft the model of its variant, in the place of an older one."""
    files = sorted(p for p in draft.rglob("*") if p.is_file())
    told = {
        "engine": ENGINE,
        "variant": variant,
        "labels": labels,
        "languages": languages,
        "imported_at": utc(now).isoformat(),
        "files": {p.relative_to(draft).as_posix(): file_sha256(p) for p in files},
    }
    (draft / MANIFEST).write_text(json.dumps(told, indent=1, sort_keys=True) + "\n", "utf-8")
    place = draft.parent / variant
    old = draft.parent / f".old-{variant}"
    shutil.rmtree(old, ignore_errors=True)
    if place.exists():
        place.rename(old)
    draft.rename(place)
    shutil.rmtree(old, ignore_errors=True)
    return _read(place)
