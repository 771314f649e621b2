"""A visitor's way through the site, with scripts and without."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.visiting import COUNTRY, DANGER, WORRY, Visit, words

pytestmark = pytest.mark.slow

CALM = {
    "child_unsafe": "no", "end_life": "no", "worry": "unwanted_thoughts", "against_law": "no",
    "strength": "2", "often": "2", "can_stop": "9", "alone_with_children": "no",
    "alone_online": "no", "drink_drugs": "no", "phq_nervous": "not_at_all",
    "phq_worrying": "not_at_all", "phq_interest": "not_at_all", "phq_down": "not_at_all",
    "life_thoughts": "no", "life_plan": "no", "someone_to_talk": "yes", "barriers": "yes",
    "worth": "yes", "importance": "8", "confidence": "8", "way": "alone", "country": "here",
    "language": "page",
}  # fmt: skip
"""An answer to every question of the check-in, none of which asks for anything soon."""


def test_the_first_screen_comes_in_the_language_of_the_browser(
    visitor: Open, tag: str, has_scripts: bool
) -> None:
    visit = visitor(tag, has_scripts).open()

    expect(visit.page.locator("html")).to_have_attribute("lang", tag)
    expect(visit.page.locator("html")).to_have_attribute("dir", "ltr")
    visit.sees("first.title", "first.what", "first.machine")
    visit.sees("first.report_question", "first.report_chat", "first.report_service")


def test_language_and_country_can_be_changed_on_the_first_screen(
    visitor: Open, has_scripts: bool
) -> None:
    visit = visitor("en", has_scripts).open()

    visit.choose("locale", "de")
    visit.choose("country", "CH")

    visit.tag = "de"
    visit.sees("first.title", "first.country")
    expect(visit.page.locator("html")).to_have_attribute("lang", "de")
    expect(visit.page.locator("#country")).to_have_value("CH")
    expect(visit.page.locator("#help a[href='tel:117']")).to_have_count(1)


def test_nothing_that_was_chosen_is_remembered_at_the_next_visit(visitor: Open) -> None:
    visit = visitor("en").open()
    visit.choose("locale", "fr")
    visit.choose("country", "FR")

    visit.open()

    expect(visit.page.locator("html")).to_have_attribute("lang", "en")
    expect(visit.page.locator("#country")).to_have_value("")


def test_a_person_is_heard_in_own_words_and_referred(
    visitor: Open, tag: str, has_scripts: bool
) -> None:
    visit = visitor(tag, has_scripts).open(country=COUNTRY[tag])

    answer = visit.say(WORRY[tag])

    visit.sees("answer.worried_thoughts.1", where=answer)
    expect(visit.log).to_contain_text(WORRY[tag])
    expect(answer.locator(".card")).not_to_have_count(0)
    expect(answer.locator("a[href^='tel:']")).not_to_have_count(0)
    assert visit.page.title() == "Quietline"


def test_the_numbers_are_those_of_the_country(visitor: Open, tag: str, has_scripts: bool) -> None:
    emergency = {"en": "999", "de": "112", "fr": "112"}[tag]
    visit = visitor(tag, has_scripts).open(country=COUNTRY[tag])

    answer = visit.press_unseen("services.emergency")

    expect(answer.locator(f".card.urgent a[href='tel:{emergency}']")).to_be_visible()


def test_a_module_is_read_to_its_end(visitor: Open, tag: str, has_scripts: bool) -> None:
    visit = visitor(tag, has_scripts).open()
    visit.press("topic.worried_thoughts")
    visit.press("module.thoughts")

    for number in range(2, 8):
        visit.press(f"module.thoughts.{number}")

    visit.sees("module.thoughts.with_someone.title", "module.thoughts.with_someone.do")
    visit.sees("module.screen_of", number=7, total=7)
    assert {"check_in.start", "services.helpline", "module.urges"} <= set(visit.buttons())


def test_each_exercise_is_shown_whole(visitor: Open, tag: str, has_scripts: bool) -> None:
    visit = visitor(tag, has_scripts).open()

    for slug in ("grounding", "stay_safe_plan", "urge_timer"):
        answer = visit.press_unseen(f"exercise.{slug}")

        visit.sees(f"exercise.{slug}.title", f"exercise.{slug}.intro", f"exercise.{slug}.end")
        expect(answer.locator(".exercise")).to_have_count(1)


@pytest.mark.parametrize(
    ("tag", "has_scripts", "differs", "band"),
    [
        ("en", True, {}, "keep_building"),
        ("de", False, {"worth": "no"}, "this_week"),
        ("fr", True, {"can_stop": "2"}, "today"),
        ("en", False, {"life_thoughts": "yes", "life_plan": "yes", "phq_down": "nearly_every_day"},
         "now"),
    ],
)  # fmt: skip
def test_the_check_in_leads_to_its_band(
    visitor: Open, tag: str, has_scripts: bool, differs: dict[str, str], band: str
) -> None:
    visit = visitor(tag, has_scripts).open(country=COUNTRY[tag])
    visit.press("check_in.start")
    visit.sees("check_in.intro")

    answer_all(visit, CALM | differs)

    visit.sees(f"check_in.band.{band}.mirror", f"check_in.band.{band}.do_now", where=visit.turn)
    expect(visit.turn.locator(".card")).not_to_have_count(0)
    expect(visit.turn.locator(".progress")).to_have_count(0)


def answer_all(visit: Visit, answers: dict[str, str]) -> None:
    """Press an answer to each question until there is none."""
    while questions := [b.split(".")[1] for b in visit.buttons() if b.endswith(".skip")]:
        item = questions[0]
        visit.press(f"check_in.{item}.{answers[item]}")
        if f"check_in.{item}.done" in visit.buttons():
            visit.press(f"check_in.{item}.done")


def test_the_check_in_goes_back_and_stops(visitor: Open, has_scripts: bool) -> None:
    visit = visitor("en", has_scripts).open()
    visit.press("check_in.start")
    visit.press("check_in.child_unsafe.skip")

    visit.press("check_in.back")
    visit.sees("check_in.child_unsafe.question", where=visit.turn)
    visit.press("check_in.stop")

    assert not [button for button in visit.buttons() if button.startswith("check_in.child")]


def test_a_forgotten_conversation_is_gone_and_the_next_message_begins_a_new_one(
    visitor: Open, has_scripts: bool
) -> None:
    visit = visitor("en", has_scripts).open(country="GB")
    visit.say(WORRY["en"])
    visit.press("module.thoughts")
    old = visit.tokens()[-1]

    visit.forget()

    visit.sees("chat.forgotten", "first.title")
    expect(visit.page.locator("body")).not_to_contain_text(WORRY["en"])
    expect(visit.page.locator("#country")).to_have_value("GB")
    visit.press("topic.self_help")
    visit.press_unseen("menu")
    assert old
    assert visit.tokens()[-1] not in ("", old)
    assert words("en", "chat.expired") not in visit.page.content()
    assert words("en", "chat.expired") in visit.served.fragment(old)


def test_the_language_changes_in_the_middle(visitor: Open, has_scripts: bool) -> None:
    visit = visitor("en", has_scripts).open(country="GB")
    visit.say(WORRY["en"])

    visit.choose("locale", "fr")
    visit.tag = "fr"

    expect(visit.page.locator("html")).to_have_attribute("lang", "fr")
    visit.sees("chat.forget", "nav.exit", "help.title")
    answer = visit.say(WORRY["fr"])
    visit.sees("answer.worried_thoughts.1", where=answer)
    assert words("fr", "chat.expired") not in visit.page.content()
    if has_scripts:
        expect(visit.log).to_contain_text(WORRY["en"])


def test_what_is_half_written_survives_a_changed_language(visitor: Open) -> None:
    visit = visitor("en").open()
    visit.press("topic.self_help")
    visit.page.fill("#text", "half a sen")

    visit.choose("locale", "de")

    expect(visit.page.locator("#text")).to_have_value("half a sen")


def test_a_reload_with_scripts_shows_the_first_screen_and_no_words(visitor: Open) -> None:
    visit = visitor("en").open()
    visit.say(WORRY["en"])

    visit.page.reload()

    visit.sees("first.title")
    expect(visit.page.locator("body")).not_to_contain_text(WORRY["en"])
    expect(visit.page.locator("#text")).to_have_value("")


def test_a_reload_without_scripts_goes_on_with_the_same_conversation(visitor: Open) -> None:
    visit = visitor("en", has_scripts=False).open()
    visit.press("topic.worried_thoughts")
    visit.press("module.thoughts")

    visit.page.reload()

    visit.sees("module.thoughts.not_an_act.title")
    visit.press("module.thoughts.2")
    assert words("en", "chat.expired") not in visit.page.content()


def test_the_back_button_leads_to_a_sensible_page(visitor: Open, has_scripts: bool) -> None:
    visit = visitor("en", has_scripts).open("/about").open()
    visit.say(WORRY["en"])

    visit.go_back()

    expect(visit.page.locator("body")).not_to_contain_text(WORRY["en"])
    visit.sees("help.title", where=visit.page.locator("#help"))


@pytest.mark.parametrize("choice", ["module.urges.3", "check_in.strength.4", "safety.no"])
def test_a_button_from_an_earlier_page_still_does_what_it_says(
    visitor: Open, has_scripts: bool, choice: str
) -> None:
    visit = visitor("en", has_scripts).open()
    visit.press("topic.self_help")

    visit.press_unseen(choice)

    assert visit.buttons()
    if choice == "module.urges.3":
        visit.sees("module.urges.delay.title", where=visit.turn)


def test_a_button_that_was_never_offered_leads_to_the_menu(
    visitor: Open, has_scripts: bool
) -> None:
    visit = visitor("en", has_scripts).open()
    visit.press("topic.self_help")

    answer = visit.press_unseen("module.urges.99")

    visit.sees("answer.menu.1", where=answer)


def test_two_tabs_are_two_conversations(visitor: Open, has_scripts: bool) -> None:
    one = visitor("en", has_scripts).open()
    other = Visit(one.page.context.new_page(), one.served, "en", has_scripts).open()
    one.press("topic.worried_thoughts")
    other.press("topic.self_help")

    one.forget()
    other.press_unseen("menu")
    other.press_unseen("topic.ask_privacy")

    assert words("en", "chat.expired") not in other.page.content()
    assert re.fullmatch(r"[\w-]{43}", other.tokens()[-1])
    assert not set(filter(None, one.tokens())) & set(filter(None, other.tokens()))


def test_a_country_chosen_under_help_now_holds_for_all_that_follows(visitor: Open) -> None:
    visit = visitor("en").open()
    visit.say("hello")
    visit.page.click("#help-now")
    visit.page.select_option("#help-country", "GB")
    with visit.answering("/help"):
        visit.page.click("#panel .where-to button")
    with visit.answering("/card"):
        visit.page.locator("#panel button[value=samaritans-gb-ie]").first.click()
    visit.page.click("#panel .close")

    answer = visit.say(DANGER["en"])

    expect(answer.locator("a[href='tel:999']")).not_to_have_count(0)
    expect(visit.page.locator("#carry [name=country]")).to_have_value("GB")


def test_closing_the_last_of_several_pages_leads_back_to_where_the_first_was_opened(
    visitor: Open,
) -> None:
    visit = visitor("en").open(country="GB")
    visit.say("hello")
    with visit.answering("/library"):
        visit.page.click(".foot button[formaction='/library']")
    with visit.answering("/read"):
        visit.page.locator("#panel button[value='module.urges']").click()

    visit.page.click("#panel .close")

    expect(visit.page.locator(".foot button[formaction='/library']")).to_be_focused()


def test_sentences_that_were_chosen_make_a_text_and_nothing_is_sent(visitor: Open) -> None:
    visit = visitor("de").open("/read?locale=de&choice=exercise.first_sentence")
    before = len(visit.sent)

    visit.page.locator(".sheet select").nth(0).select_option(index=1)
    visit.page.locator(".sheet select").nth(2).select_option(index=2)

    joined = visit.page.locator(".joined").inner_text()
    options = visit.page.locator(".sheet select").nth(2).locator("option")
    assert options.nth(2).inner_text().strip() in joined
    assert len(visit.sent) == before
