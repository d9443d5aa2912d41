"""As much of X's search language as finding replies needs: to:, from:, conversation_id:, is:reply,
OR within brackets, a leading minus, and words."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sunwai.rehearsal.x_shape import Tweet

Term = tuple[bool, str, str]  # wanted (False: not), operator, value
Query = tuple[tuple[Term, ...], ...]  # all of these, each any of those

_TERM = re.compile(r"(-?)(?:(to|from|conversation_id|is):)?([\w@.]+)$")
_PARTS = re.compile(r"\(([^()]*)\)|(\S+)")


class Unread(ValueError):
    """The query is not understood; the message says where."""


def parsed(query: str) -> Query:
    """The query's parts. Raises Unread."""
    found: list[tuple[Term, ...]] = []
    words = [(g.group(1), g.group(2)) for g in _PARTS.finditer(query)]
    position = 0
    while position < len(words):
        bracket, word = words[position]
        if bracket:
            found.append(tuple(_term(t) for t in bracket.split(" OR ")))
        else:
            found.append((_term(word),))
        position += 1
        while position + 1 < len(words) and words[position][1] == "OR":
            found[-1] += (_term(words[position + 1][1] or words[position + 1][0]),)
            position += 2
    if not found:
        raise Unread("The query is empty.")
    return tuple(found)


def matches(query: Query, tweet: Tweet, handles: Mapping[str, str]) -> bool:
    """Whether the post is one that the query finds; ``handles`` are user names by user id."""
    return all(
        any(_holds(operator, value, tweet, handles) is wanted for wanted, operator, value in part)
        for part in query
    )


def _term(text: str) -> Term:
    found = _TERM.match(text.strip())
    if found is None:
        raise Unread(f"There is an ambiguity at {text[:30]!r}.")
    return not found.group(1), found.group(2) or "", found.group(3)


def _holds(operator: str, value: str, tweet: Tweet, handles: Mapping[str, str]) -> bool:
    low = value.lower().removeprefix("@")
    match operator:
        case "to":
            return handles.get(tweet.in_reply_to or "", "").lower() == low
        case "from":
            return tweet.author.handle.lower() == low
        case "conversation_id":
            return tweet.conversation_id == value
        case "is":
            return low == "reply" and tweet.replied_to is not None
        case _:
            return low in tweet.text.lower()
