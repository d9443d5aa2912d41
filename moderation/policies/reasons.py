"""The grounds for a removal in the words of para 5, and the grounds that can never be one.

Source: O.M. F. No. 14/3/2022-D-II, Establishment Division, 2 September 2024, para 5. The Urdu texts
are a working translation for the screen; the English wording is the binding one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from data.model import NonReason, ReasonCode

PARA_5_EN = (
    "However, such an organization shall edit their social media platforms continuously or "
    "frequently to remove offensive, inappropriate and objectionable remarks."
)
PARA_5_UR = (
    "تاہم ایسا ادارہ اپنے سوشل میڈیا پلیٹ فارمز کی مسلسل یا بار بار نگرانی و تدوین کرے گا تاکہ "
    "توہین آمیز، نامناسب اور قابلِ اعتراض کلمات ہٹائے جا سکیں۔"
)


class Head(StrEnum):
    """The three words of para 5."""

    OFFENSIVE = "offensive"
    INAPPROPRIATE = "inappropriate"
    OBJECTIONABLE = "objectionable"


HEAD_UR: Mapping[Head, str] = MappingProxyType(
    {
        Head.OFFENSIVE: "توہین آمیز",
        Head.INAPPROPRIATE: "نامناسب",
        Head.OBJECTIONABLE: "قابلِ اعتراض",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonText:
    """A reason code as a person reads it. ``head`` None: any of the three (OM-5-X).

    ``key`` is the number key of the queue; None for OM-5-X, which needs a written text.
    """

    code: ReasonCode
    head: Head | None
    title_en: str
    title_ur: str
    key: str | None

    @property
    def para5_en(self) -> str:
        """The words of para 5 on which the code stands."""
        return PARA_5_EN

    @property
    def para5_ur(self) -> str:
        return PARA_5_UR

    @property
    def head_ur(self) -> str:
        return "کوئی بھی" if self.head is None else HEAD_UR[self.head]


@dataclass(frozen=True, slots=True, kw_only=True)
class NonReasonText:
    """A ground that can never be chosen for a removal."""

    code: NonReason
    title_en: str
    title_ur: str


def _r(code: ReasonCode, head: Head | None, key: str | None, en: str, ur: str) -> ReasonText:
    return ReasonText(code=code, head=head, title_en=en, title_ur=ur, key=key)


_REASONS = (
    _r(ReasonCode.OBSCENE, Head.OFFENSIVE, "1", "obscene or sexual abuse", "فحش یا جنسی گالی"),
    _r(
        ReasonCode.SLUR,
        Head.OFFENSIVE,
        "2",
        "slur on faith, sect, ethnicity, sex or disability",
        "مذہب، مسلک، نسل، جنس یا معذوری پر حقارت آمیز لفظ",
    ),
    _r(
        ReasonCode.PERSONAL_ABUSE,
        Head.OFFENSIVE,
        "3",
        "personal abuse without substance",
        "بے بنیاد ذاتی گالم گلوچ",
    ),
    _r(
        ReasonCode.THREAT,
        Head.OBJECTIONABLE,
        "4",
        "threat or incitement to violence",
        "دھمکی یا تشدد پر اکسانا",
    ),
    _r(
        ReasonCode.PRIVATE_DATA,
        Head.OBJECTIONABLE,
        "5",
        "private data of a person (CNIC, phone, address)",
        "کسی فرد کی نجی معلومات (شناختی کارڈ، فون، پتا)",
    ),
    _r(ReasonCode.SECTARIAN, Head.OBJECTIONABLE, "6", "sectarian incitement", "فرقہ وارانہ اشتعال"),
    _r(
        ReasonCode.SPAM,
        Head.INAPPROPRIATE,
        "7",
        "spam, scam, advertising or malware link",
        "سپیم، دھوکا دہی، اشتہار یا نقصان دہ لنک",
    ),
    _r(
        ReasonCode.FLOOD,
        Head.INAPPROPRIATE,
        "8",
        "flood of copies (keep one visible if it carries a complaint)",
        "ایک ہی تبصرے کی بھرمار (شکایت ہو تو ایک نقل نظر آتی رہے)",
    ),
    _r(
        ReasonCode.OTHER,
        None,
        None,
        "other: a written reason of 15 characters or more, and a second officer",
        "دیگر: کم از کم 15 حروف کی تحریری وجہ اور دوسرا افسر",
    ),
)

REASONS: Mapping[ReasonCode, ReasonText] = MappingProxyType({r.code: r for r in _REASONS})

_NON_REASONS = (
    (NonReason.CRITICISES_POLICY, "criticises a policy or decision", "پالیسی یا فیصلے پر تنقید"),
    (NonReason.EMBARRASSES_GOVERNMENT, "embarrasses Government", "حکومت کے لیے باعثِ شرمندگی"),
    (
        NonReason.COMPLAINS_OF_OFFICE,
        "complains of an office or official's work",
        "کسی دفتر یا اہلکار کے کام کی شکایت",
    ),
    (NonReason.POLITICAL_OPINION, "political opinion", "سیاسی رائے"),
    (NonReason.HARSH_TONE, "harsh tone only", "صرف تلخ لہجہ"),
    (
        NonReason.LANGUAGE_OR_SPELLING,
        "language, dialect or spelling",
        "زبان، بولی یا املا",
    ),
    (NonReason.SCORE_ONLY, "score above threshold only", "صرف سکور کا حد سے زیادہ ہونا"),
)

NON_REASONS: Mapping[NonReason, NonReasonText] = MappingProxyType(
    {c: NonReasonText(code=c, title_en=en, title_ur=ur) for c, en, ur in _NON_REASONS}
)

NUMBER_KEYS: Mapping[str, ReasonCode] = MappingProxyType(
    {r.key: r.code for r in _REASONS if r.key is not None}
)


class RefusedReason(ValueError):
    """What was given is no ground for a removal; the message says why and what to write."""


_NON_REASON = re.compile(r"(?<![A-Za-z0-9])NR[-\s‐‑–—]*([1-7])(?![0-9])", re.IGNORECASE)


def named_non_reason(text: str) -> NonReason | None:
    """The non-reason that a free text names by its code, if it names one."""
    found = _NON_REASON.search(text)
    return None if found is None else NonReason(f"NR-{found.group(1)}")


def refusal_of(non_reason: NonReason) -> str:
    """The sentence with which a non-reason is refused."""
    title = NON_REASONS[non_reason].title_en
    return (
        f"{non_reason.value} is a non-reason: '{title}' can never be a ground for removal. "
        "Keep the comment, file it as a complaint, or choose a code that fits its words."
    )


def parse_reason(text: str) -> ReasonCode:
    """The reason code that was typed: ``OM-5-OFF-1`` in any case, or its number key ``1``-``8``.

    Raises RefusedReason for a non-reason and for anything that is no code.
    """
    typed = "-".join(text.strip().upper().split())
    non_reason = _NON_REASON.fullmatch(typed)
    if non_reason is not None:
        raise RefusedReason(refusal_of(NonReason(f"NR-{non_reason.group(1)}")))
    if typed in NUMBER_KEYS:
        return NUMBER_KEYS[typed]
    try:
        return ReasonCode(typed)
    except ValueError:
        known = ", ".join(c.value for c in ReasonCode)
        given = "nothing" if not typed else repr(text.strip()[:40])
        raise RefusedReason(
            f"{given} is no reason code. A removal needs one of: {known}."
        ) from None
