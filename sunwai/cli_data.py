"""Verbs of collection: init, collect, sources, demo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from sunwai.cli import AsJson, BadUsage, Failed, app, house, say

if TYPE_CHECKING:
    from data.model import Source, Sweep

sources_app = typer.Typer(help="The pages and file feeds that are watched.", no_args_is_help=True)
demo_app = typer.Typer(help="An invented organisation to try the program with.")
app.add_typer(sources_app, name="sources")
app.add_typer(demo_app, name="demo")


@app.command()
def init(as_json: AsJson = False) -> None:
    """Make the database (or bring it up to date), with the default policy and themes."""
    from sunwai.setting_up import set_up

    made = set_up(house())
    result = {
        "database": made.database,
        "schema": made.schema,
        "policy": made.policy,
        "themes": made.themes,
    }
    say(
        result,
        as_json,
        f"{made.database}: schema {made.schema}, policy {made.policy}, {made.themes} themes",
    )


@app.command()
def collect(
    source: Annotated[str | None, typer.Option(help="Only this source.")] = None,
    whole: Annotated[
        bool, typer.Option("--whole", help="The whole page, not what is new.")
    ] = False,
    believe_gone: Annotated[
        bool,
        typer.Option(
            "--believe-gone",
            help="With --source and --whole: you looked, and so many comments really are gone.",
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Sweep the watched pages now. A failed sweep is a record too, and exit code 1."""
    from data.model import SourceMode, SweepKind, SweepOutcome
    from data.store import sources as rows
    from sunwai.collecting import collect_source
    from sunwai.lanes import by_hand

    if believe_gone and (source is None or not whole):
        raise BadUsage("--believe-gone is said of one page and all of it: --source NAME --whole")
    kind = SweepKind.RESCAN if whole else SweepKind.LIVE
    home = house()
    now = home.clock()
    with home.ready_db.read() as tx:
        known = rows.list_sources(tx)
    if source is not None and source not in {s.name for s in known}:
        raise BadUsage(f"--source {source}: there is no such source. See: sunwai sources list")
    wanted = [s for s in known if source in (None, s.name) and s.mode is SourceMode.API]
    swept = [
        (s, collect_source(home, s, kind, slot=by_hand(s, now), trust_absence=believe_gone))
        for s in wanted
        if not s.paused and s.closed is None
    ]
    lines = [_sweep_line(s, w) for s, w in swept]
    result = {"sweeps": [_sweep_facts(s, w) for s, w in swept]}
    say(result, as_json, "\n".join(lines) or "no page is pulled by schedule; import export files")
    if any(w.outcome is not SweepOutcome.COMPLETE for _, w in swept):
        raise typer.Exit(1)


def _sweep_facts(source: Source, sweep: Sweep) -> dict[str, Any]:
    names = ("read", "new", "revised", "unchanged", "rejected")
    counts = {name: getattr(sweep.tally, name) for name in names}
    outcome = sweep.outcome.value
    return {"source": source.name, "outcome": outcome, **counts, "error": sweep.error}


def _sweep_line(source: Source, sweep: Sweep) -> str:
    tally = sweep.tally
    line = f"{source.name}: {sweep.outcome.value}, read {tally.read}, new {tally.new}"
    return f"{line}: {sweep.error}" if sweep.error else line


# ------------------------------------------------------------------------------ sources


@sources_app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List the sources with their last complete sweep."""
    from data.store import sources as rows
    from data.store import sweeps

    home = house()
    with home.ready_db.read() as tx:
        found = [(s, sweeps.last_complete(tx, s.id)) for s in rows.list_sources(tx)]
    listed = [
        {
            "name": s.name,
            "platform": s.platform.value,
            "mode": s.mode.value,
            "title": s.title,
            "paused": s.paused,
            "closed": s.closed is not None,
            "stopped": s.stopped_why,
            "write_back": s.write_back.value,
            "last_complete_sweep": None if w is None else w.started_at.isoformat(),
        }
        for s, w in found
    ]
    lines = [
        f"{x['name']}: {x['platform']} ({x['mode']}), last complete sweep "
        f"{x['last_complete_sweep'] or 'never'}"
        f"{', paused' if x['paused'] else ''}{', closed' if x['closed'] else ''}"
        + (f", stopped: {x['stopped']}" if x["stopped"] else "")
        for x in listed
    ]
    say({"sources": listed}, as_json, "\n".join(lines) or "no source yet")


@sources_app.command("add")
def add(
    name: Annotated[str, typer.Argument(help="A short name without blanks.")],
    platform: Annotated[str, typer.Option(help="facebook, instagram, youtube, x, mock, …")],
    title: Annotated[str, typer.Option(help="The page's name, as people know it.")] = "",
    address: Annotated[str, typer.Option(help="Address of the platform's service.")] = "",
    account: Annotated[
        str, typer.Option(help="The page's, channel's or account's id at the platform.")
    ] = "",
    mode: Annotated[str, typer.Option(help="export (files) or api (pulled)")] = "export",
) -> None:
    """Add a page: fed by export files, or pulled by schedule."""
    from data.model import Platform, SourceMode
    from sunwai.connectors import why_not_pulled
    from sunwai.importing import add_source

    try:
        kind, how = Platform(platform), SourceMode(mode)
    except ValueError as error:
        raise BadUsage(f"{error}; see: sunwai sources add --help") from error
    problem = why_not_pulled(name, kind, account, address) if how is SourceMode.API else ""
    if problem:
        raise BadUsage(problem)
    add_source(
        house(),
        name=name,
        platform=kind,
        mode=how,
        title=title,
        address=address,
        account=account,
    )
    print(f"{name} is watched")


def _set_paused(name: str, paused: bool) -> None:
    from data.store import audit
    from data.store import sources as rows
    from sunwai.collecting import go_on

    home = house()
    with home.ready_db.write() as tx:
        found = rows.source_by_name(tx, name)
        if found is None:
            raise BadUsage(f"there is no source {name}. See: sunwai sources list")
        rows.set_paused(tx, found.id, paused)
        verb = "source.pause" if paused else "source.resume"
        audit.note(tx, actor="command line", verb=verb, object=f"source:{name}", now=home.clock())
        if not paused:
            go_on(tx, found, "resumed", now=home.clock(), actor="command line")
    print(f"{name} is {'paused' if paused else 'watched again'}")


@sources_app.command()
def pause(name: str) -> None:
    """Stop pulling a page; its gap is shown while it lasts."""
    _set_paused(name, True)


@sources_app.command()
def resume(name: str) -> None:
    """Pull a paused page again, or one that was stopped by a failure that is mended."""
    _set_paused(name, False)


@sources_app.command("own")
def own(
    name: str,
    handles: Annotated[list[str], typer.Argument(help="Handles, names or ids of the account.")],
) -> None:
    """Say which account is the page's own: what it writes is not judged as the public's."""
    from data.store import audit
    from data.store import sources as rows

    home = house()
    with home.ready_db.write() as tx:
        found = rows.source_by_name(tx, name)
        if found is None:
            raise BadUsage(f"there is no source {name}. See: sunwai sources list")
        rows.set_own_names(tx, found.id, handles)
        audit.note(
            tx, actor="command line", verb="source.own", object=f"source:{name}", now=home.clock()
        )
    print(f"{name}: own account {', '.join(handles)}")


@sources_app.command("write-back")
def write_back(
    name: str,
    mode: Annotated[str, typer.Argument(help="off, dry_run (show the request only) or on")],
) -> None:
    """Say whether decisions on a page are carried out there, only shown, or left to hands."""
    from data.model import WriteBack
    from data.store import audit
    from data.store import sources as rows

    try:
        wanted = WriteBack(mode)
    except ValueError:
        raise BadUsage(f"{mode}: it is one of {', '.join(WriteBack)}.") from None
    home = house()
    with home.ready_db.write() as tx:
        found = rows.source_by_name(tx, name)
        if found is None:
            raise BadUsage(f"there is no source {name}. See: sunwai sources list")
        rows.set_write_back(tx, found.id, wanted)
        audit.note(
            tx,
            actor="command line",
            verb="source.write_back",
            object=f"source:{name}",
            now=home.clock(),
            detail={"write_back": wanted.value},
        )
    print(f"{name}: write-back is {wanted.value}")


# ------------------------------------------------------------------------------ demo


@demo_app.command("load")
def demo_load(
    as_json: AsJson = False,
    if_empty: Annotated[
        bool, typer.Option("--if-empty", help="Leave a database with sources of its own as it is.")
    ] = False,
) -> None:
    """Load the invented organisation: users, pages with thirty days of past, a mock platform."""
    from sunwai.demo import OtherSources, load_demo
    from sunwai.setting_up import set_up

    home = house()
    try:
        told = load_demo(home)
    except OtherSources as error:
        if not if_empty:
            raise Failed(str(error)) from error
        set_up(home)
        say({"kept": True}, as_json, "your own sources are here; no sample is loaded")
        return
    say(told.as_object(), as_json, told.as_text)


@demo_app.command("platform")
def demo_platform() -> None:
    """Serve the mock platform that the sample organisation's live page stands on."""
    from sunwai.demo import serve_platform

    serve_platform(house())
