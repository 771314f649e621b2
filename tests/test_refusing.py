"""bot.refusing: what would make the product talk stops its start, and one sentence says why."""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from bot.cli import main
from bot.errors import Refused
from bot.refusing import insist_on_silence
from bot.settings import ROOT

TALKATIVE = {
    "LOG_LEVEL": "DEBUG",
    "LOG_LEVEL_LIBRARIES": "info",
    "RASA_LOG_LEVEL": "10",
    "UVICORN_LOG_LEVEL": "trace",
    "UVICORN_ACCESS_LOG": "1",
    "SANIC_ACCESS_LOG": "true",
    "SANIC_DEBUG": "True",
    "RASA_DEBUG": "yes",
    "DEBUG": "1",
    "QUIETLINE_LOG_CONTENT": "on",
    "QUIETLINE_DEBUG": "1",
    "QUIETLINE_TRACE": "1",
    "SQLALCHEMY_ECHO": "1",
    "SENTRY_DSN": "https://key@sentry.example/1",
    "RASA_EXCEPTION_WRITE_KEY": "abc",
    "RASA_TELEMETRY_ENABLED": "true",
    "RASA_TELEMETRY_DEBUG": "true",
    "OTEL_EXPORTER_OTLP_ENDPOINT": "http://localhost:4317",
    "OTEL_TRACES_EXPORTER": "console",
    "DD_TRACE_ENABLED": "true",
    "NEW_RELIC_LICENSE_KEY": "abc",
    "APPLICATIONINSIGHTS_CONNECTION_STRING": "abc",
    "PYTHONTRACEMALLOC": "25",
    "PYTHONFAULTHANDLER": "1",
    "PYTHONDEVMODE": "1",
    "PYTHONASYNCIODEBUG": "1",
    "PYTHONINSPECT": "1",
    "PYTHONVERBOSE": "1",
    "PYTHONBREAKPOINT": "pdb.set_trace",
    "GRPC_TRACE": "all",
    "TF_CPP_MAX_VLOG_LEVEL": "3",
    "TF_DUMP_GRAPH_PREFIX": "/tmp/graphs",
    "SSLKEYLOGFILE": "/tmp/keys",
}
HARMLESS = {
    "LOG_LEVEL": "ERROR",
    "RASA_LOG_LEVEL": "warning",
    "UVICORN_ACCESS_LOG": "false",
    "DEBUG": "0",
    "SENTRY_DSN": "",
    "RASA_TELEMETRY_ENABLED": "false",
    "OTEL_SDK_DISABLED": "true",
    "PYTHONUNBUFFERED": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "NVPL_BLAS_DEBUG_CPU_TYPE": "",
    "QUIETLINE_DATABASE": "postgresql+psycopg://localhost/counters",
    "QUIETLINE_SOCKET": "/run/quietline/assistant.sock",
}
NETWORKS = (
    "tcp://10.0.0.7:5005", "http://assistant.example/", "unix://10.0.0.7", "10.0.0.7:5005",
    "assistant.example:5005", "127.0.0.1:5005", "[2001:db8::7]:5005", "localhost:80",
)  # fmt: skip
PR_GET_DUMPABLE = 3  # of linux/prctl.h
COMMANDS = ("site", "assistant", "run", "staff serve")


@pytest.mark.parametrize("name", TALKATIVE)
def test_what_would_make_it_talk_is_refused_by_its_name_and_not_quoted(name: str) -> None:
    with pytest.raises(Refused) as refused:
        insist_on_silence({name: TALKATIVE[name]})

    assert re.fullmatch(
        rf"{name} is set, and it would .+; start again without it\.", str(refused.value)
    )


def test_what_is_quiet_or_off_is_let_through() -> None:
    for name, value in HARMLESS.items():
        insist_on_silence({name: value})


def test_the_environment_of_these_tests_is_let_through() -> None:
    insist_on_silence(os.environ)


@pytest.mark.parametrize("place", NETWORKS)
def test_an_assistant_that_is_reached_over_a_network_is_refused(place: str) -> None:
    with pytest.raises(Refused, match="QUIETLINE_SOCKET must be the path of a Unix socket"):
        insist_on_silence({"QUIETLINE_SOCKET": place})


@given(
    st.from_regex(r"/[a-z0-9._:/-]{0,60}", fullmatch=True).filter(lambda path: "://" not in path)
)
def test_every_absolute_path_may_be_a_socket(path: str) -> None:
    insist_on_silence({"QUIETLINE_SOCKET": path})


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    "variable",
    [("LOG_LEVEL", "DEBUG"), ("SENTRY_DSN", "https://k@s.example/1"), ("SANIC_ACCESS_LOG", "1"),
     ("OTEL_TRACES_EXPORTER", "console"), ("QUIETLINE_SOCKET", "tcp://10.0.0.7:5005")],
    ids=lambda variable: variable[0],
)  # fmt: skip
def test_no_command_starts_then_and_each_says_why_in_one_sentence(
    command: str, variable: tuple[str, str]
) -> None:
    done = CliRunner().invoke(main, command.split(), env=dict([variable]))

    assert done.exit_code == 1
    assert done.stderr.startswith(variable[0])
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("option", ["--debug", "--access-log", "--log-level=debug", "-v"])
def test_no_command_has_an_option_that_makes_it_talk(command: str, option: str) -> None:
    done = CliRunner().invoke(main, [*command.split(), option])

    assert done.exit_code == 2
    assert "No such option" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("option", ["-Xdev", "-Xtracemalloc", "-v", "-i"])
def test_a_python_that_talks_is_refused(option: str) -> None:
    done = subprocess.run(
        [sys.executable, option, "-m", "bot", "site", "--once"],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert f"Python was started with {option.replace('X', 'X ')}" in done.stderr


DYING = "import os, {module}; {call}; secret = os.urandom(9); os.abort()"


def died(folder: Path, *, forbids: bool) -> list[Path]:
    """Let a process crash that may write a core file; return what it left."""
    folder.mkdir()
    module, call = ("bot.refusing", "bot.refusing.forbid_dumps()") if forbids else ("sys", "0")
    subprocess.run(
        [sys.executable, "-c", DYING.format(module=module, call=call)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        preexec_fn=_allow_core_files,
        capture_output=True,
        check=False,
    )
    return list(folder.iterdir())


def _allow_core_files() -> None:
    most = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (most, most))


def test_a_crash_writes_no_core_file(tmp_path: Path) -> None:
    assert died(tmp_path / "forbidden", forbids=True) == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can be asked")
@pytest.mark.parametrize(("before", "is_dumpable"), [("pass", 1), ("forbid_dumps()", 0)])
def test_no_other_process_of_the_same_user_sees_its_memory(before: str, is_dumpable: int) -> None:
    asked = (
        "import ctypes; from bot.refusing import forbid_dumps; "
        f"{before}; print(ctypes.CDLL(None).prctl({PR_GET_DUMPABLE}, 0, 0, 0, 0))"
    )
    done = subprocess.run(
        [sys.executable, "-c", asked],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        preexec_fn=_allow_core_files,
        capture_output=True,
        text=True,
        check=True,
    )

    assert int(done.stdout) == is_dumpable


def test_without_that_a_crash_would_write_one(tmp_path: Path) -> None:
    pattern = Path("/proc/sys/kernel/core_pattern")
    if not pattern.exists() or not pattern.read_text().startswith("core"):
        pytest.skip("this machine writes core files elsewhere or nowhere")
    if resource.getrlimit(resource.RLIMIT_CORE)[1] == 0:
        pytest.skip("nobody may write core files here")

    assert died(tmp_path / "allowed", forbids=False)
