"""The real product, a real browser, and a visitor with or without scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Playwright, expect, sync_playwright

from bot.settings import ROOT
from tests.browser.install import browser_path
from tests.browser.serving import Elsewhere, Served, elsewhere, serving
from tests.browser.visiting import Visit, new_context

expect.set_options(timeout=20_000)  # milliseconds: what comes late on a busy machine isn't wrong

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
MODEL = ROOT / "models" / "quietline.tar.gz"
Open = Callable[..., Visit]


@pytest.fixture(scope="session")
def other_site() -> Iterator[Elsewhere]:
    """Where visitors come from, and where the exit leads."""
    with elsewhere() as other:
        yield other


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory, other_site: Elsewhere) -> Iterator[Served]:
    """Site and assistant, once the assistant answers."""
    assert MODEL.exists(), "There is no trained model yet; run: make setup"
    folder = tmp_path_factory.mktemp("product")
    with serving(folder, "run", exit_url=other_site.address) as served:
        served.wait_until_it_converses()
        yield served


@pytest.fixture
def site_alone(tmp_path: Path, other_site: Elsewhere) -> Iterator[Served]:
    """The site while there is no assistant."""
    settings = {"socket": str(tmp_path / "none.sock"), "exit_url": other_site.address}
    with serving(tmp_path, "site", "--once", **settings) as served:
        yield served


# Closed after this folder: while it is open, no other test could have an event loop of its own.
# The path comes first, because looking for a browser may need such a driver too.
@pytest.fixture(scope="package")
def driver(chromium_path: str) -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="package")
def chromium(driver: Playwright, chromium_path: str) -> Iterator[Browser]:
    browser = driver.chromium.launch(executable_path=chromium_path, args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture
def remembering(driver: Playwright, chromium_path: str) -> Iterator[Browser]:
    """A browser that keeps left pages alive for the Back button, as people's browsers do."""
    browser = driver.chromium.launch(
        executable_path=chromium_path,
        args=FLAGS,
        ignore_default_args=["--disable-back-forward-cache"],
    )
    yield browser
    browser.close()


@pytest.fixture
def own_browser(
    driver: Playwright, chromium_path: str, tmp_path: Path, has_scripts: bool
) -> Iterator[BrowserContext]:
    """A browser with a profile on the disk, as people have."""
    context = driver.chromium.launch_persistent_context(
        tmp_path / "profile",
        executable_path=chromium_path,
        args=FLAGS,
        ignore_default_args=["--disable-back-forward-cache"],
        java_script_enabled=has_scripts,
        locale="en",
    )
    yield context
    context.close()


@pytest.fixture(scope="session")
def chromium_path() -> str:
    return browser_path()


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def has_scripts(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture(params=["en", "de", "fr"])
def tag(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def visitor(product: Served, chromium: Browser) -> Iterator[Open]:
    """Return a function that makes a new visitor; at the end nothing may have gone wrong."""
    visits: list[Visit] = []
    with ExitStack() as closing:

        def come(
            tag: str = "en", has_scripts: bool = True, served: Served = product, **more: object
        ) -> Visit:
            context = new_context(chromium, tag, has_scripts, **more)
            closing.callback(context.close)
            visits.append(Visit(context.new_page(), served, tag, has_scripts))
            return visits[-1]

        yield come
        told = [line for visit in visits for line in visit.told]
        assert not told, "\n".join(told)
