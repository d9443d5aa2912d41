"""Verbs that connect a page: its token, a test of its access, and reading its past."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sunwai.cli import AsJson, BadUsage, Failed, house, refused_as_failure, say
from sunwai.cli_data import sources_app

if TYPE_CHECKING:
    from data.db import Tx
    from data.model import Source
    from data.store.access import AccessCheck
    from sunwai.credentials import Part
    from sunwai.wiring import House

BY = "command line"


def _found(home: House, name: str) -> Source:
    from data.model import SourceMode
    from data.store import sources as rows

    with home.ready_db.read() as tx:
        source = rows.source_by_name(tx, name)
    if source is None:
        raise BadUsage(f"there is no source {name}. See: sunwai sources list")
    if source.mode is not SourceMode.API:
        raise BadUsage(f"{name} is fed by export files; it needs no access.")
    return source


# ------------------------------------------------------------------------------ test


@sources_app.command("test")
def test(name: str, as_json: AsJson = False) -> None:
    """Ask the platform whether a page's access works, and say in words what is missing."""
    from collectors.base import CollectError
    from sunwai.credentials import CannotOpen
    from sunwai.watching import check_access

    home = house()
    source = _found(home, name)
    with refused_as_failure(CannotOpen, CollectError):
        _refuse_missing_access(home, source)
        check = check_access(home, source)
        if check is None:
            check = _by_sweep(home, source)
    say(_as_object(source, check), as_json, lambda: _told(source, check))
    if not check.ok or check.problems:
        raise typer.Exit(1)


def _refuse_missing_access(home: House, source: Source) -> None:
    from sunwai.credentials import is_enough, wanted_words

    parts = home.lines.credentials.of(source)
    if not is_enough(source.platform, parts):
        have = ", ".join(sorted(parts)) or "nothing"
        raise Failed(
            f"{source.name}: its access is not whole: there is {have}; {source.platform.value} "
            f"takes {wanted_words(source.platform)}. Store it: sunwai sources token {source.name}"
        )


def _by_sweep(home: House, source: Source) -> AccessCheck:
    """For a platform that knows no question about an access: reading is the test."""
    from data.model import SweepOutcome
    from data.store.access import AccessCheck
    from sunwai.collecting import collect_source

    sweep = collect_source(home, source)
    problems = (sweep.error,) if sweep.error else ()
    good = sweep.outcome is SweepOutcome.COMPLETE
    return AccessCheck(source_id=source.id, at=home.clock(), ok=good, problems=problems)


def _as_object(source: Source, check: AccessCheck) -> dict[str, Any]:
    return {
        "source": source.name,
        "ok": check.ok,
        "account": check.account,
        "ends_at": None if check.ends_at is None else check.ends_at.isoformat(),
        "scopes": list(check.scopes),
        "missing": list(check.missing),
        "problems": list(check.problems),
    }


def _told(source: Source, check: AccessCheck) -> str:
    whose = f" as {check.account}" if check.account else ""
    words = {
        True: "the access reads, but does not do all that is needed",
        False: "the access does not work",
        None: "the platform could not be asked",
    }[check.ok]
    if check.ok and not check.problems:
        words = "the access works"
    lines = [f"{source.name}: {words}{whose}"]
    if check.ends_at is not None:
        lines.append(f"  it ends on {check.ends_at:%Y-%m-%d %H:%M} UTC")
    if check.scopes:
        lines.append(f"  permissions: {', '.join(check.scopes)}")
    if check.missing:
        lines.append(f"  missing: {', '.join(check.missing)}")
    return "\n".join([*lines, *(f"  {problem}" for problem in check.problems)])


# ------------------------------------------------------------------------------ token


@sources_app.command("token")
def token(
    name: str,
    part: Annotated[
        str | None,
        typer.Option(
            help="token, refresh_token, client_id, client_secret, app_secret or api_key. By "
            "default what the platform mostly needs."
        ),
    ] = None,
    forget: Annotated[bool, typer.Option("--forget", help="Delete what is stored.")] = False,
) -> None:
    """Store a part of a page's access, sealed. It is typed at a prompt or read from standard input,
    never given as a word of the command."""
    from sunwai.credentials import GIVEN, USUAL
    from sunwai.credentials import Part as Known

    home = house()
    source = _found(home, name)
    if part is not None and part not in GIVEN:
        raise BadUsage(f"--part {part}: it is one of {', '.join(GIVEN)}.")
    chosen = Known(part) if part else USUAL.get(source.platform, Known.TOKEN)
    if forget:
        print(_forgotten(home, source, Known(part) if part else None))
        return
    _store(home, source, chosen, _typed(f"{chosen.value} of {name}: "))
    print(f"{name}: {chosen.value} is stored, sealed. Try it: sunwai sources test {name}")
    if chosen.value in home.lines.credentials.from_environment_of(source):
        print("note: the environment gives another one, and that one is used")


def _typed(prompt: str) -> str:
    """One line from the keyboard, unseen, or from standard input."""
    if sys.stdin.isatty():
        from getpass import getpass

        value = getpass(prompt)
    else:
        value = sys.stdin.readline()
    value = value.strip()
    if not value or any(c.isspace() or not c.isprintable() for c in value):
        raise BadUsage("nothing was given, or it holds blanks; give the one line that it is.")
    return value


def _store(home: House, source: Source, part: Part, value: str) -> None:
    from data.store import audit
    from sunwai.collecting import go_on

    now = home.clock()
    with home.ready_db.write() as tx:
        home.lines.credentials.store(tx, source, part, value, now=now)
        audit.note(
            tx,
            actor="command line",
            verb="source.token",
            object=f"source:{source.name}",
            now=now,
            detail={"part": part.value},
        )
        go_on(tx, source, "a new access was stored", now=now, actor="command line")


def _forgotten(home: House, source: Source, part: Part | None) -> str:
    from data.store import audit

    now = home.clock()
    with home.ready_db.write() as tx:
        gone = home.lines.credentials.forget(tx, source, part)
        audit.note(
            tx,
            actor="command line",
            verb="source.token_forgotten",
            object=f"source:{source.name}",
            now=now,
        )
    return f"{source.name}: {gone} stored part{'' if gone == 1 else 's'} deleted"


# ------------------------------------------------------------------------------ backfill


@sources_app.command("backfill")
def backfill(name: str, as_json: AsJson = False) -> None:
    """Read what was on a page before it was watched. Broken off, it goes on where it was."""
    from data.model import SweepKind, SweepOutcome
    from data.store import sources as rows
    from data.store import sweeps
    from sunwai.collecting import collect_source
    from sunwai.lanes import by_hand

    home = house()
    asked = _found(home, name)
    with home.ready_db.read() as tx:
        before = sweeps.last_complete(tx, asked.id, [SweepKind.BACKFILL])
    # One that is whole is done anew; one that broke off goes on behind what it had read.
    since = asked.created_at if before is None or before.ended_at is None else before.ended_at
    sweep = collect_source(home, asked, SweepKind.BACKFILL, slot=by_hand(asked, since))
    with home.ready_db.read() as tx:
        source = rows.source_by_name(tx, name)
    reach = source.history_from if source is not None else None
    result = {
        "outcome": sweep.outcome.value,
        "read": sweep.tally.read,
        "new": sweep.tally.new,
        "history_from": None if reach is None else reach.isoformat(),
        "error": sweep.error,
    }
    words = f"{name}: {sweep.outcome.value}, read {sweep.tally.read}, new {sweep.tally.new}"
    if reach is not None:
        words += f"; history incomplete before {reach:%Y-%m-%d}: the platform gives nothing older"
    say(result, as_json, words + (f": {sweep.error}" if sweep.error else ""))
    if sweep.outcome is not SweepOutcome.COMPLETE:
        raise typer.Exit(1)


# ------------------------------------------------------------------------------ close, reopen


@sources_app.command("close")
def close(
    name: str, why: Annotated[str, typer.Option(help="The reason, which stands in the log.")]
) -> None:
    """Close a source: it is swept no more and no gap is told from now on. Its comments stay."""
    from data.store import closing

    if not why.strip():
        raise BadUsage("--why: say why the source is closed.")
    home = house()
    with home.ready_db.write() as tx:
        source = _any_source(tx, name)
        done = closing.close(tx, source, by=BY, why=why.strip()[:300], now=home.clock())
    print(f"{name} is closed" if done else f"{name} was closed before")


@sources_app.command("reopen")
def reopen(name: str) -> None:
    """Watch a closed source again from now on."""
    from data.store import closing

    home = house()
    with home.ready_db.write() as tx:
        done = closing.reopen(tx, _any_source(tx, name), by=BY, now=home.clock())
    print(f"{name} is watched again" if done else f"{name} was not closed")


def _any_source(tx: Tx, name: str) -> Source:
    from data.store import sources as rows

    found = rows.source_by_name(tx, name)
    if found is None:
        raise BadUsage(f"there is no source {name}. See: sunwai sources list")
    return found
