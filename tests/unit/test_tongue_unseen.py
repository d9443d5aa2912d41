"""English and Roman Urdu told apart on sets that taught nothing."""

from __future__ import annotations

from data.model import Language
from moderation.training.corpus import Row
from moderation.training.tongue_unseen import unseen_shares

_EN = ("the road is broken since monday", "please send water to our street", "no light at night")
_UR = ("sadak toot gayi hai kab banegi", "pani nahi aa raha hamari gali mein", "bijli chali gayi")


def _rows(source: str, language: Language, texts: tuple[str, ...]) -> list[Row]:
    return [
        Row(id=f"{source}-{i}", text=t, language=language, dev=False, source=source, civil=True)
        for i, t in enumerate(texts)
    ]


def test_each_set_is_read_by_what_the_others_taught():
    rows = [
        *_rows("first_en", Language.EN, _EN),
        *_rows("second_en", Language.EN, ("the street light is broken", "water is not coming")),
        *_rows("first_ur", Language.UR_LATN, _UR),
        *_rows("second_ur", Language.UR_LATN, ("gali mein pani nahi hai", "sadak kab banegi")),
        *_rows("urdu", Language.UR, ("پانی نہیں ہے",)),
    ]
    found = unseen_shares(rows)
    assert {name: (language, n) for name, (language, n, _) in found.items()} == {
        "first_en": (Language.EN, 3), "second_en": (Language.EN, 2),
        "first_ur": (Language.UR_LATN, 3), "second_ur": (Language.UR_LATN, 2),
    }  # fmt: skip
    assert found["second_en"][2] == found["second_ur"][2] == 1.0


def test_a_set_with_the_wrong_label_is_read_wrong():
    rows = [
        *_rows("first_en", Language.EN, _EN),
        *_rows("first_ur", Language.UR_LATN, _UR),
        *_rows("second_en", Language.EN, ("the street light is broken",)),
        *_rows("uci_rur_pos", Language.UR_LATN, ("the light is broken at night",)),
        *_rows("uci_rur_neg", Language.UR_LATN, ("please send light to the road",)),
    ]
    assert unseen_shares(rows)["uci_rur_"] == (Language.UR_LATN, 2, 0.0)
