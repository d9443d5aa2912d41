"""Export files of other tools, read row by row (CONNECTORS.md 8)."""

from __future__ import annotations

from collectors.exports.reading import (
    FORMATS,
    Column,
    Export,
    Preview,
    open_export,
    preview,
)
from collectors.exports.records import NotAnExport, ReadContext, ReadRow

__all__ = [
    "FORMATS",
    "Column",
    "Export",
    "NotAnExport",
    "Preview",
    "ReadContext",
    "ReadRow",
    "open_export",
    "preview",
]
