"""Toxicity engines by name; kept apart from the wiring so that judging a file loads little."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from moderation.signals.engine import ToxicityEngine


def build_engine(name: str, models: Path) -> tuple[ToxicityEngine | None, str]:
    """(engine, "") or (None, why there is none): an engine that cannot be loaded leaves every
    comment *not checked*, with the reason, and never clean. ``models`` holds imported weights."""
    built = _built(name, models)
    # The model and its words live as long as the process: the collector need not walk them again
    # and again. Measured: a quarter of the time to judge and keep a comment.
    gc.freeze()
    return built


def _built(name: str, models: Path) -> tuple[ToxicityEngine | None, str]:
    from moderation.models.modelfile import ModelDamaged
    from moderation.signals.builtin import load_builtin

    try:
        if name == "builtin":
            return load_builtin(), ""
    except ModelDamaged as error:
        return None, str(error)
    from moderation.signals.both import load_both
    from moderation.signals.detoxify_engine import load_detoxify
    from moderation.signals.detoxify_store import EngineAbsent

    try:
        return (load_both(models) if name == "both" else load_detoxify(models)), ""
    except (ModelDamaged, EngineAbsent) as error:
        return None, str(error)
