"""The engines' models on this machine: what is there, whether it is whole, taking one in."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from data.model import Language
from moderation.signals.builtin import HEADS, load_builtin
from moderation.signals.detoxify_engine import DetoxifyEngine, TorchForward
from moderation.signals.detoxify_int8 import BOUND, MODEL, Int8Forward, difference, make_int8
from moderation.signals.detoxify_loader import Loaded, load_checkpoint
from moderation.signals.detoxify_store import (
    CHECKPOINT,
    CONFIG,
    StoredModel,
    check_checksum,
    copy_in,
    damage,
    put_in_place,
    stored_models,
)
from moderation.signals.detoxify_variants import CheckpointRefused
from moderation.signals.engine import ModelDamaged

_SAMPLE = ("thank you for the clean street", "you are an idiot and a liar", "no water since Monday")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One model as it is listed. ``used`` marks the one that its engine loads; ``damage`` says in
    a sentence for each file what is wrong with it (None: not looked at)."""

    engine: str
    variant: str
    version: str
    languages: tuple[str, ...]
    labels: tuple[str, ...]
    imported_at: str
    used: bool
    damage: tuple[str, ...] | None = None


def listed(models: Path, *, verify: bool = False) -> list[Listed]:
    """The shipped model, then the imported ones, the one in use first. ``verify`` hashes all."""
    shelf = stored_models(models)
    return [_builtin(), *(_imported(m, n == 0, verify) for n, m in enumerate(shelf))]


def _builtin() -> Listed:
    version, languages, wrong = "", (), ()
    try:
        engine = load_builtin()  # checks its sha256
        version = engine.version
        languages = tuple(str(x) for x in getattr(engine, "tongues", ()))
    except ModelDamaged as fault:
        wrong = (str(fault),)
    return Listed(
        engine="builtin",
        variant="builtin",
        version=version,
        languages=languages,
        labels=HEADS,
        imported_at="",
        used=not wrong,
        damage=wrong,
    )


def _imported(model: StoredModel, newest: bool, verify: bool) -> Listed:
    found = tuple(damage(model)) if verify or model.problem else None
    return Listed(
        engine="detoxify",
        variant=model.variant,
        version=model.version if model.files else "",
        languages=model.languages,
        labels=model.labels,
        imported_at=model.imported_at,
        used=newest and not model.problem,
        damage=found,
    )


def import_detoxify(
    models: Path,
    checkpoint: Path,
    config: Path,
    sha256: str,
    *,
    now: datetime,
    int8: bool = False,
) -> StoredModel:
    """Copies a checkpoint and its configuration in, loads the copy, tries it, keeps it.

    With ``int8`` its small form is made too, and refused if it scores otherwise.
    Raises CheckpointRefused, EngineAbsent (no torch) or OSError; then nothing has changed.
    """
    check_checksum(checkpoint, sha256)
    draft = copy_in(models, checkpoint, config)
    try:
        loaded = load_checkpoint(draft / CHECKPOINT, draft / CONFIG, sha256)
        _try_out(DetoxifyEngine(loaded, "on trial"))
        if int8:
            _make_small(loaded, draft)
        variant = loaded.variant
        return put_in_place(
            draft,
            variant=variant.name,
            labels=loaded.labels,
            languages=variant.languages,
            now=now,
        )
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _try_out(engine: DetoxifyEngine) -> None:
    for score in engine.score(_SAMPLE, [Language.EN] * len(_SAMPLE)):
        if score.toxicity is None:
            raise CheckpointRefused(f"the model was loaded but does not judge: {score.note}")


def _make_small(loaded: Loaded, draft: Path) -> None:
    make_int8(loaded, draft)
    small = Int8Forward(draft / MODEL, loaded.tokenizer.pad_token_id, len(loaded.labels))
    gap = difference(loaded, TorchForward(loaded), small)
    if not gap <= BOUND:
        raise CheckpointRefused(
            f"its int8 form scores up to {gap:.3f} otherwise on a sample, and {BOUND} is the "
            "most that is allowed; import it without --int8"
        )
