"""Taking secrets out of what is about to be kept or logged: tokens, keys, proofs.

Meta's answers hold the caller's token in the addresses of the next and previous page, and a web
address that is logged may hold a key. What a person wrote is not touched but for such a parameter.
"""

from __future__ import annotations

import re

from data.model import JsonValue

# Names under which platforms take secrets (CONNECTORS.md 9.7).
SECRET_NAMES = frozenset(
    {
        "access_token",
        "appsecret_proof",
        "client_secret",
        "fb_exchange_token",
        "id_token",
        "input_token",
        "refresh_token",
    }
)
HIDDEN = "(secret)"
_PAGING = ("next", "previous")
_PARAMETER = re.compile(rf"\b({'|'.join(sorted(SECRET_NAMES))})(=|%3D)[^&\s\"'<>]+", re.IGNORECASE)
_LOGGED = re.compile(r"([?&](?:key|code)=)[^&\s\"'<>]+", re.IGNORECASE)
_BEARER = re.compile(r"\b(Bearer|OAuth)\s+[\w|.~+/=%-]{8,}", re.ASCII)


def without_secrets(value: JsonValue) -> JsonValue:
    """The same JSON without the addresses of neighbouring pages, and with every secret hidden."""
    if isinstance(value, str):
        return _PARAMETER.sub(rf"\1\2{HIDDEN}", value) if "=" in value or "%3" in value else value
    if isinstance(value, list):
        return [without_secrets(item) for item in value]
    if isinstance(value, dict):
        return {name: _member(name, item) for name, item in value.items()}
    return value


def text_without_secrets(text: str) -> str:
    """A line for a log or an error, with every secret hidden that stands where secrets stand."""
    hidden = _PARAMETER.sub(rf"\1\2{HIDDEN}", text)
    return _BEARER.sub(rf"\1 {HIDDEN}", _LOGGED.sub(rf"\1{HIDDEN}", hidden))


def may_hold_secrets(text: str) -> bool:
    """A quick look at JSON text: False when without_secrets() would surely leave it as it is."""
    return '"paging"' in text or any(name in text for name in SECRET_NAMES)


def _member(name: str, item: JsonValue) -> JsonValue:
    if name in SECRET_NAMES and isinstance(item, str):
        return HIDDEN
    if name == "paging" and isinstance(item, dict):
        kept = {k: v for k, v in item.items() if not (k in _PAGING and isinstance(v, str))}
        return {k: without_secrets(v) for k, v in kept.items()}
    return without_secrets(item)
