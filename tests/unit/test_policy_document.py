"""The policy as a document: what is read back, and what is refused by name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.model import Language
from moderation.policy import (
    DEFAULT_POLICY,
    Flood,
    Lists,
    Policy,
    PolicyError,
    policy_from_toml,
    policy_to_toml,
)

WORD = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=20).filter(str.strip)
POLICIES = st.builds(
    Policy,
    version=st.integers(1, 10**6),
    title=WORD,
    weak_toxicity=st.floats(0.01, 1),
    by_language=st.dictionaries(st.sampled_from(Language), st.floats(0.01, 0.8)),
    flood=st.builds(Flood, copies=st.integers(2, 999), minutes=st.integers(1, 9999)),
    lists=st.builds(
        Lists,
        official_domains=st.lists(WORD).map(tuple),
        official_numbers=st.lists(WORD).map(tuple),
        watch_words=st.lists(WORD).map(tuple),
    ),
)


def test_empty_document_is_the_default_policy():
    assert policy_from_toml("") == DEFAULT_POLICY


@given(POLICIES)
def test_written_policy_is_read_back_the_same(policy):
    assert policy_from_toml(policy_to_toml(policy)) == policy


def test_document_changes_only_what_it_names():
    policy = policy_from_toml("version = 7\n[queue]\nspam = 0.7\n[by_language]\nur-Latn = 0.45\n")
    assert policy.version == 7
    assert policy.queue.spam == 0.7
    assert policy.queue.toxicity == DEFAULT_POLICY.queue.toxicity
    assert policy.by_language == {Language.UR_LATN: 0.45}


@pytest.mark.parametrize(("document", "named"), [
    ("treshold = 1", "treshold"),
    ("[queue]\ntoxicty = 0.5", "queue.toxicty"),
    ("[lists]\nfriends = []", "lists.friends"),
    ("[by_language]\nxx = 0.5", "by_language.xx"),
    ("[flood]\ncopy = 3", "flood.copy"),
    ("queue = 3", "queue"),
    ("[queue]\ntoxicity = 1.5", "queue.toxicity"),
    ("[queue]\ntoxicity = 0", "queue.toxicity"),
    ("[queue]\ntoxicity = nan", "queue.toxicity"),
    ("[queue]\ntoxicity = true", "queue.toxicity"),
    ('[queue]\ntoxicity = "0.5"', "queue.toxicity"),
    ("version = 0", "version"),
    ("version = 1.5", "version"),
    ("title = ''", "title"),
    ("[flood]\ncopies = 1", "flood.copies"),
    ("[lists]\nwatch_words = 'x'", "lists.watch_words"),
    ("[lists]\nwatch_words = ['a', 3]", "lists.watch_words[1]"),
    ("needed = ['toxicity', 'charm']", "charm"),
    ("needed = ['threat']", "toxicity"),
    ("[severe]\ntoxicity = 0.4", "severe.toxicity"),
    ("[by_language]\nar = 0.9", "by_language.ar"),
    ("[queue", "TOML"),
])  # fmt: skip
def test_wrong_document_is_refused_by_the_key_s_name(document, named):
    with pytest.raises(PolicyError) as caught:
        policy_from_toml(document)
    assert named in str(caught.value)
