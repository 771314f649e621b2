"""Two people change texts in real browsers: nothing is lost, and nothing is overwritten unsaid."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.storage.staff.people import Role
from bot.studio.exchange import start
from tests.browser.office import Office, Worker, check, make_account, new_page, opened
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
SCRIPT = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
SHOWING = (
    "/studio/text?locale=de&id=module.surroundings.title",
    "/studio/history?locale=de&id=module.surroundings.title",
    "/studio/part?locale=de&name=module.surroundings",
    "/studio/parts?locale=de&kind=module",
    "/studio/search?q=alert",
    "/studio/sign?locale=de&part=module.surroundings",
    "/studio/publish",
)
FILLED = (
    "/studio/search?q=x",
    "/studio/parts?locale=de",
    "/studio/file?path=content/safety/policy.yml",
    "/studio/try",
    "/studio/services",
    "/studio/services/one?id=stop-it-now-uk-ireland",
    "/studio/sign?locale=de&part=module.surroundings",
)
FILL = """(form, words) => {
    form.noValidate = true;
    for (const field of form.elements) {
        const isOurs = field.name === "form_token" || ["radio", "checkbox"].includes(field.type);
        if ("value" in field && !isOurs) {
            field.value = words;
        }
    }
    form.requestSubmit();
}"""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, original: Path) -> Iterator[Office]:  # noqa: F811
    folder = tmp_path_factory.mktemp("studio")
    start(original, folder / "copy")
    kept = {"studio": str(folder / "copy")}
    with opened(folder, **kept, studio_database=f"sqlite:///{folder / 'studio.sqlite'}") as made:
        yield made


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
    lea.sign_in()

    expect(page.get_by_text("Kept as your draft.")).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved. It is shown")).to_be_visible()


def test_when_the_pages_start_anew_what_is_being_typed_stays(
    office: Office, chromium: Browser, tmp_path: Path
) -> None:
    studio = {name: office.settings[name] for name in ("studio", "studio_database")}
    with opened(tmp_path, **studio) as own, closing(chromium.new_context()) as context:
        secret = make_account(new_page(context), own, "una", "administrator", AUTHOR)
        una = Worker(context, own.address, secret, "una")
        page = una.text("module.first_contact.title")
        page.locator("#words").fill("Vor dem Neustart")
        expect(page.get_by_text("Kept as your draft.")).to_be_visible()
        own.start_again()
        page.locator("#words").fill("Über den Neustart hinaus")
        expect(page.get_by_text("Your session is over.")).to_be_visible()
        una.sign_in()

        expect(page.get_by_text("Kept as your draft.")).to_be_visible()
        save(page, "Über den Neustart hinaus")
        expect(page.get_by_text("Saved. It is shown")).to_be_visible()


def test_without_scripts_drafts_and_lost_sessions_keep_the_words(plain: Worker) -> None:
    page = plain.text("module.privacy.title")
    page.locator("#words").fill("Ohne Skripte")
    page.get_by_role("button", name="Keep as draft").click()
    expect(page.get_by_text("Kept as your draft.")).to_be_visible()
    plain.context.clear_cookies()
    save(page, "Ohne Skripte und Sitzung")
    expect(page.get_by_role("heading", name="Your words are not saved yet")).to_be_visible()
    plain.sign_in()
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


def test_a_wrong_catalog_is_refused_while_somebody_types(
    tove: Worker, office: Office, tmp_path: Path
) -> None:
    page = tove.text("module.law.about")
    page.locator("#words").fill("Während ein Katalog kommt")
    expect(page.get_by_text("Kept as your draft.")).to_be_visible()
    ours = Path(office.settings["studio"]) / "locales" / "de" / "LC_MESSAGES" / "modules.po"
    before, wrong = ours.read_bytes(), tmp_path / "modules.po"
    wrong.write_bytes(
        before.replace(b'msgctxt "module.law.about"', b'msgctxt "module.law.nothing"')
    )
    done = office.quietline("studio", "import", str(wrong))

    assert (done.returncode, ours.read_bytes()) == (1, before)
    assert "module.law.nothing" in done.stderr
    page.reload()
    expect(page.locator("#words")).to_have_value("Während ein Katalog kommt")


def test_script_in_every_field_stays_text(ana: Worker) -> None:
    page, told = ana.text("module.surroundings.title"), []
    ana.context.on("console", lambda said: told.append(said.text))
    ana.context.on("dialog", lambda dialog: told.append(dialog.message))
    save(page, SCRIPT)
    expect(page.get_by_text("Saved. It is shown")).to_be_visible()
    page.locator("#words").fill(f"{SCRIPT} once more")
    page.get_by_role("button", name="Suggest").click()
    page.get_by_label("New comment").fill(SCRIPT)
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.get_by_text("Your comment is kept.")).to_be_visible()
    for path in SHOWING:
        page.goto(ana.address + path)
        expect(page.locator("main")).to_contain_text("alert(1)")
    for path in FILLED:
        fill_in_every_field(page, ana.address + path)

    assert told, "pages that refuse are told of, so whatever runs would be, too"
    page.goto(f"{ana.address}/studio/preview?locale=de&part=module.surroundings")
    expect(page.frame_locator("iframe").get_by_text("alert(1)").first).to_be_visible()
    assert [said for said in told if said == "1" or "inline" in said] == [], told
    save(ana.text("module.surroundings.title"), "Was um Sie herum ist")


def fill_in_every_field(page: Page, address: str) -> None:
    """Send each form of a page with script in all that can be filled in."""
    page.goto(address)
    for number in range(page.locator("main form").count()):
        page.goto(address)
        with page.expect_navigation():
            page.locator("main form").nth(number).evaluate(FILL, SCRIPT)


def test_axe_finds_nothing_and_nothing_is_wide_or_tiny(ana: Worker) -> None:
    for path in PAGES:
        check(ana.open(path))


def test_nothing_was_printed_but_the_address(office: Office) -> None:
    assert office.running.printed() == f"The staff's pages are at {office.address}\n"
