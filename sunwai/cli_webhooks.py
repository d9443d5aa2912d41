"""The verbs webhooks show, list, replay: what platforms send by themselves."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from sunwai.cli import AsJson, BadUsage, Failed, app, house, refused_as_failure, say

webhooks_app = typer.Typer(
    help="What Facebook and Instagram send by themselves; a sweep stays the truth.",
    no_args_is_help=True,
)
app.add_typer(webhooks_app, name="webhooks")


@webhooks_app.command("show")
def webhooks_show(as_json: AsJson = False) -> None:
    """What to type into Meta's form: the address below the dashboard's, and the verify token."""
    from dashboard.sources.webhooks import PATH
    from sunwai.webhooks import webhook_apps

    apps = webhook_apps(house())
    if not apps:
        raise Failed(
            "no Facebook or Instagram source has an app secret, so no notice is taken. Store it: "
            "sunwai sources token NAME --part app_secret"
        )
    told = [
        {
            "path": PATH,
            "verify_token": one.verify_token,
            "accounts": sorted(f"{platform.value}:{account}" for platform, account in one.accounts),
        }
        for one in apps
    ]
    say(
        {"webhooks": told},
        as_json,
        lambda: "\n".join(
            f"callback: the dashboard's https address + {one['path']}\n"
            f"verify token: {one['verify_token']}\nfor: {', '.join(one['accounts'])}\n"
            "fields: feed (page); comments, live_comments (instagram)"
            for one in told
        ),
    )


@webhooks_app.command("subscribe")
def webhooks_subscribe(name: Annotated[str, typer.Argument(help="A Facebook source.")]) -> None:
    """Let Facebook send notices of a Page's comments (permission pages_manage_metadata)."""
    from collectors.base import CollectError
    from data.model import Platform
    from data.store.sources import source_by_name
    from sunwai.webhooks import subscribe

    home = house()
    with home.ready_db.read() as tx:
        source = source_by_name(tx, name)
    if source is None or source.platform is not Platform.FACEBOOK:
        raise BadUsage(f"{name}: there is no Facebook source of this name.")
    with refused_as_failure(CollectError):
        subscribe(home, source)
    print(f"{name}: Facebook sends notices of new comments to the app of its token")


@webhooks_app.command("list")
def webhooks_list(
    state: Annotated[str, typer.Option(help="waiting, done, ignored or failed.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 20,
    as_json: AsJson = False,
) -> None:
    """The newest notices, without what they say."""
    from data.store.webhooks import NoticeState, list_notices

    try:
        wanted = NoticeState(state) if state else None
    except ValueError as error:
        raise BadUsage(f"--state {state}: one of {', '.join(NoticeState)}.") from error
    with house().ready_db.read() as tx:
        found = list_notices(tx, wanted, limit)
    told = [
        {
            "id": n.id,
            "received_at": n.received_at.isoformat(),
            "state": n.state.value,
            "times": n.times,
            "attempts": n.attempts,
            "bytes": len(n.body),
            "detail": n.detail,
        }
        for n in found
    ]
    say(
        {"notices": told},
        as_json,
        lambda: (
            "\n".join(
                f"{n['id']:>6} {n['received_at']} {n['state']:<8} {n['times']}x {n['bytes']} bytes"
                f"  {n['detail']}"
                for n in told
            )
            or "no notices"
        ),
    )


@webhooks_app.command("replay")
def webhooks_replay(
    notice: Annotated[list[int] | None, typer.Argument(help="Ids; none: all of --hours.")] = None,
    hours: Annotated[int, typer.Option(min=1, help="How far back.")] = 36,
    as_json: AsJson = False,
) -> None:
    """Work notices off once more, now. Reading a comment twice changes nothing."""
    from dataclasses import asdict

    from data.store.webhooks import replay_notices
    from sunwai.webhooks import work_off

    home = house()
    with home.ready_db.write() as tx:
        since = None if notice else home.clock() - timedelta(hours=hours)
        count = replay_notices(tx, notice or None, since=since)
    tally = work_off(home)
    say(
        {"replayed": count, **asdict(tally)},
        as_json,
        f"{count} notices replayed: {tally.done} done, {tally.ignored} ignored, "
        f"{tally.failed} failed, {tally.postponed} postponed; {tally.read} comments read",
    )
