"""What the policy makes of a reading: rules at, under and over their points, and together."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.model import Coverage, FeedbackKind, Flag, Language, ReasonCode, Verdict
from moderation.judging.explaining import Band, band
from moderation.judging.policy import DEFAULT_POLICY, RULES, Policy, judge
from moderation.judging.rules import CLEARLY
from moderation.signals.copies import with_copies
from tests.unit.judgement_helpers import CLEAN, a_reading

COMPLAINT = (FeedbackKind.COMPLAINT,)
VIEW = (FeedbackKind.POLICY_VIEW,)
BARELY = 1e-6

# signal, what must be abusive too, rule at the queue point, code
QUEUE_RULES = [
    ("threat", True, "threat", ReasonCode.THREAT),
    ("sectarian", False, "sectarian", ReasonCode.SECTARIAN),
    ("personal_data", False, "data", ReasonCode.PRIVATE_DATA),
    ("slur", True, "slur", ReasonCode.SLUR),
    ("obscene", True, "obscene", ReasonCode.OBSCENE),
    ("insult", True, "insult", ReasonCode.PERSONAL_ABUSE),
    ("spam", False, "spam", ReasonCode.SPAM),
]


def rules_of(judgement) -> set[str]:
    return {why.rule for why in judgement.why}


@pytest.mark.parametrize(("signal", "abusive", "rule", "code"), QUEUE_RULES)
@pytest.mark.parametrize("offset", [-BARELY, 0.0, BARELY])
def test_rule_speaks_exactly_from_its_queue_point(signal, abusive, rule, code, offset):
    value = DEFAULT_POLICY.queue.of(signal) + offset
    toxicity = DEFAULT_POLICY.queue.toxicity if abusive else 0.0
    judgement = judge(a_reading(toxicity=toxicity, **{signal: value}), DEFAULT_POLICY)
    assert (rule in rules_of(judgement)) is (offset >= 0)
    assert (code in judgement.reasons) is (offset >= 0)


@pytest.mark.parametrize(("signal", "code"), [
    ("slur", ReasonCode.SLUR), ("obscene", ReasonCode.OBSCENE),
    ("personal_data", ReasonCode.PRIVATE_DATA), ("sectarian", ReasonCode.SECTARIAN),
    ("spam", ReasonCode.SPAM), ("threat_words", ReasonCode.THREAT),
])  # fmt: skip
@pytest.mark.parametrize("offset", [-BARELY, 0.0])
def test_severe_point_makes_it_severe(signal, code, offset):
    point = DEFAULT_POLICY.severe.of("threat" if signal == "threat_words" else signal)
    judgement = judge(a_reading(toxicity=0.6, **{signal: point + offset}), DEFAULT_POLICY)
    assert (judgement.flag is Flag.SEVERE) is (offset == 0.0)
    assert (judgement.reasons[:1] == (code,)) or offset < 0


@pytest.mark.parametrize("kind", ["slur", "obscene"])
def test_kind_of_abuse_is_severe_only_where_the_text_reads_clearly_as_abusive(kind):
    point = DEFAULT_POLICY.queue.toxicity + CLEARLY
    barely = judge(a_reading(toxicity=point - BARELY, **{kind: 0.99}), DEFAULT_POLICY)
    clearly = judge(a_reading(toxicity=point, **{kind: 0.99}), DEFAULT_POLICY)
    assert (barely.flag, clearly.flag) == (Flag.FLAGGED, Flag.SEVERE)
    assert barely.reasons == clearly.reasons


def test_kind_of_abuse_is_severe_at_the_severe_point_of_toxicity_however_near_the_queue_point():
    severe = replace(DEFAULT_POLICY.severe, toxicity=0.55)
    policy = replace(DEFAULT_POLICY, severe=severe, severe_by_language={})
    assert "slur-severe" in rules_of(judge(a_reading(toxicity=0.55, slur=0.99), policy))


def test_kinds_of_abuse_are_silent_where_the_text_is_not_abusive():
    reading = a_reading(toxicity=0.1, slur=0.99, obscene=0.99, insult=0.99, threat=0.99)
    assert judge(reading, DEFAULT_POLICY).flag is Flag.NONE


def test_score_alone_flags_but_names_no_code_and_no_verdict():
    judgement = judge(a_reading(toxicity=0.9), DEFAULT_POLICY)
    assert judgement.flag is Flag.SEVERE
    assert judgement.reasons == ()
    assert judgement.suggested is None
    assert "score-only" in rules_of(judgement)


def test_insult_with_a_complaint_is_split():
    judgement = judge(a_reading(toxicity=0.9, insult=0.9, feedback=COMPLAINT), DEFAULT_POLICY)
    assert judgement.suggested is Verdict.SPLIT
    assert judgement.protected
    assert "protected" in rules_of(judgement)


def test_insult_with_a_policy_view_goes_to_a_second_person():
    judgement = judge(a_reading(toxicity=0.9, insult=0.9, feedback=VIEW), DEFAULT_POLICY)
    assert judgement.suggested is Verdict.ESCALATE


def test_plain_insult_is_suggested_for_removal():
    judgement = judge(a_reading(toxicity=0.9, insult=0.9), DEFAULT_POLICY)
    assert judgement.suggested is Verdict.REMOVE


def test_abuse_beside_praise_is_left_to_the_person():
    kinds = (FeedbackKind.PRAISE,)
    judgement = judge(a_reading(toxicity=0.9, insult=0.9, feedback=kinds), DEFAULT_POLICY)
    assert judgement.suggested is None


def test_scam_that_congratulates_is_still_suggested_for_removal():
    judgement = judge(a_reading(spam=0.9, feedback=(FeedbackKind.PRAISE,)), DEFAULT_POLICY)
    assert judgement.suggested is Verdict.REMOVE


def test_civil_complaint_is_not_flagged_and_is_offered_as_a_complaint():
    judgement = judge(a_reading(feedback=COMPLAINT), DEFAULT_POLICY)
    assert judgement.flag is Flag.NONE
    assert judgement.suggested is Verdict.COMPLAINT
    assert judgement.priority == 0.0


def test_own_phone_in_a_complaint_comes_last_among_the_flagged():
    judgement = judge(a_reading(own_contact=1.0, feedback=COMPLAINT), DEFAULT_POLICY)
    assert judgement.flag is Flag.FLAGGED
    assert judgement.suggested is Verdict.SPLIT
    assert judgement.priority < judge(a_reading(spam=0.6), DEFAULT_POLICY).priority


def test_missing_engine_queues_as_not_checked_with_the_reason():
    reading = a_reading(coverage=Coverage.NOT_CHECKED, **dict.fromkeys(("toxicity", "insult")))
    judgement = judge(reading, DEFAULT_POLICY)
    assert judgement.flag is Flag.NOT_CHECKED
    assert judgement.suggested is None
    assert "not-checked" in rules_of(judgement)


def test_private_data_is_found_even_where_the_engine_is_dead():
    judgement = judge(a_reading(toxicity=None, personal_data=1.0), DEFAULT_POLICY)
    assert judgement.flag is Flag.SEVERE
    assert judgement.suggested is None
    assert {"data-severe", "not-checked"} <= rules_of(judgement)


def test_signal_that_the_policy_does_not_need_may_be_missing():
    reading = a_reading(threat=None)
    assert judge(reading, DEFAULT_POLICY).flag is Flag.NOT_CHECKED
    assert judge(reading, Policy(needed=("toxicity",))).flag is Flag.NONE


def test_language_not_covered_queues_and_is_never_clean():
    judgement = judge(a_reading(coverage=Coverage.NOT_COVERED, toxicity=None), DEFAULT_POLICY)
    assert judgement.flag is Flag.NOT_COVERED
    assert 0 < judgement.priority < 0.2


def test_weakly_covered_language_is_flagged_from_a_lower_point_and_no_verdict_is_offered():
    point = DEFAULT_POLICY.weak_toxicity
    reading = a_reading(coverage=Coverage.WEAK, toxicity=point, insult=0.9)
    assert judge(reading, DEFAULT_POLICY).flag is Flag.FLAGGED
    assert judge(reading, DEFAULT_POLICY).suggested is None
    assert judge(a_reading(toxicity=point), DEFAULT_POLICY).flag is Flag.NONE


def test_point_of_a_language_replaces_the_common_one():
    policy = Policy(by_language={Language.AR: 0.4})
    assert judge(a_reading(language=Language.AR, toxicity=0.4), policy).flag is Flag.FLAGGED
    assert judge(a_reading(language=Language.EN, toxicity=0.4), policy).flag is Flag.NONE


@pytest.mark.parametrize(("count", "minutes", "flagged"), [
    (9, 26, False), (10, 26, True), (10, 1440, True), (10, 1441, False),
])  # fmt: skip
def test_flood_needs_enough_copies_in_little_time(count, minutes, flagged):
    reading = with_copies(a_reading(), count=count, accounts=5, minutes=minutes)
    judgement = judge(reading, DEFAULT_POLICY)
    assert (ReasonCode.FLOOD in judgement.reasons) is flagged


def test_flood_that_carries_a_complaint_is_offered_as_a_complaint():
    reading = with_copies(a_reading(feedback=COMPLAINT), count=40, accounts=38, minutes=30)
    assert judge(reading, DEFAULT_POLICY).suggested is Verdict.COMPLAINT


def test_gravest_kinds_come_first_in_priority():
    one_each = [
        dict(threat_words=0.9), dict(personal_data=1.0), dict(toxicity=0.7, slur=0.7),
        dict(toxicity=0.7, obscene=0.7), dict(toxicity=0.7, insult=0.7), dict(spam=0.7),
        dict(toxicity=None),
    ]  # fmt: skip
    priorities = [judge(a_reading(**v), DEFAULT_POLICY).priority for v in one_each]
    assert priorities == sorted(priorities, reverse=True)
    assert len(set(priorities)) == len(priorities)


def test_why_never_repeats_words_of_the_comment_but_names_score_and_version():
    why = judge(a_reading(toxicity=0.91, insult=0.91), DEFAULT_POLICY).why
    assert [line.text for line in why] == [
        "likely abusive text: score 0.91 (fake 1)",
        "possible personal abuse: score 0.91 (fake 1)",
    ]


@pytest.mark.parametrize(("toxicity", "coverage", "expected"), [
    (0.8, Coverage.COVERED, Band.LIKELY), (0.79, Coverage.COVERED, Band.POSSIBLE),
    (0.5, Coverage.COVERED, Band.POSSIBLE), (0.49, Coverage.COVERED, Band.WEAK),
    (None, Coverage.COVERED, Band.NOT_CHECKED), (0.9, Coverage.NOT_COVERED, Band.NOT_COVERED),
])  # fmt: skip
def test_band_says_the_score_in_words(toxicity, coverage, expected):
    assert band(a_reading(toxicity=toxicity, coverage=coverage), DEFAULT_POLICY) is expected


def test_rules_have_ids_of_their_own_and_stand_from_grave_to_light_within_a_flag():
    assert len({rule.id for rule in RULES}) == len(RULES)
    for flag in (Flag.SEVERE, Flag.FLAGGED):
        weights = [rule.weight for rule in RULES if rule.flag is flag]
        assert weights == sorted(weights, reverse=True)


VALUE = st.none() | st.floats(0, 1) | st.sampled_from([0.5, 0.8, 0.9, 1.0, math.nan])
READINGS = st.builds(
    a_reading,
    language=st.sampled_from(Language),
    coverage=st.sampled_from(Coverage),
    feedback=st.lists(st.sampled_from(FeedbackKind), unique=True, max_size=4).map(tuple),
    **dict.fromkeys([*CLEAN, "copies", "copy_minutes", "watch"], VALUE),
)


@settings(max_examples=400, deadline=None)
@given(READINGS)
def test_every_reading_gets_a_judgement_that_keeps_the_promises(reading):
    judgement = judge(reading, DEFAULT_POLICY)
    toxicity = reading.value("toxicity")
    assert 0.0 <= judgement.priority <= 1.0
    if toxicity is None or math.isnan(toxicity):
        assert judgement.flag is not Flag.NONE
        assert judgement.suggested is None
    if judgement.flag is not Flag.NONE:
        assert judgement.why
        assert judgement.priority > 0
    if judgement.protected:
        assert judgement.suggested is not Verdict.REMOVE
        assert "protected" in rules_of(judgement)
    if judgement.suggested in (Verdict.REMOVE, Verdict.SPLIT):
        assert judgement.reasons
    if reading.coverage in (Coverage.NOT_COVERED, Coverage.NOT_CHECKED):
        assert judgement.flag is not Flag.NONE


@settings(max_examples=200, deadline=None)
@given(READINGS, st.sampled_from(["toxicity", "spam", "personal_data", "sectarian"]))
def test_more_of_a_signal_never_lowers_flag_or_priority(reading, name):
    order = [Flag.NONE, Flag.NOT_COVERED, Flag.NOT_CHECKED, Flag.FLAGGED, Flag.SEVERE]
    before = judge(reading, DEFAULT_POLICY)
    values = {s.name: s.value for s in reading.signals} | {name: 1.0}
    raised = a_reading(
        language=reading.language, coverage=reading.coverage, feedback=reading.feedback, **values
    )
    after = judge(raised, DEFAULT_POLICY)
    if before.flag in (Flag.FLAGGED, Flag.SEVERE):
        assert order.index(after.flag) >= order.index(before.flag)
        assert after.priority >= before.priority
