"""Every line of the decision table: answers that just reach it, and answers that just don't."""

from __future__ import annotations

from itertools import product

import pytest

from bot.checkin.check_in import CheckIn, Rule
from bot.checkin.conditions import Answers, has_sum, holds
from bot.checkin.next_step import next_step

KEEP, WEEK, TODAY, NOW = "keep_building", "this_week", "today", "now"

REACHED = [  # line of the table, answers, the band that they lead to
    ("child_in_danger", {"child_unsafe": "yes"}, NOW),
    ("life_in_danger", {"end_life": "yes"}, NOW),
    ("close_to_ending_life", {"life_plan": "yes"}, NOW),
    ("close_to_ending_life", {"life_plan": "not_sure"}, NOW),
    ("harm_with_contact", {"against_law": "yes", "worry": "contact"}, NOW),
    ("perhaps_unsafe_and_hard_to_stop", {"child_unsafe": "not_sure", "can_stop": "3"}, NOW),
    ("child_perhaps_unsafe", {"child_unsafe": "not_sure"}, TODAY),
    ("thoughts_of_ending_life", {"end_life": "at_times"}, TODAY),
    ("thoughts_of_ending_life", {"life_thoughts": "yes"}, TODAY),
    ("thoughts_of_ending_life", {"life_thoughts": "not_sure"}, TODAY),
    ("strong_and_alone_with_children", {"strength": "7", "alone_with_children": "yes"}, TODAY),
    ("strong_and_alone_with_children", {"strength": "7", "alone_with_children": "skip"}, TODAY),
    (
        "drink_and_alone_with_children",
        {"strength": "5", "drink_drugs": "yes", "alone_with_children": "not_sure"},
        TODAY,
    ),
    ("hard_to_stop", {"can_stop": "3"}, TODAY),
    (
        "strong_and_alone_online",
        {"strength": "7", "worry": "online", "alone_online": "yes"},
        TODAY,
    ),
    ("ongoing_harm", {"against_law": "yes"}, TODAY),
    ("investigation", {"worry": "investigation"}, WEEK),
    ("no_reason_to_live", {"worth": "no"}, WEEK),
    ("no_reason_to_live", {"worth": "not_sure"}, WEEK),
    ("life_question_skipped", {"end_life": "skip"}, WEEK),
    ("life_question_skipped", {"life_thoughts": "skip"}, WEEK),
    (
        "low_mood_or_fear",
        {"phq_nervous": "more_than_half", "phq_worrying": "several_days"},
        WEEK,
    ),
    ("low_mood_or_fear", {"phq_down": "nearly_every_day"}, WEEK),
    ("nobody_to_talk_to", {"strength": "5", "someone_to_talk": "no"}, WEEK),
    ("nobody_to_talk_to", {"strength": "5", "someone_to_talk": "skip"}, WEEK),
    ("strong_or_frequent", {"strength": "7"}, WEEK),
    ("strong_or_frequent", {"often": "7"}, WEEK),
    ("not_sure_to_stop", {"can_stop": "5"}, WEEK),
    ("perhaps_ongoing_harm", {"against_law": "not_sure"}, WEEK),
    ("danger_question_skipped", {"child_unsafe": "skip"}, WEEK),
    ("danger_question_skipped", {"against_law": "skip"}, WEEK),
    ("contact_with_a_child", {"worry": "contact"}, WEEK),
    (
        "alone_with_children_and_no_change_made",
        {"alone_with_children": "yes", "barriers": "no"},
        WEEK,
    ),
    ("someone_else", {"worry": "someone_else"}, WEEK),
    ("unwanted_thoughts", {"worry": "unwanted_thoughts"}, KEEP),
    ("near_children", {"alone_with_children": "yes"}, KEEP),
    ("online", {"worry": "online"}, KEEP),
    ("strong_urge", {"often": "7"}, WEEK),
    ("strong_urge", {"can_stop": "5"}, WEEK),
    ("afraid_to_answer", {"worry": "skip"}, KEEP),
    ("wants_change_and_doubts_it", {"importance": "7", "confidence": "4"}, KEEP),
    (
        "feels_low_or_afraid",
        {"phq_nervous": "more_than_half", "phq_down": "several_days"},
        KEEP,
    ),
    ("wants_to_meet", {"way": "in_person"}, KEEP),
    ("wants_to_talk_or_write", {"way": "chat"}, KEEP),
    ("wants_to_work_alone", {"way": "alone"}, KEEP),
    ("often_low_or_afraid", {"phq_down": "more_than_half"}, WEEK),
    ("sometimes_low_or_afraid", {"phq_worrying": "several_days"}, KEEP),
    ("child_in_danger", {"child_unsafe": "yes_other"}, NOW),
    ("harm_with_contact", {"against_law": "yes", "worry": "skip"}, NOW),
    ("perhaps_unsafe_and_hard_to_stop", {"child_unsafe": "not_sure", "can_stop": "skip"}, NOW),
    (
        "child_perhaps_unsafe_because_of_someone_else",
        {"child_unsafe": "not_sure", "worry": "someone_else"},
        TODAY,
    ),
    ("perhaps_harm_with_contact", {"against_law": "not_sure", "worry": "contact"}, TODAY),
    (
        "not_sure_to_stop_and_alone_with_children",
        {"can_stop": "5", "alone_with_children": "yes"},
        TODAY,
    ),
    (
        "stopping_skipped_and_alone_with_children",
        {"can_stop": "skip", "alone_with_children": "not_sure"},
        WEEK,
    ),
]

MISSED = [  # line of the table, answers that come one step short of it
    ("child_in_danger", {"child_unsafe": "not_sure"}),
    ("life_in_danger", {"end_life": "at_times"}),
    ("close_to_ending_life", {"life_plan": "no"}),
    ("harm_with_contact", {"against_law": "yes", "worry": "online"}),
    ("perhaps_unsafe_and_hard_to_stop", {"child_unsafe": "not_sure", "can_stop": "4"}),
    ("child_perhaps_unsafe", {"child_unsafe": "no"}),
    ("thoughts_of_ending_life", {"end_life": "no", "life_thoughts": "no"}),
    ("strong_and_alone_with_children", {"strength": "6", "alone_with_children": "yes"}),
    ("strong_and_alone_with_children", {"strength": "7", "alone_with_children": "no"}),
    (
        "drink_and_alone_with_children",
        {"strength": "4", "drink_drugs": "yes", "alone_with_children": "yes"},
    ),
    ("hard_to_stop", {"can_stop": "4"}),
    ("strong_and_alone_online", {"strength": "7", "worry": "online", "alone_online": "no"}),
    ("ongoing_harm", {"against_law": "not_sure"}),
    ("investigation", {"worry": "attraction"}),
    ("no_reason_to_live", {"worth": "yes"}),
    ("life_question_skipped", {"end_life": "no", "life_thoughts": "no"}),
    ("low_mood_or_fear", {"phq_nervous": "more_than_half", "phq_down": "more_than_half"}),
    ("nobody_to_talk_to", {"strength": "4", "someone_to_talk": "no"}),
    ("nobody_to_talk_to", {"strength": "5", "someone_to_talk": "yes"}),
    ("strong_or_frequent", {"strength": "6", "often": "6"}),
    ("not_sure_to_stop", {"can_stop": "6"}),
    ("perhaps_ongoing_harm", {"against_law": "no"}),
    ("danger_question_skipped", {"child_unsafe": "no", "against_law": "no"}),
    ("contact_with_a_child", {"worry": "online"}),
    (
        "alone_with_children_and_no_change_made",
        {"alone_with_children": "yes", "barriers": "not_sure"},
    ),
    ("someone_else", {"worry": "contact"}),
    ("unwanted_thoughts", {"worry": "attraction"}),
    ("near_children", {"alone_with_children": "no", "worry": "online"}),
    ("online", {"worry": "contact"}),
    ("strong_urge", {"strength": "6", "often": "6", "can_stop": "6"}),
    ("afraid_to_answer", {"strength": "skip", "way": "skip"}),
    ("wants_change_and_doubts_it", {"importance": "6", "confidence": "4"}),
    ("wants_change_and_doubts_it", {"importance": "7", "confidence": "5"}),
    ("feels_low_or_afraid", {"phq_nervous": "several_days", "phq_down": "several_days"}),
    ("wants_to_meet", {"way": "phone"}),
    ("wants_to_talk_or_write", {"way": "alone"}),
    ("wants_to_work_alone", {"way": "phone"}),
    ("often_low_or_afraid", {"phq_nervous": "several_days", "phq_down": "several_days"}),
    ("sometimes_low_or_afraid", {"phq_nervous": "not_at_all", "phq_down": "skip"}),
    (
        "child_perhaps_unsafe_because_of_someone_else",
        {"child_unsafe": "no", "worry": "someone_else"},
    ),
    ("perhaps_harm_with_contact", {"against_law": "no", "worry": "contact"}),
    (
        "not_sure_to_stop_and_alone_with_children",
        {"can_stop": "6", "alone_with_children": "yes"},
    ),
    (
        "stopping_skipped_and_alone_with_children",
        {"can_stop": "skip", "alone_with_children": "no"},
    ),
]


@pytest.mark.parametrize(("line", "chosen", "band"), REACHED)
def test_answers_that_reach_a_line_lead_to_its_band(
    check_in: CheckIn, line: str, chosen: dict[str, str], band: str
) -> None:
    answers = _answers(chosen)

    assert holds(_rule(check_in, line).when, answers)
    locale = "de" if _rule(check_in, line).instead_of_sums else "en"
    assert next_step(check_in.in_locale(locale), answers).band == band


@pytest.mark.parametrize(("line", "chosen"), MISSED)
def test_answers_one_step_short_of_a_line_do_not_reach_it(
    check_in: CheckIn, line: str, chosen: dict[str, str]
) -> None:
    assert not holds(_rule(check_in, line).when, _answers(chosen))


def test_every_line_is_tested_from_both_sides(check_in: CheckIn) -> None:
    lines = {rule.id for rule in check_in.rules}

    assert {case[0] for case in REACHED} == lines
    assert {case[0] for case in MISSED} == lines


def test_moderate_distress_over_both_pairs_asks_for_this_week(check_in: CheckIn) -> None:
    pairs = ("phq_nervous", "phq_worrying"), ("phq_interest", "phq_down")
    answers = _answers({pair[0]: "several_days" for pair in pairs})
    spread = _answers({pair[0]: "more_than_half" for pair in pairs})
    assert (
        next_step(check_in.in_locale("en"), answers).band
        == next_step(check_in.in_locale("en"), spread).band
        == KEEP
    )

    moderate = _answers({name: "more_than_half" for pair in pairs for name in pair})

    assert next_step(check_in.in_locale("en"), moderate).band == WEEK


def test_being_investigated_always_brings_the_suicide_line_and_a_plan(check_in: CheckIn) -> None:
    step = next_step(check_in.in_locale("en"), {"worry": ("online", "investigation", "done")})

    assert {"suicide_line", "therapy"} <= set(step.services)
    assert (step.module, step.exercise) == ("investigation", "stay_safe_plan")


def test_unwanted_thoughts_lead_to_their_module_and_to_therapy(check_in: CheckIn) -> None:
    answers = {"worry": ("unwanted_thoughts", "contact", "done"), "often": ("9",)}
    step = next_step(check_in.in_locale("en"), answers)

    assert step.module == "intrusive_thoughts"
    assert step.later == "surroundings"
    assert "therapy" in step.services


@pytest.mark.parametrize(
    ("chosen", "first", "also"),
    [
        ({"child_unsafe": "yes"}, "emergency", "child_line"),
        ({"end_life": "yes"}, "emergency", "suicide_line"),
        ({"life_thoughts": "yes"}, "suicide_line", "helpline"),
    ],
)
def test_the_most_urgent_kind_of_service_comes_first(
    check_in: CheckIn, chosen: dict[str, str], first: str, also: str
) -> None:
    services = next_step(check_in.in_locale("en"), _answers(chosen)).services

    assert services[0] == first
    assert also in services


def test_no_wish_hides_the_module_that_danger_asks_for(check_in: CheckIn) -> None:
    danger = [rule for rule in check_in.rules if rule.band in (NOW, TODAY)]

    assert all(rule.module and rule.exercise for rule in danger)


def _answers(chosen: dict[str, str]) -> Answers:
    return {item: (answer,) for item, answer in chosen.items()}


def _rule(check_in: CheckIn, line: str) -> Rule:
    return next(rule for rule in check_in.rules if rule.id == line)


@pytest.mark.parametrize("locale", ["de", "fr", "pl", "xx"])
@pytest.mark.parametrize("item", ["phq_nervous", "phq_worrying", "phq_interest", "phq_down"])
def test_where_the_wording_is_not_the_published_one_each_answer_counts_by_itself(
    check_in: CheckIn, item: str, locale: str
) -> None:
    assert next_step(check_in.in_locale(locale), {item: ("more_than_half",)}).band == WEEK
    assert next_step(check_in.in_locale(locale), {item: ("several_days",)}).band == KEEP


def test_where_points_are_not_added_up_no_sum_is_looked_at(check_in: CheckIn) -> None:
    some = dict.fromkeys(
        ("phq_nervous", "phq_worrying", "phq_interest", "phq_down"), ("several_days",)
    )

    assert next_step(check_in.in_locale("de"), some).band == KEEP
    assert not any(has_sum(rule.when) for rule in check_in.in_locale("de").rules)
    assert not any(rule.instead_of_sums for rule in check_in.in_locale("en").rules)


def test_leaving_sums_out_makes_no_locale_less_careful(check_in: CheckIn) -> None:
    answers = ("not_at_all", "several_days", "more_than_half", "nearly_every_day")
    for first, second in product(answers, repeat=2):
        chosen = {"phq_nervous": (first,), "phq_worrying": (second,)}
        bands = [next_step(check_in.in_locale(locale), chosen).band for locale in ("en", "de")]
        assert bands[0] == KEEP or bands[1] == WEEK, chosen
