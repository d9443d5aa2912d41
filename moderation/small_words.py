"""The small words by which languages in Arabic script are told apart."""

from __future__ import annotations


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


FA_WORDS = _words(
    """
    است این را که می برای آن شما هم نیست بود شد های ها خود چه ما اگر
    """
)
UR_WORDS = _words(
    """
    ہے ہیں کا کی کے کو نے سے میں اور یہ وہ پر بھی تھا ہو کر گا نہیں تو جو کیا اس ان ہم آپ
    """
)
AR_WORDS = _words(
    """
    في من على الى إلى ان أن هذا هذه ما لا و يا مش عن مع كل بس انت والله الله اللي التي الذي
    """
)
PNB_WORDS = _words(
    """
    دا دے دی نوں وچ نال اے سی سن توں تسی تسیں اسی اسیں مینوں تینوں ساڈا تہاڈا کیہ ایہ اوہ ہن
    گل کردا کردے ہویا آہو چنگا
    """
)
