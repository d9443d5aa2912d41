"""Which language a comment is in, and whether Sunwai was measured for it.

Script first, then letters (Arabic script) or words and letter sequences (Latin script). What is
not covered says so with the reason; it goes to a person and is never called clean.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from data.model import Coverage, Language
from moderation.codes import END, LETTER, codes_of, split_words
from moderation.models.modelfile import ModelDamaged
from moderation.page import Column, Page, summed
from moderation.small_words import AR_WORDS, FA_WORDS, PNB_WORDS, UR_WORDS, many_others, others
from moderation.tongues import shipped_tongues

_NOT_WORDS = re.compile(r"(?:https?://|www\.)\S+|(?<!\w)[@#]\w+|\S+@\S+\.\w+")
_TAG = re.compile(r"[@#](?<!\w.)\w+")  # a sign first: far quicker to look for
_MAIL_LIKE = re.compile(r"\S@\S")
_PLAIN_ARABIC = re.compile(r"[ \u0620-\u0674\u0679-\u06ff]+")
_LATIN = "latin"
_MIXED_SHARE = 0.3
_READ = 4000  # characters that are enough to tell a language


class LanguageReading(NamedTuple):
    """The language, its coverage, and in a sentence why coverage is not full (else empty)."""

    language: Language
    coverage: Coverage
    note: str


_SCRIPTS = (
    ("latin", 0x0041, 0x024F), ("arabic", 0x0600, 0x06FF), ("arabic", 0x0750, 0x077F),
    ("arabic", 0x08A0, 0x08FF), ("arabic", 0xFB50, 0xFDFF), ("arabic", 0xFE70, 0xFEFC),
    ("devanagari", 0x0900, 0x097F), ("latin", 0x1E00, 0x1EFF),
)  # fmt: skip
_LETTER_SIGNS: dict[Language, str] = {
    Language.PS: "ټډړږښڅځګڼېۍ",
    Language.SD: "ٻڀٺٽڄڃڇڊڌڍڏڙڦڪڱڳڻ",
    Language.UR: "ٹڈڑےںہھۓۂ",
}
_AR_SIGNS = "ةيىكأإؤءه"


_SMALL_WORDS = (UR_WORDS, AR_WORDS, FA_WORDS, PNB_WORDS)
_ALL_SMALL: frozenset[str] = frozenset[str]().union(*_SMALL_WORDS)
_NONE = (0, 0, 0, 0)
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


def read_language(text: str) -> LanguageReading:
    """The language of `text`; `und` for texts without words and, weakly covered, for one word.

    A damaged language table gives `und`, *not checked*, with what to do in the note.
    """
    return read_languages([text])[0]


def read_languages(texts: Sequence[str]) -> list[LanguageReading]:
    """`read_language` of each text; a batch costs far less than its texts one by one."""
    words = split_words([_spoken(t) for t in texts], LETTER, "'’")
    found = [_by_script(w) for w in words]
    _weigh_new([w for w, by in zip(words, found, strict=True) if by is _LATIN])
    arabic = [by for by in found if isinstance(by, list)]
    told = iter(_arabic_script(arabic))
    return [
        _read(w, next(told) if isinstance(by, list) else by)
        for w, by in zip(words, found, strict=True)
    ]


def _spoken(text: str) -> str:
    """As much as is read, without links, mentions, hashtags and addresses."""
    text = text[:_READ]
    if "://" in text or "www." in text or ("@" in text and _MAIL_LIKE.search(text)):
        return _NOT_WORDS.sub(" ", text)
    return _TAG.sub(" ", text) if "@" in text or "#" in text else text


def _read(words: list[str], found: Language | str) -> LanguageReading:
    if not words:
        return _NOTHING
    try:
        language = _latin_script(words) if not isinstance(found, Language) else found
    except ModelDamaged as fault:
        return LanguageReading(Language.UND, Coverage.NOT_CHECKED, str(fault))
    return (_ONE_WORD if len(words) == 1 else _READINGS)[language]


def _reading(language: Language) -> LanguageReading:
    coverage, note = _NOTES.get(language, (Coverage.COVERED, ""))
    return LanguageReading(language, coverage, note)


def _one_word(language: Language) -> LanguageReading:
    told = f"one word ({language.value}?): too little to tell a language"
    return LanguageReading(Language.UND, Coverage.WEAK, told)


_NOTHING = LanguageReading(Language.UND, Coverage.NOT_COVERED, "no words to read")
_READINGS = {language: _reading(language) for language in Language}
_ONE_WORD = _READINGS | {
    language: _one_word(language)
    for language in (Language.EN, Language.UR, Language.UR_LATN, Language.AR)
}


def _by_script(words: list[str]) -> Language | list[str] | str:
    """The language where the script tells it; the words in Arabic script where they must tell it;
    _LATIN where the words in Latin script must."""
    line = " ".join(words)
    if line.isascii():
        return _LATIN
    if _PLAIN_ARABIC.fullmatch(line):
        return words
    scripts = [_script(w) for w in words]
    shares = {s: scripts.count(s) / len(words) for s in ("arabic", "latin", "devanagari")}
    if min(shares["arabic"], shares["latin"]) >= _MIXED_SHARE:
        return Language.MIXED
    if shares["arabic"] >= max(shares["latin"], 0.5):
        return [w for w, s in zip(words, scripts, strict=True) if s == "arabic"]
    if shares["latin"] >= 0.5:
        return _LATIN
    return Language.HI if shares["devanagari"] >= 0.5 else Language.OTHER


@lru_cache(maxsize=50_000)
def _script(word: str) -> str:
    """The word's script: Latin if it holds a Latin letter, in whatever dress (𝐛𝐨𝐥𝐝, ｗｉｄｅ)."""
    plain = unicodedata.normalize("NFKC", word)
    if any(c.isascii() for c in plain):
        return "latin"
    point = ord(plain[len(plain) // 2])
    return next((name for name, low, high in _SCRIPTS if low <= point <= high), "other")


def _arabic_script(texts: Sequence[list[str]]) -> list[Language]:
    """The language of each text, given its words in Arabic script."""
    return [_urdu_or_neighbour(_Told(*row)) for row in _told(texts).tolist()]


class _Told(NamedTuple):
    """What words in Arabic script tell: how many, their letters, and counts of what speaks for a
    language by its letters, its article and its small words."""

    words: float
    letters: float
    pashto: float
    sindhi: float
    urdu: float
    arabic: float
    article: float
    ur: float
    ar: float
    fa: float
    pnb: float


def _told(texts: Sequence[Sequence[str]]) -> npt.NDArray[np.float64]:
    """A row of `_Told` for each list of words."""
    lines = [" ".join(words) for words in texts]
    rows = [
        (len(w), len(line) - max(len(w) - 1, 0), 0, 0, 0, 0, f" {line}".count(" ال"),
         *(_NONE if _ALL_SMALL.isdisjoint(w) else
           [sum(map(known.__contains__, w)) for known in _SMALL_WORDS]))
        for w, line in zip(texts, lines, strict=True)
    ]  # fmt: skip
    out = np.array(rows, dtype=np.float64).reshape(len(rows), len(_Told._fields))
    if rows:
        out[:, 2:6] = np.array(_signs(lines)).T
    return out


def _signs(lines: Sequence[str]) -> list[list[int]]:
    """How many letters of each line speak for Pashto, Sindhi, Urdu and Arabic."""
    codes = codes_of(lines)
    signs = _SIGNS[np.minimum(codes, _SIGNS.size - 1)]
    at = np.flatnonzero(signs)
    line = np.searchsorted(np.flatnonzero(codes == END), at)
    return [
        np.bincount(line[(signs[at] & (1 << n)) != 0], minlength=len(lines)).tolist()
        for n in range(4)
    ]


def _sign_table() -> npt.NDArray[np.uint8]:
    table = np.zeros(0x700, dtype=np.uint8)
    of = _LETTER_SIGNS
    for n, letters in enumerate((of[Language.PS], of[Language.SD], of[Language.UR], _AR_SIGNS)):
        for letter in letters:
            table[ord(letter)] |= 1 << n
    return table


_SIGNS = _sign_table()


def _urdu_or_neighbour(told: _Told) -> Language:
    size, count = told.letters, told.words
    sd, ps, ur = told.sindhi / size, told.pashto / size, told.urdu / size
    if sd >= 0.03 and sd > ur / 2:
        return Language.SD
    if ps >= 0.03 and ps > ur:
        return Language.PS
    urdu = told.ur / count + 6 * ur
    arabic = told.ar / count + 2 * told.arabic / size + 0.5 * told.article / count
    persian = 1.5 * (told.fa / count) if not told.urdu else 0.0
    if urdu >= arabic and urdu >= persian:
        if told.pnb / count > max(0.2, told.ur / count):
            return Language.PNB
        return Language.UR
    return Language.AR if arabic >= persian else Language.FA


# ------------------------------------------------------------------------------ a page at once


def page_languages(page: Page) -> list[LanguageReading]:
    """`read_language` of each even text of a page, from what its chunks tell."""
    if not page.texts:
        return []
    try:
        rows = summed(_TELLS.rows(page.chunks), page)
    except ModelDamaged:
        return read_languages(page.texts)
    bias = shipped_tongues().bias
    count = rows[:, 0]
    roman = rows[:, 1] / np.maximum(count, 1) ** 0.5 + bias > 0
    # The script: 0 no word, 1 all Latin letters without marks, 2 plain Arabic, 3 a mixture.
    kind = np.where(count == 0, 0, np.where(rows[:, 2] == 0, 1, np.where(rows[:, 3] == 0, 2, 3)))
    other = many_others(rows[:, 4], count)
    told = iter(rows[kind == 2][:, 5:].tolist())
    others = iter(read_languages([t for t, k in zip(page.texts, kind, strict=True) if k == 3]))
    return [
        _NOTHING if k == 0
        else next(others) if k == 3
        else (_ONE_WORD if n == 1 else _READINGS)[
            _urdu_or_neighbour(_Told(*next(told))) if k == 2
            else Language.OTHER if foreign else Language.UR_LATN if latin else Language.EN
        ]
        for k, n, latin, foreign in zip(
            kind.tolist(), count.tolist(), roman.tolist(), other.tolist(), strict=True
        )
    ]  # fmt: skip


def _tells(chunks: Sequence[str]) -> npt.NDArray[np.float64]:
    """For each chunk: its words, what they weigh for Roman Urdu, how many are not ASCII, how many
    are not plain Arabic, how many another language has, and where one may be a row of `_Told`."""
    words = split_words([_spoken(c) for c in chunks], LETTER, "'’")
    tongues = shipped_tongues()
    tongues.learn({w for of in words for w in of})
    other = [i for i, chunk in enumerate(chunks) if not chunk.isascii()]
    out = np.zeros((len(chunks), 5 + len(_Told._fields)))
    out[:, 0] = out[:, 3] = list(map(len, words))
    out[:, 1] = [sum([tongues.weight(w) for w in of if w.isascii()]) for of in words]
    out[other, 2] = [sum([not w.isascii() for w in words[i]]) for i in other]
    out[other, 3] = [sum([not _PLAIN_ARABIC.fullmatch(w) for w in words[i]]) for i in other]
    out[:, 4] = list(map(others, words))
    out[other, 5:] = _told([words[i] for i in other])
    return out


_TELLS = Column(_tells, "written")


def _weigh_new(texts: Sequence[list[str]]) -> None:
    """Weighs the words not met before all at once; a damaged table is told of text by text."""
    with suppress(ModelDamaged):
        shipped_tongues().learn({word for words in texts for word in words})


def _latin_script(words: list[str]) -> Language:
    if not " ".join(words).isascii():
        words = [w for w in words if _script(w) == "latin"]
    if many_others(others(words), len(words)):
        return Language.OTHER
    return Language.UR_LATN if shipped_tongues().margin(words) > 0 else Language.EN
