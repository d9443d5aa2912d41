"""Private data of a person in a text: CNIC, phone, IBAN, e-mail and address.

Formats: CNIC xxxxx-xxxxxxx-x, its first digit the province 1-7 (NADRA); Pakistani mobile
03xx-xxxxxxx or +92 3xx xxxxxxx, landlines by the ``phonenumbers`` tables; IBAN by ISO 13616 with
its mod-97 check. Helplines, short codes, 0800 numbers and UAN 111-xxx-xxx are nobody's private
number; official e-mail addresses and those of a desk (complaints@...) are nobody's private address.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from data.reading import Span

VERSION = "patterns 2"

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
_RUN = re.compile(r"(?<![\w@/])\+?\(?\d(?:(?:[ \-.()/_]{0,2}| - )\d){8,16}(?![\w@]|[.-]\d)")
# What may stand right before a number that is not a part of something longer: "no.0321", ":-0321".
_BEFORE = re.compile(
    r"(?:\b(?:no|nmbr|num|ph|cell|mob|tel)\.|(?:^|[\s:])-|(?:^|\s)\w{1,12}=)\Z", re.IGNORECASE
)
_OH = re.compile(r"(?<![a-z0-9])[o0]3[o0-9]{2}[ -]?[o0-9]{7}(?![a-z0-9])", re.IGNORECASE)
_MOBILE = re.compile(r"3[0-4]\d{8}|355\d{7}")
_MOBILE_NAMED = re.compile(
    r"mobile|\bcell\b|whats ?app|موبائل|واٹس ?ایپ|موبايل|جوال", re.IGNORECASE
)
_ABROAD = re.compile(r"00(?:9(?:6[568]|7[134])|44)")  # the Gulf and Britain, dialled from here
_CNIC = re.compile(r"[1-7]\d{12}")
_IBAN = re.compile(r"\bPK\d{2}(?:[ -]?[A-Z0-9]){20}\b", re.IGNORECASE)
_DIGIT = re.compile(r"[0-9]")
_MAY_HOLD = re.compile("[@0-9٠-٩۰-۹]")  # without one of these there is nothing to find, but for
_WRITTEN_AT = re.compile(
    r"[\[({]at[\])}]|\bat (?:gmail|yahoo|hotmail|outlook|icloud|protonmail)\b", re.IGNORECASE
)
_WRITTEN_MAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{2,64} ?(?:[\[({]at[\])}]|at(?= \w)) ?(?:[\w-]{1,63}\.|[\w-]{1,63}"
    r" ?(?:[\[({]dot[\])}]|dot) ?){1,3}[a-z]{2,12}\b",
    re.IGNORECASE,
)
_AT = re.compile(r"[\w+-]@\w")
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,4}[a-z]{2,12}\b", re.IGNORECASE)
_OFFICIAL_MAIL = re.compile(r"\.(?:gov|gop|mil|edu)\.[a-z]{2}$|\.gov$", re.IGNORECASE)
_NAMED_NO = r"(?:(?:no|number|num|nomber|nambar|nmbr|نمبر|رقم)\b\.?|#)"
_HOUSE = (
    rf"(?:(?:house|flat|plot|makan|makaan|h\.?|مکان|فلیٹ|پلاٹ|منزل|شقة|بيت)\s{{0,2}}{_NAMED_NO}?"
    rf"|(?:ghar|گھر)\s{{0,2}}{_NAMED_NO})\s{{0,2}}[:#-]?\s{{0,2}}\d{{1,5}}"
    r"(?!\d|\s?(?:%|percent|house|din|days?|saal|years?|ghant|hours?))"
)
_STREET = (
    r"(?:street|st|gali|galli|lane|road|block|sector|mohalla|muhalla|mohallah|phase|"
    r"گلی|سڑک|بلاک|سیکٹر|محلہ|محلے|روڈ|شارع|حي)"
)
_ADDRESS = re.compile(rf"\b{_HOUSE}\b[^\n.!?؟۔]{{0,40}}?\b{_STREET}\b[^\n،,.!?؟۔]{{0,24}}", re.I)
_HOUSE_HINTS = (
    "house", "flat", "plot", "maka", "ghar", "h no", "hno", "h#",
    "گھر", "مکان", "فلیٹ", "پلاٹ", "منزل", "شقة", "بيت",
)  # fmt: skip
_OWN = re.compile(
    r"\b(?:my|mera|meri|mere|mra|apna|our|hamara|humara|call me|contact me|reach me|"
    r"میرا|میری|میرے|اپنا|ہمارا|رقمي|رقم هاتفي|هاتفي|جوالي|موبايلي)\b",
    re.IGNORECASE,
)
_OWN_REACH = 40
_ENOUGH = 40  # numbers in one text; what more there are changes nothing
_CARD_WRITTEN = re.compile(r"\D{0,2}\d{5}\D{1,3}\d{7}\D{1,3}\d")
_CARD_NAMED = re.compile(r"cnic|nic\b|identity|id card|shana|shna|شناخت|هوي[ةت]", re.IGNORECASE)
# A number that is called so is a paper's or a parcel's, not a person's.
_PAPER_NAMED = re.compile(
    r"\b(?:(?:bill|tracking|track|consumer|reference|ref|challan|voucher|receipt|parcel|shipment|"
    r"courier|consignment|cn|psid|invoice|بل|چالان|ٹریکنگ|رسید|حوالہ|صارف|پارسل|فاتورة)\b|"
    r"(?:order|token|application|property|complaint|ticket|meter|درخواست|شکایت|طلب|شكوى)"
    r"[ :-]{0,2}(?:#|(?:no|number|id|نمبر|رقم)\b))",
    re.IGNORECASE,
)
_PAPER_REACH = 25
# UAN 111, toll-free 800, premium 900, and government exchanges (042-99..., 051-9...).
_PUBLIC_LINE = re.compile(r"(?:\d{2})?111\d{6}$|800|900|(?:2[12]|4[128]|5[12357]|6[128]|71|81|91)9")
_CARD_LENGTH = 13
_DESK = re.compile(
    r"(?:info|complaints?|help|helpdesk|helpline|support|contact|admin|office|feedback|hr|media|pr|"
    r"enquir(?:y|ies)|webmaster|no-?reply|registrar|secretary|"
    r"[a-z]{0,12}[._-]?(?:care|services?|support|sales|billing|bookings?|baggage|call-?cent(?:er|re)))@",
    re.IGNORECASE,
)
_ANYBODYS = re.compile(
    r"@(?:gmail|yahoo|hotmail|outlook|live|icloud|protonmail|ymail|msn|aol)\.", re.IGNORECASE
)


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


def find_personal_data(
    text: str, official_numbers: Sequence[str] = (), official_domains: Sequence[str] = ()
) -> PersonalData:
    """The private data in ``text`` with its places; what is official is let be.

    A writer's own phone, e-mail or address is told apart from another's, because a citizen who
    complains often leaves one. A card or account number is grave whoever wrote it.
    """
    written = _WRITTEN_AT.search(text) is not None
    if not written and not _MAY_HOLD.search(text):
        return NOTHING
    plain = text.translate(_DIGITS) if not text.isascii() else text
    found = _mails(plain, official_domains) if "@" in plain else []
    if written:
        found += [_span(m, "email") for m in islice(_WRITTEN_MAIL.finditer(plain), _ENOUGH)]
    if _DIGIT.search(plain):
        found += [*_numbers(plain, official_numbers), *_addresses(plain)]
    if not found:
        return NOTHING
    own = tuple(s for s in found if s.label not in ("cnic", "iban") and _is_own(plain, s))
    return PersonalData(others=tuple(s for s in found if s not in own), own=own)


def may_name(text: str) -> bool:
    """Whether a text with a few digits, no long number and no mail, may hold private data."""
    return "pk" in text.lower() or _names_house(text)


def _names_house(text: str) -> bool:
    """Whether there may be an address; a long s counts for an s where case is ignored."""
    lower = text.lower().replace("ſ", "s")
    return any(map(lower.__contains__, _HOUSE_HINTS))


def mail_is_written(text: str, at: int) -> bool:
    """Whether the word "at" that stands here may be meant as the sign in an address of mail."""
    return _WRITTEN_AT.match(text, at) is not None or (
        at > 0 and _WRITTEN_AT.match(text, at - 1) is not None
    )


def _numbers(plain: str, official: Sequence[str]) -> list[Span]:
    found: list[Span] = []
    for match in _IBAN.finditer(plain) if "pk" in plain.lower() else ():
        if _iban_holds(match[0]):
            found.append(_span(match, "iban"))
            plain = plain[: match.start()] + "x" * len(match[0]) + plain[match.end() :]
            if len(found) >= _ENOUGH:
                break
    allowed = frozenset(_only_digits(n) for n in official)
    plain = _OH.sub(_with_zeros, plain)
    for match in _RUN.finditer(plain):
        if len(found) >= _ENOUGH:
            break
        digits = _only_digits(match[0])
        if digits in allowed or not _is_apart(plain, match.start()):
            continue
        label = _card_label(plain, match, digits) or _phone_label(match[0], digits)
        if not label and _MOBILE.fullmatch(digits):
            label = "phone" if _is_called(_MOBILE_NAMED, plain, match) else ""
        if label:
            found.append(_span(match, label))
    return found


def _card_label(plain: str, match: re.Match[str], digits: str) -> str:
    """Thirteen bare digits may be a bill or tracking number: a card if called or written so."""
    if len(digits) != _CARD_LENGTH:
        return ""
    named = _is_called(_CARD_NAMED, plain, match)
    if not _CNIC.fullmatch(digits):  # no province begins so: a slip of the pen, or another number
        written = named and _CARD_WRITTEN.fullmatch(match[0])
        return "card-like number" if written else ""
    if named or _CARD_WRITTEN.fullmatch(match[0]):
        return "cnic"
    bare = match[0].isdigit() and not _is_called(_PAPER_NAMED, plain, match, _PAPER_REACH)
    return "card-like number" if bare else ""


def _is_called(
    name: re.Pattern[str], plain: str, match: re.Match[str], reach: int = _OWN_REACH
) -> bool:
    return name.search(plain, max(0, match.start() - reach), match.end() + reach) is not None


def _is_apart(plain: str, start: int) -> bool:
    """Whether a number does not go on from what stands before it: a decimal, a link, a code."""
    if plain[start - 1 : start] not in (".", "=", "-"):
        return True
    return _BEFORE.search(plain[max(0, start - _OWN_REACH) : start]) is not None


def _with_zeros(match: re.Match[str]) -> str:
    """A mobile number in which one or two letters O stand for zeros."""
    zeros = match[0].replace("o", "0").replace("O", "0")
    return zeros if sum(a != b for a, b in zip(match[0], zeros, strict=True)) < 3 else match[0]


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
        if _ABROAD.match(digits):
            return "phone" if _valid("+" + digits[2:]) else ""
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


def _mails(plain: str, official: Sequence[str]) -> list[Span]:
    if not _AT.search(plain):
        return []
    domains = filter(None, (domain.lower().strip(". ") for domain in official))
    own = tuple(sign + domain for domain in domains for sign in "@.")
    found = (m for m in _EMAIL.finditer(plain) if not _is_official(m[0], own))
    return [_span(m, "email") for m in islice(found, _ENOUGH)]


def _is_official(mail: str, own: tuple[str, ...]) -> bool:
    if _OFFICIAL_MAIL.search(mail) or mail.lower().endswith(own):
        return True
    return _DESK.match(mail) is not None and not _ANYBODYS.search(mail)


def _addresses(plain: str) -> list[Span]:
    if not _names_house(plain):
        return []
    return [_span(m, "address") for m in islice(_ADDRESS.finditer(plain), _ENOUGH)]


def _is_own(plain: str, span: Span) -> bool:
    return bool(_OWN.search(plain, max(0, span.start - _OWN_REACH), span.start))
