"""What the interface says and what its catalogues answer: `make words` tells what is missing.

Messages are found in the code itself: calls of t, tn and mark in Python, ``sunwai.t`` and
``sunwai.tn`` in the browser's scripts, t and tn in the templates. Nothing is written: a missing
message is printed as an empty entry, ready to be put into the catalogue of its area.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

from dashboard.words.browser_words import said_in

ROOT = Path(__file__).parents[1]
DASHBOARD = ROOT / "dashboard"
CATALOGUES = DASHBOARD / "catalogues" / "ur"
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
# What stays as it is in Urdu: codes, units of machines, names of things that have no Urdu name.
_NAMES = (
    "Sunwai Facebook Instagram YouTube Mastodon TikTok Meta Google Chrome Chromium Edge Firefox "
    "Safari Windows Android Linux macOS iOS Excel Asia/Karachi"
)
_FORMATS = (
    "CSV XLSX PDF JSON JSONL TOML HTML XML ZIP URL API ID UTC UTF UTF-8 SQL SHA IP TOTP OIDC QR MB "
    "KB GB sha256 YYYY-MM-DD Macro-F1 8-bit http https lines"
)
_KEYS = "Enter Escape Esc Tab Shift Ctrl Alt Space Home End PageUp PageDown"
KEPT_IN_ENGLISH = re.compile(
    r"OM-5-[A-Z]+(?:-\d)?|OM-5|NR-\d|\bcp\d+\b|\bsunwai\.toml\b|\bsunwai(?: [a-z-]+)*\b|"
    rf"\b(?:{'|'.join(map(re.escape, f'{_NAMES} {_FORMATS} {_KEYS}'.split()))})\b"
)
LETTERS = re.compile(r"[A-Za-z]{2,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One message and where it is said; ``many`` only where it counts."""

    one: str
    many: str | None
    file: str
    line: int


# ------------------------------------------------------------------------------ what is said


def _rooms() -> list[Path]:
    return sorted(p for p in DASHBOARD.rglob("*.py") if "__pycache__" not in p.parts)


def in_python(path: Path) -> Iterator[Said]:
    """Literals given to t, tn and mark, and titles given to add_page."""
    file = str(path.relative_to(ROOT))
    for call in python_calls(path):
        name, words = called(call), [a.value for a in call.args if isinstance(a, ast.Constant)]
        if name == "tn" and len(words) >= 2:
            yield Said(one=str(words[0]), many=str(words[1]), file=file, line=call.lineno)
        elif name in ("t", "mark") and words and call.args[0].__class__ is ast.Constant:
            yield Said(one=str(words[0]), many=None, file=file, line=call.lineno)
        elif name == "add_page":
            for k in call.keywords:
                if k.arg == "title" and isinstance(k.value, ast.Constant):
                    yield Said(one=str(k.value.value), many=None, file=file, line=call.lineno)


def python_calls(path: Path) -> Iterator[ast.Call]:
    """Every call in a module."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield node


def called(call: ast.Call) -> str:
    """The name by which a function is called: "t" for ``t(...)`` and for ``words.t(...)``."""
    f = call.func
    if isinstance(f, ast.Attribute) and isinstance(f.value, ast.Name) and f.value.id == "words":
        return f.attr
    return f.id if isinstance(f, ast.Name) else ""


def in_script(path: Path) -> Iterator[Said]:
    """Literals given to sunwai.t and sunwai.tn."""
    file = str(path.relative_to(ROOT))
    for line, (one, many) in said_in(path):
        yield Said(one=one, many=many, file=file, line=line)


def in_template(path: Path) -> Iterator[Said]:
    """Literals given to t and tn in a template."""
    file = str(path.relative_to(ROOT))
    tree = Environment(autoescape=True).parse(path.read_text(encoding="utf-8"))
    for call in tree.find_all(nodes.Call):
        name = call.node.name if isinstance(call.node, nodes.Name) else ""
        words = [str(a.value) for a in call.args if isinstance(a, nodes.Const)]
        if name in ("t", "tn") and words:
            many = words[1] if name == "tn" else None
            yield Said(one=words[0], many=many, file=file, line=call.lineno)


@cache
def everything_said() -> tuple[Said, ...]:
    """Every message of the interface, by file."""
    found: list[Said] = []
    for path in _rooms():
        found += in_python(path)
    for path in sorted((DASHBOARD / "assets").glob("*.js")):
        found += in_script(path)
    for path in sorted((DASHBOARD / "templates").glob("*.html")):
        found += in_template(path)
    return tuple(found)


# ------------------------------------------------------------------------------ what is answered


@cache
def catalogues() -> dict[str, Catalog]:
    """Every Urdu catalogue by its area."""
    found: dict[str, Catalog] = {}
    for path in sorted(CATALOGUES.glob("*.po")):
        with path.open("rb") as file:
            found[path.stem] = read_po(file, locale="ur", abort_invalid=True)
    return found


def entries() -> Iterator[tuple[str, Entry]]:
    """Every entry with its area; without the header."""
    for area, catalogue in catalogues().items():
        for entry in catalogue:
            if entry.id:
                yield area, entry


def key_of(entry: Entry) -> tuple[str, str | None]:
    """Under what an entry is looked up: its one, and its many where it counts."""
    if isinstance(entry.id, str):
        return entry.id, None
    one, many = entry.id
    return one, many


def strings_of(entry: Entry) -> list[str]:
    """What an entry answers: one text, or one for each plural form."""
    given = entry.string
    return [given] if isinstance(given, str) else [s or "" for s in given or ()]


def answered() -> set[str]:
    """Messages that have all of their Urdu."""
    return {key_of(e)[0] for _, e in entries() if all(strings_of(e)) and not e.fuzzy}


def counted() -> set[str]:
    """Messages that are answered in every plural form."""
    return {key_of(e)[0] for _, e in entries() if key_of(e)[1] is not None and all(strings_of(e))}


def missing() -> list[Said]:
    """What is said and has no Urdu, each once, where it is said first."""
    plain, many = answered(), counted()
    found: dict[str, Said] = {}
    for said in everything_said():
        known = said.one in (plain if said.many is None else many)
        if not known:
            found.setdefault(said.one, said)
    return list(found.values())


def unused() -> list[tuple[str, str]]:
    """(area, message) of what a catalogue answers though nobody says it any more."""
    said = {s.one for s in everything_said()}
    return [(area, key_of(e)[0]) for area, e in entries() if key_of(e)[0] not in said]


def placeholder_faults() -> list[str]:
    """Translations whose names in braces are not those of the message."""
    found: list[str] = []
    for area, entry in entries():
        one, many = key_of(entry)
        wanted = set(PLACEHOLDER.findall(many or one))
        for said in strings_of(entry):
            has = set(PLACEHOLDER.findall(said))
            if said and has - wanted | (wanted - has - {"n"} if many else wanted - has):
                found.append(f"{area}: {one!r} -> {said!r}")
    return found


def _fields_of(message: str) -> set[str]:
    """Names of a request's fields and values, which a message about it repeats as they are."""
    quoted = " ".join(re.findall(r"“([^”]*)”", message)).replace("{", " ")
    first = message.split(" ")[0] if re.match(r"[a-z_]+ must ", message) else ""
    listed = "policy calibration" if message == "kind must be policy or calibration." else ""
    yes = "yes no" if message.endswith("is yes or no.") else ""
    return set(LETTERS.findall(f"{quoted} {first} {listed} {yes}"))


def english_left() -> list[str]:
    """Translations in which English words stand that are neither names nor codes."""
    found: list[str] = []
    for area, entry in entries():
        for said in strings_of(entry):
            bare = KEPT_IN_ENGLISH.sub("", PLACEHOLDER.sub("", said))
            if set(LETTERS.findall(bare)) - _fields_of(key_of(entry)[0]):
                found.append(f"{area}: {key_of(entry)[0]!r} -> {said!r}")
    return found


# ------------------------------------------------------------------------------ telling


def _entry(said: Said) -> str:
    def quoted(text: str) -> str:
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'

    if said.many is None:
        return f'#: {said.file}:{said.line}\nmsgid {quoted(said.one)}\nmsgstr ""\n'
    return (
        f"#: {said.file}:{said.line}\nmsgid {quoted(said.one)}\nmsgid_plural {quoted(said.many)}\n"
        'msgstr[0] ""\nmsgstr[1] ""\n'
    )


def main() -> int:
    """Prints what is missing as empty entries, and what is unused or wrong; 1 when anything is."""
    lacking = missing()
    for said in lacking:
        print(_entry(said))
    for area, message in unused():
        print(f"# unused in {area}.po: {message!r}")
    for fault in placeholder_faults():
        print(f"# other names in braces: {fault}")
    for fault in english_left():
        print(f"# English left: {fault}")
    by_file: dict[str, int] = {}
    for said in lacking:
        by_file[said.file] = by_file.get(said.file, 0) + 1
    for file, count in sorted(by_file.items()):
        print(f"# {count:4} not translated in {file}")
    total = len({s.one for s in everything_said()})
    print(f"# {total} messages, {len(lacking)} without Urdu, {len(unused())} unused")
    return 1 if lacking or unused() or placeholder_faults() or english_left() else 0


if __name__ == "__main__":
    sys.exit(main())
