"""Whatever comes in, the visitor gets a sensible page with the help block."""

from __future__ import annotations

import encodings

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from bot.web.public.app import create_app
from bot.web.public.site import Site
from tests.web.conftest import StandIn
from tests.web.reading import FETCH, has_help_block, token_in, words_in

NEVER_OFFERED = ["", ".", "menu.menu", "module.urges.99", "topic.../etc/passwd", "module.urges.²"]


@pytest.mark.parametrize(
    "text",
    [
        "\N{PILE OF POO}" * 50,
        "a\x00b\x1b[31m\u202egnp.exe\u2066",
        "/restart",
        '/intent{"name":"danger"}',
        "<script>alert(1)</script><img src=x onerror=alert(1)>",
        "%s %(x)s {title} {{ title }} ${title}",
        "\ud83d",
        "x" * 3_000,
    ],
    ids=["emoji", "control", "order", "intent", "html", "placeholders", "surrogate", "long"],
)
def test_a_strange_message_gets_a_page(client: TestClient, text: str) -> None:
    answer = client.post("/", data={"text": text.encode("utf-8", "surrogatepass")})

    assert answer.status_code == 200
    assert has_help_block(answer.text)
    assert token_in(answer.text)


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\u200b\u202e"])
def test_an_empty_message_asks_for_one(client: TestClient, text: str) -> None:
    answer = client.post("/", data={"text": text})

    assert answer.status_code == 200
    assert "Write a message first" in answer.text
    assert has_help_block(answer.text)


def test_an_empty_message_within_a_conversation_keeps_it(
    client: TestClient, assistant: StandIn
) -> None:
    token = token_in(client.post("/", data={"text": "hello"}).text)
    answer = client.post("/", data={"text": " ", "token": token})

    assert token_in(answer.text) == token
    assert len(assistant.asked) == 1


def test_orders_to_rasa_arrive_as_plain_text(client: TestClient, assistant: StandIn) -> None:
    client.post("/", data={"text": "/restart"})

    assert not assistant.asked[0][1].text.startswith("/")


def test_html_is_shown_as_text(client: TestClient) -> None:
    answer = client.post("/", data={"text": "<script>alert(1)</script>"})

    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert(1)" in answer.text


@pytest.mark.parametrize("size", [100_000, 20_000_000])
def test_a_huge_body_is_refused_with_the_help_block(client: TestClient, size: int) -> None:
    answer = client.post("/", data={"text": "x" * size})

    assert answer.status_code == 413
    assert has_help_block(answer.text)


def test_a_huge_body_without_a_length_is_refused_too(client: TestClient) -> None:
    pieces = (b"text=" + b"x" * 8_000 for _ in range(5))
    answer = client.post(
        "/", content=pieces, headers={"Content-Type": "application/x-www-form-urlencoded"}
    )

    assert answer.status_code == 413
    assert has_help_block(answer.text)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded", b"text=\xff\xfe\x80hello&locale=\xc3\x28"),
        ("application/x-www-form-urlencoded", b"text=%ff%fe%80&choice=%c3%28"),
        ("application/x-www-form-urlencoded", b"&&&===;;%%%"),
        ("application/json", b'{"text": "hello"}'),
        ("", b"\x00\x01\x02"),
    ],
)
def test_a_broken_body_gets_a_page(client: TestClient, kind: str, body: bytes) -> None:
    answer = client.post("/", content=body, headers={"Content-Type": kind})

    assert answer.status_code in (200, 400)
    assert has_help_block(answer.text)


@pytest.mark.parametrize(
    "kind",
    [
        "multipart/form-data",
        "multipart/form-data; boundary=x",
        "multipart/form-data; boundary=x; charset=unheard-of",
        'Multipart/Form-Data;charset="unheard-of";boundary=x',
        "multipart/form-data; charset*=utf-8''unheard-of; boundary=x",
    ],
)
def test_forms_in_parts_are_not_read_so_that_no_name_of_an_encoding_is_kept(
    client: TestClient, kind: str
) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\nhello\r\n--x--\r\n'
    answer = client.post("/", content=body, headers={"Content-Type": kind})

    assert answer.status_code == 415
    assert has_help_block(answer.text)
    assert not [name for name in encodings._cache if "unheard" in name]


@pytest.mark.parametrize("field", ["token", "locale", "country"])
@pytest.mark.parametrize("value", ["", "zz-unknown", "../..", "<b>", "x" * 5_000, "\x00"])
def test_an_unknown_field_value_counts_as_none(
    client: TestClient, assistant: StandIn, field: str, value: str
) -> None:
    answer = client.post("/", data={"text": "hello", field: value})

    assert answer.status_code == 200
    assert has_help_block(answer.text)
    assert assistant.asked[0][1].locale == "en"
    assert assistant.asked[0][1].country == ""


def test_a_malformed_token_begins_anew_and_says_so(client: TestClient) -> None:
    answer = client.post("/", data={"text": "hello", "token": "not-a-token"})

    assert "earlier conversation has ended" in answer.text
    assert len(token_in(answer.text)) == 43


def test_an_unknown_token_is_told_that_the_conversation_has_ended(client: TestClient) -> None:
    answer = client.post("/", data={"text": "hello", "token": "a" * 43})

    assert "earlier conversation has ended" in answer.text


@pytest.mark.parametrize("choice", NEVER_OFFERED[1:])
def test_a_button_that_was_never_ours_leads_to_the_menu(
    client: TestClient, assistant: StandIn, choice: str
) -> None:
    answer = client.post("/", data={"choice": choice})

    assert answer.status_code == 200
    assert "four ways" in words_in(answer.text)
    assert has_help_block(answer.text)
    assert not assistant.asked


def test_a_page_that_does_not_exist_has_the_help_block(client: TestClient) -> None:
    answer = client.get("/wp-login.php?x=<script>")

    assert answer.status_code == 404
    assert has_help_block(answer.text)


def test_junk_in_the_address_changes_nothing(client: TestClient) -> None:
    assert client.get("/?locale=%ff&token=x&text=<b>&&=").text == client.get("/").text


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"])
@pytest.mark.parametrize("path", ["/", "/help", "/nowhere", "/static/site.css"])
def test_other_methods_are_refused_with_the_help_block(
    client: TestClient, method: str, path: str
) -> None:
    answer = client.request(method, path)

    assert answer.status_code == 405
    assert has_help_block(answer.text)


def test_forgetting_by_address_is_refused_with_the_help_block(client: TestClient) -> None:
    answer = client.get("/forget")

    assert answer.status_code == 405
    assert has_help_block(answer.text)


def test_a_script_gets_refusals_as_a_fragment(client: TestClient) -> None:
    answer = client.post("/", data={"text": "x" * 50_000}, headers=FETCH)

    assert answer.status_code == 413
    assert "<html" not in answer.text
    assert "too long" in answer.text


def test_a_fault_in_the_page_becomes_a_page(
    site: Site, assistant: StandIn, capfd: pytest.CaptureFixture[str]
) -> None:
    async def breaks(*_: object) -> None:
        raise RuntimeError("canary-7f3a in the error")

    assistant.turn = breaks  # type: ignore[method-assign,assignment]
    del site.content.words.source["interface"]["chat.title"]
    try:
        with TestClient(create_app(site)) as client:
            assistant.is_down = True
            answer = client.post("/", data={"text": "canary-7f3a", "locale": "de", "country": "AT"})
    finally:
        site.content.words.source["interface"]["chat.title"] = "Conversation"  # type: ignore[index]

    assert answer.status_code == 500
    assert has_help_block(answer.text)
    assert 'lang="de"' in answer.text
    assert "value=AT selected" in answer.text, "the help is for the country that was chosen"
    printed = "".join(capfd.readouterr())
    assert "page.failed error=" in printed
    assert "canary" not in answer.text + printed


values = st.text(max_size=60)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(text=values, choice=values, locale=values, country=values, token=values, change=values)
def test_any_form_at_all_gets_a_page(client: TestClient, **fields: str) -> None:
    data = {name: value.encode("utf-8", "surrogatepass") for name, value in fields.items()}

    answer = client.post("/", data=data)

    assert answer.status_code == 200
    assert has_help_block(answer.text)
