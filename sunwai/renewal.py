"""Instagram's own tokens: sixty days long, renewed on the fiftieth, before anybody has to look.

CONNECTORS.md 3.1. Only a token of Instagram's own log-in is renewed so; a Page's token has no end.
"""

from __future__ import annotations

from datetime import timedelta
from typing import cast

import httpx

from collectors.alarms import RENEW_AT_AGE, TOKEN_LIFE
from data.model import JsonObject, Source
from sunwai import network
from sunwai.credentials import CannotOpen, Part
from sunwai.logs import logger
from sunwai.wiring import House


def renew_instagram(house: House, source: Source) -> bool:
    """Renews the source's token where its time has come; True when a new one is stored."""
    if not network.renews_by_itself(source) or not is_due(house, source):
        return False
    given = house.lines.credentials.of(source)[Part.TOKEN]
    body = _asked(house, source, given.value)
    token, seconds = body.get("access_token"), body.get("expires_in")
    if not isinstance(token, str) or not isinstance(seconds, int):
        return False
    now, credentials = house.clock(), house.lines.credentials
    with house.ready_db.write() as tx:
        credentials.store(
            tx,
            source,
            Part.TOKEN,
            token,
            now=now,
            expires_at=now + timedelta(seconds=seconds),
            made_from=credentials.given(source, Part.TOKEN),
        )
    logger().info("token renewed", source=source.name)
    return True


def is_due(house: House, source: Source) -> bool:
    """Ten days before the end where it is known; else on the fiftieth day since it was stored, and
    at once for one whose age nobody knows (given by the environment)."""
    try:
        given = house.lines.credentials.of(source).get(Part.TOKEN)
    except CannotOpen:
        return False
    if given is None:
        return False
    now = house.clock()
    if given.expires_at is not None:
        return given.expires_at - (TOKEN_LIFE - RENEW_AT_AGE) <= now < given.expires_at
    return given.set_at is None or now - given.set_at >= RENEW_AT_AGE


def _asked(house: House, source: Source, token: str) -> JsonObject:
    """The platform's answer; empty when it gave none. The token must stand in the address here,
    which no log shows."""
    address = httpx.URL(network.address_of(source)).copy_with(raw_path=b"/refresh_access_token")
    params = {"grant_type": "ig_refresh_token", "access_token": token}
    try:
        with network.renewal_client(house.settings.text("network.proxy")) as client:
            response = client.get(address, params=params)
            body: object = response.json() if response.is_success else {}
    except (httpx.RequestError, ValueError, RecursionError) as error:
        logger().warning("token not renewed", source=source.name, why=type(error).__name__)
        return {}
    return cast(JsonObject, body) if isinstance(body, dict) else {}
