"""Ask the tools: MDN's HTTP Observatory for a score, Google's CSP Evaluator for its findings."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.observatory.install import install

SCAN: Final = "node_modules/@mdn/mdn-http-observatory/src/scan.js"
SERIOUS: Final = frozenset({"HIGH", "SYNTAX", "MEDIUM", "HIGH_MAYBE", "MEDIUM_MAYBE"})
"""What the evaluator holds, or may hold, against a policy; below is what would be nicer still."""
ACCEPTED: Final = ("MEDIUM_MAYBE", "script-src", "'self'")
"""It matters where a site serves what visitors upload, or wraps data in scripts. Ours does neither:
it serves its own few files and nothing else, so a script of ours is all that can come from it."""
SECONDS: Final = 60


@dataclass(frozen=True)
class Score:
    """What the Observatory says: points, a grade, and the names of the tests that failed."""

    points: int
    grade: str
    failed: tuple[str, ...]


def score(address: str, certificate: Path) -> Score:
    """Return the Observatory's score of an https address, whose authority is ``certificate``.

    Raises:
        CantJudge: The tools can't be had here.
    """
    told = _node(SCAN, address.removeprefix("https://"), trusting=certificate)
    assert "error" not in told, told
    failed = (name for name, test in told["tests"].items() if not test["pass"])
    return Score(told["scan"]["score"], told["scan"]["grade"], tuple(failed))


def findings(policy: str) -> list[dict[str, str]]:
    """Return what the evaluator says about a Content-Security-Policy.

    Raises:
        CantJudge: The tools can't be had here.
    """
    found: list[dict[str, str]] = _node("policy.mjs", policy)
    return found


def held_against(policy: str) -> list[dict[str, str]]:
    """Return what of it is serious, and not accepted."""
    return [
        each
        for each in findings(policy)
        if each["severity"] in SERIOUS
        and (each["severity"], each["directive"], each["value"]) != ACCEPTED
    ]


def _node(script: str, word: str, trusting: Path | None = None) -> Any:
    environment = {**os.environ, "NO_PROXY": "localhost", "no_proxy": "localhost"}
    if trusting:
        environment["NODE_EXTRA_CA_CERTS"] = str(trusting)
    done = subprocess.run(
        ["node", script, word],
        cwd=install(),
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    assert done.stdout, done.stderr
    return json.loads(done.stdout)
