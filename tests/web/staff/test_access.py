"""Who may open what, which forms are taken, and what every answer carries."""

from __future__ import annotations

import encodings
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.testclient import TestClient
from starlette.types import ASGIApp

from bot.web.public.app import create_app as create_site
from bot.web.public.site import Site
from bot.web.security import HEADERS, POLICY_OF_DATA
from bot.web.staff.access import has_mark, signed_in
from bot.web.staff.app import all_routes, asset
from bot.web.staff.cookies import OTHER_HEADERS
from bot.web.staff.site import Staff
from tests.web.conftest import assistant, built, site
from tests.web.reading import Attributes
from tests.web.staff.conftest import OURS, TOKEN, Browser, Clock

__all__ = ["assistant", "built", "site"]

FOR_ADMINISTRATORS = ("/accounts", "/audit", "/audit.csv")
PAGES = ("/", "/account", *FOR_ADMINISTRATORS)
POSTS = sorted({route.path for route in all_routes() if "POST" in (route.methods or ())})
OPEN_POSTS = ("/sign-in", "/sign-in/passkey", "/invitation")
SCRIPT = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


def test_every_endpoint_checks_who_may_open_it() -> None:
    unchecked = [route.path for route in all_routes() if not has_mark(route.endpoint)]

    assert unchecked == ["/static/{name}"]
    assert not has_mark(asset)


def test_who_is_not_signed_in_is_sent_to_the_sign_in_page(someone: Browser) -> None:
    for path in PAGES:
        assert someone.get(path).url.path == "/sign-in", path


def test_who_is_not_signed_in_can_send_no_form(someone: Browser) -> None:
    for path in set(POSTS) - set(OPEN_POSTS):
        assert someone.post(path, "/sign-in").status_code == 401, path


@pytest.mark.parametrize("path", FOR_ADMINISTRATORS)
def test_a_role_that_is_not_allowed_reads_why_and_leaves_a_line(
    researcher: Browser, staff: Staff, clock: Clock, path: str
) -> None:
    refused = researcher.get(path)

    assert refused.status_code == 403
    assert "Your role does not allow this page." in refused.text
    line = staff.store.lines(f"{clock.now():%Y-%m}")[0]
    assert (line.who, line.what) == ("rosa", "refused page")


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {},
    ],
    ids=["cross-site", "same-site", "origin", "null", "silent"],
)
def test_a_form_of_another_site_is_refused(administrator: Browser, headers: dict[str, str]) -> None:
    token = TOKEN.search(administrator.get("/account").text)
    assert token
    sent = {"form_token": token[1], "name": "eve", "role": "author"}

    for path in POSTS:
        assert administrator.client.post(path, data=sent, headers=headers).status_code == 403
    assert "eve" not in administrator.get("/accounts").text


@pytest.mark.parametrize("token", ["", "x" * 64])
def test_a_form_without_its_token_is_refused(administrator: Browser, token: str) -> None:
    sent = {"form_token": token, "name": "eve", "role": "author"}

    for path in POSTS:
        assert administrator.client.post(path, data=sent, headers=OURS).status_code == 403, path


def test_a_token_of_another_browser_is_refused(app: ASGIApp, someone: Browser) -> None:
    token = TOKEN.search(someone.get("/sign-in").text)
    assert token
    with TestClient(app, base_url="http://localhost:8090") as other:
        other.get("/sign-in")
        answer = other.post("/sign-in", data={"form_token": token[1]}, headers=OURS)

    assert answer.status_code == 403
    assert "did not come from a page" in answer.text


def test_a_browser_that_tells_no_site_but_our_origin_is_believed(someone: Browser) -> None:
    token = TOKEN.search(someone.get("/sign-in").text)
    assert token
    sent = {"form_token": token[1], "name": "eve"}
    answer = someone.client.post("/sign-in", data=sent, headers={"Origin": "http://localhost:8090"})

    assert "do not fit together" in answer.text


def test_a_forged_form_of_somebody_leaves_a_line(
    administrator: Browser, staff: Staff, clock: Clock
) -> None:
    administrator.client.post("/accounts/close", data={}, headers=OURS)

    line = staff.store.lines(f"{clock.now():%Y-%m}")[0]
    assert (line.who, line.what, line.item) == ("ada", "refused form", "close")


def test_a_page_cant_ask_who_signed_in_without_checking_it() -> None:
    with pytest.raises(RuntimeError, match="needs"):
        signed_in(Request({"type": "http"}))


# ---------- what every answer carries ----------


def test_every_answer_carries_the_headers_of_the_public_site(administrator: Browser) -> None:
    for path in (*PAGES, "/sign-in", "/nowhere", "/static/staff.css"):
        headers = administrator.get(path).headers
        data = {"Content-Security-Policy": POLICY_OF_DATA} if path.endswith(".csv") else {}

        for name, value in (HEADERS | OTHER_HEADERS | data).items():
            assert headers[name] == value, path
        for name in ("server", "etag", "last-modified"):
            assert name not in headers, path


def test_only_three_features_and_the_referrer_differ_from_the_public_site() -> None:
    differing = {
        name for name in HEADERS if OTHER_HEADERS.get(name, HEADERS[name]) != HEADERS[name]
    }
    public = set(HEADERS["Permissions-Policy"].split(", "))
    ours = set(OTHER_HEADERS["Permissions-Policy"].split(", "))

    assert differing == {"Referrer-Policy", "Permissions-Policy"}
    assert ours - public == {
        "publickey-credentials-create=(self)",
        "publickey-credentials-get=(self)",
    }


def test_the_cookie_is_for_this_site_and_no_script(someone: Browser) -> None:
    cookie = someone.client.get("/sign-in").headers["set-cookie"]

    assert cookie.startswith("quietline-staff=")
    assert cookie.endswith("; Path=/; HttpOnly; SameSite=Strict")


@pytest.mark.parametrize("host", ["staff.example", "10.0.0.7:8090", "localhost.evil.example"])
def test_elsewhere_than_on_this_machine_the_cookie_wants_tls(app: ASGIApp, host: str) -> None:
    with TestClient(app, base_url=f"https://{host}") as client:
        cookie = client.get("/sign-in").headers["set-cookie"]

    assert cookie.startswith("__Host-quietline-staff=")
    assert cookie.endswith("; Path=/; HttpOnly; SameSite=Strict; Secure")


@pytest.mark.parametrize("cookie", ["=;=;", '"', "quietline-staff", "\x7f=1", "a=b; " * 500])
def test_no_cookie_breaks_a_page(someone: Browser, cookie: str) -> None:
    assert someone.client.get("/sign-in", headers={"Cookie": cookie}).status_code == 200


def test_no_page_has_inline_styles_scripts_or_handlers(administrator: Browser) -> None:
    pages = [administrator.get(path).text for path in (*PAGES[:4], "/invitation", "/nowhere")]
    administrator.post("/sign-out", "/")
    for html in (*pages, administrator.get("/sign-in").text):
        for tag, name, value in Attributes(html).found:
            assert name != "style"
            assert not name.startswith("on")
            assert (tag, name) != ("script", "inline")
            if name == "src" or (tag == "link" and name == "href"):
                assert value.startswith(("/static/", "data:,"))
        assert "<style" not in html


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/sign-in", {"name": SCRIPT, "password": SCRIPT, "code": SCRIPT}),
        ("/sign-in/passkey", {"credential": SCRIPT}),
        ("/invitation", {"invitation": SCRIPT, "way": SCRIPT}),
        ("/account/password", {"now": SCRIPT, "password": SCRIPT, "again": SCRIPT}),
        ("/account/code", {"now": SCRIPT, "code": SCRIPT}),
        ("/account/first-password", {"password": SCRIPT, "again": SCRIPT, "code": SCRIPT}),
        ("/account/passkey", {"credential": SCRIPT, "title": SCRIPT}),
        ("/account/passkey/remove", {"passkey": SCRIPT}),
        ("/accounts/invite", {"name": SCRIPT, "role": "author"}),
        ("/accounts/invite", {"name": SCRIPT, "role": SCRIPT}),
        ("/accounts/withdraw", {"name": SCRIPT}),
        ("/accounts/roles", {"name": SCRIPT, "role": "author"}),
        ("/accounts/close", {"name": SCRIPT, "sure": "yes"}),
    ],
)
def test_script_in_any_field_stays_text(
    administrator: Browser, path: str, fields: dict[str, str]
) -> None:
    answer = administrator.post(path, "/account", **fields)

    assert answer.status_code < 500
    for html in (
        answer.text,
        administrator.get("/accounts").text,
        administrator.get("/audit").text,
    ):
        assert "<script>alert" not in html
        assert "<img" not in html


@pytest.mark.parametrize("query", ["done=" + SCRIPT, "month=" + SCRIPT, "month=2026-11'--"])
def test_script_in_an_address_stays_out(administrator: Browser, query: str) -> None:
    for path in ("/account", "/accounts", "/audit"):
        answer = administrator.get(f"{path}?{query}")
        assert answer.status_code == 200
        assert "alert" not in answer.text


def test_too_large_a_form_is_refused(administrator: Browser) -> None:
    answer = administrator.post("/account/passkey", "/account", credential="x" * 20_000)

    assert answer.status_code == 413
    assert "more than can be taken" in answer.text


def test_a_form_that_is_no_form_breaks_nothing(administrator: Browser) -> None:
    headers = OURS | {"Content-Type": "multipart/form-data; boundary=x"}

    assert administrator.client.post(
        "/account/code", content=b"--x", headers=headers
    ).status_code in (400, 403)


def test_no_form_names_an_encoding_of_its_own(administrator: Browser) -> None:
    headers = OURS | {"Content-Type": "multipart/form-data; boundary=x; charset=unheard-of"}
    answer = administrator.client.post("/account/code", content=b"--x--", headers=headers)

    assert answer.status_code == 415
    assert "unheard_of" not in encodings._cache
    assert "unheard-of" not in encodings._cache


# ---------- beside the public site ----------


def test_no_page_or_file_of_the_staff_answers_on_the_public_site(site: Site) -> None:
    with TestClient(create_site(site)) as public:
        for route in all_routes():
            if route.path in ("/", "/static/{name}", "/statistics"):
                continue
            for method in ("GET", "POST"):
                answer = public.request(method, route.path, headers=OURS)
                assert answer.status_code in (404, 405), route.path
        assert public.get("/static/staff.css").status_code == 404
        assert public.get("/static/staff.js").status_code == 404


def test_the_public_site_sets_no_cookie_and_reads_none(site: Site) -> None:
    with TestClient(create_site(site)) as public:
        answer = public.get("/", headers={"Cookie": "quietline-staff=x; __Host-quietline-staff=x"})

    assert "set-cookie" not in answer.headers


def test_a_database_that_is_gone_is_a_clear_page_and_nobody_is_signed_out(
    researcher: Browser, staff: Staff, database: Path
) -> None:
    away = database.rename(database.with_suffix(".away"))
    gone = researcher.get("/account")
    sent = researcher.client.post("/sign-in", data={}, headers=OURS)
    database.unlink(missing_ok=True)
    away.rename(database)

    assert gone.status_code == sent.status_code == 503
    assert "The database cannot be reached" in gone.text
    assert "Set-Cookie" not in gone.headers
    assert researcher.get("/account").status_code == 200


def test_whatever_breaks_is_a_page_without_a_word_of_what_it_was(
    administrator: Browser, staff: Staff
) -> None:
    staff.assets.clear()
    answer = administrator.get("/accounts")

    assert answer.status_code == 500
    assert "Something went wrong" in answer.text
    assert "Traceback" not in answer.text
