"""Recognition's pages in a real browser, with and without scripts: axe is silent, words arrive."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.safety.topics import Topic
from bot.settings import Settings
from bot.storage.studio import StudioStore
from bot.studio.recognition import job
from bot.studio.recognition.examples import Book
from bot.studio.recognition.job import Job, Phase, Telling
from bot.studio.recognition.readings import Heard
from bot.studio.recognition.room import Room
from tests.browser.office import Office, check, new_page, opened
from tests.browser.publishing import SETTINGS, Boss, a_boss, english_studio, slow, told_to
from tests.builders import content
from tests.studio.recognition.small import (
    NOT_HEARD,
    first_text,
    heard_as_meant,
    let_wait,
    measure_shipped,
    write_examples,
)

pytestmark = pytest.mark.slow

PAGE = "/studio/recognition"
WAIT = 30_000  # milliseconds; without scripts the page comes again every ten seconds
SENTENCES = (
    "my voice broke last year and nobody at home knows what goes on in me",
    "next summer school is over for me, until then i live with my parents",
)
PAGES = (PAGE, f"{PAGE}/examples?topic=under_18", f"{PAGE}/phrases", f"{PAGE}/thresholds")


@pytest.fixture(scope="module")
def chosen(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("studio")
    made = english_studio(folder)
    write_examples(made.studio)
    return replace(made, model=folder / "shipped.tar.gz", models=folder / "models")


@pytest.fixture(scope="module")
def room(chosen: Settings) -> Room:
    """The room of the running pages, in which a model waits that loses a sentence."""
    made = Room(chosen, StudioStore(chosen.studio_database), content)
    made.folder.mkdir()
    heard, lost = heard_as_meant(made), first_text(made, Topic.SURVIVOR)
    measure_shipped(made, heard)
    let_wait(made, heard | {lost: Heard(NOT_HEARD)})
    return made


@pytest.fixture(scope="module")
def office(
    chosen: Settings, room: Room, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    names = (*SETTINGS, "model", "models")
    with opened(tmp_path_factory.mktemp("staff"), **told_to(chosen, *names)) as made:
        yield made


@pytest.fixture(scope="module")
def boss(office: Office, chromium: Browser) -> Iterator[Boss]:
    with closing(chromium.new_context()) as context:
        yield a_boss(new_page(context), office)


@pytest.fixture(params=[True, False], ids=["scripts", "plain"])
def author(request: pytest.FixtureRequest, chromium: Browser, boss: Boss) -> Iterator[Page]:
    with closing(chromium.new_context(java_script_enabled=request.param)) as context:
        page = slow(new_page(context))
        boss.employ(page, f"ann-{request.node.callspec.id}", "author")
        yield page


def test_an_author_adds_a_sentence_and_sees_a_training_go_on(
    author: Page, office: Office, room: Room
) -> None:
    words = SENTENCES[len(room.book.lines("en")) % 2]
    author.goto(f"{office.address}{PAGE}/examples?topic=under_18")
    author.get_by_label("New sentences").fill(words)
    author.get_by_role("button", name="Check and add").click()
    expect(author.get_by_text("Added. Recognition learns them")).to_be_visible()
    assert words in [line.text for line in Book(room.settings.studio).lines("en")]

    with job.held(room.folder):
        telling = Telling(room.folder, Job("ann", "2026-11-23T12:00:00Z"), lambda: "12:00:00")
        telling.phase(Phase.READING, 8)
        telling.count(2, 8)
        author.goto(f"{office.address}{PAGE}")
        expect(author.get_by_text("Reading the example sentences: 2 of 8")).to_be_visible()
        telling.count(6, 8)
        expect(author.get_by_text("Reading the example sentences: 6 of 8")).to_be_visible(
            timeout=WAIT
        )
        expect(author.locator("progress")).to_have_attribute("value", "75")
    expect(author.get_by_text("Stopped: it ended by itself")).to_be_visible(timeout=WAIT)


def test_a_lost_sentence_is_named_to_a_signer(
    chromium: Browser, office: Office, boss: Boss, room: Room
) -> None:
    with closing(chromium.new_context()) as context:
        page = slow(new_page(context))
        boss.employ(page, "sam-signer", "signer", "clinician")
        page.goto(f"{office.address}{PAGE}")
        expect(page.get_by_text("It may not go live.")).to_be_visible()
        expect(page.get_by_text(first_text(room, Topic.SURVIVOR))).to_be_visible()
        expect(page.get_by_role("button", name="Sign this model")).not_to_be_attached()


def test_axe_finds_nothing_on_any_page(chromium: Browser, office: Office, boss: Boss) -> None:
    with closing(chromium.new_context()) as context:
        page = slow(new_page(context))
        boss.employ(page, "eva-author", "author")
        for path in PAGES:
            page.goto(office.address + path)
            check(page)
        page.set_viewport_size({"width": 1280, "height": 800})
        page.goto(f"{office.address}{PAGE}/phrases")
        page.get_by_label("Phrase", exact=True).fill("weather")
        page.get_by_role("button", name="Try it").click()
        expect(page.get_by_role("heading", name="Where “weather” would be heard")).to_be_visible()
        check(page)
        page.goto(f"{office.address}{PAGE}/thresholds")
        page.get_by_role("button", name="Try them").click()
        expect(page.get_by_role("heading", name="What it would do")).to_be_visible()
        check(page)
