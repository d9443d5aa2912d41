"""The stand-ins of `sunwai demo platforms`: four pages on loopback, kept while they run."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Any

from data.model import Platform
from data.samples.content import page_of
from sunwai.rehearsal.faults import Faults
from sunwai.rehearsal.sample_world import SampleWorld, sample_world
from sunwai.rehearsal.server import Serving, serve

TOKEN = "rehearsal-token"
FIRST_PORT = 8061
# Module and class of each; one that is not there is told and left out.
REHEARSALS: Mapping[Platform, tuple[str, str]] = {
    Platform.FACEBOOK: ("sunwai.rehearsal.facebook", "FacebookRehearsal"),
    Platform.INSTAGRAM: ("sunwai.rehearsal.instagram", "InstagramRehearsal"),
    Platform.YOUTUBE: ("sunwai.rehearsal.youtube", "YouTubeRehearsal"),
    Platform.X: ("sunwai.rehearsal.x", "XRehearsal"),
}
BASE: Mapping[Platform, str] = {
    Platform.FACEBOOK: "/v26.0",
    Platform.INSTAGRAM: "/v26.0",
    Platform.YOUTUBE: "",
    Platform.X: "",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One rehearsal platform that is being served."""

    platform: Platform
    serving: Serving
    sample: SampleWorld

    @property
    def source_name(self) -> str:
        return f"rehearsal-{self.platform.value}"

    @property
    def address(self) -> str:
        """The base address, as a source needs it."""
        return self.serving.address + BASE[self.platform]

    def commands(self) -> tuple[str, ...]:
        """What connects it as a source."""
        owner, name = self.sample.world.owner, self.source_name
        variable = f"SUNWAI_SOURCE_{name.upper().replace('-', '_')}_TOKEN"
        return (
            f"export {variable}={TOKEN}",
            f"sunwai sources add {name} --platform {self.platform.value} --mode api "
            f"--account {owner.id} --address {self.address} "
            f'--title "{page_of(self.platform).title} (rehearsal)"',
            f"sunwai sources own {name} {owner.handle} {owner.id}",
        )


def make_rehearsal(platform: Platform, world: Any) -> Any:
    """The rehearsal of one platform over a world. Raises ImportError where it is not there."""
    module, name = REHEARSALS[platform]
    return getattr(import_module(module), name)(world=world, tokens=(TOKEN,))


def start_all(
    clock: Callable[[], datetime],
    *,
    first_port: int = FIRST_PORT,
    platforms: Sequence[Platform] = tuple(REHEARSALS),
    fault_rate: float = 0.0,
    seed: int = 1,
) -> tuple[list[Stage], list[str]]:
    """Starts what there is, at ports from ``first_port`` on (0: any free one). Gives the stages,
    and a sentence for each that could not be started. Raises OSError where a port is taken."""
    stages: list[Stage] = []
    absent: list[str] = []
    for number, platform in enumerate(platforms):
        sample = sample_world(platform, clock())
        try:
            rehearsal = make_rehearsal(platform, sample.world)
        except ImportError as error:
            absent.append(f"{platform.value}: no rehearsal is there ({error})")
            continue
        serving = serve(
            rehearsal,
            port=first_port + number if first_port else 0,
            clock=clock,
            faults=Faults(rate=fault_rate, seed=seed),
        )
        stages.append(Stage(platform=platform, serving=serving, sample=sample))
    return stages, absent


def rehearse(
    stages: Sequence[Stage],
    stop: threading.Event,
    clock: Callable[[], datetime],
    *,
    every_seconds: float = 30.0,
) -> None:
    """Until ``stop``: lets a comment arrive on one page after the other, then ends all servers."""
    turn = 0
    try:
        while not stop.wait(every_seconds):
            stages[turn % len(stages)].sample.arrive(clock())
            turn += 1
    finally:
        for stage in stages:
            stage.serving.stop()
