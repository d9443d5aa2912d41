"""What each platform can do with a comment, and who can still see it afterwards.

Source: CONNECTORS.md 1.1, 2.9, 3.3, 4.5, 5.4, 6. Only what the platform's own documents say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from data.model import ActionKind, Platform


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Who can still see the comment after the action, in one line for the button."""

    en: str
    ur: str


HIDE, UNHIDE, REMOVE = ActionKind.HIDE, ActionKind.UNHIDE, ActionKind.REMOVE

_BOTH_WAYS = frozenset({HIDE, UNHIDE})
_ALL = frozenset({HIDE, UNHIDE, REMOVE})

_KINDS: Mapping[Platform, frozenset[ActionKind]] = MappingProxyType(
    {
        Platform.FACEBOOK: _ALL,
        Platform.INSTAGRAM: _ALL,
        Platform.YOUTUBE: _ALL,
        Platform.X: _BOTH_WAYS,
        Platform.TIKTOK: _BOTH_WAYS,
        Platform.MASTODON: frozenset(),
        Platform.MOCK: _ALL,
        Platform.OTHER: frozenset(),
    }
)


def kinds_of(platform: Platform) -> frozenset[ActionKind]:
    """What can be asked of the platform by a program; the rest is done by hand."""
    return _KINDS[platform]


def tells_state(platform: Platform) -> bool:
    """Whether a comment's visibility can be read by its id; where not, a sweep or a person's look
    proves an action (CONNECTORS.md 4.2, 5.4)."""
    return platform not in (Platform.YOUTUBE, Platform.X)


_VERBS: Mapping[ActionKind, str] = {HIDE: "hide", UNHIDE: "put back", REMOVE: "delete for good"}
_OWN_VERBS: Mapping[tuple[Platform, ActionKind], str] = {
    (Platform.X, HIDE): "fold",
    (Platform.X, UNHIDE): "unfold",
    (Platform.YOUTUBE, HIDE): "hold for review",
    (Platform.YOUTUBE, UNHIDE): "publish again",
    (Platform.YOUTUBE, REMOVE): "reject",
}


def verb_of(platform: Platform, kind: ActionKind) -> str:
    """What the action is called on its platform: X folds, it removes nothing."""
    return _OWN_VERBS.get((platform, kind), _VERBS[kind])


def is_one_way(kind: ActionKind) -> bool:
    """True for what no platform takes back: a second person and the long hold go before it."""
    return kind is REMOVE


_EVERYONE = Audience(en="Everyone can see it again.", ur="سب اسے دوبارہ دیکھ سکیں گے۔")
_NOBODY = Audience(
    en="Deleted for good: nobody sees it, and it cannot be brought back.",
    ur="ہمیشہ کے لیے حذف: کوئی نہیں دیکھ سکے گا اور واپس نہیں لایا جا سکتا۔",
)
_BY_HAND = Audience(
    en="Done by hand in the platform's own tool; who sees it depends on the choice there.",
    ur="پلیٹ فارم کے اپنے ٹول میں ہاتھ سے کیا جاتا ہے؛ کون دیکھے گا، یہ وہاں کے انتخاب پر ہے۔",
)

_AUDIENCES: Mapping[tuple[Platform, ActionKind], Audience] = MappingProxyType(
    {
        (Platform.FACEBOOK, HIDE): Audience(
            en="Hidden from the public; its author and the author's friends still see it.",
            ur="عوام سے پوشیدہ؛ لکھنے والا اور اس کے دوست اب بھی دیکھ سکتے ہیں۔",
        ),
        (Platform.FACEBOOK, REMOVE): _NOBODY,
        (Platform.INSTAGRAM, HIDE): Audience(
            en="Hidden from the public; its author may still see it.",
            ur="عوام سے پوشیدہ؛ لکھنے والا شاید اب بھی دیکھ سکے۔",
        ),
        (Platform.INSTAGRAM, REMOVE): _NOBODY,
        (Platform.YOUTUBE, HIDE): Audience(
            en="Held for review: off the page, and can be published again.",
            ur="جائزے کے لیے روکا گیا: صفحے سے غائب، دوبارہ شائع ہو سکتا ہے۔",
        ),
        (Platform.YOUTUBE, REMOVE): Audience(
            en="Rejected: nobody sees it. A one-way door: it cannot be published again.",
            ur="مسترد: کوئی نہیں دیکھ سکے گا۔ یک طرفہ راستہ: دوبارہ شائع نہیں ہو سکتا۔",
        ),
        (Platform.X, HIDE): Audience(
            en='Folded, not removed: anyone can open it behind "View hidden replies".',
            ur='تہ کیا گیا، ہٹایا نہیں گیا: "View hidden replies" کے پیچھے ہر کوئی دیکھ سکتا ہے۔',
        ),
        (Platform.X, REMOVE): Audience(
            en="Not possible on X: a reply by somebody else cannot be deleted.",
            ur="ایکس پر ممکن نہیں: کسی اور کا جواب حذف نہیں کیا جا سکتا۔",
        ),
        (Platform.TIKTOK, HIDE): Audience(
            en="Hidden from the public; whether its author still sees it is not documented.",
            ur="عوام سے پوشیدہ؛ لکھنے والا دیکھ سکتا ہے یا نہیں، دستاویز میں درج نہیں۔",
        ),
        (Platform.TIKTOK, REMOVE): Audience(
            en="Not possible on TikTok: a comment by somebody else cannot be deleted by program.",
            ur="ٹک ٹاک پر ممکن نہیں: کسی اور کا تبصرہ پروگرام سے حذف نہیں ہو سکتا۔",
        ),
        (Platform.MASTODON, HIDE): Audience(
            en="Mastodon cannot hide a reply: everyone sees it until it is reported or blocked by "
            "hand.",
            ur="ماسٹوڈن جواب نہیں چھپا سکتا: ہاتھ سے رپورٹ یا بلاک ہونے تک سب دیکھ سکتے ہیں۔",
        ),
        (Platform.MOCK, HIDE): Audience(
            en="Hidden from the public on the practice platform.",
            ur="مشقی پلیٹ فارم پر عوام سے پوشیدہ۔",
        ),
        (Platform.MOCK, REMOVE): _NOBODY,
    }
)


def who_can_see(platform: Platform, kind: ActionKind, *, by_hand: bool = False) -> Audience:
    """The line on the button: who can still see the comment after this action."""
    if kind is UNHIDE:
        return _EVERYONE
    if by_hand:
        return _BY_HAND
    return _AUDIENCES.get((platform, kind), _BY_HAND)
