"""Words that hold a sentence together and say nothing by themselves, in the four languages.

They are folded as texts are. A menace is often heard by them ("your", "تمہارے"), but it is not
explained by them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from moderation.texts.text import fold_text

_WORD = re.compile(r"(?:https?://|www\.|@)\S+|([^\W\d_]+(?:'[^\W\d_]+)*)")

_LISTED = """
a an the this that these those some any all each every both other another such same own i me my
mine we us our ours you your yours u ur ya he him his she her hers it its they them their theirs
who whom whose which what where when why how there here one ones am is are was were be been being
do does did done doing have has had having will would shall should can could may might must let
lets get gets got and or but nor if then than so as because while until till before after though
although at by for from in into of off on onto out over to too up down under with without about
against between again once more most very just only also even ever never not no yes don't doesn't
didn't won't isn't aren't can't i'm i'll i've we'll we're you'll you're you've he'll he's she's
it's they'll they're that's there's

main mein me mai mujhe mujhay mera meri mere hum ham hame hamein humein humen hamara hamari hamare
tu tum tm tumhe tumhein tumhara tumhari tumhare tumko tujhe tera teri tere ap aap aapka aapki
aapke apka apki apke apna apni apne wo woh wohi usko use usay uska uski uske unka unki unke unko
unhe unhein inhein inhon unhon us un is in ye yeh yehi jo jis jin koi kisi kuch kuchh kya kia kyun
kyon kis kaun kon kab kahan kaise kesay kitna kitni kitne jab tab to tou toh phir fir agar magar
lekin aur or ya ke k ki ka kay ko ne se sy say par pe pay tak bhi hi na nahi nahin nhi nai mat hai
hain he hay ho hon hoon hun tha thi the thay ga gi ge gay gaya gayi gaye kar karo kr kro karna
karne karke karta karte karti karen karein kare kiya kiye di diya diye do de den dena dete deta
deti lo le lena raha rahi rahe rha rhi rhe wala wali wale walon sab ab abhi yahan wahan liye lie
saath sath jaise jese itna itni itne ek aik

میں مجھے میرا میری میرے ہم ہمیں ہمارا ہماری ہمارے تو تم تمہیں تمہارا تمہاری تمہارے تجھے تیرا تیری
تیرے آپ اپنا اپنی اپنے وہ وہی اس اسے اسی ان انہیں انہوں یہ یہی جو جس جن کوئی کسی کچھ کیا کیوں کس
کون کب کہاں کیسے کتنا کتنی کتنے جب تب پھر اگر مگر لیکن اور یا کے کی کا کو نے سے پر تک بھی ہی نہ
نہیں مت ہے ہیں ہو ہوں تھا تھی تھے گا گی گے گیا گئی گئے کر کرو کرنا کرنے کرتا کرتے کرتی کریں کرے
کیے دی دیا دیے دو دے دیں دینا دیتے لو لے لینا رہا رہی رہے والا والی والے والوں سب اب ابھی یہاں
وہاں لیے ساتھ جیسے اتنا اتنی اتنے ایک

في من على الى عن مع ب ل ك و ف ان انا انت انتم انتو نحن احنا هو هي هم هن هذا هذه هذي هذول ذلك تلك
هؤلاء الذي التي الذين اللي ما ماذا لماذا ليش ليه كيف متى اين وين كم لا لم لن ليس ليست ليسوا مو مش
غير نعم كان كانت كانوا يكون تكون قد لقد سوف راح رح لو اذا ثم او ام بل لكن حتى بعد قبل عند عندك
عندنا لك لكم له لها لهم لنا لي بك بكم به بها بهم بنا فيه فيها فيهم منه منها منهم عليه عليها عليهم
عليك عليكم اليك اليكم الا كل بعض اي انه انها انهم انك انكم يا ايها
"""


@cache
def function_words() -> frozenset[str]:
    """All of them: a word of one language says nothing in another either."""
    return frozenset(fold_text(_LISTED).split())


def tells(chunks: Iterable[str], least: int) -> bool:
    """Whether folded chunks hold so many different words that say something by themselves."""
    small, found = function_words(), set[str]()
    for chunk in chunks:
        found.update(word for word in _WORD.findall(chunk) if word and word not in small)
        if len(found) >= least:
            return True
    return False
