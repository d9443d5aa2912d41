"""Asking Facebook for notices: what it says that is no answer is told as a trouble of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from collectors.base import CollectError
from data.model import Platform
from sunwai.clock import now as wall_clock
from sunwai.credentials import Part
from sunwai.rehearsal.server import serve
from sunwai.rehearsal.wire import Answer, Asked
from sunwai.settings import load
from sunwai.webhooks import subscribe
from sunwai.wiring import House
from tests.builders import NOW, a_source
from tests.collect_helpers import Clock
from tests.tables import make_tables


class Babbling:
    """A host that answers every request with the same bytes."""

    name = "facebook"

    def __init__(self, body: bytes) -> None:
        self.body = body

    def answer(self, asked: Asked, now: object) -> Answer:
        return Answer(body=self.body)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"[" * 200_000, "could not be asked"),
        (b"<html>", "could not be asked"),
        (b"[]", "did not say"),
        (b'{"success": false}', "did not say"),
    ],
    ids=["nested babble", "no JSON", "a list", "no success"],
)
def test_what_is_no_answer_is_told_and_never_raised_through(
    tmp_path: Path, body: bytes, told: str
) -> None:
    house = House(settings=load({"SUNWAI_HOME": str(tmp_path)}), clock=Clock())
    make_tables(house.db)
    with serve(Babbling(body), clock=wall_clock) as platform:
        with house.db.write() as tx:
            address = platform.address + "/v26.0"
            source = a_source(tx, platform=Platform.FACEBOOK, account="1", address=address)
            house.lines.credentials.store(tx, source, Part.TOKEN, "invented-token", now=NOW)
        with pytest.raises(CollectError, match=told):
            subscribe(house, source)
        house.lines.close()
