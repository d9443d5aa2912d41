"""When the optional form `fast` is at work, and that nothing changes without it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from data.reading import Language
from moderation.signals.fast import offer as offers
from moderation.signals.fast.offer import FEWEST, PAYS_FROM, Offer
from sunwai.doctor import examine
from sunwai.settings import load
from tests.unit.fast_form import engine


def _offer(monkeypatch: pytest.MonkeyPatch, *, there: bool) -> Offer:
    monkeypatch.setattr(offers, "installed", lambda: there)
    return Offer({}, {})


def test_without_numba_the_form_is_never_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    offer = _offer(monkeypatch, there=False)
    assert offer.form(100 * PAYS_FROM) is None
    assert not offer.begin()


def test_the_form_begins_when_so_many_texts_came_that_it_pays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    offer = _offer(monkeypatch, there=True)
    begun: list[int] = []
    monkeypatch.setattr(offer, "begin", lambda: begun.append(1))
    assert offer.form(PAYS_FROM - 1) is None
    assert not begun
    offer.form(FEWEST)
    assert begun == [1]


def test_a_few_texts_at_a_time_are_left_to_numpy_and_not_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    offer = _offer(monkeypatch, there=True)
    monkeypatch.setattr(offer, "begin", lambda: pytest.fail("begun for single comments"))
    for _ in range(2 * PAYS_FROM):
        assert offer.form(1) is None


def test_a_numba_that_does_not_load_leaves_the_work_to_numpy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    offer = _offer(monkeypatch, there=True)
    monkeypatch.setitem(sys.modules, "moderation.signals.fast.quick", None)
    assert not offer.begin()
    assert offer.form(2 * PAYS_FROM) is None


def test_an_engine_judges_on_where_numba_does_not_load(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "moderation.signals.fast.quick", None)
    monkeypatch.setattr(offers, "installed", lambda: True)
    monkeypatch.setattr(offers, "PAYS_FROM", 0)
    broken, texts = engine(), ["the road is broken"] * FEWEST
    codes = [Language.EN] * FEWEST
    monkeypatch.setattr(offers, "installed", lambda: False)
    assert np.array_equal(broken.raw_toxicity(texts, codes), engine().raw_toxicity(texts, codes))


def test_the_doctor_says_which_form_judges(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    told: list[str] = []
    for there in (False, True):
        monkeypatch.setattr(
            "moderation.signals.fast.installed.installed", lambda there=there: there
        )
        found = examine(load({"SUNWAI_HOME": str(tmp_path)}))
        told += [f.told for f in found if f.what == "fast" and f.ok]
    assert "not installed" in told[0] and "numpy" in told[0]
    assert "compiled" in told[1]


def test_a_few_comments_load_neither_numba_nor_a_kernel() -> None:
    code = (
        "import sys\n"
        "from data.reading import Language\n"
        "from moderation.signals.builtin import load_builtin\n"
        "load_builtin().score(['a road', 'a bill'] * 50, [Language.EN] * 100)\n"
        "print([m for m in sys.modules if m == 'numba' or m == 'moderation.signals.fast.form'])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
