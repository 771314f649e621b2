"""What people at the desk see: what waits for them, parts, texts, languages, search."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from bot.settings import Settings, read
from bot.storage.staff.people import Role
from bot.storage.staff.store import StaffStore
from bot.studio.desk import Desk
from bot.web.staff.app import create_app
from bot.web.staff.site import new_staff
from tests.builders import NOON
from tests.web.reading import words_in
from tests.web.staff.conftest import ADDRESS, Browser, Clock, make_account
from tests.web.staff.studio.conftest import Enter

TODAY = NOON.date()
PAGES = (
    "/studio",
    "/studio/parts?locale=de",
    "/studio/part?locale=de&name=module.urges",
    "/studio/text?locale=de&id=module.urges.title",
    "/studio/history?locale=de&id=module.urges.title",
    "/studio/coverage",
    "/studio/search?q=help",
    "/studio/files",
    "/studio/file?path=content/safety/policy.yml",
)


@pytest.mark.parametrize("role", list(Role))
def test_only_people_of_the_studio_see_its_pages(enter: Enter, role: Role) -> None:
    browser = enter("kim", role)
    expected = 403 if role is Role.RESEARCHER else 200

    assert {browser.get(path).status_code for path in PAGES} == {expected}


def test_who_is_not_signed_in_is_sent_to_the_sign_in_page(someone: Browser) -> None:
    for path in PAGES:
        assert someone.get(path).url.path == "/sign-in", path


def test_the_first_page_leads_to_the_studio_only_who_may_open_it(enter: Enter) -> None:
    assert 'href="/studio"' in enter("ana", Role.AUTHOR).get("/").text
    assert 'href="/studio"' not in enter("rob", Role.RESEARCHER).get("/").text


def test_without_a_working_copy_the_page_says_how_to_make_one(
    store: StaffStore, clock: Clock, tmp_path: Path
) -> None:
    settings = read({"QUIETLINE_STUDIO": str(tmp_path / "nowhere")})
    secrets: dict[str, str] = {}
    make_account(store, secrets, "ana", Role.AUTHOR)
    app = create_app(new_staff(settings, store, clock.now, clock.seconds))
    with TestClient(app, base_url=ADDRESS) as client:
        browser = Browser(client, clock, secrets)
        browser.sign_in("ana")

        for path in PAGES:
            assert "quietline studio start" in browser.get(path).text, path


def test_a_signer_sees_what_is_not_signed(enter: Enter) -> None:
    page = enter("sam", Role.SIGNER, signing=("clinician",)).get("/studio?locale=en").text

    assert "Not signed" in words_in(page)
    assert "/studio/part?locale=en" in page
    assert "/studio/part?locale=de" not in page


def test_a_signer_without_a_signing_role_is_told_so(enter: Enter) -> None:
    page = words_in(enter("sam", Role.SIGNER).get("/studio").text)

    assert "Nothing waits for you" in page
    assert "nobody has said yet in which role" in page


def test_a_translator_sees_what_lacks_a_translation(enter: Enter, desk: Desk) -> None:
    desk.save("ana", "de", "nav.about", "", desk.text("de", "nav.about").version, NOON)
    page = enter("tove", Role.TRANSLATOR).get("/studio?why=untranslated").text

    assert "/studio/text?locale=de&amp;id=nav.about" in page


def test_an_author_sees_what_others_ask_and_propose(enter: Enter, desk: Desk) -> None:
    desk.store.comment("chat.send", "de", "Is this polite?", "tove", NOON)
    desk.store.suggest("chat.send", "de", "Abschicken", "tove", NOON)
    page = enter("ana", Role.AUTHOR).get("/studio").text

    assert {"Open comments", "Suggestions"} <= set(re.findall(r"<span>([^<]+)</span>", page))


def test_parts_can_be_filtered_by_kind_state_and_title(enter: Enter, desk: Desk) -> None:
    author = enter("ana", Role.AUTHOR)

    def titles(query: str) -> list[str]:
        page = author.get(f"/studio/parts?locale=en&{query}").text
        return re.findall(r'name=([^"&]+)">', page)

    exercises = [part.name for part in desk.parts("en", TODAY, "exercise")]
    assert titles("kind=exercise") == exercises
    assert titles("state=signed") == []
    assert titles("q=riding+out") == ["module.urges"]
    assert len(titles("kind=nonsense&state=nonsense")) == 100


@pytest.mark.parametrize("page", ["0", "-1", "99999999", "x", "", "٣"])
def test_any_number_of_a_page_gives_a_page(enter: Enter, page: str) -> None:
    answer = enter("ana", Role.AUTHOR).get(f"/studio/parts?locale=en&page={page}")

    assert answer.status_code == 200
    assert "/studio/part?" in answer.text


def test_every_part_of_a_kind_opens(enter: Enter, desk: Desk) -> None:
    author = enter("ana", Role.AUTHOR)
    kinds = {part.kind: part.name for part in desk.parts("de", TODAY)}

    for name in kinds.values():
        answer = author.get(f"/studio/part?locale=de&name={name}")
        assert answer.status_code == 200, name
        assert name in answer.text


def test_a_part_shows_each_text_beside_its_english(enter: Enter, desk: Desk) -> None:
    page = words_in(enter("ana", Role.AUTHOR).get("/studio/part?locale=de&name=module.urges").text)

    for text in desk.texts("de", "module.urges"):
        for words in (text.source, text.words):
            assert " ".join(words.split()) in page


def test_a_part_shows_what_the_checks_find(enter: Enter, desk: Desk) -> None:
    place = "de", "module.sleep_and_substances.title"
    desk.save("ana", *place, "Schlaf!", desk.text(*place).version, NOON)
    page = enter("tove", Role.TRANSLATOR).get(
        "/studio/part?locale=de&name=module.sleep_and_substances"
    )

    assert "an exclamation mark; use a full stop" in words_in(page.text)


@pytest.mark.parametrize(
    "path",
    [
        "/studio/part?locale=xx&name=module.urges",
        "/studio/part?locale=de&name=module.nothing",
        "/studio/text?locale=de&id=module.nothing",
        "/studio/history?locale=de&id=file/content/../../etc/passwd",
        "/studio/file?path=../secret.yml",
        "/studio/file?path=/etc/passwd",
        "/studio/file?path=content/signoff.yml",
    ],
)
def test_what_does_not_exist_is_said_kindly(enter: Enter, path: str) -> None:
    answer = enter("ana", Role.AUTHOR).get(path)

    assert answer.status_code == 404
    assert "Nothing was changed." in answer.text


def test_search_finds_words_without_their_accents(enter: Enter, desk: Desk) -> None:
    words = next(t.words for t in desk.texts("de", "module.urges") if "ö" in t.words).split()
    word = next(word for word in words if "ö" in word).strip(".,")
    plain = word.replace("ö", "o").replace("ä", "a").replace("ü", "u").upper()
    page = enter("tove", Role.TRANSLATOR).get(f"/studio/search?q={plain}&locale=de").text

    assert "/studio/text?locale=de&amp;id=module.urges." in page


def test_a_search_for_nothing_finds_nothing(enter: Enter) -> None:
    author = enter("ana", Role.AUTHOR)

    assert "<li>\n    <a" not in author.get("/studio/search?q=").text
    assert "No texts with" in words_in(author.get("/studio/search?q=zzzzqqq").text)


def test_coverage_is_a_chart_with_the_same_numbers_as_a_table(enter: Enter, desk: Desk) -> None:
    page = enter("ana", Role.AUTHOR).get("/studio/coverage").text

    assert page.count('<svg class="bars"') == 2
    for each in desk.coverage(TODAY):
        assert f"{each.translated} of {each.texts}" in page
        assert f"{each.translated * 100 // each.texts} %" in page


def test_files_are_listed_but_not_the_signatures(enter: Enter) -> None:
    page = enter("ana", Role.AUTHOR).get("/studio/files").text

    assert "content%2Fsafety%2Fpolicy.yml" in page or "content/safety/policy.yml" in page
    assert "signoff" not in page


def test_a_database_that_is_gone_gives_a_clear_page(
    enter: Enter, chosen: Settings, tmp_path: Path
) -> None:
    author = enter("ana", Role.AUTHOR)
    file = Path(chosen.studio_database.removeprefix("sqlite:///"))
    with _away(file, tmp_path):
        answer = author.get("/studio/coverage")

    assert answer.status_code == 503
    assert "nothing that was saved before is lost" in answer.text


@contextmanager
def _away(file: Path, folder: Path) -> Iterator[None]:
    """Put something else in the place of a database for a while."""
    file.rename(folder / "away.sqlite")
    file.write_bytes(b"this is no database, and long enough to be read as one" * 9)
    yield
    (folder / "away.sqlite").replace(file)


def test_every_page_has_one_heading_of_the_first_level(enter: Enter) -> None:
    author = enter("ana", Role.AUTHOR)

    assert {len(re.findall(r"<h1[ >]", author.get(path).text)) for path in PAGES} == {1}
