"""Sign in, stay signed in, sign out: with no word on what was wrong, and slowly for who guesses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.storage.staff.people import Role
from bot.web.staff.delays import FREE_ATTEMPTS, LONGEST_SECONDS, Delays
from bot.web.staff.sessions import IDLE_SECONDS, LIFETIME_SECONDS, ROTATED_AFTER_SECONDS
from bot.web.staff.site import Staff
from tests.web.staff.conftest import PASSWORD, Browser, Clock

COOKIE = "quietline-staff"


def is_signed_in(someone: Browser) -> bool:
    return someone.get("/account").url.path == "/account"


def told(html: str) -> str:
    """Return a page without what is new on each: its token and the challenge of a passkey."""
    return html.split("<h1>")[1].split("<form", maxsplit=1)[0]


def test_who_signs_in_sees_what_their_role_may_do(researcher: Browser) -> None:
    page = researcher.get("/").text

    assert "Your role: researcher." in page
    assert "/accounts" not in page


@pytest.mark.parametrize("wrong", ["name", "password", "code"])
def test_the_page_is_the_same_whatever_was_wrong(someone: Browser, wrong: str) -> None:
    someone.clock.forward(30)
    fields = {"name": "ada", "password": PASSWORD, "code": someone.code("ada")}
    refused = someone.post("/sign-in", "/sign-in", **(fields | {wrong: "000000"}))

    assert refused.status_code == 403
    assert "do not fit together" in told(refused.text)
    assert not is_signed_in(someone)


def test_the_password_never_comes_back_in_a_page(someone: Browser) -> None:
    refused = someone.sign_in("ada", "a secret of mine", "123456")

    assert "a secret of mine" not in refused.text
    assert "123456" not in refused.text
    assert 'value="ada"' in refused.text


def test_a_code_that_was_used_signs_nobody_in(someone: Browser) -> None:
    someone.clock.forward(30)
    code = someone.code("ada")
    someone.sign_in("ada", code=code)
    someone.post("/sign-out", "/")

    assert someone.sign_in("ada", code=code).status_code == 403


def test_guessing_gets_slower_and_slower(someone: Browser, clock: Clock) -> None:
    for _ in range(FREE_ATTEMPTS):
        assert someone.sign_in("ada", "wrong", "000000").status_code == 403
    refused = someone.sign_in("ada", "wrong", "000000")
    clock.forward(2)
    after_waiting = someone.sign_in("ada", "wrong", "000000")
    again = someone.sign_in("ada", "wrong", "000000")

    assert refused.status_code == 429
    assert "Wait 2 seconds" in refused.text
    assert after_waiting.status_code == 403
    assert "Wait 4 seconds" in again.text


def test_the_right_password_waits_too_and_then_ends_the_wait(
    someone: Browser, clock: Clock
) -> None:
    for _ in range(FREE_ATTEMPTS):
        someone.sign_in("ada", "wrong", "000000")
    clock.forward(1)
    assert someone.sign_in("ada", code=someone.code("ada")).status_code == 429
    clock.forward(30)
    assert someone.sign_in("ada", code=someone.code("ada")).url.path == "/"


def test_unknown_names_wait_as_well_and_other_names_do_not(someone: Browser) -> None:
    for _ in range(FREE_ATTEMPTS):
        someone.sign_in("nobody", "wrong", "000000")

    assert someone.sign_in("nobody", "wrong", "000000").status_code == 429
    assert someone.sign_in("ada").url.path == "/"


@given(st.integers(1, 60))
def test_nobody_is_ever_shut_out_for_longer_than_a_quarter_of_an_hour(attempts: int) -> None:
    clock = Clock()
    delays = Delays(clock.seconds)
    waits = []
    for _ in range(attempts):
        clock.forward(delays.attempt("ada"))
        waits.append(delays.attempt("ada"))
        clock.forward(waits[-1])

    assert max(waits) <= LONGEST_SECONDS
    assert waits == sorted(waits)


# ---------- sessions ----------


def test_a_session_ends_after_half_an_hour_without_a_page(
    researcher: Browser, clock: Clock
) -> None:
    clock.forward(IDLE_SECONDS - 1)
    assert is_signed_in(researcher)
    clock.forward(IDLE_SECONDS)

    assert not is_signed_in(researcher)


def test_a_session_ends_after_eight_hours_whatever_happens(
    researcher: Browser, clock: Clock
) -> None:
    for _ in range(LIFETIME_SECONDS // 1_700):
        assert is_signed_in(researcher)
        clock.forward(1_700)
    clock.forward(1_700)

    assert not is_signed_in(researcher)


def test_a_form_of_a_session_that_is_over_changes_nothing_and_says_so(
    administrator: Browser, clock: Clock, staff: Staff
) -> None:
    page = administrator.get("/accounts").text
    clock.forward(IDLE_SECONDS)
    fields = {"form_token": page.split('form_token" value="')[1].split('"')[0]}
    answer = administrator.client.post(
        "/accounts/invite",
        data=fields | {"name": "eve", "role": "author"},
        headers={"Sec-Fetch-Site": "same-origin"},
    )

    assert answer.status_code == 401
    assert "Your session is over" in answer.text
    assert staff.store.invitations(clock.now()) == []


def test_the_token_changes_at_sign_in_and_every_quarter_of_an_hour(
    someone: Browser, clock: Clock
) -> None:
    someone.get("/sign-in")
    tokens = [someone.client.cookies[COOKIE]]
    someone.sign_in("rosa")
    tokens.append(someone.client.cookies[COOKIE])
    clock.forward(ROTATED_AFTER_SECONDS)
    someone.get("/account")
    tokens.append(someone.client.cookies[COOKIE])

    assert len(set(tokens)) == 3
    assert is_signed_in(someone)


def test_an_old_token_works_for_half_a_minute_and_no_longer(
    researcher: Browser, clock: Clock
) -> None:
    old = researcher.client.cookies[COOKIE]
    clock.forward(ROTATED_AFTER_SECONDS)
    researcher.get("/account")
    clock.forward(29)
    assert with_token(researcher, old)
    clock.forward(2)

    assert not with_token(researcher, old)


def with_token(someone: Browser, token: str) -> bool:
    """Tell whether this token opens a page."""
    someone.client.cookies.clear()
    answer = someone.client.get("/account", headers={"Cookie": f"{COOKIE}={token}"})
    return answer.url.path == "/account"


def test_signing_out_ends_the_session_under_each_of_its_tokens(
    researcher: Browser, clock: Clock
) -> None:
    old = researcher.client.cookies[COOKIE]
    clock.forward(ROTATED_AFTER_SECONDS)
    researcher.get("/account")
    new = researcher.client.cookies[COOKIE]
    researcher.post("/sign-out", "/")

    assert not with_token(researcher, old)
    assert not with_token(researcher, new)


def test_who_signs_out_leaves_no_cookie(researcher: Browser) -> None:
    token = researcher.get("/").text.split('form_token" value="')[1].split('"')[0]
    answer = researcher.client.post(
        "/sign-out",
        data={"form_token": token},
        headers={"Sec-Fetch-Site": "same-origin"},
        follow_redirects=False,
    )

    assert answer.headers["set-cookie"].startswith(f"{COOKIE}=; ")
    assert "Max-Age=0" in answer.headers["set-cookie"]


def test_closing_an_account_ends_its_sessions_at_once(
    researcher: Browser, staff: Staff, clock: Clock
) -> None:
    staff.store.close("rosa", "shell", clock.now())

    assert not is_signed_in(researcher)


def test_roles_that_were_taken_away_are_gone_at_once(
    administrator: Browser, staff: Staff, clock: Clock
) -> None:
    staff.store.give_roles("ada", [Role.AUTHOR], "shell", clock.now())

    assert administrator.get("/accounts").status_code == 403


def test_the_server_keeps_no_token(researcher: Browser, staff: Staff) -> None:
    token = researcher.client.cookies[COOKIE]

    assert token not in repr(vars(staff.sessions))


def test_a_token_that_somebody_made_up_opens_nothing(someone: Browser) -> None:
    assert not with_token(someone, "a" * 43)
    assert not with_token(someone, "a" * 10_000)


def test_who_signed_in_is_not_asked_again(researcher: Browser) -> None:
    assert researcher.get("/sign-in").url.path == "/"
