"""Which tongues judge a text, by its language and its letters."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from data.reading import Language
from moderation.signals.pieces import ARABIC, LATIN
from moderation.texts.text import fold_text

_LATIN = (Language.EN, Language.UR_LATN)
_ARABIC = (Language.UR, Language.AR)


class Routes:
    """The ways to the tongues of a model, told as bits in their order."""

    def __init__(self, tongues: Sequence[Language]) -> None:
        self._bits = {code: 1 << n for n, code in enumerate(tongues)}

    def of(
        self, texts: Sequence[str], languages: Sequence[Language]
    ) -> tuple[npt.NDArray[np.uint8], dict[int, tuple[Language, ...]]]:
        """Which tongues judge each text, as bits in their order; and which do where the text is
        not in the language of one of them."""
        bits = self._bits
        out = np.array([bits.get(language, 0) for language in languages], dtype=np.uint8)
        routes: dict[int, tuple[Language, ...]] = {}
        for i in np.flatnonzero(out == 0).tolist():
            routes[i] = route = _route(texts[i], languages[i])
            out[i] = sum(bits.get(code, 0) for code in route)
        return out, routes

    def other_letters(
        self, languages: Sequence[Language]
    ) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
        """For each text the tongues that read letters which its own does not, as bits in their
        order, and the script that these are of."""
        latin, arabic = (sum(self._bits.get(c, 0) for c in of) for of in (_LATIN, _ARABIC))
        other = {code: (latin, LATIN) for code in _ARABIC}
        other |= {code: (arabic, ARABIC) for code in _LATIN}
        told = np.array([other.get(code, (0, 0)) for code in languages], dtype=np.uint8)
        return told.reshape(-1, 2)[:, 0], told.reshape(-1, 2)[:, 1]


def other_script(language: Language) -> int:
    """The script whose letters the tongue of a language does not read."""
    return ARABIC if language in _LATIN else LATIN


def _route(text: str, language: Language) -> tuple[Language, ...]:
    """The tongues that judge a text in a language that none of them is made for."""
    if language is Language.PNB:
        return (Language.UR,)
    if language not in (Language.MIXED, Language.UND):
        return ()
    arabic = _ARABIC_LETTER.search(text) is not None
    latin = _LATIN_LETTER.search(text) or _LATIN_LETTER.search(fold_text(text))
    return (_ARABIC if arabic else ()) + (_LATIN if latin else ())


_ARABIC_LETTER = re.compile("[\u0600-\u06ff\ufb50-\ufefc]")
_LATIN_LETTER = re.compile("[a-zA-Z]")
