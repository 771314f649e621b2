"""The studio in a real browser: two people, from changed words to what visitors read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

from bot.settings import Settings
from bot.storage import bundles
from tests.browser.office import Office, check, new_page, opened
from tests.browser.publishing import (
    Boss,
    a_boss,
    english_studio,
    publish,
    sign,
    slow,
    told_to,
    write,
)

pytestmark = pytest.mark.slow

SERVICE = "stop-it-now-uk-ireland"
TITLE = "module.urges.title"
WORDS = "When an urge comes up at night"
PAGES = (
    "/studio/sign?part=module.urges",
    "/studio/sign?part=policy",
    f"/studio/sign?part=service.{SERVICE}",
    "/studio/publish",
    "/studio/bundles",
    "/studio/preview?part=module.urges",
    "/studio/try",
    "/studio/golden",
    "/studio/services",
    f"/studio/services/one?id={SERVICE}",
    "/studio/services/country?country=GB",
)


@pytest.fixture(scope="module")
def chosen(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return english_studio(tmp_path_factory.mktemp("studio"))


@pytest.fixture(scope="module")
def office(chosen: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with opened(tmp_path_factory.mktemp("staff"), **told_to(chosen)) as made:
        yield made


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def pages(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[list[Page]]:
    """The browsers of two people."""
    with ExitStack() as closing_:
        contexts = [
            closing_.enter_context(closing(chromium.new_context(java_script_enabled=request.param)))
            for _ in range(2)
        ]
        yield [slow(new_page(context)) for context in contexts]


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    with closing(chromium.new_context()) as context:
        yield slow(new_page(context))


@pytest.fixture(scope="module")
def boss(office: Office, chromium: Browser) -> Iterator[Boss]:
    with closing(chromium.new_context()) as context:
        yield a_boss(new_page(context), office)


def framed(page: Page) -> FrameLocator:
    return page.frame_locator("iframe")


def test_two_people_sign_and_publish_and_go_back(
    pages: list[Page], office: Office, boss: Boss, chosen: Settings, request: pytest.FixtureRequest
) -> None:
    first, second = pages
    suffix = "js" if "[scripts" in request.node.name else "plain"
    boss.employ(first, f"cleo-{suffix}", "signer", "clinician")
    boss.employ(second, f"leo-{suffix}", "signer", "lawyer")
    words = f"We are sorry that this happened to you ({suffix})."
    write(chosen, "ann", "answer.survivor.1", words)

    sign(first, office, "answer.survivor", "clinician")
    expect(first.get_by_text("It needs a second person")).to_be_visible()
    first.reload()
    expect(first.get_by_text("You can't sign this")).not_to_be_attached()
    sign(second, office, "answer.survivor", "lawyer")
    expect(second.get_by_text("It is signed, and goes to visitors")).to_be_visible()

    publish(second, office, f"survivors {suffix}")
    expect(second.get_by_text("Published. Visitors read it within a minute.")).to_be_visible()
    shown = bundles.current_name(chosen.bundles)
    answer = chosen.bundles / shown / "content" / "answers" / "survivor.yml"
    assert words in answer.read_text()

    if second.get_by_role("button", name="Show again").count():
        second.get_by_role("button", name="Show again").last.click()
        expect(second.get_by_text("this earlier bundle again")).to_be_visible()
        assert bundles.current_name(chosen.bundles) != shown


def test_an_author_who_may_sign_is_refused_kindly(
    page: Page, office: Office, boss: Boss, chosen: Settings
) -> None:
    boss.employ(page, "ann-author", "signer", "clinician")
    write(chosen, "ann-author", "module.law.title", "What the law says here")
    page.goto(f"{office.address}/studio/sign?part=module.law")

    expect(page.get_by_text("you wrote a part of these words")).to_be_visible()
    expect(page.get_by_text("only takes another pair of eyes")).to_be_visible()
    expect(page.get_by_role("button", name="Sign", exact=True)).not_to_be_attached()


def test_the_preview_is_the_visitors_own_page_and_leads_nowhere(
    page: Page, office: Office, boss: Boss, chosen: Settings
) -> None:
    boss.employ(page, "eva", "author")
    write(chosen, "eva", TITLE, WORDS)
    page.goto(f"{office.address}/studio/preview?part=module.urges")
    expect(framed(page).get_by_role("heading", level=1, name=WORDS)).to_be_visible()
    light = background(page)
    page.get_by_label("Colours").select_option("dark")
    page.get_by_label("Screen").select_option("desktop")
    page.get_by_label("JavaScript").select_option("off")
    page.get_by_role("button", name="Show", exact=True).click()

    expect(framed(page).get_by_role("heading", level=1, name=WORDS)).to_be_visible()
    assert background(page) != light
    framed(page).get_by_role("button", name="All modules").or_(
        framed(page).locator("footer .link").first
    ).first.click()
    assert page.url.startswith(f"{office.address}/studio/preview")


def test_a_conversation_by_buttons_and_text(
    pages: list[Page], office: Office, boss: Boss, chosen: Settings, request: pytest.FixtureRequest
) -> None:
    page = pages[0]
    suffix = "js" if "[scripts" in request.node.name else "plain"
    boss.employ(page, f"tom-{suffix}", "author")
    page.goto(f"{office.address}/studio/try")
    page.locator(".talk .choice").first.click()
    expect(page.locator(".talk .turn")).to_have_count(1)
    page.get_by_label("Type as a visitor would").fill("I want to kill myself")
    page.get_by_role("button", name="Send").click()

    expect(page.get_by_text("A listed phrase was heard: suicide risk.")).to_be_visible()
    expect(page.locator(".talk .turn")).to_have_count(2)
    expect(page.locator(".talk .services").last).to_be_visible()


def test_a_check_of_a_service_is_recorded(
    page: Page, office: Office, boss: Boss, chosen: Settings
) -> None:
    boss.employ(page, "ser", "signer", "clinician")
    page.goto(f"{office.address}/studio/services?country=GB")
    page.locator("tbody th a").first.click()
    page.get_by_label("called, and somebody answered", exact=True).check()
    page.get_by_label("In your role as").select_option("clinician")
    page.get_by_role("button", name="Record the check").click()

    expect(page.get_by_text("The check is recorded.")).to_be_visible()


def test_axe_finds_nothing_and_nothing_is_wide_or_tiny(
    page: Page, office: Office, boss: Boss, chosen: Settings
) -> None:
    boss.employ(page, "axel", "signer", "clinician", "lawyer")
    for path in PAGES:
        page.goto(office.address + path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        check(page)
    page.goto(f"{office.address}/studio/publish")
    page.get_by_label("What is new, in a line").evaluate("field => field.required = false")
    page.get_by_role("button", name="Check and publish").click()
    expect(page.get_by_role("alert")).to_be_visible()
    check(page)


def background(page: Page) -> str:
    """Return the colour of the page in the frame."""
    found = framed(page).locator("html").evaluate("e => getComputedStyle(e).backgroundColor")
    return str(found)
