"""What has to stand whatever fails: pages with whom to call, and danger with its card, in time."""

from __future__ import annotations

import html
import time
from collections.abc import Callable

from bot.conversation.content import Content
from tests.faults.running import Browser
from tests.faults.visits import MARKED

PAGE_SECONDS = 1.0
ANSWER_SECONDS = 3.5
DANGER = {
    "en": (f"I want to kill myself. {MARKED}", "GB", "116 123"),
    "de": (f"Ich will mich umbringen. {MARKED}", "AT", "142"),
    "fr": (f"Je veux me tuer. {MARKED}", "FR", "3114"),
}
EMERGENCY = {"GB": "999", "AT": "112", "FR": "112"}


def pages_stand(visitor: Browser) -> None:
    """See that the first page and the help page come at once, with whom to call."""
    for path, whom in (
        ("/", "findahelpline.com"),
        ("/help", "findahelpline.com"),
        ("/help?locale=en&country=GB", "116 123"),
        ("/help?locale=fr&country=FR", "3114"),
    ):
        page, seconds = timed(lambda path=path: visitor.get(path))
        assert seconds < PAGE_SECONDS, path
        assert whom in page, path


def danger_gets_its_card(
    visitor: Browser,
    content: Content,
    locales: tuple[str, ...] = ("en", "de", "fr"),
    *,
    is_alone: bool = True,
) -> None:
    """See that danger is answered in time in the visitor's language; by the site alone or not."""
    for locale in locales:
        text, country, number = DANGER[locale]
        form = {"text": text, "locale": locale, "country": country}
        page, seconds = timed(lambda form=form: visitor.post(**form))
        assert seconds < ANSWER_SECONDS, locale
        assert says(page, content, "answer.suicide_risk.1", locale), locale
        assert says(page, content, "chat.unavailable", locale) is is_alone, locale
        assert number in conversation_of(page), locale
        assert EMERGENCY[country] in page, locale


def says(page: str, content: Content, message_id: str, locale: str = "en") -> bool:
    words = " ".join(content.words.text(locale, message_id).split())
    return words[:40] in " ".join(html.unescape(page).split())


def conversation_of(page: str) -> str:
    """Return the part of a page that answers, without the help block that every page has."""
    return page[page.index("<main") : page.index('id="visit"')]


def timed(ask: Callable[[], object]) -> tuple[str, float]:
    began = time.monotonic()
    response = ask()
    seconds = time.monotonic() - began
    assert response.status_code == 200  # type: ignore[attr-defined]
    return html.unescape(response.text), seconds  # type: ignore[attr-defined]
