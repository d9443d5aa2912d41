"""The small words round what a people is called: denials, fillers, and of whom it is not said."""

from __future__ import annotations

from moderation.texts.text import fold_text


def _words(text: str) -> frozenset[str]:
    return frozenset(map(fold_text, text.split()))


NOT = _words("""
not never no nobody none without don't doesn't aren't isn't won't shouldn't cannot
nahi nhi nahin nai na mat نہیں نہ مت لا ليس ليسوا لن لم غير
""")
CALLED = _words("""
so too very by nature born and or always still usually simply really truly complete total utter
pure actually honestly basically naturally all such real bloody fucking damn
fitratan فطرتا
paidaishi hamesha asal itne itnay bohat bahut bohot bare baray shuru se aur ya dharti zameen par
pe ham hum sab log khud poore pooray bilkul sakht asli hote hotay hoti is us mulk islam
پیدائشی ہمیشہ بہت بڑے شروع سے اور یا دھرتی زمین پر ہم سب لوگ خود بالکل اصلی ہوتے ہوتی
lo a an
كلهم دائما جدا بطبعهم فعلا اصلا مجرد هؤلاء انهم
""")
"""Fillers between a people and what it is called."""
TURNS = _words("""
there when that how if what why who which while to seeing being where because kaun kon kya jo jis
liye wale walay wali لیے والے والی
lekin magar agar hoon ko se ne jab کون کیا جو جس لیکن مگر اگر ہوں کو سے نے جب الذي التي الذين اللي
لما عندما ان اذا
""")
"""Behind these, something else is spoken of."""
OTHERS = _words("he she i you we it who which woh wo usne us")
"""Somebody else, of whom it is said."""
DETERMINERS = _words("all the these those our your their most every any some dirty such")
OBJECT_OF = _words("""
hate hates hated hating against to towards toward for about of with on from by kill kills killing
attack attacks attacking abuse abuses abusing insult insults insulting mock mocks mocking treat
treats treating call calls calling blame blames blaming harass harasses harassing like than
ضد على من الى عن مع
""")
"""Before a people: something is done to it, and another is the one spoken of."""
