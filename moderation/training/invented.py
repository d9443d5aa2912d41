"""Sentences invented here, in four languages: what the labelled sets hold too little of.

Civil: criticism of policy and of persons in office, complaints that quote an insult, animals and
body parts in plain talk, names of groups in neutral talk. Abusive: the same complaints with an
insult to the reader, so that words of roads and bills do not come to outweigh it. Templates with
slots, drawn with a seed; none is taken from a data set or from the tests of this project.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence

from data.model import Language
from moderation.training.corpus import Row

SOURCE = "invented"
_ROWS = {True: 380, False: 180}  # of each language: civil, abusive
_SLOT = re.compile(r"\{(\w+)\}")

_TEMPLATES: dict[Language, tuple[str, ...]] = {
    Language.EN: (
        "{who} has failed the people on {topic}", "the {topic} decision is {bad} and {harm}",
        "why did {who} raise the {topic} again? {harm}", "{who} promised a lot and did nothing",
        "shame on {who}, {harm}", "{who} lied to us about {topic}", "{harm} because of {who}",
        "I am against this {topic} plan, it is {bad}", "{topic} is a mess, {who} must resign",
        "{who} is responsible for this, {harm}", "the worst {topic} policy ever, {harm}",
        "corruption in {topic} has to stop, {who} should answer", "{who} is corrupt and {bad}",
        "the clerk called me {rude} when I asked about {topic}",
        "your staff said \"{rude}\" to my mother, please take action",
        "someone wrote {rude} under my comment, kindly remove it",
        "a man shouted {rude} at the nurse, this must be stopped",
        "he told the patients they are {rude}, I want to complain",
        "please do not use words like {rude} here", "calling people {rude} is not acceptable",
        "there are {animal} in our street near the school", "{animal} sit at the {topic} site",
        "the {animal} market is closed today", "my children are afraid of the {animal}",
        "a dead {beast} lies on the road since monday", "the {beast} and her young are in the park",
        "no vaccine for the bite of a {beast} in the {topic} office",
        "the {group} families next door have no {topic}", "a {group} student won the prize",
        "our {group} neighbours helped us", "{group} shopkeepers also pay the {topic} bill",
        "the doctor checked my {body}", "pain in the {body} since monday, no doctor came",
    ),
    Language.UR_LATN: (
        "{who} ne {topic} par awam ko dhoka diya", "{topic} ka faisla {bad} hai, {harm}",
        "{who} ne phir {topic} mehnga kar diya, {harm}", "{who} sirf wade karta hai kaam nahi",
        "sharam karo {who}, {harm}", "{who} ne {topic} ke bare mein jhoot bola",
        "{who} ki wajah se {harm}", "{topic} wali policy {bad} hai wapas lo",
        "{who} ko istifa dena chahiye, {harm}", "{topic} mein corruption band karo",
        "{who} ka {topic} ka plan {bad} nikla", "kya {who} ko nazar nahi aata ke {harm}",
        "{who} nakaam ho gaya hai", "{topic} ke naam par {who} ne desh ko loota",
        "{harm} aur {who} so raha hai", "main {who} ke {topic} wale faisle ke khilaf hun",
        "clerk ne mujhe {rude} kaha jab maine {topic} ka pucha",
        "aap ke afsar ne meri walida ko \"{rude}\" kaha, karwai karein",
        "kisi ne mere comment ke neeche {rude} likha hai hata dein",
        "ek aadmi nurse ko {rude} keh kar chilla raha tha",
        "logon ko {rude} kehna theek nahi", "yahan {rude} jaise alfaz istemal na karein",
        "woh mareezon ko {rude} bolta hai, meri shikayat darj karein",
        "hamari gali mein {animal} bohat hain", "{animal} bachon ko darate hain koi intezam karein",
        "{animal} ki mandi aaj band hai", "school ke paas {animal} ghoom rahe hain",
        "mara hua {beast} sadak par para hai", "{beast} ke kaatne ki dawai hospital mein nahi",
        "chirya ghar mein {beast} ka pinjra ganda hai",
        "hamare {group} parosi ke ghar {topic} nahi", "{group} log bhi {topic} ka bill dete hain",
        "ek {group} talib ilm ne inaam jeeta", "{group} bhai ne hamari madad ki",
        "doctor ne mera {body} check kiya", "{body} mein dard hai hospital mein doctor nahi",
    ),
    Language.UR: (
        "{who} نے {topic} پر عوام کو دھوکا دیا", "{topic} کا فیصلہ {bad} ہے، {harm}",
        "{who} نے پھر {topic} مہنگا کر دیا، {harm}", "{who} صرف وعدے کرتا ہے کام نہیں",
        "شرم کرو {who}، {harm}", "{who} نے {topic} کے بارے میں جھوٹ بولا",
        "{who} کی وجہ سے {harm}", "{topic} والی پالیسی {bad} ہے واپس لی جائے",
        "{who} کو استعفیٰ دینا چاہیے", "{topic} میں کرپشن بند کی جائے", "{who} ناکام ہو گیا ہے",
        "{harm} اور {who} سو رہا ہے", "میں {who} کے {topic} والے فیصلے کے خلاف ہوں",
        "کلرک نے مجھے {rude} کہا جب میں نے {topic} کا پوچھا",
        "آپ کے افسر نے میری والدہ کو \"{rude}\" کہا، کارروائی کریں",
        "کسی نے میرے تبصرے کے نیچے {rude} لکھا ہے ہٹا دیں",
        "ایک آدمی نرس کو {rude} کہہ کر چلا رہا تھا", "لوگوں کو {rude} کہنا ٹھیک نہیں",
        "یہاں {rude} جیسے الفاظ استعمال نہ کریں", "وہ مریضوں کو {rude} بولتا ہے، شکایت درج کریں",
        "ہماری گلی میں {animal} بہت ہیں", "{animal} بچوں کو ڈراتے ہیں انتظام کریں",
        "{animal} کی منڈی آج بند ہے", "سکول کے پاس {animal} گھوم رہے ہیں",
        "مرا ہوا {beast} سڑک پر پڑا ہے", "{beast} کے کاٹنے کی دوا ہسپتال میں نہیں",
        "ہمارے {group} پڑوسی کے گھر {topic} نہیں ہے", "ایک {group} طالب علم نے انعام جیتا",
        "{group} بھائی نے ہماری مدد کی", "ڈاکٹر نے میرا {body} دیکھا", "{body} میں درد ہے",
    ),
    Language.AR: (
        "{who} خدع الناس في موضوع {topic}", "قرار {topic} {bad} و{harm}",
        "لماذا رفع {who} سعر {topic} مرة اخرى؟ {harm}", "{who} وعد كثيرا ولم يفعل شيئا",
        "عيب على {who}، {harm}", "{who} كذب علينا بشأن {topic}", "{harm} بسبب {who}",
        "انا ضد خطة {topic} هذه فهي {bad}", "على {who} ان يستقيل", "اوقفوا الفساد في {topic}",
        "{who} فشل في ادارة {topic}", "{who} مسؤول عن هذا، {harm}", "سياسة {topic} {bad} جدا",
        "قال لي الموظف {rude} عندما سألت عن {topic}", "قال موظفكم لأمي \"{rude}\" ارجو المحاسبة",
        "كتب احدهم {rude} تحت تعليقي ارجو حذفه", "رجل صرخ في وجه الممرضة {rude} يجب ايقافه",
        "يقول للمرضى {rude} واريد تقديم شكوى", "لا تستخدموا كلمات مثل {rude} هنا",
        "وصف الناس بكلمة {rude} غير مقبول", "هناك {animal} في شارعنا قرب المدرسة",
        "سوق {animal} مغلق اليوم", "اطفالي يخافون من {animal}", "رأينا {animal} قرب محطة {topic}",
        "{beast} ميت في الشارع منذ يومين", "لا يوجد دواء لعضة {beast} في المستشفى",
        "عائلة {group} بجوارنا بدون {topic}", "طالب {group} فاز بالجائزة", "جارنا {group} ساعدنا",
        "فحص الطبيب {body}", "ألم في {body} منذ يومين ولا يوجد طبيب",
    ),
}  # fmt: skip

_SLOTS: dict[Language, dict[str, str]] = {
    Language.EN: {
        "who": "the government,the minister,the prime minister,this party,the mayor,Imran,Modi,"
        "the department,the chairman,the opposition,Trump,the police,the assembly",
        "topic": "water,electricity,petrol,tax,school,road,budget,gas,health,price,currency,"
        "housing,pension,wheat",
        "bad": "wrong,useless,cruel,a disaster,terrible,unfair,a joke,shameful,stupid",
        "harm": "the poor are suffering,people lost their jobs,nobody listens to us,"
        "prices went up,farmers are ruined,we have been waiting for months,it killed small shops",
        "rude": "idiot,dog,donkey,stupid,liar,bastard,pig,illiterate,a bitch,shameless",
        "beast": "dog,donkey,pig,goat,rat,snake,monkey,owl,cat",
        "animal": "stray dogs,donkeys,pigs,snakes,rats,monkeys,goats,bulls",
        "group": "Muslim,Hindu,Christian,Sikh,Shia,Sunni,Punjabi,Pashtun,Baloch,Ahmadi,African",
        "body": "chest,stomach,leg,breast,back,eye,kidney",
    },
    Language.UR_LATN: {
        "who": "hukumat,sarkar,wazir e azam,wazir,imran,nawaz,modi ji,modi,bjp,pti,mayor,mehkma,"
        "police,pm sahab,afsar,neta,opposition",
        "topic": "pani,bijli,petrol,tax,school,sadak,budget,gas,sehat,note,atta,pension,rashan,"
        "note bandi,bank,cash",
        "bad": "ghalat,bekar,zalimana,nakaam,galat,bakwas,na insafi,bewaqoofana,flop",
        "harm": "gareeb mar raha hai,log pareshan hain,rozgar khatam ho gaya,koi sunta nahi,"
        "mehngai barh gayi,kisan tabah ho gaye,aam aadmi line mein khara hai,"
        "karobar band ho gaya,awam ka jeena mushkil ho gaya",
        "rude": "kutta,gadha,bewaqoof,harami,kamina,jahil,pagal,chor,suar,besharam,ullu",
        "beast": "kutta,gadha,suar,bakra,chuha,saanp,bandar,ullu,billi",
        "animal": "awara kutte,gadhe,suar,saanp,chuhe,bandar,bakre,bail,ullu",
        "group": "muslim,hindu,christian,sikh,shia,sunni,punjabi,pathan,baloch,ahmadi,sindhi",
        "body": "seena,pait,taang,kamar,aankh,gurda,sar",
    },
    Language.UR: {
        "who": "حکومت,وزیراعظم,وزیر,عمران,نواز,مودی,میئر,محکمہ,پولیس,افسر,اپوزیشن,چیئرمین",
        "topic": "پانی,بجلی,پیٹرول,ٹیکس,سکول,سڑک,بجٹ,گیس,صحت,آٹا,پنشن,راشن",
        "bad": "غلط,بیکار,ظالمانہ,ناکام,بکواس,ناانصافی,احمقانہ,شرمناک",
        "harm": "غریب مر رہا ہے,لوگ پریشان ہیں,روزگار ختم ہو گیا,کوئی سنتا نہیں,مہنگائی بڑھ گئی,"
        "کسان تباہ ہو گئے,کاروبار بند ہو گیا",
        "rude": "کتا,گدھا,بےوقوف,حرامی,کمینہ,جاہل,پاگل,چور,سور,بےشرم,الو",
        "beast": "کتا,گدھا,سور,بکرا,چوہا,سانپ,بندر,الو",
        "animal": "آوارہ کتے,گدھے,سور,سانپ,چوہے,بندر,بکرے,بیل,الو",
        "group": "مسلمان,ہندو,مسیحی,سکھ,شیعہ,سنی,پنجابی,پٹھان,بلوچ,احمدی,سندھی",
        "body": "سینہ,پیٹ,ٹانگ,کمر,آنکھ,گردہ,سر",
    },
    Language.AR: {
        "who": "الوزير,رئيس الحكومة,الحكومة,البلدية,الرئيس,النائب,الشرطة,المدير,ترامب,السيسي,الحزب",
        "topic": "الماء,الكهرباء,البنزين,الضرائب,المدارس,الطرق,الغاز,الصحة,الخبز,الرواتب,السكن",
        "bad": "خاطئ,ظالم,فاشل,سيئ,كارثي,مخجل,غبي,غير عادل",
        "harm": "الفقراء يعانون,الناس فقدوا عملهم,لا احد يسمعنا,ارتفعت الاسعار,المزارعون خسروا,"
        "ننتظر منذ اشهر",
        "rude": "كلب,حمار,غبي,كذاب,حقير,خنزير,جاهل,حرامي,وسخ,حيوان",
        "beast": "كلب,الكلب,حمار,خنزير,فأر,ثعبان,قرد,قطة",
        "animal": "كلاب ضالة,حمير,خنازير,ثعابين,فئران,قرود,اغنام",
        "group": "مسلم,مسيحي,يهودي,شيعي,سني,سوري,لبناني,فلسطيني,عراقي,كردي,افريقي",
        "body": "الصدر,البطن,الساق,الظهر,العين,الكلى,الرأس",
    },
}


_INSULTING: dict[Language, tuple[str, str]] = {
    Language.EN: (
        "{harm}, you {insult}|no {topic} again you {insult}|{harm} and you {insult} do nothing|"
        "the {topic} is {bad}, shut up {insult}|you {insult}, where is our {topic}|"
        "that {insult} at the {topic} office took my money|the {topic} clerk is a {insult}|"
        "{harm}, {insult}s|I am against this {topic} plan, you are a {insult}|"
        "only a {insult} would raise the {topic} again",
        "fucking idiot,stupid bitch,piece of shit,bastard,asshole,moron,whore,son of a bitch",
    ),
    Language.UR_LATN: (
        "{harm}, tum {insult} ho|{topic} phir nahi hai {insult}|abay {insult} {harm}|"
        "{topic} ka kaam {bad} hai, tu {insult} hai|oye {insult} hamara {topic} kahan hai|"
        "{insult} thekedar ne {topic} kharab kar diya|{harm} jawab do {insult}|"
        "yeh {insult} log {topic} kha gaye|{topic} wala {insult} afsar paise mangta hai|"
        "{harm}, {insult} sharam karo|{insult} hukumat ne {topic} band kar diya",
        "harami,kutte kamine,chutiya,haramzade,gandu,bhenchod,kutte ke bache,suar ki aulad,"
        "harami kutte,kuttay ke bacho,kanjar",
    ),
    Language.UR: (
        "{harm}، تم {insult} ہو|{topic} پھر نہیں ہے {insult}|ابے {insult} {harm}|"
        "{topic} کا کام {bad} ہے، تو {insult} ہے|اوئے {insult} ہمارا {topic} کہاں ہے|"
        "{insult} ٹھیکیدار نے {topic} خراب کر دیا|{harm}، {insult} جواب دو|"
        "یہ {insult} لوگ {topic} کھا گئے",
        "حرامی,کتے کمینے,حرامزادے,گانڈو,سور کی اولاد,کتے کے بچے",
    ),
    Language.AR: (
        "{harm} يا {insult}|لا يوجد {topic} مرة اخرى يا {insult}|انتم {insult} و{harm}|"
        "{topic} {bad} اسكت يا {insult}|يا {insult} اين {topic}|هذا المدير {insult} سرق {topic}|"
        "{harm} والموظف {insult}",
        "كلب حقير,ابن الكلب,حمار وسخ,حيوان قذر,ابن الحرام,خنزير",
    ),
}


def _drawn(
    templates: Sequence[str], slots: Mapping[str, Sequence[str]], count: int, chance: random.Random
) -> list[str]:
    texts: dict[str, None] = {}
    for i in range(count if templates else 0):
        shape = templates[i % len(templates)]
        texts.setdefault(_SLOT.sub(lambda m: chance.choice(slots[m[1]]), shape))
    return list(texts)


def invented_rows(language: Language, seed: int) -> list[Row]:
    """Invented rows of `language`; none for a language without templates. No text twice."""
    if language not in _TEMPLATES:
        return []
    chance = random.Random(seed)
    shapes, insults = _INSULTING[language]
    slots = {k: v.split(",") for k, v in (_SLOTS[language] | {"insult": insults}).items()}
    drawn = {
        True: _drawn(_TEMPLATES[language], slots, _ROWS[True], chance),
        False: _drawn(shapes.split("|"), slots, _ROWS[False], chance),
    }
    return [
        Row(id=f"{SOURCE}-{language.value}-{civil}-{n}", text=text, language=language, dev=False,
            source=SOURCE, civil=civil, abusive=None if civil else True)
        for civil, texts in drawn.items()
        for n, text in enumerate(texts)
    ]  # fmt: skip
