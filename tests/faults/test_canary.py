"""Nothing about a person is kept: marked words, tokens and addresses go through everything that can
happen, and afterwards every byte that the product wrote is searched for them.

The product runs from a copy of the checkout in which three careless lines were added, each of which
raises an error with the visitor's words in it: in an action, in recognition and in a page.
"""

from __future__ import annotations

import base64
import concurrent.futures
import html
import shutil
import socket
import sqlite3
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import httpx2
import pytest

from bot.settings import ROOT
from tests.faults.running import Browser, Running, free_port, start, token_in, wait_until

pytestmark = pytest.mark.slow

WORD = "Quittenlaube7f3a"
TOKEN = "Q7canaryTokenZebraLantern0123456789abcdefgh"
ADDRESS = "203.0.113.77"
AGENT = "CanaryBrowser/9.13"
HEADERS = {
    "X-Forwarded-For": ADDRESS,
    "X-Real-IP": ADDRESS,
    "Forwarded": f"for={ADDRESS}",
    "User-Agent": AGENT,
    "Referer": f"https://example.org/{WORD}",
    "Cookie": f"id={WORD}",
}
COPIED = ("actions", "bot", "content", "data", "locales", "models", "config.yml", "domain.yml",
          "endpoints.yml", "credentials.yml")  # fmt: skip
CARELESS = {
    "actions/answers.py": (
        "        asked = intent(tracker)\n",
        "        if 'careless action' in str(tracker.latest_message.get('text')):\n"
        "            raise ValueError(f'{tracker.latest_message} {tracker.sender_id}')\n",
    ),
    "bot/assistant/safety_screen.py": (
        '        text = message.get(TEXT) or ""\n',
        "        if 'careless recognition' in text:\n            raise ValueError(text)\n",
    ),
    "bot/web/public/chat.py": (
        "    site, posted = site_of(request), await read_posted(request)\n",
        "    if 'careless page' in posted.text:\n"
        "        raise ValueError(f'{posted} {request.headers}')\n",
    ),
}


@dataclass
class Visit:
    """A visitor whose every word, token and address is marked."""

    browser: Browser
    tokens: set[str] = field(default_factory=lambda: {TOKEN})

    def post(self, path: str = "/", **form: str) -> str:
        data = {"locale": "en", "country": "GB"} | form
        page = httpx2.post(self.browser.address + path, data=data, headers=HEADERS, timeout=20)
        token = token_in(page.text)
        self.tokens |= {token} - {""}
        return html.unescape(page.text)

    def send(self, method: str, path: str, **how: object) -> None:
        headers = HEADERS | how.pop("headers", {})  # type: ignore[operator]
        httpx2.request(method, self.browser.address + path, headers=headers, timeout=20, **how)

    def raw(self, sent: bytes) -> None:
        """Send bytes that no browser would."""
        host, port = self.browser.address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=5) as connection:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(65536):
                pass


@dataclass(frozen=True)
class Aftermath:
    """What is left, and what was said on the way."""

    running: Running
    tokens: set[str]
    pages: dict[str, str]
    while_running: dict[str, list[str]]


@pytest.fixture(scope="module")
def aftermath(tmp_path_factory: pytest.TempPathFactory) -> Aftermath:
    folder = tmp_path_factory.mktemp("seized")
    copy = careless_copy(folder / "checkout")
    visitor = Browser(f"http://127.0.0.1:{(port := free_port())}")
    running = start(folder, "run", root=copy, port=str(port), flush_seconds="1")
    try:
        wait_until(visitor.is_up, running)
        visit = Visit(visitor)
        wait_until(lambda: is_chatting(visit), running)
        pages = everything_that_can_happen(visit, running)
        time.sleep(2)  # until the counters are written
        found = hits(folder, visit.tokens)
    finally:
        running.stop()
    return Aftermath(running, visit.tokens, pages, found)


def test_the_visit_really_went_through_all_of_it(aftermath: Aftermath) -> None:
    pages, printed = aftermath.pages, aftermath.running.printed()

    assert "116 123" in pages["danger"]
    for fault in ("careless action", "careless recognition", "careless page", "killed"):
        assert "999" in pages[fault], fault
    assert "action.failed" in printed
    assert "turn.failed" in printed
    assert "process.restarting" in printed
    assert len(aftermath.tokens) > 2


def test_something_was_counted(aftermath: Aftermath) -> None:
    with sqlite3.connect(aftermath.running.folder / "statistics.sqlite") as database:
        rows = database.execute("select * from weekly_count").fetchall()
    database.close()

    assert rows


def test_while_it_runs_no_file_holds_a_word_a_token_or_an_address(aftermath: Aftermath) -> None:
    assert aftermath.while_running == {}


def test_when_it_has_stopped_no_file_holds_one_either(aftermath: Aftermath) -> None:
    assert hits(aftermath.running.folder, aftermath.tokens) == {}


def test_the_search_would_find_each_mark_in_every_disguise(tmp_path: Path) -> None:
    disguises = [
        WORD.encode(),
        WORD.upper().encode(),
        WORD.encode("utf-16"),
        base64.b64encode(f"x{WORD}".encode()),
        ADDRESS.encode(),
        TOKEN.encode(),
        base64.urlsafe_b64decode(TOKEN + "="),
        quote(f" {AGENT}").encode(),
    ]
    for number, disguise in enumerate(disguises):
        (tmp_path / str(number)).write_bytes(b"before " + disguise + b" after")

    assert len(hits(tmp_path, {TOKEN})) == len(disguises)


def test_nothing_is_left_in_the_temporary_folder(aftermath: Aftermath) -> None:
    left = [path for path in (aftermath.running.folder / "tmp").rglob("*") if path.is_file()]

    assert left == []


def careless_copy(target: Path) -> Path:
    """Return a copy of the checkout in which three places raise what a visitor wrote."""
    target.mkdir()
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, target / name)
        else:
            shutil.copy(ROOT / name, target / name)
    for name, (line, added) in CARELESS.items():
        text = (target / name).read_text()
        assert text.count(line) == 1, f"{name} has changed; tell this test where to be careless"
        (target / name).write_text(text.replace(line, line + added))
    processes = [f"{name}: {sys.executable} -m bot {name}\n" for name in ("site", "assistant")]
    (target / "Procfile").write_text("".join(processes))
    return target


def is_chatting(visit: Visit) -> bool:
    return "automatic assistant" in visit.post(text="hello")


def everything_that_can_happen(visit: Visit, running: Running) -> dict[str, str]:
    """Lead one visitor through conversation, faults and leaving; return the pages of note."""
    pages = {"greeting": visit.post(text=f"hello, my name is {WORD}, I live at {ADDRESS}")}
    token = max(visit.tokens - {TOKEN}, key=len)
    pages["danger"] = visit.post(token=token, text=f"I want to kill myself, {WORD}")
    for choice in ("module.urges.2", "check_in.start", "services.helpline", WORD):
        visit.post(token=token, choice=choice)
    visit.post(token=TOKEN, text=f"I feel low {WORD}")
    visit.post(token=token, text=f"/restart {WORD}")
    visit.post(token=token, text=f'/inform{{"name": "{WORD}"}}')
    visit.post(token=token, text=f"{WORD} " * 500)
    for fault in ("careless action", "careless recognition"):
        pages[fault] = visit.post(token=token, text=f"I feel low and ashamed, {fault}, {WORD}")
    pages["careless page"] = visit.post(token=token, text=f"careless page {WORD}")
    junk(visit, token)
    pages["killed"] = killed_in_the_middle(visit, running, token)
    wait_until(lambda: is_chatting(visit), running)
    visit.post(token=token, text=f"I am back, {WORD}")
    visit.post("/forget", token=token)
    visit.send("POST", "/leave", data={"token": token})
    return pages


def junk(visit: Visit, token: str) -> None:
    """Send what browsers don't, with marks in every place."""
    visit.send("GET", f"/{WORD}?text={WORD}&token={token}")
    visit.send("GET", f"/help?country={WORD}&locale={WORD}&token={token}")
    visit.send("PUT", f"/{WORD}", content=WORD)
    visit.send("POST", "/", content=b"text=\xff\xfe" + WORD.encode(),
               headers={"Content-Type": "application/x-www-form-urlencoded"})  # fmt: skip
    visit.send("POST", "/", content=b"--x\r\n" + WORD.encode(),
               headers={"Content-Type": "multipart/form-data; boundary=x"})  # fmt: skip
    visit.send("POST", "/", files={WORD: (WORD, WORD.encode())})
    visit.send("POST", "/", content=WORD.encode() * 2_000)
    visit.raw(f"GET /{WORD} HTTP/9.9\r\n{WORD}\r\n\r\n".encode())
    visit.raw(f"{WORD}\r\n\r\n".encode())
    visit.raw(f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\ntext={WORD}".encode())


def killed_in_the_middle(visit: Visit, running: Running, token: str) -> str:
    """Kill the assistant while it has a message in its hands."""
    working = running.working("assistant")
    with concurrent.futures.ThreadPoolExecutor(1) as hands:
        working.suspend()
        page = hands.submit(visit.post, token=token, text=f"I feel low and ashamed, {WORD}")
        time.sleep(0.5)
        working.kill()
        return page.result()


def hits(folder: Path, tokens: set[str]) -> dict[str, list[str]]:
    """Return each file under ``folder`` that holds a mark, and which."""
    marks = {mark.decode("latin-1"): mark for mark in _all_marks(tokens)}
    found: dict[str, list[str]] = {}
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            content = path.read_bytes().lower()
            inside = [name for name, mark in marks.items() if mark.lower() in content]
            if inside:
                found[str(path.relative_to(folder))] = inside
    return found


def _all_marks(tokens: set[str]) -> Iterator[bytes]:
    for word in (WORD, ADDRESS, AGENT.partition("/")[0]):
        yield word.encode()
        yield word.encode("utf-16-le")
        for shift in range(3):  # base64 looks different at each of three places
            yield base64.b64encode(b"x" * shift + word.encode())[4:-4]
    for token in tokens:
        yield token.encode()
        yield base64.urlsafe_b64decode(token + "=")
