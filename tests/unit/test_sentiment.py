"""Sentiment for trends: what the shipped weights say, and how they are made."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from data.model import Sentiment
from moderation.signals.by_rule import lexicon_with
from moderation.signals.lexicon import Words
from moderation.signals.sentiment import BIAS, sentiment_of
from moderation.signals.word_lists import WORDS
from moderation.training.mood import train


def mood(text: str) -> Sentiment | None:
    words = Words(text)
    return sentiment_of(words, lexicon_with(()).find(words.words))


@pytest.mark.parametrize("text", [
    "Bohat acha kaam, shukriya aap ka", "بہت اچھا کام، شکریہ", "great job, thank you so much",
])  # fmt: skip
def test_thanks_are_positive(text):
    assert mood(text) is Sentiment.POSITIVE


@pytest.mark.parametrize("text", [
    "bijli nahi aa rahi, bohat bura haal hai", "بدترین سروس، کوئی جواب نہیں دیتا",
    "worst service, nobody answers and the bill is wrong", "خدمة سيئة ولا احد يرد",
])  # fmt: skip
def test_complaints_are_negative(text):
    assert mood(text) is Sentiment.NEGATIVE


@pytest.mark.parametrize("text", ["", "   ", "😂", "!!!"])
def test_text_without_words_has_no_sentiment(text):
    assert mood(text) is None


def test_word_never_seen_is_neutral():
    assert mood("qwzxy vbnmp") is Sentiment.NEUTRAL


def test_shipped_weights_are_one_word_and_two_numbers_a_line():
    lines = (WORDS / "mood.tsv").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith(BIAS)
    for line in lines:
        word, negative, positive = line.split("\t")
        assert word and " " not in word
        assert abs(float(negative)) < 10 and abs(float(positive)) < 10


def test_weights_are_made_from_the_train_split_alone_and_the_same_each_time(tmp_path: Path):
    texts = {"positive": "shandar kamyab", "negative": "nakara bekaar", "neutral": "aam dinon"}
    rows = [
        {"text": f"{t} lafz{i % 7}", "sentiment": s, "split": "train", "source": "invented"}
        for i in range(20) for s, t in texts.items()
    ]  # fmt: skip
    rows += [{"text": "hidden", "sentiment": "negative", "split": "dev", "source": "x"}] * 20
    path = tmp_path / "civil_invented.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    lines = train(tmp_path)
    assert lines == train(tmp_path)
    weights = {line.split("\t")[0]: line.split("\t")[1:] for line in lines}
    assert "hidden" not in weights
    assert float(weights["shandar"][1]) > float(weights["shandar"][0])
    assert float(weights["nakara"][0]) > float(weights["nakara"][1])


def test_training_without_rows_says_what_is_missing(tmp_path: Path):
    with pytest.raises(ValueError, match="sentiment"):
        train(tmp_path)
