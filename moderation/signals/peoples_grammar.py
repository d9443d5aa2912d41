"""The words round the name of a people that tell whether a people is meant."""

from __future__ import annotations

from moderation.texts.text import fold_texts


def _words(text: str) -> frozenset[str]:
    return frozenset(fold_texts(text.split()))


def _with_article(text: str) -> frozenset[str]:
    return frozenset(f"{head}{w}" for w in _words(text) for head in ("", "ال", "وال", "لل", "بال"))


PARTIES = _words("""
league party brotherhood government govt team council police board colony town street road mohalla
mohalle muhalla muhalle basti camp abadi village temple church mosque mandir graveyard graves school
channel channels food restaurant film jamaat jamat tehreek hukumat hakumat sarkar assembly ministry
minister ministers leader leaders politician politicians lawmakers senator senators senate mps mpas
parliament president embassy consulate army military navy forces troops court courts bureaucracy
bureaucrats officials officers administration corporation department office university college
hospital airport station bank railway airline airlines media newspaper newspapers anchors
company companies brand brands product products goods items phone phones mobile mobiles car cars
bike bikes app apps software currency rupee rupees dollar dollars riyal dirham economy stock market
film films movie movies drama dramas serial serials song songs music language grammar dictionary
burger kabab halwa mithai namak cuisine dish dishes sweets rice tea biryani karahi dress dresses
shoes chappal suit lawn shawl
carpet carpets cricket football squad batsman bowlers captain league border visa flag map
museum highway expressway chowk bazaar ghat gate camp basti بستی
فوج لیگ پارٹی جماعت تحریک حکومت سرکار کونسل بورڈ پولیس اسمبلی وزارت وزیر وزرا سفارت عدالت فلم فلمیں
فلموں گانا گانے گانوں ڈرامہ ڈرامے ڈراموں زبان کھانا کھانے کھانوں کرنسی روپیہ ڈالر ریال کمپنی کمپنیوں
کمپنیاں موبائل گاڑی گاڑیاں گاڑیوں مال سامان مصنوعات میڈیا چینل چینلز اخبار ٹیم کرکٹ کھلاڑی
مسجد اسکول کالونی ٹاؤن محلہ محلے کیمپ عبادت مندر قبرستان چرچ سکول یونیورسٹی کالج ہسپتال
drama dramon fauj foj gana gaane ganay gaanay zaban zubaan zuban khana khanay khane wazeer adalat
gari gaari
gaariyan gariyan maal saman samaan masnuaat film filmein filmon dramay khilari khiladi akhbar
""")
"""Behind a name: a party, an office, a place or a thing is meant, no people."""
PLACES = _with_article("""
حي حارة شارع مخيم قرية مدرسة بيوت بيت كنيسة مستشفى سوق بلاد حزب حكومة وزارة وزير مجلس برلمان جيش
منتخب فريق دوري نادي لاعب لاعبين مطعم مطبخ فيلم افلام مسلسل مسلسلات اغنية لهجة لغة جامعة سفارة
قنصلية رئيس ملك امير دولة جمهورية مملكة اتحاد اقتصاد دولار ريال دينار جنيه ليرة شركة شركات بضاعة
بضائع منتجات سيارة سيارات هاتف صحيفة صحف قناة اعلام صحافة سياسة محكمة شرطة قوات جوازات حدود مدينة
مطار بنك ميناء خبراء جنود ضباط جنرالات نواب برلمانيون وزراء مسؤولين مسؤولون سياسيين سياسيون صحفيين
قضاة اطباء مستشارين دبلوماسيين فنانين ملوك رؤساء حكام زعماء
""") | _words("""
sahafi sahafti wukala tajir business aalmi alami international karobari kaarobari doctor siyasi
showbiz funkar صحافی صحافتی وکلا وکلاء تاجر عالمی کاروباری ڈاکٹر سیاسی شوبز فنکار طبی
""")
"""Before a name: in Arabic its quarter, school, party, government or goods; else a profession."""

FOLK_WORDS = _words("""
people folk folks community communities tribe tribes tribesmen caste castes clan clans race
family families men women boys girls kids children youth youths youngsters nationals citizens
residents inhabitants dwellers natives villagers workers labourers laborers labour labor maids
drivers servants traders refugees immigrants migrants expats settlers students patients persons
guys lads lot crowd minority minorities diaspora origin ancestry descent speakers speaking beggars
log logon logo loog loug qaum qoum kaum biradari biradri biraadri bradri zaat nasal qabeela qabeele
qabila qabile qabeelay khandan khandaan khandano gharane gharanay wale walay walo walon
waley waly waalon waale walion walion waliyan waliyon larke larkay larkon ladke ladko ladkon
larkiyan larkiyon aurton auraton aurtein auratein khawateen mardon bache bachay bachon
bachiyan afrad shehriyon bashinde bashinday bashindon rehaishi mazdooron
muhajireen muhajiron talba mareezon bande banday bandon bolne bolnay boliyan
لوگ لوگوں لوگو افراد برادری قوم قوموں ذات ذاتوں نسل قبیلہ قبیلے قبیلوں خاندان خاندانوں گھرانے
گھرانوں والے والوں والیوں والیاں والو لڑکے لڑکوں لڑکیاں لڑکیوں عورتیں عورتوں خواتین مردوں بچے بچوں
بچیاں بچیوں شہریوں باشندے باشندوں رہائشیوں مزدوروں مہاجرین مہاجروں پناہ گزینوں طلبا طلباء مریضوں
بندے بندوں آدمیوں کمیونٹی بولنے
""")
"""Beside a name that things bear too: people are meant."""
ARAB_FOLK = _with_article("""
اهل اهالي ابناء بنو بني بنات اولاد عيال سكان قبيلة قبائل عشيرة عشائر جماعة طائفة شعب ناس قوم
جالية عمال عاملات خادمات شباب رجال نساء اطفال مواطنين مواطني رعايا لاجئين نازحين مهجرين مهاجرين
وافدين عائدين قادمين جماهير زلم نسوان حريم اصحاب بدو عرب يهود نصارى
""")
"""The same, before a name in Arabic."""
THOSE = _words("those they them who anyone everyone")
FROM, OF = _words("from"), _words("of")
THEIRS = _words("ke ki ka k kay se say mein me main کے کی کا سے میں")
COME = _words("""
aaye aye aay aya aaya aane ane aanay anay rehne rehnay rahne basne basnay آئے آیا آنے رہنے بسنے
""")
"""Who came from there, who lives there."""
MARKED = _words("the these those all every any most such a an هذا هذه هؤلاء هذول")
THE = _words("the")
GOES_ON = _words("""
are were have had do don't dont did didn't should shouldn't will won't would can can't cannot could
must never always only just who whose and or in near from to with without at by among here there
move come came go live want need get take steal make bring eat smell breed cheat lie think work
own run belong deserve ruin spread suffer
""")
"""What stands behind a name that nothing else belongs to: "the Irish are", "the poor in our"."""
IS_ONE = _words("is was has isn't does doesn't يكون")
"""The same, behind one of them: "an Albanian is"."""
PLURAL = tuple(sorted(_words("s on وں ون ين ات")))
"""Ends of names of many, in Latin, Urdu and Arabic letters."""
