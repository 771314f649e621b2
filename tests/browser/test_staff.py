"""The staff's pages in a real browser: from an invitation to signed in, scripts on or off."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.test_accessibility import EVERYTHING, LEAST_TARGET, SMALL_TARGETS, WIDTHS
from tests.browser.visiting import DESKTOP, PHONE
from tests.faults import running
from tests.faults.running import Running, wait_until

pytestmark = pytest.mark.slow

KEY = "c3RhZmYtcGFnZXMta2V5LWZvci10aGUtdGVzdHMtMSE="
PASSWORD = "correct horse battery"
PAGES = ("/", "/account", "/accounts", "/audit", "/nowhere")


@dataclass(frozen=True)
class Office:
    """The running pages, and the shell beside them."""

    address: str
    folder: Path
    settings: dict[str, str]
    running: Running

    def shell(self, *arguments: str) -> str:
        """Run ``quietline staff <arguments>``."""
        done = subprocess.run(
            [sys.executable, "-m", "bot", "staff", *arguments],
            env=running.environment(self.folder, self.settings),
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        return done.stdout

    def invited(self, name: str, role: str = "administrator") -> str:
        """Return the code of an invitation."""
        printed = self.shell("invite", name, "--role", role)
        return dict(line.split("\t") for line in printed.splitlines())["code"]

    def is_up(self) -> bool:
        try:
            return httpx2.get(f"{self.address}/sign-in", timeout=5).is_success
        except httpx2.HTTPError:
            return False


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder, port = tmp_path_factory.mktemp("staff"), running.free_port()
    settings = {
        "staff_port": str(port),
        "staff_database": f"sqlite:///{folder / 'staff.sqlite'}",
        "staff_key": KEY,
    }
    started = running.start(folder, "staff", "serve", **settings)
    made = Office(f"http://localhost:{port}", folder, settings, started)
    try:
        wait_until(made.is_up, started)
        yield made
    finally:
        started.stop()


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def page(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Page]:
    with closing(chromium.new_context(java_script_enabled=request.param)) as context:
        yield new_page(context)


@pytest.fixture
def scripted(chromium: Browser) -> Iterator[Page]:
    with closing(chromium.new_context()) as context:
        yield new_page(context)


def new_page(context: BrowserContext) -> Page:
    page = context.new_page()
    page.set_default_timeout(10_000)
    return page


def next_code(secret: str) -> str:
    """Return the code after this one: the clock of a telephone may be early by one."""
    app = pyotp.TOTP(secret)
    return app.at(time.time() + app.interval)


def begin(page: Page, office: Office, name: str, role: str = "administrator") -> None:
    """Open an invitation."""
    page.goto(f"{office.address}/invitation")
    page.get_by_label("Invitation code").fill(office.invited(name, role))
    page.get_by_role("button", name="Go on").click()


def make_account(page: Page, office: Office, name: str, role: str = "administrator") -> str:
    """Accept an invitation with a password; return the secret of the code app."""
    begin(page, office, name, role)
    secret = page.locator(".app .key").inner_text().replace(" ", "")
    page.get_by_label("New password", exact=True).fill(PASSWORD)
    page.get_by_label("New password again").fill(PASSWORD)
    page.get_by_label("Code", exact=True).fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Make the account").click()
    expect(page.get_by_role("heading", name="Start")).to_be_visible()
    return secret


def add_authenticator(page: Page) -> None:
    """Give the browser a device that keeps passkeys and knows its owner."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_from_an_invitation_to_signed_in_out_and_in_again(page: Page, office: Office) -> None:
    secret = make_account(page, office, f"ana-{os.urandom(3).hex()}")
    name = page.locator(".bar .who span").last.inner_text()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Code").fill(next_code(secret))
    page.get_by_role("button", name="Sign in", exact=True).click()

    expect(page.get_by_role("heading", name="Start")).to_be_visible()


def test_a_passkey_alone_signs_in(scripted: Page, office: Office) -> None:
    add_authenticator(scripted)
    begin(scripted, office, "kim")
    scripted.get_by_label("What you call it").fill("my telephone")
    scripted.get_by_role("button", name="Make a passkey").click()
    expect(scripted.get_by_role("heading", name="Start")).to_be_visible()
    scripted.get_by_role("button", name="Sign out").click()
    scripted.get_by_role("button", name="Sign in with a passkey").click()

    expect(scripted.get_by_role("heading", name="Start")).to_be_visible()
    assert "kim" in scripted.locator(".bar").inner_text()
    scripted.goto(f"{office.address}/account")
    expect(scripted.get_by_text("my telephone").first).to_be_visible()


def test_a_passkey_can_be_added_later(scripted: Page, office: Office) -> None:
    add_authenticator(scripted)
    make_account(scripted, office, "lea")
    scripted.goto(f"{office.address}/account")
    scripted.get_by_role("button", name="Add a passkey").click()

    expect(scripted.get_by_text("The passkey is added.")).to_be_visible()


def test_without_an_authenticator_the_page_says_that_it_did_not_work(
    scripted: Page, office: Office
) -> None:
    scripted.goto(f"{office.address}/sign-in")
    scripted.evaluate("() => { navigator.credentials.get = () => Promise.reject(); }")
    scripted.get_by_role("button", name="Sign in with a passkey").click()

    expect(scripted.get_by_text("could not use a passkey")).to_be_visible()


def test_without_scripts_the_page_says_what_needs_them(office: Office, chromium: Browser) -> None:
    with closing(chromium.new_context(java_script_enabled=False)) as context:
        page = new_page(context)
        page.goto(f"{office.address}/sign-in")

        expect(page.get_by_text("Passkeys need JavaScript")).to_be_visible()
        expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()


def test_the_whole_way_works_with_the_keyboard(scripted: Page, office: Office) -> None:
    secret = make_account(scripted, office, "kei")
    scripted.get_by_role("button", name="Sign out").press("Enter")
    scripted.get_by_label("Name").focus()
    for text in ("kei", PASSWORD, next_code(secret)):
        scripted.keyboard.type(text)
        scripted.keyboard.press("Tab")
    scripted.keyboard.press("Enter")

    expect(scripted.get_by_role("heading", name="Start")).to_be_visible()


def test_axe_finds_nothing_and_nothing_is_wide_or_tiny(scripted: Page, office: Office) -> None:
    for path in ("/sign-in", "/invitation"):
        scripted.goto(office.address + path)
        check(scripted)
    scripted.get_by_label("Invitation code").fill("nonsense")
    scripted.get_by_role("button", name="Go on").click()
    check(scripted)
    begin(scripted, office, "axel")
    check(scripted)
    make_account(scripted, office, "axel")
    office.invited("waiting-for-somebody-with-a-long-name")
    for path in PAGES:
        scripted.goto(office.address + path)
        scripted.evaluate("document.querySelectorAll('details').forEach(e => { e.open = true; })")
        check(scripted)
    scripted.goto(f"{office.address}/accounts")
    scripted.get_by_label("Name to sign in with").fill("?!")
    scripted.get_by_label("author").last.check()
    scripted.get_by_role("button", name="Invite", exact=True).click()
    expect(scripted.get_by_role("alert")).to_be_visible()
    check(scripted)


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


def test_nothing_was_printed_but_the_address(office: Office) -> None:
    assert office.running.printed() == f"The staff's pages are at {office.address}\n"
