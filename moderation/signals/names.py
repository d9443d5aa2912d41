"""Names that must never raise a score: of faiths, sects, peoples, castes, parties, public persons.

They are blinded before features are made, in training and in judging alike, so a sentence scores
the same whichever of them it names. A name is no slur; words made to insult a group are not here,
nor those for how a people lives (`folk_ways`), which are thrown as insults too.
"""

from __future__ import annotations

from moderation.signals.blinded import peoples_names
from moderation.texts.text import fold_texts

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
uzbeks tajiks gilgition kohistanis hindkowan saraikis saraikiyon memno bugti mengal bheel achoot
achooton untouchables nurbakhshi bohras bohri bohriyon ismailis ismailiyon alawi parsis parsiyon
parsees buddhists afghanis afghano afghanon afghaniyon afghaniyo afghanion pathano pathanon
pashtuno pashtunon pashtoon pashtoons pashtoono pashtoonon pakhtuns pakhtoon pakhtoono pakhtoonon
punjabiyon punjabiyo sindhiyon sindhiyo baluchs balocho balochon balochiyon muhajirs mohajirs
mohajiron muhajiron muhajireen kashmiriyon bengalis bengaliyon bangaliyon biharis biharion
bihariyon makrani makranis makraniyon sheedi sheedis rohingya rohingyas hindustaniyon arabon
isaiyon isaion eesaiyon esai masihiyon christianon hinduwon sikho qadianis qadianiyon qadyaniyon
ahmadiyon ahmadion ahmedi ahmedis mirzaiyon shion shian shiites sunniyon sunniyo deobandis
deobandiyon barelvis barelviyon brelvis wahabis wahabiyon wahhabis yahoodiyon ترکمان سرائیکیوں
سادات اچھوت اچھوتوں دلت دلتوں ذکری بوہری اسماعیلیوں پارسیوں بریلویوں دیوبندیوں افغانوں افغانیوں
پشتونوں پختونوں بلوچوں بلوچیوں مہاجرین بنگالیوں بہاریوں مکرانی مکرانیوں شیدی روہنگیا برمی برمیوں
ہندوستانیوں عربوں کردوں مرزائیوں لڑکیوں ٹرانسجینڈر ہزارے
"""
"""Other forms of those above; more peoples are in words/peoples.toml."""
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

_LISTED = " ".join([_FAITHS, _LATIN, _PEOPLES, _ARABIC]).split()
NAMES = peoples_names().union(fold_texts(_LISTED))
