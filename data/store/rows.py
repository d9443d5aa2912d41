"""A row by column names; the only place that touches SQLAlchemy's underscored public name."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, RowMapping


def named(row: Row[Any]) -> RowMapping:
    """The row's values by column name (``_mapping`` is documented API despite its underscore)."""
    return row._mapping  # pyright: ignore[reportPrivateUsage]
