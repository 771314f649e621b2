"""The open statistics and the researcher's page in a browser: axe, small windows, no scripts."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect
from starlette.types import ASGIApp

from bot.settings import Settings, read
from bot.storage.staff.people import NewPassword, Role
from bot.storage.staff.sealing import Work
from bot.storage.staff.store import StaffStore
from bot.web.public.app import create_app
from bot.web.public.server import build
from bot.web.staff import app as staff_app
from bot.web.staff.site import new_staff
from tests.browser.visiting import DESKTOP
from tests.faults.running import free_port
from tests.web.releasing import a_release

pytestmark = pytest.mark.slow

NAME, PASSWORD = "rosa", "correct horse battery"
LIGHT = Work(memory_kib=64, iterations=1, lanes=1)
SMALL = {"width": 320, "height": 640}
SOME = "row.entry=wrote.own_thoughts&row.entry=button.report&row.entry=wrote.support"
EVERYTHING = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
OUTSIDE = """() => {
    // A word that leaves the window can't be read, and SVG doesn't widen the page.
    const width = document.documentElement.clientWidth;
    return [...document.querySelectorAll("svg[role=img] text")]
        .map(word => [word.textContent, word.getBoundingClientRect()])
        .filter(([, box]) => box.left < -1 || box.right > width + 1)
        .map(([text]) => text);
}"""
COVERED = """() => [...document.querySelectorAll("svg.bars")].flatMap(chart => {
    // No label or number may lie over another.
    const words = [...chart.querySelectorAll("text")].map(word => word.getBoundingClientRect());
    return words.flatMap((one, at) => words.slice(at + 1).filter(two =>
        one.left < two.right - 1 && two.left < one.right - 1
        && one.top < two.bottom - 4 && two.top < one.bottom - 4));
}).length"""
FILLS = """() => ["length", "hidden", "row-name"].map(name =>
    getComputedStyle(document.querySelector(`svg .${name}`)).fill)"""


@dataclass(frozen=True)
class Pages:
    """Both pages, and who may see the second."""

    public: str
    staff: str
    secret: str


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    releases = tmp_path_factory.mktemp("released")
    a_release(releases, weeks=5, with_survey=True)
    a_release(releases, weeks=12, with_survey=True)
    return read({"QUIETLINE_RELEASES": str(releases), "QUIETLINE_SOCKET": "/nowhere"})


@pytest.fixture(scope="module")
def pages(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    database = tmp_path_factory.mktemp("staff") / "staff.sqlite"
    store = StaffStore(f"sqlite:///{database}", bytes(range(32)), LIGHT)
    secret = employed(store)
    with (
        serving(create_app(build(settings))) as public,
        serving(staff_app.create_app(new_staff(settings, store))) as staff,
    ):
        yield Pages(public, staff, secret)
    store.close_engine()


def employed(store: StaffStore) -> str:
    """Make a researcher's account; return the secret of the code app."""
    # The code of a minute ago counts as used, so that the one of this moment is still good.
    before = datetime.now(UTC) - timedelta(minutes=1)
    code = store.invite(NAME, (Role.RESEARCHER,), "shell", before)
    secret = store.safe.code_secret(code)
    store.accept(code, NewPassword(PASSWORD, secret, pyotp.TOTP(secret).timecode(before)), before)
    return secret


@contextmanager
def serving(app: ASGIApp) -> Iterator[str]:
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="critical", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def signed_in(pages: Pages, chromium: Browser) -> Iterator[BrowserContext]:
    """The browser of somebody who signed in."""
    with chromium.new_context(viewport=DESKTOP) as context:
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.goto(f"{pages.staff}/sign-in")
        page.get_by_label("Name").fill(NAME)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_label("Code", exact=True).fill(pyotp.TOTP(pages.secret).now())
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.get_by_role("link", name="Statistics").first.wait_for()
        yield context


@pytest.fixture(scope="module")
def researcher(signed_in: BrowserContext) -> Page:
    return signed_in.pages[0]


@pytest.fixture(scope="module")
def visitor(chromium: Browser) -> Iterator[Page]:
    with chromium.new_context(viewport=DESKTOP) as context:
        context.set_default_timeout(10_000)
        yield context.new_page()


@pytest.fixture
def without_scripts(chromium: Browser, signed_in: BrowserContext) -> Iterator[Page]:
    """A page where no script runs, of somebody who signed in."""
    with chromium.new_context(
        java_script_enabled=False, storage_state=signed_in.storage_state()
    ) as context:
        context.set_default_timeout(10_000)
        yield context.new_page()


@pytest.fixture(params=["public", "months", "staff", "years"])
def page(
    request: pytest.FixtureRequest, pages: Pages, visitor: Page, researcher: Page
) -> Iterator[Page]:
    """One of the pages."""
    opened, address = {
        "public": (visitor, f"{pages.public}/statistics?locale=en"),
        "months": (visitor, f"{pages.public}/statistics?locale=de&choice=2026-09"),
        "staff": (researcher, f"{pages.staff}/statistics?table=entry&{SOME}"),
        "years": (
            researcher,
            f"{pages.staff}/statistics?period=years&compare=2026-W40&table=outcome",
        ),
    }[request.param]
    opened.set_viewport_size(DESKTOP)
    answer = opened.goto(address)
    assert answer
    assert answer.status == 200
    assert opened.locator("svg[role=img]").count() > 0
    yield opened
    opened.emulate_media(color_scheme="light", forced_colors="none", media="screen")


@pytest.mark.parametrize(
    ("window", "scheme"), [(SMALL, "light"), (DESKTOP, "dark")], ids=["phone", "desktop"]
)
def test_axe_finds_nothing(page: Page, window: dict[str, int], scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size(window)
    page.evaluate("document.querySelectorAll('details').forEach(one => (one.open = true))")

    violations = Axe().run(page, options=EVERYTHING).response["violations"]

    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in violations] == []


@pytest.mark.parametrize("width", [320, 640, 1200])
def test_nothing_has_to_be_scrolled_sideways_and_no_word_is_cut_or_covered(
    page: Page, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 700})

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(OUTSIDE) == []
    assert page.evaluate(COVERED) == 0


def test_in_letters_twice_as_large_no_word_of_a_chart_is_cut_or_covered(page: Page) -> None:
    page.evaluate("document.documentElement.style.fontSize = '34px'")

    assert page.evaluate(OUTSIDE) == []
    assert page.evaluate(COVERED) == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_bars_hatching_and_words_differ_from_one_another_in_every_scheme(
    page: Page, scheme: str
) -> None:
    page.emulate_media(color_scheme=scheme)
    bar, hatched, word = page.evaluate(FILLS)

    assert "url(" in hatched
    assert bar != word or scheme == "light"


def test_forced_colours_are_the_readers_own(page: Page) -> None:
    page.emulate_media(forced_colors="active")
    own = page.evaluate("getComputedStyle(document.querySelector('td')).color")

    bar, hatched, word = page.evaluate(FILLS)

    assert bar == word == own
    assert "url(" in hatched


def test_print_shows_the_numbers_of_each_chart(page: Page) -> None:
    page.emulate_media(media="print")

    for word in page.locator("svg .amount").all()[:5]:
        assert word.is_visible()


def test_a_period_is_chosen_without_a_script(pages: Pages, without_scripts: Page) -> None:
    without_scripts.goto(f"{pages.public}/statistics?locale=en")
    without_scripts.select_option("#choice", "2026-09")

    with without_scripts.expect_navigation():
        without_scripts.click(".period button")

    assert without_scripts.locator("#period").inner_text() == "September 2026"


def test_rows_are_chosen_without_a_script(pages: Pages, without_scripts: Page) -> None:
    without_scripts.goto(f"{pages.staff}/statistics")
    without_scripts.select_option("#table", "locale")
    without_scripts.click("form.choose button")
    without_scripts.check("input[name='row.locale'][value=fr]")

    with without_scripts.expect_navigation():
        without_scripts.click("form.choose button")

    assert without_scripts.locator("section h3").all_inner_texts() == ["French"]


def test_a_file_is_downloaded_byte_for_byte(
    pages: Pages, researcher: Page, settings: Settings
) -> None:
    researcher.goto(f"{pages.staff}/statistics")

    with researcher.expect_download() as download:
        researcher.click("a[download] >> text=data/weeks.csv")

    newest = max(path for path in settings.releases.iterdir() if path.is_dir())
    assert Path(download.value.path()).read_bytes() == (newest / "data" / "weeks.csv").read_bytes()


def test_over_an_open_page_the_charts_come_with_their_styles(
    pages: Pages, chromium: Browser
) -> None:
    with chromium.new_context(viewport=DESKTOP, locale="en") as context:
        page = context.new_page()
        told: list[str] = []
        page.on("pageerror", lambda error: told.append(str(error)))
        page.goto(f"{pages.public}/")
        page.click("footer a[href^='/about']")
        page.click("#panel button[formaction='/statistics']")
        bar = page.locator("#panel svg .length").first

        expect(page.locator("#panel h1")).to_have_text("Open statistics")
        expect(bar).not_to_have_css("fill", "rgb(0, 0, 0)")
        page.select_option("#panel #choice", "2026-09")
        page.click("#panel .period button")
        expect(page.locator("#panel #period")).to_have_text("September 2026")
        assert told == []


def test_both_pages_say_so_when_there_is_no_release(
    pages: Pages, settings: Settings, chromium: Browser, tmp_path: Path
) -> None:
    empty = replace(settings, releases=tmp_path)
    with serving(create_app(build(empty))) as address, chromium.new_context() as context:
        page = context.new_page()
        page.goto(f"{address}/statistics?locale=en")
        violations = Axe().run(page, options=EVERYTHING).response["violations"]

        assert "There is no release yet." in page.inner_text("main")
        assert violations == []
