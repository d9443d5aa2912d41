"""Each platform's dialect, collector and write side: one line in each table for each platform.

Imports wait inside: a page that is fed by files loads none of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import httpx

from data.dialects.base import Dialect
from data.model import Platform, Source
from sunwai.credentials import Given, Part
from sunwai.network import has_address

if TYPE_CHECKING:
    from collectors.base import Collector
    from collectors.known import KnownPosts
    from collectors.wire import Wire
    from moderation.platforms.base import WriteSide


def dialect_of(platform: Platform) -> Dialect | None:
    """How the platform says things; None where it has no table of its own (the mock platform)."""
    match platform:
        case Platform.FACEBOOK:
            from data.dialects.facebook import FACEBOOK

            return FACEBOOK
        case Platform.INSTAGRAM:
            from data.dialects.instagram import INSTAGRAM

            return INSTAGRAM
        case Platform.YOUTUBE:
            from data.dialects.youtube import YOUTUBE

            return YOUTUBE
        case Platform.X:
            from data.dialects.x import X

            return X
        case Platform.MASTODON:
            from data.dialects.mastodon import MASTODON

            return MASTODON
        case _:
            return None


def is_pulled(platform: Platform) -> bool:
    """Whether comments of this platform can be pulled by schedule."""
    return platform is Platform.MOCK or platform in COLLECTORS


def why_not_pulled(name: str, platform: Platform, account: str, address: str) -> str:
    """Why a source cannot be pulled as it is described, in a sentence; empty when it can. A page
    needs to be named as the platform names it, and to be found."""
    if not is_pulled(platform):
        return (
            f"--platform {platform.value}: its comments cannot be pulled; they come in by export "
            f"files: sunwai import FILE --source {name}"
        )
    if platform is not Platform.MOCK and not account:
        return (
            "--account is missing: the id of the page, channel or account at the platform "
            "(docs/handbook/sources.md says where to find it)."
        )
    if not address and not has_address(platform):
        return f"--address is missing: {platform.value} has no one address for all."
    return ""


# ------------------------------------------------------------------------------ collectors

Parts = Mapping[Part, Given]


def _facebook(wire: Wire, source: Source, known: KnownPosts, parts: Parts) -> Collector:
    from collectors.facebook import FacebookCollector

    return FacebookCollector(wire=wire, page_id=source.account, known=known)


def _instagram(wire: Wire, source: Source, known: KnownPosts, parts: Parts) -> Collector:
    from collectors.instagram import InstagramCollector

    return InstagramCollector(wire=wire, account_id=source.account, known=known)


def _youtube(wire: Wire, source: Source, known: KnownPosts, parts: Parts) -> Collector:
    from collectors.youtube import YouTubeCollector

    owner = Part.REFRESH_TOKEN in parts or Part.TOKEN in parts
    return YouTubeCollector(wire=wire, channel_id=source.account, known=known, owner=owner)


def _x(wire: Wire, source: Source, known: KnownPosts, parts: Parts) -> Collector:
    from collectors.x import XCollector

    handle = next((n.removeprefix("@") for n in source.own_names if not n.isdecimal()), "")
    return XCollector(wire=wire, account_id=source.account, handle=handle, known=known)


def _mastodon(wire: Wire, source: Source, known: KnownPosts, parts: Parts) -> Collector:
    from collectors.mastodon import MastodonCollector

    return MastodonCollector(wire=wire, account_id=source.account, known=known)


COLLECTORS: Mapping[Platform, Callable[[Wire, Source, KnownPosts, Parts], Collector]] = {
    Platform.FACEBOOK: _facebook,
    Platform.INSTAGRAM: _instagram,
    Platform.YOUTUBE: _youtube,
    Platform.X: _x,
    Platform.MASTODON: _mastodon,
}


# ------------------------------------------------------------------------------ write sides


def _write_mock(client: httpx.Client, source: Source) -> WriteSide:
    from moderation.platforms.mock import MockWriteSide

    return MockWriteSide(client)


def _write_facebook(client: httpx.Client, source: Source) -> WriteSide:
    from moderation.platforms.facebook import FacebookWriteSide

    return FacebookWriteSide(client=client, page_id=source.account)


def _write_instagram(client: httpx.Client, source: Source) -> WriteSide:
    from moderation.platforms.instagram import InstagramWriteSide

    return InstagramWriteSide(client=client, account_id=source.account)


def _write_youtube(client: httpx.Client, source: Source) -> WriteSide:
    from moderation.platforms.youtube import YouTubeWriteSide

    return YouTubeWriteSide(client=client, channel_id=source.account)


def _write_x(client: httpx.Client, source: Source) -> WriteSide:
    from moderation.platforms.x import XWriteSide

    return XWriteSide(client=client, account_id=source.account)


WRITE_SIDES: Mapping[Platform, Callable[[httpx.Client, Source], WriteSide]] = {
    Platform.MOCK: _write_mock,
    Platform.YOUTUBE: _write_youtube,
    Platform.X: _write_x,
    Platform.FACEBOOK: _write_facebook,
    Platform.INSTAGRAM: _write_instagram,
}
