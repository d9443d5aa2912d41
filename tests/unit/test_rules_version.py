"""What judges has a version: what older rules or lists judged is judged again after an update."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.store import reassessments
from moderation.judging.read import Reader
from moderation.judging.rereading import Rereader, Side
from moderation.learning.reassess import Again, assess_again
from moderation.signals import by_rule, listing
from moderation.signals.made_of import ROOT, made_of
from tests.unit.assess_helpers import POLICY, House, a_house
from tests.unit.judgement_helpers import WordEngine

ENGINE = WordEngine()


@pytest.fixture
def house() -> Iterator[House]:
    with a_house() as made:
        yield made


@pytest.fixture(autouse=True)
def as_at_start() -> Iterator[None]:
    by_rule.rules_version.cache_clear()
    yield
    by_rule.rules_version.cache_clear()


def other_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    """As after an update that brings other word lists."""
    monkeypatch.setattr(by_rule, "digest", lambda: "other lists")
    by_rule.rules_version.cache_clear()


def again(house: House) -> Again:
    rereader = Rereader(
        reader_with=lambda lists: Reader(ENGINE, lists=lists),
        engine=ENGINE.name,
        engine_version=ENGINE.version,
        lists_of={1: POLICY.lists},
        rules=by_rule.rules_version(),
    )
    side = Side(policy=POLICY)
    return Again(db=house.db, rereader=rereader, side=side, clock=lambda: house.now,
                 owner="me", by="test")  # fmt: skip


def stale(house: House) -> int:
    with house.db.read() as tx:
        return reassessments.count_stale(tx, again(house).judges)


def test_a_reading_names_the_engine_and_the_rules_that_made_it():
    (reading,) = Reader(ENGINE).read(["the road is broken"])
    assert reading.engine_version == f"{ENGINE.version} words {by_rule.rules_version()}"


def test_other_lists_are_another_version(monkeypatch: pytest.MonkeyPatch):
    before = by_rule.rules_version()
    other_lists(monkeypatch)
    assert by_rule.rules_version() != before


def test_a_rule_that_says_something_else_is_another_version(monkeypatch: pytest.MonkeyPatch):
    before = by_rule.rules_version()
    monkeypatch.setattr(by_rule, "recorded", lambda: (by_rule.digest(), "other rules"))
    by_rule.rules_version.cache_clear()
    assert by_rule.rules_version() != before


def test_what_judges_is_recorded_as_it_is():
    assert listing.recorded() == (listing.digest(), made_of()), (
        "rules, word lists or other code that judges was changed, and comments judged before would "
        "not be judged again: run `python -m moderation.signals.listing`, which records the change "
        "in moderation/signals/words/ready.jsonl, and commit that file"
    )


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    left_out = shutil.ignore_patterns("__pycache__", "training", "builtin.sunwai")
    shutil.copytree(ROOT / "moderation", tmp_path / "moderation", ignore=left_out)
    return tmp_path


@pytest.mark.parametrize(("file", "old", "new"), [
    ("signals/insults.py", "_WITHIN = 3", "_WITHIN = 4"),
    ("judging/rules.py", "CLEARLY = 0.1", "CLEARLY = 0.2"),
    ("signals/words/threat.toml", "[threat_sure]", "[threat_surely]"),
    ("texts/text.py", "def fold(", "def folded("),
])  # fmt: skip
def test_changed_code_or_list_is_another_digest(copied: Path, file: str, old: str, new: str):
    path, before = copied / "moderation" / file, made_of(copied)
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    assert made_of(copied) != before


def test_comments_docstrings_and_layout_are_the_same_digest(copied: Path):
    path = copied / "moderation/signals/insults.py"
    before, text = made_of(copied), path.read_text("utf-8")
    path.write_text(f'"""Other words."""\n\n# a comment\n{text}\n\n', "utf-8")
    assert made_of(copied) == before


def test_what_older_lists_judged_is_judged_again_and_only_that(
    house: House, monkeypatch: pytest.MonkeyPatch
):
    house.keep("the road is broken", "one")
    house.assess(Reader(ENGINE))
    assert stale(house) == 0
    other_lists(monkeypatch)
    assert stale(house) == 1
    tally = assess_again(again(house))
    assert (tally.assessed, stale(house)) == (1, 0)


def test_the_notice_of_judging_again_names_the_rules(house: House, monkeypatch: pytest.MonkeyPatch):
    house.keep("the road is broken", "one")
    house.assess(Reader(ENGINE))
    other_lists(monkeypatch)
    assess_again(again(house))
    with house.db.read() as tx:
        run = reassessments.newest(tx)
    assert run is not None
    assert f"words {by_rule.rules_version()}" in run.why
