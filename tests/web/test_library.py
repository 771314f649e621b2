"""The library as plain pages: all of it, without chat, scripts or a word that is sent."""

from __future__ import annotations

import html
import re

import pytest
from starlette.testclient import TestClient

from bot.web.public.site import Site
from tests.web.conftest import StandIn
from tests.web.reading import Attributes, has_help_block, token_in


def test_everything_there_is_stands_on_one_page(client: TestClient, site: Site) -> None:
    page = client.get("/library?locale=de").text
    shelf = site.content.shelf

    for kind, slugs in (("module", shelf.modules), ("exercise", shelf.exercises)):
        assert all(f'name="choice" value="{kind}.{slug}"' in page for slug in slugs)


@pytest.mark.parametrize("locale", ["en", "de", "fr"])
def test_every_module_can_be_read_whole_without_the_chat(
    client: TestClient, site: Site, assistant: StandIn, locale: str
) -> None:
    assistant.is_down = True
    for slug, module in site.content.shelf.modules.items():
        answer = client.post("/read", data={"choice": f"module.{slug}", "locale": locale})
        said = html.unescape(answer.text)
        assert answer.status_code == 200
        assert has_help_block(answer.text)
        for screen in module.screens:
            assert site.content.words.text(locale, screen.title) in said


def test_every_exercise_has_its_page_and_sends_nothing(client: TestClient, site: Site) -> None:
    for slug, exercise in site.content.shelf.exercises.items():
        page = client.post("/read", data={"choice": f"exercise.{slug}"}).text
        sheet = re.search(r'(?s)<form class="sheet".*?</form>', page)
        if exercise.kind in ("plan", "ratings", "checklist", "sentences"):
            assert sheet, slug
            names = {name for _, name, _ in Attributes(sheet[0]).found}
            assert not {"name", "action", "formaction"} & names, slug
            fields = re.findall(r"<textarea|<select|type=\"checkbox\"", sheet[0])
            assert len(fields) == len(exercise.steps), slug
        else:
            assert sheet is None, slug


def test_ratings_offer_their_scale_and_sentences_their_options(client: TestClient) -> None:
    needs = client.post("/read", data={"choice": "exercise.needs_map"}).text
    first = client.post("/read", data={"choice": "exercise.first_sentence"}).text

    assert [f"<option>{number}\n" in needs for number in (0, 1, 7, 8)] == [False, True, True, False]
    assert "<option>Hello. I have never talked to anyone about this." in first


def test_the_address_of_what_is_read_tells_nothing(client: TestClient) -> None:
    page = client.get("/library").text

    assert not re.search(r'href="/read[^"]', page)
    assert 'formaction="/read"' in page


def test_a_page_of_the_library_leads_back_into_the_conversation(client: TestClient) -> None:
    token = token_in(client.post("/", data={"text": "hello"}).text)

    read = client.post("/read", data={"choice": "module.law", "token": token}).text

    assert token_in(read) == token
    assert "Back to the conversation" in read


@pytest.mark.parametrize(
    "choice", ["", "module.nothing", "exercise.", "topic.greet", "module.law.2"]
)
def test_what_is_not_there_gets_the_page_that_says_so(client: TestClient, choice: str) -> None:
    answer = client.post("/read", data={"choice": choice})

    assert answer.status_code == 404
    assert has_help_block(answer.text)
