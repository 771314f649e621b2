"""Two people change texts in real browsers: nothing is lost, and nothing is overwritten unsaid."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from bot.storage.staff.people import Role
from bot.studio.exchange import start
from tests.browser.test_staff import KEY, PASSWORD, Office, check, make_account, new_page, next_code
from tests.faults import running
from tests.faults.running import wait_until
from tests.studio.conftest import original  # noqa: F401 (a fixture)

pytestmark = pytest.mark.slow

AUTHOR, TRANSLATOR = str(Role.AUTHOR), str(Role.TRANSLATOR)
PAGES = (
    "/studio",
    "/studio/parts?locale=de&kind=module",
    "/studio/part?locale=de&name=module.urges",
    "/studio/text?locale=de&id=module.urges.wave.text",
    "/studio/text?locale=en&id=module.urges.wave.text",
    "/studio/history?locale=de&id=module.urges.about",
    "/studio/coverage",
    "/studio/search?q=help",
    "/studio/files",
    "/studio/file?path=content/safety/policy.yml",
)


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


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, original: Path) -> Iterator[Office]:  # noqa: F811
    folder, port = tmp_path_factory.mktemp("studio"), running.free_port()
    start(original, folder / "copy")
    settings = {
        "staff_port": str(port),
        "staff_database": f"sqlite:///{folder / 'staff.sqlite'}",
        "staff_key": KEY,
        "studio": str(folder / "copy"),
        "studio_database": f"sqlite:///{folder / 'studio.sqlite'}",
    }
    started = running.start(folder, "staff", "serve", **settings)
    made = Office(f"http://localhost:{port}", folder, settings, started)
    try:
        wait_until(made.is_up, started)
        yield made
    finally:
        started.stop()


@pytest.fixture(scope="module")
def browsers(office: Office, chromium: Browser) -> Iterator[ExitStack]:
    """Where people's browsers are kept open; the first account must be an administrator."""
    with closing(chromium.new_context()) as context:
        make_account(new_page(context), office, "ada")
    with ExitStack() as stack:
        yield stack


def employed(
    office: Office, browsers: ExitStack, chromium: Browser, name: str, role: str, scripts: bool
) -> Worker:
    context = browsers.enter_context(closing(chromium.new_context(java_script_enabled=scripts)))
    secret = make_account(new_page(context), office, name, role)
    return Worker(context, office.address, secret, name)


@pytest.fixture(scope="module")
def ana(office: Office, browsers: ExitStack, chromium: Browser) -> Worker:
    """An author."""
    return employed(office, browsers, chromium, "ana", AUTHOR, scripts=True)


@pytest.fixture(scope="module")
def tove(office: Office, browsers: ExitStack, chromium: Browser) -> Worker:
    """A translator."""
    return employed(office, browsers, chromium, "tove", TRANSLATOR, scripts=True)


@pytest.fixture(scope="module")
def plain(office: Office, browsers: ExitStack, chromium: Browser) -> Worker:
    """An author whose browser has no scripts."""
    return employed(office, browsers, chromium, "petra", AUTHOR, scripts=False)


def save(page: Page, words: str) -> None:
    page.locator("#words").fill(words)
    page.get_by_role("button", name="Save", exact=True).click()


def test_from_the_first_page_to_a_saved_sentence_by_keyboard(ana: Worker) -> None:
    page = ana.open("/")
    page.get_by_role("link", name="Studio").first.press("Enter")
    page.get_by_role("searchbox").first.fill("riding out")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Riding out an urge: Title").press("Enter")
    page.locator("#words").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("Letting an urge pass")
    page.get_by_role("button", name="Save", exact=True).press("Enter")

    expect(page.get_by_text("Saved. It is shown to visitors once")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Letting an urge pass: Title")


def test_the_checks_answer_while_somebody_types(tove: Worker) -> None:
    page = tove.text("module.urges.about")
    expect(page.get_by_text("Nothing to mend.")).to_be_visible()
    page.locator("#words").fill("Das hilft sofort!")
    expect(page.get_by_text("an exclamation mark; use a full stop")).to_be_visible()
    expect(page.locator("#change ins").first).to_be_visible()
    page.locator("#words").fill("Das hilft.")

    expect(page.get_by_text("Nothing to mend.")).to_be_visible()


def test_what_is_typed_is_kept_without_a_button(tove: Worker) -> None:
    page = tove.text("module.feelings.title")
    page.locator("#words").fill("Noch nicht fertig")
    expect(page.get_by_text("Kept as your draft.")).to_be_visible()
    page.close()
    again = tove.text("module.feelings.title")

    expect(again.locator("#words")).to_have_value("Noch nicht fertig")
    expect(again.get_by_text("The box holds your draft")).to_be_visible()


def test_two_people_at_once_are_told_and_nothing_is_lost(ana: Worker, tove: Worker) -> None:
    hers, his = tove.text("module.law.title"), ana.text("module.law.title")
    save(his, "Von Ana")
    expect(his.get_by_text("Saved. It is shown")).to_be_visible()
    hers.locator("#words").fill("Von Tove")
    expect(hers.get_by_text("Somebody has saved newer words meanwhile.")).to_be_visible()
    hers.get_by_role("button", name="Save", exact=True).click()

    expect(hers.get_by_role("heading", name="ana saved this text while you wrote")).to_be_visible()
    expect(hers.locator(".beside")).to_contain_text("Von Ana")
    expect(hers.locator("#words")).to_have_value("Von Tove")
    check(hers)
    hers.get_by_role("button", name="Save over version 1").click()
    expect(hers.get_by_text("Saved. It is shown")).to_be_visible()
    history = ana.open("/studio/history?locale=de&id=module.law.title")
    history.get_by_text("Version 1", exact=True).click()
    history.get_by_role("button", name=re.compile("version 1$")).click()
    expect(history.get_by_text("The earlier words are back")).to_be_visible()
    expect(ana.text("module.law.title").locator("#words")).to_have_value("Von Ana")


def test_without_a_connection_the_words_stay_and_are_kept_later(tove: Worker) -> None:
    page = tove.text("module.family.title")
    tove.context.set_offline(True)
    page.locator("#words").fill("Ohne Netz geschrieben")
    expect(page.get_by_text("No connection. Your words stay")).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#words")).to_have_value("Ohne Netz geschrieben")
    tove.context.set_offline(False)
    expect(page.get_by_text("Kept as your draft.")).to_be_visible()
    page.close()

    again = tove.text("module.family.title")
    expect(again.locator("#words")).to_have_value("Ohne Netz geschrieben")


def test_a_reload_before_anything_was_sent_loses_nothing(tove: Worker) -> None:
    page = tove.text("module.triggers.title")
    page.route("**/studio/typed", lambda route: route.abort())
    page.locator("#words").fill("Nur in diesem Fenster")
    expect(page.get_by_text("No connection. Your words stay")).to_be_visible()
    page.reload()

    expect(page.locator("#words")).to_have_value("Nur in diesem Fenster")


def test_after_a_lost_session_the_same_page_goes_on(
    office: Office, browsers: ExitStack, chromium: Browser
) -> None:
    lea = employed(office, browsers, chromium, "lea", TRANSLATOR, scripts=True)
    page = lea.text("module.sleep_and_substances.title")
    lea.context.clear_cookies()
    page.locator("#words").fill("Über die Sitzung hinaus")
    expect(page.get_by_text("Your session is over.")).to_be_visible()
    sign_in(lea)

    expect(page.get_by_text("Kept as your draft.")).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved. It is shown")).to_be_visible()


def sign_in(worker: Worker) -> None:
    page = worker.open("/sign-in")
    page.get_by_label("Name").fill(worker.name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Code").fill(next_code(worker.secret))
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Start")).to_be_visible()


def test_without_scripts_drafts_and_lost_sessions_keep_the_words(plain: Worker) -> None:
    page = plain.text("module.privacy.title")
    page.locator("#words").fill("Ohne Skripte")
    page.get_by_role("button", name="Keep as draft").click()
    expect(page.get_by_text("Kept as your draft.")).to_be_visible()
    plain.context.clear_cookies()
    save(page, "Ohne Skripte und Sitzung")
    expect(page.get_by_role("heading", name="Your words are not saved yet")).to_be_visible()
    sign_in(plain)
    for _ in range(2):  # the first one meets the new session's token
        page.get_by_role("button", name="Send once more").click()

    expect(page.get_by_text("Saved. It is shown")).to_be_visible()
    expect(page.locator("#words")).to_have_value("Ohne Skripte und Sitzung")


def test_a_suggestion_and_a_comment_reach_the_author(ana: Worker, tove: Worker) -> None:
    page = tove.text("module.urges.wave.title", "en")
    expect(page.get_by_role("button", name="Save", exact=True)).to_have_count(0)
    page.locator("#words").fill("An urge is a wave")
    page.get_by_role("button", name="Suggest").click()
    expect(page.get_by_text("Your suggestion is kept")).to_be_visible()
    page.get_by_label("New comment").fill("Shorter is better here")
    page.get_by_role("button", name="Comment", exact=True).click()

    first = ana.open("/studio?why=suggestion")
    first.get_by_role("link", name=re.compile("Wave · title")).click()
    expect(first.get_by_text("Shorter is better here")).to_be_visible()
    first.get_by_role("button", name="Take it").click()
    expect(first.locator("#words")).to_have_value("An urge is a wave")


def test_a_file_with_a_mistake_says_the_line(ana: Worker) -> None:
    page = ana.open("/studio/file?path=content/safety/policy.yml")
    words = page.locator("#words").input_value()
    save(page, words.replace("outcome: refuse", "outcome: refuze", 1))

    expect(page.get_by_role("heading", name="The product cannot use this yet")).to_be_visible()
    expect(page.locator(".near .here")).to_contain_text("refuze")
    check(page)
    save(page, words.replace("certain_at: 0.65", "certain_at: 0.60", 1))
    expect(page.get_by_text("Saved. It is shown")).to_be_visible()
    page.get_by_role("link", name="History of this file").click()
    check(page)


def test_axe_finds_nothing_and_nothing_is_wide_or_tiny(ana: Worker) -> None:
    for path in PAGES:
        check(ana.open(path))


def test_nothing_was_printed_but_the_address(office: Office) -> None:
    assert office.running.printed() == f"The staff's pages are at {office.address}\n"
