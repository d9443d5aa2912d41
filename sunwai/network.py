"""Sockets: the one place that opens HTTP clients; rooms are handed one, ready to use."""

from __future__ import annotations

import socket

import httpx

TIMEOUT = httpx.Timeout(20.0, connect=5.0)


def client(base_url: str, *, token: str | None = None) -> httpx.Client:
    """A client for one platform. Redirects are not followed: a page never moves to another host."""
    headers = {"user-agent": "sunwai"}
    if token:
        headers["authorization"] = f"Bearer {token}"
    return httpx.Client(base_url=base_url, headers=headers, timeout=TIMEOUT, follow_redirects=False)


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
    """A port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        return probe.getsockname()[1]
