"""How far apart two words are, in edits."""

from __future__ import annotations


def _unlike(a: str, b: str) -> tuple[str, str]:
    """What is left of two words without the letters in which they begin and end alike."""
    most = min(len(a), len(b))
    at = 0
    while at < most and a[at] == b[at]:
        at += 1
    most -= at
    end = 0
    while end < most and a[-1 - end] == b[-1 - end]:
        end += 1
    return a[at : len(a) - end], b[at : len(b) - end]


def within_one(a: str, b: str) -> bool:
    """Whether two words are at most one edit apart (insert, delete, replace, swap neighbours)."""
    if abs(len(a) - len(b)) > 1:
        return False
    a, b = _unlike(a, b)
    return max(len(a), len(b)) < 2 or (len(a) == 2 and a == b[::-1])


def distance(a: str, b: str, limit: int = 2) -> int:
    """Edits (insert, delete, replace, swap of neighbours) between two words; over `limit`: more."""
    if abs(len(a) - len(b)) > limit:
        return limit + 1
    a, b = _unlike(a, b)
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        after = [i]
        for j, y in enumerate(b, start=1):
            cost = min(row[j] + 1, after[j - 1] + 1, row[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, before[j - 2] + 1)
            after.append(cost)
        before, row = row, after
    return row[-1]
