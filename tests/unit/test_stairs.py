"""Imports go down the stairs only, and each dangerous thing is kept to its one place."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("analysis", "collectors", "dashboard", "data", "moderation", "sunwai")
MAY_IMPORT = {
    "data": set[str](),
    "collectors": {"data"},
    "moderation": {"data"},
    "analysis": {"data"},
    "dashboard": {"data", "moderation", "analysis"},
    "sunwai": {"data", "collectors", "moderation", "analysis", "dashboard"},
}
# Rooms inside the dashboard, the lowest first; those of one step never import one another.
DASHBOARD_STEPS = (
    {"identity", "words"},
    {"importer"},
    {"deps"},
    {"web"},
    {"signing_in"},
    {"drawing"},
    {"finding", "report"},
    {"desk", "evidence"},
    {"cases", "feedback", "outbox", "policy", "sources"},
    {"duty", "learning", "settings"},
    {"pages"},
    {"app"},
)
# And those inside moderation.
MODERATION_STEPS = (
    {"models"},
    {"texts"},
    {"policies"},
    {"platforms", "signals"},
    {"judging", "training"},
    {"learning"},
    {"deciding"},
    {"carrying_out"},
)
STEPS = {"dashboard": DASHBOARD_STEPS, "moderation": MODERATION_STEPS}
STEP_OF = {
    (house, room): i
    for house, steps in STEPS.items()
    for i, step in enumerate(steps)
    for room in step
}
# module -> where it may be imported (path prefixes)
KEPT_TO = {
    "sqlalchemy": ("data/", "sunwai/failing.py"),
    "alembic": ("data/",),
    "polars": ("data/frames", "data/store/frames", "analysis/", "dashboard/"),
    "torch": ("moderation/signals/",),
    "transformers": ("moderation/signals/",),
    "detoxify": ("moderation/signals/",),
    "dash": ("dashboard/",),
    "plotly": ("dashboard/",),
    "apscheduler": ("sunwai/schedule.py",),
    "socket": ("sunwai/network.py", "sunwai/schedule.py"),
    "requests": (),
    "urllib.request": (),
}
CLOCK = ("sunwai/clock.py",)
ENVIRONMENT = ("sunwai/settings.py",)


def python_files() -> list[Path]:
    return sorted(p for room in ROOMS for p in (ROOT / room).rglob("*.py"))


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield node.module or ""


@pytest.mark.parametrize("path", python_files(), ids=relative)
def test_a_module_imports_only_rooms_below_its_own(path: Path) -> None:
    room = relative(path).split("/")[0]
    for module in imports(ast.parse(path.read_text("utf-8"))):
        other = module.split(".")[0]
        if other in ROOMS and other != room:
            assert other in MAY_IMPORT[room], f"{room} imports {module}"
        assert other != "tests", "the program never imports its tests"


def rooms_of(house: str, tree: ast.AST) -> Iterator[str]:
    """The rooms of a house that a module imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == house:
            yield from (alias.name for alias in node.names)
    yield from (m.split(".")[1] for m in imports(tree) if m.startswith(f"{house}."))


def files_in_rooms() -> list[Path]:
    files = [p for house in STEPS for p in (ROOT / house).rglob("*.py")]
    return sorted(p for p in files if p.name != "__init__.py" or p.parent.name not in STEPS)


@pytest.mark.parametrize("path", files_in_rooms(), ids=relative)
def test_a_module_imports_only_rooms_of_lower_steps_of_its_house(path: Path) -> None:
    house, room = path.relative_to(ROOT).parts[:2]
    step = STEP_OF[house, room.removesuffix(".py")]
    for other in rooms_of(house, ast.parse(path.read_text("utf-8"))):
        assert other == room.removesuffix(".py") or STEP_OF[house, other] < step, (
            f"{room} imports {other}"
        )


@pytest.mark.parametrize("path", python_files(), ids=relative)
def test_a_module_uses_dangerous_things_only_in_their_place(path: Path) -> None:
    name = relative(path)
    tree = ast.parse(path.read_text("utf-8"))
    for module in imports(tree):
        for kept, places in KEPT_TO.items():
            if module == kept or module.startswith(kept + "."):
                assert name.startswith(places), f"{module} is kept to {places}"
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute):
            continue
        called = ast.unparse(node)
        if called in ("datetime.now", "date.today", "datetime.utcnow", "time.time"):
            assert name in CLOCK, f"{called}: the clock is kept to {CLOCK}; take `now`"
        if called in ("os.environ", "os.getenv"):
            assert name in ENVIRONMENT or name.startswith("moderation/signals/"), called


def test_no_folder_of_the_tests_is_named_like_a_room() -> None:
    named = {p.name for p in (ROOT / "tests").iterdir() if p.is_dir()}
    assert named.isdisjoint(ROOMS)


def test_git_tracks_under_data_only_code_migrations_and_samples() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "data"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout: did not run")
    for name in listed.stdout.splitlines():
        fits = name.endswith((".py", ".mako")) or name.startswith("data/samples/")
        assert fits, f"{name}: live comments are personal data and live in var/"
