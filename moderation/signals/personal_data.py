"""Private data of a person in a text: CNIC, phone, IBAN, e-mail and address.

Formats: CNIC xxxxx-xxxxxxx-x, its first digit the province 1-7 (NADRA); Pakistani mobile
03xx-xxxxxxx or +92 3xx xxxxxxx, landlines by the ``phonenumbers`` tables; IBAN by ISO 13616 with
its mod-97 check. Helplines, short codes, 0800 numbers and UAN 111-xxx-xxx are nobody's private
number, and official e-mail addresses are nobody's private address.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from data.model import Span

VERSION = "patterns 1"

WEIGHTS = {
    "cnic": 1.0,
    "iban": 0.9,
    "phone": 0.8,
    "landline": 0.5,
    "card-like number": 0.7,
    "address": 0.6,
    "email": 0.55,
}
"""How grave each is, 0 to 1: the signal's value is the gravest found."""

_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٫٬–—‐−", "01234567890123456789..----")
_RUN = re.compile(r"(?<![\w.@/=-])\+?\(?\d(?:[ \-.()/_]{0,2}\d){8,16}(?![\w@]|[.-]\d)")
_CNIC = re.compile(r"[1-7]\d{12}")
_IBAN = re.compile(r"\bPK\d{2}(?:[ -]?[A-Z0-9]){20}\b", re.IGNORECASE)
_DIGIT = re.compile(r"[0-9]")
_MAY_HOLD = re.compile("[@0-9٠-٩۰-۹]")  # without one of these there is nothing to find
_AT = re.compile(r"[\w+-]@\w")
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,4}[a-z]{2,12}\b", re.IGNORECASE)
_OFFICIAL_MAIL = re.compile(r"\.(?:gov|gop|mil|edu)\.[a-z]{2}$|\.gov$", re.IGNORECASE)
_HOUSE = (
    r"(?:house|flat|plot|makan|makaan|h\.?|مکان|فلیٹ|پلاٹ|منزل|شقة|بيت)\s{0,2}"
    r"(?:(?:no|number|num|nomber|nambar|nmbr|نمبر|رقم)\b\.?|#)?\s{0,2}[:#-]?\s{0,2}\d{1,5}"
)
_STREET = (
    r"(?:street|st|gali|galli|lane|road|block|sector|mohalla|muhalla|mohallah|phase|"
    r"گلی|سڑک|بلاک|سیکٹر|محلہ|محلے|روڈ|شارع|حي)"
)
_ADDRESS = re.compile(rf"\b{_HOUSE}\b[^\n.!?؟۔]{{0,40}}?\b{_STREET}\b[^\n،,.!?؟۔]{{0,24}}", re.I)
_ADDRESS_HINT = re.compile(r"house|flat|plot|maka|h ?no|مکان|فلیٹ|پلاٹ|منزل|شقة|بيت", re.I)
_OWN = re.compile(
    r"\b(?:my|mera|meri|mere|mra|apna|our|hamara|humara|call me|contact me|reach me|"
    r"میرا|میری|میرے|اپنا|ہمارا|رقمي|رقم هاتفي|هاتفي|جوالي|موبايلي)\b",
    re.IGNORECASE,
)
_OWN_REACH = 40
_ENOUGH = 40  # numbers in one text; what more there are changes nothing
_CARD_WRITTEN = re.compile(r"\D{0,2}\d{5}\D{1,2}\d{7}\D{1,2}\d")
_CARD_NAMED = re.compile(r"cnic|nic\b|identity|id card|shana|shna|شناخت|هوية", re.IGNORECASE)
# UAN 111, toll-free 800, premium 900, and government exchanges (042-99..., 051-9...).
_PUBLIC_LINE = re.compile(r"(?:\d{2})?111\d{6}$|800|900|(?:2[12]|4[128]|5[12357]|6[128]|71|81|91)9")
_CARD_LENGTH = 13


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalData:
    """What was found. ``own`` are spans that the writer calls their own phone, e-mail, address."""

    others: tuple[Span, ...] = ()
    own: tuple[Span, ...] = ()

    @property
    def value(self) -> float:
        """0 to 1: the gravest of what is not the writer's own."""
        return max((WEIGHTS[s.label] for s in self.others), default=0.0)


NOTHING = PersonalData()


def find_personal_data(text: str, official_numbers: Sequence[str] = ()) -> PersonalData:
    """The private data in ``text`` with its places; numbers in ``official_numbers`` are let be.

    A writer's own phone, e-mail or address is told apart from another's, because a citizen who
    complains often leaves one. A card or account number is grave whoever wrote it.
    """
    if not _MAY_HOLD.search(text):
        return NOTHING
    plain = text.translate(_DIGITS) if not text.isascii() else text
    found = _mails(plain) if "@" in plain else []
    if _DIGIT.search(plain):
        found += [*_numbers(plain, official_numbers), *_addresses(plain)]
    if not found:
        return NOTHING
    own = tuple(s for s in found if s.label not in ("cnic", "iban") and _is_own(plain, s))
    return PersonalData(others=tuple(s for s in found if s not in own), own=own)


def _numbers(plain: str, official: Sequence[str]) -> list[Span]:
    found: list[Span] = []
    for match in _IBAN.finditer(plain) if "pk" in plain.lower() else ():
        if _iban_holds(match[0]):
            found.append(_span(match, "iban"))
            plain = plain[: match.start()] + "x" * len(match[0]) + plain[match.end() :]
            if len(found) >= _ENOUGH:
                break
    allowed = frozenset(_only_digits(n) for n in official)
    for match in _RUN.finditer(plain):
        if len(found) >= _ENOUGH:
            break
        digits = _only_digits(match[0])
        if digits in allowed:
            continue
        label = _card_label(plain, match, digits) or _phone_label(match[0], digits)
        if label:
            found.append(_span(match, label))
    return found


def _card_label(plain: str, match: re.Match[str], digits: str) -> str:
    """Thirteen bare digits may be a bill or tracking number: a card if called or written so."""
    if len(digits) != _CARD_LENGTH:
        return ""
    named = _CARD_NAMED.search(plain, max(0, match.start() - _OWN_REACH), match.end() + _OWN_REACH)
    if not _CNIC.fullmatch(digits):  # no province begins so: a slip of the pen, or another number
        written = named and _CARD_WRITTEN.fullmatch(match[0])
        return "card-like number" if written else ""
    if named or _CARD_WRITTEN.fullmatch(match[0]):
        return "cnic"
    return "card-like number" if match[0].isdigit() else ""


def _only_digits(text: str) -> str:
    return "".join(c for c in text if "0" <= c <= "9")


def _span(match: re.Match[str], label: str) -> Span:
    return Span(start=match.start(), end=match.end(), label=label)


def _iban_holds(text: str) -> bool:
    """ISO 13616: the first four characters moved to the end, letters as 10-35, modulo 97 is 1."""
    plain = re.sub(r"[ -]", "", text).upper()
    number = "".join(str(int(c, 36)) for c in plain[4:] + plain[:4])
    return int(number) % 97 == 1


def _phone_label(text: str, digits: str) -> str:
    """What private phone number a run of digits is, Pakistani or a full foreign one; else empty."""
    national = _national(text, digits)
    if national is None:
        foreign = text.startswith("+") and not digits.startswith("92") and _valid("+" + digits)
        return "phone" if foreign else ""
    if _PUBLIC_LINE.match(national) or not _valid("+92" + national):
        return ""
    return "phone" if national.startswith("3") else "landline"


def _national(text: str, digits: str) -> str | None:
    """The number without country code and trunk zero; None when it is not written as Pakistani."""
    for prefix in ("0092", "92"):
        if digits.startswith(prefix) and (text.startswith("+") or len(digits) >= 12):
            return digits[len(prefix) :].removeprefix("0")
    return digits[1:] if digits.startswith("0") and not digits.startswith("00") else None


def _valid(international: str) -> bool:
    # Imported only where a number stands in a text: it adds 20 ms to the start of a process.
    import phonenumbers

    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(international, None))
    except phonenumbers.NumberParseException:
        return False


def _mails(plain: str) -> list[Span]:
    if not _AT.search(plain):
        return []
    found = (m for m in _EMAIL.finditer(plain) if not _OFFICIAL_MAIL.search(m[0]))
    return [_span(m, "email") for m in islice(found, _ENOUGH)]


def _addresses(plain: str) -> list[Span]:
    if not _ADDRESS_HINT.search(plain):
        return []
    return [_span(m, "address") for m in islice(_ADDRESS.finditer(plain), _ENOUGH)]


def _is_own(plain: str, span: Span) -> bool:
    return bool(_OWN.search(plain, max(0, span.start - _OWN_REACH), span.start))
