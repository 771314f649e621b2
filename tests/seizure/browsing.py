"""Visitors with a real browser, with scripts and without, whose profile lies on the disk."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from playwright.sync_api import BrowserContext, Error, Playwright, sync_playwright

from tests.browser.conftest import FLAGS
from tests.browser.install import browser_path
from tests.browser.serving import Served
from tests.browser.visiting import COUNTRY, DANGER, Visit
from tests.seizure.marks import AGENT, TYPED, WORD
from tests.seizure.product import Product
from tests.seizure.visitor import HEADERS

VISITS: Final = (("en", True), ("de", True), ("fr", False))
"""Language, and whether scripts are on."""
SENT: Final = ("X-Forwarded-For", "X-Real-IP", "Forwarded")


def browse(product: Product, profile: Path) -> set[str]:
    """Go through the site with scripts and without; return the keys that the browser had."""
    tokens: set[str] = set()
    served = Served(product.address, product.running)
    path = browser_path()  # before: it may need a driver of its own
    with sync_playwright() as driver:
        for tag, has_scripts in VISITS:
            with _browser(driver, path, profile, has_scripts) as context:
                visit = Visit(context.pages[0], served, tag, has_scripts)
                _visit(visit)
                tokens |= set(visit.tokens())
    return tokens


@contextmanager
def _browser(
    driver: Playwright, path: str, profile: Path, has_scripts: bool
) -> Iterator[BrowserContext]:
    outside = profile.parent / "browser"
    outside.mkdir(exist_ok=True)
    context = driver.chromium.launch_persistent_context(
        profile,
        executable_path=path,
        args=FLAGS,
        ignore_default_args=["--disable-back-forward-cache"],
        env={**os.environ, "HOME": str(outside), "TMPDIR": str(outside)},
        java_script_enabled=has_scripts,
        user_agent=f"{AGENT}/9.13",
        extra_http_headers={name: HEADERS[name] for name in SENT},
    )
    yield context
    context.close()


def _visit(visit: Visit) -> None:
    """Use every part of the conversation, and leave by the exit."""
    visit.open(country=COUNTRY[visit.tag])
    visit.choose("locale", visit.tag)
    visit.say(f"{TYPED} {WORD}")
    visit.press_unseen("module.urges.2")
    visit.press_unseen("exercise.stay_safe_plan")
    visit.page.locator(".sheet textarea").first.fill(f"{TYPED} {WORD}")
    visit.press_unseen("check_in.start")
    visit.say(f"{DANGER[visit.tag]} {WORD}")
    visit.press_unseen("topic.harmful_request")
    visit.press_unseen("services.helpline")
    visit.page.fill("#text", f"{TYPED} {WORD}")
    with visit.page.expect_navigation():
        visit.page.click("#exit")
    with suppress(Error):  # a page that answered a form: the browser asks and shows nothing
        visit.page.go_back()
