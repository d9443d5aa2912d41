"""What one character becomes when a text is folded: the table behind `moderation.texts.text`.

Sources of the facts: Unicode 15 (NFKC, general categories), Unicode confusables (only the pairs
that look the same in common fonts), and the letter variants that Urdu and Arabic keyboards mix.
"""

from __future__ import annotations

import unicodedata

_ARABIC = {
    "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ٲ": "ا", "ٳ": "ا",
    "ؤ": "و", "ٶ": "و", "ۆ": "و", "ۇ": "و", "ۄ": "و", "ۊ": "و", "ۋ": "و",
    "ي": "ی", "ى": "ی", "ئ": "ی", "ې": "ی", "ۍ": "ی", "ێ": "ی", "ؽ": "ی", "ۓ": "ے",
    "ك": "ک", "ڪ": "ک", "ڬ": "ک", "ګ": "گ",
    "ه": "ہ", "ھ": "ہ", "ة": "ہ", "ۀ": "ہ", "ۂ": "ہ", "ۃ": "ہ", "ە": "ہ", "ۿ": "ہ",
    "ء": "", "ـ": "", "۔": ".", "،": ",", "؛": ";", "؟": "?", "٪": "%", "٭": "*",
    "ݨ": "ن", "ڼ": "ن", "ټ": "ٹ", "ډ": "ڈ", "ړ": "ڑ",
}  # fmt: skip

_TWIN_ROWS = (
    ("авеёзіјкмнорсԁтухԛѕһԝбьпгдлишцчяэ", "abeezijkmhopcdtyxqshwbbnrdnnwuyae"),
    ("αβγδεζηικλμνορστυχωϲϳ", "abydezniklmvopstuxwcj"),
    (
        "ɑɡɩɪʀʟɴʙɢʜᴀᴄᴅᴇᴊᴋᴍᴏᴘǫꜱᴛᴜᴠᴡʏᴢꜰıȷƒøłđħŧɓɗƙɱʋɔəɛɐɹʌ",
        "agiirlnbghacdejkmopqstuvwyzfijfoldhtbdkmvoeearv",
    ),
    ("ոսհօցքւ", "nuhogpl"),
)
_MARKS = (
    (0x0300, 0x036F), (0x0483, 0x0489), (0x0591, 0x05C7), (0x0610, 0x061A), (0x064B, 0x065F),
    (0x0670, 0x0670), (0x06D6, 0x06ED), (0x0897, 0x089F), (0x08CA, 0x08FF), (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF), (0x20D0, 0x20FF), (0xFE20, 0xFE2F),
)  # fmt: skip
_EMOJI_TONES = (0x1F3FB, 0x1F3FF)
_QUOTES = dict.fromkeys("’‘ʼʻ´`＇ʹ′", "'") | dict.fromkeys("“”„«»″", '"')
_DASHES = dict.fromkeys("‐‑‒–—―−﹣－", "-") | dict.fromkeys("∗⁎＊✱✲✳﹡⋆★☆", "*")


def _squared(point: int) -> str:
    """Letters in white or black circles and squares that NFKC leaves alone."""
    for start in (0x1F130, 0x1F150, 0x1F170):
        if start <= point < start + 26:
            return chr(ord("a") + point - start)
    return ""


_TWINS = {look: like for row in _TWIN_ROWS for look, like in zip(*row, strict=True)} | (
    _ARABIC | _QUOTES | _DASHES
)


def _dropped(char: str, point: int) -> bool:
    if any(low <= point <= high for low, high in _MARKS):
        return True
    if _EMOJI_TONES[0] <= point <= _EMOJI_TONES[1] or 0xFE00 <= point <= 0xFE0F:
        return True
    return unicodedata.category(char) in ("Cf", "Cc", "Cn", "Co")


def _once(char: str) -> str:
    point = ord(char)
    if char in _TWINS:
        return _TWINS[char]
    if 0xD800 <= point <= 0xDFFF or char.isspace():
        return " "
    if _dropped(char, point):
        return ""
    if squared := _squared(point):
        return squared
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    wide = unicodedata.normalize("NFKC", char).casefold()
    if wide != char:
        return wide
    narrow = unicodedata.normalize("NFKD", char)
    latin = "a" <= narrow[0] <= "z" or narrow[0] in _TWINS
    return narrow if latin and narrow != char else char


def fold_char(char: str) -> str:
    """What `char` stands for in a folded text: usually one character, none, or a few.

    At most 18 characters come of one (U+FDFA), which bounds how much a text can grow. Folding
    the result again changes nothing.
    """
    out = char
    for _ in range(6):
        again = "".join(_once(c) for c in out)
        if again == out:
            break
        out = again
    return out


class FoldTable(dict[int, str]):
    """A `str.translate` table that learns each character when it first meets it."""

    def __missing__(self, point: int) -> str:
        self[point] = folded = fold_char(chr(point))
        return folded
