"""Civil speech in hard words is left alone: figures of speech, lawful means, waste, words with a
second sense; the same words thrown at somebody are not."""

from __future__ import annotations

import pytest

from data.reading import Judgement, Language, Reading, Span
from moderation.judging.policy import DEFAULT_POLICY, judge
from moderation.judging.read import Reader
from moderation.judging.score import is_flagged
from moderation.signals.builtin import load_builtin
from moderation.signals.personal_data import find_personal_data

LEFT = {
    "a policy or prices do the harm": [
        "You have slaughtered the middle class with this budget",
        "This policy is a death sentence for farmers",
        "mehngai ne maar daala hai awam ko", "is budget ne ghareeb ka qatl kar diya",
        "petrol bomb gira diya awam par", "tax ne dukandar ka gala ghont diya",
        "حکومت نے کسان کو زندہ دفن کر دیا", "عوام پر پٹرول بم گرا دیا",
        "الحكومة خنقت المواطن بالرسوم", "فاتورة الكهرباء كسرت ظهورنا",
    ],
    "a lawful means is announced": [
        "We will hold a sit-in outside your office until water comes",
        "We know your record and we will remember it on polling day",
        "agar pani na aaya to hum dharna denge aapke daftar ke samne",
        "ye faisla wapas lo warna hum sarkon pe honge",
        "tumhari party ko ab vote nahi milega soch lo",
        "تمہاری پارٹی کو اب ووٹ نہیں ملے گا سوچ لو", "اگلے الیکشن میں دیکھ لیں گے",
        "سنعتصم أمام مكتبكم حتى يعود الماء", "سنحاسبكم في الانتخابات القادمة",
    ],
    "waste that lies somewhere": [
        "The drain is full of shit and stinks", "Dirty water and crap in the canal",
        "gali mein kachra aur gand para hai", "نالی کے کیڑے پانی میں آ رہے ہیں",
        "زبالة على الطرقات والبلدية نائمة", "الشارع وسخ والرائحة قذرة",
        "ما في حدا يشيل الزبالة من الحارة",
    ],
    "a word with a second sense": [
        "kaam chod kar sab chale gaye", "humne aapko vote de kar chuna tha",
        "police ki gashti team nahi aati raat ko", "fees bharwa li aur card nahi diya",
        "teri maa ki dua se kaam ho gaya", "saali ki shaadi hai chutti chahiye",
        "یہ چوتھا ہفتہ ہے پانی نہیں آیا", "چوتھے دن بھی بجلی بند ہے",
        "ye chautha hafta hai pani nahi aya", "گشتی پولیس بڑھائی جائے",
        "فارم بھروا کر واپس کر دیا", "سالا الیکشن پھر آ گیا",
    ],
    "hard words for leaders and governments": [
        "This government failed the nation and must resign", "is sarkar ne sirf jumle diye",
        "wazir sahib nalaiq hain istifa dein", "hukumat andhi aur behri hai",
        "بے حس حکمران عوام کا درد نہیں سمجھتے", "الوزير لا يفهم شيئا في الصحة",
    ],
}  # fmt: skip
FLAGGED = [
    "Sarak saaf karo madarchod", "teri maa ki chut", "police wale sab gashti ke bachay hain",
    "tu randi ka bacha hai form bharwa le", "nali ke keeray ho tum sab", "گشتی کی اولاد",
    "You are a piece of shit, clean the street", "يا زبالة نظف الشارع", "انت زبالة والشارع وسخ",
    "ye hindu gand hain inko gali se nikalo",
    "agar vote na diya to goli maar denge", "court gaye to tumhari tangein tor denge",
    "hum dharna denge aur daftar jala denge", "ووٹ نہ دیا تو گولی مار دیں گے",
    "We will see you in court and then we will burn your house",
    "petrol bomb gira denge tumhare daftar pe", "إذا اشتكيت للمحكمة سنكسر عظامك",
]  # fmt: skip


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(load_builtin())


def judged(reader: Reader, text: str) -> tuple[Reading, Judgement]:
    reading = reader.read([text])[0]
    return reading, judge(reading, DEFAULT_POLICY)


@pytest.mark.parametrize("text", [text for texts in LEFT.values() for text in texts])
def test_civil_speech_in_hard_words_is_left(reader: Reader, text: str) -> None:
    assert not is_flagged(judged(reader, text)[1])


@pytest.mark.parametrize("text", FLAGGED)
def test_the_same_words_thrown_at_somebody_are_flagged(reader: Reader, text: str) -> None:
    assert is_flagged(judged(reader, text)[1])


def test_hatred_is_heard_only_near_where_a_people_is_named(reader: Reader) -> None:
    hateful = "ان افغانیوں نے ہمارا حق کھایا ہے، سب کو سرحد پار پھینک دو۔"
    unnamed = "ان سب نے ہمارا حق کھایا ہے، سب کو سرحد پار پھینک دو۔"
    between = "سڑک بن گئی ہے۔ بل بھی آ گیا۔ نلکا ٹھیک ہو گیا۔"
    named = "افغانیوں کا سکول بند ہے۔"
    assert judged(reader, hateful)[0].value("hatred")
    assert judged(reader, f"{named} {unnamed}")[0].value("hatred")
    assert not judged(reader, f"{named} {between} {unnamed}")[0].value("hatred")


@pytest.mark.parametrize("mail", [
    "webbookingsupport@airline.example", "callcenter@airline.example", "water.billing@city.example",
])  # fmt: skip
def test_mail_address_of_a_desk_is_nobodys(mail: str) -> None:
    assert not find_personal_data(f"please write to {mail}").others


def test_mail_address_of_a_person_is_private() -> None:
    found = find_personal_data("write to ali.support@gmail.com")
    assert found.others == (Span(9, 30, "email"),)


def test_word_that_belongs_to_another_language_is_no_menace(reader: Reader) -> None:
    reading, judgement = judged(reader, "مزید مدد کے لیے your درخواست بیان کریں")
    assert reading.language is Language.UR
    assert not is_flagged(judgement)
