"""A look at the first rows of an export, before anything is kept."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, islice

from collectors.exports.reading import Export, storable_text
from collectors.exports.records import FILE, Item, Reader, ReadPost, ReadRow
from data.model import CollectedComment, CollectedPost, RowError

COUNTED_UP_TO = 8 * 1024**2  # bytes of a file that a preview reads to its end


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column or key of the file, what it became, and its first value."""

    name: str
    became: str
    sample: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The first rows of an export, before anything is kept."""

    format: str
    title: str
    encoding: str
    columns: tuple[Column, ...]
    comments: tuple[tuple[int, CollectedComment], ...]
    posts: tuple[tuple[int, CollectedPost], ...]
    errors: tuple[RowError, ...]
    warnings: tuple[str, ...]
    mapped: bool = False  # by columns that a person named
    whole: Count | None = None  # of the whole file, where it is small enough to be read at once

    @property
    def read(self) -> int:
        """How many rows were looked at."""
        return len(self.comments) + len(self.posts) + len(self.errors)


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many rows of a whole file are what."""

    comments: int
    posts: int
    errors: int


def preview(export: Export, n: int = 10) -> Preview:
    """The first ``n`` rows, what each column became, and the errors among them."""
    rows, whole = _first(export, n)
    samples: dict[str, str] = {}
    for item in islice(export.layout.items(), n):
        if isinstance(item, Item):
            for name, value in item.fields.items():
                if name != FILE and not samples.get(name):
                    samples[name] = "" if value is None else storable_text(str(value))[:80]
    return Preview(
        format=export.format,
        title=export.title,
        encoding=export.encoding,
        columns=tuple(
            Column(name=name, became=_became(export.reader, name), sample=sample)
            for name, sample in samples.items()
        ),
        comments=tuple((r[0], r[2]) for r in rows if isinstance(r, tuple)),
        posts=tuple((r.row, r.post) for r in rows if isinstance(r, ReadPost)),
        errors=tuple(r for r in rows if isinstance(r, RowError)),
        warnings=export.warnings,
        mapped=export.context.mapping is not None,
        whole=whole,
    )


def _first(export: Export, n: int) -> tuple[list[ReadRow], Count | None]:
    """The first rows, and how many of each there are where the file is small."""
    rows = export.rows()
    first = list(islice(rows, n))
    largest = COUNTED_UP_TO if export.layout.encoding != "XLSX" else COUNTED_UP_TO // 8
    if export.path.stat().st_size > largest:
        return first, None
    kinds = [0, 0, 0]
    for row in chain(first, rows):
        kinds[0 if isinstance(row, tuple) else 1 if isinstance(row, ReadPost) else 2] += 1
    return first, Count(comments=kinds[0], posts=kinds[1], errors=kinds[2])


def _became(reader: Reader, name: str) -> str:
    head = name.split("/", 1)[0]
    told = reader.became.get(name) or reader.became.get(head) or reader.rest
    return told or "not known: kept raw only"
