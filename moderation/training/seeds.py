"""Word stems that mark an abusive row as obscene or as a slur, for the kinds heads only.

No set labels kinds in English, Urdu or Arabic; a row that is labelled abusive and holds one of
these stems is taken as that kind, and the head learns from there. Names of faiths and peoples
are not in the lists: a name alone is no slur.
"""

from __future__ import annotations

import re

from data.model import Language
from moderation.texts.text import fold_text

_STEMS: dict[Language, dict[str, str]] = {
    Language.EN: {
        "obscene": "fuck cunt dick cock pussy blowjob cum tits titties penis whore slut wank dildo",
        "slur": "nigg fag kike chink spic retard dyke tranny towelhead sandnig beaner redskin "
        "wetback coon gook whitetrash",
    },
    Language.UR: {
        "obscene": "گانڈ لنڈ لوڑ پھدی چوت چود رنڈی گشتی چوپ مادرچ بہنچ کنجر ممے",
        "slur": "حبشی چوڑا چوڑے چوہڑ ہیجڑ کھسر خسر مراثی رافضی شودر بھنگی کالیا",
    },
    Language.AR: {
        "obscene": "كس زب طيز نيك شرموط قحب عرص متناك خول منيك",
        "slur": "مجوس روافض رافضي نواصب صفوي خنازير عبيد",
    },
    Language.UR_LATN: {
        "obscene": "chod chud gand gaand lund lun lora lauda phudi choot chut randi rand tatte "
        "gashti kanjar",
        "slur": "hijra hijde khusra chura bhangi kalia rafzi",
    },
}


def stems(language: Language, kind: str) -> re.Pattern[str]:
    """Words that begin with a stem of `kind`, in folded text."""
    words = sorted(fold_text(w) for w in _STEMS[language][kind].split())
    return re.compile(r"(?<!\w)(?:" + "|".join(words) + r")\w*")
