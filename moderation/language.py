"""Which language a comment is in, and whether Sunwai was measured for it.

Script first, then letters (Arabic script) or words and letter sequences (Latin script). What is
not covered says so with the reason; it goes to a person and is never called clean.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from data.model import Coverage, Language
from moderation.models.modelfile import ModelDamaged
from moderation.tongues import shipped_tongues

_NOT_WORDS = re.compile(r"(?:https?://|www\.)\S+|(?<!\w)[@#]\w+|\S+@\S+\.\w+|\d+")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_MIXED_SHARE = 0.3
_READ = 4000  # characters that are enough to tell a language


@dataclass(frozen=True, slots=True)
class LanguageReading:
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


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_FA_WORDS = _words(
    """
    است این را که می برای آن شما هم نیست بود شد های ها خود چه ما اگر
    """
)
_UR_WORDS = _words(
    """
    ہے ہیں کا کی کے کو نے سے میں اور یہ وہ پر بھی تھا ہو کر گا نہیں تو جو کیا اس ان ہم آپ
    """
)
_AR_WORDS = _words(
    """
    في من على الى إلى ان أن هذا هذه ما لا و يا مش عن مع كل بس انت والله الله اللي التي الذي
    """
)
_PNB_WORDS = _words(
    """
    دا دے دی نوں وچ نال اے سی سن توں تسی تسیں اسی اسیں مینوں تینوں ساڈا تہاڈا کیہ ایہ اوہ ہن
    گل کردا کردے ہویا آہو چنگا
    """
)
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
    words = _WORD.findall(_NOT_WORDS.sub(" ", text[:_READ]))
    if not words:
        return LanguageReading(Language.UND, Coverage.NOT_COVERED, "no words to read")
    shares = Counter(_script(w) for w in words)
    parts = {s: n / len(words) for s, n in shares.items()}
    try:
        language = _language(words, parts)
    except ModelDamaged as fault:
        return LanguageReading(Language.UND, Coverage.NOT_CHECKED, str(fault))
    if len(words) == 1 and language in (Language.EN, Language.UR, Language.UR_LATN, Language.AR):
        return _one_word(language)
    coverage, note = _NOTES.get(language, (Coverage.COVERED, ""))
    return LanguageReading(language, coverage, note)


def _one_word(language: Language) -> LanguageReading:
    told = f"one word ({language.value}?): too little to tell a language"
    return LanguageReading(Language.UND, Coverage.WEAK, told)


def _language(words: list[str], parts: dict[str, float]) -> Language:
    arabic, latin = parts.get("arabic", 0.0), parts.get("latin", 0.0)
    if min(arabic, latin) >= _MIXED_SHARE:
        return Language.MIXED
    if arabic >= max(latin, 0.5):
        return _arabic_script([w for w in words if _script(w) == "arabic"])
    if latin >= 0.5:
        return _latin_script([w for w in words if _script(w) == "latin"])
    return Language.HI if parts.get("devanagari", 0.0) >= 0.5 else Language.OTHER


@lru_cache(maxsize=50_000)
def _script(word: str) -> str:
    """The word's script: Latin if it holds a Latin letter, in whatever dress (𝐛𝐨𝐥𝐝, ｗｉｄｅ)."""
    plain = unicodedata.normalize("NFKC", word)
    if any(c.isascii() for c in plain):
        return "latin"
    point = ord(plain[len(plain) // 2])
    return next((name for name, low, high in _SCRIPTS if low <= point <= high), "other")


def _arabic_script(words: list[str]) -> Language:
    joined = "".join(words)
    letters = Counter(joined)
    signs = {
        language: sum(letters[c] for c in marks) / len(joined)
        for language, marks in _LETTER_SIGNS.items()
    }
    if signs[Language.SD] >= 0.03 and signs[Language.SD] > signs[Language.UR] / 2:
        return Language.SD
    if signs[Language.PS] >= 0.03 and signs[Language.PS] > signs[Language.UR]:
        return Language.PS
    return _urdu_arabic_persian(words, letters, signs[Language.UR])


def _urdu_arabic_persian(words: list[str], letters: Counter[str], urdu: float) -> Language:
    size = sum(letters.values())
    hits = {
        Language.UR: _share(words, _UR_WORDS) + 6 * urdu,
        Language.AR: _share(words, _AR_WORDS)
        + 2 * sum(letters[c] for c in _AR_SIGNS) / size
        + 0.5 * sum(w.startswith("ال") for w in words) / len(words),
        Language.FA: 1.5 * _share(words, _FA_WORDS) if not urdu else 0.0,
    }
    best = max(hits, key=lambda language: hits[language])
    if best is Language.UR and _share(words, _PNB_WORDS) > max(0.2, _share(words, _UR_WORDS)):
        return Language.PNB
    return best


def _share(words: list[str], known: frozenset[str]) -> float:
    return sum(w in known for w in words) / len(words)


def _latin_script(words: list[str]) -> Language:
    return Language.UR_LATN if shipped_tongues().margin(words) > 0 else Language.EN
