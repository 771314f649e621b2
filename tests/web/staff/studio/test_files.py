"""Whole files: refused with the line and the cure, and changed by authors alone."""

from __future__ import annotations

import html

from bot.storage.staff.people import Role
from bot.studio.desk import Desk
from bot.web.staff.site import Staff
from bot.web.staff.studio.entrance import LONGEST_FILE
from tests.web.reading import words_in
from tests.web.staff.conftest import OURS, TOKEN
from tests.web.staff.studio.changing import POLICY, draft_of, send_file, trail
from tests.web.staff.studio.conftest import Enter


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


def test_the_longest_file_of_the_product_fits(desk: Desk) -> None:
    sizes = [path.stat().st_size for path in (desk.root / "content").rglob("*.yml")]

    assert max(sizes) * 2 < LONGEST_FILE
