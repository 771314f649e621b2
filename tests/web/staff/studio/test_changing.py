"""Changing words: saved over what was seen, never lost, always in the trail without the words."""

from __future__ import annotations

import html
import json

import pytest

from bot.storage.staff.people import Role
from bot.studio.desk import Desk
from bot.studio.signing import Person
from bot.web.staff.site import Staff
from tests.builders import NOON
from tests.web.reading import words_in
from tests.web.staff.studio.changing import draft_of, page_of, send, trail
from tests.web.staff.studio.conftest import Enter

FORMS = (
    ("/studio/text", {"do": "save"}),
    ("/studio/text", {"do": "draft"}),
    ("/studio/text", {"do": "discard"}),
    ("/studio/text", {"do": "suggest"}),
    ("/studio/comment", {}),
    ("/studio/comment/resolve", {"number": "1"}),
    ("/studio/suggestion", {"number": "1", "do": "take"}),
    ("/studio/history", {"version": "1"}),
)


def test_a_saved_text_stands_in_its_catalog_and_leaves_a_line(
    enter: Enter, desk: Desk, staff: Staff
) -> None:
    answer = send(enter("tove", Role.TRANSLATOR), desk, "de", "module.urges.title", "Ein Drang")

    assert "done=saved" in str(answer.url)
    assert desk.text("de", "module.urges.title").words == "Ein Drang"
    line = "tove", "changed text", "de/module.urges.title", "version 0", "version 1"
    assert trail(staff)[0] == line
    assert "Ein Drang" not in json.dumps(trail(staff))


def test_saving_the_same_words_changes_nothing_and_leaves_no_line(
    enter: Enter, desk: Desk, staff: Staff
) -> None:
    words = desk.text("de", "module.urges.about").words
    send(enter("tove", Role.TRANSLATOR), desk, "de", "module.urges.about", words)

    assert desk.text("de", "module.urges.about").version == 0
    assert "changed text" not in {what for _, what, *_ in trail(staff)}


def test_saving_can_go_on_to_the_next_text(enter: Enter, desk: Desk) -> None:
    tove = enter("tove", Role.TRANSLATOR)
    answer = send(tove, desk, "de", "module.law.title", "Das Recht", do="next")

    assert "id=module.law.about" in str(answer.url)
    assert "The text before this one is saved." in answer.text


def test_english_makes_translations_doubtful(enter: Enter, desk: Desk) -> None:
    send(enter("ana", Role.AUTHOR), desk, "en", "module.family.title", "Your family and you")

    page = enter("tove", Role.TRANSLATOR).get(page_of("de", "module.family.title")).text
    assert "The English has changed since this was translated." in page


def test_a_conflict_shows_both_texts_and_keeps_the_slower_as_a_draft(
    enter: Enter, desk: Desk
) -> None:
    message_id = "module.feelings.title"
    ana, tove = enter("ana", Role.AUTHOR), enter("tove", Role.TRANSLATOR)
    send(ana, desk, "de", message_id, "Von Ana", base=0)
    answer = send(tove, desk, "de", message_id, "Von Tove", base=0)

    assert answer.status_code == 409
    assert "ana saved this text while you wrote" in words_in(answer.text)
    assert "Von Ana" in answer.text
    assert ">\nVon Tove</textarea>" in answer.text
    assert desk.text("de", message_id).words == "Von Ana"
    assert draft_of(desk, "tove", message_id) == "Von Tove"


def test_after_a_conflict_one_may_save_over_the_newer_or_take_it(enter: Enter, desk: Desk) -> None:
    message_id = "module.privacy.title"
    ana, tove = enter("ana", Role.AUTHOR), enter("tove", Role.TRANSLATOR)
    send(ana, desk, "de", message_id, "Von Ana", base=0)
    refused = send(tove, desk, "de", message_id, "Von Tove", base=0).text
    assert 'name="base" value="1"' in refused
    send(tove, desk, "de", message_id, "Von Tove", base=1)
    assert desk.text("de", message_id).words == "Von Tove"

    send(ana, desk, "de", message_id, "Wieder Ana", base=1)
    taken = send(ana, desk, "de", message_id, "Wieder Ana", base=2, do="discard")
    assert ">\nVon Tove</textarea>" in taken.text
    assert draft_of(desk, "ana", message_id) == ""


def test_a_draft_is_only_ones_own(enter: Enter, desk: Desk) -> None:
    message_id = "module.setbacks.title"
    ana, tove = enter("ana", Role.AUTHOR), enter("tove", Role.TRANSLATOR)
    send(tove, desk, "de", message_id, "Noch nicht fertig", do="draft")

    own, others = (each.get(page_of("de", message_id)).text for each in (tove, ana))
    assert ">\nNoch nicht fertig</textarea>" in own
    assert "Noch nicht fertig" not in others
    assert "Your drafts" in words_in(tove.get("/studio").text)


def test_a_draft_tells_when_somebody_has_saved_since(enter: Enter, desk: Desk) -> None:
    message_id = "module.triggers.title"
    ana, tove = enter("ana", Role.AUTHOR), enter("tove", Role.TRANSLATOR)
    send(tove, desk, "de", message_id, "Entwurf", do="draft")
    send(ana, desk, "de", message_id, "Gespeichert")
    page = tove.get(page_of("de", message_id)).text

    assert "somebody has saved newer words since you began: version 1" in page
    assert send(tove, desk, "de", message_id, "Entwurf", base=0).status_code == 409


def test_while_typing_a_draft_is_kept_and_the_checks_answer(enter: Enter, desk: Desk) -> None:
    tove, message_id = enter("tove", Role.TRANSLATOR), "module.surroundings.title"
    sent = {"locale": "de", "id": message_id, "base": 0}
    typed = tove.post(
        "/studio/typed", page_of("de", message_id), **sent, words="Schnell! {name}"
    ).json()

    assert draft_of(desk, "tove", message_id) == "Schnell! {name}"
    assert typed["findings"] == [
        {"check": "placeholders", "cure": f"{message_id} needs exactly: no names in braces"}
    ]
    saved = desk.text("de", message_id).words
    again = tove.post("/studio/typed", page_of("de", message_id), **sent, words=saved).json()
    assert again["findings"] == []
    assert draft_of(desk, "tove", message_id) == ""


def test_words_that_would_break_a_page_are_refused_beside_the_field(
    enter: Enter, desk: Desk
) -> None:
    answer = send(enter("tove", Role.TRANSLATOR), desk, "de", "nav.about", "Über {this")

    assert answer.status_code == 400
    assert "close each { with a }" in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "Über {this</textarea>" in answer.text


def test_any_earlier_version_can_be_brought_back_as_a_new_one(
    enter: Enter, desk: Desk, staff: Staff
) -> None:
    tove, message_id = enter("tove", Role.TRANSLATOR), "module.why_change.title"
    first = desk.text("de", message_id).words
    send(tove, desk, "de", message_id, "Zweite Fassung")
    page = f"/studio/history?locale=de&id={message_id}"
    assert first in html.unescape(tove.get(page).text)
    sent = {"locale": "de", "id": message_id, "version": 0, "base": 1}
    answer = tove.post("/studio/history", page, **sent)

    assert "The earlier words are back" in answer.text
    assert desk.text("de", message_id).words == first
    assert [each.number for each in desk.versions(message_id, "de")] == [2, 1, 0]
    assert trail(staff)[0][1:] == ("brought back 0", f"de/{message_id}", "version 1", "version 2")
    again = tove.post("/studio/history", page, **sent)
    assert again.status_code == 409
    assert "This was changed meanwhile." in again.text


def test_a_part_marks_what_changed_since_it_was_signed(enter: Enter, desk: Desk) -> None:
    part, message_id = "exercise.grounding", "exercise.grounding.title"
    seen = desk.part("de", part, NOON.date())
    person = Person("sol", frozenset({Role.SIGNER}), frozenset({"editor"}))
    desk.sign(person, "de", {part: seen.fingerprint}, "editor", NOON.date(), NOON)
    send(enter("tove", Role.TRANSLATOR), desk, "de", message_id, "Ankern")
    page = enter("ana", Role.AUTHOR).get(f"/studio/part?locale=de&name={part}").text

    assert "<ins>Ankern</ins>" in page
    assert "Changed since signed" in page


@pytest.mark.parametrize("role", [Role.AUTHOR, Role.SIGNER])
def test_the_trail_names_nothing_that_does_not_exist(
    enter: Enter, staff: Staff, role: Role
) -> None:
    somebody, page = enter("somebody", role), page_of("de", "chat.send")
    before = trail(staff)
    for locale, message_id in (("de", "made.up"), ("xx", "chat.send"), ("en", "file/made.up")):
        for path, fields in FORMS:
            sent = {"locale": locale, "id": message_id, "base": "0", "words": "x"} | fields
            assert somebody.post(path, page, **sent).status_code == 404, (path, fields)

    assert trail(staff) == before
