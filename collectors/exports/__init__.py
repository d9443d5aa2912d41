"""Export files of other tools, read row by row (CONNECTORS.md 8)."""

from __future__ import annotations

from collectors.exports.encodings import MAX_BYTES as LARGEST_FILE
from collectors.exports.generic import NotMapped, UnknownTable
from collectors.exports.guessing import guessed, guessed_dates
from collectors.exports.mapping import (
    BadMapping,
    ColumnMapping,
    DateFormat,
    Meaning,
    mapping_from,
    meaning_of,
)
from collectors.exports.previewing import Column, Count, Preview, preview
from collectors.exports.reading import FORMATS, Export, open_export, table_in
from collectors.exports.records import NotAnExport, ReadContext, ReadPost, ReadRow
from collectors.exports.values import named_post

__all__ = [
    "FORMATS",
    "LARGEST_FILE",
    "BadMapping",
    "Column",
    "ColumnMapping",
    "Count",
    "DateFormat",
    "Export",
    "Meaning",
    "NotAnExport",
    "NotMapped",
    "Preview",
    "ReadContext",
    "ReadPost",
    "ReadRow",
    "UnknownTable",
    "guessed",
    "guessed_dates",
    "mapping_from",
    "meaning_of",
    "named_post",
    "open_export",
    "preview",
    "table_in",
]
