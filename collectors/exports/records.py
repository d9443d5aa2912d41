"""The nouns of reading an export: what a reader is, what it is given, and how it says no."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from collectors.exports.mapping import ColumnMapping
from collectors.exports.mojibake import looks_lost
from data.model import (
    CollectedComment,
    CollectedPost,
    JsonObject,
    Platform,
    Raw,
    RowError,
    utc,
)

MAX_TEXT = 1_000_000  # characters; no platform allows a comment of a tenth of it
MAX_DEPTH = 64  # of nested JSON; the tools' own files stay under ten

LEFT_OUT = "left out: not needed"
FILE = "_file"  # under this name an item carries the facts of the file or post that it lies in


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPost:
    """A row that is one of our posts and no comment: kept as a post."""

    row: int
    raw: Raw
    platform: Platform
    post: CollectedPost


ReadRow = tuple[int, Raw, CollectedComment] | ReadPost | RowError


class NotAnExport(Exception):
    """The file is not taken: the message says what it is, why not, and what to do."""


class RowRefused(Exception):
    """One row is not taken; the message is the reason that a person reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadContext:
    """What the file itself does not say.

    ``time_zone`` (IANA) is used for dates that name no zone; ``captured_at`` (aware) is when the
    file was made and resolves "2 weeks ago"; ``own_names`` are handles, names or ids of the page's
    own account; ``encoding`` is an 8-bit code page that a person confirmed; ``post`` is the post
    that the file is about, for tools that leave it out; ``mapping`` says what the columns are of a
    file that no reader knows.
    """

    platform: Platform | None
    time_zone: str
    captured_at: datetime
    own_names: frozenset[str] = frozenset()
    encoding: str | None = None
    post: CollectedPost | None = None
    mapping: ColumnMapping | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "captured_at", utc(self.captured_at))
        try:
            ZoneInfo(self.time_zone)
        except (ValueError, ZoneInfoNotFoundError):
            raise ValueError(f"There is no time zone “{self.time_zone}”.") from None
        folded = frozenset(name.strip().lstrip("@").casefold() for name in self.own_names)
        object.__setattr__(self, "own_names", folded - {""})

    def is_own(self, *names: str | None) -> bool:
        """True when one of the names, handles or ids belongs to the page itself."""
        return any(
            n is not None and n.strip().lstrip("@").casefold() in self.own_names for n in names
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One row of a table or one object of a JSON file. ``number`` counts from 1."""

    number: int
    fields: JsonObject


@dataclass(slots=True, kw_only=True)
class Memory:
    """What one pass over a file remembers from row to row; made anew for each pass."""

    context: ReadContext
    platform: Platform
    table: bool
    day_first: bool = True
    source_url: str | None = None
    rows: int = 0
    notes: Counter[str] = field(default_factory=Counter[str])
    posts: dict[str, CollectedPost] = field(default_factory=dict[str, CollectedPost])
    seen: Counter[bytes] = field(default_factory=Counter[bytes])
    numbers: dict[str, str] = field(default_factory=dict[str, str])
    long_ids: int = 0
    round_ids: int = 0
    stated: int = 0  # comments that the file itself says it ought to hold
    found: int = 0

    def take_text(self, text: str | None, media: tuple[str, ...] = ()) -> str:
        """The comment's text. Raises RowRefused where there is neither text nor media."""
        if text is None or not text.strip():
            if not media:
                raise RowRefused("no text")
            return ""
        if len(text) > MAX_TEXT:
            raise RowRefused(
                f"the text has {len(text):,} characters; {MAX_TEXT:,} are taken at most"
            )
        if looks_lost(text):
            self.notes["lost_letters"] += 1
        return text


def _unfolded_as_is(fields: JsonObject) -> Iterator[tuple[str, JsonObject]]:
    yield "", fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """One export tool: how its files are recognised, and how one of its records is mapped.

    ``became`` names what each column or key becomes, or that it is left out on purpose.
    An object under a key is declared key by key as "key/inner". ``nested`` are keys that hold
    further records of the same kind. ``map_record`` gives a post for a record that is one of our
    posts, and None for one that is neither a comment nor a fault.
    ``version`` goes up when the mapping changes, so that kept raw rows can be mapped again.
    """

    name: str
    title: str
    platform: Platform
    required: frozenset[str]
    became: Mapping[str, str]
    map_record: Callable[[JsonObject, Memory], CollectedComment | CollectedPost | None]
    unfold: Callable[[JsonObject], Iterator[tuple[str, JsonObject]]] = _unfolded_as_is
    escape: str | None = None  # the escape character of its CSV dialect
    zone_less: bool = False  # its dates name no zone
    ids_in_links: bool = False  # in a workbook, ids are only behind hyperlinks
    addresses: tuple[str, ...] = ()  # columns whose address tells the platform
    nested: tuple[str, ...] = ()  # keys whose lists hold records again
    list_key: str | None = None  # its JSON is one object, and the records are in the list there
    caution: str | None = None  # what everybody must know who brings in such a file
    names_post: bool = True  # False: its files do not say which post they are about
    head_is_post: bool = False  # with list_key: what stands around the list is the post
    rest: str | None = None  # what columns become that are not in ``became``
    complete: bool = True  # False: a comment that it lacks is not thereby gone
    version: int = 1

    @property
    def mapper(self) -> str:
        return f"{self.name}/{self.version}"
