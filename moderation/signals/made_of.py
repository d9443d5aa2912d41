"""What a reading and its judgement are made of: one digest of the code and the data behind them.

A rule that says something else must be another version, or what it judged before stays as it was.
Nobody has to remember that: ``python -m moderation.signals.listing`` records this digest beside the
lists, a test fails until it was run, and a process that judges only reads what was recorded.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import cast

ROOT = Path(__file__).parents[2]
_JUDGES = (
    "moderation.judging.calibrated_reader",
    "moderation.judging.policy",
    "moderation.signals.both",
)
"""Where reading, judging and the engines begin; what these import is found from there. A model has
a version of its own."""
_DATA = ("signals/words/*.toml", "signals/words/*.tsv", "models/language.sunwai")


def made_of(root: Path = ROOT) -> str:
    """The digest. Comments, docstrings and layout do not change it."""
    told = sha256()
    for path, tree in sorted(_modules(root).items()):
        told.update(f"{path}{_told(tree)!r}\0".encode(errors="surrogatepass"))
    for path in sorted(p for of in _DATA for p in (root / "moderation").glob(of)):
        told.update(path.read_bytes())
    return told.hexdigest()


def _modules(root: Path) -> dict[str, ast.Module]:
    """The files of the modules that judge and of all that they import from this package."""
    found: dict[str, ast.Module] = {}
    left: list[str] = list(_JUDGES)
    while left:
        path = _file(root, left.pop())
        if path and path not in found:
            found[path] = ast.parse((root / path).read_bytes())
            left += _imported(found[path])
    return found


def _file(root: Path, module: str) -> str:
    stem = module.replace(".", "/")
    return next((p for p in (f"{stem}.py", f"{stem}/__init__.py") if (root / p).is_file()), "")


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("moderation"):
            yield str(node.module)
            yield from (f"{node.module}.{name.name}" for name in node.names)


def _told(node: object) -> object:
    """Code as plain values, without places, empty fields and strings that stand alone."""
    if isinstance(node, ast.AST):
        fields = ((name, _told(value)) for name, value in ast.iter_fields(node))
        return (type(node).__name__, *((n, v) for n, v in fields if v is not None and v != []))
    if isinstance(node, list):
        return [_told(one) for one in cast(list[object], node) if not _is_comment(one)]
    return node


def _is_comment(node: object) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )
