"""The optional form `fast` compiled, as it is used. Without numba these do not run."""

from __future__ import annotations

import numpy as np
import pytest

from data.reading import Language
from moderation.signals.builtin import BuiltinEngine
from moderation.signals.fast.installed import installed
from tests.unit.fast_form import engine, texts_of

pytestmark = pytest.mark.skipif(
    not installed(), reason="numba is not installed: the compiled form did not run"
)


@pytest.fixture(scope="module")
def both() -> tuple[BuiltinEngine, BuiltinEngine]:
    """An engine in numpy, and one whose compiled form is at work."""
    plain, quick = engine(), engine()
    assert quick.offer.begin()
    return plain, quick


@pytest.mark.parametrize("code", [Language.EN, Language.UR, Language.UR_LATN, Language.AR])
def test_compiled_kernels_say_to_the_last_bit_what_numpy_says(
    code: Language, both: tuple[BuiltinEngine, BuiltinEngine]
) -> None:
    plain, quick = both
    texts = texts_of(plain, code, 3000)
    for _ in range(2):
        found = quick.raw_toxicity(texts, [code] * len(texts))
        assert np.array_equal(found, _in_numpy(plain, texts, code))


def test_whole_answers_are_the_same_compiled(both: tuple[BuiltinEngine, BuiltinEngine]) -> None:
    plain, quick = both
    texts = [t for code in plain.tongues for t in texts_of(plain, code, 200, seed=5)]
    languages = [code for code in plain.tongues for _ in range(200)]
    assert quick.score(texts, languages) == plain.score(texts, languages)


def _in_numpy(plain: BuiltinEngine, texts: list[str], code: Language) -> np.ndarray:
    few = [texts[n : n + 60] for n in range(0, len(texts), 60)]  # so few that numpy does it
    return np.concatenate([plain.raw_toxicity(part, [code] * len(part)) for part in few])
