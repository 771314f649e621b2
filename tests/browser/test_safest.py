"""What Tor Browser's "Safest" leaves: no scripts, no fonts of a site, no drawings. All is said."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx2
import pytest
from playwright.sync_api import Browser, Page, expect

from bot.web.public import chat, directory, handover, library, statistics
from bot.web.public import help as help_pages
from bot.web.public.visitor import EMBEDDED
from tests.browser.serving import Elsewhere, Served, serving
from tests.browser.touring import PAGES, opening
from tests.browser.visiting import Visit, new_context
from tests.web.releasing import a_release

pytestmark = pytest.mark.slow

ASKED = "?locale={tag}&country={country}&service=troubled-desire&choice=module.law"
ADDRESSES = sorted(
    {
        route.path
        for part in (chat, directory, handover, help_pages, library, statistics)
        for route in part.routes
        if "GET" in (route.methods or ()) and not re.search(r"[.{]", route.path)
    }
    | {EMBEDDED}
)
"""Every page that has an address of its own."""
WAYS = PAGES | {path: opening(path + ASKED) for path in ADDRESSES}
KINDS_LOADED = {"document", "stylesheet"}
UNSAFE = "svg, img, picture, canvas, video, audio, object, embed, iframe, math, input[type=image]"
SAID_ONLY_IN_DRAWINGS = """selector => {
    // A number in a chart, the words under it: each must stand in a text as well. What a drawing
    // looks like (desc) and its scale are of use beside the drawing only.
    const drawn = [...document.querySelectorAll("svg text:not(.scale), svg title")]
        .map(part => part.textContent.trim());
    document.querySelectorAll(selector).forEach(drawing => drawing.remove());
    const said = document.body.textContent.replace(/\\s+/g, " ");
    const rows = [...document.querySelectorAll("table.numbers, caption, h2, h3")];
    const words = rows.map(row => row.textContent).join(" ") + said;
    return drawn.filter(text => !words.includes(text));
}"""
NAMELESS = """() => [...document.querySelectorAll("button, a[href], summary")]
    .filter(e => e.checkVisibility() && !e.innerText.trim())
    .map(e => e.outerHTML.slice(0, 120))"""
DEAD = """() => [...document.querySelectorAll("button[type=button], [role=timer]")]
    .filter(e => e.checkVisibility()).map(e => e.outerHTML.slice(0, 120))"""
"""Buttons that need a script, and are there without one."""
FOREIGN = re.compile(r"@font-face|@import|src\s*:|url\(\s*['\"]?(?!data:|#)", re.IGNORECASE)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, other_site: Elsewhere) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("safest")
    a_release(folder / "releases", weeks=5)
    settings = {"socket": str(folder / "none.sock"), "embed": "https://partner.example"}
    with serving(folder, "site", "--once", exit_url=other_site.address, **settings) as served:
        yield served


@pytest.fixture(scope="module")
def visit(site: Served, chromium: Browser) -> Iterator[Visit]:
    with new_context(chromium, "en", has_scripts=False) as context:
        yield Visit(context.new_page(), site, "en", has_scripts=False)


@pytest.mark.parametrize("name", WAYS)
def test_a_page_says_everything_without_scripts_fonts_or_drawings(visit: Visit, name: str) -> None:
    visit.sent.clear()
    WAYS[name](visit)
    page = visit.page

    assert {request.resource_type for request in visit.sent} <= KINDS_LOADED
    assert {urlsplit(request.url).netloc for request in visit.sent} == {
        urlsplit(visit.served.address).netloc
    }
    assert page.evaluate("document.fonts.size") == 0
    assert page.evaluate(NAMELESS) == []
    assert page.evaluate(DEAD) == []
    codes_are_said(page)
    assert page.evaluate(SAID_ONLY_IN_DRAWINGS, UNSAFE) == []
    expect(page.locator("main h1, main h2").first).to_be_attached()
    expect(page.locator("#exit")).to_be_visible()
    expect(page.locator("#help")).to_be_visible()


def codes_are_said(page: Page) -> None:
    """Insist that each code to scan is a contact that is on the page in full."""
    contacts = page.locator("a.contact .where").all_inner_texts()
    for code in page.locator("ul.codes li").all():
        assert any(contact in code.inner_text() for contact in contacts)


@pytest.mark.parametrize("sheet", ["site.css", "charts.css"])
def test_a_style_sheet_loads_nothing(site: Served, sheet: str) -> None:
    text = httpx2.get(f"{site.address}/static/{sheet}", timeout=20).text

    assert FOREIGN.findall(text) == []
    assert "{" in text


def test_the_help_reads_in_order_without_any_style(site: Served, chromium: Browser) -> None:
    with new_context(chromium, "en", has_scripts=False) as context:
        page = context.new_page()
        page.route("**/*.css", lambda route: route.abort())
        page.goto(f"{site.address}/help?locale=en&country=GB")
        first = page.locator("#help a[href^='tel:']").first

        expect(first).to_be_visible()
        expect(first).to_have_attribute("href", "tel:999")
        expect(page.locator("#exit")).to_be_visible()
