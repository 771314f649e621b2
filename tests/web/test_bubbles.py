"""From words to paragraphs, lists, bubbles and buttons."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.turn import Turn, Words
from bot.web.padding import STEP, pad
from bot.web.public.bubbles import Block, blocks, view_of
from bot.web.public.site import Site
from bot.web.public.visitor import Visitor
from tests.web.conftest import NOON


def test_lines_are_joined_and_blank_lines_part() -> None:
    assert blocks("One\nline.\n\nAnother.") == (
        Block(("One line.",), is_list=False),
        Block(("Another.",), is_list=False),
    )


def test_dashes_make_a_list_with_its_introduction() -> None:
    assert blocks("Ways:\n- read\n- call") == (
        Block(("Ways:",), is_list=False),
        Block(("read", "call"), is_list=True),
    )


@given(st.text())
def test_no_word_is_lost_or_added(text: str) -> None:
    shown = " ".join(words for block in blocks(text) for words in block.texts)

    assert set(shown.split()) <= set(text.split())


@pytest.mark.parametrize(
    ("message_id", "kind"),
    [
        ("module.urges.title", "title"),
        ("module.urges.wave.title", "title"),
        ("module.urges.wave.do", "do"),
        ("offer.heading.helpline", "title"),
        ("check_in.mood.question", "question"),
        ("answer.suicide_risk.ask", "question"),
        ("answer.suicide_risk.1", "text"),
    ],
)
def test_a_bubble_looks_like_what_it_is(site: Site, message_id: str, kind: str) -> None:
    turn = Turn("en", (Words(message_id, "Words"),))

    view = view_of(turn, site.content, Visitor(site.locales[0]), NOON)

    assert view.bubbles[0].kind == kind


def test_ways_out_are_quieter_than_answers(site: Site) -> None:
    ids = ("check_in.mood.often", "check_in.mood.skip", "check_in.stop", "menu")
    turn = Turn("en", choices=tuple(Words(choice, choice) for choice in ids))

    view = view_of(turn, site.content, Visitor(site.locales[0]), NOON)

    assert [button.is_quiet for button in view.buttons] == [False, True, True, True]


def test_the_survey_invites_quietly_and_asks_as_the_check_in_does(site: Site) -> None:
    ids = ("survey.about.urges", "survey.yes.urges", "survey.no.urges",
           "survey.before.urges.hope.very", "survey.before.urges.hope.skip",
           "survey.before.urges.stop", "survey.after.urges")  # fmt: skip
    asked = (Words("survey.hope.question", "Words"),)
    turn = Turn("en", asked, choices=tuple(Words(one, one) for one in ids), progress=(1, 3))

    view = view_of(turn, site.content, Visitor(site.locales[0]), NOON)

    assert [not button.is_quiet for button in view.buttons] == [0, 1, 1, 1, 0, 0, 1]
    assert view.progress == ("check_in.progress", 1, 3)
    assert view.bubbles[0].kind == "question"


@given(st.text(max_size=3 * STEP))
def test_padding_rounds_up_and_changes_nothing(text: str) -> None:
    html = text.encode("utf-8", "replace").decode()
    padded = pad(html)

    assert len(padded) % STEP == 0
    assert padded.startswith(html.encode())
