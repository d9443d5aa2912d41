"""The command line: each verb parses, wires, calls one function, prints the tally.

Exit codes are a contract: 0 done, 1 failed, 2 wrong usage or settings. With --json a verb prints
one JSON object on standard output and nothing else there. Heavy imports wait inside the verbs.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.main import get_command

from sunwai.failing import Failed as Failed
from sunwai.failing import in_a_sentence

if TYPE_CHECKING:
    from sunwai.settings import Settings
    from sunwai.wiring import House

app = typer.Typer(
    name="sunwai",
    help="Sunwai keeps a public organisation's own pages clean and hears what the public says.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # rich costs half of the time that --help takes
)
# The modules that add verbs; imported by main() so that importing this one stays light.
VERBS = (
    "cli_calibrate",
    "cli_data",
    "cli_decide",
    "cli_import",
    "cli_judge",
    "cli_models",
    "cli_outbox",
    "cli_policy",
    "cli_rehearse",
    "cli_run",
    "cli_sources",
    "cli_webhooks",
)
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]


def main() -> None:
    """Every verb: known failures become one sentence and an exit code."""
    for verbs in VERBS:
        import_module(f"sunwai.{verbs}")
    with in_a_sentence():
        if sys.argv[1:] == ["--help"]:
            _help()
        else:
            app()


def _help() -> None:
    """What --help prints, without the pydantic that typer loads to parse a line: half the time."""
    command = get_command(app)
    print(command.get_help(typer.Context(command, info_name="sunwai")))


class BadUsage(typer.BadParameter):
    """What was typed cannot be; exit code 2."""


# ------------------------------------------------------------------------------ for all verbs


def settings() -> Settings:
    """The settings, with logging set up by them."""
    from sunwai import logs
    from sunwai.settings import load

    found = load()
    logs.set_up(found.text("log.level"))
    return found


def house() -> House:
    """The wired program."""
    from sunwai.wiring import House

    return House(settings=settings())


def say(result: Mapping[str, Any], as_json: bool, sentence: str | Callable[[], str]) -> None:
    """Prints the result as one JSON object, or as a sentence."""
    if as_json:
        print(json.dumps(result, ensure_ascii=False, default=str))
    else:
        print(sentence if isinstance(sentence, str) else sentence())


@contextmanager
def refused_as_failure(*kinds: type[Exception]) -> Generator[None]:
    """What the rooms refuse becomes this verb's failure, with their own sentence."""
    try:
        yield
    except kinds as error:
        raise Failed(str(error)) from error


def existing(path: Path) -> Path:
    """The path, if a file is there."""
    if not path.is_file():
        what = "is a folder" if path.is_dir() else "does not exist"
        raise BadUsage(f"{path} {what}; give the path of a file.")
    return path
