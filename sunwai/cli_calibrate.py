"""Verbs of calibration: fit on our own decisions, try, approve, go back. Off until approved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from sunwai.cli import AsJson, BadUsage, Failed, app, house, refused_as_failure, say
from sunwai.cli_policy import (
    By,
    Days,
    Reason,
    Version,
    approve_verb,
    document_line,
    reject_verb,
    run_shadow_verb,
    state_word,
)

if TYPE_CHECKING:
    from data.model import JsonObject

calibrate_app = typer.Typer(
    help="Learn from our own decisions what a score is worth. Off until a second person approves.",
    invoke_without_command=True,
    no_args_is_help=False,
)
app.add_typer(calibrate_app, name="calibrate")


@calibrate_app.callback()
def calibrate(
    context: typer.Context,
    by: Annotated[str, typer.Option(help="Name of the user who drafts or goes back.")] = "",
    residual: Annotated[
        bool, typer.Option("--residual", help="Also small weights for single words.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Fit and measure; keep no draft.")
    ] = False,
    back: Annotated[
        bool, typer.Option("--back", help="Take the calibration in force out of force.")
    ] = False,
    reason: Reason = "",
    as_json: AsJson = False,
) -> None:
    """Fit a calibration on our own decisions and keep it as a draft, with figures before and after.

    It is refused where too few decisions are at hand, where the error would not fall, and where
    more civil comments would be flagged. Nothing changes until a second person approves the draft.
    """
    if context.invoked_subcommand is not None:
        return
    if back:
        _go_back(by, reason, as_json)
        return
    if not by and not dry_run:
        raise BadUsage("--by NAME: say who drafts it (or --dry-run to keep nothing).")
    _fit(by, residual, dry_run, as_json)


def _fit(by: str, residual: bool, dry_run: bool, as_json: bool) -> None:
    from moderation.learning.calibrate import CalibrationRefused
    from moderation.learning.calibration_told import table
    from moderation.learning.drafts import DraftRefused
    from sunwai.calibrating import draft_calibration

    try:
        with refused_as_failure(DraftRefused):
            made = draft_calibration(house(), by, residual=residual, keep=not dry_run)
    except CalibrationRefused as error:
        if as_json:
            say({"refused": str(error), **error.told}, True, "")
            raise typer.Exit(1) from error
        lines = [*table(error.told), *_notes(error.told)]
        raise Failed(f"no calibration: {error}\n" + "\n".join(lines)) from error
    result: dict[str, Any] = {"draft": made.version, **made.told}
    lines = [*table(made.told), *_notes(made.told)]
    if made.version is not None:
        lines.append(f"draft {made.version} is kept; the engine's own scores count until somebody")
        lines.append(f"else approves it. Next: sunwai calibrate shadow {made.version} --by {by}")
    say(result, as_json, "\n".join(lines))


def _notes(told: JsonObject) -> list[str]:
    from moderation.learning.calibration_told import notes_of

    return notes_of(told)


def _go_back(by: str, reason: str, as_json: bool) -> None:
    from data.documents import DocumentKind
    from moderation.learning.drafts import DraftRefused, go_back
    from sunwai.changing import user_named

    home = house()
    with refused_as_failure(DraftRefused), home.ready_db.write() as tx:
        user = user_named(tx, by)
        before = go_back(tx, DocumentKind.CALIBRATION, by=user, now=home.clock(), reason=reason)
    now = None if before is None else before.version
    told = "the engine's own scores count" if now is None else f"calibration {now} is in force"
    say({"in_force": now}, as_json, f"{told}; past comments: sunwai assess --again")


@calibrate_app.command()
def show(
    version: Annotated[int | None, typer.Argument(help="By default the one in force.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show a calibration: its numbers, and the figures it was drafted on."""
    import json

    from moderation.judging.calibration import told_in
    from moderation.learning.calibration_told import table
    from sunwai.calibrating import kept_calibration

    found = kept_calibration(house(), version)
    if found is None:
        say({"version": None}, as_json, "no calibration is in force: the engine's own scores count")
        return
    told = told_in(found.body)
    numbers = json.loads(found.body)["languages"]
    curves = [
        f"{name}: log-odds times {x['slope']} plus {x['shift']}; {len(x['words'])} words; a score "
        f"below the point {'may rise' if x['raises_below'] else 'never rises'}"
        for name, x in numbers.items()
    ]
    result = {"version": found.version, "sha256": found.sha256, "languages": numbers, "told": told}
    say(result, as_json, "\n".join([*curves, "", *table(told), *_notes(told)]))


@calibrate_app.command()
def shadow(version: Version, by: By, days: Days = 30, as_json: AsJson = False) -> None:
    """Try a drafted calibration on past comments: which would change side."""
    from data.documents import DocumentKind

    run_shadow_verb(DocumentKind.CALIBRATION, version, by, days, as_json)


@calibrate_app.command()
def approve(version: Version, by: By, reason: Reason = "", as_json: AsJson = False) -> None:
    """Put a drafted calibration in force. Its author cannot."""
    from data.documents import DocumentKind

    approve_verb(DocumentKind.CALIBRATION, version, by, reason, as_json)


@calibrate_app.command()
def reject(version: Version, by: By, reason: Reason, as_json: AsJson = False) -> None:
    """Put a drafted calibration away, with a reason."""
    from data.documents import DocumentKind

    reject_verb(DocumentKind.CALIBRATION, version, by, reason, as_json)


@calibrate_app.command()
def history(as_json: AsJson = False) -> None:
    """List every calibration: who made it, who approved or withdrew it, when and why."""
    from data.documents import DocumentKind
    from data.store.documents import documents

    home = house()
    with home.ready_db.read() as tx:
        known = [(d, state_word(tx, d)) for d in documents(tx, DocumentKind.CALIBRATION)]
    told = [
        {"version": d.version, "state": state, "made_by": d.made_by, "approved_by": d.approved_by,
         "withdrawn_by": d.withdrawn_by, "reason": d.reason, "sha256": d.sha256}
        for d, state in known
    ]  # fmt: skip
    lines = [document_line(d, state) for d, state in known]
    say({"versions": told}, as_json, "\n".join(lines) or "no calibration was ever drafted")


@calibrate_app.command()
def sample(
    by: By,
    each: Annotated[int, typer.Option(min=1, max=500, help="So many of each language.")] = 50,
    days: Days = 30,
    as_json: AsJson = False,
) -> None:
    """Draw unflagged comments by chance for officers to decide on: what lies below the point."""
    from moderation.learning.drafts import DraftRefused
    from sunwai.calibrating import draw_sample

    with refused_as_failure(DraftRefused):
        drawn = draw_sample(house(), by, each=each, days=days)
    result = {"drawn": [{"comment": x.comment_id, "language": x.language, "rate": x.rate}
                        for x in drawn]}  # fmt: skip
    lines = [f"{x.comment_id}  ({x.language}, 1 of {1 / x.rate:.0f})" for x in drawn]
    lines.append(f"{len(drawn)} drawn; decide on each: sunwai decide COMMENT --verdict keep --by …")
    say(result, as_json, "\n".join(lines))
