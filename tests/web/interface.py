"""``python -m tests.web.interface <examples>``: try what the site's description allows, and more.

Schemathesis makes requests out of docs/site.openapi.yml, sensible ones and senseless ones, and a
real site answers them, without an assistant.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import hypothesis
import requests
import schemathesis
from schemathesis import APIOperation, Case, CheckContext, GenerationMode
from schemathesis.checks import CheckFunction, not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.transport import Response
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from bot.settings import ROOT
from bot.web.padding import SIZES
from tests.faults.running import Browser, Running, free_port, start, wait_until
from tests.proofs.record import record

DESCRIPTION = ROOT / "docs" / "site.openapi.yml"
FULL = 503
"""The one error of a server that is described: there is no room now, and the help is whole."""
HELP = 'id="help"'
SEED = 20261122
SWITCHED_ON = {
    "embed": "https://partner.example",
    "resume": "on",
    "security_contact": "mailto:security@site.example",
}
"""Settings without which some routes aren't there."""


@dataclass
class Tried:
    """What was tried: answers by status, and what went wrong by operation."""

    answers: Counter[int] = field(default_factory=Counter)
    wrong: dict[str, str] = field(default_factory=dict)


def description() -> BaseSchema:
    """Return the description of the site's interface."""
    return schemathesis.openapi.from_path(DESCRIPTION)


def operations(known: BaseSchema) -> Iterator[APIOperation]:
    """Yield every method and path that is described."""
    yield from (found.ok() for found in known.get_all_operations())


def no_error_but_a_full_room(ctx: CheckContext, response: Response, case: Case) -> None:
    """Fail at a server's error that isn't described."""
    if response.status_code != FULL:
        not_a_server_error(ctx, response, case)


def help_is_there(ctx: CheckContext, response: Response, case: Case) -> None:
    """Fail at a page without the help block, or of a length that tells what is on it."""
    if not response.headers.get("content-type", [""])[0].startswith("text/html"):
        return
    wants_turn = (case.headers or {}).get("X-Requested-With") == "fetch"
    assert wants_turn or HELP in response.content.decode(), "the page lacks the help block"
    assert len(response.content) in SIZES, "the page has a length of its own"


CHECKS: list[CheckFunction] = [
    no_error_but_a_full_room,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    help_is_there,
]


def try_all(address: str, examples: int) -> Tried:
    """Try each operation so often with requests that fit the description, and with others."""
    tried = Tried()
    with requests.Session() as session:
        for operation in operations(description()):
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                _try(operation, mode, examples, _ask(address, session, tried))
    return tried


def _ask(address: str, session: requests.Session, tried: Tried) -> Callable[[Case], None]:
    def ask(case: Case) -> None:
        response = case.call(base_url=address, session=session, timeout=30)
        tried.answers[response.status_code] += 1
        try:
            case.validate_response(response, checks=CHECKS)
        except FailureGroup as failed:  # the first of each operation is enough
            tried.wrong.setdefault(case.operation.label, str(failed))

    return ask


def _try(
    operation: APIOperation, mode: GenerationMode, examples: int, ask: Callable[[Case], None]
) -> None:
    chosen = hypothesis.settings(
        max_examples=examples,
        deadline=None,
        database=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    cases = operation.as_strategy(generation_mode=mode)
    ask_again_and_again = hypothesis.seed(SEED)(chosen(hypothesis.given(cases)(ask)))
    try:
        ask_again_and_again()
    except (hypothesis.errors.Unsatisfiable, schemathesis.errors.SchemathesisError):
        return  # nothing can be senseless about a request without fields


@contextmanager
def a_site(folder: Path) -> Iterator[tuple[Browser, Running]]:
    """Start a site with everything on, for as long as the block lasts."""
    browser = Browser(f"http://127.0.0.1:{(port := free_port())}")
    where = {
        "port": str(port),
        "socket": str(folder / "none.sock"),
        "progress_database": f"sqlite:///{folder / 'progress.sqlite'}",
    }
    running = start(folder, "site", "--once", **where, **SWITCHED_ON)
    try:
        wait_until(browser.is_up, running)
        yield browser, running
    finally:
        running.stop()


def main(examples: int) -> None:
    """Print and record what came of it; end with 1 if anything went wrong."""
    with tempfile.TemporaryDirectory() as folder, a_site(Path(folder)) as (browser, running):
        tried = try_all(browser.address, examples)
        printed = running.printed()
    figures = {
        "operations": sum(1 for _ in operations(description())),
        "requests": sum(tried.answers.values()),
        **{f"answers with {status}": number for status, number in sorted(tried.answers.items())},
        "operations with a fault": len(tried.wrong),
        "bytes that the site printed": len(printed),
    }
    held = not tried.wrong and not printed
    print("\n".join([*(f"{name}: {figure}" for name, figure in figures.items()), printed]))
    print("\n".join(f"{label}: {said}" for label, said in tried.wrong.items()))
    record("interface", f"make interface EXAMPLES={examples}", figures, held=held)
    sys.exit(not held)


if __name__ == "__main__":
    main(int(sys.argv[1]))
