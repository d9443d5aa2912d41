"""Sockets: the one place that opens HTTP clients; rooms are handed one, ready to use."""

from __future__ import annotations

import logging
import random
import socket
import struct
from collections.abc import Callable, Mapping

import httpx

from data.model import Platform, Source
from data.secrecy import text_without_secrets

TIMEOUT = httpx.Timeout(20.0, connect=5.0)
# Where each platform answers; a source's own address takes its place (another version or host, a
# rehearsal). Paths of collectors and write sides are below it.
ADDRESSES: Mapping[Platform, str] = {
    Platform.FACEBOOK: "https://graph.facebook.com/v26.0",
    Platform.INSTAGRAM: "https://graph.facebook.com/v26.0",
    Platform.YOUTUBE: "https://www.googleapis.com/youtube/v3",
    Platform.X: "https://api.x.com",
}
RENEWED: Mapping[Platform, str] = {Platform.YOUTUBE: "/token", Platform.X: "/2/oauth2/token"}
_GOOGLE_TOKENS = "https://oauth2.googleapis.com/token"
INSTAGRAM_HOST = "graph.instagram.com"


def client(base_url: str, *, token: str | None = None) -> httpx.Client:
    """A client for one platform. Redirects are not followed: a page never moves to another host."""
    headers = {"user-agent": "sunwai"}
    if token:
        headers["authorization"] = f"Bearer {token}"
    return httpx.Client(base_url=base_url, headers=headers, timeout=TIMEOUT, follow_redirects=False)


def platform_client(
    address: str,
    *,
    auth: httpx.Auth,
    proxy: str = "",
    wrap: Callable[[httpx.BaseTransport], httpx.BaseTransport] = lambda inner: inner,
) -> httpx.Client:
    """A client of one platform for one source, with its access on every request.

    ``wrap`` puts the allowances between client and line. Redirects are not followed, and what the
    HTTP library logs is cleaned of secrets.
    """
    keep_secrets_out_of_logs()
    line = httpx.HTTPTransport(proxy=proxy or None)
    return httpx.Client(
        base_url=address,
        auth=auth,
        headers={"user-agent": "sunwai"},
        timeout=TIMEOUT,
        follow_redirects=False,
        transport=wrap(line),
    )


def renewal_client(proxy: str = "") -> httpx.Client:
    """A client for fetching a new access token."""
    keep_secrets_out_of_logs()
    line = httpx.HTTPTransport(proxy=proxy or None)
    return httpx.Client(
        headers={"user-agent": "sunwai"}, timeout=TIMEOUT, follow_redirects=False, transport=line
    )


def provider_client(proxy: str = "") -> httpx.Client:
    """A client of the identity provider. A person waits meanwhile, so that it gives up early."""
    keep_secrets_out_of_logs()
    line = httpx.HTTPTransport(proxy=proxy or None)
    return httpx.Client(
        headers={"user-agent": "sunwai", "accept": "application/json"},
        timeout=httpx.Timeout(8.0, connect=4.0),
        follow_redirects=False,
        transport=line,
    )


def address_of(source: Source) -> str:
    """Where the source's platform answers; empty when it has no address of its own."""
    return source.address or ADDRESSES.get(source.platform, "")


def has_address(platform: Platform) -> bool:
    """Whether the platform stands at one address for all (or, as the mock platform, at ours)."""
    return platform in ADDRESSES or platform is Platform.MOCK


def renewal_address(source: Source) -> str:
    """Where the source's refresh token gives an access token."""
    if source.platform is Platform.YOUTUBE and not source.address:
        return _GOOGLE_TOKENS
    base = httpx.URL(address_of(source))
    return str(base.copy_with(raw_path=RENEWED[source.platform].encode()))


def renews_by_itself(source: Source) -> bool:
    """Whether the source's token is one of Instagram's own, of sixty days, renewed in time."""
    by_host = httpx.URL(address_of(source)).host == INSTAGRAM_HOST
    return source.platform is Platform.INSTAGRAM and by_host


class _WithoutSecrets(logging.Filter):
    """Cleans what the HTTP library says of each request: its address may hold a proof or a key."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = text_without_secrets(record.getMessage()), ()
        return True


_CLEANING = _WithoutSecrets()


def keep_secrets_out_of_logs() -> None:
    """From here on nothing that the HTTP library logs holds a secret. May be called again."""
    for name in ("httpx", "httpcore.http11", "httpcore.connection", "httpcore.proxy"):
        logging.getLogger(name).addFilter(_CLEANING)


def port_is_free(host: str, port: int) -> bool:
    """True when nobody listens there."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port(host: str = "127.0.0.1") -> int:
    """A port that nobody listens on right now, nor gets from the system before it is taken up: it
    lies below those that Linux (from 32768) and others (from 49152) hand out by themselves."""
    for found in random.SystemRandom().sample(range(20_000, 30_000), 100):
        if port_is_free(host, found):
            return found
    raise OSError(f"no port of {host} is free among a hundred that were tried")


def cut_off(connection: socket.socket) -> None:
    """Breaks a connection so that the other side sees a reset, not an end."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
