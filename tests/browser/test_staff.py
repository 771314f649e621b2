"""The staff's pages in a real browser: from an invitation to signed in, scripts on or off."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.office import (
    PASSWORD,
    Office,
    begin,
    check,
    make_account,
    new_page,
    next_code,
    opened,
)

pytestmark = pytest.mark.slow

PAGES = ("/", "/account", "/accounts", "/audit", "/nowhere")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with opened(tmp_path_factory.mktemp("staff")) as made:
        yield made


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def page(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Page]:
    with closing(chromium.new_context(java_script_enabled=request.param)) as context:
        yield new_page(context)


@pytest.fixture
def scripted(chromium: Browser) -> Iterator[Page]:
    with closing(chromium.new_context()) as context:
        yield new_page(context)


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


def test_nothing_was_printed_but_the_address(office: Office) -> None:
    assert office.running.printed() == f"The staff's pages are at {office.address}\n"
