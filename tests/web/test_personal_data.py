"""Personal data in a message goes no further than the site, and the visitor is told so."""

from __future__ import annotations

from dataclasses import asdict

import pytest
from starlette.testclient import TestClient

from tests.web.conftest import StandIn
from tests.web.reading import FETCH, token_in, words_in

TOLD = "We left out what looks like a name, number or address."
SAID = "my name is Peter Smith, call 0170 1234567 or peter@web.de, 12 Baker Street. I need help"
PERSONAL = ("Peter", "Smith", "0170", "1234567", "web.de", "Baker")
PASSED_ON = "my name is …, call … or …, …. I need help"


def test_what_reaches_the_assistant_has_no_personal_data(
    client: TestClient, assistant: StandIn
) -> None:
    client.post("/", data={"text": SAID, "country": "DE"})

    assert [asked.text for _, asked in assistant.asked] == [PASSED_ON]
    assert not any(datum in str(asdict(assistant.asked[0][1])) for datum in PERSONAL)


@pytest.mark.parametrize("headers", [{}, FETCH], ids=["page", "fetch"])
def test_the_page_says_that_it_isnt_needed_and_doesnt_repeat_it(
    client: TestClient, headers: dict[str, str]
) -> None:
    words = words_in(client.post("/", data={"text": SAID}, headers=headers).text)

    assert words.count(TOLD) == 1
    assert not any(datum in words for datum in PERSONAL)


def test_without_scripts_the_page_quotes_what_is_left(client: TestClient) -> None:
    assert PASSED_ON in words_in(client.post("/", data={"text": SAID}).text)


def test_the_notice_comes_in_the_language_of_the_page(client: TestClient) -> None:
    html = client.post("/", data={"text": "ich heiße peter", "locale": "de"}).text

    assert "haben wir weggelassen" in words_in(html)


def test_the_visitors_country_tells_what_a_telephone_number_is(
    client: TestClient, assistant: StandIn
) -> None:
    client.post("/", data={"text": "ring 01 4018 123 now", "country": "IE"})

    assert assistant.asked[0][1].text == "ring … now"


@pytest.mark.parametrize("text", ["hello", "i called 112 and 116 111", "she is 14 since 2019 …"])
def test_nothing_is_said_when_nothing_was_left_out(client: TestClient, text: str) -> None:
    assert TOLD not in words_in(client.post("/", data={"text": text}).text)


def test_it_is_left_out_too_when_the_site_answers_alone(
    client: TestClient, assistant: StandIn
) -> None:
    assistant.is_down = True
    words = words_in(client.post("/", data={"text": SAID + " i want to kill myself"}).text)

    assert TOLD in words
    assert not any(datum in words for datum in PERSONAL)


def test_danger_beside_personal_data_is_still_heard(client: TestClient, assistant: StandIn) -> None:
    assistant.is_down = True
    text = "i want to kill myself, my name is peter"
    html = client.post("/", data={"text": text, "country": "GB"}).text

    assert 'href="tel:' in html[html.index('class="turn"') : html.index('id="visit"')]


def test_text_that_stays_in_the_box_beside_a_button_brings_no_notice(
    client: TestClient, assistant: StandIn
) -> None:
    html = client.post("/", data={"text": "my name is peter", "choice": "menu"}).text

    assert assistant.asked[0][1].text == ""
    assert TOLD not in words_in(html)


def test_a_change_of_language_says_nothing_about_text_in_the_box(client: TestClient) -> None:
    token = token_in(client.post("/", data={"text": "hello"}).text)
    sent = {"text": "my name is peter", "change": "conversation", "token": token}

    assert TOLD not in words_in(client.post("/", data=sent).text)
