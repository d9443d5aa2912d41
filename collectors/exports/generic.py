"""Files that no reader knows: their table is found, their columns are guessed, a person says.

Once a mapping is given the file is read like any other; a row without an id gets one of our own.
"""

from __future__ import annotations

from dataclasses import dataclass

from collectors.exports.dates import Moment, epoch_moment, exact_moment, relative_moment
from collectors.exports.guessing import is_running_number
from collectors.exports.mapping import (
    ColumnMapping,
    DateFormat,
    Meaning,
    header_signature,
)
from collectors.exports.records import Memory, NotAnExport, Reader
from collectors.exports.values import (
    count_in,
    facebook_ids_in,
    instagram_ids_in,
    last_segment,
    native_id,
    post_in,
    synthetic_id,
    text_in,
    whole_id,
    youtube_ids_in,
)
from data.model import (
    CollectedAuthor,
    CollectedComment,
    CollectedPost,
    JsonObject,
    Platform,
    TimePrecision,
)

NAME = "mapped"
RUNNING_NUMBER = (
    "The column chosen as the id holds running numbers (1, 2, 3). They begin anew in the next "
    "file, so other comments would be taken for these. Set it to ignore: Sunwai then makes ids "
    "out of author, time and text."
)
_BECAME = {
    Meaning.TEXT: "text",
    Meaning.ID: "comment id",
    Meaning.AUTHOR_ID: "author's id",
    Meaning.AUTHOR_NAME: "author's name",
    Meaning.CREATED: "posted at",
    Meaning.EDITED: "edited at",
    Meaning.PARENT_ID: "comment above",
    Meaning.POST_ID: "post",
    Meaning.POST_TEXT: "post's text",
    Meaning.PERMALINK: "link",
    Meaning.LIKES: "likes",
    Meaning.IGNORE: "left out: ignored, as you chose",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownTable:
    """A table that no reader knows, and its first rows."""

    columns: tuple[str, ...]
    samples: tuple[JsonObject, ...]
    encoding: str

    @property
    def signature(self) -> str:
        """Which header it is: a mapping is kept under this."""
        return header_signature(self.columns)


class NotMapped(NotAnExport):
    """No reader knows the file, but it is a table: say what its columns are."""

    def __init__(self, message: str, table: UnknownTable) -> None:
        super().__init__(message)
        self.table = table


def mapped_reader(mapping: ColumnMapping, platform: Platform) -> Reader:
    """A reader by the mapping a person made."""
    permalink = mapping.column_of(Meaning.PERMALINK)
    return Reader(
        name=NAME,
        title="a table with columns that you named",
        platform=platform,
        required=frozenset(),
        became={name: _BECAME[meaning] for name, meaning in mapping.columns.items()},
        map_record=_map,
        zone_less=mapping.zone is None and mapping.date_format is not DateFormat.EPOCH
        and mapping.column_of(Meaning.CREATED) is not None,
        addresses=() if permalink is None else (permalink,),
        rest=_BECAME[Meaning.IGNORE],
        complete=False,
    )  # fmt: skip


def check_ids(mapping: ColumnMapping, samples: tuple[JsonObject, ...]) -> None:
    """Raises NotAnExport where the id column is the row's number, which is no id."""
    column = mapping.column_of(Meaning.ID)
    if column is None:
        return
    values = [text_in(sample, column) or "" for sample in samples]
    if is_running_number([v.strip() for v in values if v.strip()]):
        raise NotAnExport(RUNNING_NUMBER)


def moment_of(text: str | None, mapping: ColumnMapping, memory: Memory) -> Moment:
    """A date as the mapping says that it is written."""
    zone = mapping.zone or memory.context.time_zone
    match mapping.date_format:
        case DateFormat.EPOCH:
            return epoch_moment(text)
        case DateFormat.RELATIVE:
            return relative_moment(text, captured_at=memory.context.captured_at)
        case DateFormat.DAY_FIRST | DateFormat.MONTH_FIRST:
            first = mapping.date_format is DateFormat.DAY_FIRST
            return exact_moment(text, zone=zone, day_first=first)
        case DateFormat.AUTO:
            return _any_moment(text, zone, memory)


def _any_moment(text: str | None, zone: str, memory: Memory) -> Moment:
    moment = exact_moment(text, zone=zone, day_first=memory.day_first)
    if moment.precision is not TimePrecision.UNKNOWN or moment.words is None:
        return moment
    digits = moment.words.split(".", 1)[0]
    if digits.isdecimal() and len(digits) in (10, 13):
        return epoch_moment(moment.words)
    return relative_moment(moment.words, captured_at=memory.context.captured_at)


def _map(fields: JsonObject, memory: Memory) -> CollectedComment:
    mapping = memory.context.mapping
    assert mapping is not None  # mapped_reader is made of one
    text = memory.take_text(_told(fields, mapping, Meaning.TEXT))
    moment = moment_of(_told(fields, mapping, Meaning.CREATED), mapping, memory)
    edited = moment_of(_told(fields, mapping, Meaning.EDITED), mapping, memory)
    url = _told(fields, mapping, Meaning.PERMALINK)
    author, post = _author(fields, mapping, memory), _post(fields, mapping, memory, url)
    own, parent_in_address = _own_id(fields, mapping, memory, url)
    if own is None:
        memory.notes["synthetic"] += 1
    key = own or synthetic_id(
        memory,
        post=post.external_id if post else None,
        author=(author.external_id or author.display_name) if author else None,
        moment=moment,
        text=text,
    )
    parent = native_id(_told(fields, mapping, Meaning.PARENT_ID), memory)
    return CollectedComment(
        platform=memory.platform,
        external_id=last_segment(key) if memory.platform is Platform.FACEBOOK else key,
        call_id=key,
        id_kind="native" if own else "synthetic",
        text=text,
        post=post,
        parent_external_id=parent or parent_in_address,
        author=author,
        created_at=moment.at,
        time_precision=moment.precision,
        time_text=moment.words,
        updated_at=edited.at,
        like_count=_likes(fields, mapping),
        permalink=url,
    )


def _told(fields: JsonObject, mapping: ColumnMapping, meaning: Meaning) -> str | None:
    column = mapping.column_of(meaning)
    return None if column is None else text_in(fields, column)


def _likes(fields: JsonObject, mapping: ColumnMapping) -> int | None:
    column = mapping.column_of(Meaning.LIKES)
    return None if column is None else count_in(fields, column)


def _author(fields: JsonObject, mapping: ColumnMapping, memory: Memory) -> CollectedAuthor | None:
    identifier = _told(fields, mapping, Meaning.AUTHOR_ID)
    name = _told(fields, mapping, Meaning.AUTHOR_NAME)
    if identifier is None and name is None:
        return None
    own = memory.context.is_own(identifier, name)
    return CollectedAuthor(external_id=identifier, display_name=name, is_page_owner=own)


def _post(
    fields: JsonObject, mapping: ColumnMapping, memory: Memory, url: str | None
) -> CollectedPost | None:
    written, text = (
        _told(fields, mapping, Meaning.POST_ID),
        _told(fields, mapping, Meaning.POST_TEXT),
    )
    if written is not None and not written.startswith(("http://", "https://")):
        return CollectedPost(external_id=written.strip(), text=text)
    found = post_in(written, memory.platform) or post_in(url, memory.platform)
    if found is None:
        return memory.context.post
    return CollectedPost(external_id=found.external_id, text=text, permalink=found.permalink)


def _own_id(
    fields: JsonObject, mapping: ColumnMapping, memory: Memory, url: str | None
) -> tuple[str | None, str | None]:
    """The id and the parent's out of the address. Raises RowRefused for a destroyed id."""
    in_address, parent = {
        Platform.FACEBOOK: facebook_ids_in,
        Platform.INSTAGRAM: instagram_ids_in,
        Platform.YOUTUBE: youtube_ids_in,
    }.get(memory.platform, _no_ids)(url)
    column = mapping.column_of(Meaning.ID)
    written = None if column is None else fields.get(column)
    if written in (None, "") and in_address is None:
        return None, None
    return whole_id(written, in_address, memory), parent


def _no_ids(_url: str | None) -> tuple[None, None]:
    return None, None
