"""Which language a comment is in, and whether Sunwai was measured for it.

Script first, then letters (Arabic script) or words and letter sequences (Latin script). What is
not covered says so with the reason; it goes to a person and is never called clean.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from data.reading import Coverage, Language
from moderation.models.modelfile import ModelDamaged
from moderation.texts.page import CodedColumn, Page, added_up
from moderation.texts.small_words import many_others
from moderation.texts.strung import Coded, end_to_end
from moderation.texts.tells import COUNTS, Rows, Tells, counts_of, weights_of
from moderation.texts.text import slices
from moderation.texts.tongues import shipped_tongues

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]
_Told = Mapping[str, Floats]
"""The sums of each of `COUNTS`, one for each text."""

_MIXED_SHARE = 0.3
_READ = 4000  # characters that are read as one; a longer text is read by slices
_SPARE = 100  # characters that a slice may lose to be cut behind a blank
_SLICES = 16  # read at once, which bounds the memory
_WORST = (Coverage.NOT_CHECKED, Coverage.NOT_COVERED, Coverage.WEAK, Coverage.COVERED)
_AT_ONCE = 512  # texts


class LanguageReading(NamedTuple):
    """The language, its coverage, and in a sentence why coverage is not full (else empty)."""

    language: Language
    coverage: Coverage
    note: str


_NOTES: dict[Language, tuple[Coverage, str]] = {
    Language.PS: (Coverage.NOT_COVERED, "Pashto: no labelled data, never measured"),
    Language.SD: (Coverage.NOT_COVERED, "Sindhi: no labelled data, never measured"),
    Language.FA: (Coverage.NOT_COVERED, "Persian: no labelled data, never measured"),
    Language.HI: (Coverage.NOT_COVERED, "Devanagari script: no labelled data, never measured"),
    Language.PNB: (
        Coverage.WEAK,
        "Punjabi in Urdu letters: judged with the Urdu model, not measured on its own",
    ),
    Language.OTHER: (Coverage.NOT_COVERED, "a script or language that the model was not made for"),
    Language.MIXED: (Coverage.WEAK, "two languages in one comment: judged with both models"),
}


def _reading(language: Language) -> LanguageReading:
    coverage, note = _NOTES.get(language, (Coverage.COVERED, ""))
    return LanguageReading(language, coverage, note)


def _one_word(language: Language) -> LanguageReading:
    if language in _NOTES:
        return _reading(language)
    told = f"one word ({language.value}?): too little to tell a language"
    return LanguageReading(Language.UND, Coverage.WEAK, told)


_LANGUAGES = tuple(Language)
_EN, _UR, _UR_LATN, _AR = map(
    _LANGUAGES.index, (Language.EN, Language.UR, Language.UR_LATN, Language.AR)
)
_PS, _SD, _PNB, _FA = map(_LANGUAGES.index, (Language.PS, Language.SD, Language.PNB, Language.FA))
_MIXED, _HI, _OTHER = map(_LANGUAGES.index, (Language.MIXED, Language.HI, Language.OTHER))
_READINGS = (
    *map(_reading, _LANGUAGES),
    *map(_one_word, _LANGUAGES),
    LanguageReading(Language.UND, Coverage.NOT_COVERED, "no words to read"),
)
_NOTHING = len(_READINGS) - 1


def read_language(text: str) -> LanguageReading:
    """The language of `text`; `und` for texts without words and, weakly covered, for one word.

    A damaged language table gives `und`, *not checked*, with what to do in the note.
    """
    return read_languages([text])[0]


def read_languages(texts: Sequence[str]) -> list[LanguageReading]:
    """`read_language` of each text; a batch costs far less than its texts one by one."""
    short = [t for t in texts if len(t) <= _READ]
    parts = [short[at : at + _AT_ONCE] for at in range(0, len(short), _AT_ONCE)]
    told = iter([reading for part in parts for reading in _read(part)])
    return [next(told) if len(t) <= _READ else _read_long(t) for t in texts]


def _read_long(text: str) -> LanguageReading:
    """What the slices of a text say together: what is not covered outweighs, two languages are a
    mixture. Told by its beginning alone, anything could stand behind 4,000 dots."""
    parts = slices(text, len(text) // (len(text) // _READ + 1) + _SPARE)
    found: set[LanguageReading] = set()
    for at in range(0, len(parts), _SLICES):
        found.update(_read(parts[at : at + _SLICES]))
    order = sorted(found, key=lambda r: (_WORST.index(r.coverage), r.language, r.note))
    told = [r for r in order if r.language is not Language.UND]
    if order[0].coverage is Coverage.NOT_CHECKED or not told:
        nothing = _READINGS[_NOTHING]
        return next((r for r in order if r != nothing), nothing)
    alone = len(told) == 1 or told[0].coverage is Coverage.NOT_COVERED
    return told[0] if alone else _READINGS[_MIXED]


def page_languages(page: Page) -> list[LanguageReading]:
    """`read_language` of each even text of a page, from what its chunks tell."""
    try:
        rows = _TELLS.rows(page.chunks)
    except ModelDamaged:
        return read_languages(page.texts)
    held = rows.take(page.ids, axis=0)
    out = added_up(held, page)
    weights_of(out)[:] = added_up(weights_of(held), page)
    return _readings(out)


def _read(texts: Sequence[str]) -> list[LanguageReading]:
    laid = end_to_end(texts)
    try:
        rows = _MET.rows(*laid)
    except ModelDamaged as fault:
        rows = Tells(lambda new: np.zeros(new.hashes.size)).rows(*laid)
        return _readings(rows, str(fault))
    return _readings(rows)


def _weigh(new: Coded) -> Floats:
    return shipped_tongues().weights(new)


_MET = Tells(_weigh)
_TELLS = CodedColumn(lambda new: _MET.rows(new.codes, new.begins), "written")


def _readings(rows: Rows, fault: str = "") -> list[LanguageReading]:
    """The reading of each text, given the sums of what its words tell; ``fault`` is that of the
    language table, where it has one: then no text in Latin letters can be read."""
    told: _Told = dict(zip(COUNTS, counts_of(rows).T.astype(np.float64), strict=True))
    found = _by_script(told, weights_of(rows))
    out = found + len(_LANGUAGES) * (told["words"] == 1)
    out[told["words"] == 0] = _NOTHING
    numbers: list[int] = out.tolist()
    readings = [_READINGS[n] for n in numbers]
    if fault:
        latin = np.isin(found, (_EN, _UR_LATN)) & (told["words"] > 0)
        for n in np.flatnonzero(latin).tolist():
            readings[n] = LanguageReading(Language.UND, Coverage.NOT_CHECKED, fault)
    return readings


def _by_script(told: _Told, weights: Floats) -> Places:
    """The number of each text's language."""
    words = np.maximum(told["words"], 1)
    latin, arabic, devanagari = (told[s] / words for s in ("latin", "arabic", "devanagari"))
    out = np.where(devanagari >= 0.5, _HI, _OTHER)
    in_latin = latin >= 0.5
    if in_latin.any():
        out = np.where(in_latin, _latin_script(told, weights), out)
    in_arabic = arabic >= np.maximum(latin, 0.5)
    if in_arabic.any():
        out = np.where(in_arabic, _urdu_or_neighbour(told), out)
    return np.where(np.minimum(arabic, latin) >= _MIXED_SHARE, _MIXED, out)


def _latin_script(told: _Told, weights: Floats) -> Places:
    words = told["latin"]
    roman = weights / np.maximum(words, 1) ** 0.5 + _bias() > 0
    return np.where(many_others(told["other"], words), _OTHER, np.where(roman, _UR_LATN, _EN))


def _bias() -> float:
    try:
        return shipped_tongues().bias
    except ModelDamaged:  # then no weight is known either, and what this decides is not used
        return 0.0


def _urdu_or_neighbour(told: _Told) -> Places:
    size, count = np.maximum(told["letters"], 1), np.maximum(told["arabic"], 1)
    sd, ps, ur = told["sd"] / size, told["ps"] / size, told["ur"] / size
    urdu = told["ur_words"] / count + 6 * ur
    arabic = told["ar_words"] / count + 2 * told["ar"] / size + 0.5 * told["article"] / count
    persian = np.where(told["ur"] > 0, 0.0, 1.5 * (told["fa_words"] / count))
    punjabi = told["pnb_words"] / count > np.maximum(0.2, told["ur_words"] / count)
    out = np.where(arabic >= persian, _AR, _FA)
    out = np.where((urdu >= arabic) & (urdu >= persian), np.where(punjabi, _PNB, _UR), out)
    # Their own small words, where no letter tells; most are words of a neighbour's too.
    known = np.maximum(told["ur_words"], told["ar_words"])
    at_home = (ur == 0) & (told["article"] == 0)
    pashto, sindhi = (
        at_home & (told[n] >= 2) & (told[n] >= 0.4 * count) & (told[n] > known)
        for n in ("ps_words", "sd_words")
    )
    out = np.where(pashto | ((ps >= 0.03) & (ps > ur)), _PS, out)
    return np.where((sindhi & ~pashto & (ps == 0)) | ((sd >= 0.03) & (sd > ur / 2)), _SD, out)
