"""Single values out of a record: text, counts, ids that Excel may have destroyed, addresses."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from datetime import datetime

from collectors.exports.dates import Moment
from collectors.exports.records import Memory, RowRefused
from data.model import CollectedPost, JsonObject, JsonValue, Platform, TimePrecision, clean_text

EXCEL_DIGITS = 15  # of a number; the rest of a longer one becomes zeros
_EXPONENT = re.compile(r"[+-]?\d+(?:[.,]\d+)?[eE]\+?\d+$")
_COUNT = re.compile(r"(\d[\d.,\s]*)\s*([KkMmBb]?)$")
_FACTORS = {"": 1, "k": 1_000, "m": 1_000_000, "b": 1_000_000_000}
_INSTAGRAM_COMMENT = re.compile(r"/c/(\d+)(?:/r/(\d+))?")
_INSTAGRAM_POST = re.compile(r"/(?:p|reel|reels|tv)/([A-Za-z0-9_-]+)")
_FACEBOOK_REPLY = re.compile(r"[?&]reply_comment_id=([A-Za-z0-9_=%-]+)")
_FACEBOOK_COMMENT = re.compile(r"[?&]comment_id=([A-Za-z0-9_=%-]+)")
_FACEBOOK_POST = re.compile(
    r"(?:/(?:posts|videos|permalink|reel)/(?:[^/?#]*/)?|[?&](?:story_fbid|fbid|v)=)"
    r"((?:pfbid\w+|\d+(?:_\d+)?))(?=[/?#&]|$)"
)
_FACEBOOK_BARE = re.compile(r"\.com/((?:pfbid\w+|\d+(?:_\d+)?))(?=[/?#&]|$)")
_YOUTUBE_COMMENT = re.compile(r"[?&]lc=([A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)?)")
_YOUTUBE_VIDEO = re.compile(r"(?:[?&]v=|youtu\.be/|/shorts/)([A-Za-z0-9_-]{6,})")
_HOSTS = {
    "facebook.com": Platform.FACEBOOK,
    "fb.com": Platform.FACEBOOK,
    "instagram.com": Platform.INSTAGRAM,
    "youtube.com": Platform.YOUTUBE,
    "youtu.be": Platform.YOUTUBE,
    "x.com": Platform.X,
    "twitter.com": Platform.X,
    "tiktok.com": Platform.TIKTOK,
}
_HOST = re.compile(r"https?://(?:[\w-]+\.)*?([\w-]+\.[a-z]+)(?:[/:?#]|$)", re.IGNORECASE)


def text_in(fields: Mapping[str, JsonValue], *keys: str) -> str | None:
    """The first of the keys that holds text or a number, as text; None when none does."""
    for key in keys:
        value = fields.get(key)
        if isinstance(value, str) and value.strip():
            return value
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
    return None


def object_in(fields: Mapping[str, JsonValue], key: str) -> JsonObject:
    """The object under the key; an empty one where there is something else or nothing."""
    value = fields.get(key)
    return value if isinstance(value, dict) else {}


def list_in(fields: Mapping[str, JsonValue], key: str) -> list[JsonValue]:
    """The list under the key; an empty one where there is something else or nothing."""
    value = fields.get(key)
    return value if isinstance(value, list) else []


def count_in(fields: Mapping[str, JsonValue], *keys: str) -> int | None:
    """A count such as 3, "3", "1,234" or "1.2K"; None where the file tells none."""
    found = _COUNT.match((text_in(fields, *keys) or "").strip())
    if found is None:
        return None
    digits, suffix = found[1].replace(" ", "").strip(), found[2].lower()
    if suffix:
        return round(float(re.sub(r"[^\d.]", "", digits.replace(",", ".")) or 0) * _FACTORS[suffix])
    whole = re.sub(r"\.0+$", "", digits)
    return int(re.sub(r"\D", "", whole))


def native_id(value: JsonValue, memory: Memory) -> str | None:
    """The id as text, None when there is none. Raises RowRefused for one that Excel destroyed."""
    if value is None or isinstance(value, bool | list | dict):
        return None
    if isinstance(value, float) and value.is_integer() and abs(value) < 10**EXCEL_DIGITS:
        value = int(value)
    text = str(value).strip()
    numeric_cell = memory.table and isinstance(value, int | float)
    if _EXPONENT.match(text) or (numeric_cell and len(text) > EXCEL_DIGITS):
        raise RowRefused(
            f"the id {text} was destroyed by a spreadsheet, which keeps 15 digits of a number; "
            "give the tool's own file, not one that was opened and saved in Excel"
        )
    if memory.table and text.isdecimal() and len(text) > EXCEL_DIGITS:
        memory.long_ids += 1
        memory.round_ids += text.endswith("00")
    return text or None


def whole_id(value: JsonValue, in_address: str | None, memory: Memory) -> str:
    """The id as written, or that of the comment's address where a spreadsheet destroyed it.

    Raises RowRefused where there is neither, and where the two name different comments.
    """
    try:
        written = native_id(value, memory)
    except RowRefused:
        if in_address is None:
            raise
        memory.notes["id_from_address"] += 1
        return in_address
    if written is None and in_address is None:
        raise RowRefused("neither the id nor the comment's address holds an id")
    if written is None or in_address is None:
        return in_address or written or ""
    own = last_segment(written)
    if own == last_segment(in_address):
        return written
    if not memory.table or own[:EXCEL_DIGITS] != in_address[:EXCEL_DIGITS]:
        raise RowRefused(f"the id says {written} and the comment's address {in_address}")
    memory.notes["id_from_address"] += 1
    return in_address


def last_segment(identifier: str) -> str:
    """The canonical Facebook id: what follows the last underscore (CONNECTORS.md 9.2)."""
    return identifier.rsplit("_", 1)[-1]


def decoded_facebook_id(text: str | None) -> str | None:
    """ "Y29tbWVudDox..." > "<post>_<comment>"; a plain number stays; None for anything else."""
    if text is None:
        return None
    plain = text.strip().replace("%3D", "=").replace("%3d", "=")
    if re.fullmatch(r"\d+(_\d+)*", plain):
        return plain
    try:
        whole = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        return None
    found = re.fullmatch(r"comment:(\d+(?:_\d+)*)", whole)
    return found[1] if found else None


def facebook_ids_in(url: str | None) -> tuple[str | None, str | None]:
    """The comment's id and its parent's out of a Facebook address."""
    comment = _first(_FACEBOOK_COMMENT, url)
    reply = _first(_FACEBOOK_REPLY, url)
    own, parent = (reply, comment) if reply else (comment, None)
    return decoded_facebook_id(own), decoded_facebook_id(parent)


def instagram_ids_in(url: str | None) -> tuple[str | None, str | None]:
    """The comment's id and its parent's out of an Instagram address (/c/<id>/r/<reply>)."""
    found = _INSTAGRAM_COMMENT.search(url or "")
    if found is None:
        return None, None
    return (found[2], found[1]) if found[2] else (found[1], None)


def youtube_ids_in(url: str | None) -> tuple[str | None, str | None]:
    """The comment's id and its parent's out of a YouTube address (&lc=<comment>.<reply>)."""
    found = _first(_YOUTUBE_COMMENT, url)
    if found is None:
        return None, None
    head, dot, _ = found.partition(".")
    return found, head if dot else None


def instagram_post(url: str | None) -> CollectedPost | None:
    """The post in an Instagram address; its id is the shortcode, for the file knows no other."""
    found = _INSTAGRAM_POST.search(url or "")
    if found is None:
        return None
    return CollectedPost(external_id=found[1], permalink=f"https://www.instagram.com{found[0]}/")


def post_in(url: str | None, platform: Platform) -> CollectedPost | None:
    """The post that an address of the platform leads to; None where it names none."""
    if url is None or not url.strip():
        return None
    if platform is Platform.INSTAGRAM:
        return instagram_post(url)
    if platform is Platform.YOUTUBE:
        found = _first(_YOUTUBE_VIDEO, url)
    else:  # a page's number may stand before /posts/, and is not the post's
        found = _first(_FACEBOOK_POST, url) or _first(_FACEBOOK_BARE, url)
    return CollectedPost(external_id=last_segment(found), permalink=url) if found else None


def named_post(told: str, platform: Platform | None) -> CollectedPost:
    """The post that a person named, by its address or its id."""
    found = (
        post_in(told, platform) if platform and told.startswith(("http://", "https://")) else None
    )
    return found or CollectedPost(external_id=told.strip()[:200])


def platform_of(url: str | None) -> Platform | None:
    """The platform that an address belongs to; the address is read, never fetched."""
    found = _HOST.match(url or "")
    return _HOSTS.get(found[1].lower()) if found else None


def synthetic_id(
    memory: Memory, *, post: str | None, author: str | None, moment: Moment, text: str
) -> str:
    """An id for a row that has none (CONNECTORS.md 8.3, rule 7): the same row gives the same id
    in the next export, and equal rows are told apart by their occurrence. Never written back."""
    key = "\u241f".join(
        (
            memory.platform.value,
            post or "",
            author or "",
            _time_key(moment),
            " ".join(clean_text(text).split()),
        )
    )
    digest = hashlib.sha256(key.encode()).digest()[:16]
    memory.seen[digest] += 1
    whole = f"{key}\u241f{memory.seen[digest]}"
    return "s" + hashlib.sha256(whole.encode()).hexdigest()[:40]


def _time_key(moment: Moment) -> str:
    """ "2 weeks ago" is another time in each export, so an estimate is no part of the key."""
    at: datetime | None = moment.at
    if moment.precision is TimePrecision.ESTIMATED:
        return ""
    if at is None or moment.precision is TimePrecision.UNKNOWN:
        return moment.words or ""
    return at.isoformat()


def _first(pattern: re.Pattern[str], text: str | None) -> str | None:
    found = pattern.search(text or "")
    return found[1] if found else None
