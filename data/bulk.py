"""Many new rows in one go, past the statement builder: the driver's own executemany, or COPY.

Values go through the columns' own types first, so that what is kept is the same either way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar, cast

from sqlalchemy import Table, func, select, text

from data.db import Tx
from data.schema import KeptJson

Convert = Callable[[Any], Any]
_T = TypeVar("_T")


def batched(things: Sequence[_T], size: int) -> Iterator[Sequence[_T]]:
    """The things in order, at most ``size`` at a time."""
    for start in range(0, len(things), size):
        yield things[start : start + size]


def insert_rows(tx: Tx, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Inserts the rows, which all name the same columns. Raises what the driver raises."""
    if not rows:
        return
    names = list(rows[0])
    columns = [_converted(tx, table, name, [row[name] for row in rows]) for name in names]
    tuples = list(zip(*columns, strict=True))
    quoted = ", ".join(f'"{name}"' for name in names)
    if tx.dialect.name == "postgresql":
        _copy(tx, f'COPY "{table.name}" ({quoted}) FROM STDIN', tuples)
        return
    marks = ", ".join("?" * len(names))
    tx.exec_driver_sql(f'INSERT INTO "{table.name}" ({quoted}) VALUES ({marks})', tuples)


def next_ids(tx: Tx, table: Table, count: int) -> list[int]:
    """Ids that rows of this transaction may take, so that no row is written twice to point at it.

    On SQLite the writer holds the lock; on PostgreSQL they come from the table's sequence.
    """
    if count == 0:
        return []
    if tx.dialect.name == "postgresql":
        take = text("SELECT nextval(pg_get_serial_sequence(:t, 'id')) FROM generate_series(1, :n)")
        return list(tx.execute(take, {"t": table.name, "n": count}).scalars())
    first = tx.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one() + 1
    return list(range(first, first + count))


def _converted(tx: Tx, table: Table, name: str, values: list[Any]) -> list[Any]:
    """One column's values as the driver takes them; equal ones are converted once."""
    kind = table.c[name].type
    convert = cast("Convert | None", kind.dialect_impl(tx.dialect).bind_processor(tx.dialect))
    if convert is None:
        return values
    if isinstance(kind, KeptJson):  # lists and objects, which cannot be looked up
        return [convert(value) for value in values]
    done = {value: convert(value) for value in set(values)}
    return [done[value] for value in values]


def _copy(tx: Tx, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
    raw: Any = tx.connection.driver_connection
    with raw.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
