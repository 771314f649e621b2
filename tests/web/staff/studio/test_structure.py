"""The form for order, buttons, kinds and minutes."""

from __future__ import annotations

import html
import re
from datetime import date

from httpx2 import Response

from bot.storage.staff.people import Role
from bot.studio.covered import told_in_file
from bot.studio.desk import Desk
from bot.studio.signing import Person
from bot.web.staff.site import Staff
from tests.builders import NOON
from tests.web.staff.conftest import Browser
from tests.web.staff.studio.conftest import Enter

URGES, TIMER = "content/modules/urges.yml", "content/exercises/urge_timer.yml"


def page(file: str) -> str:
    return f"/studio/structure?path={file}"


def field(answer: Response, name: str) -> str:
    """Return what a hidden field, or the hidden box of the file, holds."""
    found = re.search(rf'name="{name}" value="([^"]*)"', answer.text) or re.search(
        rf'<textarea name="{name}" hidden>\n(.*?)</textarea>', answer.text, re.DOTALL
    )
    assert found
    return html.unescape(found[1])


def press(browser: Browser, file: str, do: str, before: Response, **fields: str) -> Response:
    kept = {name: field(before, name) for name in ("file", "base", "words")}
    return browser.post("/studio/structure", page(file), do=do, **(kept | fields))


def test_an_author_tries_an_order_sees_it_and_saves_it_once(
    enter: Enter, desk: Desk, staff: Staff
) -> None:
    author = enter("ann", Role.AUTHOR)
    first, before = author.get(page(URGES)), (desk.root / URGES).read_text()
    tried = press(author, URGES, "up:screens:1", first)
    tried = press(author, URGES, "out:screens:5", tried)
    tried = press(author, URGES, "add:choices", tried, **{"new-choices": "check_in.start"})

    assert "<ins>" in tried.text
    assert (desk.root / URGES).read_text() == before
    assert "Saved." in press(author, URGES, "save", tried).text
    ids = re.findall(r"(?m)^- id: (\w+)$", (desk.root / URGES).read_text())
    assert ids == ["wave", "away_first", "delay", "body", "contact"]
    assert "topic.imminent_risk, check_in.start]" in (desk.root / URGES).read_text()
    assert ("ann", "changed structure") in [
        (each.who, each.what) for each in staff.store.lines(f"{NOON:%Y-%m}")
    ]


def test_what_the_product_cant_read_is_refused_with_a_cure(enter: Enter, desk: Desk) -> None:
    author, before = enter("ann", Role.AUTHOR), (desk.root / TIMER).read_text()
    answer = press(author, TIMER, "save", author.get(page(TIMER)), kind="ratings")

    assert answer.status_code == 400
    assert "of kind ratings" in answer.text
    assert (desk.root / TIMER).read_text() == before
    for fields, cure in (
        ({"minutes-away": "0"}, "1 to 60 minutes"), ({"code": "first"}, "a capital letter"),
    ):  # fmt: skip
        answer = press(author, TIMER, "save", author.get(page(TIMER)), **fields)
        assert (answer.status_code, cure in answer.text) == (400, True)


def test_minutes_are_saved_and_a_second_author_is_told(enter: Enter, desk: Desk) -> None:
    ann, bob = enter("ann", Role.AUTHOR), enter("bob", Role.AUTHOR)
    seen = bob.get(page(TIMER))
    press(ann, TIMER, "save", ann.get(page(TIMER)), **{"minutes-away": "9"})
    answer = press(bob, TIMER, "save", seen, **{"minutes-away": "8"})

    assert "minutes: 9" in (desk.root / TIMER).read_text()
    assert answer.status_code == 409
    assert "kept as your draft" in answer.text
    assert [each.item for each in desk.store.drafts("bob")] == [f"file/{TIMER}"]


def test_readers_see_the_order_and_change_nothing(enter: Enter) -> None:
    signer = enter("sue", Role.SIGNER, signing=("editor",))
    answer = signer.get(page("content/answers/suicide_risk.yml"))

    assert "Only authors change this" in answer.text
    assert signer.post("/studio/structure", "/account", file=URGES).status_code == 403
    assert signer.get(page("content/signoff.yml")).status_code == 404
    assert signer.get(page("content/safety/policy.yml")).status_code == 404


def test_who_signs_sees_which_order_minutes_and_sources_changed(desk: Desk) -> None:
    part, file = "module.thoughts", "content/modules/thoughts.yml"
    today, sue = NOON.date(), Person("sue", frozenset({"signer"}), frozenset({"editor"}))
    seen = desk.part("de", part, today).fingerprint
    desk.sign(sue, "de", {part: seen}, "editor", date(2027, 1, 1), NOON)
    told = told_in_file(desk, "de", part)
    assert told is not None
    assert not told.is_changed

    text = (desk.root / file).read_text()
    older = re.sub("year: 20..", "year: 2001", text, count=1)
    changed = re.sub(r"(?m)^code: .*$", "code: M99", older)
    desk.save_file("ann", file, changed, 0, NOON)
    told = told_in_file(desk, "de", part)

    assert told is not None
    assert told.is_changed
    gone_or_new = "".join(run.words for run in told.lines if run.change != "same")
    assert "code: M99" in gone_or_new
    assert "sources 1, year: 2001" in gone_or_new
    assert desk.part("de", part, today).state == "stale"
