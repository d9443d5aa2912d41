"""Verbs of the engines' models: list, verify, import."""

from __future__ import annotations

import string
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sunwai.cli import AsJson, BadUsage, app, existing, refused_as_failure, say, settings

if TYPE_CHECKING:
    from sunwai.models import Listed

models_app = typer.Typer(help="The models that judge toxicity.", no_args_is_help=True)
app.add_typer(models_app, name="models")
_SHA256_LETTERS = 64


@models_app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List the shipped model and the imported ones; of several, the newest is used."""
    from sunwai.models import listed

    found = listed(settings().models)
    result = {"models": [asdict(m) for m in found]}
    say(result, as_json, lambda: "\n".join(_line(m) for m in found))


@models_app.command()
def verify(as_json: AsJson = False) -> None:
    """Hash every file of every model again; exit code 1 when one is not as it was."""
    from sunwai.models import listed

    found = listed(settings().models, verify=True)
    result = {"models": [asdict(m) for m in found], "ok": not any(m.damage for m in found)}
    say(result, as_json, lambda: "\n".join(_verdict(m) for m in found))
    if not result["ok"]:
        raise typer.Exit(1)


@models_app.command("import")
def import_(
    engine: Annotated[str, typer.Argument(help="detoxify")],
    checkpoint: Annotated[Path, typer.Argument(help="A published Detoxify checkpoint (.ckpt).")],
    config: Annotated[Path, typer.Option(help="Folder with config.json and tokenizer.json.")],
    sha256: Annotated[str, typer.Option(help="The checkpoint's sha256, as its giver tells it.")],
    int8: Annotated[
        bool, typer.Option("--int8", help="Judge with a small, fast form, if it scores alike.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Take a model in: checked against its sha256, loaded without running code, tried, kept."""
    from moderation.signals.detoxify_store import EngineAbsent
    from moderation.signals.detoxify_variants import CheckpointRefused
    from sunwai.clock import now
    from sunwai.models import import_detoxify

    if engine != "detoxify":
        raise BadUsage(f"{engine}: only models for the detoxify engine are imported.")
    _check_hex(sha256)
    if not config.is_dir():
        raise BadUsage(f"--config {config}: there is no such folder.")
    folder = settings().models
    with refused_as_failure(CheckpointRefused, EngineAbsent):
        given = existing(checkpoint)
        kept = import_detoxify(folder, given, config, sha256, now=now(), int8=int8)
    result = {
        "engine": "detoxify",
        "variant": kept.variant,
        "version": kept.version,
        "languages": kept.languages,
        "folder": str(kept.folder),
    }
    told = f"detoxify {kept.version} is kept in {kept.folder}; it judges "
    say(result, as_json, f"{told}{', '.join(kept.languages)}")


def _check_hex(sha256: str) -> None:
    wanted = sha256.strip()
    if len(wanted) != _SHA256_LETTERS or set(wanted) - set(string.hexdigits):
        raise BadUsage(f"--sha256 {sha256}: a sha256 is 64 letters of 0-9 and a-f.")


def _line(model: Listed) -> str:
    if model.damage:
        return f"{model.engine} {model.variant}: damaged: {'; '.join(model.damage)}"
    used = ", in use" if model.used else ""
    when = f", imported {model.imported_at}" if model.imported_at else ""
    return f"{model.engine} {model.version}: {', '.join(model.languages)}{when}{used}"


def _verdict(model: Listed) -> str:
    return _line(model) if model.damage else f"{_line(model)}: whole"
