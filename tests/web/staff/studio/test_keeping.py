"""What somebody typed comes back: after a lost session, without a database, and as text."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import Settings
from bot.storage.staff.people import Role
from bot.studio.desk import Desk
from bot.web.security import LONGEST_BODY
from bot.web.staff.sessions import IDLE_SECONDS
from bot.web.staff.studio.entrance import LONGEST_FILE, LONGEST_FORM
from tests.web.reading import Attributes
from tests.web.staff.conftest import OURS, TOKEN, Clock
from tests.web.staff.studio.changing import POLICY, SCRIPT, draft_of, page_of
from tests.web.staff.studio.conftest import Enter


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
