"""Export files from the command line and the browser: the source found or made, the file taken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from collectors.exports import (
    FORMATS,
    ColumnMapping,
    NotAnExport,
    NotMapped,
    ReadContext,
    mapping_from,
    named_post,
    open_export,
)
from collectors.importing import ImportResult, import_file
from data.model import CollectedPost, JsonObject, Platform, Source, SourceMode
from data.store import audit, files, sources
from moderation.texts.text import search_fold
from sunwai.cli import BadUsage
from sunwai.wiring import House


def import_into(
    house: House,
    path: Path,
    *,
    source_name: str,
    format: str | None = None,
    captured_at: datetime | None = None,
    own_names: frozenset[str] = frozenset(),
    post: CollectedPost | str | None = None,
    encoding: str | None = None,
    mapping: ColumnMapping | None = None,
    platform: Platform | None = None,
) -> ImportResult:
    """Imports the file into the named source; a new name makes an export source of its platform.

    ``captured_at`` is when the file was written (by default the file's own time stamp): relative
    dates are resolved against it. ``post`` may be a post's id or address. Without a ``mapping``
    the one that was kept for this header is used. Raises NotAnExport and what import_file raises.
    """
    if format is not None and format not in known_formats():
        raise BadUsage(f"--format {format}: it is one of {', '.join(known_formats())}.")
    written = captured_at or datetime.fromtimestamp(path.stat().st_mtime, UTC)
    known = find_source(house, source_name)
    told = known.platform if known else platform
    context = ReadContext(
        platform=told,
        time_zone=known.time_zone if known else house.settings.zone,
        captured_at=written,
        own_names=own_names | frozenset(known.own_names if known else ()),
        encoding=encoding,
        post=named_post(post, told) if isinstance(post, str) else post,
        mapping=mapping,
    )
    if known is None:
        export = open_export(path, context=context, format=format)
        known = add_source(
            house,
            name=source_name,
            platform=export.platform,
            mode=SourceMode.EXPORT,
            title=source_name,
        )
    return take_file(house, known, path, context=context, format=format)


def take_file(
    house: House,
    source: Source,
    path: Path,
    *,
    context: ReadContext,
    format: str | None = None,
    name: str | None = None,
    by: str = "command line",
    progress: Callable[[int], None] | None = None,
) -> ImportResult:
    """Imports a file as this house keeps comments; ``name`` is what people know the file as.

    A mapping that brought the file in is kept for the next file with the same header.
    """
    whole = with_kept_mapping(house, source, path, context=context, format=format)
    result = import_file(
        house.ready_db,
        source,
        path,
        context=whole,
        format=format,
        now=house.clock(),
        clock=house.clock,
        fold=search_fold,
        author_salt=house.settings.secrets["author_salt"].encode(),
        keep_names=house.settings.yes("privacy.keep_names"),
        keep_files=house.settings.files,
        file_name=name,
        progress=progress,
    )
    if context.mapping is not None and result.signature:
        _keep_mapping(house, source, result.signature, context.mapping.as_object(), by)
    return result


def _keep_mapping(house: House, source: Source, signature: str, body: JsonObject, by: str) -> None:
    """Keeps what the columns are, and notes who said so; the same said again is no change."""
    now = house.clock()
    with house.ready_db.write() as tx:
        known = files.mapping_for(tx, source.id, signature)
        if known is not None and known.body == body:
            return
        files.keep_mapping(tx, source.id, signature, body, by=by, now=now)
        detail: JsonObject = {"header": signature[:12], "instead_of_another": known is not None}
        audit.note(tx, actor=by, verb="mapping.keep", object=f"source:{source.name}", now=now,
                   detail=detail)  # fmt: skip


def with_kept_mapping(
    house: House, source: Source, path: Path, *, context: ReadContext, format: str | None = None
) -> ReadContext:
    """The context with the mapping that was kept for this header of this source, if no reader
    knows the file and none was given."""
    if context.mapping is not None or format is not None:
        return context
    try:
        open_export(path, context=context)
    except NotMapped as unknown:
        with house.ready_db.read() as tx:
            kept = files.mapping_for(tx, source.id, unknown.table.signature)
        return context if kept is None else replace(context, mapping=mapping_from(kept.body))
    except NotAnExport:
        pass  # whoever opens it next says so, with the file as people know it
    return context


def known_formats() -> list[str]:
    """The names of the readers."""
    return [name for name, _, _ in FORMATS]


def find_source(house: House, name: str) -> Source | None:
    with house.ready_db.read() as tx:
        return sources.source_by_name(tx, name)


def add_source(
    house: House,
    *,
    name: str,
    platform: Platform,
    mode: SourceMode,
    title: str,
    address: str = "",
    account: str = "",
    sweep_minutes: int | None = None,
) -> Source:
    """Keeps a new source and notes it in the log."""
    if not name or len(name) > 80 or not name.isprintable():
        raise BadUsage(f"{name!r} cannot be a source's name: 1 to 80 printable characters.")
    now = house.clock()
    with house.ready_db.write() as tx:
        if sources.source_by_name(tx, name) is not None:
            raise BadUsage(f"there is a source {name} already.")
        made = sources.add_source(
            tx,
            name=name,
            platform=platform,
            mode=mode,
            title=title or name,
            address=address,
            account=account,
            time_zone=house.settings.zone,
            sweep_minutes=sweep_minutes or house.settings.number("service_level.sweep_minutes"),
            now=now,
        )
        detail: JsonObject = {"platform": platform.value, "mode": mode.value}
        audit.note(
            tx, actor="sunwai", verb="source.add", object=f"source:{name}", now=now, detail=detail
        )
    return made
