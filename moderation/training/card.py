"""The model card. The words are in `card_words`; every figure is measured when it is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from moderation.models.modelfile import read_model
from moderation.signals.builtin import MODEL_FILE, BuiltinEngine
from moderation.training.card_words import AFTER, BEFORE, BESIDE, CALIBRATION
from moderation.training.corpus import Row
from moderation.training.dev import (
    SetFigures,
    evasion_figures,
    kind_figures,
    language_ece,
    set_figures,
)
from moderation.training.examine import Figures, wilson

CARD = "CARD.md"


def write_card(folder: Path, rows: Sequence[Row], beside: Path | None = None) -> Path:
    """Measures the model in `folder` on the development `rows` and writes its card beside it.

    `beside` is the folder of the licence-clear variant: its figures then stand in the card too.
    """
    model = read_model(folder / MODEL_FILE)
    engine = BuiltinEngine(model)
    parts = [
        BEFORE,
        f"## Development figures (version {engine.version})",
        *_figures(engine, rows),
        "\nRecall on hidden copies (two loudest words hidden) as a share of clean recall:\n",
        *_evasion(engine, rows),
        "\n## Kinds and threats\n" + _KINDS,
        *_kinds(model.facts, engine, rows),
        *(_beside(beside, rows) if beside else []),
        CALIBRATION,
        *_calibration(engine, rows),
        AFTER.format(seed=model.facts["seed"]),
    ]
    path = folder / CARD
    path.write_text("\n".join(parts) + "\n", encoding="utf-8")
    return path


_LABELLED = """Labelled sets at the operating point 0.5, language as labelled. *Measured* is on the
half of the development rows that chose no threshold; *all* is on all of them, and *found* on all
of them with the language that the product itself finds; *at 0.8* is the share of all abusive rows
that reach the severe point.

| set | language | n | macro-F1 measured (95 %) | precision | recall | F1 | ROC-AUC | all | found \
| at 0.8 |
|---|---|---|---|---|---|---|---|---|---|---|"""
_CIVIL = """
Civil sets and policy criticism (note-bandi), share flagged at 0.5 and at 0.8, all development
rows, and at 0.5 on the half that chose nothing:

| civil set | language | n | at 0.5 (95 %) | at 0.8 | n measured | at 0.5 measured |
|---|---|---|---|---|---|---|"""
_KINDS = """On training rows that neither taught a head nor placed its line, at 0.5. The labels of
`obscene` and `slur` are made from word stems (and RUHSOLD's kinds), so these figures say how well a
head has learnt the stems, not how well it does by people's judgement. `threat`: FIRE rows.
`menace` and `hatred`: written sentences of a lot that did not teach, most of them in pairs that are
alike but for what they mean; the civil rows are those of the sets that are asked (for `hatred`:
that name a people), the clean but often foul rows of the labelled sets among them. The heads of
feedback: written comments out of fold, without the word rules that are heard beside them.

| language | head | n | of the kind | macro-F1 | precision | recall | ROC-AUC | civil rows flagged |
|---|---|---|---|---|---|---|---|---|"""


def _figures(engine: BuiltinEngine, rows: Sequence[Row]) -> list[str]:
    found = set_figures(engine, rows)
    labelled = [line for item in found if (line := _labelled(item))]
    civil = [_civil(item) for item in found if item.figures.macro_f1 is None]
    return [_LABELLED, *labelled, _CIVIL, *civil]


def _labelled(item: SetFigures) -> str:
    f, whole = item.unseen, item.figures
    if whole.macro_f1 is None or f.macro_f1 is None or f.macro_f1_range is None:
        return ""
    low, high = f.macro_f1_range
    return (
        f"| {item.source} | {item.language.value} | {f.n} | {f.macro_f1:.3f} ({low:.3f}-{high:.3f})"
        f" | {f.precision:.3f} | {f.recall:.3f} | {f.f1:.3f} | {f.roc_auc:.3f}"
        f" | {whole.macro_f1:.3f} | {item.detected:.3f} | {item.severe_recall:.2f} |"
    )


def _civil(item: SetFigures) -> str:
    f, rest = item.figures, item.unseen
    return (
        f"| {item.source} | {item.language.value} | {f.n} | {_share(f)} | {item.severe_share:.1%}"
        f" | {rest.n} | {rest.flagged_share:.1%} |"
    )


def _share(f: Figures) -> str:
    low, high = wilson(round(f.flagged_share * f.n), f.n)
    return f"{f.flagged_share:.1%} ({low:.1%}-{high:.1%})"


def _evasion(engine: BuiltinEngine, rows: Sequence[Row]) -> list[str]:
    tables = {code: evasion_figures(engine, rows, code) for code in engine.tongues}
    names = list(next(iter(tables.values()))[2])
    lines = ["| way of hiding | " + " | ".join(c.value for c in tables) + " |",
             "|---" * (len(tables) + 1) + "|",
             "| (clean recall, n) | " + " | ".join(f"{c:.2f}, {n}" for c, n, _ in tables.values())
             + " |"]  # fmt: skip
    for name in names:
        cells = " | ".join(f"{kept[name]:.2f}" for _, _, kept in tables.values())
        lines.append(f"| {name} | {cells} |")
    return lines


def _kinds(facts: Mapping[str, Any], engine: BuiltinEngine, rows: Sequence[Row]) -> list[str]:
    lines = [
        _kind(language, head, spec["report"])
        for language, told in facts["languages"].items()
        for head, spec in told["heads"].items()
        if "macro_f1" in spec.get("report", {})
    ]
    by_people = [
        f"`{kind}` {auc:.3f} ({yes} of {n})"
        for kind, (n, yes, auc) in kind_figures(engine, rows).items()
    ]
    if by_people:
        lines.append(f"\nROC-AUC by the kinds people gave in RUHSOLD's dev: {', '.join(by_people)}")
    return lines


def _kind(language: str, head: str, f: Mapping[str, float]) -> str:
    civil = f"{f['civil_flagged']:.1%} of {f['civil_n']}" if "civil_n" in f else "-"
    return (
        f"| {language} | {head} | {f['n']} | {f['yes']} | {f['macro_f1']:.3f} |"
        f" {f['precision']:.3f} | {f['recall']:.3f} | {f['roc_auc']:.3f} | {civil} |"
    )


def _beside(folder: Path, rows: Sequence[Row]) -> list[str]:
    engine = BuiltinEngine(read_model(folder / MODEL_FILE))
    covered = [r for r in rows if r.language in engine.tongues]
    return [BESIDE.format(version=engine.version), *_figures(engine, covered)]


def _calibration(engine: BuiltinEngine, rows: Sequence[Row]) -> list[str]:
    lines = ["| language | n | calibration error |", "|---|---|---|"]
    for code in engine.tongues:
        if found := language_ece(engine, rows, code):
            lines.append(f"| {code.value} | {found[0]} | {found[1]:.3f} |")
    return lines
