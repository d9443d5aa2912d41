"""What the columns of an unknown file probably are: by their names (English, Urdu) and contents.

A guess is only shown, never used before a person has said yes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from collectors.exports.dates import epoch_moment, exact_moment, relative_moment
from collectors.exports.mapping import DateFormat, Meaning
from data.model import JsonObject, JsonValue, TimePrecision, utc

_NAMES: dict[Meaning, tuple[str, ...]] = {
    Meaning.TEXT: (
        "comment", "text", "comment text", "message", "content", "body", "comment body", "reply",
        "review", "review text", "tweet", "full text", "comment message", "caption", "remarks",
        "تبصرہ", "متن", "پیغام", "تبصرے", "رائے", "تحریر", "شکایت",
    ),
    Meaning.ID: (
        "comment id", "id", "commentid", "comment identifier", "message id", "tweet id",
        "review id",
        "تبصرہ آئی ڈی", "آئی ڈی", "شناخت", "نمبر شناخت",
    ),
    Meaning.AUTHOR_ID: (
        "author id", "user id", "profile id", "userid", "authorid", "channel id", "from id",
        "commenter id", "owner id", "user pk", "صارف آئی ڈی", "مصنف آئی ڈی",
    ),
    Meaning.AUTHOR_NAME: (
        "author", "name", "user", "username", "user name", "author name", "from", "from name",
        "commenter", "commenter name", "screen name", "display name", "profile name", "handle",
        "نام", "صارف", "مصنف", "صارف کا نام", "لکھنے والا", "بھیجنے والا",
    ),
    Meaning.CREATED: (
        "date", "created", "created at", "created time", "time", "timestamp", "published",
        "published at", "posted", "posted at", "posted on", "datetime", "comment date",
        "date posted", "comment time", "when", "تاریخ", "وقت", "تاریخ و وقت", "تاریخ اور وقت",
    ),
    Meaning.EDITED: (
        "edited", "edited at", "updated", "updated at", "modified", "last edited", "ترمیم",
        "تاریخ ترمیم",
    ),
    Meaning.PARENT_ID: (
        "parent", "parent id", "reply to", "in reply to", "parent comment id", "reply to id",
        "in reply to id", "replied to", "جواب بنام", "اصل تبصرہ",
    ),
    Meaning.POST_ID: (
        "post id", "postid", "video id", "videoid", "media id", "post", "video", "thread id",
        "conversation id", "پوسٹ آئی ڈی", "پوسٹ", "ویڈیو",
    ),
    Meaning.POST_TEXT: (
        "post text", "post message", "post title", "video title", "post caption", "title",
        "post content", "پوسٹ کا متن", "عنوان",
    ),
    Meaning.PERMALINK: (
        "permalink", "url", "link", "comment url", "comment link", "address", "source url",
        "لنک", "ربط", "پتہ",
    ),
    Meaning.LIKES: (
        "likes", "like count", "likecount", "likes count", "reactions", "reaction count", "votes",
        "favorites", "thumbs up", "upvotes", "پسند", "لائکس", "پسندیدگی",
    ),
}  # fmt: skip
_BY_NAME = {name: meaning for meaning, names in _NAMES.items() for name in names}
_WORD = re.compile(r"[\W_]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SLASHED = re.compile(r"\d{1,2}[/.]\d{1,2}[/.]\d{2,4}")
_URL = re.compile(r"https?://\S+$")
_ID = re.compile(r"[\w.=:-]{6,}$")
_MOST = 0.8  # so many of the values must fit
_AN_INSTANT = exact_moment("2026-01-01", zone="UTC").at


def is_text_name(name: str) -> bool:
    """True for a name that comments' words commonly stand under."""
    return _BY_NAME.get(_folded(name)) is Meaning.TEXT


def guessed(columns: Sequence[str], samples: Sequence[JsonObject]) -> dict[str, Meaning]:
    """What each column probably is; IGNORE where nothing speaks for anything."""
    found: dict[str, Meaning] = {}
    values = {name: _values(name, samples) for name in columns}
    for name in columns:
        meaning = _BY_NAME.get(_folded(name))
        if meaning is not None and meaning not in found.values() and _fits(meaning, values[name]):
            found[name] = meaning
    for meaning in (Meaning.CREATED, Meaning.PERMALINK, Meaning.ID, Meaning.TEXT):
        if meaning not in found.values():
            rest = {n: v for n, v in values.items() if n not in found}
            best = _by_content(meaning, rest)
            if best is not None:
                found[best] = meaning
    return {name: found.get(name, Meaning.IGNORE) for name in columns}


def guessed_dates(column: str | None, samples: Sequence[JsonObject]) -> DateFormat:
    """How the dates of the column are written."""
    values = _values(column, samples) if column is not None else []
    if values and _share(values, _is_epoch) >= _MOST:
        return DateFormat.EPOCH
    if values and _share(values, _is_relative) >= _MOST:
        return DateFormat.RELATIVE
    return DateFormat.AUTO


def is_running_number(values: Sequence[str]) -> bool:
    """True for 1, 2, 3: a row's number and no id, for the next file begins at 1 again."""
    if len(values) < len("12") or not all(
        v.isdecimal() and len(v) < len("1000000") for v in values
    ):
        return False
    numbers = [int(v) for v in values]
    return numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def _values(name: str, samples: Sequence[Mapping[str, JsonValue]]) -> list[str]:
    found = (sample.get(name) for sample in samples)
    return [str(v).strip() for v in found if v is not None and str(v).strip()]


def _folded(name: str) -> str:
    spread = _CAMEL.sub(" ", name.rsplit("/", 1)[-1])
    return _WORD.sub(" ", spread).strip().casefold()


def _fits(meaning: Meaning, values: list[str]) -> bool:
    """A name alone is not believed where the contents say otherwise."""
    if not values:
        return True
    if meaning in (Meaning.CREATED, Meaning.EDITED):
        return _share(values, _is_date) >= 0.5
    if meaning is Meaning.LIKES:
        return _share(values, _begins_with_digit) >= _MOST
    if meaning is Meaning.ID:
        return len(set(values)) == len(values) and not is_running_number(values)
    if meaning is Meaning.PERMALINK:
        return _share(values, _is_url) >= _MOST
    return True


def _by_content(meaning: Meaning, columns: Mapping[str, list[str]]) -> str | None:
    full = {name: values for name, values in columns.items() if values}
    if meaning is Meaning.TEXT:
        lengths = {name: _mean_length(v) for name, v in full.items() if _share(v, _is_prose) > 0.3}
        return max(lengths, key=lambda n: lengths[n], default=None)
    checks = {
        Meaning.CREATED: _is_date,
        Meaning.PERMALINK: _is_url,
        Meaning.ID: _is_id,
    }
    for name, values in full.items():
        whole = _share(values, checks[meaning]) >= _MOST
        if whole and (meaning is not Meaning.ID or _fits(Meaning.ID, values)):
            return name
    return None


def _share(values: Sequence[str], fits: Callable[[str], bool]) -> float:
    return sum(fits(v) for v in values) / max(len(values), 1)


def _mean_length(values: Sequence[str]) -> float:
    return sum(map(len, values)) / len(values)


def _is_prose(value: str) -> bool:
    return " " in value and not _URL.match(value) and not _is_date(value)


def _is_url(value: str) -> bool:
    return _URL.match(value) is not None


def _is_id(value: str) -> bool:
    return _ID.match(value) is not None and any(c.isdecimal() for c in value)


def _begins_with_digit(value: str) -> bool:
    return value[0].isdecimal()


def _is_epoch(value: str) -> bool:
    digits = value.split(".", 1)[0]
    return digits.isdecimal() and len(digits) in (10, 13) and epoch_moment(value).at is not None


def _is_relative(value: str) -> bool:
    if _AN_INSTANT is None or len(value) > 40:
        return False
    return relative_moment(value, captured_at=utc(_AN_INSTANT)).at is not None


def _is_date(value: str) -> bool:
    if len(value) > 40 or (value.isdecimal() and not _is_epoch(value)):
        return False
    written = exact_moment(value, zone="UTC").precision is not TimePrecision.UNKNOWN
    return written or bool(_SLASHED.match(value)) or _is_epoch(value) or _is_relative(value)
