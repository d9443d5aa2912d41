"""The policy as a document: what is read back, and what is refused by name."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.model import Language
from moderation.judging.policy import (
    DEFAULT_POLICY,
    Flood,
    Lists,
    Policy,
    PolicyError,
    policy_from_toml,
    policy_to_toml,
)
from moderation.policies.policy_diff import as_lines, differences

WORD = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=20).filter(str.strip)
POLICIES = st.builds(
    Policy,
    version=st.integers(1, 10**6),
    title=WORD,
    weak_toxicity=st.floats(0.01, 1),
    by_language=st.dictionaries(st.sampled_from(Language), st.floats(0.01, 0.8)),
    severe_by_language=st.dictionaries(st.sampled_from(Language), st.floats(0.8, 1)),
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
    ("[severe_by_language]\nxx = 0.9", "severe_by_language.xx"),
    ("[severe_by_language]\nur = 0.2", "severe_by_language.ur"),
    ("[by_language]\nur = 0.7\n[severe_by_language]\nur = 0.6", "severe_by_language.ur"),
])  # fmt: skip
def test_wrong_document_is_refused_by_the_key_s_name(document, named):
    with pytest.raises(PolicyError) as caught:
        policy_from_toml(document)
    assert named in str(caught.value)


@pytest.mark.parametrize("document", [
    "x = " + "[" * 100_000, "[queue]\ntoxicity = 1" + "0" * 5_000, "a." * 400_000 + "b = 1",
    "[" + "a." * 400_000 + "b]", "'a' . " * 100_000 + "b = 1",
], ids=["nested", "a huge number", "a deep key", "a deep table", "a deep quoted key"])  # fmt: skip
def test_document_made_to_break_its_reader_is_refused(document):
    with pytest.raises(PolicyError, match="TOML"):
        policy_from_toml(document)


def test_a_long_list_of_domains_is_no_deep_key():
    domains = [f"page-{n}.office.gov.pk" for n in range(5_000)]
    document = f"[lists]\nofficial_domains = {domains}\n"
    assert len(policy_from_toml(document).lists.official_domains) == 5_000


def test_every_fault_is_told_with_what_was_found_and_what_is_allowed():
    with pytest.raises(PolicyError) as caught:
        policy_from_toml(
            'colour = 1\nneeded = ["charm"]\n[queue]\nspam = "much"\n[flood]\ncopies = 1\n'
            '[lists]\nwatch_words = ["a", 3]\n[by_language]\nur = 0\n'
        )
    faults = caught.value.faults
    for told in (
        "colour: there is no such key; allowed: by_language, flood,",
        "needed[0]: found 'charm'; allowed: one of toxicity,",
        "needed: found ['charm']; allowed: a list that holds toxicity",
        "queue.spam: found 'much'; allowed: a number above 0 and at most 1",
        "flood.copies: found 1; allowed: a whole number, 2 or more",
        "lists.watch_words[1]: found 3; allowed: text in quotes",
        "by_language.ur: found 0; allowed: a number above 0",
    ):
        assert any(f.startswith(told) for f in faults), told
    assert len(faults) == 7


def test_a_long_wrong_value_is_cut_in_its_fault():
    with pytest.raises(PolicyError) as caught:
        policy_from_toml(f'version = "{"x" * 5000}"')
    assert len(caught.value.faults[0]) < 150


@given(POLICIES)
def test_a_policy_differs_from_itself_in_nothing(policy):
    assert differences(policy, policy) == []


@given(POLICIES, POLICIES)
def test_policies_that_differ_in_anything_are_told_apart(one, two):
    assert (differences(one, two) == []) == (replace(one, version=two.version) == two)


def test_differences_say_what_they_mean():
    later = policy_from_toml(
        'needed = ["toxicity"]\n[queue]\ntoxicity = 0.4\nspam = 0.9\n[severe]\nthreat = 0.95\n'
        "[by_language]\nur = 0.3\n[severe_by_language]\nar = 0.8\n[flood]\ncopies = 20\n"
        '[lists]\nwatch_words = ["tanker", "ghee"]\n'
    )
    assert as_lines(differences(DEFAULT_POLICY, later)) == [
        "needed: toxicity, obscene, slur, insult, threat → toxicity (a comment may pass without "
        "obscene or sexual abuse being checked; a comment may pass without slurs being checked; a "
        "comment may pass without personal abuse being checked; a comment may pass without threats "
        "being checked)",
        "queue.toxicity: 0.5 → 0.4 (more is flagged: abusive text)",
        "queue.spam: 0.6 → 0.9 (less is flagged: spam and scams)",
        "severe.threat: 0.9 → 0.95 (less counts as severe: threats)",
        "by_language.ur: 0.5 → 0.3 (more is flagged: abusive text in Urdu)",
        "severe_by_language.ar: as all others → 0.8 (no change now: abusive text in Arabic keeps "
        "its point 0.8)",
        "flood.copies: 10 → 20 (copies that make a flood)",
        "lists.watch_words: 0 entries → 2 entries (Watch words: added: tanker, ghee)",
    ]
