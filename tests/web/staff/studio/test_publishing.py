"""Publishing: what would change, the checks, the bundle, and the way back."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from httpx2 import Response

from bot.settings import Settings
from bot.storage.bundles import all_bundles, current_name
from bot.storage.staff.people import Role
from bot.studio.desk import Desk
from bot.web.staff.site import Staff
from tests.builders import NOON, checkout
from tests.web.staff.conftest import OURS, TOKEN, Browser
from tests.web.staff.studio.conftest import Enter

PAGE = "/studio/publish"
TITLE = "module.urges.title"


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout with English alone, in which the checks find nothing."""
    root = checkout(tmp_path_factory.mktemp("original"))
    for folder in (root / "locales").iterdir():
        if folder.is_dir() and folder.name != "en":
            shutil.rmtree(folder)
    (root / "locales" / "locales.yml").write_text("locales:\n- tag: en\n")
    return root


@pytest.fixture
def fresh(chosen: Settings, desk: Desk) -> Iterator[Settings]:
    """Nothing published yet."""
    shutil.rmtree(chosen.bundles, ignore_errors=True)
    yield chosen
    shutil.rmtree(chosen.bundles, ignore_errors=True)


def write(desk: Desk, words: str, message_id: str = TITLE) -> None:
    desk.save("ann", "en", message_id, words, desk.text("en", message_id).version, NOON)


def publish(browser: Browser, note: str = "a new title") -> Response:
    seen = re.search(r'name="seen" value="([0-9a-f]{64})"', browser.get(PAGE).text)
    assert seen
    return browser.post(PAGE, PAGE, note=note, sure="yes", seen=seen[1])


def token(browser: Browser) -> str:
    found = TOKEN.search(browser.get("/account").text)
    assert found
    return found[1]


def acts(staff: Staff) -> list[tuple[str, str]]:
    return [(each.who, each.what) for each in staff.store.lines(f"{NOON:%Y-%m}")]


def test_what_would_change_is_shown_word_by_word(enter: Enter, desk: Desk) -> None:
    write(desk, "When an urge comes up")
    page = enter("sam", Role.SIGNER, signing=("editor",)).get(PAGE).text

    assert "<ins>" in page
    assert "1</strong> part would change" in page or "parts would change" in page
    assert "not signed" in page


def test_who_may_not_publish_sees_what_would_change(enter: Enter) -> None:
    author = enter("ann", Role.AUTHOR)

    assert "Signers with a signing role and administrators publish" in author.get(PAGE).text
    assert author.post(PAGE, "/account", note="x", sure="yes").status_code == 403


def test_a_signer_without_a_signing_role_publishes_nothing_and_goes_back_to_nothing(
    enter: Enter, fresh: Settings
) -> None:
    sam = enter("sam", Role.SIGNER)

    assert "Signers with a signing role" in sam.get(PAGE).text
    assert sam.post(PAGE, "/account", note="x", sure="yes").status_code == 403
    back = sam.post("/studio/bundles", "/account", name="000001-0123456789ab")
    assert back.status_code == 403
    assert current_name(fresh.bundles) == ""


@pytest.mark.slow
def test_what_changed_after_the_page_was_shown_is_not_published(
    enter: Enter, desk: Desk, staff: Staff, fresh: Settings
) -> None:
    sam = enter("sam", Role.SIGNER, signing=("editor",))
    page = sam.get(PAGE).text
    sent = {name: found[1] for name in ("form_token", "seen")
            if (found := re.search(f'name="{name}" value="([^"]+)"', page))}  # fmt: skip
    write(desk, "Words that sam never saw", "module.law.title")
    answer = sam.client.post(PAGE, data=sent | {"note": "x", "sure": "yes"}, headers=OURS)

    assert answer.status_code == 409
    assert "since you opened this page" in answer.text
    assert current_name(fresh.bundles) == ""
    assert ("sam", "refused publication") in acts(staff)


def test_a_note_and_a_word_about_unsigned_parts_are_needed(
    enter: Enter, desk: Desk, fresh: Settings
) -> None:
    write(desk, "When an urge is here")
    answer = enter("sam", Role.SIGNER, signing=("editor",)).post(PAGE, PAGE, note=" ")

    assert answer.status_code == 400
    assert answer.text.count("Say in a line what is new") == 2
    assert answer.text.count("Tick that you know") == 2
    assert current_name(fresh.bundles) == ""


def test_a_signature_that_ends_soon_is_told(enter: Enter, desk: Desk) -> None:
    sam = enter("sam", Role.SIGNER, signing=("editor",))
    seen = desk.part("en", "module.law", NOON.date()).fingerprint
    until = str(NOON.date() + timedelta(days=5))
    fields = {"locale": "en", "part": "module.law", "seen": seen, "role": "editor"}
    sam.post("/studio/sign", "/studio/sign?part=module.law", until=until, read="yes", **fields)
    page = sam.get(PAGE).text

    assert "To review soon" in page
    assert until in page


def test_what_isnt_a_bundle_is_never_shown(enter: Enter, staff: Staff, fresh: Settings) -> None:
    sam = enter("sam", Role.SIGNER, signing=("editor",))
    boss = enter("bea", Role.ADMINISTRATOR)
    for name in ("../../etc", "000001-0123456789ab", ""):
        answer = boss.client.post(
            "/studio/bundles", data={"form_token": token(boss), "name": name}, headers=OURS
        )
        assert answer.status_code == 409
        assert "Visitors see what they saw" in answer.text
    assert "Nothing was published yet" in sam.get("/studio/bundles").text
    assert "../../etc" not in str(staff.store.lines(f"{NOON:%Y-%m}"))


@pytest.mark.slow
def test_published_and_back_again_in_one_step(
    enter: Enter, desk: Desk, staff: Staff, fresh: Settings
) -> None:
    sam = enter("sam", Role.SIGNER, signing=("editor",))
    write(desk, "When an urge comes")
    assert "Published. Visitors read it" in publish(sam, "first").text
    first = current_name(fresh.bundles)
    assert "Nothing would change." in sam.get(PAGE).text

    write(desk, "When an urge comes back")
    publish(sam, "second")
    second = current_name(fresh.bundles)
    page = sam.get("/studio/bundles").text
    assert page.index("second") < page.index("first")

    back = sam.post("/studio/bundles", "/studio/bundles", name=first)
    assert "this earlier bundle again" in back.text
    assert current_name(fresh.bundles) == first != second
    words = (fresh.bundles / first / "content" / "modules" / "urges.yml").read_text()
    assert "When an urge comes\n" in words
    assert acts(staff)[0] == ("sam", "went back to bundle")
    assert [each.bundle for each in desk.store.publications()][:3] == [first, second, first]


@pytest.mark.slow
def test_a_bundle_with_one_flipped_byte_is_refused(
    enter: Enter, desk: Desk, fresh: Settings
) -> None:
    sam = enter("sam", Role.SIGNER, signing=("editor",))
    publish(sam, "first")
    write(desk, "When an urge has come")
    publish(sam, "second")
    earlier, shown = all_bundles(fresh.bundles)[1], current_name(fresh.bundles)
    broken = earlier / "content" / "modules" / "urges.yml"
    broken.chmod(0o644)
    broken.write_bytes(broken.read_bytes()[:-2] + b"#\n")
    answer = sam.post("/studio/bundles", "/studio/bundles", name=earlier.name)

    assert answer.status_code == 409
    assert "urges.yml is not as it was signed" in answer.text
    assert current_name(fresh.bundles) == shown


@pytest.mark.slow
def test_what_the_checks_find_keeps_it_from_visitors(
    enter: Enter, desk: Desk, staff: Staff, fresh: Settings
) -> None:
    write(desk, "This always helps, we promise!")
    answer = publish(enter("sam", Role.SIGNER, signing=("editor",)))
    write(desk, "When an urge comes")

    assert answer.status_code == 409
    assert "Mend this first" in answer.text
    assert "content/modules/urges.yml" in answer.text
    assert current_name(fresh.bundles) == ""
    assert acts(staff)[0] == ("sam", "refused publication")


def test_without_a_database_nothing_is_published_and_the_page_says_so(
    enter: Enter, desk: Desk, fresh: Settings
) -> None:
    sam = enter("sam", Role.SIGNER, signing=("editor",))
    form = {"form_token": token(sam), "note": "x", "sure": "yes"}
    path = Path(fresh.studio_database.removeprefix("sqlite:///"))
    moved = path.rename(path.with_suffix(".away"))
    path.mkdir()
    try:
        answer = sam.client.post(PAGE, data=form, headers=OURS)
    finally:
        path.rmdir()
        moved.rename(path)

    assert answer.status_code == 503
    assert "Nothing was saved" in answer.text
    assert current_name(fresh.bundles) == ""
    assert sam.get(PAGE).status_code == 200
