"""Sharing out texts of unlike length: batches with little padding, and the worst window counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

MOST_IN_BATCH = 32
# Padded tokens. Measured: larger batches fall out of the cache, smaller ones waste calls.
TOKENS_IN_BATCH = 1024


def batches(
    lengths: Sequence[int], *, most: int = MOST_IN_BATCH, tokens: int = TOKENS_IN_BATCH
) -> Iterator[list[int]]:
    """Positions of `lengths` in batches of like length, the short ones first.

    A batch has at most `most` members and, padded to its longest, at most `tokens` tokens, but
    always one member. Each position comes exactly once.
    """
    batch: list[int] = []
    for at in sorted(range(len(lengths)), key=lambda i: (lengths[i], i)):
        if batch and (len(batch) == most or (len(batch) + 1) * lengths[at] > tokens):
            yield batch
            batch = []
        batch.append(at)
    if batch:
        yield batch
