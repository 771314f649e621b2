"""Honest about history: wherever a page offers the quick exit, it says what the exit can't do."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from bot.web.public.app import create_app
from bot.web.public.keeper import Keeper
from bot.web.public.site import Site
from bot.web.public.static_help import page_in
from tests.builders import tags
from tests.web.reading import words_in

EXIT = re.compile(r'<a class="exit"')
PUT = {"choice": "module.urges", "service": "stop-it-now-uk-ireland", "country": "GB"}
Open = Callable[[TestClient, str], str]


def shown(path: str) -> Open:
    """Return what asks for ``path`` as a link does, or as a browser of that language."""
    return lambda client, tag: client.get(path, headers={"Accept-Language": tag}).text


def posted(path: str, **form: str) -> Open:
    """Return what presses a button of a page in that language."""
    return lambda client, tag: client.post(path, data=form | {"locale": tag}).text


PAGES: dict[str, Open] = {
    "first": shown("/"),
    "first, posted": posted("/", change="beginning"),
    "first, in another page": shown("/embed"),
    "conversation": posted("/", text="hello"),
    "danger": posted("/", text="I want to kill myself", country="GB"),
    "after forgetting": posted("/forget"),
    "help": posted("/help"),
    "about": posted("/about"),
    "privacy": posted("/privacy"),
    "library": posted("/library"),
    "module": posted("/read", **PUT),
    "exercise": posted("/read", choice="exercise.grounding"),
    "directory": posted("/directory"),
    "card": posted("/card", **PUT),
    "statistics": posted("/statistics"),
    "progress": posted("/progress"),
    "number": posted("/progress", step="make", kept="module.urges"),
    "not found": shown("/nowhere"),
}


@pytest.fixture
def whole(site: Site, tmp_path: Path) -> Iterator[TestClient]:
    """The site with all that an operator can turn on."""
    settings = replace(site.settings, embed="https://partner.example")
    keeper = Keeper(f"sqlite:///{tmp_path / 'progress.sqlite'}")
    with TestClient(create_app(replace(site, settings=settings, keeper=keeper))) as client:
        yield client


@pytest.mark.parametrize("tag", tags())
def test_every_page_with_the_exit_says_what_it_cannot_do(
    whole: TestClient, site: Site, tag: str
) -> None:
    for name, opened in PAGES.items():
        page = opened(whole, tag)
        assert f'<html lang="{tag}"' in page, name
        assert EXIT.search(page), name
        assert limits(site, tag) in words_in(part(page, "footer")), name
        assert worded(site, tag, "exit.how") in words_in(part(page, "footer")), name


@pytest.mark.parametrize("tag", tags())
def test_the_page_about_privacy_says_it_in_its_text(
    whole: TestClient, site: Site, tag: str
) -> None:
    assert limits(site, tag) in words_in(part(PAGES["privacy"](whole, tag), "main"))


def test_the_page_that_stands_in_for_the_site_says_it_too(site: Site) -> None:
    for locale in site.locales:
        page = page_in(site, locale)
        assert EXIT.search(page)
        assert limits(site, locale.tag) in words_in(part(page, "footer"))


def part(page: str, name: str) -> str:
    """Return one element of a page, which holds it once."""
    return page[page.index(f"<{name}") : page.index(f"</{name}>")]


def limits(site: Site, tag: str) -> str:
    return worded(site, tag, "exit.limits")


def worded(site: Site, tag: str, message_id: str) -> str:
    words = " ".join(html.unescape(site.content.words.text(tag, message_id)).split())
    assert len(words) > 40
    return words
