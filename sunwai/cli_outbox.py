"""Verbs of the way back: outbox list, show, retry, confirm, leave, sheet, compare, resume."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sunwai.cli import AsJson, BadUsage, Failed, app, house, say

if TYPE_CHECKING:
    from collections.abc import Callable

    from data.db import Tx
    from data.model import Action, Source, User

outbox_app = typer.Typer(
    help="What decisions ask of the platforms, and where each stands.", no_args_is_help=True
)
app.add_typer(outbox_app, name="outbox")
By = Annotated[str, typer.Option("--by", help="Name of the user who does it.")]
Number = Annotated[int, typer.Argument(help="The action's number, as in the list.")]
ENDINGS = (".pdf", ".xlsx", ".csv")


@outbox_app.command("list")
def list_(
    state: Annotated[str | None, typer.Option(help="Only this state, as in dry_run.")] = None,
    dead: Annotated[
        bool, typer.Option("--dead", help="What came to nothing and waits for a person.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 100,
    as_json: AsJson = False,
) -> None:
    """List actions, the newest first."""
    from data.model import EnforcementState
    from data.store import outbox, outbox_seen

    try:
        states = list(EnforcementState) if state is None else [EnforcementState(state)]
    except ValueError:
        raise BadUsage(f"--state {state}: it is one of {', '.join(EnforcementState)}.") from None
    home = house()
    with home.ready_db.read() as tx:
        if dead:
            found = outbox_seen.dead_actions(tx, limit=limit)
        else:
            found = outbox.newest_actions(tx, states=states, limit=limit)
        listed = [_told(tx, a) for a in found]
    if as_json:
        print(json.dumps(listed, ensure_ascii=False, default=str))
        return
    for x in listed:
        print(_line(x))
    if not listed:
        print("nothing here")


@outbox_app.command()
def show(action: Number, as_json: AsJson = False) -> None:
    """Show one action: each step with the exact request and the answer, without secrets."""
    from data.store import outbox

    home = house()
    with home.ready_db.read() as tx:
        found = outbox.action_by_id(tx, action)
        if found is None:
            raise BadUsage(f"there is no action {action}. See: sunwai outbox list")
        told = _told(tx, found)
        steps: list[dict[str, Any]] = [
            {
                "at": e.at,
                "state": e.state.value,
                "detail": e.detail,
                "request": e.request,
                "response": e.response,
            }
            for e in outbox.attempts_of(tx, action)
        ]
    say({**told, "steps": steps}, as_json, lambda: "\n".join([_line(told), *map(_step, steps)]))


@outbox_app.command()
def retry(action: Number, by: By) -> None:
    """Have a dead or only shown action tried again; it is put on hold anew."""
    from moderation.carrying_out.by_hand import retry_action

    _do(by, lambda tx, user, now: retry_action(tx, action, user, now=now))
    print(f"action {action} is tried again")


@outbox_app.command()
def confirm(action: Number, by: By) -> None:
    """Note that it was done by hand in the platform's own tool."""
    from moderation.carrying_out.by_hand import confirm_by_hand

    _do(by, lambda tx, user, now: confirm_by_hand(tx, action, user, now=now))
    print(f"action {action} is confirmed; the next export or sweep must prove it")


@outbox_app.command()
def leave(
    action: Number,
    by: By,
    why: Annotated[str, typer.Option(help="Why it is left as the platform shows it.")],
) -> None:
    """Leave a conflict as the platform shows it; the decision stays in the record."""
    from moderation.carrying_out.by_hand import leave_conflict

    _do(by, lambda tx, user, now: leave_conflict(tx, action, user, why, now=now))
    print(f"action {action} is left as the platform shows it")


@outbox_app.command()
def resume(
    source: Annotated[str, typer.Argument(help="The source's name.")],
    by: By,
) -> None:
    """Let writing go on after the platform had called it abuse and it was stopped."""
    from data.store import sources
    from moderation.carrying_out.by_hand import resume_writing

    home = house()
    with home.ready_db.read() as tx:
        found = sources.source_by_name(tx, source)
    if found is None:
        raise BadUsage(f"there is no source {source}. See: sunwai sources list")
    _do(by, lambda tx, user, now: resume_writing(tx, found.id, user, now=now))
    print(f"{source}: writing goes on")


@outbox_app.command()
def compare(as_json: AsJson = False) -> None:
    """Compare now what was decided with what the platforms show (the scheduler does it daily)."""
    from dataclasses import asdict

    from sunwai import jobs

    tally = asdict(jobs.compare_with_platforms(house()))
    words = ", ".join(f"{n} {k.replace('_', ' ')}" for k, n in tally.items() if n)
    say(tally, as_json, words or "nothing is due to be compared")


@outbox_app.command()
def sheet(
    file: Annotated[Path, typer.Argument(help="Written to: .pdf, .xlsx or .csv.")],
    full: Annotated[bool, typer.Option("--full", help="Texts in full, not masked.")] = False,
    source: Annotated[str | None, typer.Option(help="Only this source.")] = None,
) -> None:
    """Write the work sheet: what is to be done by hand, numbered, with links and tick boxes."""
    from analysis.masking import mask_removed
    from data.store import sources
    from moderation.platforms.work_sheet import work_sheet_rows

    if file.suffix.lower() not in ENDINGS:
        raise BadUsage(f"{file}: the sheet is written as one of {', '.join(ENDINGS)}.")
    home = house()
    with home.ready_db.read() as tx:
        found = None if source is None else sources.source_by_name(tx, source)
        if source is not None and found is None:
            raise BadUsage(f"--source {source}: there is no such source.")
        rows = work_sheet_rows(
            tx,
            source_id=None if found is None else found.id,
            mask=None if full else mask_removed,
        )
    file.write_bytes(_sheet(file.suffix.lower(), rows, masked=not full))
    print(f"{file}: {len(rows)} to do by hand")


def _sheet(ending: str, rows: Any, *, masked: bool) -> bytes:
    from moderation.platforms.work_sheet import work_sheet_csv, work_sheet_xlsx

    if ending == ".csv":
        return work_sheet_csv(rows).encode()
    if ending == ".xlsx":
        return work_sheet_xlsx(rows)
    from dashboard.outbox.work_sheet import work_sheet_pdf

    home = house()
    return work_sheet_pdf(
        rows,
        organisation=home.settings.text("organisation.name"),
        zone=home.settings.zone,
        masked=masked,
        now=home.clock(),
    )


# ------------------------------------------------------------------------------ telling


def _do(name: str, act: Callable[[Tx, User, Any], object]) -> None:
    from data.store.users import user_by_name
    from moderation.deciding.refused import Refused

    home = house()
    with home.ready_db.write() as tx:
        user = user_by_name(tx, name)
        if user is None:
            raise BadUsage(f"--by {name}: there is no such user.")
        try:
            act(tx, user, home.clock())
        except Refused as error:
            raise Failed(error.message) from error


def _told(tx: Tx, a: Action) -> dict[str, Any]:
    from data.store import outbox
    from moderation.platforms.audience import verb_of

    source = _source(tx, a)
    asked = [e.request for e in outbox.attempts_of(tx, a.id) if e.request]
    return {
        "action": a.id,
        "comment": a.comment_id,
        "source": source.name,
        "do": verb_of(source.platform, a.kind),
        "state": a.state.value,
        "since": a.state_at,
        "by_hand": a.by_hand,
        "detail": a.detail,
        "request": asked[-1] if asked else None,
    }


def _source(tx: Tx, a: Action) -> Source:
    from data.store import sources

    found = sources.source_by_id(tx, a.source_id)
    assert found is not None  # a foreign key of the action
    return found


def _line(x: dict[str, Any]) -> str:
    head = f"{x['action']}  {x['state']}  {x['do']}  {x['comment']}  {x['source']}"
    asked = f"\n    {_request_line(x['request'])}" if x["state"] == "dry_run" else ""
    return head + (f"  {x['detail']}" if x["detail"] else "") + asked


def _step(step: dict[str, Any]) -> str:
    at = step["at"].isoformat(timespec="seconds")
    lines = [f"  {at}  {step['state']}  {step['detail']}".rstrip()]
    if step["request"]:
        lines.append(f"    asked: {_request_line(step['request'])}")
    if step["response"]:
        lines.append(f"    told: {json.dumps(step['response'], ensure_ascii=False)}")
    return "\n".join(lines)


def _request_line(asked: dict[str, Any]) -> str:
    """Method, path, query and body, as they are sent."""
    from urllib.parse import urlencode

    query = urlencode(asked.get("params") or {}, doseq=True)
    line = f"{asked.get('method')} {asked.get('path')}" + (f"?{query}" if query else "")
    body = asked.get("body")
    return f"{line} {json.dumps(body, ensure_ascii=False)}" if body else line
