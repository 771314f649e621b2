"""Find the browser that the tests use, or bring it: Debian's Chromium, else Playwright's own."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import sync_playwright

MISSING = "The browser tests need Chromium; install it (on Debian: apt install chromium)."


class NoBrowser(Exception):
    """There is no browser that starts."""

    def __init__(self) -> None:
        super().__init__(MISSING)


def browser_path() -> str:
    """Return the browser that the tests start.

    Raises:
        NoBrowser: There is none; the message says what to install.
    """
    for path in (shutil.which("chromium"), _playwrights_own()):
        if path and _succeeds((path, "--version")):
            return path
    raise NoBrowser


def install() -> str:
    """Return a browser that works; bring one when there is none yet (see browser_path)."""
    for way in _ways():
        if all(_succeeds(command) for command in way):
            with contextlib.suppress(NoBrowser):
                return browser_path()
    raise NoBrowser


def _ways() -> tuple[tuple[tuple[str, ...], ...], ...]:
    """Return the ways to have a browser, each a row of commands; the first is to have one."""
    own = (sys.executable, "-m", "playwright", "install", "chromium")
    apt = ("apt-get", "-q", "-y", "-o", "DPkg::Lock::Timeout=120")
    become = _becoming_root()
    if become is None or not shutil.which("apt-get"):
        return ((), (own,))
    install = (*become, *apt, "install", "--no-install-recommends", "chromium")
    return ((), (install,), ((*become, *apt, "update"), install), (own,))


def _becoming_root() -> tuple[str, ...] | None:
    """Return what to put before a command so that root runs it, or None when we may not."""
    if os.geteuid() == 0:
        return ()
    may = shutil.which("sudo") and _succeeds(("sudo", "-n", "true"))
    return ("sudo", "-n") if may else None


def _playwrights_own() -> str:
    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return str(path) if path.exists() else ""


def _succeeds(command: Sequence[str]) -> bool:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, check=False, timeout=900
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def main() -> int:
    """Say in one line what there is, or what to install."""
    try:
        print(f"The browser of the tests is {install()}.")
    except NoBrowser as missing:
        print(missing, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
