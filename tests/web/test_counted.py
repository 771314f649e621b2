"""What the site counts: showings of the first page, and services that are opened."""

from __future__ import annotations

import ssl
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from bot.conversation.turn import Turn
from bot.referral.reading import Directory
from bot.referral.service import Handover
from bot.statistics.counts import Count
from bot.storage.handover import new_keys
from bot.web.public.app import create_app
from bot.web.public.assistant import Asked
from bot.web.public.courier import Courier
from bot.web.public.site import Site
from tests.web.conftest import NOON, StandIn
from tests.web.reading import token_in

MONDAY = NOON.date()
ENGLISH = "2026-11-23/locale/en/"
PROGRAMME = "kein-taeter-werden-de"
NOBODY = "https://127.0.0.1:9/"
PUBLIC = new_keys()[1]


class Taken:
    """A CountStore that keeps what it is given."""

    def __init__(self) -> None:
        self.counts: list[Count] = []

    def add(self, counts: list[Count]) -> None:
        self.counts += [count for count in counts if count.conversations]


def handing_over(site: Site) -> Site:
    """Return the site with one programme that takes summaries, and nobody there to take them."""
    services = site.content.directory.services
    opened = replace(services[PROGRAMME], handover=Handover(NOBODY, PUBLIC))
    content = replace(site.content, directory=Directory({**services, PROGRAMME: opened}))
    return replace(site, content=content, courier=Courier(ssl.create_default_context(), ()))


def test_each_showing_of_the_first_page_is_counted(site: Site) -> None:
    store = Taken()
    with TestClient(create_app(site, store)) as client:
        for _ in range(3):
            client.get("/")

    assert store.counts == [Count(MONDAY, "showing", "first_page", 3)]


def test_that_a_partners_page_loads_it_is_no_showing(site: Site) -> None:
    settings = replace(site.settings, embed="https://partner.example")
    store = Taken()
    with TestClient(create_app(replace(site, settings=settings), store)) as client:
        assert client.get("/embed").status_code == 200

    assert store.counts == []


@pytest.mark.parametrize("sent", [{}, {"change": "beginning", "locale": "fr"}])
def test_neither_a_look_without_the_page_nor_a_form_is_a_showing(
    site: Site, sent: dict[str, str]
) -> None:
    store = Taken()
    with TestClient(create_app(site, store)) as client:
        client.head("/")
        client.post("/", data=sent)
        client.post("/forget", data=sent)

    assert store.counts == []


@pytest.mark.parametrize("path", ["/card", "/handover"])
def test_a_service_that_is_opened_in_a_conversation_is_counted_by_the_assistant(
    site: Site, assistant: StandIn, path: str
) -> None:
    opened = ("2026-11-23/outcome/opened.none/saw.none",)
    store, asked = Taken(), {"service": PROGRAMME, "country": "DE", "locale": "de"}
    with TestClient(create_app(handing_over(site), store)) as client:
        token = token_in(client.post("/", data={"text": "hello"}).text)
        assistant.turn_instead = Turn("de", counts=opened)
        client.post(path, data={**asked, "token": token})

    assert assistant.asked[-1] == (token, Asked("", "opened", "de", "DE"))
    assert {(c.cell, c.conversations) for c in store.counts} == {
        ("opened.none", 1),
        ("saw.none", -1),
    }


def test_a_summary_that_is_sent_is_not_counted_again(site: Site, assistant: StandIn) -> None:
    with TestClient(create_app(handing_over(site))) as client:
        token = token_in(client.post("/", data={"text": "hello"}).text)
        begun = len(assistant.asked)
        sent = {"service": PROGRAMME, "country": "DE", "token": token, "step": "send"}
        client.post("/handover", data=sent)

    assert len(assistant.asked) == begun


@pytest.mark.parametrize("path", ["/card", "/handover"])
def test_a_service_that_is_opened_outside_a_conversation_is_not_counted(
    site: Site, assistant: StandIn, path: str
) -> None:
    store = Taken()
    with TestClient(create_app(handing_over(site), store)) as client:
        assert client.post(path, data={"service": PROGRAMME, "country": "DE"}).status_code == 200

    assert assistant.asked == []
    assert store.counts == []


def test_a_conversation_that_is_forgotten_is_not_begun_again_by_opening_a_service(
    site: Site, assistant: StandIn
) -> None:
    assistant.turn_instead = Turn("en", counts=(ENGLISH,))
    store = Taken()
    with TestClient(create_app(site, store)) as client:
        client.post("/card", data={"service": PROGRAMME, "country": "DE", "token": "a" * 43})

    assert store.counts == []


def test_a_page_to_take_along_comes_without_the_assistant_too(
    site: Site, assistant: StandIn
) -> None:
    store = Taken()
    with TestClient(create_app(site, store)) as client:
        token = token_in(client.post("/", data={"text": "hello"}).text)
        assistant.is_down = True
        answer = client.post("/card", data={"service": PROGRAMME, "country": "DE", "token": token})

    assert answer.status_code == 200
    assert store.counts == []
