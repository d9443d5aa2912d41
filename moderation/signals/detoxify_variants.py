"""The published Detoxify variants: their labels, what each label is to Sunwai, their languages.

Facts from the configurations and the read-me of github.com/unitaryai/detoxify (0.5.4). The
`unbiased` checkpoints have 16 outputs but name 7 classes: the nine others are the groups that a
text speaks of, made for training; its own `predict` leaves them out (its issue 61), and so do we.
No variant was made for Urdu, Roman Urdu or Arabic.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

RENAMED = {
    "toxic": "toxicity",
    "severe_toxic": "severe_toxicity",
    "identity_hate": "identity_attack",
}
SIX = ("toxicity", "severe_toxicity", "obscene", "threat", "insult", "identity_attack")
SEVEN = (*SIX, "sexual_explicit")
GROUPS = (
    "male",
    "female",
    "homosexual_gay_or_lesbian",
    "christian",
    "jewish",
    "muslim",
    "black",
    "white",
    "psychiatric_or_mental_illness",
)
SIXTEEN = (*SEVEN, *GROUPS)
# Which of our kinds a label speaks of; where two do, the higher one counts. severe_toxicity is no
# kind: how bad a text is, the policy says.
KIND_OF = {
    "obscene": "obscene",
    "sexual_explicit": "obscene",
    "threat": "threat",
    "insult": "insult",
    "identity_attack": "slur",
}


class CheckpointRefused(ValueError):
    """A checkpoint or its configuration cannot be used; the message says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One published variant. ``languages`` are ISO 639-1 codes."""

    name: str
    model: str
    tokenizer: str
    labels: tuple[tuple[str, ...], ...]
    languages: tuple[str, ...]


_ENGLISH = ("en",)
VARIANTS = (
    Variant(
        name="original",
        model="BertForSequenceClassification",
        tokenizer="BertTokenizer",
        labels=(SIX,),
        languages=_ENGLISH,
    ),
    Variant(
        name="original-small",
        model="AlbertForSequenceClassification",
        tokenizer="AlbertTokenizer",
        labels=(SIX,),
        languages=_ENGLISH,
    ),
    Variant(
        name="unbiased",
        model="RobertaForSequenceClassification",
        tokenizer="RobertaTokenizer",
        labels=(SEVEN, SIXTEEN),
        languages=_ENGLISH,
    ),
    Variant(
        name="unbiased-small",
        model="AlbertForSequenceClassification",
        tokenizer="AlbertTokenizer",
        labels=(SEVEN, SIXTEEN),
        languages=_ENGLISH,
    ),
    Variant(
        name="multilingual",
        model="XLMRobertaForSequenceClassification",
        tokenizer="XLMRobertaTokenizer",
        labels=(SEVEN, SIXTEEN, ("toxicity",)),  # the first release knew toxicity alone
        languages=("en", "fr", "es", "it", "pt", "tr", "ru"),
    ),
)


def plain_labels(classes: Sequence[str]) -> tuple[str, ...]:
    """The labels by the names that all variants share (`toxic` is `toxicity`)."""
    return tuple(RENAMED.get(name, name) for name in classes)


def recognised(model: str, labels: Sequence[str], outputs: int) -> Variant:
    """The variant with this model class and these labels, in any order, whose head has `outputs`
    outputs. Raises CheckpointRefused for anything else: its languages would not be known."""
    for variant in VARIANTS:
        fitting = [known for known in variant.labels if sorted(known) == sorted(labels)]
        if variant.model == model and fitting:
            _check_outputs(labels, outputs)
            return variant
    raise CheckpointRefused(
        f"{model} with the labels {', '.join(labels) or '(none)'} is no published Detoxify "
        f"variant ({', '.join(v.name for v in VARIANTS)}); which languages it covers is not known"
    )


def _check_outputs(labels: Sequence[str], outputs: int) -> None:
    if outputs == len(labels) or (sorted(labels) == sorted(SEVEN) and outputs == len(SIXTEEN)):
        return
    raise CheckpointRefused(
        f"the checkpoint names {len(labels)} labels but its head has {outputs} outputs; "
        "it is cut short or mixed of two; fetch it again"
    )


def kinds_of(scores: Mapping[str, float]) -> dict[str, float]:
    """Our kinds from scores by label. A kind that no label speaks of is left out: never zero."""
    kinds: dict[str, float] = {}
    for label, kind in KIND_OF.items():
        if label in scores:
            kinds[kind] = max(scores[label], kinds.get(kind, 0.0))
    return kinds
