"""Which comments speak for a theme."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from data.model import PROTECTED_KINDS

_SUBSTANCE = sorted(k.value for k in PROTECTED_KINDS)


def choose_quotes(
    comments: pl.DataFrame, theme: str, limit: int = 8, *, skip: Iterable[str] = ()
) -> list[str]:
    """Ids of comments that stand for a theme, by a rule and not by taste.

    Substance first (complaint, suggestion, view); then the longest standing; languages by turns,
    the largest first, so that none speaks for all. Copies are told once; ``skip`` not at all. A
    comment that was not checked is left out: what hurts in it is not known, so it stays unmasked.
    """
    mine = comments.filter(
        pl.col("themes").list.contains(theme)
        & (pl.col("coverage") != "not_checked")
        & ~pl.col("comment_id").is_in(list(skip))
    ).with_columns(
        pl.col("feedback").list.eval(pl.element().is_in(_SUBSTANCE)).list.any().alias("substance"),
        pl.len().over("language").alias("spoken"),
    )
    ranked = mine.sort(["substance", "posted_at", "comment_id"], descending=[True, False, False])
    alone = pl.coalesce("group_id", "comment_id").alias("alone")
    ranked = ranked.with_columns(alone).unique("alone", keep="first", maintain_order=True)
    ranked = ranked.with_columns(pl.int_range(pl.len()).over("language").alias("turn"))
    by_turns = ranked.sort(
        ["turn", "spoken", "language"], descending=[False, True, False], maintain_order=True
    )
    return by_turns["comment_id"].head(limit).to_list()
