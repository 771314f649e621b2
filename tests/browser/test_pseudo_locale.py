"""Every page in a language that nobody speaks: a third longer, accented, from right to left."""

from __future__ import annotations

import gettext
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
import uvicorn
from playwright.sync_api import Browser

from bot.languages.catalogs import CATALOGS, Words
from bot.settings import read
from bot.web.public.app import create_app
from bot.web.public.server import build
from bot.web.public.site import Site
from tests.faults.running import free_port

pytestmark = pytest.mark.slow

ACCENTED = str.maketrans("aceinosuyACEINOSUY", "àçéîñöşúýÀÇÉÎÑÖŞÚÝ")
PAGES = ("/", "/help", "/about", "/privacy", "/library", "/directory", "/statistics")
SOME = ("module.urges", "exercise.first_sentence", "exercise.needs_map", "exercise.steady_week")


class Pseudo(gettext.NullTranslations):
    """Makes each text longer and strange, and leaves {placeholders} alone."""

    def pgettext(self, context: str, message: str) -> str:
        parts = re.split(r"(\{\w+\})", message)
        strange = "".join(p if p.startswith("{") else p.translate(ACCENTED) for p in parts)
        return f"⟦{strange}{' ~' * (len(message) // 6)}⟧"


@dataclass(frozen=True)
class Served:
    address: str
    site: Site


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    """The site alone, with one locale more."""
    real = build(read({"QUIETLINE_SOCKET": "/nowhere"}))
    pseudo = replace(real.locales[0], tag="ar", name="⟦Pşéúdö⟧", direction="rtl")
    words = Words(real.content.words.source, {"ar": {name: Pseudo() for name in CATALOGS}})
    site = replace(real, locales=(pseudo,), content=replace(real.content, words=words))
    port = free_port()
    server = uvicorn.Server(
        uvicorn.Config(create_app(site), port=port, log_level="critical", ws="none")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.05)
    yield Served(f"http://127.0.0.1:{port}", site)
    server.should_exit = True
    thread.join(10)


@pytest.mark.parametrize("width", [320, 1200])
def test_no_page_is_too_narrow_for_a_long_language_from_right_to_left(
    chromium: Browser, served: Served, width: int
) -> None:
    page = chromium.new_page(viewport={"width": width, "height": 700})
    for path in PAGES:
        page.goto(f"{served.address}{path}?locale=ar&country=DE")
        assert page.evaluate("document.documentElement.dir") == "rtl"
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    for choice in SOME:
        page.goto(f"{served.address}/read?locale=ar&choice={choice}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, choice
    page.close()


def test_no_page_shows_a_word_that_can_not_be_translated(chromium: Browser, served: Served) -> None:
    page = chromium.new_page(java_script_enabled=False)
    for path in PAGES:
        page.goto(f"{served.address}{path}?locale=ar")
        paragraphs = page.locator("main p, main h1, main h2, main button, footer p")
        plain = [text.strip() for text in paragraphs.all_inner_texts() if text.strip()]
        assert [text for text in plain if "⟦" not in text] == [], path
    page.close()
