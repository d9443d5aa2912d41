"""Private data and scams beside what only looks like them: invented rows, with the share found.

Half of the rows of private data were written before its patterns were mended and half after, none
with the patterns in view; the limits stand a little under what was measured.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from moderation.judging.read import Reader
from moderation.policies.policy_document import DEFAULT_POLICY
from moderation.signals.builtin import load_builtin
from moderation.signals.personal_data import find_personal_data

HERE = Path(__file__).parent


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (HERE / name).read_text("utf-8").splitlines()]


def labels(text: str) -> set[str]:
    found = find_personal_data(text)
    return {span.label for span in (*found.others, *found.own)}


def test_private_data_is_found_and_its_look_alikes_are_let_be() -> None:
    known = rows("personal_data.jsonl")
    private = [row for row in known if row["label"]]
    alike = [row["text"] for row in known if not row["label"]]
    assert (len(private), len(alike)) == (120, 140)
    missed = [row for row in private if row["label"] not in labels(row["text"])]
    assert len(missed) <= 2, missed
    assert [text for text in alike if labels(text)] == []


def test_a_page_finds_the_private_data_that_each_text_holds() -> None:
    texts = [row["text"] for row in rows("personal_data.jsonl")]
    reader = Reader(load_builtin())
    for text, reading in zip(texts, reader.read(texts), strict=True):
        found = find_personal_data(text)
        assert reading.value("personal_data") == found.value, text
        assert reading.value("own_contact") == float(bool(found.own)), text


def test_most_scams_are_found_and_citizens_who_speak_of_them_are_let_be() -> None:
    known = rows("scams.jsonl")
    readings = Reader(load_builtin()).read([row["text"] for row in known])
    point = DEFAULT_POLICY.queue.spam
    flagged = [(r.value("spam") or 0.0) >= point for r in readings]
    scams = [hit for row, hit in zip(known, flagged, strict=True) if row["scam"]]
    citizens = [row for row, hit in zip(known, flagged, strict=True) if hit and not row["scam"]]
    assert sum(scams) >= 21 and len(scams) == 30
    # Two warn of a link that is dressed as an office, and hold it: the link is what is flagged.
    assert len(citizens) <= 2, citizens
