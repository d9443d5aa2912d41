"""Which language a comment is in, and whether it is covered."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.model import Coverage, Language
from moderation.models.modelfile import ModelDamaged
from moderation.texts.language import read_language, read_languages
from moderation.texts.strung import coded
from moderation.texts.tongues import LANGUAGE_FILE, LatinTongues

READINGS = [
    ("the street light on our road has been out for a week", "en"),
    ("please repair this water pump soon", "en"),
    ("bijli 3 din se nahi aa rahi koi sunta hi nahi", "ur-Latn"),
    ("is mohallay ka paani bohat ganda hai", "ur-Latn"),
    ("سڑک کب بنے گی، تین سال ہو گئے ہیں", "ur"),
    ("پانی کا نلکا خراب ہے", "ur"),
    ("الشارع مكسور منذ سنتين ولا أحد يهتم", "ar"),
    ("شكرا جزيلا على هذه الخدمة", "ar"),
    ("road is not good وزیراعلی صاحب توجہ دیں", "mixed"),
    ("زما کور کې برېښنا نشته او څوک یې نه جوړوي", "ps"),
    ("مان اڄ شهر ڏانهن وڃان ٿو ۽ پوءِ موٽندس", "sd"),
    ("ستاسو دفتر کار نه کوي", "ps"),
    ("داسي کار مه کوي", "ps"),
    ("توهان جي مهرباني", "sd"),
    ("اسان کي پاڻي گهرجي", "sd"),
    ("اسان سان ناانصافي ٿي", "sd"),
    ("ما شي احد هنا ده كل شي", "ar"),
    ("مو طبيعي مو طبيعي", "ar"),
    ("مینوں پتہ نئیں اے گل کیہ ہے تسی دسو", "pnb"),
    ("من امروز به شهر می روم و این خوب است", "fa"),
    ("मैं आज शहर जा रहा हूँ", "hi"),
    ("ساڈے پنڈ وچ پانی نئیں آندا", "pnb"),
    ("اوہناں نوں آکھو کہ بجلی دیو", "pnb"),
    ("چرا به حرف ما گوش نمی کنید", "fa"),
    ("پزشکان بیمارستان کار نمی کنند", "fa"),
    ("no hay agua en nuestro barrio desde ayer", "other"),
    ("wir haben seit einer Woche kein Wasser", "other"),
    ("bu yol çok bozuk ne zaman yapılacak", "other"),
    ("jalan rusak sudah lama tidak diperbaiki", "other"),
    ("привет как дела", "other"),
    ("今日は天気がいいですね とても", "other"),
    ("😀😀😀", "und"),
    ("0300 1234567", "und"),
    ("ok", "und"),
    ("https://example.org/page @someone", "und"),
    ("", "und"),
    ("𝐭𝐡𝐞 𝐫𝐨𝐚𝐝 𝐢𝐬 𝐛𝐫𝐨𝐤𝐞𝐧", "en"),
]
NOT_COVERED = (Language.PS, Language.SD, Language.FA, Language.HI, Language.OTHER)


@pytest.mark.parametrize(("text", "code"), READINGS)
def test_language_is_read(text: str, code: str) -> None:
    assert read_language(text).language is Language(code)


@pytest.mark.parametrize(("text", "code"), READINGS)
def test_coverage_is_full_only_for_the_four_measured_languages(text: str, code: str) -> None:
    reading = read_language(text)
    measured = code in ("en", "ur", "ur-Latn", "ar")
    assert (reading.coverage is Coverage.COVERED) is measured
    assert bool(reading.note) is not measured
    if reading.language in NOT_COVERED:
        assert reading.coverage is Coverage.NOT_COVERED


def test_one_word_is_undetermined_and_weakly_covered() -> None:
    reading = read_language("bijli")
    assert (reading.language, reading.coverage) == (Language.UND, Coverage.WEAK)


def test_mentions_and_links_do_not_tell_the_language() -> None:
    text = "@TheBestEnglishHandle https://example.org/the/road/is/bad paani nahi aa raha"
    assert read_language(text).language is Language.UR_LATN


@given(st.text(st.characters() | st.characters(categories=("Cs",))))
def test_language_of_any_text_is_an_answer(text: str) -> None:
    reading = read_language(text)
    assert reading.coverage is Coverage.COVERED or reading.note


def test_latin_table_refuses_a_damaged_file(tmp_path: Path) -> None:
    whole = Path("moderation/models", LANGUAGE_FILE)
    body = bytearray((Path(__file__).parents[2] / whole).read_bytes())
    body[200] ^= 1
    (tmp_path / LANGUAGE_FILE).write_bytes(body)
    with pytest.raises(ModelDamaged, match="checksum"):
        LatinTongues(tmp_path)


def test_languages_of_a_batch_are_those_of_its_texts() -> None:
    texts = [text for text, _ in READINGS] * 2
    assert read_languages(texts) == [read_language(text) for text in texts]


@given(st.lists(st.text(st.sampled_from("abکہ ٹé'’@#1.:/w\n")), max_size=6))
def test_languages_of_any_batch_are_those_of_its_texts(texts: list[str]) -> None:
    assert read_languages(texts) == [read_language(text) for text in texts]


@given(st.lists(st.text("abcdEFG'", min_size=1, max_size=40), max_size=8))
def test_weights_of_many_words_are_those_of_each_alone(words: list[str]) -> None:
    tongues = LatinTongues()
    together = tongues.weights(coded(words)).tolist()
    assert together == [tongues.weight(w) for w in words]
