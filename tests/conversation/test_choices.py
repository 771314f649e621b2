"""bot.conversation.choices: a closed set of buttons; whatever else comes back is refused."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.conversation.choices import INTENTS, label, read_choice
from bot.conversation.dialogue import press
from bot.errors import UnknownChoice
from tests.builders import NOON, content, every_choice, state, surveying, tags

CONTENT = surveying()
PARTS = sorted({part for choice in every_choice(CONTENT) for part in choice.split(".")})

ids = st.one_of(
    st.text(max_size=40),
    st.lists(st.sampled_from([*PARTS, "", "0", "99", "١", "²", "-1"]), max_size=4).map(".".join),
)


@given(ids)
@example("services.directory")
@example("module.urges.²")
@example("module.urges.00000001")
@example("check_in.worry")
@example("topic.help_only")
def test_whatever_the_page_sends_back_is_a_button_of_ours_or_refused(choice_id: str) -> None:
    try:
        choice = read_choice(choice_id, CONTENT)
    except UnknownChoice:
        return

    _, script = press(CONTENT, state(), choice, NOON)
    assert script.says or choice_id == "opened"
    assert CONTENT.words.has(label(choice_id, CONTENT))


@pytest.mark.parametrize(
    "choice_id",
    ["", ".", "menu.", "menu.x", "topic", "topic.gardening", "topic.not_understood",
     "safety.maybe", "services.bank", "services.directory", "module.urges.0", "module.urges.99",
     "module.urges.1.2", "exercise", "check_in.worry.gardening", "check_in.mood.skip",
     "Menu", " menu", "menu\n", "survey", "survey.urges", "survey.maybe.urges",
     "survey.about.gardening", "survey.about.young_people", "survey.yes.urges.stop",
     "survey.about.urges.hope.very", "survey.before.urges.hope", "survey.after.urges.joy.very",
     "survey.after.urges.hope.never", "opened.urges"],
)  # fmt: skip
def test_a_button_that_was_never_offered_is_refused(choice_id: str) -> None:
    with pytest.raises(UnknownChoice):
        read_choice(choice_id, CONTENT)


def test_an_id_says_which_intent_it_stands_for_and_holds_all_it_needs() -> None:
    found = read_choice("module.urges.3", CONTENT)

    assert (found.intent, found.rest) == ("open_module", ("urges", "3"))
    assert read_choice("topic.survivor", CONTENT).intent == "survivor"


def test_every_button_has_words_in_every_locale() -> None:
    for choice in every_choice(CONTENT):
        assert all(CONTENT.words.text(tag, label(choice, CONTENT)).strip() for tag in tags())


def test_there_is_a_button_of_every_sort_and_one_note_that_is_none() -> None:
    sorts = {choice.split(".")[0] for choice in every_choice(CONTENT)}

    assert sorts == {*INTENTS, "topic"} - {"opened"}
    assert read_choice("opened", CONTENT).intent == "note_opened"


@pytest.mark.parametrize("choice_id", [c for c in every_choice(CONTENT) if "survey" in c])
def test_no_button_of_the_survey_is_ours_while_it_is_off(choice_id: str) -> None:
    with pytest.raises(UnknownChoice):
        read_choice(choice_id, content())


@pytest.mark.parametrize("choice_id", every_choice(CONTENT))
def test_every_button_has_an_answer_in_a_new_conversation(choice_id: str) -> None:
    _, script = press(CONTENT, state(), read_choice(choice_id, CONTENT), NOON)

    assert script.says
    assert script.choices
