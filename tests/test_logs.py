"""bot.logs: whatever a library says, no word that a person typed is printed.

Each test says a marked sentence the way some library might, and searches all that was printed.
"""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import structlog

from bot import logs
from bot.settings import ROOT

CANARY = "a-canary-sentence-nobody-may-print"


@pytest.fixture(autouse=True)
def _logging_as_in_production() -> Iterator[None]:
    root, shown = logging.getLogger(), warnings.showwarning
    handlers, level = root.handlers[:], root.level
    root.handlers = []
    yield
    structlog.reset_defaults()
    logging.basicConfig(handlers=handlers, level=level, force=True)
    root.handlers, warnings.showwarning = handlers, shown


def set_up() -> None:
    """Set up the logs; in the test itself, because pytest catches streams anew for each part."""
    logs.set_up()
    logs.set_up_structlog()


def all_of(capfd: pytest.CaptureFixture[str]) -> str:
    out, err = capfd.readouterr()
    return out + err


def test_a_note_prints_known_keys_only(capfd: pytest.CaptureFixture[str]) -> None:
    set_up()
    logs.note("turn.failed", error="ValueError", place="x.py:3", text=CANARY, sender=CANARY)

    assert all_of(capfd) == "quietline: turn.failed error=ValueError place=x.py:3\n"


@pytest.mark.parametrize("level", ["debug", "info", "warning", "error", "critical"])
def test_the_messages_of_libraries_are_not_printed(
    capfd: pytest.CaptureFixture[str], level: str
) -> None:
    set_up()
    log = logging.getLogger("some.library")
    getattr(log, level)(CANARY)
    getattr(log, level)("it failed at %s", CANARY)
    getattr(log, level)("it failed", extra={"body": CANARY})

    assert CANARY not in all_of(capfd)


def test_an_exception_is_printed_as_its_class_and_place(
    capfd: pytest.CaptureFixture[str],
) -> None:
    set_up()
    try:
        raise ValueError(CANARY)
    except ValueError:
        logging.getLogger("some.library").exception("failed with %s", CANARY)
    found = all_of(capfd)

    assert CANARY not in found
    assert "ERROR some.library ValueError at test_logs.py:" in found


def test_an_exception_behind_an_exception_is_not_printed(
    capfd: pytest.CaptureFixture[str],
) -> None:
    set_up()
    try:
        try:
            raise ValueError(CANARY)
        except ValueError as cause:
            raise RuntimeError(CANARY) from cause
    except RuntimeError as error:
        logging.getLogger("some.library").error(CANARY, exc_info=error, stack_info=True)

    assert CANARY not in all_of(capfd)


def test_a_message_that_cant_be_formatted_is_not_printed_either(
    capfd: pytest.CaptureFixture[str],
) -> None:
    set_up()
    logging.getLogger("some.library").error("%d people", CANARY)

    assert CANARY not in all_of(capfd)


def test_a_library_that_turns_debugging_on_prints_nothing_more(
    capfd: pytest.CaptureFixture[str],
) -> None:
    set_up()
    log = logging.getLogger("some.library")
    log.setLevel(logging.DEBUG)
    log.debug(CANARY)

    assert CANARY not in all_of(capfd)


def test_a_structured_event_is_printed_without_its_values(
    capfd: pytest.CaptureFixture[str],
) -> None:
    set_up()
    log = structlog.get_logger()
    log.warning("processor.message.parse", text=CANARY, name=CANARY, error=CANARY, exc_info=True)
    found = all_of(capfd)

    assert CANARY not in found
    assert "processor.message.parse" in found


@pytest.mark.parametrize("event", [CANARY, "canary", "Canary.", "tell.me more", "a.b@c.d", "9.8"])
def test_a_text_in_the_place_of_an_event_is_dropped(
    capfd: pytest.CaptureFixture[str], event: str
) -> None:
    set_up()
    structlog.get_logger().error(event)
    found = all_of(capfd)

    assert event not in found
    assert "dropped" in found


def test_a_structured_exception_is_not_printed(capfd: pytest.CaptureFixture[str]) -> None:
    set_up()
    try:
        raise ValueError(CANARY)
    except ValueError:
        structlog.get_logger().exception("parse.failed", message=CANARY)

    assert CANARY not in all_of(capfd)


def test_structured_debugging_is_never_printed(capfd: pytest.CaptureFixture[str]) -> None:
    set_up()
    logs.set_up_structlog(logging.DEBUG)
    structlog.get_logger().debug("processor.slots.log", slot_values=CANARY)

    assert all_of(capfd) == ""


def test_an_error_in_a_task_that_nobody_awaits_is_not_printed(
    capfd: pytest.CaptureFixture[str],
) -> None:
    set_up()
    loop = asyncio.new_event_loop()
    loop.call_exception_handler({"message": CANARY, "exception": ValueError(CANARY)})
    loop.close()
    found = all_of(capfd)

    assert CANARY not in found
    assert "ValueError" in found


def test_in_a_process_of_its_own_warnings_and_records_stay_silent() -> None:
    script = (
        "import logging, warnings; from bot import logs; logs.set_up(); logs.set_up_structlog();"
        f"warnings.warn({CANARY!r}); logging.error({CANARY!r}); logging.getLogger('x').info('y')"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert CANARY not in done.stdout + done.stderr
    assert "ERROR root" in done.stderr
    assert "y" not in done.stderr.split()


def test_where_says_class_and_line_but_no_path_and_no_message() -> None:
    try:
        raise KeyError(CANARY)
    except KeyError as error:
        found = logs.where(error)

    assert found["error"] == "KeyError"
    assert found["place"].startswith("test_logs.py:")
    assert logs.where(ValueError())["place"] == "unknown"


def test_where_nothing_can_be_printed_a_note_is_lost_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with Path("/dev/full").open("w") as full:
        monkeypatch.setattr(sys, "stderr", full)
        logs.note("turn.failed", error="ValueError")
        monkeypatch.undo()
        with suppress(OSError):  # what it holds is written once more when it is closed
            full.close()
