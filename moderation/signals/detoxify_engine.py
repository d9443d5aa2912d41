"""The detoxify engine: the published models behind the engine protocol, for their languages only.

Same maths as the package's own `predict` (fp32, sigmoid of each output), but in batches of like
length instead of one batch padded to its longest. A text longer than the model reads is judged in
overlapping windows and the worst window counts. Whatever goes wrong leaves toxicity None with the
reason: the comment is then *not checked*, never clean.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from math import isfinite
from pathlib import Path
from typing import Any

from data.model import Coverage, Language, storable
from moderation.signals.detoxify_int8 import INT8, MODEL, load_int8
from moderation.signals.detoxify_loader import Loaded, load_checkpoint
from moderation.signals.detoxify_store import (
    CHECKPOINT,
    ENGINE,
    HOW_TO_IMPORT,
    EngineAbsent,
    damage,
    model_in_use,
)
from moderation.signals.detoxify_variants import CheckpointRefused, kinds_of
from moderation.signals.engine import EngineScore, ToxicityEngine
from moderation.signals.in_time import InTime, TooSlow
from moderation.signals.score_store import RecentScores, ScoreKey, ScoreStore, key_of
from moderation.signals.windows import batches

LONGEST_TEXT = 20_000  # characters; twice what any platform takes. Longer ones go to a person.
SECONDS = 60.0  # for one batch; a batch of 1024 tokens takes about one on a small machine
_TEXTS_AT_ONCE = 512
_GIVE_UP_AFTER = 3
_OVERLAP = 8  # windows share this part of their length, so that no phrase is cut in two
Probabilities = list[float]
Forward = Callable[[Sequence[Sequence[int]]], list[Probabilities]]


class DetoxifyEngine:
    """A loaded Detoxify model. Judges one batch at a time, whichever thread asks."""

    name = ENGINE

    def __init__(
        self,
        loaded: Loaded,
        version: str,
        *,
        seconds: float = SECONDS,
        store: ScoreStore | None = None,
        forward: Forward | None = None,
    ) -> None:
        """``seconds`` is the patience for one batch; ``forward`` turns token numbers into the
        head's probabilities (by default the loaded model does)."""
        self.version = version
        self._loaded = loaded
        self._in_time = InTime(seconds)
        self._store: ScoreStore = RecentScores() if store is None else store
        self._forward = forward or TorchForward(loaded)

    def covers(self, language: Language) -> Coverage:
        """Covered: the variant was made and measured for it by its makers. Never half."""
        made_for = language.value in self._loaded.variant.languages
        return Coverage.COVERED if made_for else Coverage.NOT_COVERED

    def score(self, texts: Sequence[str], languages: Sequence[Language]) -> list[EngineScore]:
        """One score for each text, in order. Raises ValueError if the lengths differ."""
        if len(texts) != len(languages):
            raise ValueError(f"{len(texts)} texts but {len(languages)} languages")
        why = [self._not_judged(t, x) for t, x in zip(texts, languages, strict=True)]
        keys = [key_of(t, self.name, self.version) for t in texts]
        wanted = {k: t for k, t, no in zip(keys, texts, why, strict=True) if not no}
        known = self._store.get(wanted)
        known |= self._judged({k: storable(t) for k, t in wanted.items() if k not in known})
        return [
            EngineScore(toxicity=None, note=no) if no else known[key]
            for key, no in zip(keys, why, strict=True)
        ]

    def _not_judged(self, text: str, language: Language) -> str:
        variant = self._loaded.variant
        if self.covers(language) is Coverage.NOT_COVERED:
            covered = ", ".join(variant.languages)
            return f"detoxify {variant.name} covers {covered} and not {language.value}"
        if len(text) > LONGEST_TEXT:
            return f"longer than {LONGEST_TEXT} characters: not judged by detoxify"
        return ""

    def _judged(self, texts: dict[ScoreKey, str]) -> dict[ScoreKey, EngineScore]:
        keys = list(texts)
        found: dict[ScoreKey, EngineScore] = {}
        for at in range(0, len(keys), _TEXTS_AT_ONCE):
            part = keys[at : at + _TEXTS_AT_ONCE]
            scores = self._judge([texts[k] for k in part])
            fresh = dict(zip(part, scores, strict=True))
            self._store.put({k: s for k, s in fresh.items() if s.toxicity is not None})
            found |= fresh
        return found

    def _judge(self, texts: Sequence[str]) -> list[EngineScore]:
        try:
            windows = self._in_time.ask(lambda: _windows(self._loaded, texts))
        except Exception as error:  # noqa: BLE001 - foreign code: what it raises becomes a note
            return [EngineScore(toxicity=None, note=self._fault(error))] * len(texts)
        answers = self._answers([w.tokens for w in windows])
        of_text: list[list[Probabilities | str]] = [[] for _ in texts]
        for window, answer in zip(windows, answers, strict=True):
            of_text[window.text].append(answer)
        return [self._combined(mine) for mine in of_text]

    def _answers(self, windows: Sequence[Sequence[int]]) -> list[Probabilities | str]:
        """For each window its probabilities, or why there are none."""
        found: list[Probabilities | str] = ["not reached"] * len(windows)
        failed = 0
        for batch in batches([len(w) for w in windows]):
            answers: Sequence[Probabilities | str]
            try:
                answers = self._in_time.ask(lambda b=batch: self._forward([windows[i] for i in b]))
                failed = 0
            except Exception as error:  # noqa: BLE001 - as above
                failed = _GIVE_UP_AFTER if isinstance(error, TooSlow) else failed + 1
                answers = [self._fault(error)] * len(batch)
            for i, answer in zip(batch, answers, strict=True):
                found[i] = answer
            if failed >= _GIVE_UP_AFTER:
                return [str(answers[0]) if x == "not reached" else x for x in found]
        return found

    def _fault(self, error: Exception) -> str:
        # Of a foreign error its kind only: the message may hold the comment's text.
        told = str(error) if isinstance(error, TooSlow) else f"failed with {type(error).__name__}"
        return f"detoxify {self.version} {told}"

    def _combined(self, windows: Sequence[Probabilities | str]) -> EngineScore:
        """The worst of a text's windows; None when any of them could not be judged."""
        faults = [w for w in windows if isinstance(w, str)]
        if faults or not windows:
            return EngineScore(toxicity=None, note=faults[0] if faults else "no window was judged")
        judged = [w for w in windows if not isinstance(w, str)]
        labels = self._loaded.labels
        worst = {label: max(w[i] for w in judged) for i, label in enumerate(labels)}
        if not all(isfinite(p) for window in judged for p in window):
            return EngineScore(toxicity=None, note="detoxify gave no number")
        return EngineScore(toxicity=worst["toxicity"], kinds=kinds_of(worst))


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A stretch of a text as token numbers, special ones included; ``text`` is whose it is."""

    text: int
    tokens: list[int]


def _windows(loaded: Loaded, texts: Sequence[str]) -> list[Window]:
    """At least one for each text. The first is what `predict` would see of the text."""
    told = loaded.tokenizer(
        list(texts),
        truncation=True,
        max_length=loaded.longest,
        stride=loaded.longest // _OVERLAP,
        return_overflowing_tokens=True,
        return_attention_mask=False,
    )
    owners = told["overflow_to_sample_mapping"]
    return [
        Window(text=int(owner), tokens=list(tokens))
        for owner, tokens in zip(owners, told["input_ids"], strict=True)
    ]


class TorchForward:
    """The model itself: token numbers in, the labels' probabilities out."""

    def __init__(self, loaded: Loaded) -> None:
        self._torch: Any = import_module("torch")
        self._loaded = loaded

    def __call__(self, windows: Sequence[Sequence[int]]) -> list[Probabilities]:
        torch, loaded = self._torch, self._loaded
        longest = max(len(w) for w in windows)
        pad = loaded.tokenizer.pad_token_id
        ids = torch.tensor([[*w, *[pad] * (longest - len(w))] for w in windows])
        mask = torch.tensor([[1] * len(w) + [0] * (longest - len(w)) for w in windows])
        with torch.inference_mode():
            out = loaded.model(input_ids=ids, attention_mask=mask)[0]
        return torch.sigmoid(out)[:, : len(loaded.labels)].tolist()


def load_detoxify(models_folder: Path) -> ToxicityEngine:
    """The newest imported model, every file of it checked. Raises EngineAbsent with what to do."""
    stored = model_in_use(models_folder)
    # The checkpoint is hashed where it is loaded; the int8 form does not need it.
    broken = damage(stored, but=(CHECKPOINT,))
    if broken:
        raise EngineAbsent(f"detoxify {stored.variant}: {'; '.join(broken)}; {_AGAIN}")
    if MODEL in stored.files:
        loaded, forward = load_int8(stored)
        return DetoxifyEngine(loaded, f"{stored.version}+{INT8}", forward=forward)
    try:
        loaded = load_checkpoint(stored.checkpoint, stored.config, stored.files[CHECKPOINT])
    except (CheckpointRefused, OSError, KeyError) as fault:
        raise EngineAbsent(f"detoxify {stored.variant}: {fault}; {_AGAIN}") from fault
    return DetoxifyEngine(loaded, stored.version)


_AGAIN = f"import it again: {HOW_TO_IMPORT}"
