"""bot.checkin.walking: one question after another, and back."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.checkin.check_in import DONE, SKIP, CheckIn, Item
from bot.checkin.conditions import Answers
from bot.checkin.next_step import next_step
from bot.checkin.reading import read_check_in
from bot.checkin.walking import answer, next_item, previous_item, progress
from bot.errors import UnknownChoice
from bot.settings import ROOT

# hypothesis can't draw from a fixture
CHECK_IN = read_check_in(ROOT / "content" / "checkin" / "check_in.yml")


def test_the_first_two_questions_are_about_danger(check_in: CheckIn) -> None:
    first = next_item(check_in, {})
    second = next_item(check_in, {"child_unsafe": ("no",)})

    assert first is not None
    assert first.leaves == {"yes": "imminent_risk", "yes_other": "other_endangers_child"}
    assert second is not None
    assert second.leaves == {"yes": "suicide_risk"}


def test_only_these_two_answers_leave_at_once(check_in: CheckIn) -> None:
    assert [item.id for item in check_in.items if item.leaves] == ["child_unsafe", "end_life"]


def test_an_answer_that_leaves_asks_for_the_most_urgent_band_too(check_in: CheckIn) -> None:
    for item in check_in.items:
        for leaving in item.leaves:
            assert next_step(check_in, {item.id: (leaving,)}).band == "now"


def test_nothing_more_is_asked_once_the_most_urgent_band_is_reached(check_in: CheckIn) -> None:
    answers = {"child_unsafe": ("no",), "end_life": ("at_times",), "life_plan": ("yes",)}

    assert next_item(check_in, answers) is None


def test_recording_an_answer_leaves_the_given_answers_alone(check_in: CheckIn) -> None:
    before: Answers = {"child_unsafe": ("no",)}

    after = answer(check_in, before, "end_life", "no")

    assert before == {"child_unsafe": ("no",)}
    assert after == {"child_unsafe": ("no",), "end_life": ("no",)}


def test_an_earlier_item_can_be_answered_again(check_in: CheckIn) -> None:
    answers = answer(check_in, {"child_unsafe": ("no",)}, "child_unsafe", "not_sure")

    assert answers == {"child_unsafe": ("not_sure",)}


@pytest.mark.parametrize(
    ("item", "chosen"),
    [("weather", "yes"), ("child_unsafe", "purple"), ("child_unsafe", DONE), ("", "")],
)
def test_an_unknown_choice_is_refused(check_in: CheckIn, item: str, chosen: str) -> None:
    with pytest.raises(UnknownChoice):
        answer(check_in, {}, item, chosen)


def test_worries_are_turned_on_and_off_until_done(check_in: CheckIn) -> None:
    answers: Answers = {}
    for chosen in ("online", "attraction", "online"):
        answers = answer(check_in, answers, "worry", chosen)
        assert _asks(check_in, answers) == "worry"

    assert answer(check_in, answers, "worry", DONE)["worry"] == ("attraction", DONE)


def test_a_worry_chosen_after_done_opens_the_question_again(check_in: CheckIn) -> None:
    answers = answer(check_in, {"worry": ("online", DONE)}, "worry", "contact")

    assert answers["worry"] == ("online", "contact")


@pytest.mark.parametrize("chosen", [SKIP, DONE])
def test_no_worry_chosen_counts_as_skipped(check_in: CheckIn, chosen: str) -> None:
    assert answer(check_in, {}, "worry", chosen)["worry"] == (SKIP,)


def test_skipping_takes_back_the_chosen_worries(check_in: CheckIn) -> None:
    assert answer(check_in, {"worry": ("online",)}, "worry", SKIP)["worry"] == (SKIP,)


def test_who_worries_about_somebody_else_is_not_asked_about_urges(check_in: CheckIn) -> None:
    answers = _up_to_worry(check_in, "someone_else")

    assert _asks(check_in, answers) == "phq_nervous"


@pytest.mark.parametrize("worry", ["attraction", "unwanted_thoughts", "investigation", SKIP])
def test_who_worries_about_themselves_or_skips_is_asked(check_in: CheckIn, worry: str) -> None:
    assert _asks(check_in, _up_to_worry(check_in, worry)) == "against_law"


@pytest.mark.parametrize(
    "reason",
    [
        {"phq_interest": ("several_days",), "phq_down": ("more_than_half",)},
        {"phq_interest": (SKIP,)},
        {"phq_down": (SKIP,)},
        {"end_life": (SKIP,)},
        {"worry": ("investigation", DONE)},
    ],
)
def test_reasons_to_ask_about_suicidal_thoughts(check_in: CheckIn, reason: Answers) -> None:
    calm = _everything_calm(check_in)
    assert next_item(check_in, calm) is None

    assert _asks(check_in, {**calm, **reason}) == "life_thoughts"


def test_a_plan_is_asked_about_only_after_thoughts(check_in: CheckIn) -> None:
    calm = {**_everything_calm(check_in), "phq_down": ("nearly_every_day",)}

    assert next_item(check_in, {**calm, "life_thoughts": ("no",)}) is None
    assert _asks(check_in, {**calm, "life_thoughts": ("not_sure",)}) == "life_plan"


def test_the_beginning_has_nothing_before_it(check_in: CheckIn) -> None:
    assert previous_item(check_in, {}) is None
    assert progress(check_in, {})[0] == 1


def test_the_end_is_the_last_of_all_items(check_in: CheckIn) -> None:
    calm = _everything_calm(check_in)
    number, total = progress(check_in, calm)

    assert number == total
    assert previous_item(check_in, calm) == check_in.items[-1]


@settings(deadline=None)  # a walk is up to 24 questions long
@given(st.data())
def test_every_walk_ends_and_can_go_back_at_each_step(data: st.DataObject) -> None:
    answers: Answers = {}
    asked: list[str] = []
    while item := next_item(CHECK_IN, answers):
        assert item.id not in asked
        number, total = progress(CHECK_IN, answers)
        assert number == len(asked) + 1 <= total <= 24
        answers = _answered(item, answers, data)
        asked.append(item.id)
        assert _back(answers) == item.id
    assert previous_item(CHECK_IN, answers) is not None


def _answered(item: Item, answers: Answers, data: st.DataObject) -> Answers:
    ids = [each.id for each in item.answers]
    chosen = data.draw(
        st.lists(st.sampled_from(ids), unique=True).map(lambda some: [*some, DONE])
        if item.many
        else st.sampled_from([*ids, SKIP]).map(lambda one: [one])
    )
    for each in chosen:
        answers = answer(CHECK_IN, answers, item.id, each)
    return answers


def _back(answers: Answers) -> str:
    before = previous_item(CHECK_IN, answers)
    assert before is not None
    again = next_item(CHECK_IN, {name: ids for name, ids in answers.items() if name != before.id})
    return again.id if again else ""


def _asks(check_in: CheckIn, answers: Answers) -> str:
    danger_done: Answers = {"child_unsafe": ("no",), "end_life": ("no",)}
    item = next_item(check_in, answers if "child_unsafe" in answers else {**danger_done, **answers})
    return item.id if item else ""


def _up_to_worry(check_in: CheckIn, worry: str) -> Answers:
    answers: Answers = {"child_unsafe": ("no",), "end_life": ("no",)}
    for chosen in (worry, DONE) if worry != SKIP else (SKIP,):
        answers = answer(check_in, answers, "worry", chosen)
    return answers


def _everything_calm(check_in: CheckIn) -> Answers:
    skipped: Answers = {item.id: (SKIP,) for item in check_in.items if "life" not in item.id}
    calm = {"phq_interest": ("not_at_all",), "phq_down": ("not_at_all",), "end_life": ("no",)}
    return {**skipped, **calm, "worry": ("someone_else", DONE)}
