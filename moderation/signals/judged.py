"""From raw scores to answers: kinds, the worst piece of a text, and the words behind a score."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

import numpy as np
import numpy.typing as npt

from data.reading import Language, Span
from moderation.signals.driven import driving
from moderation.signals.engine import EngineScore, Scores
from moderation.signals.function_words import tells
from moderation.signals.hidden import Token
from moderation.signals.tongue import BY_SENTENCE, FEEDBACK, HEADS, Tongue
from moderation.texts.codes import distinct
from moderation.texts.text import Folded, fold, fold_texts

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]
_SPANS_WITHIN = 24_000  # characters of a text in which the words behind its score are looked for
_SPANS_FROM = 0.35
QUEUE_POINT = 0.5
_NOBODY = -1
_SAID = (*HEADS, "insult")
_BY_THEMSELVES = frozenset({*BY_SENTENCE, *FEEDBACK})
"""The heads that are heard whichever piece of a text is the worst."""
_KINDS = tuple(n for n in _SAID if n not in ("toxicity", *FEEDBACK))
_LOUD = (
    ("toxicity", QUEUE_POINT),
    *((head, QUEUE_POINT) for head in BY_SENTENCE),
    ("toxicity", _SPANS_FROM),
)
"""From which score on a head is asked for the words behind it, the first to be asked first."""
_TELLING = 2
"""Words that say something, without which a sentence is not heard: "yours too" is no threat."""
_NAMES = ("obscene", "slur", "insult")
"""What the words behind toxicity may be called."""


class Worst:
    """What tongues say of texts, by columns: the worst piece of each tongue, the worst tongue."""

    def __init__(self, count: int) -> None:
        self._said = {name: np.full(count, np.nan) for name in _SAID}
        self._tongues: list[Tongue] = []
        self._by = np.full(count, _NOBODY)

    def quiet(self) -> npt.NDArray[np.bool_]:
        """Which texts a tongue judged and found below the queue point."""
        return self._said["toxicity"] < QUEUE_POINT

    def hear(
        self,
        tongue: Tongue,
        raw: Mapping[str, Floats],
        owner: Places,
        said: Callable[[int], Iterable[str]],
        least: float = 0.0,
    ) -> None:
        """What a tongue says, given the raw scores of pieces, the text that each is of, and what
        gives the n-th piece as folded chunks.

        The pieces stand in the order of their texts. Where a text was found worse already, or
        its worst piece is below ``least``, nothing is said of it but by the heads that learnt from
        sentences; these do not speak of a part below the queue point.
        """
        if not owner.size:
            return
        if least:  # the head for threats knows whole comments only
            raw = {name: values for name, values in raw.items() if name != "threat"}
        first = np.flatnonzero(np.diff(owner, prepend=-1))
        at, found = owner[first], _of_texts(tongue, raw, first, said)
        for name in [n for n in BY_SENTENCE if n in found]:
            heard = found.pop(name)
            heard = np.where(heard >= QUEUE_POINT, heard, np.nan) if least else heard
            self._said[name][at] = np.fmax(self._said[name][at], heard)
        for name in [n for n in FEEDBACK if n in found]:
            heard = found.pop(name)
            if not least:  # a part tells nothing of its text's feedback
                self._said[name][at] = np.fmax(self._said[name][at], heard)
        worse = (self._by[at] == _NOBODY) | (found["toxicity"] > self._said["toxicity"][at])
        worse &= found["toxicity"] >= least
        if not worse.all():
            at, found = at[worse], {name: values[worse] for name, values in found.items()}
        self._by[at] = len(self._tongues)
        self._tongues.append(tongue)
        for name, values in self._said.items():
            if name in _BY_THEMSELVES:
                continue
            heard = found.get(name, np.nan)
            # What a sentence does not say may still be said by the whole.
            values[at] = np.fmax(values[at], heard) if least else heard

    def scores(self, texts: Sequence[str], routes: Mapping[int, tuple[Language, ...]]) -> Scores:
        """The answers; ``routes`` tells of the texts that were not judged by their own tongue."""
        notes = [""] * len(texts)
        for i, route in routes.items():
            if len(route) > 1:
                notes[i] = f"judged with {' and '.join(r.value for r in route)}"
        for i in np.flatnonzero(self._by == _NOBODY).tolist():
            notes[i] = _BEYOND if texts[i].strip() else _EMPTY
        kinds = {kind: self._said[kind] for kind in _KINDS}
        feedback = {kind: self._said[kind] for kind in FEEDBACK}
        toxicity = self._said["toxicity"]
        loud = [(head, self._said[head] >= least) for head, least in _LOUD]
        look = partial(self._spans, texts, loud)
        return Scores(toxicity, kinds, notes, look, feedback)

    def _spans(
        self,
        texts: Sequence[str],
        loud: Sequence[tuple[str, npt.NDArray[np.bool_]]],
        wanted: Sequence[int],
    ) -> list[tuple[Span, ...]]:
        """The words behind loud scores, weighed for all texts of a tongue at once; of several loud
        heads the first tells them."""
        found: dict[int, tuple[Span, ...]] = {}
        for head, mine in loud:
            asked = np.array([i for i in wanted if mine[i] and not found.get(i)], dtype=np.intp)
            tongues: list[int] = distinct(self._by[asked]).tolist()
            for n in tongues:
                of: list[int] = asked[self._by[asked] == n].tolist()
                rows = [(i, texts[i], self._label(i, head)) for i in of]
                found |= _spans(self._tongues[n], rows, head)
        return [found.get(i, ()) for i in wanted]

    def _label(self, i: int, head: str) -> str:
        return _label({name: float(self._said[name][i]) for name in _KINDS}, head)


_BEYOND, _EMPTY = "a language that the builtin model was not made for", "empty text"


def _of_texts(
    tongue: Tongue, raw: Mapping[str, Floats], first: Places, said: Callable[[int], Iterable[str]]
) -> dict[str, Floats]:
    """Each head's score of each text, given where its pieces begin, and what is left for insult."""
    scores = {name: tongue.heads[name].mapped(values) for name, values in raw.items()}
    for heard in [scores[name] for name in BY_SENTENCE if name in scores]:
        for n in np.flatnonzero(heard >= QUEUE_POINT).tolist():
            heard[n] *= tells(said(n), _TELLING)
    if any(len(values) > first.size for values in scores.values()):
        scores = {name: np.maximum.reduceat(values, first) for name, values in scores.items()}
    named = np.zeros(first.size)
    for kind in ("obscene", "slur"):
        named = np.maximum(named, scores.get(kind, 0.0))
    scores["insult"] = scores["toxicity"] * (1 - named)
    return scores


def judged_one(
    tongue: Tongue, text: str, raw: Sequence[tuple[Mapping[str, float], str]]
) -> EngineScore:
    """The answer for one text given the raw scores of its pieces, and the pieces folded."""
    heads = tongue.heads
    kinds = {n: heads[n].mapped_one(max([piece[n] for piece, _ in raw])) for n in raw[0][0]}
    for name in [n for n in BY_SENTENCE if kinds.get(n, 0.0) >= QUEUE_POINT]:
        heard = ((heads[name].mapped_one(piece[name]), said) for piece, said in raw)
        kinds[name] = max(v * (v < QUEUE_POINT or tells([said], _TELLING)) for v, said in heard)
    toxicity = kinds.pop("toxicity")
    feedback = {n: kinds.pop(n) for n in FEEDBACK if n in kinds}
    kinds["insult"] = toxicity * (1 - max(kinds.get("obscene", 0.0), kinds.get("slur", 0.0)))
    said = {**kinds, "toxicity": toxicity}
    loud = [head for head, least in _LOUD if said.get(head, 0.0) >= least]
    found = (_spans(tongue, [(0, text, _label(kinds, head))], head)[0] for head in loud)
    spans: tuple[Span, ...] = next(filter(None, found), ())
    return EngineScore(toxicity=toxicity, kinds=kinds, spans=spans, feedback=feedback)


def _label(kinds: Mapping[str, float], head: str) -> str:
    """What the words behind a loud head are called: by the loudest kind, or by its own name."""
    if head in BY_SENTENCE:
        return head
    return max((v, kind) for kind in _NAMES if (v := kinds.get(kind, 0.0)) == v)[1]


def _spans(
    tongue: Tongue, loud: Sequence[tuple[int, str, str]], head: str
) -> dict[int, tuple[Span, ...]]:
    """For each loud text, by its number, the words that raised a head's score most, labelled."""
    texts = [text[:_SPANS_WITHIN] for _, text, _ in loud]
    if len(texts) > 1:
        fold_texts(texts)
    folds = list(map(fold, texts))
    tokens = [tongue.lexicon.tokens(f.text) for f in folds]
    mark = _stretches if head in BY_SENTENCE else _words
    places = mark(tongue, head, folds, tokens)
    return {
        i: tuple(Span(*folded.original(*at), label) for at in found)
        for (i, _, label), folded, found in zip(loud, folds, places, strict=True)
    }


def _stretches(
    tongue: Tongue, head: str, folds: Sequence[Folded], tokens: Sequence[Sequence[Token]]
) -> list[list[tuple[int, int]]]:
    """Of each text the stretch that explains what was heard."""

    def weigh(judged: Sequence[str]) -> Floats:
        return tongue.raw(judged, (head,))[head]

    found = (driving(f, of, weigh) for f, of in zip(folds, tokens, strict=True))
    return [[at] if at else [] for at in found]


def _words(
    tongue: Tongue, head: str, folds: Sequence[Folded], tokens: Sequence[Sequence[Token]]
) -> list[list[tuple[int, int]]]:
    """Of each text the loudest words."""
    alone = tongue.loudness([t.word for found in tokens for t in found], head)
    weights = np.split(alone, np.cumsum([len(found) for found in tokens])[:-1])
    loudest = map(_loudest, tokens, weights)
    return [[(t.start, t.end) for t in of] for of in loudest]


def _loudest(tokens: Sequence[Token], weights: Floats) -> list[Token]:
    if not tokens:
        return []
    line = max(0.4 * float(weights.max()), 0.05)
    strong = [i for i in np.argsort(-weights, kind="stable")[:6] if weights[i] >= line]
    return [tokens[i] for i in sorted(strong)]
