"""Export files from the browser: the collectors' readers, as dashboard.importer asks for them."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from collectors.exports import (
    BadMapping,
    ColumnMapping,
    DateFormat,
    Meaning,
    NotAnExport,
    NotMapped,
    Preview,
    ReadContext,
    UnknownTable,
    guessed,
    guessed_dates,
    mapping_from,
    named_post,
    open_export,
    preview,
    table_in,
)
from collectors.importing import ImportRefused
from dashboard.importer import ColumnGuess, Columns, NeedsColumns, NotTaken, Told
from data.model import JsonObject, Source
from data.store import files
from sunwai.import_queue import Beside
from sunwai.importing import with_kept_mapping
from sunwai.schedule import owner_name
from sunwai.wiring import House

SAMPLES, LONGEST_SAMPLE = 3, 80
UNKNOWN = (
    "No tool that Sunwai knows writes such a file. Say what each column is; at least which one is "
    "the comment's text. Nothing is kept before you have seen the first rows."
)


class HouseImporter:
    """dashboard.importer.Importer over this house's settings and database.

    ``work_queue`` begins to import what waits, where no scheduler does.
    """

    def __init__(self, *, house: House, work_queue: Callable[[], None] | None = None) -> None:
        self.house = house
        self._work_queue = work_queue or Beside(house, owner_name())

    def look(self, path: Path, name: str, source: Source, told: Told, rows: int) -> Preview:
        """The first rows, before anything is kept. Raises NotTaken and NeedsColumns."""
        with _named(path, name, source):
            context = with_kept_mapping(self.house, source, path, context=_context(source, told))
            return preview(open_export(path, context=context), rows)

    def columns(self, path: Path, name: str, source: Source, told: Told) -> Columns:
        """What the columns are: as was said before, or guessed. Raises NotTaken."""
        with _named(path, name, source):
            table = table_in(path, encoding=told.encoding)
            if table is None:
                raise NotAnExport(f"{path.name} holds no table whose columns could be named.")
        with self.house.ready_db.read() as tx:
            kept = files.mapping_for(tx, source.id, table.signature)
        known = None if kept is None else mapping_from(kept.body)
        return _asked(table, "Say what each column is.", source.time_zone, known)

    def hasten(self) -> None:
        """Sees to it that the files that wait are imported."""
        self._work_queue()


def _context(source: Source, told: Told) -> ReadContext:
    return ReadContext(
        platform=source.platform,
        time_zone=source.time_zone,
        captured_at=told.captured_at,
        own_names=frozenset(source.own_names),
        encoding=told.encoding,
        post=None if told.post is None else named_post(told.post, source.platform),
        mapping=None if told.mapping is None else _mapping(told.mapping),
    )


def _mapping(told: JsonObject) -> ColumnMapping:
    try:
        return mapping_from(told)
    except BadMapping as bad:
        raise NotTaken(str(bad)) from bad


@contextmanager
def _named(path: Path, name: str, source: Source) -> Generator[None]:
    """Refusals name the file as the person knows it, not as it lies here."""
    try:
        yield
    except NotMapped as unknown:
        asked = _asked(unknown.table, UNKNOWN, source.time_zone, None)
        raise NeedsColumns(asked) from unknown
    except (NotAnExport, ImportRefused) as refused:
        raise NotTaken(str(refused).replace(path.name, name)) from refused


def _asked(table: UnknownTable, reason: str, zone: str, known: ColumnMapping | None) -> Columns:
    """The question to a person, with a guess at each answer, or with what was said before."""
    meanings = guessed(table.columns, table.samples)
    date_format = guessed_dates(_dated(meanings), table.samples)
    if known is not None:
        meanings = {name: known.columns.get(name, Meaning.IGNORE) for name in table.columns}
        date_format, zone = known.date_format, known.zone or zone
    return Columns(
        reason=reason,
        columns=tuple(
            ColumnGuess(
                name=name, samples=_samples(name, table.samples), meaning=meanings[name].value
            )
            for name in table.columns
        ),
        date_format=DateFormat(date_format).value,
        zone=zone,
    )


def _dated(meanings: dict[str, Meaning]) -> str | None:
    return next((name for name, m in meanings.items() if m is Meaning.CREATED), None)


def _samples(name: str, rows: Sequence[JsonObject]) -> tuple[str, ...]:
    values = (str(row[name]) for row in rows if row.get(name) not in (None, ""))
    return tuple(value[:LONGEST_SAMPLE] for value, _ in zip(values, range(SAMPLES), strict=False))
