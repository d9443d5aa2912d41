"""Where a people is named: by its own name, in the plural, beside a word for people; where not."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.model import Language
from moderation.signals import blinded
from moderation.signals.blinded import peoples_names
from moderation.signals.builtin import load_builtin
from moderation.signals.by_rule import lexicon_with
from moderation.signals.contempt import contempt
from moderation.signals.lexicon import Words
from moderation.signals.listing import made
from moderation.signals.names import NAMES
from moderation.signals.peoples import PEOPLES, names_a_people
from moderation.signals.word_lists import WORDS, read_lists
from moderation.texts.text import fold_text


def named(text: str) -> bool:
    said = Words(text)
    return names_a_people(said.words, lexicon_with(()).find(said.words))


@pytest.mark.parametrize("text", [
    # Nations, faiths, tribes, townsfolk.
    "Armenians moved in", "many Ukrainians work here", "the Dutch are our guests",
    "an Albanian is never late", "Omanis and Eritreans", "Japanese workers came",
    "Presbyterians met", "Jehovah's Witnesses met", "Khattaks held a jirga", "Karachiites vote",
    "japaniyon ka camp", "hanafiyon ki masjid", "multaniyon ka mela", "khattak qaum ke ghar",
    "malik biradari ka jalsa", "جاپانیوں کا کیمپ", "حنفیوں کی مسجد", "ملتانیوں کا میلہ",
    "عباسی برادری کا جلسہ", "جاء اليابانيون", "مع الاوكرانيين", "قبيلة شمر", "بني تميم",
    "الطوارق في الصحراء",
    # Wherever people are from.
    "boys from Waziristan", "people from interior Sindh", "those who came from Kabul",
    "the people of Chitral", "Hunza logon ka mela", "Karachi wale aaye", "Lahore ke log aaye",
    "Kabul se aane walon ko", "andaroon sindh ke logon ko", "madrase ke talba",
    "یوکرین والوں کا گھر", "کابل سے آنے والوں", "اندرون سندھ کے لوگوں", "مدرسے کے طلبا",
    "اهل حلب عندنا", "سكان العشوائيات", "النازحين من الموصل",
    # How people live.
    "the poor are waiting", "old people wait here", "widows wait here", "stateless people wait",
    "snake charmers and cobblers", "HIV patients", "drug addicts", "madrasa students",
    "ghareeb log", "boorhe log", "mochiyon ka mohalla", "nashaiyon ka ilaj", "bewaon ka fund",
    "غریبوں کا فنڈ", "بوڑھوں کی پنشن", "ریڑھی والوں کا بازار", "خواجہ سرا افراد",
    "الفقراء والارامل", "كبار السن", "عمال النظافة", "عديمي الجنسية",
])  # fmt: skip
def test_a_people_is_named(text: str) -> None:
    assert named(text)


@pytest.mark.parametrize("text", [
    # The word has an ordinary meaning beside it.
    "the poor service at your office", "old road", "a blind turn on the highway",
    "polish the floor", "turkey for the feast", "fell on deaf ears", "they are all old",
    "the young prime minister lied", "mountain road closed", "Danish ate the cake",
    "chini mehngi ho gayi", "shami kabab", "purani sarak", "nai sarak", "Malik sahib ka form",
    "ghareeb mulk ka wazir", "چینی مہنگی ہو گئی", "شام والے ڈاکٹر نہیں آتے", "دیر سے آنے والا عملہ",
    "کمیوں کو دور کریں", "ملک کے لوگ پریشان ہیں", "بدون ماء منذ اسبوع", "الرد على الفور",
    "تعزية حارة", "الشارع القديم",
    # A place, a thing, a dish bears the name.
    "Kashmir is beautiful", "the Karachi road is flooded", "Chinese phones break",
    "Sindhi biryani", "the Dutch football team", "turkish drama", "punjabi gana", "japani gaari",
    "جاپانی گاڑی", "انڈین فلم", "الدوري السعودي", "السيارات اليابانية", "اللهجة المغربية",
    # Parties, offices, professions of power.
    "all politicians are thieves", "Lahore council are thieves", "the foreign minister lied",
    "people from the department", "people of this ministry", "clerks from the passport office",
    "Karachi police chor hai", "afsar log chor hain", "bijli wale chor hain", "NADRA wale",
    "doctor qasai hain", "thana wale", "افسر لوگ چور ہیں", "بجلی والے چور ہیں", "وزیر لوگ جھوٹے",
    "صحافی برادری", "sahafi biradari", "الحكومة السورية", "خبراء اميركيين",
    "حكام العرب خونة", "كل السياسيين لصوص",
    "", "the", "from Lahore",
])  # fmt: skip
def test_no_people_is_named(text: str) -> None:
    assert not named(text)


@pytest.mark.parametrize("text", [
    "Chitralis are vermin", "Armenians are rats", "Multaniyon ko shehar se nikalo",
    "جاپانیوں کو ملک سے نکال دو", "الطوارق صراصير",
])  # fmt: skip
def test_rules_hear_contempt_for_the_peoples_that_are_always_one(text: str) -> None:
    said = Words(text)
    assert list(contempt(said, lexicon_with(()).find(said.words)))


def test_every_entry_names_a_people_alone_or_beside_a_word_for_people() -> None:
    frames = ("{} people", "{} log", "{} لوگ", "اهل {}")
    for cue, _, entries in read_lists("peoples"):
        assert cue in PEOPLES
        for entry in entries:
            name = entry.partition("(")[0].rstrip("~*").strip()
            if name and "(" not in entry and "~" not in entry:
                assert any(named(frame.format(name)) for frame in frames), (cue, entry)


def test_sections_are_those_that_are_read() -> None:
    listed = tomllib.loads((WORDS / "peoples.toml").read_text("utf-8"))
    assert set(listed) <= set(PEOPLES)
    assert set(PEOPLES) <= set(made().cues)


def test_names_that_ship_ready_are_those_of_the_list() -> None:
    assert peoples_names() == frozenset(blinded.made()), "run python -m moderation.signals.listing"


def test_names_are_worked_out_anew_where_the_list_has_changed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ready = peoples_names()
    monkeypatch.setattr(blinded, "_digest", lambda: "another list")
    assert peoples_names() == ready


@pytest.mark.parametrize("name", [
    "armenians", "ukrainian", "multaniyon", "chitrali", "lahori", "جاپانیوں", "ملتانی",
    "اليابانيين", "يابانية", "المغربي",
])  # fmt: skip
def test_names_of_peoples_are_blinded(name: str) -> None:
    assert fold_text(name) in NAMES


@pytest.mark.parametrize("word", [
    "beggars", "chamar", "mirasi", "bhikari", "poor", "old", "karachi", "کافر", "غریب", "فقير",
])  # fmt: skip
def test_words_that_are_thrown_as_insults_or_say_something_of_things_are_not(word: str) -> None:
    assert fold_text(word) not in NAMES


@pytest.mark.parametrize(("language", "plain", "names"), [
    (Language.EN, "the {} next door have had no water since monday",
     ["Armenians", "Ukrainians", "Lahoris", "Khattaks", "Anglicans"]),
    (Language.UR_LATN, "hamare {} parosi ki dukan band hai",
     ["multani", "khattak", "japani", "hanafi"]),
    (Language.UR, "ہمارے {} پڑوسی کے گھر پانی نہیں آ رہا", ["ملتانی", "خٹک", "جاپانی", "حنفی"]),
    (Language.AR, "جارنا {} بدون ماء منذ يومين", ["الياباني", "المغربي", "الاوكراني"]),
])  # fmt: skip
def test_a_peoples_name_does_not_move_the_score(
    language: Language, plain: str, names: list[str]
) -> None:
    scores = load_builtin().score([plain.format(n) for n in names], [language] * len(names))
    assert len({s.toxicity for s in scores}) == 1


@given(st.text(alphabet="aoldpr themKچینی اهلم?\n", max_size=60))
def test_any_text_gives_an_answer(text: str) -> None:
    assert named(text) in (True, False)
