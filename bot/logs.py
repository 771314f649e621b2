"""Logs that can't carry what a person typed: only known keys pass, and no message of others.

Rasa and its libraries put texts, conversation ids and whole requests into their messages and
tracebacks, so of their records only level, logger and the place of an exception are printed.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
import warnings
from collections.abc import MutableMapping
from contextlib import suppress
from typing import Any, Final

KEYS: Final = frozenset(
    {"event", "level", "code", "error", "place", "name", "action", "count", "address"}
)
"""The only keys that are printed; ``error`` is a class name, ``place`` a file and line."""

OURS: Final = "quietline"

_EVENT: Final = re.compile(r"[a-z_]+(\.[a-z_]+)+")


def set_up(level: int = logging.ERROR) -> None:
    """Configure every logger of this process; less than WARNING is not possible.

    Our own events go through ``note`` and don't depend on a level.
    """
    # Not a filter, because libraries set filters of their own; Rasa puts typed text into warnings.
    warnings.showwarning = _say_nothing
    # Else a record that can't be written is printed whole, with its message and arguments.
    logging.raiseExceptions = False
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Bare())
    logging.basicConfig(handlers=[handler], level=max(level, logging.WARNING), force=True)


def note(event: str, **values: object) -> None:
    """Print one event of ours; a value under an unknown key is dropped.

    Where nothing can be printed, nothing is: no fault of a journal may become one of the product.
    """
    pairs = " ".join(f"{k}={v}" for k, v in sorted(values.items()) if k in KEYS)
    with suppress(OSError, ValueError):
        print(f"{OURS}: {event} {pairs}".rstrip(), file=sys.stderr, flush=True)


def where(error: BaseException) -> dict[str, str]:
    """Return class and place of an exception, without its message."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].filename.rsplit('/', 1)[-1]}:{frames[-1].lineno}" if frames else "unknown"
    return {"error": type(error).__name__, "place": place}


def _say_nothing(*_: object, **__: object) -> None:
    """Stand where Python would print a warning."""


class _Bare(logging.Formatter):
    """Level, logger, and for an exception its class and place; never the message."""

    def format(self, record: logging.LogRecord) -> str:
        line = f"{record.levelname} {record.name}"
        if record.exc_info and record.exc_info[1]:
            found = where(record.exc_info[1])
            line += f" {found['error']} at {found['place']}"
        return line


def set_up_structlog(level: int = logging.WARNING) -> None:
    """Configure the library that Rasa logs with; only the assistant has it loaded."""
    import structlog

    structlog.configure(
        processors=[_only_event_names, structlog.processors.KeyValueRenderer(sort_keys=True)],
        wrapper_class=structlog.make_filtering_bound_logger(max(level, logging.INFO)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def _only_event_names(
    logger: Any, method: str, event_dict: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    # Rasa's events are dotted names; free text in their place, and any value, may hold anything.
    event = str(event_dict.get("event", ""))
    return {"event": event if _EVENT.fullmatch(event) else "dropped", "level": method}
