"""Keeping progress and going on with a number, on a small phone, with scripts and without."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.serving import Elsewhere, Served, serving
from tests.browser.test_traces import found_in
from tests.browser.visiting import WRITTEN_MS, Visit, new_context, words

pytestmark = pytest.mark.slow

SMALL = {"width": 320, "height": 640}
TICKED = "module.urges"
NUMBER = "4711 0815 4712 9999 1234 5678"


@pytest.fixture(scope="module")
def keeping(
    tmp_path_factory: pytest.TempPathFactory, other_site: Elsewhere
) -> Iterator[tuple[Served, Path]]:
    """The site with progress turned on, and the folder of all its files; no assistant is needed."""
    folder = tmp_path_factory.mktemp("keeping")
    settings = {
        "socket": str(folder / "none.sock"),
        "exit_url": other_site.address,
        "resume": "on",
        "progress_database": f"sqlite:///{folder / 'progress.sqlite'}",
    }
    with serving(folder, "site", "--once", **settings) as served:
        yield served, folder


def sheet(visit: Visit) -> Locator:
    """What is read now: the panel over the first screen, or a page of its own."""
    return visit.page.locator(".reading").first


def go(visit: Visit, button: Locator) -> None:
    """Press a button of this way; look at what comes."""
    with visit.answering("/progress"):
        button.click()
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= SMALL["width"]
    if visit.has_scripts:
        found = Axe().run(visit.page, options={"resultTypes": ["violations"]})
        assert found.response["violations"] == []


def pressed(visit: Visit, step: str) -> None:
    go(visit, sheet(visit).locator(f"button[value={step}]"))


def entered(visit: Visit, number: str) -> None:
    """Come to the first page and type a number; with it, see what is kept."""
    visit.open()
    go(visit, visit.page.get_by_role("button", name=words("en", "progress.go_on")))
    sheet(visit).locator("[name=number]:visible").fill(number)


def test_the_whole_way_leaves_a_number_to_the_visitor_and_nothing_else_to_anybody(
    keeping: tuple[Served, Path], chromium: Browser, has_scripts: bool
) -> None:
    served, folder = keeping
    with new_context(chromium, "en", has_scripts, viewport=SMALL) as context:
        context.set_default_timeout(30_000)  # the work behind a number is meant to be slow
        visit = Visit(context.new_page(), served, "en", has_scripts)
        visit.open()
        with visit.answering("/library"):
            visit.page.get_by_role("link", name=words("en", "nav.library")).click()
        go(visit, sheet(visit).get_by_role("button", name=words("en", "progress.keep")))
        visit.sees("progress.what", "progress.risk", "progress.how_long", where=sheet(visit))
        sheet(visit).locator(f"[value='{TICKED}']").check()
        pressed(visit, "make")
        number = sheet(visit).locator(".code").inner_text()
        assert re.fullmatch(r"(\d{4} ){5}\d{4}", number)
        asked = int(sheet(visit).locator("[name=asked]").get_attribute("value") or "")
        sheet(visit).locator("[name=typed]").fill(number.split()[asked])
        pressed(visit, "confirm")
        expect(sheet(visit)).to_contain_text(words("en", "progress.kept_title"))
        expect(visit.page.locator(".code")).to_have_count(0)

        entered(visit, number)
        pressed(visit, "open")
        expect(sheet(visit).locator("[name=kept]:checked")).to_have_value(TICKED)
        pressed(visit, "delete")
        expect(sheet(visit)).to_contain_text(words("en", "progress.deleted_title"))

        entered(visit, number)
        pressed(visit, "open")
        visit.sees("progress.wrong", where=sheet(visit))
        addresses = [request.url for request in visit.sent]
        assert not any(digits in url for url in addresses for digits in number.split())
        assert visit.told == []
    held = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert not any(secret.encode() in held for secret in (number, number.replace(" ", ""), TICKED))


def test_the_browsers_profile_holds_neither_number_nor_what_was_ticked_or_read(
    keeping: tuple[Served, Path], own_browser: BrowserContext, tmp_path: Path
) -> None:
    served, _ = keeping
    own_browser.set_default_timeout(30_000)
    page = own_browser.pages[0]
    page.goto(
        f"{served.address}/library"
    )  # here the browser sends forms by itself, with scripts too
    page.locator(f"button[value='{TICKED}']:visible").first.click()
    page.locator("button[formaction='/progress']:visible").first.click()
    number = kept_by(page)
    page.wait_for_timeout(WRITTEN_MS)
    secret = (number, number.replace(" ", ""), TICKED)
    while_open = found_in(tmp_path / "profile", *secret)
    own_browser.close()

    assert while_open == []
    assert found_in(tmp_path / "profile", *secret) == []
    assert found_in(tmp_path / "profile", served.address.removeprefix("http://")), "nothing written"


@pytest.mark.parametrize("has_scripts", [True])
def test_with_scripts_no_number_is_written_down_when_its_page_is_loaded_again(
    keeping: tuple[Served, Path], own_browser: BrowserContext, tmp_path: Path
) -> None:
    served, _ = keeping
    page = own_browser.pages[0]
    page.goto(f"{served.address}/library")
    page.locator("button[formaction='/progress']:visible").first.click()
    page.locator("#progress button[value=enter]").click()
    page.locator("[name=number]:visible").fill(NUMBER)
    page.locator("#progress button[value=open]").click()
    expect(page.locator(".reading [role=alert]")).to_have_text(words("en", "progress.wrong"))

    page.reload()
    page.goto(f"{served.address}/help")
    page.go_back()
    page.wait_for_timeout(WRITTEN_MS)
    own_browser.close()

    assert found_in(tmp_path / "profile", NUMBER, NUMBER.replace(" ", "")) == []


def kept_by(page: Page) -> str:
    """Go the way from the first form to the end, without looking; return the number."""
    form = page.locator("#progress")
    form.locator(f"[value='{TICKED}']").check()
    form.locator("button[value=make]").click()
    number = page.locator(".code").inner_text()
    asked = int(form.locator("[name=asked]").get_attribute("value") or "")
    form.locator("[name=typed]").fill(number.split()[asked])
    form.locator("button[value=confirm]").click()
    expect(page.locator(".reading h1")).to_have_text(words("en", "progress.kept_title"))
    return number
