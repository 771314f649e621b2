"""The offer to go on in another language: how it looks, and what its button does."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from bot.conversation.turn import Turn, Words
from bot.safety.topics import Outcome
from bot.web.public.app import create_app
from bot.web.public.bubbles import view_of
from bot.web.public.site import Site
from bot.web.public.visitor import Visitor
from tests.web.conftest import NOON, StandIn
from tests.web.reading import FETCH, token_in, words_in

CANARY = "canary-52c9 sentence"


def turn_of(html: str) -> str:
    return html[html.index('class="turn"') : html.index("</article>")]


def offered_in(html: str) -> list[tuple[str, str, str]]:
    """Return locale, language and direction of each button that changes the language."""
    return re.findall(r'name="speak" value="([^"]+)" lang="([^"]+)" dir="([^"]+)"', html)


def said_in(html: str) -> list[tuple[str, str, str]]:
    """Return language, direction and words of each line of the offer."""
    return re.findall(r'<p lang="([^"]+)" dir="([^"]+)">([^<]+)</p>', html)


def answer(client: TestClient, assistant: StandIn, turn: Turn, **headers: str) -> str:
    assistant.turn_instead = turn
    sent = {"text": "hello", "locale": turn.locale}
    return turn_of(client.post("/", data=sent, headers=headers).text)


def test_a_turn_without_an_offer_shows_none(client: TestClient) -> None:
    html = client.post("/", data={"text": "hello"}).text

    assert offered_in(html) == []
    assert 'class="language notice"' not in html


@pytest.mark.parametrize("headers", [{}, FETCH], ids=["scripts off", "scripts on"])
def test_a_language_of_ours_is_offered_in_that_language(
    client: TestClient, assistant: StandIn, headers: dict[str, str]
) -> None:
    html = answer(client, assistant, Turn("en", (Words("x", "x"),), speaks="de"), **headers)

    assert said_in(html) == [("de", "ltr", "Sie können hier auf Deutsch weiterschreiben.")]
    assert offered_in(html) == [("de", "de", "ltr")]
    assert "Auf Deutsch weiter" in words_in(html)


def test_a_missing_language_gets_the_list_in_the_pages_words_and_in_english(
    client: TestClient, assistant: StandIn, site: Site
) -> None:
    html = answer(client, assistant, Turn("de", (Words("x", "x"),), speaks="ru"))

    assert [language for language, _, _ in said_in(html)] == ["de", "en"]
    assert [tag for tag, _, _ in offered_in(html)] == [locale.tag for locale in site.locales]
    assert all(locale.name in words_in(html) for locale in site.locales)


def test_on_an_english_page_a_missing_language_is_regretted_once(
    client: TestClient, assistant: StandIn
) -> None:
    html = answer(client, assistant, Turn("en", (Words("x", "x"),), speaks="ru"))

    assert [language for language, _, _ in said_in(html)] == ["en"]


def test_an_offer_that_reads_from_the_right_says_so(site: Site, assistant: StandIn) -> None:
    arabic = replace(site.locales[0], tag="ar", name="العربية", direction="rtl")
    client = TestClient(create_app(replace(site, locales=(*site.locales, arabic))))
    html = answer(client, assistant, Turn("en", (Words("x", "x"),), speaks="ar"))

    assert [line[:2] for line in said_in(html)] == [("ar", "rtl")]
    assert offered_in(html) == [("ar", "ar", "rtl")]


def test_the_offer_comes_before_what_is_said(client: TestClient, assistant: StandIn) -> None:
    html = answer(client, assistant, Turn("en", (Words("x", "Said."),), speaks="de"))

    assert html.index('class="language notice"') < html.index("Said.")


def test_the_cards_of_a_danger_come_before_the_offer(
    client: TestClient, assistant: StandIn, site: Site
) -> None:
    line = next(s.id for s in site.content.directory.services.values() if "GB" in s.countries)
    said = (Words("x", "First."), Words("y", "Second."))
    routed = Turn("en", said, services=(line,), outcome=Outcome.ROUTE, speaks="de")
    html = answer(client, assistant, routed)

    assert (
        html.index("First.")
        < html.index('class="services"')
        < html.index('class="language notice"')
    )
    assert html.count('class="language notice"') == 1


def test_a_language_from_nowhere_offers_all_of_ours_and_breaks_nothing(site: Site) -> None:
    turn = Turn("xx", (Words("x", "x"),), speaks="xx")
    view = view_of(turn, site.content, Visitor(site.locales[0]), NOON, (), site.locales)

    assert view.language
    assert len(view.language.buttons) == len(site.locales)


def test_the_button_changes_the_language_of_the_conversation(
    client: TestClient, assistant: StandIn
) -> None:
    token = token_in(client.post("/", data={"text": "hello", "locale": "en"}).text)
    sent = {"speak": "de", "locale": "en", "token": token, "text": "", "country": "AT"}
    html = client.post("/", data=sent).text
    _, asked = assistant.asked[-1]

    assert '<html lang="de"' in html
    assert '<option value="de" lang="de" selected>' in html
    assert token_in(html) == token
    assert (asked.choice, asked.locale, asked.country) == ("menu", "de", "AT")
    assert 'id="help"' in html


def test_the_button_sends_no_text(client: TestClient, assistant: StandIn) -> None:
    html = client.post("/", data={"speak": "fr", "locale": "en", "text": CANARY}).text

    assert CANARY not in html
    assert [asked.text for _, asked in assistant.asked] == []
    assert '<html lang="fr"' in html


def test_the_button_works_without_the_assistant(client: TestClient, assistant: StandIn) -> None:
    token = token_in(client.post("/", data={"text": "hello"}).text)
    assistant.is_down = True
    html = client.post("/", data={"speak": "de", "locale": "en", "token": token}).text

    assert '<html lang="de"' in html
    assert 'class="turn"' in html


@pytest.mark.parametrize("speak", ["xx", "<b>", "de-AT", "e" * 5_000])
def test_a_language_that_we_do_not_have_leaves_the_page_in_its_own(
    client: TestClient, speak: str
) -> None:
    answer = client.post("/", data={"speak": speak, "locale": "fr"})

    assert answer.status_code == 200
    assert '<html lang="fr"' in answer.text
