"""Verbs of decision and proof: queue, decide, enforce, report, audit, user, doctor."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from sunwai.cli import AsJson, BadUsage, Failed, app, house, say

queue_app = typer.Typer(help="What waits for a person.", no_args_is_help=True)
audit_app = typer.Typer(help="The hash-chained log.", no_args_is_help=True)
user_app = typer.Typer(help="People who may sign in.", no_args_is_help=True)
app.add_typer(queue_app, name="queue")
app.add_typer(audit_app, name="audit")
app.add_typer(user_app, name="user")


@queue_app.command("list")
def queue_list(
    queue: Annotated[str | None, typer.Option(help="Only this named queue.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 100,
    as_json: AsJson = False,
) -> None:
    """List what waits, the highest first."""
    import json

    from data.store.queue import queue_items

    home = house()
    with home.ready_db.read() as tx:
        items = queue_items(tx, queue=queue, limit=limit)
    listed: list[dict[str, Any]] = []
    for item in items:
        a = item.assessment
        listed.append(
            {
                "comment": item.comment.id,
                "queue": item.queue,
                "priority": round(item.priority, 4),
                "language": a.reading.language.value if a else None,
                "coverage": a.reading.coverage.value if a else "not_checked",
                "reasons": [r.value for r in a.judgement.reasons] if a else [],
                "protected": a.judgement.protected if a else False,
                "copies": item.copies,
                "text": item.comment.revision.text,
            }
        )
    if as_json:
        print(json.dumps(listed, ensure_ascii=False))
        return
    for x in listed:
        shield = " [protected]" if x["protected"] else ""
        print(f"{x['comment']}  {x['queue']}  {x['priority']:.2f}{shield}  {x['text'][:100]!r}")
    if not listed:
        print("nothing waits")


@app.command()
def decide(
    comment: Annotated[str, typer.Argument(help="The comment's id, as in mock:123.")],
    verdict: Annotated[
        str, typer.Option(help="keep, remove, split, complaint, escalate, wait or undo")
    ],
    by: Annotated[str, typer.Option(help="Name of the user who decides.")],
    reason: Annotated[str | None, typer.Option(help="Reason code; a removal needs one.")] = None,
    text: Annotated[str, typer.Option(help="Words to the reason, question or wait.")] = "",
    span: Annotated[str | None, typer.Option(help="For split: START-END in characters.")] = None,
    key: Annotated[str | None, typer.Option(help="Same key, same decision.")] = None,
    as_json: AsJson = False,
) -> None:
    """Decide on a comment, as the screen does: same rules, same refusals."""
    from secrets import token_hex

    from moderation.deciding.decide import Refused
    from moderation.policies.reasons import RefusedReason
    from sunwai.deciding import Typed, decide_by_name

    try:
        typed = Typed(
            comment_id=comment,
            verdict=verdict,
            by=by,
            reason=reason,
            text=text,
            span=span,
            key=key or f"cli-{token_hex(8)}",
        )
        done = decide_by_name(house(), typed)
    except (Refused, RefusedReason) as error:
        raise Failed(str(error)) from error
    result = {
        "decision": done.decision.id,
        "comment": done.decision.comment_id,
        "verdict": done.decision.verdict.value,
        "reason": done.decision.reason.value if done.decision.reason else None,
        "awaits_second": done.awaits_second,
        "action": done.action_id,
        "repeated": done.repeated,
    }
    note = "; a second officer must confirm it" if done.awaits_second else ""
    say(result, as_json, f"{comment}: {verdict}{note}")


@app.command()
def enforce(as_json: AsJson = False) -> None:
    """Work the outbox now: send what is due, verify what was sent."""
    from dataclasses import asdict

    from sunwai import jobs
    from sunwai.schedule import owner_name

    tally = asdict(jobs.enforce(house(), owner_name()))
    words = ", ".join(f"{n} {k.replace('_', ' ')}" for k, n in tally.items() if n)
    say(tally, as_json, words or "nothing is due")


@app.command()
def report(
    day: Annotated[str, typer.Option(help="The local day, YYYY-MM-DD.")],
    out: Annotated[Path, typer.Option(help="Folder that the report is written into.")],
    as_json: AsJson = False,
) -> None:
    """Make the report of a day: was the duty met, not met, or not proven, and why."""
    from sunwai import jobs

    try:
        wanted = date.fromisoformat(day)
    except ValueError as error:
        raise BadUsage(f"--day {day}: write it as 2026-06-01.") from error
    home = house()
    made = jobs.report_day(home, wanted, out)
    result = {
        "day": day,
        "verdict": made.verdict.value,
        "headline": made.headline,
        "folder": str(made.folder),
        "manifest_sha256": made.manifest_sha256,
    }
    say(result, as_json, f"{made.headline}\n{made.folder}")


@audit_app.command("verify")
def audit_verify(as_json: AsJson = False) -> None:
    """Walk the whole log and say whether any link was changed, taken out or cut off."""
    from data.store.audit import verify_chain

    with house().ready_db.read() as tx:
        check = verify_chain(tx)
    result = {
        "entries": check.entries,
        "head": check.head,
        "broken_at": check.broken_at,
        "problem": check.problem,
    }
    whole = f"{check.entries} entries, whole; head {check.head}"
    broken = f"BROKEN at entry {check.broken_at}: {check.problem}"
    say(result, as_json, whole if check.broken_at is None else broken)
    if check.broken_at is not None:
        raise typer.Exit(1)


# ------------------------------------------------------------------------------ users


@user_app.command("add")
def user_add(
    name: Annotated[str, typer.Argument(help="The name to sign in with.")],
    role: Annotated[str, typer.Option(help="officer, senior, manager, auditor, administrator")],
    display: Annotated[str, typer.Option(help="The name that colleagues see.")] = "",
) -> None:
    """Add a user. The password is made here and printed once (or read from standard input)."""
    from sunwai.people import add_person

    made = add_person(house(), name=name, role=role, display=display)
    print(f"{name} may sign in as {role}; password: {made}")


@user_app.command("disable")
def user_disable(name: str) -> None:
    """Bar a user at once; what they decided stays."""
    from sunwai.people import disable_person

    disable_person(house(), name)
    print(f"{name} can no longer sign in")


@user_app.command("passwd")
def user_passwd(name: str) -> None:
    """Give a user a new password, printed once; their sessions end."""
    from sunwai.people import new_password

    print(f"{name}: new password: {new_password(house(), name)}")


@user_app.command("reset-factor")
def user_reset_factor(name: str) -> None:
    """Take a user's second factor away, as after a lost telephone; their sessions end."""
    from sunwai.people import reset_factor

    gone = reset_factor(house(), name)
    print(f"{name}: the second factor is gone" if gone else f"{name} has no second factor")


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Look at everything that the program needs and say what is wrong and what to do."""
    from sunwai.doctor import examine

    findings = examine(settings_or_exit())
    result = {
        "ok": all(f.ok for f in findings),
        "findings": [{"what": f.what, "ok": f.ok, "told": f.told} for f in findings],
    }
    lines = [f"{'ok  ' if f.ok else 'LOOK'} {f.what}: {f.told}" for f in findings]
    say(result, as_json, "\n".join(lines))
    if not result["ok"]:
        raise typer.Exit(1)


def settings_or_exit() -> Any:
    """The settings; a wrong key ends with exit code 2 before anything is examined."""
    from sunwai.cli import settings

    return settings()
