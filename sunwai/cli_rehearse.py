"""The verb demo platforms: stand-ins for the four platforms, to rehearse the whole cycle on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from sunwai.cli import BadUsage, Failed, settings
from sunwai.cli_data import demo_app

if TYPE_CHECKING:
    from data.model import Platform
    from sunwai.rehearsal.rehearsing import Stage


@demo_app.command("platforms")
def demo_platforms(
    port: Annotated[int, typer.Option(help="The first port; the others follow. 0: any.")] = 8061,
    only: Annotated[str, typer.Option(help="Some of facebook,instagram,youtube,x.")] = "",
    faults: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Share of requests that go wrong, as 0.02.")
    ] = 0.0,
    every: Annotated[float, typer.Option(min=0.1, help="Seconds between two new comments.")] = 30.0,
) -> None:
    """Serve stand-ins for Facebook, Instagram, YouTube and X on this machine until Ctrl-C.

    Their people and comments are invented; hides and removals are kept while they run.
    """
    from sunwai import clock
    from sunwai.rehearsal.rehearsing import rehearse, start_all
    from sunwai.supervise import stop_by_signal

    settings()
    wanted = _wanted(only)
    try:
        stages, absent = start_all(clock.now, first_port=port, platforms=wanted, fault_rate=faults)
    except OSError as error:
        raise Failed(f"port {port} or one of the next is taken ({error}); try --port.") from error
    for sentence in absent:
        print(sentence)
    if not stages:
        raise Failed("no rehearsal platform could be started.")
    print("\n".join(_told(stages)), flush=True)
    rehearse(stages, stop_by_signal(), clock.now, every_seconds=every)
    print("stopped; what was done on these platforms is gone with them")


def _wanted(only: str) -> list[Platform]:
    from data.model import Platform as Known
    from sunwai.rehearsal.rehearsing import REHEARSALS

    if not only:
        return list(REHEARSALS)
    try:
        return [Known(name.strip()) for name in only.split(",")]
    except ValueError as error:
        raise BadUsage(f"--only {only}: {error}.") from error


def _told(stages: list[Stage]) -> list[str]:
    """The addresses, and what connects them, each line to be copied as it is."""
    lines = ["Rehearsal platforms; all people and comments on them are invented.", ""]
    for stage in stages:
        world = stage.sample.world
        lines.append(
            f"# {stage.platform.value}: {stage.address} ({len(world.posts)} posts, "
            f"{len(world.comments)} comments, {len(stage.sample.coming)} yet to come)"
        )
        lines += [*stage.commands(), ""]
    names = " ".join(stage.source_name for stage in stages)
    return [
        *lines,
        "# Then, in the same shell: collect, decide in the browser or by hand, carry out.",
        f"for s in {names}; do sunwai collect --source $s; sunwai sources write-back $s on; done",
        "sunwai assess; sunwai queue list; sunwai decide COMMENT --verdict remove --by officer "
        "--reason OM-5-OFF-3",
        "sunwai enforce; sunwai outbox list",
        "",
        "Ctrl-C ends it.",
    ]
