"""Bring the tools that judge headers: locked by hash, and outside of the product."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

from bot.settings import ROOT

HERE: Final = Path(__file__).parent
FOLDER: Final = ROOT / "build" / "observatory"
FILES: Final = ("package.json", "package-lock.json", "policy.mjs")
PRELOADED: Final = "node_modules/@mdn/mdn-http-observatory/conf/hsts-preload.json"
"""The list of names that browsers know for TLS; its script would fetch it, and ours isn't on it."""
DONE: Final = "installed.json"
SECONDS: Final = 500
NO_NETWORK: Final = re.compile(
    r"code (E?NOTFOUND|EAI_AGAIN|ECONN\w+|E?TIMEDOUT|ERR_SOCKET_TIMEOUT|ENETUNREACH|E[45]\d\d)\b"
)


class CantJudge(Exception):
    """The tools can't be had here; the message says why."""


def install() -> Path:
    """Return the folder with the tools; bring them once.

    Raises:
        CantJudge: There is no npm, or it reaches no registry.
    """
    lock = (HERE / "package-lock.json").read_bytes()
    done = FOLDER / DONE
    if not shutil.which("npm"):
        raise CantJudge("npm isn't installed, and it brings the tools that judge headers.")
    if not (done.exists() and done.read_bytes() == lock):
        _bring()
        done.write_bytes(lock)
    shutil.copy(HERE / "policy.mjs", FOLDER)
    return FOLDER


def _bring() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        shutil.copy(HERE / name, FOLDER)
    # Without scripts: those of the Observatory fetch lists from the internet.
    asked = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    brought = subprocess.run(
        asked, cwd=FOLDER, capture_output=True, text=True, check=False, timeout=SECONDS
    )
    if brought.returncode and NO_NETWORK.search(brought.stderr):
        raise CantJudge("npm reaches no package registry, and that has the tools.")
    assert not brought.returncode, re.findall(r"code \w+", brought.stderr)
    preloaded = FOLDER / PRELOADED
    preloaded.parent.mkdir(exist_ok=True)
    preloaded.write_text("{}", "utf-8")
