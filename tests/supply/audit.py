"""``python -m tests.supply.audit``: ask pip-audit which locked packages have known weaknesses.

Those of docs/advisories.yml are known, and left out. It ends with 0 if there are no others, with 1
if there are, and with 3 if nobody answered: that isn't the same as none.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.errors import BotError, NotReady
from bot.settings import ROOT
from tests.proofs.record import record
from tests.supply import snapshot
from tests.supply.advisories import advisories
from tests.supply.lock import LOCK

PIP_AUDIT: Final = ROOT / ".build" / "audit" / "bin" / "pip-audit"
NONE, SOME, NOBODY_ANSWERED = 0, 1, 3
TIMEOUT_SECONDS: Final = 10


@dataclass(frozen=True)
class Answer:
    """What pip-audit answered.

    Attributes:
        audited: How many packages were looked up; None if nobody answered.
        found: A line for each weakness that isn't known yet.
    """

    audited: int | None
    found: tuple[str, ...] = ()

    @property
    def code(self) -> int:
        """What the command ends with."""
        if self.audited is None:
            return NOBODY_ANSWERED
        return SOME if self.found else NONE


def main() -> None:
    """Ask, record what was answered, and print it."""
    parser = argparse.ArgumentParser(prog="python -m tests.supply.audit", description=__doc__)
    parser.add_argument("--snapshot", type=Path, help="a folder of advisories to ask instead")
    folder = parser.parse_args().snapshot
    known = sorted({weakness.id for weakness in advisories().here})
    asked, answer = "a live database", Answer(None)
    with ExitStack() as serving:
        service: tuple[str, ...] = ()
        if folder:
            copy = snapshot.read(folder)
            asked = f"a copy of a database, last changed on {copy.newest}"
            address = serving.enter_context(snapshot.served(copy))
            service = ("--vulnerability-service", "osv", "--osv-url", address)
        answer = ask(LOCK, known, service)
    _record(answer, asked, len(known))
    print(said(answer, asked))
    sys.exit(answer.code)


def ask(lock: Path, known: Iterable[str], service: Sequence[str] = ()) -> Answer:
    """Return what pip-audit says of ``lock``, which must have hashes.

    Raises:
        NotReady: pip-audit isn't installed.
    """
    if not PIP_AUDIT.exists():
        raise NotReady("pip-audit is missing; run: make audit")
    with tempfile.TemporaryDirectory(prefix="audit-") as cache:
        options = ["--strict", "--require-hashes", "--disable-pip", "-r", str(lock), *service]
        form = ["--format", "json", "--desc", "off", "--progress-spinner", "off"]
        limits = ["--cache-dir", cache, "--timeout", str(TIMEOUT_SECONDS)]
        done = subprocess.run(
            [PIP_AUDIT, *options, *form, *limits, *(f"--ignore-vuln={each}" for each in known)],
            capture_output=True,
            text=True,
            env=os.environ | {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"},
            check=False,
        )
    return _answer(done.stdout)


def said(answer: Answer, asked: str) -> str:
    """Return the answer in words."""
    if answer.audited is None:
        return (
            f"Nobody was asked: {asked} gave no answer. This says nothing about weaknesses; "
            "try again where there is a network, or with SNAPSHOT=folder of advisories."
        )
    if answer.found:
        new = "\n".join(answer.found)
        return f"{new}\nMend each, or write into docs/advisories.yml why it can't be used."
    return (
        f"{answer.audited} packages, and no weakness that isn't in docs/advisories.yml ({asked})."
    )


def _answer(printed: str) -> Answer:
    """Read pip-audit's report; without one it stopped, because some package got no answer."""
    try:
        listed = json.loads(printed)["dependencies"]
    except (json.JSONDecodeError, KeyError):
        return Answer(None)
    found = [f"{package['name']} {package['version']}: {' '.join([each['id'], *each['aliases']])}"
             for package in listed for each in package["vulns"]]  # fmt: skip
    return Answer(len(listed), tuple(found))


def _record(answer: Answer, asked: str, known: int) -> None:
    figures: dict[str, int | str] = {
        "asked": asked,
        "packages that got an answer": answer.audited or 0,
        "weaknesses listed with a reason": known,
    }
    if answer.audited is not None:
        figures |= {"others": len(answer.found)}
    record("audit", "make audit", figures, held=answer.code == NONE)


if __name__ == "__main__":
    try:
        main()
    except BotError as error:
        sys.exit(str(error))
