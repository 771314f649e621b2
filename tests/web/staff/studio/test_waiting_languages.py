"""The page for publishing tells what waits for translators, and what would be refused."""

from __future__ import annotations

import re

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

    changed(desk, "module.law.about")
    page = sam.get(PAGE).text

    assert STAYS not in before
    assert 'What the law says, in general: <span translate="no">de, fr</span>' in page
    assert number_of_changes(page) == number_of_changes(before) + 1  # the English one
    assert FIRST not in page


def test_what_is_about_danger_is_named_with_the_way_to_translate_it(
    enter: Enter, desk: Desk
) -> None:
    changed(desk, "answer.suicide_risk.1")

    page = enter("sam", Role.SIGNER, signing=("editor",)).get(PAGE).text

    assert FIRST in page
    assert 'href="/studio/text?locale=de&amp;id=answer.suicide_risk.1"' in page
