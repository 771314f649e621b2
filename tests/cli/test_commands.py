"""The quietline command, as far as it needs no model: what it prints, and how it ends."""

from __future__ import annotations

import socket
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot import wiring
from bot.cli import COMMANDS, main
from bot.settings import ROOT
from bot.statistics.counts import Count
from bot.storage.counters import SqlCountStore


def quietline(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(main, arguments, env=environment)


def is_one_sentence(text: str) -> bool:
    return text.count("\n") == 1 and text.endswith(".\n") and "Traceback" not in text


def test_help_lists_every_command() -> None:
    printed = quietline("--help").output

    assert all(f"\n  {command} " in printed for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_says_what_it_does(command: str) -> None:
    done = quietline(command, "--help")

    assert done.exit_code == 0
    assert len(done.output.splitlines()) > 3


def test_an_unknown_command_is_refused() -> None:
    done = quietline("gardening")

    assert done.exit_code == 2
    assert "No such command" in done.output


@pytest.mark.slow
def test_content_check_is_content_with_what_is_in_the_repository() -> None:
    done = quietline("content", "check")

    assert done.output == "All content and catalogs are fine.\n"
    assert done.exit_code == 0


def test_locales_lists_tag_name_direction_and_state() -> None:
    lines = [line.split("\t") for line in quietline("locales").output.splitlines()]

    assert [line[0] for line in lines] == [locale.tag for locale in wiring.locales()]
    assert next(line for line in lines if line[0] == "de")[:3] == ["de", "Deutsch", "ltr"]
    assert {line[3] for line in lines} <= {"draft", "signed"}


def test_services_check_lists_findings_one_a_line_and_ends_well() -> None:
    done = quietline("services", "check")

    assert done.exit_code == 0
    assert all(": " in line for line in done.output.splitlines())


def test_statistics_show_prints_week_table_cell_and_conversations(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'statistics.sqlite'}"
    store = SqlCountStore(url)
    store.add([Count(date(2026, 11, 23), "locale", "de", 3)])
    store._engine.dispose()

    assert quietline("statistics", "show", QUIETLINE_DATABASE=url).output == (
        "2026-11-23\tlocale\tde\t3\n"
    )


def test_a_database_that_cant_be_opened_is_one_sentence() -> None:
    done = quietline("statistics", "show", QUIETLINE_DATABASE="nonsense")

    assert done.exit_code == 1
    assert is_one_sentence(done.output)


@pytest.mark.parametrize("command", ["run", "train"])
def test_a_bad_setting_is_one_sentence(command: str) -> None:
    done = quietline(command, PORT="eighty", QUIETLINE_PORT="")

    assert done.exit_code == 1
    assert done.output == "PORT must be a whole number above 0.\n"


def test_a_port_in_use_is_one_sentence_with_a_cure() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = quietline("run", PORT=str(port))

    assert done.exit_code == 1
    assert done.output == f"Port {port} is in use; choose another: PORT={port + 1} make run\n"


def test_a_missing_model_is_one_sentence_with_a_cure(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    done = quietline("run", PORT=str(port), QUIETLINE_MODEL=str(tmp_path / "none.tar.gz"))

    assert done.exit_code == 1
    assert done.output == "There is no trained model yet; run: make setup\n"


def test_a_locale_that_isnt_offered_is_refused_before_anything_is_loaded() -> None:
    done = quietline("talk", "--locale", "xx")

    assert done.exit_code == 2
    assert "xx is not offered; see: quietline locales" in done.output


def test_python_m_bot_is_the_same_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "locales"], cwd=ROOT, capture_output=True, text=True,
        check=True,
    )  # fmt: skip

    assert done.stdout == quietline("locales").output


def test_a_quick_command_loads_no_framework_that_it_doesnt_need() -> None:
    script = (
        "import sys; from click.testing import CliRunner; from bot.cli import main;"
        "CliRunner().invoke(main, ['locales']);"
        "heavy = {'rasa', 'tensorflow', 'sqlalchemy', 'starlette', 'numpy'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert done.stdout == "[]\n"
