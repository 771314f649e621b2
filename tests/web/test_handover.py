"""Warm referral, with a real receiver over TLS on loopback."""

from __future__ import annotations

import datetime as dt
import ipaddress
import json
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from starlette.testclient import TestClient

from bot.referral.reading import Directory
from bot.referral.service import Handover
from bot.storage.handover import new_keys, seal
from bot.web.inbox import create_inbox
from bot.web.public.app import create_app
from bot.web.public.courier import MOST_A_MINUTE, Courier, Delivery
from bot.web.public.site import Site
from tests.web.reading import has_help_block

PRIVATE, PUBLIC = new_keys()
PROGRAMME = "kein-taeter-werden-de"


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for 127.0.0.1 and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "programme")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "programme.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


class Programme:
    """A programme's inbox in a thread of its own."""

    def __init__(self, certificate: Path, private_key: str = PRIVATE) -> None:
        self.taken: list[dict[str, str]] = []
        self.port, self._certificate, self._key = free_port(), certificate, private_key

    @property
    def address(self) -> str:
        return f"https://127.0.0.1:{self.port}/"

    def start(self) -> None:
        app = create_inbox(self._key, lambda fields: self.taken.append(dict(fields)))
        settings = uvicorn.Config(
            app,
            port=self.port,
            ssl_certfile=str(self._certificate),
            log_level="critical",
            ws="none",
        )
        self._server = uvicorn.Server(settings)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        _wait_for(self.port)

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(5)


@pytest.fixture
def programme(certificate: Path) -> Iterator[Programme]:
    made = Programme(certificate)
    made.start()
    yield made
    made.stop()


def trusting(certificate: Path, pauses: tuple[float, ...] = ()) -> Courier:
    return Courier(ssl.create_default_context(cafile=str(certificate)), pauses)


def taking(site: Site, address: str, courier: Courier, key: str = PUBLIC) -> Site:
    """Return the site with one programme that takes summaries."""
    services = site.content.directory.services
    opened = replace(services[PROGRAMME], handover=Handover(address, key))
    directory = Directory({**services, PROGRAMME: opened})
    return replace(site, content=replace(site.content, directory=directory), courier=courier)


SUMMARY = {
    "service": PROGRAMME, "country": "DE", "step": "send", "language": "Deutsch",
    "wanted": "to talk with someone", "urgency": "this week", "note": "",
}  # fmt: skip


def sent(site: Site, **fields: str) -> str:
    with TestClient(create_app(site)) as client:
        return client.post("/handover", data={**SUMMARY, **fields}).text


def test_nobody_takes_summaries_unless_an_operator_says_so(client: TestClient, site: Site) -> None:
    assert not any(s.handover for s in site.content.directory.services.values())
    assert "Hand over a short summary" not in client.get("/help?country=DE").text
    assert client.post("/handover", data=SUMMARY).status_code == 404


def test_the_visitor_sees_and_can_change_every_word_and_no_free_text_is_filled_in(
    site: Site, certificate: Path
) -> None:
    open_site = taking(site, "https://127.0.0.1:1/", trusting(certificate))
    with TestClient(create_app(open_site)) as client:
        assert "Hand over a short summary" in client.get("/help?country=DE").text
        html = client.post("/handover", data={"service": PROGRAMME, "country": "DE"}).text

    assert 'name="language" value="English"' in html
    assert "></textarea>" in html
    assert "I don&#39;t want to say" in html
    assert has_help_block(html)


def test_the_programme_gets_the_summary_and_the_visitor_its_two_words(
    site: Site, programme: Programme, certificate: Path
) -> None:
    html = sent(taking(site, programme.address, trusting(certificate)), note="on weekdays")

    (taken,) = programme.taken
    assert taken["note"] == "on weekdays"
    assert taken["language"] == "Deutsch"
    assert set(taken) == {"code", "language", "wanted", "urgency", "note"}
    assert f"Your two words: {taken['code']}" in html
    assert set(taken["code"].split()) <= set(site.content.code_words)


def test_a_summary_for_another_key_is_refused_and_the_page_says_so(
    site: Site, programme: Programme, certificate: Path
) -> None:
    other = taking(site, programme.address, trusting(certificate), new_keys()[1])

    html = sent(other)

    assert programme.taken == []
    assert "Your two words" not in html
    assert "we haven&#39;t kept them" in html.replace("’", "&#39;")


def test_when_nobody_is_there_the_visitor_gets_the_words_and_help_all_the_same(
    site: Site, certificate: Path
) -> None:
    html = sent(taking(site, f"https://127.0.0.1:{free_port()}/", trusting(certificate)))

    assert "Your two words" in html
    assert "We try again" in html
    assert has_help_block(html)


async def test_a_receiver_that_comes_back_gets_what_waited(certificate: Path) -> None:
    late = Programme(certificate)
    courier = trusting(certificate, (0.2,) * 50)

    outcome = await courier.deliver(late.address, seal({"note": "later"}, PUBLIC))
    late.start()
    for _ in range(100):
        if late.taken:
            break
        await _moment()
    await courier.close()
    late.stop()

    assert outcome is Delivery.WAITING
    assert late.taken == [{"note": "later"}]


async def test_a_certificate_that_nobody_trusts_gets_nothing(programme: Programme) -> None:
    courier = Courier(try_again_after=())

    assert await courier.deliver(programme.address, seal({}, PUBLIC)) is Delivery.WAITING
    await courier.close()
    assert programme.taken == []


@pytest.mark.parametrize("body", [b"", b"x" * 10, b"x" * 100_000])
def test_the_inbox_keeps_nothing_that_it_cant_open(body: bytes) -> None:
    taken: list[object] = []
    with TestClient(create_inbox(PRIVATE, taken.append)) as client:
        answer = client.post("/", content=body)

    assert answer.status_code in (400, 413)
    assert taken == []


def test_quietline_inbox_makes_keys_and_prints_summaries(tmp_path: Path) -> None:
    key, port = tmp_path / "inbox.key", free_port()
    command = [sys.executable, "-m", "bot", "inbox"]
    made = subprocess.run(
        [*command, "key", "--key", str(key)], capture_output=True, text=True, check=True
    )
    again = subprocess.run(
        [*command, "key", "--key", str(key)], capture_output=True, text=True, check=False
    )
    with subprocess.Popen(
        [*command, "serve", "--key", str(key), "--port", str(port)],
        stdout=subprocess.PIPE,
        text=True,
    ) as serving:
        try:
            _wait_for(port)
            _post(port, seal({"code": "lemon tiger"}, made.stdout.strip()))
            assert serving.stdout is not None
            printed = serving.stdout.readline()
        finally:
            serving.terminate()

    assert key.stat().st_mode & 0o077 == 0
    assert again.returncode != 0
    assert "exists" in again.stderr
    assert json.loads(printed) == {"code": "lemon tiger"}


async def _moment() -> None:
    import anyio

    await anyio.sleep(0.1)


def _wait_for(port: int) -> None:
    for _ in range(200):
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("the inbox didn't start")


def _post(port: int, body: bytes) -> None:
    import httpx2

    httpx2.post(f"http://127.0.0.1:{port}/", content=body).raise_for_status()


def test_a_second_press_sends_the_same_code_and_the_programme_takes_it_once(
    site: Site, programme: Programme, certificate: Path
) -> None:
    opened = taking(site, programme.address, trusting(certificate))
    with TestClient(create_app(opened)) as client:
        form = client.post("/handover", data={"service": PROGRAMME, "country": "DE"}).text
        code = form.split('name="code" value="')[1].split('"')[0]
        pages = [client.post("/handover", data={**SUMMARY, "code": code}).text for _ in range(2)]

    assert all(f"Your two words: {code}" in page for page in pages)
    assert [taken["code"] for taken in programme.taken] == [code]


def test_a_code_that_is_not_of_our_words_is_replaced(
    site: Site, programme: Programme, certificate: Path
) -> None:
    sent(taking(site, programme.address, trusting(certificate)), code="call 112")

    assert programme.taken[0]["code"] != "call 112"


async def test_nobody_can_flood_a_programme_through_the_site(
    programme: Programme, certificate: Path
) -> None:
    courier = trusting(certificate)
    sealed = seal({"note": "again"}, PUBLIC)
    outcomes = [await courier.deliver(programme.address, sealed) for _ in range(MOST_A_MINUTE + 1)]
    await courier.close()

    assert outcomes == [Delivery.TAKEN] * MOST_A_MINUTE + [Delivery.REFUSED]


def test_a_key_that_is_none_costs_the_visitor_an_answer_and_nothing_else(
    site: Site, certificate: Path
) -> None:
    html = sent(taking(site, "https://127.0.0.1:1/", trusting(certificate), "A" * 43))

    assert "Your two words" not in html
    assert has_help_block(html)
