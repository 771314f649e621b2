"""The staff's pages as people meet them: who lets whom in, and how they sign in."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx2
import pyotp
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.test_accessibility import EVERYTHING, LEAST_TARGET, SMALL_TARGETS, WIDTHS
from tests.browser.visiting import DESKTOP, PHONE
from tests.faults import running
from tests.faults.running import Running, wait_until

KEY: Final = "c3RhZmYtcGFnZXMta2V5LWZvci10aGUtdGVzdHMtMSE="
PASSWORD: Final = "correct horse battery"


@dataclass
class Office:
    """The running pages, and the shell beside them."""

    address: str
    folder: Path
    settings: dict[str, str]
    running: Running

    def quietline(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run ``quietline <arguments>`` with the settings of the pages."""
        return subprocess.run(
            [sys.executable, "-m", "bot", *arguments],
            env=running.environment(self.folder, self.settings),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def start_again(self) -> None:
        """Stop the pages and start them anew, as after an update."""
        self.running.stop()
        self.running = running.start(self.folder, "staff", "serve", **self.settings)
        wait_until(self.is_up, self.running)

    def invited(self, name: str, *roles: str) -> str:
        """Return the code of an invitation; without roles, for an administrator."""
        given = [part for role in roles or ("administrator",) for part in ("--role", role)]
        done = self.quietline("staff", "invite", name, *given)
        assert not done.returncode, done.stderr
        return dict(line.split("\t") for line in done.stdout.splitlines())["code"]

    def is_up(self) -> bool:
        try:
            return httpx2.get(f"{self.address}/sign-in", timeout=5).is_success
        except httpx2.HTTPError:
            return False


@dataclass(frozen=True)
class Worker:
    """Somebody who signed in, in a browser of their own."""

    context: BrowserContext
    address: str
    secret: str
    name: str

    def open(self, path: str) -> Page:
        page = new_page(self.context)
        page.goto(self.address + path)
        return page

    def text(self, message_id: str, locale: str = "de") -> Page:
        return self.open(f"/studio/text?locale={locale}&id={message_id}")

    def sign_in(self) -> Page:
        page = self.open("/sign-in")
        page.get_by_label("Name").fill(self.name)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_label("Code").fill(next_code(self.secret))
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.get_by_role("heading", name="Start")).to_be_visible()
        return page


@contextmanager
def opened(folder: Path, **settings: str) -> Iterator[Office]:
    """Run ``quietline staff serve`` on a free port, once it answers."""
    port = running.free_port()
    chosen = {
        "staff_port": str(port),
        "staff_database": f"sqlite:///{folder / 'staff.sqlite'}",
        "staff_key": KEY,
    } | settings
    started = running.start(folder, "staff", "serve", **chosen)
    made = Office(f"http://localhost:{port}", folder, chosen, started)
    try:
        wait_until(made.is_up, started)
        yield made
    finally:
        made.running.stop()


def new_page(context: BrowserContext) -> Page:
    page = context.new_page()
    page.set_default_timeout(10_000)
    return page


def next_code(secret: str) -> str:
    """Return the code after this one: the clock of a telephone may be early by one."""
    app = pyotp.TOTP(secret)
    return app.at(time.time() + app.interval)


def begin(page: Page, office: Office, name: str, *roles: str) -> None:
    """Open an invitation that was made in the shell."""
    redeem(page, office, office.invited(name, *roles))


def redeem(page: Page, office: Office, code: str) -> None:
    """Open an invitation by its code."""
    page.goto(f"{office.address}/invitation")
    page.get_by_label("Invitation code").fill(code)
    page.get_by_role("button", name="Go on").click()


def make_account(page: Page, office: Office, name: str, *roles: str) -> str:
    """Accept an invitation with a password; return the secret of the code app."""
    begin(page, office, name, *roles)
    return accept(page)


def accept(page: Page) -> str:
    """Choose a password on the page of an invitation; return the secret of the code app."""
    secret = page.locator(".app .key").inner_text().replace(" ", "")
    page.get_by_label("New password", exact=True).fill(PASSWORD)
    page.get_by_label("New password again").fill(PASSWORD)
    page.get_by_label("Code", exact=True).fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Make the account").click()
    expect(page.get_by_role("heading", name="Start")).to_be_visible()
    return secret


def check(page: Page) -> None:
    """Look at a page in both schemes and in narrow windows."""
    for window, scheme in ((PHONE, "light"), (DESKTOP, "dark")):
        page.set_viewport_size(window)
        page.emulate_media(color_scheme=scheme)
        violations = Axe().run(page, options=EVERYTHING).response["violations"]
        found = [(each["id"], node["html"]) for each in violations for node in each["nodes"]]
        assert found == [], page.url
    for window in WIDTHS:
        page.set_viewport_size(window)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= window["width"], page.url
    page.set_viewport_size(PHONE)
    assert page.evaluate(SMALL_TARGETS, LEAST_TARGET) == [], page.url
