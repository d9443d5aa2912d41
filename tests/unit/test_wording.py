"""The catalogues are whole: every message has its Urdu, and no entry answers what nobody says."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from dashboard.words import known, translations
from tests import wording


def test_every_message_of_the_interface_has_an_urdu_translation() -> None:
    told = [f"{s.file}:{s.line}: {s.one!r}" for s in wording.missing()]
    assert told == []


def test_no_translation_is_fuzzy_or_empty() -> None:
    faults = [(area, e.id) for area, e in wording.entries() if e.fuzzy]
    faults += [(a, e.id) for a, e in wording.entries() if not all(wording.strings_of(e))]
    assert faults == []


def test_no_catalogue_answers_what_nobody_says() -> None:
    assert wording.unused() == []


def test_translations_name_the_same_values_as_their_messages() -> None:
    assert wording.placeholder_faults() == []


def test_no_english_word_is_left_in_a_translation() -> None:
    assert wording.english_left() == []


def test_one_message_has_one_translation_in_all_areas() -> None:
    said: dict[object, set[tuple[str, ...]]] = {}
    for _, entry in wording.entries():
        said.setdefault(wording.key_of(entry), set()).add(tuple(wording.strings_of(entry)))
    assert {key for key, answers in said.items() if len(answers) > 1} == set()


def test_values_in_messages_are_bare_names() -> None:
    said = {s.one for s in wording.everything_said()} | {
        s.many for s in wording.everything_said() if s.many
    }
    faults = [m for m in said for name in wording.PLACEHOLDER.findall(m) if not name.isidentifier()]
    assert faults == []


def test_catalogue_in_use_answers_every_message_from_its_own_file() -> None:
    catalogue = translations("ur")
    plain = [
        (e.id, wording.strings_of(e)[0]) for _, e in wording.entries() if isinstance(e.id, str)
    ]
    assert [one for one, said in plain if catalogue.gettext(one) != said] == []
    assert known["ur"] is catalogue


# ------------------------------------------------------------------------------ how t is called

_CONSTANT = re.compile(r"_?[A-Z][A-Z0-9_]+")


def _is_marked(argument: ast.expr) -> bool:
    """A literal, or something that was marked before: a constant's value, a name that holds one.

    Nothing put together in the call: no f-string, no sum, no format, no call but .get of a table.
    """
    if isinstance(argument, ast.Constant):
        return isinstance(argument.value, str)
    if isinstance(argument, ast.Call):
        f = argument.func
        return isinstance(f, ast.Attribute) and f.attr == "get" and _is_constant(f.value)
    if isinstance(argument, ast.IfExp):
        return _is_marked(argument.body) and _is_marked(argument.orelse)
    return isinstance(argument, ast.Name | ast.Attribute | ast.Subscript)


def _is_constant(value: ast.expr) -> bool:
    name = value.attr if isinstance(value, ast.Attribute) else getattr(value, "id", "")
    return _CONSTANT.fullmatch(str(name)) is not None


def test_texts_are_said_from_literals_or_marked_constants() -> None:
    faults: list[str] = []
    for path in sorted(wording.DASHBOARD.rglob("*.py")):
        for call in wording.python_calls(path):
            faults += [f"{path.relative_to(wording.ROOT)}:{call.lineno}" for _ in _faults_of(call)]
    assert faults == []


def _faults_of(call: ast.Call) -> list[str]:
    name = wording.called(call)
    if name not in ("t", "tn", "mark") or not call.args:
        return []
    if name == "mark":
        return [] if isinstance(call.args[0], ast.Constant) else ["mark"]
    both = call.args[:2] if name == "tn" else call.args[:1]
    return [name for a in both if not _is_marked(a)]


def test_nothing_is_said_while_a_module_is_imported() -> None:
    faults: list[str] = []
    for path in sorted(wording.DASHBOARD.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in _at_import(tree):
            if isinstance(node, ast.Call) and wording.called(node) in ("t", "tn"):
                faults.append(f"{path.relative_to(wording.ROOT)}:{node.lineno}")
    assert faults == []


def _at_import(tree: ast.AST) -> list[ast.AST]:
    """Everything in a module that runs when it is imported: all but the bodies of functions."""
    found: list[ast.AST] = []
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        found += [child, *_at_import(child)]
    return found


# ------------------------------------------------------------------------------ the net itself


def test_message_is_found_in_python_in_a_script_and_in_a_template(tmp_path: Path) -> None:
    python, script, page = tmp_path / "a.py", tmp_path / "a.js", tmp_path / "a.html"
    python.write_text('x = t("One {n}" " word", n=1)\ny = tn("{n} day", "{n} days", 2)\n')
    script.write_text('sunwai.t("Two");\nsunwai.tn("{n} key", "{n} keys", 3);\n')
    page.write_text('<p title="{{ t("Three") }}">{{ name }}</p>')
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wording, "ROOT", tmp_path)
        found = [*wording.in_python(python), *wording.in_script(script), *wording.in_template(page)]
    assert [(s.one, s.many) for s in found] == [
        ("One {n} word", None),
        ("{n} day", "{n} days"),
        ("Two", None),
        ("{n} key", "{n} keys"),
        ("Three", None),
    ]
