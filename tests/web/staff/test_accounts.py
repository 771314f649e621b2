"""Invitations, one's own account, and what administrators do."""

from __future__ import annotations

import csv
import logging
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pyotp
import pytest
from httpx2 import Response

from bot.storage.staff.people import NewPasskey, Role
from bot.storage.staff.trail import Act
from bot.storage.studio import StudioStore
from bot.web.staff.sessions import RECENT_SECONDS
from bot.web.staff.site import Staff
from bot.web.staff.typed import COMMONEST
from tests.web.staff.conftest import PASSWORD, Browser, Clock

NEW = "several words of mine"
SPACED = re.compile(r'<p class="key" translate="no">([A-Z2-7 ]+)</p>')
PASSKEY = NewPasskey(b"an id", b"a public key", 0, "my telephone")


def app_in(html: str) -> pyotp.TOTP:
    """Return the code app that a page offers."""
    found = SPACED.search(html)
    assert found
    return pyotp.TOTP(found[1].replace(" ", ""))


def invited(staff: Staff, clock: Clock, name: str = "eve", *roles: Role) -> str:
    return staff.store.invite(name, roles or (Role.AUTHOR,), "ada", clock.now())


def accept(someone: Browser, invitation: str, **fields: str) -> Response:
    """Accept an invitation with a password; ``fields`` are those to get wrong."""
    offered = someone.post("/invitation", "/invitation", invitation=invitation)
    shown = app_in(offered.text).at(someone.clock.now())
    sent = {"way": "password", "password": NEW, "again": NEW, "code": shown} | fields
    return someone.post("/invitation", "/invitation", invitation=invitation, **sent)


def trail(staff: Staff, clock: Clock) -> list[tuple[str, str, str]]:
    lines = reversed(staff.store.lines(f"{clock.now():%Y-%m}"))
    return [(line.who, line.what, line.item) for line in lines]


# ---------- invitations ----------


def test_who_accepts_an_invitation_is_signed_in(
    someone: Browser, staff: Staff, clock: Clock
) -> None:
    first = accept(someone, invited(staff, clock))

    assert first.url.path == "/"
    assert "Your role: author." in first.text
    assert trail(staff, clock)[-2:] == [("eve", "accepted", "eve"), ("eve", "signed in", "eve")]


def test_an_invitation_that_was_accepted_works_no_more(
    someone: Browser, staff: Staff, clock: Clock
) -> None:
    code = invited(staff, clock)
    accept(someone, code)
    again = someone.post("/invitation", "/invitation", invitation=code)

    assert again.status_code == 403
    assert "This code is not valid." in again.text


@pytest.mark.parametrize("code", ["", "AAAA-AAAA-AAAA-AAAA-AAAA-AAAA", "' or 1=1 --"])
def test_a_code_that_somebody_made_up_opens_nothing(someone: Browser, code: str) -> None:
    answer = someone.post("/invitation", "/invitation", invitation=code)

    assert answer.status_code == 403
    assert "Make the account" not in answer.text


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"password": "short", "again": "short"}, "at least 12 characters"),
        ({"password": "x" * 201, "again": "x" * 201}, "at most 200 characters"),
        ({"password": "eve-eve-eve-eve", "again": "eve-eve-eve-eve"}, "too close to the name"),
        ({"password": "aaaaaaaaaaaabb", "again": "aaaaaaaaaaaabb"}, "first that are guessed"),
        ({"password": COMMONEST[-1], "again": COMMONEST[-1]}, "first that are guessed"),
        ({"again": "another one of mine"}, "not the same"),
        ({"code": "000000"}, "The code is not right."),
        ({"code": ""}, "The code is not right."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_above(
    someone: Browser, staff: Staff, clock: Clock, fields: dict[str, str], told: str
) -> None:
    answer = accept(someone, invited(staff, clock), **fields)

    assert answer.status_code == 400
    assert answer.text.count(told) >= 2
    assert 'aria-invalid="true"' in answer.text
    assert NEW not in answer.text


def test_an_error_leaves_the_code_app_as_it_was(
    someone: Browser, staff: Staff, clock: Clock
) -> None:
    code = invited(staff, clock)
    first = someone.post("/invitation", "/invitation", invitation=code)
    after_error = accept(someone, code, password="short")

    assert app_in(first.text).secret == app_in(after_error.text).secret


def test_a_passkey_that_was_never_asked_for_is_refused(
    someone: Browser, staff: Staff, clock: Clock
) -> None:
    code = invited(staff, clock)
    for answer in ("", "{}", "[]", '{"id": 1}', '{"rawId": "AA", "response": {}}'):
        sent = {"invitation": code, "way": "passkey", "title": "x", "credential": answer}
        assert someone.post("/invitation", "/invitation", **sent).status_code == 400
        assert someone.post("/sign-in/passkey", "/sign-in", credential=answer).status_code == 403

    assert staff.store.invitation(code, clock.now()).name == "eve"


def test_by_number_there_are_no_passkeys_and_the_page_says_why(someone: Browser) -> None:
    page = someone.client.get("http://127.0.0.1:8090/sign-in").text

    assert "by a name, such as localhost" in page
    assert "data-options" not in page


# ---------- one's own account ----------


def test_a_new_password_counts_and_the_old_one_no_more(researcher: Browser) -> None:
    done = researcher.post("/account/password", "/account", now=PASSWORD, password=NEW, again=NEW)
    researcher.post("/sign-out", "/")

    assert "Your password is changed." in done.text
    assert researcher.sign_in("rosa").status_code == 403
    assert researcher.sign_in("rosa", NEW).url.path == "/"


def test_a_new_password_ends_the_other_sessions(researcher: Browser) -> None:
    here = researcher.client.cookies["quietline-staff"]
    researcher.client.cookies.clear()
    researcher.sign_in("rosa")
    researcher.post("/account/password", "/account", now=PASSWORD, password=NEW, again=NEW)
    assert researcher.get("/account").url.path == "/account"
    researcher.client.cookies.clear()
    other = researcher.client.get("/account", headers={"Cookie": f"quietline-staff={here}"})

    assert other.url.path == "/sign-in"


def test_without_the_password_one_has_now_nothing_changes(researcher: Browser) -> None:
    page = "/account"
    wrong = researcher.post("/account/password", page, now="wrong", password=NEW, again=NEW)
    code = app_in(researcher.get(page).text).at(researcher.clock.now())
    refused = researcher.post("/account/code", page, now="wrong", code=code)
    researcher.post("/sign-out", "/")

    for answer in (wrong, refused):
        assert answer.status_code == 400
        assert "This is not your password now." in answer.text
    assert researcher.sign_in("rosa").url.path == "/"


def test_guessing_the_password_one_has_now_is_slow_too(researcher: Browser) -> None:
    for _ in range(3):
        researcher.post("/account/password", "/account", now="wrong", password=NEW, again=NEW)
    answer = researcher.post("/account/password", "/account", now=PASSWORD, password=NEW, again=NEW)

    assert answer.status_code == 400
    assert "Too many attempts. Wait 2 seconds" in answer.text


def test_a_new_code_app_counts_and_the_old_one_no_more(researcher: Browser) -> None:
    app = app_in(researcher.get("/account").text)
    code = app.at(researcher.clock.now())
    done = researcher.post("/account/code", "/account", now=PASSWORD, code=code)
    researcher.post("/sign-out", "/")

    assert "Your new app for codes is set up." in done.text
    assert researcher.sign_in("rosa").status_code == 403
    researcher.secrets["rosa"] = app.secret
    assert researcher.sign_in("rosa").url.path == "/"


def test_a_passkey_is_listed_and_can_be_removed(
    administrator: Browser, staff: Staff, clock: Clock
) -> None:
    ada = next(each for each in staff.store.accounts() if each.name == "ada")
    staff.store.add(ada.id, PASSKEY, clock.now())
    administrator.sign_in("ada")
    page = administrator.get("/account").text
    assert "my telephone" in page
    done = administrator.post("/account/passkey/remove", "/account", passkey="YW4gaWQ")

    assert "The passkey is removed." in done.text
    assert "You have no passkey." in done.text


def test_the_only_way_to_sign_in_is_not_removed_and_a_password_can_be_added(
    someone: Browser, staff: Staff, clock: Clock
) -> None:
    kim = staff.store.accept(invited(staff, clock, "kim"), PASSKEY, clock.now())
    someone.client.cookies.set("quietline-staff", staff.sessions.begin(kim))
    refused = someone.post("/account/passkey/remove", "/account", passkey="YW4gaWQ")
    app = app_in(someone.get("/account").text)
    sent = {"password": NEW, "again": NEW, "code": app.at(clock.now())}
    done = someone.post("/account/first-password", "/account", **sent)

    assert "your only way to sign in" in refused.text
    assert "Your password is changed." in done.text
    assert staff.store.has_password(kim.id, NEW)


def test_who_signed_in_long_ago_adds_no_way_to_sign_in(researcher: Browser, clock: Clock) -> None:
    clock.forward(RECENT_SECONDS)
    answer = researcher.post("/account/passkey", "/account", credential="{}", title="x")

    assert answer.status_code == 400
    assert "You signed in some time ago." in answer.text


# ---------- administrators ----------


def test_an_administrator_invites_and_the_code_is_shown_once(
    administrator: Browser, staff: Staff, clock: Clock
) -> None:
    sent = {"name": "Eve", "role": ["author", "signer"]}
    page = administrator.post("/accounts/invite", "/accounts", **sent).text
    code = re.search(r"(?:[A-Z2-7]{4}-){5}[A-Z2-7]{4}", page)

    assert code
    assert staff.store.invitation(code[0], clock.now()).roles == {Role.AUTHOR, Role.SIGNER}
    assert code[0] not in administrator.get("/accounts").text


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"name": "eve"}, "Choose at least one role."),
        ({"name": "a b", "role": "author"}, "A name has 2 to 40 letters"),
        ({"name": "eve", "role": "owner"}, "Choose at least one role."),
    ],
)
def test_an_invitation_that_lacks_something_is_not_made(
    administrator: Browser, staff: Staff, clock: Clock, sent: dict[str, str], told: str
) -> None:
    answer = administrator.post("/accounts/invite", "/accounts", **sent)

    assert answer.status_code == 400
    assert told in answer.text
    assert staff.store.invitations(clock.now()) == []


def test_an_invitation_can_be_withdrawn(administrator: Browser, staff: Staff, clock: Clock) -> None:
    invited(staff, clock)
    done = administrator.post("/accounts/withdraw", "/accounts", name="eve")

    assert "The invitation is void." in done.text
    assert staff.store.invitations(clock.now()) == []


def test_an_administrator_changes_roles(administrator: Browser, staff: Staff, clock: Clock) -> None:
    administrator.post("/accounts/roles", "/accounts", name="rosa", role=["author", "signer"])
    line = staff.store.lines(f"{clock.now():%Y-%m}")[0]

    assert (line.who, line.item, line.before, line.after) == (
        "ada", "rosa", "researcher", "author signer",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/accounts/roles", {"name": "ada", "role": "author"}),
        ("/accounts/roles", {"name": "rosa"}),
        ("/accounts/roles", {"name": "nobody", "role": "author"}),
        ("/accounts/close", {"name": "ada", "sure": "yes"}),
        ("/accounts/close", {"name": "rosa"}),
        ("/accounts/close", {"name": "nobody", "sure": "yes"}),
    ],
)
def test_what_would_lock_people_out_by_mistake_is_refused(
    administrator: Browser, staff: Staff, path: str, sent: dict[str, str]
) -> None:
    before = staff.store.accounts()
    answer = administrator.post(path, "/accounts", **sent)

    assert answer.status_code == 400
    assert "Please check" in answer.text
    assert staff.store.accounts() == before


def test_an_administrator_closes_an_account(administrator: Browser, staff: Staff) -> None:
    studio = StudioStore(staff.settings.studio_database)
    studio.set_signing_roles("rosa", ["clinician"])
    done = administrator.post("/accounts/close", "/accounts", name="rosa", sure="yes")

    assert "The account is closed" in done.text
    assert [each.closed is None for each in staff.store.accounts()] == [True, False]
    assert studio.signing_roles("rosa") == frozenset()
    studio.close_engine()


def test_the_name_of_a_closed_account_comes_back_only_when_somebody_says_so(
    administrator: Browser,
) -> None:
    administrator.post("/accounts/close", "/accounts", name="rosa", sure="yes")
    sent = {"name": "Rosa", "role": "author"}
    refused = administrator.post("/accounts/invite", "/accounts", **sent)
    done = administrator.post("/accounts/invite", "/accounts", **sent, again="yes")

    assert refused.status_code == 400
    assert "An account of this name was closed" in refused.text
    assert done.status_code == 200


# ---------- the trail ----------


def test_no_cell_of_the_download_is_computed(
    administrator: Browser, staff: Staff, clock: Clock
) -> None:
    for item in ("=1+1", "+1", "-1", "@SUM(1)", "\t=1"):
        staff.store.note(Act("ada", "saw", item), clock.now())
    rows = list(csv.DictReader(administrator.get("/audit.csv?month=2026-11").text.splitlines()))

    found = [row["item"] for row in rows if row["what"] == "saw"]
    assert found == ["'=1+1", "'+1", "'-1", "'@SUM(1)", "'\t=1"]


def test_the_trail_is_shown_whole_and_as_csv(administrator: Browser) -> None:
    page = administrator.get("/audit?month=2026-11").text
    answer = administrator.get("/audit.csv?month=2026-11")

    assert "The trail is whole" in page
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="audit-2026-11.csv"'
    header, *rows = answer.text.splitlines()
    assert header == "number,made,who,what,item,before,after,previous,digest"
    assert [row.split(",")[0] for row in rows] == [str(n) for n in range(1, len(rows) + 1)]
    assert ",ada,downloaded,audit-2026-11.csv," in rows[-1]


@pytest.mark.parametrize("month", ["", "2026-13", "1999-01", "x' or 1=1"])
def test_a_month_that_is_none_shows_the_latest(administrator: Browser, month: str) -> None:
    page = administrator.get(f"/audit?month={month}").text

    assert "What was done in 2026-11" in page


def test_a_chain_that_was_broken_by_hand_is_shown(administrator: Browser, database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("update audit set who = 'eve' where number = 2")
    page = administrator.get("/audit").text

    assert "The trail is broken at line 2" in page
    assert "The trail is whole" not in page


def test_no_line_error_or_log_carries_a_password_or_a_code(
    someone: Browser, staff: Staff, clock: Clock, database: Path,
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    caplog.set_level(logging.DEBUG)
    code = invited(staff, clock)
    typed = {"name": "typed-in-the-wrong-field", "password": "a password of mine", "code": "918273"}
    someone.post("/sign-in", "/sign-in", **typed)
    someone.sign_in("rosa", "a password of mine", "918273")
    accept(someone, code, code="918273")
    accept(someone, code)
    someone.post("/account/password", "/account", now=NEW, password=PASSWORD, again=PASSWORD)
    staff.store.close_engine()

    out, err = capfd.readouterr()
    told = caplog.text + out + err + database.read_bytes().decode("latin-1")
    secrets = (NEW, PASSWORD, code, code.replace("-", ""), *typed.values())
    assert [secret for secret in secrets if secret in told] == []
