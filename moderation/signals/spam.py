"""Links, scams and advertising: 0 to 1, with what drove it.

A link to an official site counts nothing, and no single word counts by itself: a citizen who asks
about a stipend uses the same words as who pretends to give one. It is the offer together with a
way to answer it (a link, a chat, a number) that speaks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from data.reading import Span
from moderation.signals.lexicon import Cues, Words
from moderation.signals.lures import lure_value

VERSION = "patterns 2"

_DOT = r"(?:\.|[\[({]\.[\])}])"  # "bit(.)ly": a link that is not to be seen as one
_LINK = re.compile(
    r"(?:h(?:tt|xx)ps?://|www\.)[^\s<>\"'،]{3,300}"
    rf"|(?<![\w@.-])(?:[a-z0-9-]{{2,40}}{_DOT}){{1,3}}(?:com|net|org|info|xyz|top|pk|me|ly|gl|gd|io|co|app|"
    r"shop|store|online|site|click|link|live|club|vip|win|icu|buzz|work|loan|apk|biz|tk|"
    r"website|cash|money|example|invalid)\b(?:/[^\s<>]{0,200})?",
    re.IGNORECASE,
)
# Nothing that _LINK fits is without one of these, and looking for them is quicker.
_LINK_SIGN = re.compile(r"\.[\])}]?[a-z]|://|www\.", re.IGNORECASE)
_HIDDEN = re.compile(r"[\[({]\.[\])}]|^hxxp", re.IGNORECASE)
_HOST = re.compile(r"(?:h(?:tt|xx)ps?://)?(?:[^/@\s]*@)?([^/:?#\s]+)", re.IGNORECASE)
_OFFICIAL = re.compile(r"(?:^|\.)(?:gov|gop|mil|edu)(?:\.[a-z]{2})?$")
_SHORT = re.compile(
    r"^(?:bit\.ly|tinyurl\.com|cutt\.ly|is\.gd|rb\.gy|shorturl\.at|t\.ly|goo\.gl|ow\.ly|rebrand\.ly|"
    r"adf\.ly|shorte\.st|tiny\.cc|v\.gd|s\.id|linktr\.ee|bitly\.com|urlz\.fr|gg\.gg)$"
)
_CHAT = re.compile(r"^(?:wa\.me|(?:chat|api)\.whatsapp\.com|t\.me|telegram\.(?:me|org))$")
_KNOWN = re.compile(
    r"(?:^|\.)(?:t\.co|youtube\.com|youtu\.be|facebook\.com|fb\.com|fb\.watch|fb\.me|instagram\.com|"
    r"twitter\.com|x\.com|tiktok\.com|google\.com|wikipedia\.org|dawn\.com|geo\.tv|bbc\.com|bbc\.co\.uk|"
    r"tribune\.com\.pk|jang\.com\.pk|aljazeera\.(?:net|com)|arynews\.tv|express\.pk|thenews\.com\.pk|"
    r"change\.org|linkedin\.com)$"
)
_CHEAP_END = re.compile(r"\.(?:top|click|win|icu|buzz|vip|loan|work)$")  # hardly anything but bait
_ODD_END = re.compile(r"\.(?:xyz|club|site|online|live|shop)$")
_DRESSED = re.compile(r"(?:gov|bisp|ehsaas|ehsas|nadra|8171|benazir|fbr|pakpost|statebank)")
_NO_BRACKETS = str.maketrans("", "", "[](){}")
_HIDDEN_WEIGHT = 0.6  # who hides a link from the machine has a reason
_OFFICE = ("official link", 0.0)
_FILE = re.compile(r"\.(?:apk|exe|scr|bat|msi|jar)(?:[?#]|$)", re.IGNORECASE)
_OFFERS = ("prize", "grant", "earn", "advert", "pitch")
_PHONE_LIKE = re.compile(r"(?:\+?92|0)\W?3\d{2}\W?\d{3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spam:
    """The signal's value, its spans, and in a few words what it rests on."""

    value: float = 0.0
    spans: tuple[Span, ...] = ()
    note: str = ""


NOTHING = Spam()


@dataclass(frozen=True, slots=True)
class _Link:
    kind: str
    weight: float
    start: int
    end: int


def find_spam(text: str, words: Words, cues: Cues, official: Sequence[str] = ()) -> Spam:
    """How much ``text`` looks like spam; domains in ``official`` count as the office's own."""
    links = _links(text, official) if "." in text and _LINK_SIGN.search(text) else []
    offers = [c for c in _OFFERS if c in cues] if cues else []
    if not links and not offers:
        return NOTHING
    value, note = _weigh(links, offers, cues, text)
    if value == 0.0:
        return NOTHING
    spans = [Span(start=x.start, end=x.end, label=x.kind) for x in links if x.weight > 0]
    spans += [words.span(p, "offer") for c in offers for p in cues.of(c)[:2]]
    return Spam(value=value, spans=tuple(spans[:8]), note=note)


def names_number(text: str) -> bool:
    """Whether a mobile number, or what looks like one, is in a text."""
    return _PHONE_LIKE.search(text) is not None


def leads_out(text: str, official: Sequence[str] = ()) -> bool:
    """Whether a text holds a link to a site that is neither official nor known to everybody."""
    parts = (part for part in text.split() if "." in part or "/" in part)  # no link holds a blank
    return any(link.weight > 0 for part in parts for link in _links(part, official))


def is_bait(text: str, cues: Cues) -> bool:
    """Whether a text baits with a link and says nothing that would make it a complaint."""
    if "." not in text or not cues.has("lure", "lure_weak"):
        return False
    if cues.has("complaint", "complaint_word"):
        return False
    return lure_value(cues, linked=leads_out(text)) > 0.0


def _links(text: str, official: Sequence[str]) -> list[_Link]:
    return [_read_link(match, official) for match in _LINK.finditer(text)]


def _read_link(match: re.Match[str], official: Sequence[str]) -> _Link:
    address = match[0].rstrip(".,;:!?)")
    size = len(address)
    hidden = _HIDDEN.search(address) is not None
    if hidden:
        address = address.translate(_NO_BRACKETS)
    host_match = _HOST.match(address)
    host = host_match[1].lower().removeprefix("www.") if host_match else address.lower()
    kind, weight = _judge_host(host, address, official)
    if hidden and weight:
        kind, weight = f"hidden {kind}", max(weight, _HIDDEN_WEIGHT)
    return _Link(kind, weight, match.start(), match.start() + size)


def _judge_host(host: str, address: str, official: Sequence[str]) -> tuple[str, float]:
    if _is_listed(host, official):
        return _OFFICE
    judged = _of_host(host)
    is_file = judged is not _OFFICE and _FILE.search(address)
    return ("link to a program file", 0.95) if is_file else judged


@lru_cache(maxsize=4096)
def _of_host(host: str) -> tuple[str, float]:
    if _OFFICIAL.search(host):
        return _OFFICE
    if _DRESSED.search(host):
        return "link dressed as an office", 0.9
    if _CHAT.search(host):
        return "chat link", 0.45
    if _SHORT.search(host):
        return "shortened link", 0.4
    if _KNOWN.search(host):
        return "link", 0.0
    if _CHEAP_END.search(host):
        return "odd link", 0.6
    return ("odd link", 0.4) if _ODD_END.search(host) else ("link", 0.15)


def _is_listed(host: str, official: Sequence[str]) -> bool:
    return any(
        host == d or host.endswith("." + d) for d in (x.lower().strip(". ") for x in official)
    )


def _weigh(links: list[_Link], offers: list[str], cues: Cues, text: str) -> tuple[float, str]:
    worst = max(links, key=lambda x: x.weight, default=None)
    value = worst.weight if worst else 0.0
    note = worst.kind if worst and worst.weight else ""
    suspect = sum(x.weight > 0 for x in links)
    if suspect >= 3:
        value, note = max(value, 0.6), f"{suspect} links"
    number = names_number(text)
    answer = number or value > 0 or "contact" in cues
    offer = _offer(offers, cues, answer, number or value > 0)
    if offer:
        value, note = (
            1 - (1 - value) * (1 - offer),
            f"offer with a way to answer; {note}".rstrip("; "),
        )
    if bait := lure_value(cues, linked=suspect > 0):
        value, note = max(value, bait), f"bait beside a link; {note}".rstrip("; ")
    return round(value, 3), note


def _offer(offers: list[str], cues: Cues, answer: bool, strong_answer: bool) -> float:
    """What the offers weigh: nothing without a way to answer."""
    if not answer or not offers:
        return 0.0
    if "pitch" in offers:
        return 0.75
    if "prize" in offers and "grant" in offers and strong_answer:
        return 0.8
    if "earn" in offers and "contact" in cues and (strong_answer or len(cues.of("earn")) > 1):
        return 0.7
    if "prize" in offers and "contact" in cues and strong_answer:
        return 0.7
    if "grant" in offers and "contact" in cues and strong_answer and "negation" not in cues:
        return 0.5
    if "advert" in offers and (strong_answer or len(cues.of("advert")) > 1) and "contact" in cues:
        return 0.65
    return 0.2 if strong_answer else 0.0
