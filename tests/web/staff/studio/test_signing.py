"""Signing: what is signed is shown whole, and by whom it may be."""

from __future__ import annotations

from datetime import timedelta

from httpx2 import Response

from bot.storage.staff.people import Role
from bot.studio.desk import Desk
from bot.studio.seeing import State
from bot.web.staff.site import Staff
from tests.builders import NOON
from tests.web.staff.conftest import OURS, TOKEN, Browser
from tests.web.staff.studio.conftest import Enter

TODAY = NOON.date()
SIGNER = Role.SIGNER


def page_of(part: str, locale: str = "en") -> str:
    return f"/studio/sign?locale={locale}&part={part}"


def sign(browser: Browser, desk: Desk, part: str, role: str, **fields: str) -> Response:
    """Sign a part as it reads now; ``fields`` are those to get wrong."""
    seen = desk.part("en", part, TODAY).fingerprint
    until = str(TODAY + timedelta(days=90))
    sent = {"locale": "en", "part": part, "seen": seen, "role": role, "until": until, "read": "yes"}
    return browser.post("/studio/sign", page_of(part), **(sent | fields))


def write(desk: Desk, author: str, message_id: str, words: str) -> None:
    desk.save(author, "en", message_id, words, desk.text("en", message_id).version, NOON)


def token(browser: Browser) -> str:
    found = TOKEN.search(browser.get("/account").text)
    assert found
    return found[1]


def lines(staff: Staff, what: str) -> list[tuple[str, str, str, str]]:
    found = staff.store.lines(f"{NOON:%Y-%m}")
    return [(each.who, each.item, each.before, each.after) for each in found if each.what == what]


def test_a_part_is_shown_whole(enter: Enter, desk: Desk) -> None:
    page = enter("sam", SIGNER, signing=("clinician",)).get(page_of("module.urges")).text

    for text in desk.texts("en", "module.urges"):
        assert text.words.splitlines()[0][:30].replace("'", "&#39;") in page


def test_a_translation_is_shown_beside_its_source(enter: Enter, desk: Desk) -> None:
    page = enter("sam", SIGNER, signing=("clinician",)).get(page_of("module.urges", "de")).text
    title = desk.text("de", "module.urges.title")

    assert title.words in page
    assert title.source in page


def test_one_signature_is_enough_where_no_danger_is(enter: Enter, desk: Desk, staff: Staff) -> None:
    editor = enter("ed", SIGNER, signing=("editor",))
    before = desk.part("en", "module.setbacks", TODAY).fingerprint
    answer = sign(editor, desk, "module.setbacks", "editor")

    assert "You signed this." in answer.text
    assert desk.part("en", "module.setbacks", TODAY).state is State.SIGNED
    assert lines(staff, "signed as editor") == [("ed", "en module.setbacks", "", before)]


def test_a_safety_text_needs_two_people_in_two_roles(enter: Enter, desk: Desk) -> None:
    clinician = enter("cleo", SIGNER, signing=("clinician", "editor"))
    lawyer = enter("leo", SIGNER, signing=("lawyer",))
    first = sign(clinician, desk, "answer.survivor", "clinician")
    again = clinician.get(page_of("answer.survivor")).text

    assert "needs a second person" in first.text
    assert "a second person has to sign it" in again
    assert desk.part("en", "answer.survivor", TODAY).state is State.WAITING

    second = sign(lawyer, desk, "answer.survivor", "lawyer")
    assert "It is signed" in second.text
    assert desk.part("en", "answer.survivor", TODAY).state is State.SIGNED


def test_nobody_signs_their_own_words(enter: Enter, desk: Desk) -> None:
    write(desk, "ann", "module.sleep_and_substances.title", "Sleep, alcohol and other things")
    ann = enter("ann", SIGNER, Role.AUTHOR, signing=("clinician",))
    page = ann.get(page_of("module.sleep_and_substances")).text

    assert "You can&#39;t sign this" in page or "You can't sign this" in page
    assert "you wrote a part of these words" in page
    forced = ann.client.post(
        "/studio/sign",
        data={
            "form_token": token(ann),
            "locale": "en",
            "part": "module.sleep_and_substances",
            "seen": desk.part("en", "module.sleep_and_substances", TODAY).fingerprint,
            "role": "clinician",
            "until": str(TODAY),
            "read": "yes",
        },
        headers=OURS,
    )
    assert forced.status_code == 409
    assert desk.part("en", "module.sleep_and_substances", TODAY).state is State.DRAFT


def test_what_changed_since_the_last_signature_is_marked(enter: Enter, desk: Desk) -> None:
    sam = enter("sam", SIGNER, signing=("clinician",))
    sign(sam, desk, "module.feelings", "clinician")
    write(desk, "ann", "module.feelings.title", "Feelings and moods")
    page = sam.get(page_of("module.feelings")).text

    assert "<ins>" in page
    assert "Changed since signed" in page


def test_words_that_changed_while_somebody_read_are_not_signed(enter: Enter, desk: Desk) -> None:
    sam = enter("sam", SIGNER, signing=("clinician",))
    answer = sign(sam, desk, "module.triggers", "clinician", seen="0123456789abcdef")

    assert answer.status_code == 409
    assert "changed while you read it" in answer.text


def test_what_is_missing_is_said_beside_its_field_and_above(enter: Enter, desk: Desk) -> None:
    sam = enter("sam", SIGNER, signing=("clinician", "editor"))
    answer = sign(sam, desk, "module.triggers", "", until="some day", read="")

    assert answer.status_code == 400
    for words in ("Tick that you have read", "Choose in which role", "That is no day"):
        assert answer.text.count(words) == 2


def test_a_review_in_two_years_is_too_late(enter: Enter, desk: Desk) -> None:
    sam = enter("sam", SIGNER, signing=("clinician",))
    until = str(TODAY + timedelta(days=700))
    answer = sign(sam, desk, "module.triggers", "clinician", until=until)

    assert answer.status_code == 409
    assert "within 400 days" in answer.text


def test_thresholds_are_shown_as_they_stand_in_their_file(enter: Enter) -> None:
    page = enter("sam", SIGNER, signing=("clinician",)).get(page_of("policy")).text

    assert "content/safety/policy.yml" in page


def test_a_service_is_shown_with_its_numbers(enter: Enter) -> None:
    page = enter("sam", SIGNER, signing=("clinician",)).get(
        page_of("service.stop-it-now-uk-ireland")
    )

    assert "0808 1000 900" in page.text


def test_an_author_reads_but_has_no_form(enter: Enter, desk: Desk) -> None:
    author = enter("ann", Role.AUTHOR)
    page = author.get(page_of("module.law"))

    assert "You have no signing role" in page.text
    assert author.post("/studio/sign", "/account", part="module.law").status_code == 403


def test_a_researcher_sees_nothing_of_it(enter: Enter) -> None:
    researcher = enter("rob", Role.RESEARCHER)

    assert researcher.get(page_of("module.law")).status_code == 403
    assert researcher.get("/studio/publish").status_code == 403


def test_a_form_of_another_site_signs_nothing(enter: Enter, desk: Desk) -> None:
    sam = enter("sam", SIGNER, signing=("clinician",))
    forged = sam.client.post(
        "/studio/sign",
        data={"part": "module.law", "form_token": "guessed"},
        headers=OURS,
    )

    assert forged.status_code == 403
    assert desk.part("en", "module.law", TODAY).state is State.DRAFT


def test_an_unknown_part_is_told_kindly(enter: Enter) -> None:
    answer = enter("sam", SIGNER, signing=("clinician",)).get(page_of("module.nothing"))

    assert answer.status_code == 404
    assert "choose it from the list" in answer.text


# ---------- signing roles ----------


def test_an_administrator_gives_signing_roles(enter: Enter, desk: Desk, staff: Staff) -> None:
    enter("sam", SIGNER)
    boss = enter("bea", Role.ADMINISTRATOR)
    answer = boss.post(
        "/studio/signers", "/studio/signers", name="sam", role=["clinician", "lawyer", "king"]
    )

    assert "The signing roles are changed." in answer.text
    assert desk.store.signing_roles("sam") == {"clinician", "lawyer"}
    assert lines(staff, "gave signing roles") == [("bea", "sam", "none", "clinician, lawyer")]


def test_only_signers_get_signing_roles(enter: Enter, desk: Desk) -> None:
    enter("ann", Role.AUTHOR)
    boss = enter("bea", Role.ADMINISTRATOR)
    enter("sam", SIGNER)
    answer = boss.post("/studio/signers", "/studio/signers", name="ann", role="clinician")

    assert answer.status_code == 400
    assert desk.store.signing_roles("ann") == frozenset()


def test_nobody_gives_themselves_signing_roles(enter: Enter) -> None:
    sam = enter("sam", SIGNER)

    assert sam.get("/studio/signers").status_code == 403
    assert sam.post("/studio/signers", "/account", name="sam", role="clinician").status_code == 403


def test_the_trail_keeps_nothing_that_somebody_only_typed(
    enter: Enter, staff: Staff, desk: Desk
) -> None:
    sam = enter("sam", Role.SIGNER, signing=("clinician",))
    sign(sam, desk, "module.relationships", "clinician", seen="typed by\x00 somebody")
    ann = enter("ann", Role.AUTHOR)
    sent = {"locale": "=1+1\r\n", "id": "x" * 8_000, "do": "discard", "base": "0", "words": ""}
    ann.post("/studio/text", "/account", **sent)
    lines = staff.store.lines(f"{TODAY:%Y-%m}")

    assert lines[-1].who
    assert not any("typed by" in line.after for line in lines)
    assert any(line.what == "refused signature" for line in lines)
    assert all(len(line.item) <= 200 and line.item.isprintable() for line in lines)
