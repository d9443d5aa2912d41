"""Names that must never raise a score: of faiths, sects, peoples, castes, parties, public persons.

They are blinded before features are made, in training and in judging alike, so a sentence scores
the same whichever of them it names. A name is no slur; words made to insult a group are not here.
"""

from __future__ import annotations

from moderation.texts.text import fold_text

BLIND = "nnn"  # what every name becomes; long enough to be a word, in no language one

_FAITHS = """
muslim muslims musalman musalmaan muslman musalmano musalmanon muslimah islam islamic islami momin
hindu hindus hinduon hinduo hindoo hinduism hindutva sikh sikhs sikhon christian christians
christianity isai eesai isaai masihi jew jews jewish judaism yahudi yahoodi yahodi yahudiyon yahud
buddhist parsi ahmadi ahmadis ahmadiyya qadiani qadyani mirzai shia shias shiya shiite sunni
sunnis
suni deobandi barelvi brelvi ahlehadith wahabi wahhabi salafi ismaili agha khani bohra sufi
atheist
atheists catholic catholics protestant evangelical
مسلمان مسلمانوں مسلم مسلمین اسلام اسلامی مومن ہندو ہندوؤں ہندوں سکھ سکھوں عیسائی عیسائیوں مسیحی
یہودی یہودیوں یہود بدھ پارسی احمدی احمدیوں قادیانی قادیانیوں مرزائی شیعہ شیعوں سنی سنیوں دیوبندی
بریلوی وہابی وہابیوں سلفی اہلحدیث اسماعیلی صوفی
"""
_LATIN = """
punjabi panjabi punjabis sindhi sindhis pathan pathans pashtun pashtuns pakhtun pukhtoon pushtoon
afghan afghani afghans baloch balochi balochs baluch mohajir muhajir urduspeaking kashmiri
kashmiris
saraiki seraiki hazara hazaras gilgiti balti bihari bengali bangali bangladeshi gujarati marathi
tamil madrasi kashmir pakistani pakistanis pakistan paki indian indians india hindustani hindustan
bharat bharati bhartiya turk turks turkish arab arabs arabi arabian persian iranian iran saudi
chinese china african africans asian asians mexican mexicans hispanic latino latinos latina black
blacks white whites american americans america usa british english russian russians russia israel
israeli israelis palestinian palestinians palestine syrian syrians refugee refugees immigrant
immigrants migrant migrants lebanese egyptian qatar qatari emirati
rajput jat jatt gujjar gujar arain awan syed sayyid sheikh shaikh mughal malik chaudhry chaudhary
choudhry butt dalit dalits brahmin brahman bania baniya yadav thakur
gay gays lesbian lesbians lgbt lgbtq transgender trans woman women aurat auratain aurton khawateen
girl girls feminist feminists
imran imrankhan ik niazi kaptaan nawaz nawaaz nawazsharif shahbaz shehbaz sharif shareef maryam
mariam zardari asif bilawal bhutto benazir bb fazlur fazal maulana tahir qadri altaf bajwa
musharraf
zia faez munir asim kayani raheel buzdar gandapur siraj khan pti ptis pmln pmlq ppp pppp mqm
jui juif anp tlp ttp isi nooni patwari youthia youthiya insafian
modi modiji modis narendra narendramodi rahul gandhi sonia kejriwal kejri yogi adityanath amit
shah
nehru vajpayee advani lalu mamata mayawati uddhav thackeray raj bjp rss congress congressi congis
aaptards bhakt bhakts sanghi sanghis shivsena vhp
trump donald trumps obama hillary clinton clintons biden pence kavanaugh ford bernie sanders
pelosi
schumer mccain bush putin merkel trudeau macron brexit tory tories labour maga kag liberal
liberals
conservative conservatives democrat democrats dems dem republican republicans gop antifa leftist
leftists leftwing rightwing socialist socialists communist communists nra blm cnn fox nbc nyt fbi
ahmed ahmad ali muhammad mohammad mohammed hussain hassan hasan umar usman omar fatima ayesha
zainab sana hina sara amna bilal hamza saad faisal kamran iqbal anwar akram rashid khalid tariq
waqar wasim shoaib afridi babar azam
"""
_PEOPLES = """
uzbek uzbeks tajik tajiks turkmen turkman chitrali chitralis chitralion gilgitis gilgition kalash
kalashi kohistani kohistanis hindko hindkowan seraikis saraikis saraikiyon brahui brahvi thari
tharis memon memons memno gujaratis gujrati jats jaton jatton rajputs rajputon arains arainon
syeds sayyids syedon sadaat awans awano mughals mughal khokhar mehsud mehsuds afridis bugti
bugtis mengal bheel bheels bheelon bhil bhils kolhi kolhis kolhiyon kohlis meghwar meghwars
menghwar bagri bagris balmiki achoot achooton untouchables zikri zikris zikriyon noorbakhshi
nurbakhshi salafis salafiyon sufis bohras bohri bohris bohriyon khoja khojas ismailis ismailiyon
alawi alawis alawites druze parsis parsiyon parsees zoroastrian zoroastrians bahai bahais
bahaiyon buddhists afghanis afghano afghanon afghaniyon afghaniyo afghanion afgani afganiyon
pathano pathanon pashtuno pashtunon pashtoon pashtoons pashtoono pashtoonon pushtuns pakhtuns
pakhtoon pakhtoono pakhtoonon pukhtoonon punjabiyon punjabiyo panjabiyon sindhion sindhiyon
sindhiyo balochs baluchs balocho balochon baluchon balochiyon muhajirs mohajirs mohajiron
muhajiron muhajireen kashmirion kashmiriyon bengalis bengaliyon bangaliyon biharis biharion
bihariyon makrani makranis makraniyon sheedi sheedis rohingya rohingyas barmi barmiyon burmese
hindustaniyon indianon bhartiyon iraniyon iranians chinese arabon turks tajikon isaiyon isaion
eesaiyon esai masihiyon christiano christianon hinduwon sikho qadianis qadianiyon qadianion
qadyaniyon ahmadiyon ahmadion ahmedi ahmedis mirzaiyon shion shiyon shian shiites sunnis sunniyon
sunniyo sunnio deobandis deobandiyon barelvis barelviyon brelvis wahabis wahabiyon wahhabis
yahoodiyon nigerians nigerian somalis somali sudanese filipinos filipino nepalis nepali
ethiopians ethiopian tibetans uyghur uyghurs kurd kurds kurdish yemenis yemeni syrian iraqis
iraqi ازبک ازبکوں تاجک تاجکوں ترکمان چترالی چترالیوں گلگتیوں کیلاش کیلاشی کالاش کوہستانی
کوہستانیوں ہندکو سرائیکیوں براہوی بروہی بروہیوں میمن میمنوں گجراتی گجراتیوں جٹوں راجپوتوں آرائیں
ارائیوں سیدوں سادات اعوانوں کھوکھر محسود محسودوں وزیرستانی آفریدی آفریدیوں بگٹی بگٹیوں مینگل بھیل
بھیلوں کولہی کولھی کولہیوں کوہلی میگھواڑ میگھواڑوں باگڑی باگڑیوں بالمیکی اچھوت اچھوتوں دلت دلتوں
ذکری ذکریوں نوربخشی بوہرہ بوہرے بوہری بوہریوں خوجہ خوجوں اسماعیلیوں علوی علویوں دروز پارسیوں
بریلویوں دیوبندیوں افغانوں افغانیوں پشتونوں پختونوں بلوچوں بلوچیوں مہاجرین بنگالیوں بہاریوں
مکرانی مکرانیوں شیدی روہنگیا روہنگیاؤں برمی برمیوں ہندوستانیوں بھارتیوں ایرانیوں عربوں ترکوں کرد
کردوں مرزائیوں لڑکیوں ٹرانسجینڈر بہاری پنجابیوں سندھیوں ہزارے یمنی شامی عراقی
"""
"""Peoples that the labelled sets hardly name, and other forms of those above."""
_ARABIC = """
پنجابی پنجابیوں سندھی سندھیوں پٹھان پٹھانوں پشتون پختون افغان افغانی بلوچ بلوچی مہاجر مہاجروں
کشمیری کشمیریوں سرائیکی ہزارہ گلگتی بنگالی بہاری پاکستانی پاکستان پاکستانیوں ہندوستانی ہندوستان
بھارتی بھارت انڈین انڈیا ایرانی ایران سعودی عرب عربی ترک چینی امریکی امریکہ اسرائیل اسرائیلی
فلسطین
راجپوت جٹ گجر ارائیں اعوان سید شیخ مغل ملک چوہدری بٹ عورت عورتیں عورتوں خواتین لڑکی لڑکیاں
عمران نیازی نواز شہباز شریف مریم زرداری آصف بلاول بھٹو بےنظیر فضل مولانا طاہر قادری الطاف باجوہ
مشرف ضیا منیر عاصم بزدار گنڈاپور سراج خان پی ٹی آئی نون لیگ پیپلز ایم کیو انصاف تحریک پٹواری
یوتھیا
یوتھیے مودی راہول گاندھی ٹرمپ اوباما احمد علی محمد حسین حسن عمر عثمان فاطمہ عائشہ زینب بلال حمزہ
مسلم مسلمين المسلمين المسلم مسلمون الاسلام اسلام مسيحي مسيحيين المسيحيين المسيحي مسيحية
نصارى النصارى يهود اليهود يهودي اليهودي شيعة الشيعة شيعي الشيعي سنة السنة سني السني درزي الدروز
دروز علوي العلويين
صوفي سلفي عرب العرب عربي العربي العربية كرد الأكراد الاكراد كردي تركي تركيا الاتراك ايران ايراني
الايراني فارسي الفرس سوريا سوري السوري السوريين سورية لبنان لبناني اللبناني اللبنانيين اللبنانية
فلسطين فلسطيني الفلسطيني الفلسطينيين مصر مصري المصري المصريين المصرية
السعودية سعودي السعودي السعوديين السعوديات قطر قطري القطري القطريين الامارات اماراتي الاماراتي
الكويت كويتي اليمن يمني اليمني العراق
عراقي العراقي العراقيين الاردن اردني المغرب مغربي الجزائر تونس ليبيا السودان سوداني اسرائيل امريكا
امريكي الامريكي روسيا الروس الصين هندي الهنود باكستاني البحرين بحريني
جبران باسيل الحريري سعد ميشال عون بري نبيه نصرالله نصر حزب الله جنبلاط وليد جعجع سمير القوات
التيار
بشار الاسد الأسد السيسي مرسي الاخوان الإخوان اخوان حفتر اردوغان أردوغان ترامب اوباما هيلاري سلمان
بن تميم الحوثي الحوثيين داعش حماس فتح الزمالك زمالك الاهلي الأهلي الهلال النصر الاتحاد
امرأة المرأة نساء النساء بنت بنات البنات حريم الحريم محمد احمد علي حسن حسين عمر فاطمة
"""


def _folded(names: str) -> frozenset[str]:
    return frozenset(fold_text(n) for n in names.split())


NAMES = _folded(_FAITHS + _LATIN + _PEOPLES + _ARABIC)
