"""The small words round contempt for a people: to be, of, all, out; and who tells of it."""

from __future__ import annotations

from moderation.texts.text import fold_text


def _words(text: str) -> frozenset[str]:
    return frozenset(map(fold_text, text.split()))


IS = _words("are is r hain hai he hen ho hein ہیں ہے ہو")
BETWEEN = _words("""
are is r all just only nothing but like the a an our country's real these those and such filthy
dirty stinking in of drivers people men women folk community lot tribe ones every single
log logon logo sab ke sub to tou bhi hi ye yeh hamare hamari mulk shehar is us ka ki k aik ek
bilkul zehreele zehreela gande ganday ganda poori poora saari qaum saare sirf asal mein aur
لوگ لوگوں سب کے تو بھی ہی یہ ہمارے ہماری ملک شہر اس کا کی ایک بالکل زہریلے گندے پوری ساری قوم صرف
makoray makore makode مکوڑے اصل میں اور هم كلهم كلها كلهن كل مجرد مثل مجموعة عبارة عن الناس القوم هن
""")
"""What may stand between a people and what it is called."""
PLAIN_AFTER = _words("control free prevention nahi nhi nahin na not نہیں نہ")
TELLER = _words("""
they who mob police that tried trying not don't never cannot can't did would he she someone people
men to dogs
""")
"""Before a verb: somebody does it or does not, and nobody is called on."""
ALL_OF = _words("""
all the these those every any of them single such anything an ابناء كل هؤلاء اي جميع
""")
OUT_OF = _words("out back away off home")
OUTRIGHT = _words("deport expel boycott hound")
KO = _words("ko کو")
OWNS = _words("ka ki ke k کا کی کے")
CASES = _words("ka ki ke k se ko mein par کا کی کے سے کو میں پر")
