"""deploy/nginx in a real nginx: what reaches the site, what is shown without it, what is left."""

from __future__ import annotations

import getpass
import http.client
import re
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
import uvicorn

from bot.web import connections
from bot.web.connections import Connection, Server
from bot.web.public.app import create_app
from bot.web.public.site import Site
from bot.web.public.static_help import write_pages
from bot.web.security import LONGEST_BODY
from tests.deploy.nginx_file import copy
from tests.deploy.programs import program
from tests.deploy.test_nginx import PASSED
from tests.faults.running import free_port
from tests.observatory.tls import authority
from tests.seizure.marks import WORD, found_below, marks

pytestmark = pytest.mark.slow

NAME = "information.example"
CROWD = 400
ANSWER_SECONDS = 30.0
FULL = 5  # connections and messages, in place of the thousands that a machine has room for
SITE_PATIENCE = 2.0  # seconds for a whole request, in place of ten
DRIP_SECONDS = 0.2
OF_THE_SITE = "permissions-policy"  # a header that nginx's own help pages do without
HEAD = (
    b"POST / HTTP/1.1\r\nHost: informationexample.onion\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n"
)
PAGE = b"<html>" + b"x" * 300_000
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
SAID = {"User-Agent": "a browser", "Referer": "https://elsewhere.example/", "Cookie": "a=b",
        "X-Forwarded-For": "203.0.113.7", "Forwarded": "for=203.0.113.7", "Accept-Language": "de",
        "Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin",
        "Via": "1.1 proxy", "Authorization": "Basic eDp5"}  # fmt: skip


@dataclass
class Behind:
    """What stands where the site would, and notes the headers and bodies that reach it."""

    port: int
    page: bytes = PAGE
    heard: list[dict[str, str]] = field(default_factory=list)
    taken: list[bytes] = field(default_factory=list)
    is_slow: bool = False
    is_hasty: bool = False
    may_answer: Event = field(default_factory=Event)

    def __enter__(self) -> Behind:
        if not self.is_slow:
            self.may_answer.set()
        heard, taken = self.heard, self.taken
        page, may_answer, is_hasty = self.page, self.may_answer, self.is_hasty

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                heard.append({name.lower(): value for name, value in self.headers.items()})
                if not is_hasty:
                    taken.append(self.rfile.read(int(self.headers.get("Content-Length", "0"))))
                may_answer.wait(ANSWER_SECONDS)
                self.send_response(200)
                self.send_header("Content-Length", str(len(page)))
                self.end_headers()
                self.wfile.write(page)

            do_GET = do_POST  # noqa: N815  # the library's name

            def log_message(self, *_: Any) -> None:
                """Print nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self._server.daemon_threads = True
        Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Proxy:
    """A running nginx with the files of deploy/nginx."""

    folder: Path
    tls: int
    site: int

    def ask(self, method: str = "GET", path: str = "/", body: bytes = b"") -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.tls, timeout=20)
        connection.sock = self._encrypted(NAME)
        try:
            return _asked(connection, method, path, body, NAME)
        finally:
            connection.close()

    def ask_often(self, path: str, times: int) -> list[int]:
        """Ask again and again over one connection, and return the answers' numbers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.tls, timeout=20)
        connection.sock = self._encrypted(NAME)
        try:
            return [_asked(connection, "GET", path, b"", NAME).status for _ in range(times)]
        finally:
            connection.close()

    def ask_onion(self, method: str = "GET", body: bytes = b"") -> Answer:
        """Ask where no address is known, and none is limited."""
        connection = http.client.HTTPConnection("unused", timeout=20)
        connection.sock = self.onion()
        try:
            return _asked(connection, method, "/", body, "informationexample.onion")
        finally:
            connection.close()

    def onion(self) -> socket.socket:
        """Connect as tor does."""
        made = socket.socket(socket.AF_UNIX)
        made.settimeout(20)
        made.connect(str(self.folder / "onion.sock"))
        return made

    def _encrypted(self, name: str) -> ssl.SSLSocket:
        trusting = ssl.create_default_context(cafile=str(self.folder / "root.pem"))
        trusting.check_hostname = False  # the certificate is for this machine
        plain = socket.create_connection(("127.0.0.1", self.tls), timeout=20)
        return trusting.wrap_socket(plain, server_hostname=name)


def _asked(
    connection: http.client.HTTPConnection, method: str, path: str, body: bytes, host: str
) -> Answer:
    connection.request(method, path, body or None, {"Host": host} | SAID)
    response = connection.getresponse()
    headers = {name.lower(): value for name, value in response.getheaders()}
    return Answer(response.status, headers, response.read())


def settled(folder: Path, tls: int, site: int) -> Path:
    """Write the configuration so that it runs in ``folder``; nothing else of it changes."""
    path = copy(folder)
    for file in [path, *(folder / "quietline").glob("*.conf")]:
        text = re.sub(r" *listen \[::\].*\n", "", file.read_text("utf-8"))
        for old, new in {
            "user www-data;": f"user {getpass.getuser()};",
            "/run/nginx.pid": f"{folder}/nginx.pid",
            "/run/quietline-onion/nginx.sock": f"{folder}/onion.sock",
            "/var/lib/quietline-pages": f"{folder}/pages",
            "127.0.0.1:8080": f"127.0.0.1:{site}",
            f"/etc/letsencrypt/live/{NAME}/fullchain.pem": f"{folder}/leaf.pem",
            f"/etc/letsencrypt/live/{NAME}/privkey.pem": f"{folder}/leaf.pem",
            "limit_conn messages 1000": f"limit_conn messages {FULL - 2}",
            "max_conns=3000": f"max_conns={FULL}",
            "worker_processes auto": "worker_processes 2",
            "listen 443 ": f"listen 127.0.0.1:{tls} ",
            "listen 80": f"listen 127.0.0.1:{tls + 1}",
            "http {": "http {" + "".join(f" {t}_temp_path {folder}/{t};" for t in TEMPORARY),
        }.items():
            text = text.replace(old, new)
        file.write_text(text, encoding="utf-8")
    return path


def two_free_ports() -> int:
    """Return the first of two neighbours that nobody uses."""
    while True:
        first = free_port()
        with socket.socket() as second:
            try:
                second.bind(("127.0.0.1", first + 1))
            except OSError:
                continue
            return first


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory, site: Site) -> Iterator[Proxy]:
    nginx, folder = program("nginx"), tmp_path_factory.mktemp("nginx")
    authority(folder)
    write_pages(site, folder / "pages" / "offline")
    running = Proxy(folder, two_free_ports(), free_port())
    path = settled(folder, running.tls, running.site)
    asked = [nginx, "-c", str(path), "-p", str(folder), "-e", "/dev/null"]
    checked = subprocess.run([*asked, "-t"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    process = subprocess.Popen([*asked, "-g", "daemon off;"], stdin=subprocess.DEVNULL)
    try:
        _wait_for(running.tls)
        yield running
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(port: int) -> None:
    def listens() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    _wait_until(listens)


def test_the_site_hears_nothing_of_who_asks(proxy: Proxy) -> None:
    with Behind(proxy.site) as behind:
        answer = proxy.ask("POST", body=b"text=hello")

    [heard] = behind.heard
    assert answer.body == PAGE
    assert {*heard} <= PASSED | {"host", "content-length"}
    assert heard["host"] == NAME
    assert heard["accept-language"] == "de"
    assert not [value for value in heard.values() if "203.0.113" in value or "127.0.0.1" in value]


def test_only_the_encrypted_server_speaks_of_encryption(proxy: Proxy) -> None:
    with Behind(proxy.site) as behind:
        encrypted, onion = proxy.ask(), proxy.ask_onion()

    assert encrypted.headers["strict-transport-security"].startswith("max-age=63072000")
    assert "strict-transport-security" not in onion.headers
    assert behind.heard[1]["host"] == "informationexample.onion"
    assert encrypted.headers["server"] == "nginx"  # and no version
    assert "content-encoding" not in encrypted.headers


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_without_the_site_there_is_help_in_the_language_of_the_browser(
    proxy: Proxy, method: str
) -> None:
    answer = proxy.ask(method, body=b"text=help" if method == "POST" else b"")

    assert answer.status == 503
    assert b'<html lang="de"' in answer.body
    assert b"116" in answer.body or b"112" in answer.body
    assert answer.headers["cache-control"] == "no-store"


def test_whoever_asks_for_another_name_learns_nothing(proxy: Proxy) -> None:
    with pytest.raises(ssl.SSLError):
        proxy._encrypted("another.example")


def test_what_was_sent_is_in_no_file(proxy: Proxy) -> None:
    body = b"text=" + WORD.encode() * 1_000
    with Behind(proxy.site):
        assert proxy.ask("POST", body=body[:30_000]).status == 200
    assert proxy.ask("POST", body=body[:30_000]).status == 503

    assert found_below(proxy.folder, marks([])) == {}
    assert [path for name in TEMPORARY for path in (proxy.folder / name).rglob("*.*")] == []


def test_a_crowd_is_held_and_help_is_never_limited(proxy: Proxy) -> None:
    with Behind(proxy.site, page=b"here"):
        chat = proxy.ask_often("/", CROWD)
        pages = proxy.ask_often("/offline/en.html", CROWD)

    # The burst, less what was asked a moment ago, and ten a second.
    assert 40 <= chat.count(200) < CROWD
    assert chat.count(503) == CROWD - chat.count(200)
    assert pages == [200] * CROWD


def test_a_full_chat_leaves_pages_to_the_site_and_a_full_site_shows_help_at_once(
    proxy: Proxy,
) -> None:
    behind = Behind(proxy.site, page=b"here", is_slow=True)
    with behind, ThreadPoolExecutor(2 * FULL) as threads:
        messages = [threads.submit(proxy.ask_onion, "POST", b"text=hello") for _ in range(FULL)]
        refused = next(as_completed(messages, ANSWER_SECONDS)).result()
        _heard(behind, FULL - 2)
        pages = [threads.submit(proxy.ask_onion) for _ in range(2)]
        _heard(behind, FULL)
        full = proxy.ask_onion()
        behind.may_answer.set()

    assert sorted(each.result().status for each in messages) == [200] * (FULL - 2) + [503] * 2
    assert [each.result().body for each in pages] == [b"here"] * 2
    for each in (refused, full):
        assert each.status == 503
        assert b'<html lang="de"' in each.body


@contextmanager
def the_site(proxy: Proxy, site: Site) -> Iterator[None]:
    """Run the real site behind the proxy, without an assistant."""
    quiet = {"log_level": "critical", "ws": "none", "loop": "asyncio"}
    server = Server(uvicorn.Config(create_app(site), port=proxy.site, http=Connection, **quiet))
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    try:
        _wait_for(proxy.site)
        yield
    finally:
        server.should_exit = True
        thread.join(20)


def test_a_message_reaches_the_site_whole_and_its_answer_comes_back(
    proxy: Proxy, site: Site
) -> None:
    body = b"text=hello&unread=" + b"a" * 12_000
    with Behind(proxy.site) as behind:
        proxy.ask("POST", body=body)
    with the_site(proxy, site):
        answers = [proxy.ask("POST", body=body), proxy.ask_onion("POST", body)]

    assert behind.taken == [body]
    for answer in answers:
        assert answer.status == 200
        assert OF_THE_SITE in answer.headers


def test_what_is_too_long_for_the_site_gets_the_sites_own_page(proxy: Proxy, site: Site) -> None:
    with the_site(proxy, site):
        answer = proxy.ask_onion("POST", b"text=" + b"a" * LONGEST_BODY)

    assert answer.status == 413
    assert OF_THE_SITE in answer.headers


def test_an_answer_that_comes_before_the_body_has_is_passed_on(proxy: Proxy) -> None:
    with Behind(proxy.site, page=b"at once", is_hasty=True), closing(proxy.onion()) as connection:
        connection.sendall(HEAD + b"Content-Length: 9000\r\n\r\ntext=")
        answer = http.client.HTTPResponse(connection)
        answer.begin()

        assert (answer.status, answer.read()) == (200, b"at once")


def test_slow_bodies_hold_no_place_for_long_and_none_of_the_open_web(
    proxy: Proxy, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "READ_SECONDS", SITE_PATIENCE)
    with the_site(proxy, site), ExitStack() as open_:
        slow: list[socket.socket] = []

        def is_full() -> bool:
            slow.append(open_.enter_context(closing(proxy.onion())))
            slow[-1].sendall(HEAD + b"Content-Length: 9000\r\n\r\ntext=")
            return proxy.ask_onion("POST", b"text=hello").status == 503

        _wait_until(is_full)
        elsewhere = proxy.ask("POST", body=b"text=hello")
        ended = [_dripped(each) for each in slow]
        open_.close()
        _wait_until(lambda: proxy.ask_onion("POST", b"text=hello").status == 200)

    assert elsewhere.status == 200
    assert all(each.startswith(b"HTTP/1.1 503") for each in ended)


def _dripped(connection: socket.socket) -> bytes:
    """Send byte by byte, never with a pause that nginx would end, until an answer comes."""
    connection.settimeout(DRIP_SECONDS)
    until = time.monotonic() + 10 * SITE_PATIENCE
    while time.monotonic() < until:
        with suppress(TimeoutError):
            return connection.recv(65_536)
        connection.sendall(b"a")
    raise AssertionError


def _heard(behind: Behind, number: int) -> None:
    """Wait until so many requests have reached the site."""
    _wait_until(lambda: len(behind.heard) >= number)


def _wait_until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + ANSWER_SECONDS
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.05)
