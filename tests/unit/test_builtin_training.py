"""Training: same data and seed, same bytes; dev rows are never learnt; figures are right."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest

from data.model import Language
from moderation.signals.builtin import load_builtin
from moderation.training.corpus import BadCorpus, dev_rows, read_corpus, training_rows
from moderation.training.examine import figures, macro_f1, pr_auc, roc_auc, wilson
from moderation.training.invented import invented_rows as made_up
from moderation.training.train import train

WORDS = {
    "en": ("road water light bill office please help month", "dolt oaf cretin nitwit"),
    "ur-Latn": ("sadak pani bijli bill daftar meharbani madad mahina", "bewaqoof jahil ullu gadha"),
    "ur": ("سڑک پانی بجلی بل دفتر مہربانی مدد مہینہ", "بےوقوف جاہل الو گدھا"),
    "ar": ("شارع ماء كهرباء فاتورة مكتب مساعدة شهر", "أحمق غبي حمار جاهل"),
}


def invented_rows(count: int = 60) -> list[dict[str, object]]:
    chance = random.Random(3)
    rows: list[dict[str, object]] = []
    for code, (plain, rude) in WORDS.items():
        for i in range(count):
            words = chance.choices(plain.split(), k=6)
            row: dict[str, object] = {"lang": code, "split": "dev" if i % 6 == 0 else "train"}
            if i % 3 == 0:
                words[chance.randrange(6)] = chance.choice(rude.split())
            if i % 3 == 2:
                row |= {"civil": 1, "source": f"civil_{code}"}
            else:
                row |= {"abusive": int(i % 3 == 0), "source": f"labelled_{code}"}
            if code == "ur" and i % 3 == 1:
                row |= {"threat": i % 2}
            rows.append(row | {"id": f"{code}-{i}", "text": " ".join(words) + f" {i}"})
    return rows


def written(folder: Path, rows: list[dict[str, object]]) -> Path:
    folder.mkdir()
    lines = [json.dumps(r, ensure_ascii=False) for r in rows]
    (folder / "invented.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder


def tiny_encoder(folder: Path) -> Path:
    """A pretrained encoder in the published form, of the invented words and of letters."""
    folder.mkdir()
    words = " ".join(plain + " " + rude for plain, rude in WORDS.values()).split()
    letters = [c for c in "abcdefghijklmnopqrstuvwxyz0123456789"]
    pieces = [*dict.fromkeys([*words, *letters, *(f"##{c}" for c in letters)])]
    (folder / "vocab.txt").write_text("\n".join(pieces) + "\n", encoding="utf-8")
    vectors = np.random.default_rng(7).normal(size=(len(pieces), 80)).astype("<f4")
    name = "embeddings.word_embeddings.weight"
    told = {"dtype": "F32", "shape": vectors.shape, "data_offsets": [0, vectors.nbytes]}
    head = json.dumps({name: told}).encode()
    whole = len(head).to_bytes(8, "little") + head + vectors.tobytes()
    (folder / "model.safetensors").write_bytes(whole)
    return folder


def test_training_twice_gives_the_same_bytes_and_a_model_that_loads(tmp_path: Path) -> None:
    data = written(tmp_path / "data", invented_rows())
    encoder = tiny_encoder(tmp_path / "encoder")
    made = [train(data, tmp_path / name, seed=4, encoder=encoder) for name in ("one", "two")]
    assert made[0].sha256 == made[1].sha256
    for name in ("builtin.sunwai", "language.sunwai", "CARD.md"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    assert load_builtin(tmp_path / "one").version.startswith("1+")


@pytest.mark.parametrize("code", WORDS)
def test_invented_sentences_are_repeatable_and_none_stands_in_the_counterfactual_test(
    code: str,
) -> None:
    rows = made_up(Language(code), 1)
    texts = [r.text for r in rows]
    pairs = Path(__file__).parents[1] / "model" / "pairs.jsonl"
    tested = {json.loads(line)["text"] for line in pairs.read_text(encoding="utf-8").splitlines()}
    assert made_up(Language(code), 1) == rows
    assert len(set(texts)) == len(texts) > 300
    assert not tested & set(texts)
    assert {r.label for r in rows} == {True, False}


def test_no_sentence_is_invented_in_a_language_without_templates() -> None:
    assert made_up(Language.PS, 1) == []


def test_copies_of_dev_rows_and_contradicted_texts_are_not_learnt(tmp_path: Path) -> None:
    base: dict[str, object] = {"lang": "en", "source": "s", "split": "train"}
    rows = [
        base | {"id": "1", "text": "Held out, text!", "abusive": 1, "split": "dev"},
        base | {"id": "2", "text": "held OUT text", "abusive": 1},
        base | {"id": "3", "text": "said both ways", "abusive": 1},
        base | {"id": "4", "text": "said both ways", "abusive": 0},
        base | {"id": "5", "text": "criticism", "civil": 1, "source": "notebandi_against"},
        base | {"id": "6", "text": "kept", "abusive": 0},
    ]
    read = read_corpus(written(tmp_path / "data", rows))
    assert [r.id for r in training_rows(read)] == ["6"]
    assert [r.id for r in dev_rows(read)] == ["1", "5"]


@pytest.mark.parametrize("line", ['{"id": "1"}', "not json", '{"id":"1","text":"x","lang":"zz"}'])
def test_corpus_names_the_file_and_line_of_a_bad_row(tmp_path: Path, line: str) -> None:
    good = '{"id":"0","text":"x","lang":"en","split":"train","source":"s","civil":1}'
    (tmp_path / "bad.jsonl").write_text(good + "\n" + line, encoding="utf-8")
    with pytest.raises(BadCorpus, match=r"bad\.jsonl line 2"):
        read_corpus(tmp_path)


def test_corpus_refuses_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(BadCorpus, match=r"no \.jsonl file"):
        read_corpus(tmp_path)


def test_figures_of_a_known_table_are_right() -> None:
    label = np.array([True, True, True, False, False, False, False, False])
    score = np.array([0.9, 0.8, 0.2, 0.7, 0.1, 0.1, 0.1, 0.1])
    found = figures(label, score)
    assert (found.n, found.abusive, found.flagged_share) == (8, 3, 3 / 8)
    assert found.precision == pytest.approx(2 / 3)
    assert found.recall == pytest.approx(2 / 3)
    assert found.macro_f1 == pytest.approx((2 / 3 + 4 / 5) / 2)
    assert roc_auc(label, score) == pytest.approx(14 / 15)
    assert pr_auc(label, score) == pytest.approx((1 + 1 + 3 / 4) / 3)


def test_figures_of_one_class_alone_say_only_the_flagged_share() -> None:
    found = figures(np.zeros(4, bool), np.array([0.1, 0.6, 0.2, 0.3]))
    assert found.flagged_share == 0.25
    assert found.macro_f1 is None


def test_macro_f1_of_a_perfect_answer_is_one() -> None:
    label = np.array([True, False])
    assert macro_f1(label, label) == 1.0


def test_wilson_range_of_nothing_is_everything() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    low, high = wilson(0, 100)
    assert low == 0.0
    assert 0.03 < high < 0.04
