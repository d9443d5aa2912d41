"""Export files from the browser: the collectors' readers, as dashboard.importer asks for them."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from collectors.exports import NotAnExport, Preview, ReadContext, open_export, preview
from collectors.importing import ImportRefused, ImportResult
from dashboard.importer import NotTaken, Told
from data.model import CollectedPost, Source, User
from sunwai.importing import take_file
from sunwai.wiring import House


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseImporter:
    """dashboard.importer.Importer over this house's settings and database."""

    house: House

    def look(self, path: Path, name: str, source: Source, told: Told, rows: int) -> Preview:
        """The first rows, before anything is kept. Raises NotTaken."""
        with _named(path, name):
            return preview(open_export(path, context=_context(source, told)), rows)

    def take(self, path: Path, name: str, source: Source, told: Told, by: User) -> ImportResult:
        """Imports the file. Raises NotTaken."""
        with _named(path, name):
            return take_file(self.house, source, path, context=_context(source, told), name=name)


def _context(source: Source, told: Told) -> ReadContext:
    return ReadContext(
        platform=source.platform,
        time_zone=source.time_zone,
        captured_at=told.captured_at,
        own_names=frozenset(source.own_names),
        post=None if told.post is None else CollectedPost(external_id=told.post),
    )


@contextmanager
def _named(path: Path, name: str) -> Generator[None]:
    """Refusals name the file as the person knows it, not as it lies here."""
    try:
        yield
    except (NotAnExport, ImportRefused) as refused:
        raise NotTaken(str(refused).replace(path.name, name)) from refused
