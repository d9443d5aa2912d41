"""Makes the shipped model: `sunwai train`. Same data and seed, same bytes."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import threadpoolctl  # pyright: ignore[reportMissingTypeStubs]

from data.model import Language
from moderation.models.modelfile import model_bytes
from moderation.signals.builtin import MODEL_FILE
from moderation.signals.hidden import HiddenWords
from moderation.signals.tongue import BY_SENTENCE, FEEDBACK
from moderation.texts.text import fold_text
from moderation.training import calibrate, fit, words
from moderation.training.bench import INVENTED, Bench, prepare
from moderation.training.card import write_card
from moderation.training.corpus import (
    NEVER_TRAINED,
    Row,
    chooses,
    dev_rows,
    read_corpus,
    training_rows,
)
from moderation.training.encoder import Encoder, find_encoder, read_encoder
from moderation.training.invented import invented_rows
from moderation.training.kinds import Kind, kinds_of, learn_kind
from moderation.training.net import LANGUAGES as NETTED
from moderation.training.net import Grounds, Share, learn_doubt
from moderation.training.tongue import train_tongues
from moderation.training.toxicity import learn_toxicity
from moderation.training.written import learn_feedback, learn_written, sentences_of

VERSION = "1"
LANGUAGES = (Language.EN, Language.UR, Language.UR_LATN, Language.AR)
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """Where the model went, its checksum and the figures of each language's calibration."""

    path: Path
    sha256: str
    size: int
    facts: Mapping[str, Any]


def _companded(table: Floats) -> tuple[npt.NDArray[np.int8], float]:
    scale = float(np.abs(table).max()) or 1.0
    root = np.sqrt(np.abs(table) / scale) * 127
    return (np.sign(table) * np.rint(root)).astype(np.int8), scale


def _can_learn(rows: Sequence[Row], language: Language) -> bool:
    """Whether the rows of a language hold abusive and clean ones; else it is not covered."""
    labels = {r.label for r in rows if r.language is language}
    return {True, False} <= labels


def _squashed(text: str) -> npt.NDArray[np.uint8]:
    return np.frombuffer(zlib.compress(text.encode(), 9), dtype=np.uint8)


def _lexicon_arrays(lexicon: HiddenWords) -> dict[str, npt.NDArray[Any]]:
    lines = "\n".join(f"{w}\t{v:.3f}" for w, v in sorted(lexicon.targets.items()))
    return {
        "lexicon": _squashed(lines),
        "joins": _squashed("\n".join(sorted(lexicon.joins))),
        "apart": np.array(sorted(lexicon.apart), dtype=np.uint32),
        "known": np.array(sorted(lexicon.known), dtype=np.uint32),
    }


def train_language(
    bench: Bench, dev: Sequence[Row], encoder: Encoder, seed: int
) -> tuple[dict[str, Any], dict[str, npt.NDArray[Any]]]:
    """The facts and arrays of one language; the `dev` rows help to choose the two points."""
    head = learn_toxicity(bench, seed)
    real = np.array([r.source != INVENTED for r in bench.rows])
    seen = head.labelled & bench.original & real
    rows = [r for r, s in zip(bench.rows, seen, strict=True) if s]
    told = [r for r in dev if r.label is not None and chooses(r)]
    unseen = head.raw(bench.counts_of([r.text for r in told])) if told else np.zeros(0)
    held = head.held
    facts: dict[str, Any] = {"rows": len(rows), "heads": {}}
    arrays = _lexicon_arrays(bench.lexicon)
    grounds, shares = None, dict[str, Share]()
    if bench.language in NETTED:
        said = [s.text for name in BY_SENTENCE for s in sentences_of(name, bench.language)]
        grounds = Grounds(bench, head.labelled, encoder, [*map(fold_text, said)])
        shares["toxicity"], held = learn_doubt(bench, head.labelled, held, grounds, seed)
        doubt = grounds.doubt(shares, bench.lexicon)
        moved = doubt.moved({"toxicity": unseen}, lambda n: fold_text(told[n].text))
        unseen = moved["toxicity"]
    raw = np.concatenate([held[seen[head.labelled]], unseen])
    knots, facts["calibration"] = calibrate.toxicity_knots(raw, [*rows, *told])
    _pack(facts["heads"], arrays, "toxicity", head.every, None, knots)
    if head.setting is not None:
        arrays["toxicity.setting"], scale = _companded(head.setting.table)
        facts["heads"]["toxicity"]["setting"] = {
            "scale": scale, "bias": head.setting.bias, "depth": head.setting.depth
        }  # fmt: skip
    for kind in kinds_of(bench):
        found = learn_kind(bench, kind, seed)
        _pack(facts["heads"], arrays, kind, found.every, found.words, found.knots)
        facts["heads"][kind]["report"] = found.report
    criticism = [r for r in dev if r.source in NEVER_TRAINED and chooses(r)]
    made: dict[str, Kind] = {}
    for name in BY_SENTENCE:
        wide = grounds and grounds.wide
        made[name], share = learn_written(bench, name, criticism, wide, seed)
        shares |= {name: share} if share else {}
    if grounds:
        doubt = grounds.doubt(shares, bench.lexicon)
        facts["net"] = doubt.facts()
        arrays |= doubt.arrays()
    for name, found in (made | {k: learn_feedback(bench, k, seed) for k in FEEDBACK}).items():
        _pack(facts["heads"], arrays, name, found.every, found.words, found.knots)
        facts["heads"][name]["report"] = found.report
    return facts, arrays


def _pack(
    heads: dict[str, Any],
    arrays: dict[str, npt.NDArray[Any]],
    name: str,
    every: fit.Linear,
    words: fit.Linear | None,
    knots: calibrate.Knots,
) -> None:
    arrays[name], scale = _companded(every.table)
    heads[name] = {"scale": scale, "bias": every.bias, "raw": list(knots.raw),
                   "odds": list(knots.odds)}  # fmt: skip
    if words is not None:
        arrays[f"{name}.words"], heads[name]["words_scale"] = _companded(words.table)


def _one_thread() -> AbstractContextManager[Any]:
    """Sums in the same order on every machine: the same bytes."""
    return cast(Any, threadpoolctl).threadpool_limits(limits=1)


def _learnt(
    rows: Sequence[Row], held: Sequence[Row], data: Path, encoder: Encoder, seed: int
) -> tuple[dict[str, Any], dict[str, npt.NDArray[Any]]]:
    """Facts and arrays of every language that the rows can teach."""
    facts: dict[str, Any] = {"version": VERSION, "seed": seed, "languages": {}}
    arrays: dict[str, npt.NDArray[Any]] = {}
    for language in (code for code in LANGUAGES if _can_learn(rows, code)):
        mine = [*rows, *invented_rows(language, seed)]
        bench = prepare(mine, language, words.listed_words(data, language), seed)
        dev = [r for r in held if r.language is language]
        told, made = train_language(bench, dev, encoder, seed)
        facts["languages"][language.value] = told
        arrays |= {f"{language.value}/{name}": array for name, array in made.items()}
    return facts, arrays


def train(
    data: Path,
    out: Path,
    *,
    seed: int = 1,
    licence_clear: bool = False,
    beside: Path | None = None,
    encoder: Path | None = None,
) -> Trained:
    """Trains on the labelled sets in `data` and writes the model file into the folder `out`.

    `beside` is the folder of a licence-clear variant whose figures the card is to show too;
    `encoder` that of a pretrained encoder, where it is not the installed package's. Raises
    EncoderMissing and BadCorpus.
    """
    known = read_encoder(encoder or find_encoder())
    corpus = read_corpus(data, licence_clear=licence_clear)
    rows, held = training_rows(corpus), dev_rows(corpus)
    with _one_thread():
        facts, arrays = _learnt(rows, held, data, known, seed)
        facts["licence_clear"] = licence_clear
        out.mkdir(parents=True, exist_ok=True)
        train_tongues(rows, out, seed=seed)
    whole = model_bytes(facts, arrays)
    path = out / MODEL_FILE
    path.write_bytes(whole)
    write_card(out, held, beside)
    return Trained(path=path, sha256=whole[-32:].hex(), size=len(whole), facts=facts)
