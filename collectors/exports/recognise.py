"""The table of recognisers: which tool a file comes from, told by its columns or keys alone.

READERS are tried in order; KNOWN are files that people bring and that no reader takes, each with
the sentence that says why and what to do instead (CONNECTORS.md 8.1).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from collectors.exports import (
    apify,
    crowdtangle,
    exportcomments,
    facebook_scraper,
    instaloader,
    meta_download,
    takeout,
    tweets,
    youtube_tools,
    yt_dlp,
    zeeschuimer,
)
from collectors.exports.records import NotAnExport, Reader

READERS: tuple[Reader, ...] = (
    exportcomments.FACEBOOK,
    exportcomments.YOUTUBE,
    exportcomments.INSTAGRAM,
    apify.FACEBOOK,
    apify.INSTAGRAM,
    youtube_tools.DATA_TOOLS,
    youtube_tools.COMMENT_DOWNLOADER,
    tweets.TWSCRAPE,
    tweets.SNSCRAPE,
    yt_dlp.READER,
    instaloader.READER,
    facebook_scraper.POSTS,
    facebook_scraper.COMMENTS,
    zeeschuimer.READER,
    takeout.READER,
    meta_download.FACEBOOK,
    meta_download.MEDIA,
    meta_download.REELS,
    meta_download.POSTS,
    crowdtangle.FACEBOOK,
    crowdtangle.INSTAGRAM,
)

TOOLS = (
    "ExportComments.com, Apify, YouTube Data Tools, youtube-comment-downloader, yt-dlp, twscrape, "
    "snscrape, instaloader, facebook-scraper, Zeeschuimer (TikTok), Google Takeout, Meta's "
    "“Download your information”, CrowdTangle"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFile:
    """A kind of file that is recognised and not taken."""

    title: str
    required: frozenset[str]
    why: str


class Unknown(NotAnExport):
    """No tool that is known writes such a file. A person may still say what its columns are."""


KNOWN: tuple[KnownFile, ...] = (
    KnownFile(
        title="yt-dlp (info.json)",
        required=frozenset({"extractor", "webpage_url"}),
        why="It was made without comments. Run yt-dlp again with --write-comments.",
    ),
    KnownFile(
        title="Google Takeout (live chat)",
        required=frozenset({"Live Chat ID", "Channel ID", "Live Chat Text"}),
        why="It holds the account's own words in live chats, which are no comments.",
    ),
)


def reader_named(name: str) -> Reader:
    """The reader of that name. Raises NotAnExport with the names there are."""
    for reader in READERS:
        if reader.name == name:
            return reader
    known = ", ".join(reader.name for reader in READERS)
    raise NotAnExport(f"There is no format “{name}”. The formats are: {known}.")


def reader_for(names: Iterable[str], readers: tuple[Reader, ...]) -> Reader | None:
    """The first reader all of whose required columns or keys are there, letter case aside."""
    folded = {name.strip().casefold() for name in names}
    for reader in readers:
        if all(wanted.casefold() in folded for wanted in reader.required):
            return reader
    return None


def known_file(names: Iterable[str]) -> KnownFile | None:
    """The recognised but not taken kind of file with these columns or keys."""
    folded = {name.strip().casefold() for name in names}
    for known in KNOWN:
        if all(wanted.casefold() in folded for wanted in known.required):
            return known
    return None


def refusal(
    file_name: str, name_sets: Iterable[Iterable[str]], wanted: Reader | None
) -> NotAnExport:
    """The error for a file that no reader claims: what it looks like, and what to do."""
    sets = [[n for n in names if n.strip()] for names in name_sets]
    for names in sets:
        known = known_file(names)
        if known is not None:
            return NotAnExport(f"{file_name} looks like a file of {known.title}. {known.why}")
    nothing: list[str] = []
    widest = max(sets, key=len, default=nothing)
    seen = ", ".join(f"“{n[:40]}”" for n in widest[:12]) or "nothing that looks like columns"
    if wanted is not None:
        lacking = [w for w in sorted(wanted.required) if w.casefold() not in
                   {n.strip().casefold() for n in widest}]  # fmt: skip
        return NotAnExport(
            f"{file_name} is not a file of {wanted.title}: {', '.join(lacking)} not found; it has "
            f"{seen}. Leave the format out to have it recognised."
        )
    return Unknown(
        f"{file_name} is not an export that Sunwai knows: it has {seen}. "
        f"Files of these tools are taken: {TOOLS}."
    )
