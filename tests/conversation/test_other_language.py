"""bot.conversation.other_language: each language is offered once, and nothing else changes."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation import danger, replies
from bot.conversation.choices import read_choice
from bot.conversation.dialogue import press, without_assistant
from bot.conversation.finishing import finish
from bot.conversation.other_language import MISSING, OFFER, lines
from bot.conversation.script import Script
from bot.conversation.state import State
from bot.conversation.turn import from_json
from bot.referral.service import EVERYWHERE
from bot.safety.topics import Outcome
from tests.builders import NOON, content, heard, state, tags, worded

CONTENT = content()
OURS = st.sampled_from(["en", "de", "fr"])
LANGUAGES = st.one_of(st.just(""), OURS, st.sampled_from(["ru", "hu", "zh"]))


def write(
    language: str, before: State | None = None, intent: str = "worried_thoughts"
) -> tuple[State, Script]:
    """Return state and script after a message that was noticed to be in ``language``."""
    after, script = replies.answer(CONTENT, before or state(), intent, NOON)
    return finish(CONTENT, after, script, NOON, language)


def worldwide(script: Script) -> list[str]:
    return [s for s in script.services if EVERYWHERE in CONTENT.directory.services[s].countries]


def test_a_language_of_ours_is_offered() -> None:
    assert write("de")[1].speaks == "de"


def test_the_offer_leaves_the_turns_own_answer_as_it_is() -> None:
    without, offered = write("")[1], write("de")[1]

    assert replace(offered, speaks="") == without


def test_a_language_is_offered_once_in_a_conversation() -> None:
    after, _ = write("de")

    assert write("de", after)[1].speaks == ""


def test_another_language_is_offered_all_the_same() -> None:
    after, _ = write("de")

    assert write("fr", after)[1].speaks == "fr"


def test_who_changed_the_language_is_offered_neither_the_old_one_nor_the_new_one() -> None:
    begun, _ = write("", state(locale="en"))
    changed, _ = write("", replace(begun, locale="de"))
    back = replace(changed, locale="fr")

    assert write("en", back)[1].speaks == ""
    assert write("de", back)[1].speaks == ""


def test_a_button_in_the_new_language_counts_as_a_change() -> None:
    before = state(locale="de")
    after, script = press(CONTENT, before, read_choice("menu", CONTENT), NOON)
    after, _ = finish(CONTENT, after, script, NOON)

    assert write("de", replace(after, locale="en"))[1].speaks == ""


def test_a_language_without_a_locale_brings_services_for_every_country() -> None:
    script = write("ru")[1]

    assert script.speaks == "ru"
    assert worldwide(script)
    assert "suicide_line" in script.kinds


def test_services_for_every_country_stand_behind_the_turns_own() -> None:
    before = state(country="GB")
    after, routed = danger.respond(CONTENT, before, heard("suicide_risk"), NOON)
    script = finish(CONTENT, after, routed, NOON, "ru")[1]

    assert script.outcome == Outcome.ROUTE
    assert script.services[: len(routed.services)] == routed.services
    assert len(script.services) > len(routed.services)


def test_they_are_added_once() -> None:
    after, _ = write("ru")

    assert write("ru", after)[1].services == write("", after)[1].services


def test_no_service_is_shown_twice() -> None:
    services = write("ru", state(country=""), "ask_help_options")[1].services

    assert len(set(services)) == len(services)


def test_a_service_that_speaks_the_language_comes_first() -> None:
    anywhere = state(country="")
    services = write("lt", anywhere, "thanks")[1].services

    assert "lt" in CONTENT.directory.services[services[0]].languages


def test_at_the_door_for_minors_services_are_those_for_minors() -> None:
    minor = state(door="under_18", country="")
    script = write("ru", minor, "thanks")[1]
    shown = [CONTENT.directory.services[service] for service in script.services]

    assert "child_line" in script.kinds
    assert not any("self_help" in service.kinds for service in shown)


def test_a_regional_locale_counts_by_its_language() -> None:
    assert write("de", state(locale="de-AT"))[1].speaks == ""


def test_a_locale_is_named_by_its_whole_tag() -> None:
    spoken = {**CONTENT.words.translations, "sv-FI": {}}
    with_swedish = replace(CONTENT, words=replace(CONTENT.words, translations=spoken))

    assert finish(with_swedish, state(), Script(), NOON, "sv")[1].speaks == "sv-FI"


@given(st.lists(st.tuples(LANGUAGES, OURS), max_size=12))
def test_no_language_is_offered_twice_whatever_is_written_in_any_order(
    turns: list[tuple[str, str]],
) -> None:
    now, offered = state(), []
    for language, locale in turns:
        now, script = write(language, replace(now, locale=locale))
        offered += [script.speaks] if script.speaks else []
        assert script.speaks != locale

    assert len(set(offered)) == len(offered)
    assert len(set(now.noticed)) == len(now.noticed)


@pytest.mark.parametrize("text", ["Ich habe Angst und weiß nicht weiter", "Я не знаю, что делать"])
def test_without_the_assistant_no_language_is_noticed(text: str) -> None:
    assert without_assistant(CONTENT, state(), text, "", NOON).speaks == ""


def test_the_offer_survives_json() -> None:
    turn = worded(*write("ru"))

    assert turn.speaks == "ru"
    assert from_json(json.loads(json.dumps(turn.to_json()))) == turn


def test_a_language_of_ours_is_offered_in_that_language() -> None:
    assert lines("en", "de", tags()) == ((OFFER, "de"),)


def test_a_language_that_is_missing_is_regretted_in_the_pages_and_in_english() -> None:
    assert lines("de", "ru", tags()) == ((MISSING, "de"), (MISSING, "en"))
    assert lines("en", "ru", tags()) == ((MISSING, "en"),)


def test_where_nothing_was_noticed_nothing_is_said() -> None:
    assert lines("en", "", tags()) == ()
