"""Changing words: saved over what was seen, never lost, always in the trail without the words."""

from __future__ import annotations

import html
import json
from pathlib import Path

import pytest
from httpx2 import Response

from bot.settings import Settings
from bot.storage.staff.people import Role
from bot.studio.desk import Desk
from bot.studio.signing import Person
from bot.web.security import LONGEST_BODY
from bot.web.staff.sessions import IDLE_SECONDS
from bot.web.staff.site import Staff
from bot.web.staff.studio.entrance import LONGEST_FILE, LONGEST_FORM
from tests.builders import NOON
from tests.web.reading import Attributes, words_in
from tests.web.staff.conftest import OURS, TOKEN, Browser, Clock
from tests.web.staff.studio.conftest import Enter

SCRIPT = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
POLICY = "content/safety/policy.yml"


def page_of(locale: str, message_id: str) -> str:
    return f"/studio/text?locale={locale}&id={message_id}"


def send(
    browser: Browser, desk: Desk, locale: str, message_id: str, words: str, **fields: object
) -> Response:
    """Send the form of a text, by default to save it over the newest version."""
    base = desk.text(locale, message_id).version
    sent = {"locale": locale, "id": message_id, "words": words, "base": base, "do": "save"}
    return browser.post("/studio/text", page_of(locale, message_id), **(sent | fields))


def send_file(browser: Browser, desk: Desk, text: str, **fields: object) -> Response:
    base = desk.file_version(POLICY)
    sent = {"file": POLICY, "words": text, "base": base, "do": "save"}
    return browser.post("/studio/file", f"/studio/file?path={POLICY}", **(sent | fields))


def trail(staff: Staff) -> list[tuple[str, str, str, str, str]]:
    found = staff.store.lines(f"{NOON:%Y-%m}")
    return [(each.who, each.what, each.item, each.before, each.after) for each in found]


def draft_of(desk: Desk, account: str, message_id: str) -> str:
    drafts = desk.store.drafts(account)
    return next((each.words for each in drafts if each.item == message_id), "")


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


def test_a_threshold_is_changed_in_its_file(enter: Enter, desk: Desk, staff: Staff) -> None:
    ana, before = enter("ana", Role.AUTHOR), (desk.root / POLICY).read_text()
    after = before.replace("certain_at: 0.65", "certain_at: 0.60", 1)
    answer = send_file(ana, desk, after.replace("\n", "\r\n"))

    assert "done=saved" in str(answer.url)
    assert (desk.root / POLICY).read_text() == after
    assert trail(staff)[0][:3] == ("ana", "changed file", POLICY)


def test_a_file_that_the_product_cannot_use_is_refused_with_line_and_cure(
    enter: Enter, desk: Desk
) -> None:
    ana, before = enter("ana", Role.AUTHOR), (desk.root / POLICY).read_text()
    for wrong in ("outcome: rute, urgency: now", "outcome: [route, urgency: now"):
        text = before.replace("outcome: route, urgency: now", wrong, 1)
        answer = send_file(ana, desk, text)

        assert answer.status_code == 400
        assert "The product cannot use this yet" in answer.text
        assert "Line " in words_in(answer.text)
        assert wrong in html.unescape(answer.text)
    assert (desk.root / POLICY).read_text() == before


def test_two_people_in_one_file_are_told(enter: Enter, desk: Desk) -> None:
    ana, bea = enter("ana", Role.AUTHOR), enter("bea", Role.AUTHOR)
    base, text = desk.file_version(POLICY), (desk.root / POLICY).read_text()
    send_file(ana, desk, text + "\n# from ana\n", base=base)
    answer = send_file(bea, desk, text + "\n# from bea\n", base=base)

    assert answer.status_code == 409
    assert "# from ana" in answer.text
    assert "# from bea" in answer.text
    assert "# from bea" in draft_of(desk, "bea", f"file/{POLICY}")


def test_only_authors_change_files(enter: Enter, desk: Desk) -> None:
    tove, before = enter("tove", Role.TRANSLATOR), (desk.root / POLICY).read_text()
    page = tove.get(f"/studio/file?path={POLICY}").text
    token = TOKEN.search(page)
    assert token
    sent = {"form_token": token[1], "file": POLICY, "words": "x", "base": "0", "do": "save"}

    assert "readonly" in page
    assert tove.client.post("/studio/file", data=sent, headers=OURS).status_code == 403
    assert (desk.root / POLICY).read_text() == before


def test_only_authors_bring_a_file_back(enter: Enter, desk: Desk) -> None:
    ana, tove = enter("ana", Role.AUTHOR), enter("tove", Role.TRANSLATOR)
    send_file(ana, desk, (desk.root / POLICY).read_text() + "# one more line\n")
    after, number = (desk.root / POLICY).read_text(), desk.file_version(POLICY)
    page = f"/studio/history?locale=en&id=file/{POLICY}"
    sent = {"locale": "en", "id": f"file/{POLICY}", "version": number - 1, "base": number}
    # a language that translators write, and a file that they don't
    wrong = sent | {"locale": "de"}
    refused = [
        tove.post("/studio/history", "/account", **each).status_code for each in (sent, wrong)
    ]
    assert refused == [403, 403]
    assert (desk.root / POLICY).read_text() == after

    ana.post("/studio/history", page, **sent)
    assert (desk.root / POLICY).read_text() == after.removesuffix("# one more line\n")


def test_after_a_lost_session_the_words_come_back_and_can_be_sent_again(
    enter: Enter, desk: Desk, clock: Clock
) -> None:
    tove, message_id = enter("tove", Role.TRANSLATOR), "module.first_contact.title"
    token = TOKEN.search(tove.get(page_of("de", message_id)).text)
    assert token
    sent = {"form_token": token[1], "locale": "de", "id": message_id, "words": "Lange getippt"}
    sent |= {"base": "0", "do": "save"}
    clock.forward(IDLE_SECONDS + 1)
    lost = tove.client.post("/studio/text", data=sent, headers=OURS)
    assert lost.status_code == 401
    assert "Lange getippt</textarea>" in lost.text
    assert "Your session is over" in lost.text

    tove.sign_in("tove")
    stale = tove.client.post("/studio/text", data=sent, headers=OURS)
    assert stale.status_code == 403
    assert "send them once more" in stale.text
    fresh = TOKEN.findall(stale.text)[-1]
    tove.client.post("/studio/text", data=sent | {"form_token": fresh}, headers=OURS)
    assert desk.text("de", message_id).words == "Lange getippt"


def test_words_of_another_site_are_not_shown_back(enter: Enter) -> None:
    tove = enter("tove", Role.TRANSLATOR)
    sent = {"locale": "de", "id": "chat.send", "words": "from elsewhere", "do": "save"}
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://evil.example"}, {}):
        answer = tove.client.post("/studio/text", data=sent, headers=headers)

        assert answer.status_code == 403
        assert "from elsewhere" not in answer.text


def test_with_the_database_gone_the_words_come_back(
    enter: Enter, desk: Desk, chosen: Settings, tmp_path: Path
) -> None:
    tove, message_id = enter("tove", Role.TRANSLATOR), "module.young_people.title"
    token = TOKEN.search(tove.get(page_of("de", message_id)).text)
    assert token
    before = desk.text("de", message_id).words
    sent = {"form_token": token[1], "locale": "de", "id": message_id, "words": "Noch da"}
    file = Path(chosen.studio_database.removeprefix("sqlite:///"))
    file.rename(tmp_path / "away.sqlite")
    file.write_bytes(b"this is no database, and long enough to be read as one" * 9)
    try:
        answer = tove.client.post(
            "/studio/text", data=sent | {"base": "0", "do": "save"}, headers=OURS
        )
    finally:
        (tmp_path / "away.sqlite").replace(file)

    assert answer.status_code == 503
    assert "Noch da</textarea>" in answer.text
    assert desk.text("de", message_id).words == before


def test_long_texts_pass_but_only_in_the_studio(enter: Enter, desk: Desk) -> None:
    tove = enter("tove", Role.TRANSLATOR)
    message_id = desk.texts("de", "privacy")[-1].message_id
    long = " ".join(["слово"] * 3_000)
    assert len(long.encode()) > LONGEST_BODY
    token = TOKEN.search(tove.get(page_of("de", message_id)).text)
    assert token
    fields = {"form_token": token[1], "locale": "de", "id": message_id, "words": long}
    fields |= {"base": "0", "do": "draft"}
    parts = {name: (None, value) for name, value in fields.items()}
    tove.client.post("/studio/text", files=parts, headers=OURS)

    assert draft_of(desk, "tove", message_id) == long
    for path, most in (
        ("/account/password", LONGEST_BODY),
        ("/studio/text", LONGEST_FORM),
        ("/studio/file", LONGEST_FILE),
    ):
        data = {"words": "x" * most}
        assert tove.client.post(path, data=data, headers=OURS).status_code == 413, path


def test_the_longest_file_of_the_product_fits(desk: Desk) -> None:
    sizes = [path.stat().st_size for path in (desk.root / "content").rglob("*.yml")]

    assert max(sizes) * 2 < LONGEST_FILE


@pytest.mark.parametrize("field", ["words", "locale", "id", "base", "do", "file", "number"])
def test_script_in_any_field_stays_text(enter: Enter, desk: Desk, field: str) -> None:
    ana = enter("ana", Role.AUTHOR)
    sent = {"locale": "de", "id": "chat.you_said", "base": "0", "do": "draft", "file": POLICY}
    sent |= {"words": "x", "number": "1", "version": "0"}
    for path in (
        "/studio/text",
        "/studio/typed",
        "/studio/comment",
        "/studio/comment/resolve",
        "/studio/suggestion",
        "/studio/history",
        "/studio/file",
    ):
        answer = ana.post(path, page_of("de", "chat.you_said"), **(sent | {field: SCRIPT}))

        assert answer.status_code < 500, path
        if answer.headers["content-type"].startswith("text/html"):
            assert "<script>alert" not in answer.text, path
            assert "onerror" not in {name for _, name, _ in Attributes(answer.text).found}, path


@pytest.mark.parametrize("query", ["q", "locale", "kind", "state", "name", "id", "path", "why"])
def test_script_in_any_address_stays_text(enter: Enter, query: str) -> None:
    ana = enter("ana", Role.AUTHOR)
    for page in ("", "/parts", "/part", "/text", "/history", "/search", "/file"):
        answer = ana.client.get(f"/studio{page}", params={query: SCRIPT})

        assert answer.status_code < 500, page
        assert "<script>alert" not in answer.text, page
