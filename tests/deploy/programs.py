"""Programs of Debian that the product stands behind: found, or fetched without installing them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

from bot.settings import ROOT

FOLDER: Final = ROOT / ".build" / "debian"
SECONDS: Final = 120


def program(name: str) -> str:
    """Return where ``name`` is: on this machine, or unpacked from Debian's package of that name.

    Skips the test, with the reason, where it is neither there nor to be had.
    """
    if found := shutil.which(name, path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin"):
        return found
    fetched = FOLDER / name
    if not fetched.is_dir():
        _fetch(name, fetched)
    binary = next(path for path in fetched.glob(f"usr/*bin/{name}"))
    if "not found" in _printed("ldd", str(binary)):
        pytest.skip(f"{name} was fetched, and this machine lacks libraries that it needs")
    return str(binary)


def _fetch(name: str, folder: Path) -> None:
    if not shutil.which("apt-get"):
        pytest.skip(f"{name} is not installed, and this machine has no packages of Debian")
    packages = folder.with_name(f"{name}-package")
    packages.mkdir(parents=True, exist_ok=True)
    _printed("apt-get", "download", name, folder=packages)
    found = sorted(packages.glob("*.deb"))
    if not found:
        pytest.skip(f"{name} is not installed, and Debian's archive can't be reached")
    _printed("dpkg", "-x", str(found[-1]), str(packages / "unpacked"))
    (packages / "unpacked").rename(folder)  # whole or not at all


def _printed(*command: str, folder: Path = ROOT) -> str:
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    return done.stdout
