"""An installed copy holds everything that is not Python: words, styles, samples, templates."""

from __future__ import annotations

import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SETUPTOOLS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
ROOMS: list[str] = [room.removesuffix("*") for room in SETUPTOOLS["packages"]["find"]["include"]]
FOLDERS = [
    folder.relative_to(ROOT).as_posix()
    for room in ROOMS
    for folder in (ROOT / room, *(ROOT / room).rglob("*"))
    if folder.is_dir() and "__pycache__" not in folder.parts
]


def tracked() -> list[str]:
    """Files of the rooms that git keeps, or would keep once they are added."""
    asked = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *ROOMS]
    told = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return sorted(name for name in told.split("\0") if name and (ROOT / name).is_file())


@pytest.fixture(scope="module")
def packed() -> set[str]:
    """What the globs find, below each package as setuptools reads them."""
    globs: dict[str, list[str]] = SETUPTOOLS["package-data"]
    assert set(globs) == {"*"}, "this test knows globs for all packages only"
    return {
        path.relative_to(ROOT).as_posix()
        for folder in FOLDERS
        for glob in globs["*"]
        for path in (ROOT / folder).glob(glob)
    }


def test_every_file_that_is_not_python_is_packed(packed: set[str]) -> None:
    data = [name for name in tracked() if not name.endswith(".py")]
    assert len(data) > 50
    assert [name for name in data if name not in packed] == []


def test_every_python_file_lies_in_a_package_that_is_named() -> None:
    code = [name for name in tracked() if name.endswith(".py")]
    assert [name for name in code if str(Path(name).parent) not in FOLDERS] == []
