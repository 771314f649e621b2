"""What stops a start: whatever would let a process print, keep or send what a visitor types.

Some of it would do nothing here, because no setting of ours heeds it. It is refused all the same:
who sets it expects a log, and what a library makes of it can change with its next version.
"""

from __future__ import annotations

import ctypes
import os
import re
import resource
import sys
import tracemalloc
from collections.abc import Iterator, Mapping
from typing import Final

from bot.errors import Refused

QUIET_LEVELS: Final = frozenset({"WARNING", "WARN", "ERROR", "CRITICAL", "FATAL", "30", "40", "50"})
OFF: Final = frozenset({"", "0", "false", "off", "no", "none"})

SENDING: Final = re.compile(
    r"(?:SENTRY|OTEL(?!_SDK_DISABLED$)|DD|DATADOG|NEW_RELIC|ELASTIC_APM|JAEGER|ZIPKIN|ROLLBAR|BUGSNAG|HONEYBADGER"
    r"|AIRBRAKE|APPLICATIONINSIGHTS|AWS_XRAY|LOGFIRE|SCOUT|RASA_EXCEPTION|RASA_TELEMETRY)_.+"
)
"""Variables of services that collect errors and traces, Rasa's own among them."""
LOUD: Final = re.compile(
    r"LOG_?LEVEL(?:_\w+)?|(?:QUIETLINE|RASA|SANIC|UVICORN|HTTPX|TF)_LOG_?LEVEL"
)
PRINTING: Final = re.compile(
    r"DEBUG|ACCESS_?LOG|SQLALCHEMY_ECHO|QUIETLINE_\w*LOG\w*"
    r"|(?:QUIETLINE|RASA|SANIC|UVICORN|STARLETTE)_\w*(?:DEBUG|TRACE|ACCESS_?LOG)\w*"
    r"|PYTHON(?:DEBUG|DEVMODE|VERBOSE|INSPECT|BREAKPOINT|TRACEMALLOC|FAULTHANDLER|ASYNCIODEBUG"
    r"|DUMPREFS\w*)|TF_CPP_MAX_VLOG_LEVEL|TF_CPP_VMODULE|GRPC_(?:TRACE|VERBOSITY)"
)
KEEPING: Final = re.compile(r"SSLKEYLOGFILE|TF_DUMP_GRAPH_PREFIX")
"""Variables by which a library writes keys or what it computes to a file."""
SOCKET: Final = "QUIETLINE_SOCKET"
NETWORK: Final = re.compile(r".*://.*|(?:\[[0-9a-f:.%]+\]|[^/\s]+):\d+", re.IGNORECASE)

NOT_DUMPABLE: Final = 4  # PR_SET_DUMPABLE of <sys/prctl.h>


def insist_on_silence(environment: Mapping[str, str] = os.environ) -> None:
    """Go on only if nothing asks this process to print, keep or send what it hears.

    Raises:
        Refused: Something does; says what, and what to do.
    """
    for reason in (*_of_variables(environment), *_of_python()):
        raise Refused(reason)


def forbid_dumps() -> None:
    """Let the kernel write no core file of this process, nor show its memory to other processes.

    Only root can read it from now on. A process that this one starts has to ask for it itself.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(NOT_DUMPABLE, 0, 0, 0, 0)


def _of_variables(environment: Mapping[str, str]) -> Iterator[str]:
    for name, value in sorted(environment.items()):
        if name == SOCKET and NETWORK.fullmatch(value):
            yield (
                f"{name} must be the path of a Unix socket; an assistant that is reached over a "
                "network is refused, because others could hear what is said to it."
            )
        elif reason := _of_variable(name.upper(), value.strip()):
            yield f"{name} is set, and {reason}; start again without it."


def _of_variable(name: str, value: str) -> str:
    """Return what the variable would do, or nothing if it is harmless."""
    if value.lower() in OFF:
        return ""
    if LOUD.fullmatch(name):
        loud = "it would have libraries print more than warnings"
        return "" if value.upper() in QUIET_LEVELS else loud
    if SENDING.fullmatch(name):
        return "it would send errors or traces to others"
    if PRINTING.fullmatch(name):
        return "it would print what happens inside, which is what visitors write"
    return "it would write what happens inside to a file" if KEEPING.fullmatch(name) else ""


def _of_python() -> Iterator[str]:
    asked = {
        "-X dev": sys.flags.dev_mode,
        "-v": sys.flags.verbose,
        "-d": sys.flags.debug,
        "-i": sys.flags.inspect,
        "-X tracemalloc": tracemalloc.is_tracing(),
    }
    yield from (
        f"Python was started with {option}, which prints what happens inside; leave it out."
        for option, is_on in asked.items()
        if is_on
    )
