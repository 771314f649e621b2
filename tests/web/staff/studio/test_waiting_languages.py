"""The page for publishing tells what waits for translators, and what would be refused."""

from __future__ import annotations

import re

from bot.languages import extraction
from bot.settings import Settings
from bot.storage import bundles
from bot.storage.staff.people import Role
from bot.studio.desk import Desk
from tests.builders import NOON
from tests.web.staff.studio.conftest import Enter

PAGE = "/studio/publish"
STAYS = '<h2 id="staying">'
FIRST = '<h2 id="lacking">'


def changed(desk: Desk, message_id: str) -> None:
    seen = desk.text("en", message_id)
    desk.save("ann", "en", message_id, seen.words + " Today.", seen.version, NOON)


def number_of_changes(page: str) -> int:
    found = re.search(r"<strong>(\d+)</strong> parts? would change", page)
    assert found
    return int(found[1])


def test_what_stays_is_named_and_is_no_change(enter: Enter, desk: Desk) -> None:
    sam = enter("sam", Role.SIGNER, signing=("editor",))
    before = sam.get(PAGE).text

    changed(desk, "module.sleep_and_substances.about")
    page = sam.get(PAGE).text

    assert STAYS not in before
    title = "Sleep, alcohol, drugs and repeated habits"
    assert f'{title}: <span translate="no">de, fr</span>' in page
    assert number_of_changes(page) == number_of_changes(before) + 1  # the English one
    assert FIRST not in page


def test_what_was_compared_with_an_earlier_bundle_is_not_published(
    enter: Enter, desk: Desk, chosen: Settings
) -> None:
    sam = enter("sam", Role.SIGNER, signing=("editor",))
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', sam.get(PAGE).text)
    assert found
    extraction.compile_catalogs(desk.root / "locales", ["de", "fr"])
    private = chosen.bundle_key.with_suffix(".key")
    made = bundles.make(chosen.studio, chosen.bundles, private, NOON.date(), "meanwhile")
    bundles.switch(chosen.bundles, made.name, chosen.bundle_key)

    answer = sam.post(PAGE, PAGE, note="x", sure="yes", seen=found[1])

    assert answer.status_code == 409
    assert "since you opened this page" in answer.text
    assert bundles.current_name(chosen.bundles) == made.name


def test_what_is_about_danger_is_named_with_the_way_to_translate_it(
    enter: Enter, desk: Desk
) -> None:
    changed(desk, "answer.suicide_risk.1")

    page = enter("sam", Role.SIGNER, signing=("editor",)).get(PAGE).text

    assert FIRST in page
    assert 'href="/studio/text?locale=de&amp;id=answer.suicide_risk.1"' in page
