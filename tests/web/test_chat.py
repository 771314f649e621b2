"""The first screen and the conversation, with scripts off and on."""

from __future__ import annotations

from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from bot.conversation.turn import Turn, Words
from bot.statistics.counts import Count
from bot.web.public.app import create_app, hand_over
from bot.web.public.chat import DOORS, SUGGESTED
from bot.web.public.site import Site
from tests.web.conftest import NOON, StandIn
from tests.web.reading import FETCH, choices_in, has_help_block, token_in, words_in

CANARY = "canary-52c9 sentence"
MONDAY = NOON.date()
ENGLISH = "2026-11-23/locale/en/"


class Taken:
    """A CountStore that keeps what it is given."""

    def __init__(self) -> None:
        self.counts: list[Count] = []

    def add(self, counts: list[Count]) -> None:
        self.counts += counts


def counted(store: Taken) -> list[Count]:
    """Return what was counted; each hand-over also writes every other cell with nothing in it."""
    return [count for count in store.counts if count.conversations]


class Full:
    """A CountStore that takes nothing."""

    def add(self, counts: list[Count]) -> None:
        raise OSError("no space left")


def test_the_first_screen_answers_the_first_questions(client: TestClient) -> None:
    words = words_in(client.get("/").text)

    assert "This chat is a machine" in words
    assert "Will you report me?" in words
    assert "can't report you" in words
    assert "their rules apply" in words


def test_the_first_screen_offers_ways_in_for_everyone(client: TestClient) -> None:
    assert choices_in(client.get("/").text) == [*SUGGESTED, *DOORS]


@pytest.mark.parametrize(
    ("wish", "tag"), [("de-AT,de;q=0.9,en;q=0.5", "de"), ("fr", "fr"), ("xx", "en"), ("", "en")]
)
def test_the_browser_proposes_the_language(client: TestClient, wish: str, tag: str) -> None:
    html = client.get("/", headers={"Accept-Language": wish}).text

    assert f'<html lang="{tag}" dir="ltr">' in html


def test_the_country_is_never_guessed(client: TestClient) -> None:
    html = client.get("/", headers={"Accept-Language": "de-AT"}).text

    assert "value=AT selected" not in html


def test_countries_are_sorted_in_the_language_of_the_page(client: TestClient) -> None:
    german = client.get("/", headers={"Accept-Language": "de"}).text

    assert german.index(">Irland\n") < german.index(">Österreich\n") < german.index(">Polen\n")


def test_the_first_message_begins_a_conversation(client: TestClient, assistant: StandIn) -> None:
    answer = client.post("/", data={"text": "hello", "locale": "de", "country": "AT"})
    token, asked = assistant.asked[0]

    assert token == token_in(answer.text)
    assert (asked.text, asked.choice, asked.locale, asked.country) == ("hello", "", "de", "AT")
    assert '<html lang="de"' in answer.text


def test_tokens_differ(client: TestClient) -> None:
    tokens = {token_in(client.post("/", data={"text": "hello"}).text) for _ in range(20)}

    assert len(tokens) == 20


def test_a_conversation_goes_on_with_its_token(client: TestClient, assistant: StandIn) -> None:
    token = token_in(client.post("/", data={"text": "hello"}).text)
    answer = client.post("/", data={"text": "again", "token": token})

    assert token_in(answer.text) == token
    assert "has ended" not in answer.text
    assert [asked[0] for asked in assistant.asked] == [token, token]


def test_the_answer_is_the_body_of_the_post(client: TestClient) -> None:
    answer = client.post("/", data={"text": "hello"}, follow_redirects=False)

    assert answer.status_code == 200
    assert has_help_block(answer.text)


def test_without_scripts_the_page_quotes_the_visitor_once(client: TestClient) -> None:
    html = client.post("/", data={"text": CANARY}).text

    assert html.count(CANARY) == 1
    assert "You wrote" in html


def test_with_scripts_the_visitors_words_do_not_come_back(client: TestClient) -> None:
    answer = client.post("/", data={"text": CANARY}, headers=FETCH)

    assert CANARY not in answer.text
    assert "<html" not in answer.text
    assert 'class="turn"' in answer.text
    assert token_in(answer.text)


def test_the_token_is_in_no_link_and_no_header(client: TestClient) -> None:
    answer = client.post("/", data={"text": "hello"})
    token = token_in(answer.text)

    assert token not in str(answer.headers)
    assert answer.text.count(token) == answer.text.count(f'name="token" value="{token}"')


def test_a_button_is_quoted_with_its_words(client: TestClient, assistant: StandIn) -> None:
    html = client.post("/", data={"choice": "topic.worried_thoughts"}).text

    assert assistant.asked[0][1].choice == "topic.worried_thoughts"
    assert "I worry about my thoughts" in html


def test_a_button_wins_over_text_that_lies_in_the_box(
    client: TestClient, assistant: StandIn
) -> None:
    client.post("/", data={"text": "hello", "choice": "menu"})

    assert (assistant.asked[0][1].text, assistant.asked[0][1].choice) == ("", "menu")


def test_danger_in_the_box_wins_over_a_button(client: TestClient, assistant: StandIn) -> None:
    client.post("/", data={"text": "i want to kill myself", "choice": "menu"})

    assert assistant.asked[0][1].choice == ""


def test_danger_gets_services_even_without_the_assistant(
    client: TestClient, assistant: StandIn
) -> None:
    assistant.is_down = True
    html = client.post("/", data={"text": "i want to kill myself", "country": "GB"}).text
    turn = html[html.index('class="turn"') : html.index('id="visit"')]

    assert 'href="tel:' in turn
    assert "999" in turn


def test_without_the_assistant_the_page_says_so_once(
    client: TestClient, assistant: StandIn
) -> None:
    token = token_in(client.post("/", data={"text": "hello"}).text)
    assistant.is_down = True
    html = client.post("/", data={"text": "hello again", "token": token}).text

    assert html.count("can&#39;t answer at the moment") == 1
    assert token_in(html) == token


def test_a_failed_beginning_leaves_no_conversation_behind(
    client: TestClient, assistant: StandIn
) -> None:
    assistant.is_down = True
    assert token_in(client.post("/", data={"text": "hello"}).text) == ""
    assistant.is_down = False

    assert "has ended" not in client.post("/", data={"text": "hello"}).text


def test_forgetting_deletes_and_shows_the_first_screen(
    client: TestClient, assistant: StandIn
) -> None:
    token = token_in(client.post("/", data={"text": "hello", "locale": "fr"}).text)
    answer = client.post("/forget", data={"token": token, "locale": "fr"})

    assert token not in assistant.open
    assert token not in answer.text
    assert '<html lang="fr"' in answer.text
    assert answer.headers["clear-site-data"] == '"cookies", "storage"'


@pytest.mark.parametrize("token", ["", "junk", "a" * 43])
def test_forgetting_nothing_is_no_error(client: TestClient, token: str) -> None:
    answer = client.post("/forget", data={"token": token})

    assert answer.status_code == 200
    assert has_help_block(answer.text)


def test_the_language_can_be_changed_before_the_first_message(client: TestClient) -> None:
    html = client.post("/", data={"change": "beginning", "locale": "fr", "country": "FR"}).text

    assert '<html lang="fr"' in html
    assert "value=FR selected" in html
    assert token_in(html) == ""


def test_the_language_can_be_changed_in_the_middle(client: TestClient, assistant: StandIn) -> None:
    token = token_in(client.post("/", data={"text": "hello"}).text)
    html = client.post("/", data={"change": "beginning", "locale": "de", "token": token}).text

    assert '<html lang="de"' in html
    assert token_in(html) == token
    _, after_the_change = assistant.asked[-1]
    assert (after_the_change.choice, after_the_change.locale) == ("menu", "de")


def test_the_language_can_be_changed_in_a_conversation_that_never_reached_the_assistant(
    client: TestClient,
) -> None:
    html = client.post("/", data={"change": "conversation", "locale": "de"}).text

    assert '<html lang="de"' in html
    assert 'id="log"' in html


def test_changing_the_language_sends_no_text(client: TestClient, assistant: StandIn) -> None:
    html = client.post("/", data={"change": "beginning", "locale": "de", "text": CANARY}).text

    assert CANARY not in html
    assert not assistant.asked


def test_a_kept_card_stays_in_view(client: TestClient, site: Site, assistant: StandIn) -> None:
    line = next(s.id for s in site.content.directory.services.values() if "GB" in s.countries)
    assistant.turn_instead = Turn("en", kept=(line, "unknown-service"))

    assert 'class="kept"' in client.post("/", data={"text": "hello", "country": "GB"}).text


def test_the_draft_banner_stays_until_the_locale_is_signed(site: Site) -> None:
    signed = TestClient(create_app(replace(site, signed=frozenset({"en"}))))

    assert 'class="draft"' in TestClient(create_app(site)).get("/").text
    assert 'class="draft"' not in signed.get("/").text
    assert 'class="draft"' in signed.get("/", headers={"accept-language": "de"}).text


def test_a_locale_that_reads_from_the_right_turns_the_page(site: Site) -> None:
    arabic = replace(site.locales[0], tag="ar", name="العربية", direction="rtl")
    client = TestClient(create_app(replace(site, locales=(*site.locales, arabic))))

    html = client.post("/", data={"change": "beginning", "locale": "ar"}).text

    assert '<html lang="ar" dir="rtl">' in html


def test_counts_of_the_assistant_are_gathered_and_handed_over(
    site: Site, assistant: StandIn
) -> None:
    assistant.turn_instead = Turn(
        "en", (Words("x", "x"),), counts=(ENGLISH, "2026-11-23/secret/x/")
    )
    store = Taken()
    with TestClient(create_app(site, store)) as client:
        client.post("/", data={"text": "hello"})
        assert counted(store) == []

    assert counted(store) == [Count(MONDAY, "locale", "en", 1)]


def test_nothing_is_counted_without_the_assistant(site: Site, assistant: StandIn) -> None:
    assistant.is_down = True
    store = Taken()
    with TestClient(create_app(site, store)) as client:
        client.post("/", data={"text": "hello"})

    assert counted(store) == []


def test_counts_that_cannot_be_stored_are_lost_quietly(site: Site) -> None:
    site.gathering.note([ENGLISH])

    hand_over(site.gathering, Full(), NOON.date())
    store = Taken()
    site.gathering.hand_over(store, NOON.date())

    assert counted(store) == []
