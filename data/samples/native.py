"""Ids that look as the platforms make them, from the keys of the content by hashing.

The same key gives the same id for ever, so loading the samples twice doubles nothing.
"""

from __future__ import annotations

import base64
from functools import cache

from data.model import Platform
from data.samples.content import SampleComment, hash_number

_BASE64_URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


@cache
def post_id(platform: Platform, key: str) -> str:
    """The native id of a post: Facebook and X a number, Instagram a shortcode, YouTube a video."""
    match platform:
        case Platform.FACEBOOK:
            return _digits(key, "122", 15)
        case Platform.INSTAGRAM:
            return "C" + _letters(key, 10)
        case Platform.YOUTUBE:
            return _letters(key, 11)
        case Platform.X:
            return _digits(key, "19", 19)
        case _:
            raise KeyError(f"the sample organisation has no page on {platform.value}")


@cache
def comment_native_id(platform: Platform, comment: SampleComment) -> str:
    """The canonical native id of a comment, as CONNECTORS.md 9.2 keys it."""
    if platform is Platform.FACEBOOK:
        return _digits(comment.key, "9", 16)
    if platform is Platform.INSTAGRAM:
        return _digits(comment.key, "18", 17)
    if platform is Platform.X:
        return _digits(comment.key, "19", 19)
    if comment.reply_to is None:
        return youtube_thread(comment.key)
    return f"{youtube_thread(comment.reply_to)}.{_letters(comment.key, 22)}"


@cache
def youtube_thread(key: str) -> str:
    """The id of a top-level comment, which is also the id of its thread."""
    return f"Ugx{_letters(key, 16)}4AaABAg"


@cache
def person_number(platform: Platform, name: str) -> str:
    """The account number of a person on a platform."""
    return _digits(f"{platform.value}/{name}", "1", 15)


@cache
def channel_id(name: str) -> str:
    """A YouTube channel id."""
    return "UC" + _letters(f"channel/{name}", 22)


@cache
def pfbid(name: str) -> str:
    """Facebook's opaque form of an id, as scrapers see it."""
    return "pfbid0" + _from_alphabet(f"pfbid/{name}", _BASE58, 40)


def facebook_opaque(kind: str, post: str, comment: str) -> str:
    """The base64 form in which the Apify tool writes the id of a comment or of its feedback."""
    return base64.b64encode(f"{kind}:{post}_{comment}".encode()).decode()


def _digits(key: str, start: str, length: int) -> str:
    rest = length - len(start)
    return start + str(hash_number(key, "digits") % 10**rest).zfill(rest)


def _letters(key: str, length: int) -> str:
    return _from_alphabet(key, _BASE64_URL, length)


def _from_alphabet(key: str, alphabet: str, length: int) -> str:
    return "".join(
        alphabet[hash_number(f"{key}/{place}", "letters") % len(alphabet)]
        for place in range(length)
    )
