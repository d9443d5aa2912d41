"""Verbs of files: import, and the mappings of columns that were kept."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sunwai.cli import AsJson, BadUsage, Failed, app, existing, house, say

if TYPE_CHECKING:
    from collectors.exports import ColumnMapping, NotMapped
    from collectors.importing import ImportResult
    from data.model import KeptMapping

mappings_app = typer.Typer(help="What the columns of unknown files are.", no_args_is_help=True)
app.add_typer(mappings_app, name="mappings")
SHOWN_ERRORS = 20

# ------------------------------------------------------------------------------ options of import

Exported = Annotated[Path, typer.Argument(help="A file that an export tool wrote, or any table.")]
SourceName = Annotated[str, typer.Option(help="The source's name; a new name makes a source.")]
Tool = Annotated[str | None, typer.Option(help="The tool, if it is not recognised.")]
CodePage = Annotated[
    str | None, typer.Option(help="The 8-bit code page of a file that is not UTF-8: cp1256 …")
]
Columns = Annotated[
    str | None,
    typer.Option(help="What the columns of an unknown file are: text=Comment,created=Date …"),
]
MappingFile = Annotated[
    Path | None, typer.Option(help="The same in a TOML file; see: sunwai mappings show")
]
DateFormat = Annotated[
    str, typer.Option(help="With --map: auto, day_first, month_first, epoch or relative.")
]
Zone = Annotated[str | None, typer.Option(help="With --map: time zone of dates that name none.")]
Post = Annotated[
    str | None, typer.Option(help="Id or address of the post, where the file names none.")
]
MadeAt = Annotated[
    str | None, typer.Option(help="When the file was made, with zone: 2026-03-01T10:00+05:00")
]
PlatformName = Annotated[
    str | None, typer.Option(help="Platform of a new source, where the file does not tell.")
]

# ------------------------------------------------------------------------------ import


@app.command("import")
def import_(
    file: Exported,
    source: SourceName,
    format: Tool = None,
    encoding: CodePage = None,
    map: Columns = None,
    mapping: MappingFile = None,
    date_format: DateFormat = "auto",
    zone: Zone = None,
    post: Post = None,
    made_at: MadeAt = None,
    platform: PlatformName = None,
    as_json: AsJson = False,
) -> None:
    """Take the comments of an export file in. Good rows go in, bad ones are told with why."""
    from collectors.exports import NotAnExport, NotMapped
    from collectors.importing import ImportRefused
    from sunwai.importing import import_into

    existing(file)
    _refuse_unknown_encoding(encoding)
    try:
        done = import_into(
            house(),
            file,
            source_name=source,
            format=format,
            encoding=encoding,
            mapping=_mapping(map, mapping, date_format, zone),
            post=post,
            captured_at=None if made_at is None else _instant(made_at),
            platform=None if platform is None else _platform(platform),
        )
    except NotMapped as unknown:
        raise Failed(f"{unknown}\n{_suggestion(file, source, unknown)}") from unknown
    except (NotAnExport, ImportRefused) as error:
        raise Failed(str(error)) from error
    result = _result(done)
    say(result, as_json, lambda: _import_told(file, result))


def _result(done: ImportResult) -> dict[str, Any]:
    return {
        "read": done.read,
        "new": done.new,
        "revised": done.revised,
        "unchanged": done.unchanged,
        "rejected": done.rejected,
        "posts": done.posts,
        "missing": done.missing,
        "format": done.format,
        "errors": [{"row": e.row, "reason": e.reason} for e in done.errors],
        "warnings": list(done.warnings),
        "already": done.already,
    }


def _refuse_unknown_encoding(name: str | None) -> None:
    import codecs

    if name is None:
        return
    try:
        codecs.lookup(name)
    except LookupError:
        raise BadUsage(f"--encoding {name}: there is no such code page. Try cp1256.") from None


def _instant(written: str) -> datetime:
    from data.model import utc

    try:
        return utc(datetime.fromisoformat(written))
    except ValueError:
        raise BadUsage(
            f"--made-at {written}: write a day, a time and a zone: 2026-03-01T10:00+05:00"
        ) from None


def _platform(name: str) -> Any:
    from data.model import Platform

    try:
        return Platform(name)
    except ValueError:
        raise BadUsage(f"--platform {name}: it is one of {', '.join(Platform)}.") from None


def _import_told(file: Path, r: dict[str, Any]) -> str:
    if r["already"]:
        return f"{file}: these very bytes were imported before; nothing to do"
    head = f"{file}: read {r['read']}, new {r['new']}, revised {r['revised']}, "
    head += f"unchanged {r['unchanged']}, rejected {r['rejected']}"
    head += f", posts {r['posts']}" if r["posts"] else ""
    notes = [f"  note: {w}" for w in r["warnings"]]
    errors = [f"  row {e['row']}: {e['reason']}" for e in r["errors"][:SHOWN_ERRORS]]
    if len(r["errors"]) > SHOWN_ERRORS:
        errors.append(f"  … and {len(r['errors']) - SHOWN_ERRORS} more (--json lists them)")
    return "\n".join([head, *notes, *errors])


# ------------------------------------------------------------------------------ mappings


def _mapping(
    told: str | None, path: Path | None, date_format: str, zone: str | None
) -> ColumnMapping | None:
    import tomllib

    from collectors.exports import BadMapping, mapping_from

    if told is not None and path is not None:
        raise BadUsage("Give --map or --mapping, not both.")
    if told is None and path is None:
        if date_format != "auto" or zone is not None:
            raise BadUsage("--date-format and --zone say how a mapping reads; give --map too.")
        return None
    try:
        if path is not None:
            return mapping_from(tomllib.loads(existing(path).read_text("utf-8")))
        columns = _pairs(told or "")
        return mapping_from({"columns": columns, "date_format": date_format, "zone": zone})
    except (BadMapping, ValueError, RecursionError) as error:  # ValueError: no TOML, no UTF-8
        raise BadUsage(f"{path or '--map'}: {error}") from error


def _pairs(told: str) -> dict[str, str]:
    """ "text=Comment,created=Date posted" as column > meaning."""
    columns: dict[str, str] = {}
    for pair in told.split(","):
        meaning, equals, column = pair.partition("=")
        if not equals or not column.strip():
            raise BadUsage(f"--map {pair}: write it as meaning=column, as in text=Comment.")
        columns[column.strip()] = meaning.strip()
    return columns


def _suggestion(file: Path, source: str, unknown: NotMapped) -> str:
    """The command that a guess would make, for the person to correct."""
    from collectors.exports import Meaning, guessed

    meanings = guessed(unknown.table.columns, unknown.table.samples)
    pairs = [f"{m.value}={name}" for name, m in meanings.items() if m is not Meaning.IGNORE]
    if not any(pair.startswith("text=") for pair in pairs):
        pairs.append("text=COLUMN")
    return f'A guess: sunwai import {file} --source {source} --map "{",".join(pairs)}"'


def as_toml(kept: KeptMapping) -> str:
    """The mapping as a file that --mapping takes."""
    body: dict[str, Any] = dict(kept.body)
    lines = [f"date_format = {_quoted(body['date_format'])}"]
    if body.get("zone"):
        lines.append(f"zone = {_quoted(body['zone'])}")
    lines += ["", "[columns]"]
    lines += [f"{_quoted(name)} = {_quoted(m)}" for name, m in body["columns"].items()]
    return "\n".join(lines)


def _quoted(text: str) -> str:
    import json

    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


@mappings_app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List what the columns of unknown files are, by source."""
    from data.store import files, sources

    home = house()
    with home.ready_db.read() as tx:
        kept = files.list_mappings(tx)
        names = {s.id: s.name for s in sources.list_sources(tx)}
    listed = [
        {
            "id": m.id,
            "source": names[m.source_id],
            "made_by": m.made_by,
            "made_at": m.made_at.isoformat(),
            **m.body,
        }
        for m in kept
    ]
    lines = [f"{x['id']}: {x['source']}, by {x['made_by']}: {_columns(x)}" for x in listed]
    say({"mappings": listed}, as_json, "\n".join(lines) or "no mapping is kept")


def _columns(body: dict[str, Any]) -> str:
    return ", ".join(f"{m}={name}" for name, m in body["columns"].items() if m != "ignore")


@mappings_app.command()
def show(number: Annotated[int, typer.Argument(help="Its number in the list.")]) -> None:
    """Print a mapping as TOML, which `sunwai import --mapping` takes."""
    from data.store import files

    home = house()
    with home.ready_db.read() as tx:
        found = next((m for m in files.list_mappings(tx) if m.id == number), None)
    if found is None:
        raise BadUsage(f"there is no mapping {number}. See: sunwai mappings list")
    print(as_toml(found))


@mappings_app.command()
def remove(number: Annotated[int, typer.Argument(help="Its number in the list.")]) -> None:
    """Forget a mapping; the next file with that header is asked about again."""
    from data.store import audit, files

    home = house()
    with home.ready_db.write() as tx:
        if not files.remove_mapping(tx, number):
            raise BadUsage(f"there is no mapping {number}. See: sunwai mappings list")
        audit.note(
            tx,
            actor="command line",
            verb="mapping.remove",
            object=f"mapping:{number}",
            now=home.clock(),
        )
    print(f"mapping {number} is forgotten")
