"""bot.conversation.changed_content: a conversation goes on when its place is gone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.changed_content import fitted
from bot.conversation.choices import read_choice
from bot.conversation.danger import CHECK_IN
from bot.conversation.dialogue import again, press
from tests.builders import NOON, content, every_choice, pressed, state

CONTENT = content()
GONE = {
    "place": "module.gone.7",
    "kept": "gone",
    "question": "gone",
    "answers": {"gone": ("yes",), "way": ("gone",)},
}


def test_what_is_gone_is_forgotten_and_nothing_else() -> None:
    before = state(refusals=1, urgency=2, denied=("suicide_risk",), **GONE)

    assert fitted(CONTENT, before) == state(refusals=1, urgency=2, denied=("suicide_risk",))


def test_a_module_that_has_become_shorter_is_left() -> None:
    assert fitted(CONTENT, state(place="module.urges.99")).place == ""


def test_the_services_at_the_end_of_a_check_in_stay_in_view() -> None:
    assert fitted(CONTENT, state(kept=CHECK_IN)).kept == CHECK_IN


def test_whoever_asks_for_it_again_gets_an_answer_where_the_place_is_gone() -> None:
    _, script = again(CONTENT, fitted(CONTENT, state(**GONE)), NOON)

    assert script.choices


@given(st.lists(st.sampled_from(every_choice(CONTENT)), min_size=1, max_size=4))
def test_while_nothing_has_changed_nothing_is_forgotten(choices: list[str]) -> None:
    now = state()
    for choice in choices:
        now, _ = pressed(choice, now)
    assert fitted(CONTENT, now) == now
    assert press(CONTENT, now, read_choice("menu", CONTENT), NOON)
