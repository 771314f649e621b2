"""Suggestions and comments: taken as words of who made them, and closed by who may."""

from __future__ import annotations

import json

from bot.storage.staff.people import Role
from bot.studio.desk import Desk
from bot.web.staff.site import Staff
from tests.web.staff.studio.changing import page_of, send, trail
from tests.web.staff.studio.conftest import Enter


def test_a_translator_changes_no_english_but_may_suggest_it(
    enter: Enter, desk: Desk, staff: Staff
) -> None:
    tove, message_id = enter("tove", Role.TRANSLATOR), "module.sleep_and_substances.title"
    before = desk.text("en", message_id).words
    refused = send(tove, desk, "en", message_id, "Sleep well")
    assert refused.status_code == 403
    assert "Sleep well</textarea>" in refused.text
    assert 'value="suggest"' in refused.text
    assert ("tove", "refused change", f"en/{message_id}", "", "") in trail(staff)
    assert desk.text("en", message_id).words == before

    send(tove, desk, "en", message_id, "Sleep well", do="suggest")
    assert [each.words for each in desk.store.suggestions(message_id, "en")] == ["Sleep well"]
    assert ("tove", "suggested words", f"en/{message_id}", "version 0", "") in trail(staff)


def test_a_suggestion_is_taken_as_words_of_who_made_it(enter: Enter, desk: Desk) -> None:
    sol, ana, message_id = enter("sol", Role.SIGNER), enter("ana", Role.AUTHOR), "chat.send"
    send(sol, desk, "de", message_id, "Abschicken", do="suggest")
    suggestion = desk.store.suggestions(message_id, "de")[0]
    place = {"locale": "de", "id": message_id, "number": suggestion.id, "base": 0}
    page = ana.post("/studio/suggestion", page_of("de", message_id), **place, do="take")

    assert "done=taken" in str(page.url)
    seen = desk.text("de", message_id)
    assert (seen.words, seen.author) == ("Abschicken", "sol")
    assert desk.store.suggestions(message_id, "de")[0].was_taken


def test_a_suggestion_can_be_refused_by_who_writes_only(enter: Enter, desk: Desk) -> None:
    sol, ana, message_id = enter("sol", Role.SIGNER), enter("ana", Role.AUTHOR), "chat.failed"
    send(sol, desk, "de", message_id, "Ging nicht", do="suggest")
    suggestion = desk.store.suggestions(message_id, "de")[0]
    sent = {"locale": "de", "id": message_id, "number": suggestion.id, "base": 0, "do": "refuse"}
    assert sol.post("/studio/suggestion", page_of("de", message_id), **sent).status_code == 403
    ana.post("/studio/suggestion", page_of("de", message_id), **sent)

    assert desk.store.suggestions(message_id, "de")[0].was_taken is False


def test_comments_are_kept_and_closed(enter: Enter, desk: Desk, staff: Staff) -> None:
    sol, message_id = enter("sol", Role.SIGNER), "chat.forget"
    place = {"locale": "de", "id": message_id}
    sol.post("/studio/comment", page_of("de", message_id), **place, words="Too stern?")
    kept = desk.store.comments(message_id, "de")[0]
    assert "Too stern?" in sol.get(page_of("de", message_id)).text
    sol.post("/studio/comment/resolve", page_of("de", message_id), **place, number=kept.id)

    assert desk.store.comments(message_id, "de")[0].resolved_by == "sol"
    assert [what for _, what, *_ in trail(staff)][:2] == ["resolved a comment", "commented"]
    assert "stern" not in json.dumps(trail(staff))


def test_an_empty_comment_is_refused(enter: Enter) -> None:
    sol, place = enter("sol", Role.SIGNER), {"locale": "de", "id": "chat.forget_note"}
    answer = sol.post("/studio/comment", page_of("de", place["id"]), **place, words="  ")

    assert answer.status_code == 400
    assert "Type a comment first." in answer.text
