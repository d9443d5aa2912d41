"""Verbs of the policy: show, export, import, drafts, shadow, approve, reject, history, diff."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sunwai.cli import AsJson, BadUsage, Failed, app, existing, house, refused_as_failure, say

if TYPE_CHECKING:
    from data.db import Tx
    from data.documents import Document, DocumentKind
    from sunwai.wiring import House

policy_app = typer.Typer(
    help="The policy: its points and lists, drafted by one person, approved by another.",
    no_args_is_help=True,
)
app.add_typer(policy_app, name="policy")
By = Annotated[str, typer.Option(help="Name of the user who does this.")]
Version = Annotated[int, typer.Argument(help="The version's number; see: sunwai policy history")]
Days = Annotated[int, typer.Option(min=1, help="Comments of so many past days.")]
Reason = Annotated[str, typer.Option(help="Why, in words.")]
_LISTED = 40


@policy_app.command()
def show(
    version: Annotated[int | None, typer.Argument(help="By default the one in force.")] = None,
) -> None:
    """Print a version of the policy, by default the one in force."""
    print(_one(house(), version).body, end="")


@policy_app.command()
def export(
    file: Annotated[Path, typer.Argument(help="Where the document is written to.")],
    version: Annotated[int | None, typer.Option(help="By default the one in force.")] = None,
    as_json: AsJson = False,
) -> None:
    """Write a version of the policy into a file, to be edited and imported as a draft."""
    found = _one(house(), version)
    file.write_text(found.body, encoding="utf-8")
    result = {"version": found.version, "file": str(file), "sha256": found.sha256}
    say(result, as_json, f"version {found.version} of the policy is in {file}")


@policy_app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="A policy document (TOML).")],
    by: By,
    note: Annotated[str, typer.Option(help="What the draft is for, in words.")] = "",
    as_json: AsJson = False,
) -> None:
    """Take a document in as a draft. With any fault in it nothing is taken, and all are named."""
    from data.documents import DocumentKind
    from moderation.learning.drafts import DraftRefused, make_draft
    from moderation.policies.policy_document import PolicyError
    from sunwai.changing import user_named

    body, home = _text(existing(file)), house()
    try:
        with refused_as_failure(DraftRefused), home.ready_db.write() as tx:
            author = user_named(tx, by)
            version = make_draft(
                tx, DocumentKind.POLICY, body, by=author, now=home.clock(), note=note
            )
    except PolicyError as error:
        listed = "".join(f"\n  {fault}" for fault in error.faults)
        raise Failed(f"{file}: nothing was imported; faults: {len(error.faults)}{listed}") from None
    changes = _changes(home, version)
    result = {"draft": version, "by": by, "changes": changes}
    lines = [f"draft {version} is kept; nothing changes until somebody else approves it", *changes]
    lines.append(f"next: sunwai policy shadow {version} --by {by}")
    say(result, as_json, "\n".join(lines))


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise Failed(f"{file} is not UTF-8 text (byte {error.start}).") from error


@policy_app.command()
def drafts(as_json: AsJson = False) -> None:
    """List the drafts that wait for approval, with what each changes."""
    from data.documents import DocumentKind
    from data.store.documents import documents

    home = house()
    with home.ready_db.read() as tx:
        waiting = documents(tx, DocumentKind.POLICY, drafts=True)
    told = [{**_facts(home, d), "changes": _changes(home, d.version)} for d in waiting]
    lines = [
        "\n".join([_line(home, d), *(f"  {x}" for x in _changes(home, d.version))]) for d in waiting
    ]
    say({"drafts": told}, as_json, "\n".join(lines) or "no draft waits")


@policy_app.command()
def shadow(version: Version, by: By, days: Days = 30, as_json: AsJson = False) -> None:
    """Try a draft on past comments: which would change side. Nothing is judged by it."""
    from data.documents import DocumentKind

    run_shadow_verb(DocumentKind.POLICY, version, by, days, as_json)


@policy_app.command()
def approve(version: Version, by: By, reason: Reason = "", as_json: AsJson = False) -> None:
    """Put a draft in force. Its author cannot; without a shadow run a reason is needed."""
    from data.documents import DocumentKind

    approve_verb(DocumentKind.POLICY, version, by, reason, as_json)


@policy_app.command()
def reject(version: Version, by: By, reason: Reason, as_json: AsJson = False) -> None:
    """Put a draft away, with a reason. It stays in the history."""
    from data.documents import DocumentKind

    reject_verb(DocumentKind.POLICY, version, by, reason, as_json)


@policy_app.command()
def history(as_json: AsJson = False) -> None:
    """List every version: who made it, who approved or rejected it, when and why."""
    from data.documents import DocumentKind
    from data.store.documents import documents

    home = house()
    with home.ready_db.read() as tx:
        known = documents(tx, DocumentKind.POLICY)
    told = {"versions": [_facts(home, d) for d in known]}
    say(told, as_json, "\n".join(_line(home, d) for d in known))


@policy_app.command()
def diff(a: int, b: int, as_json: AsJson = False) -> None:
    """Tell in words what version B of the policy changes against version A."""
    from moderation.learning.drafts import policy_of
    from moderation.policies.policy_diff import as_lines, differences

    home = house()
    found = differences(policy_of(_one(home, a)), policy_of(_one(home, b)))
    result = {"a": a, "b": b, "changes": [asdict(d) for d in found]}
    say(result, as_json, "\n".join(as_lines(found)) or "they say the same")


# ------------------------------------------------------------------------------ shared


def run_shadow_verb(kind: DocumentKind, version: int, by: str, days: int, as_json: bool) -> None:
    """Runs a shadow, for policy and calibration alike, and prints its table."""
    from moderation.learning.drafts import DraftRefused
    from sunwai.changing import Asked, run_shadow, user_named
    from sunwai.shadow_table import lines

    home = house()
    with refused_as_failure(DraftRefused):
        with home.ready_db.read() as tx:
            user = user_named(tx, by)
        run = run_shadow(home, Asked(kind=kind, version=version, days=days), user)
    result = {"shadow": run.id, kind.value: version, "days": days, **run.result}
    say(result, as_json, lambda: "\n".join(lines(run, _LISTED)))


def approve_verb(kind: DocumentKind, version: int, by: str, reason: str, as_json: bool) -> None:
    from moderation.learning.drafts import DraftRefused, approve
    from sunwai.changing import user_named

    home = house()
    with refused_as_failure(DraftRefused), home.ready_db.write() as tx:
        user = user_named(tx, by)
        relied = approve(tx, kind, version, by=user, now=home.clock(), reason=reason)
    shadow_id = None if relied is None else relied.id
    result = {kind.value: version, "approved_by": by, "shadow": shadow_id}
    on = "without a shadow run" if relied is None else f"on shadow run {relied.id}"
    told = f"{kind.value} {version} is in force, {on}. Past comments are judged again by the "
    say(result, as_json, told + "scheduler, or now by: sunwai assess --again")


def reject_verb(kind: DocumentKind, version: int, by: str, reason: str, as_json: bool) -> None:
    from moderation.learning.drafts import DraftRefused, reject
    from sunwai.changing import user_named

    home = house()
    with refused_as_failure(DraftRefused), home.ready_db.write() as tx:
        user = user_named(tx, by)
        reject(tx, kind, version, by=user, now=home.clock(), reason=reason)
    say({kind.value: version, "rejected_by": by}, as_json, f"{kind.value} {version} is rejected")


def _one(home: House, version: int | None) -> Document:
    from data.documents import DocumentKind
    from data.store.documents import document, document_in_force

    kind = DocumentKind.POLICY
    with home.ready_db.read() as tx:
        found = document_in_force(tx, kind) if version is None else document(tx, kind, version)
    if found is None:
        if version is None:
            raise Failed("No policy is in force. Run: sunwai init")
        raise BadUsage(f"there is no version {version}. See: sunwai policy history")
    return found


def _changes(home: House, version: int) -> list[str]:
    """What a version changes against the one in force, in words."""
    from moderation.learning.drafts import policy_of
    from moderation.policies.policy_diff import as_lines, differences

    return as_lines(differences(policy_of(_one(home, None)), policy_of(_one(home, version))))


def _facts(home: House, d: Document) -> dict[str, Any]:
    with home.ready_db.read() as tx:
        state = state_word(tx, d)
    known = ("version", "made_by", "made_at", "note", "base", "approved_by", "approved_at",
             "rejected_by", "rejected_at", "reason", "shadow_id", "sha256")  # fmt: skip
    return {"state": state, **{n: getattr(d, n) for n in known}}


def state_word(tx: Tx, d: Document) -> str:
    """What the version is, in a word."""
    from data.store.documents import document_in_force

    standing = document_in_force(tx, d.kind)
    return d.state(None if standing is None else standing.version).value.replace("_", " ")


def _line(home: House, d: Document) -> str:
    with home.ready_db.read() as tx:
        return document_line(d, state_word(tx, d))


def document_line(d: Document, state: str) -> str:
    """One version in a line: what it is, by whom, when, and why."""
    line = f"{d.version}  {state}: made by {d.made_by} {d.made_at:%Y-%m-%d %H:%M} UTC"
    if d.approved_at is not None:
        on = f" on shadow run {d.shadow_id}" if d.shadow_id is not None else ""
        line += f"; approved by {d.approved_by} {d.approved_at:%Y-%m-%d %H:%M} UTC{on}"
    if d.rejected_at is not None:
        line += f"; rejected by {d.rejected_by} {d.rejected_at:%Y-%m-%d %H:%M} UTC"
    if d.withdrawn_at is not None:
        line += f"; withdrawn by {d.withdrawn_by} {d.withdrawn_at:%Y-%m-%d %H:%M} UTC"
    words = [w for w in (d.note, d.reason) if w]
    return f"{line} ({'; '.join(words)})" if words else line
