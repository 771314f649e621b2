"""Visitors with a real browser, with scripts and without, whose profile lies on the disk."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from playwright.sync_api import (
    BrowserContext,
    Error,
    Locator,
    Playwright,
    expect,
    sync_playwright,
)

from tests.browser.conftest import FLAGS
from tests.browser.install import browser_path
from tests.browser.serving import Served
from tests.browser.visiting import WRITTEN_MS, Visit, words
from tests.seizure.marks import AGENT, TYPED, WORD
from tests.seizure.product import Product
from tests.seizure.visitor import COUNTRIES, HEADERS, phrase

SENT: Final = ("X-Forwarded-For", "X-Real-IP", "Forwarded")
KEPT: Final = "module.urges"


def browse(
    product: Product, profile: Path, visits: Iterable[tuple[str, bool]]
) -> Iterator[tuple[tuple[str, bool], set[str]]]:
    """Go through the site in each language, with scripts or without.

    Yields:
        A visit that came to its end, and the keys that the browser had in it.
    """
    served = Served(product.address, product.running)
    path = browser_path()  # before: it may need a driver of its own
    with sync_playwright() as driver:
        for tag, has_scripts in visits:
            with _browser(driver, path, profile, has_scripts) as context:
                visit = Visit(context.pages[0], served, tag, has_scripts)
                number = _visit(visit)
                keys = {*visit.tokens(), number, number.replace(" ", "")}
            yield (tag, has_scripts), keys


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


def _visit(visit: Visit) -> str:
    """Use every part of the site, and leave by the exit; return the number for the progress."""
    visit.open(country=COUNTRIES[visit.tag])
    visit.choose("locale", visit.tag)
    visit.say(f"{TYPED} {WORD}")
    _talk(visit)
    _read(visit)
    number = _keep_progress(visit)
    _forget(visit)
    for _ in range(2):  # with the second the page sends its new key
        visit.say(f"{TYPED} {WORD}")
    visit.page.fill("#text", f"{TYPED} {WORD}")
    visit.page.wait_for_timeout(WRITTEN_MS)
    with visit.page.expect_navigation():
        visit.page.click("#exit")
    if visit.has_scripts:  # without, Chromium writes down a form that it comes to again
        with suppress(Error):
            visit.page.go_back()
    visit.page.wait_for_timeout(WRITTEN_MS)
    return number


def _talk(visit: Visit) -> None:
    """Go through module, exercise, check-in, danger, refusal and services."""
    visit.sees("module.urges.wave.title", where=visit.press_unseen("module.urges.2"))
    visit.press_unseen("exercise.stay_safe_plan")
    visit.page.locator(".sheet textarea").first.fill(f"{TYPED} {WORD}")
    visit.sees("check_in.intro", where=visit.press_unseen("check_in.start"))
    for topic in ("suicide_risk", "imminent_risk", "harmful_request"):
        answer = visit.say(phrase(visit.tag, topic))
        visit.sees(f"answer.{topic}.1", where=answer)
    visit.sees("offer.heading.helpline", where=visit.press_unseen("services.helpline"))


def _read(visit: Visit) -> None:
    """Take a card along, and come to the library."""
    _open(visit, "/card", visit.turn.locator("button[formaction='/card']").first)
    visit.sees("card.title", where=_shown(visit))
    _close(visit)
    _open(visit, "/library", visit.page.locator("footer button[formaction='/library']"))
    visit.sees("library.intro", where=_shown(visit))


def _keep_progress(visit: Visit) -> str:
    """Keep progress, open it and delete it, from the library on; return its number."""
    _open(visit, "/progress", _shown(visit).locator("button[formaction='/progress']"))
    _shown(visit).locator(f"[name=kept][value='{KEPT}']").check()
    _step(visit, "make")
    number = _shown(visit).locator(".code").inner_text()
    asked = int(_shown(visit).locator("[name=asked]").get_attribute("value") or "")
    _shown(visit).locator("[name=typed]").fill(number.split()[asked])
    _step(visit, "confirm")
    visit.sees("progress.kept_title", where=_shown(visit))
    _close(visit)
    _find_progress(visit)
    _shown(visit).locator("[name=number]:visible").fill(number)
    _step(visit, "open")
    expect(_shown(visit).locator("[name=kept]:checked")).to_have_value(KEPT)
    _step(visit, "delete")
    visit.sees("progress.deleted_title", where=_shown(visit))
    _close(visit)
    return number


def _find_progress(visit: Visit) -> None:
    """Come to where a number is asked for."""
    _open(visit, "/library", visit.page.locator("footer button[formaction='/library']"))
    _open(visit, "/progress", _shown(visit).locator("button[formaction='/progress']"))
    _step(visit, "enter")


def _forget(visit: Visit) -> None:
    visit.forget()
    expect(visit.page.locator(".lead .notice")).to_have_text(words(visit.tag, "chat.forgotten"))


def _shown(visit: Visit) -> Locator:
    """Return what is read now: the panel over the conversation, or a page of its own."""
    return visit.page.locator(".reading").first


def _step(visit: Visit, step: str) -> None:
    _open(visit, "/progress", _shown(visit).locator(f"button[name=step][value={step}]"))


def _open(visit: Visit, path: str, button: Locator) -> None:
    with visit.answering(path):
        button.click()


def _close(visit: Visit) -> None:
    """Go back into the conversation."""
    if visit.has_scripts:
        visit.page.click("#panel .close")
        return
    with visit.answering():
        visit.page.click("button[data-close]")
