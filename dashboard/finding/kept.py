"""Figures that were worked out are kept until something they were worked out of changes.

What changes is told by the newest row of each table behind them: a handful of index tips. They are
never kept beyond the minute they were made in, because some of them depend on the clock.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from datetime import datetime
from threading import Lock
from typing import TypeVar, cast
from weakref import WeakKeyDictionary

from data.db import Database, Tx
from data.store.versions import figures_version

_T = TypeVar("_T")
MOST = 16
"""So many answers are kept for each database; the one asked for longest ago goes first."""

_lock = Lock()
_kept: WeakKeyDictionary[Database, OrderedDict[Hashable, tuple[Hashable, object]]] = (
    WeakKeyDictionary()
)


def kept(tx: Tx, db: Database, query: Hashable, now: datetime, make: Callable[[], _T]) -> _T:
    """What ``make`` gives, or gave for the same query while nothing has changed since.

    ``make`` must depend on nothing but the query, the store and the minute.
    """
    version = (figures_version(tx), now.replace(second=0, microsecond=0))
    with _lock:
        mine = _kept.setdefault(db, OrderedDict())
        known = mine.get(query)
        if known is not None and known[0] == version:
            mine.move_to_end(query)
            return cast("_T", known[1])
    made = make()
    with _lock:
        mine[query] = (version, made)
        mine.move_to_end(query)
        while len(mine) > MOST:
            mine.popitem(last=False)
    return made
