"""The commands of a Rasa developer, and ours for programs, as they are typed in the checkout."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from bot.conversation.content import Content
from bot.safety.topics import Outcome, Topic, Urgency
from bot.settings import ROOT
from tests.faults.running import free_port

pytestmark = pytest.mark.slow

RASA = Path(sys.executable).with_name("rasa")
SECONDS = 120  # on a busy machine


def test_rasa_data_validate_finds_nothing_wrong() -> None:
    done = rasa("data", "validate")

    assert done.returncode == 0, done.stderr
    assert "No story structure conflicts found" in done.stdout + done.stderr
    assert "is not used in any story" not in done.stdout + done.stderr


def test_rasa_test_core_predicts_every_golden_conversation(tmp_path: Path) -> None:
    done = rasa(
        "test", "core", "--stories", "tests/conversations", "--fail-on-prediction-errors",
        "--no-plot", "--out", str(tmp_path),
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "story_report.json").read_text())["accuracy"] == 1.0


@pytest.fixture(scope="module")
def action_server() -> Iterator[int]:
    """`rasa run actions` on a free port."""
    port = free_port()
    process = started("run", "actions", "--port", str(port))
    try:
        yield port
    finally:
        ended(process)


def test_rasa_run_actions_starts_and_is_healthy(action_server: int) -> None:
    assert answers(f"http://127.0.0.1:{action_server}/health") == {"status": "ok"}


def test_rasa_run_actions_has_exactly_the_actions_of_the_domain(action_server: int) -> None:
    domain = yaml.safe_load((ROOT / "domain.yml").read_text())

    found = answers(f"http://127.0.0.1:{action_server}/actions")
    assert {action["name"] for action in found} == set(domain["actions"])


def test_rasa_shell_answers_a_message_and_a_button(
    action_server: int, tmp_path: Path, content: Content
) -> None:
    endpoints = yaml.safe_load((ROOT / "endpoints.yml").read_text())
    endpoints["action_endpoint"]["url"] = f"http://127.0.0.1:{action_server}/webhook"
    (tmp_path / "endpoints.yml").write_text(yaml.safe_dump(endpoints))
    answers(f"http://127.0.0.1:{action_server}/health")
    process = started(
        "shell", "--endpoints", str(tmp_path / "endpoints.yml"), "--port", str(free_port())
    )
    shell = Shell(process)
    try:
        shell.wait_for("Bot loaded")
        shell.type("I feel so ashamed and alone")
        shell.wait_for(content.words.text("en", "answer.distress_general.1")[:60])
        shell.type('/open_module{"choice": "module.urges.2"}')
        second = content.shelf.modules["urges"].screens[1]
        shell.wait_for(content.words.text("en", second.title)[:60])
    finally:
        ended(process)


@pytest.mark.parametrize("option", ["--debug", "-vv"])
def test_rasa_shell_refuses_to_print_what_is_said(option: str) -> None:
    done = rasa("shell", option, "--port", str(free_port()))

    assert done.returncode == 1
    assert "With --debug or -vv Rasa prints what is said to it; start it without." in done.stderr
    assert "Bot loaded" not in done.stdout


def test_rasa_run_refuses_to_listen_on_a_network() -> None:
    done = rasa("run", "--port", str(free_port()))

    assert done.returncode == 1
    assert "by its Unix socket only; start it with quietline assistant." in done.stderr


JUNK = ["", " ", "x" * 100_000, "\N{GRINNING FACE}" * 30, "\x00\x07\x1b[2J", "\u202eabc",
        "<b>", "/restart", '/open_module{"choice": "menu"}', "{slot.x} %s", "\ud83d"]  # fmt: skip
BROKEN = [b"", b"not json", b"[1]", b"7", b"null", b'{"text": 7}', b'{"id": "a"}', b"\xff\xfe"]
MANY = 1_000


@dataclass(frozen=True)
class Parsed:
    """What `quietline parse` made of junk, broken lines and a thousand sentences."""

    found: list[dict[str, object]]
    processor_seconds: float


@pytest.fixture(scope="module")
def parsed() -> Parsed:
    texts = [*JUNK, *(f"I worry about thought {n} and I don't want it" for n in range(MANY))]
    lines = [json.dumps({"id": n, "text": text}).encode() for n, text in enumerate(texts)]
    before = os.times()
    done = quietline("parse", typed=b"\n".join([*BROKEN, *lines]))
    after = os.times()
    found = [json.loads(line) for line in done.stdout.decode().splitlines()]
    return Parsed(found, after.children_user - before.children_user)


def test_quietline_parse_answers_every_line_once_and_in_order(parsed: Parsed) -> None:
    assert len(parsed.found) == len(BROKEN) + len(JUNK) + MANY
    assert [e["id"] for e in parsed.found[len(BROKEN) :]] == list(range(len(JUNK) + MANY))


def test_quietline_parse_keeps_its_form_whatever_comes(parsed: Parsed) -> None:
    for entry in parsed.found:
        assert list(entry) == ["id", "topic", "outcome", "urgency", "confidence"]
        assert entry["topic"] in set(Topic)
        assert entry["outcome"] in set(Outcome)
        assert entry["urgency"] in {urgency.word for urgency in Urgency}
        assert 0 <= float(str(entry["confidence"])) <= 1


def test_quietline_parse_takes_a_thousand_lines_in_well_under_a_minute(parsed: Parsed) -> None:
    """In processor time of two cores, because the machine may be busy with other things."""
    assert parsed.processor_seconds / 2 < 45


def test_quietline_talk_prints_one_turn_a_line_also_for_junk() -> None:
    typed = b"hello\n\n/restart\n\xff\xfe\n" + "\N{GRINNING FACE}\n".encode()

    printed = quietline("talk", "--locale", "de", "--country", "AT", typed=typed).stdout
    turns = [json.loads(line) for line in printed.decode().splitlines()]
    assert [turn["turn"] for turn in turns] == [1, 2, 3, 4, 5]
    for turn in turns:
        assert list(turn) == [
            "turn", "text", "locale", "replies", "offers", "services", "choices"
        ]  # fmt: skip
        assert turn["locale"] == "de"
        assert all(set(reply) == {"id", "text"} for reply in turn["replies"])
        assert turn["replies"]


def test_quietline_talk_refuses_a_locale_that_is_not_offered() -> None:
    done = quietline("talk", "--locale", "xx", typed=b"")

    assert done.returncode != 0
    assert b"quietline locales" in done.stderr
    assert b"Traceback" not in done.stderr


class Shell:
    """Types into `rasa shell` and reads what it prints."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin
        assert process.stdout
        self._stdin, self._stdout, self._printed = process.stdin, process.stdout, b""
        threading.Thread(target=self._read, daemon=True).start()

    def type(self, line: str) -> None:
        self._stdin.write(line.encode() + b"\n")
        self._stdin.flush()

    def wait_for(self, words: str) -> None:
        until = time.monotonic() + SECONDS
        while words not in self._printed.decode("utf-8", "replace"):
            assert time.monotonic() < until, self._printed.decode("utf-8", "replace")[-2000:]
            time.sleep(0.1)

    def _read(self) -> None:
        with contextlib.suppress(ValueError, OSError):  # it was closed at the end of the test
            while found := os.read(self._stdout.fileno(), 4096):
                self._printed += found


def rasa(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [RASA, *arguments],
        cwd=ROOT, env=environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=SECONDS * 2, check=False,
    )  # fmt: skip


def started(*arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [RASA, *arguments],
        cwd=ROOT,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def ended(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.communicate()  # closes its pipes


def quietline(*arguments: str, typed: bytes) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=ROOT, env=environment(), input=typed, capture_output=True, timeout=SECONDS * 2,
        check=False,
    )  # fmt: skip


def environment() -> dict[str, str]:
    return {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "PYTHONUNBUFFERED": "1"}


def answers(address: str) -> object:
    """Return the JSON at ``address`` as soon as somebody answers there."""
    until = time.monotonic() + SECONDS
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5) as response:
                return json.load(response)
        except OSError:
            assert time.monotonic() < until, f"nobody answers at {address}"
            time.sleep(0.2)
