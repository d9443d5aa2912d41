"""What tells the language of a text: numbers for each of its words, added up.

A word is worked out when it first comes and kept; from then on a text costs a look-up a word.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from moderation.texts.chunks import LOCK
from moderation.texts.codes import (
    BLANK,
    LETTER,
    WORD,
    Codes,
    Places,
    distinct,
    kinds_of,
    texts_of,
    word_edges,
)
from moderation.texts.hashes import Hashes, Table, first_of_each, hashes, hashes_of
from moderation.texts.small_words import (
    AR_WORDS,
    FA_WORDS,
    OTHER_LATIN,
    PNB_WORDS,
    PS_WORDS,
    SD_WORDS,
    UR_WORDS,
)
from moderation.texts.strung import Coded, cut_out, grown

Rows = npt.NDArray[np.uint64]
"""For each word, chunk or text what it weighs for Roman Urdu, and behind it its counts, packed:
see `weights_of` and `counts_of`."""
Counts = npt.NDArray[np.uint16]
Floats = npt.NDArray[np.float64]

COUNTS: tuple[str, ...] = (
    *("words", "latin", "arabic", "devanagari", "ps", "sd", "ur", "ar", "other", "letters"),
    *("article", "ur_words", "ar_words", "fa_words", "pnb_words", "ps_words", "sd_words"),
)
"""How many words, and those of each script; of the words in Arabic script the letters that speak
for a language; the words that another language in Latin letters has; and of the words in Arabic
script again the letters, those that begin with the Arabic article, and those of each language."""
_PACKED = 4  # counts are added four at a time: no text has so many words that one overflows
_ROW = 1 + -(-len(COUNTS) // _PACKED)
_LATIN, _ARABIC, _DEVANAGARI, _ANOTHER = range(1, 5)

_MOST = 120_000  # words that are kept: hostile input must not fill the memory
_AT_ONCE = 1 << 16  # characters
_BLANK = 32
_LINK_OR_MAIL = re.compile(r"(?:https?://|www\.)\S+|(?<!\w)[@#]\w+|(?>\S{1,64}?@)\S{1,255}\.\w+")
_SCRIPTS = (
    (_LATIN, 0x0041, 0x024F), (_ARABIC, 0x0600, 0x06FF), (_ARABIC, 0x0750, 0x077F),
    (_ARABIC, 0x08A0, 0x08FF), (_ARABIC, 0xFB50, 0xFDFF), (_ARABIC, 0xFE70, 0xFEFC),
    (_DEVANAGARI, 0x0900, 0x097F), (_LATIN, 0x1E00, 0x1EFF),
)  # fmt: skip
_LETTER_SIGNS = ("ټډړږښڅځګڼېۍ", "ٻڀٺٽڄڃڇڊڌڍڏڙڦڪڱڳڻ", "ٹڈڑےںہھۓۂ", "ةيىكأإؤءه")
_ALEF, _LAM = map(ord, "ال")


def _sign_table() -> Rows:
    """For each letter which languages it speaks for: a row's column of "ps" to "ar"."""
    table = np.zeros(0x701, dtype=np.uint64)
    for n, letters in enumerate(_LETTER_SIGNS):
        table[[*map(ord, letters)]] += np.uint64(1 << 16 * n)
    return table


def _plain_table() -> Rows:
    """For each letter whether it is ASCII, and whether plain Arabic: counts of 16 bits."""
    table = np.zeros(0x701, dtype=np.uint64)
    table[:0x80] = 1
    table[0x620:0x700] = 1 << 16
    table[0x675:0x679] = 0
    return table


def _lower_table() -> Codes:
    """Latin letters in lower case, and whatever else becomes one."""
    table = np.arange(0x212C, dtype=np.uint32)
    for point in (*range(0x250), 0x1E9E, 0x212A, 0x212B):
        low = chr(point).lower()
        table[point] = ord(low) if len(low) == 1 else point
    return table


def weights_of(rows: Rows) -> Floats:
    """What the rows weigh."""
    return rows.view(np.float64)[:, 0]


def counts_of(rows: Rows) -> Counts:
    """A column for each of `COUNTS`."""
    return rows.view(np.uint16)[:, _PACKED : _PACKED + len(COUNTS)]


_SIGNS, _PLAIN, _LOWER = _sign_table(), _plain_table(), _lower_table()


class _Listed:
    """The small words, and which lists each is in."""

    def __init__(self) -> None:
        lists = (OTHER_LATIN, UR_WORDS, AR_WORDS, FA_WORDS, PNB_WORDS, PS_WORDS, SD_WORDS)
        words = sorted(frozenset[str]().union(*lists))
        self._table = Table()
        self._table.add(hashes_of(words), 0)
        self._in = np.array([*([w in of for of in lists] for w in words), [False] * len(lists)])

    def holding(self, wanted: Hashes) -> npt.NDArray[np.bool_]:
        """For each word a row: whether each list holds it."""
        return self._in.take(self._table.find(wanted), axis=0)


_LISTED = _Listed()


class Tells:
    """The words met so far. ``weigh`` gives each new word its weight for Roman Urdu."""

    def __init__(self, weigh: Callable[[Coded], Floats]) -> None:
        self._weigh = weigh
        self._forget()

    def _forget(self) -> None:
        self._table, self._count = Table(), 0
        self._rows: Rows = np.zeros((1024, _ROW), dtype=np.uint64)

    def rows(self, codes: Codes, begins: Places) -> Rows:
        """For each text, of 65,535 characters at most, the sum of what its words tell. They stand
        end to end, text n from ``begins[n]`` on, with an `END` behind each."""
        cuts = np.searchsorted(begins, np.arange(_AT_ONCE, int(begins[-1]), _AT_ONCE))
        parts = pairwise([0, *cuts.tolist(), begins.size - 1])
        found = [self._part(codes[begins[a] : begins[b]], begins[a : b + 1] - begins[a])
                 for a, b in parts if b > a]  # fmt: skip
        return np.concatenate([np.zeros((0, _ROW), dtype=np.uint64), *found])

    def _part(self, codes: Codes, begins: Places) -> Rows:
        codes = _spoken(codes, begins)
        starts, ends = word_edges(codes, LETTER, "'’")
        held = self._words(codes, starts, ends)
        owner = np.searchsorted(begins, starts, side="right") - 1
        out = np.zeros((begins.size - 1, _ROW), dtype=np.uint64)
        first = np.flatnonzero(np.diff(owner, prepend=-1))
        if first.size:
            out[owner[first]] = np.add.reduceat(held, first, axis=0)
        weights_of(out)[:] = np.bincount(owner, weights_of(held), len(out))
        return out

    def _words(self, codes: Codes, starts: Places, ends: Places) -> Rows:
        """The row of each word codes[start:end]."""
        found = hashes(codes, starts, ends)
        with LOCK:
            numbers = self._table.find(found)
            left = np.flatnonzero(numbers < 0)
            if left.size:
                first, which = first_of_each(found[left])
                if self._count + first.size > _MOST:
                    self._forget()
                    left = np.arange(found.size)
                    first, which = first_of_each(found)
                new = left[first]
                numbers[left] = self._count + which
                self._learn(cut_out(codes, starts[new], ends[new], found[new]))
            return self._rows.take(numbers, axis=0)

    def _learn(self, words: Coded) -> None:
        made = self._worked_out(words)
        end = self._count + len(made)
        self._rows = grown(self._rows, end)
        self._rows[self._count : end] = made
        self._table.add(words.hashes, self._count)
        self._count = end

    def _worked_out(self, words: Coded) -> Rows:
        codes, begins = words.codes, words.begins[:-1]
        scripts = _scripts(words)
        lower = np.where(codes < _LOWER.size, _LOWER.take(codes, mode="clip"), codes)
        listed = _LISTED.holding(hashes(lower, begins, words.begins[1:] - 1))
        out = np.zeros((begins.size, _ROW), dtype=np.uint64)
        counts = counts_of(out)
        counts[:, 0] = 1
        for script in (_LATIN, _ARABIC, _DEVANAGARI):
            counts[:, script] = scripts == script
        arabic = scripts == _ARABIC
        if arabic.any():
            counts[:, 9] = np.diff(words.begins) - 1
            counts[:, 10] = (codes[begins] == _ALEF) & (codes[begins + 1] == _LAM)
            counts[:, 11:] = listed[:, 1:]
            out[:, 2] = np.add.reduceat(_SIGNS.take(codes, mode="clip"), begins)
            out[~arabic, 2:] = 0
        latin = np.flatnonzero(scripts == _LATIN)
        counts[latin, 8] = listed[latin, 0]
        weights_of(out)[latin] = self._weigh(words.picked(latin))
        return out


def _scripts(words: Coded) -> npt.NDArray[np.uint8]:
    """The script of each word; one of ASCII or plain Arabic letters alone needs no look."""
    plain = np.add.reduceat(_PLAIN.take(words.codes, mode="clip"), words.begins[:-1])
    sizes = (np.diff(words.begins) - 1).astype(np.uint64)
    out = np.where(plain == sizes, _LATIN, 0).astype(np.uint8)
    out[plain == sizes << np.uint64(16)] = _ARABIC
    for n in np.flatnonzero(out == 0).tolist():
        out[n] = _script(words.string(n))
    return out


def _script(word: str) -> int:
    """The word's script: Latin if it holds a Latin letter, in whatever dress (𝐛𝐨𝐥𝐝, ｗｉｄｅ)."""
    plain = unicodedata.normalize("NFKC", word)
    if any(c.isascii() for c in plain):
        return _LATIN
    point = ord(plain[len(plain) // 2])
    return next((name for name, low, high in _SCRIPTS if low <= point <= high), _ANOTHER)


def _spoken(codes: Codes, begins: Places) -> Codes:
    """Texts with blanks in the place of links, mentions, hashtags and addresses."""
    signs = np.flatnonzero((codes == ord("@")) | (codes == ord("#")))
    mails = signs[(codes[signs] == ord("@")) & ~BLANK.take(codes.take(signs + 1))]
    mails = mails[(mails > 0) & ~BLANK.take(codes.take(mails - 1))]
    at = np.concatenate([mails, _ending(codes, "www."), _ending(codes, "://")])
    if not signs.size and not at.size:
        return codes
    out = codes.copy()
    _blank_tags(out, signs)
    for n in distinct(np.searchsorted(begins, at, side="right") - 1).tolist():
        begin, end = int(begins[n]), int(begins[n + 1]) - 1
        for found in _LINK_OR_MAIL.finditer(texts_of(codes[begin:end])[0]):
            out[begin + found.start() : begin + found.end()] = _BLANK
    return out


def _blank_tags(codes: Codes, signs: Places) -> None:
    """Blanks the words right behind signs that no word goes before."""
    said = np.append((kinds_of(codes) & WORD) != 0, False)
    tags = signs[said[signs + 1] & ~said[signs - 1]]  # before the first stands the last: an `END`
    if tags.size:
        ends = np.flatnonzero(~said)
        ends = ends[np.searchsorted(ends, tags + 1)]
        inside = np.zeros(codes.size + 1, dtype=np.int8)
        inside[tags] = 1
        inside[ends] -= 1
        codes[np.cumsum(inside[:-1]) > 0] = _BLANK


def _ending(codes: Codes, told: str) -> Places:
    """Where these characters end."""
    at = np.flatnonzero(codes == ord(told[-1]))
    at = at[at >= len(told) - 1]
    for back, char in enumerate(reversed(told)):
        at = at[codes[at - back] == ord(char)]
    return at
