"""What a visit leaves in the browser: nothing that was said, and no key."""

from __future__ import annotations

import secrets
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote, quote_plus, urlsplit

import pytest
from playwright.sync_api import BrowserContext, Error

from tests.browser.conftest import Open
from tests.browser.serving import Served
from tests.browser.visiting import WORRY, WRITTEN_MS, Visit

pytestmark = pytest.mark.slow

PATHS = {"/", "/help", "/about", "/privacy", "/forget", "/static/site.css", "/static/site.js"}
KEPT = """async () => ({
    cookies: document.cookie,
    local: Object.keys(localStorage),
    session: Object.keys(sessionStorage),
    databases: await indexedDB.databases(),
    caches: "caches" in window ? await caches.keys() : [],
    workers: await navigator.serviceWorker.getRegistrations(),
    name: window.name,
    state: history.state,
})"""
NOTHING = {
    "cookies": "", "local": [], "session": [], "databases": [], "caches": [], "workers": [],
    "name": "", "state": None,
}  # fmt: skip


def walk(visit: Visit, sentence: str) -> None:
    """Use every part of the site once, and say ``sentence`` on the way."""
    visit.open(country="GB")
    visit.say(sentence)
    visit.press_unseen("module.urges.2")
    visit.press_unseen("exercise.stay_safe_plan")
    visit.page.locator(".sheet textarea").first.fill(sentence)
    visit.press_unseen("check_in.start")
    visit.press_unseen("topic.suicide_risk")
    for name in ("help", "about", "privacy"):
        with visit.answering(f"/{name}"):
            visit.page.click(f"button[formaction='/{name}']")
        leave_page(visit)
    visit.choose("locale", "de")


def leave_page(visit: Visit) -> None:
    """Go back from a page beside the conversation."""
    if visit.has_scripts:
        visit.page.click("#panel .close")
    else:
        visit.press("menu")


def test_a_visit_leaves_nothing_in_the_browsers_storages(visitor: Open, has_scripts: bool) -> None:
    visit = visitor("en", has_scripts)

    walk(visit, WORRY["en"])

    state = visit.page.context.storage_state()
    assert (state["cookies"], state["origins"]) == ([], [])
    if has_scripts:
        assert visit.page.evaluate(KEPT) == NOTHING
    assert not [name for request in visit.sent for name in _cookies(request)]


def _cookies(request: object) -> list[str]:
    response = request.response()  # type: ignore[attr-defined]
    return [name for name in response.headers if name == "set-cookie"] if response else []


def test_every_request_goes_to_us_and_to_few_addresses(visitor: Open, has_scripts: bool) -> None:
    visit = visitor("en", has_scripts)

    walk(visit, WORRY["en"])

    addresses = [urlsplit(request.url) for request in visit.sent]
    assert {address.netloc for address in addresses} == {urlsplit(visit.served.address).netloc}
    assert {address.path for address in addresses} <= PATHS
    assert {address.query for address in addresses} == {""}
    assert not any(request.headers.get("referer") for request in visit.sent)


def test_with_scripts_the_address_and_the_history_stay_the_same(visitor: Open) -> None:
    visit = visitor("en").open()
    before = visit.page.evaluate("history.length")

    walk_on = ("topic.self_help", "exercise.grounding", "module.urges", "check_in.start")
    for choice in walk_on:
        visit.press_unseen(choice)

    assert visit.page.url == f"{visit.served.address}/"
    assert visit.page.evaluate("history.length") == before


def test_the_title_is_always_the_same(visitor: Open, has_scripts: bool, tag: str) -> None:
    visit = visitor(tag, has_scripts)

    for path in ("/", "/help", "/about", "/privacy"):
        assert visit.open(path).page.title() == "Quietline"
    visit.open()
    for choice in ("topic.suicide_risk", "module.urges", "check_in.start"):
        visit.press_unseen(choice)
        assert visit.page.title() == "Quietline"


def test_the_key_is_nowhere_in_the_page_when_scripts_hold_it(visitor: Open) -> None:
    visit = visitor("en").open()
    visit.press("topic.self_help")
    visit.press_unseen("menu")

    token = visit.tokens()[-1]

    assert len(token) == 43
    assert token not in visit.page.content()


def test_the_browsers_profile_holds_neither_words_nor_key(
    product: Served, own_browser: BrowserContext, tmp_path: Path, has_scripts: bool
) -> None:
    sentence = f"I worry about my thoughts, {secrets.token_hex(8)} is my mark"
    visit = Visit(own_browser.pages[0], product, "en", has_scripts)

    walk(visit, sentence)
    while_open = found_in(tmp_path / "profile", sentence, *visit.tokens())
    visit.page.click("#exit")
    visit.page.wait_for_url(lambda url: not url.startswith(product.address))
    own_browser.close()

    assert while_open == []
    assert found_in(tmp_path / "profile", sentence, *visit.tokens()) == []
    assert found_in(tmp_path / "profile", urlsplit(product.address).netloc), "nothing was written"


@pytest.mark.parametrize("way", ["back", "reload"])
def test_only_without_scripts_does_chromium_write_down_a_form_that_it_comes_to_again(
    product: Served, own_browser: BrowserContext, tmp_path: Path, has_scripts: bool, way: str
) -> None:
    """The pages warn of it; once Chromium no longer does so, neither need they."""
    sentence = f"I worry about my thoughts, {secrets.token_hex(8)} is my mark"
    visit = Visit(own_browser.pages[0], product, "en", has_scripts)
    visit.open(country="GB")
    visit.say(sentence)
    visit.page.wait_for_timeout(WRITTEN_MS)
    before = found_in(tmp_path / "profile", sentence, *visit.tokens())

    if way == "reload":
        visit.page.reload()
    else:
        visit.page.click("#exit")
        visit.page.wait_for_url(lambda url: not url.startswith(product.address))
        with suppress(Error):  # a page that answered a form: the browser asks and shows nothing
            visit.page.go_back()
    visit.page.wait_for_timeout(WRITTEN_MS)
    own_browser.close()

    found = found_in(tmp_path / "profile", sentence, *visit.tokens())
    assert before == []
    assert {name.partition("_")[0] for name in found} == (
        set() if has_scripts else {"Session", "Tabs"}
    )


def found_in(folder: Path, *needles: str) -> list[str]:
    """Return the files that hold one of ``needles``, however a browser may write it."""
    forms = {form for needle in needles if needle for form in _written(needle)}
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in files if any(form in _bytes(path) for form in forms)]


def _written(text: str) -> tuple[bytes, ...]:
    spellings = (text, quote(text), quote_plus(text))
    return tuple(s.encode(code) for s in spellings for code in ("utf-8", "utf-16-le"))


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:  # the browser tidies up while we look
        return b""
