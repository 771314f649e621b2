"""Programs of Debian that the product stands behind: found, or fetched without installing them."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

import pytest

from bot.settings import ROOT

FOLDER: Final = ROOT / ".build" / "debian"
SECONDS: Final = 120


def program(name: str, *more: str) -> str:
    """Return where ``name`` is: on this machine, or unpacked from Debian's package of that name.

    Skips the test, with the reason, where it is neither there nor to be had.

    Args:
        name: The program and its package.
        more: Packages that it needs and that are unpacked beside it.
    """
    if found := shutil.which(name, path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin"):
        return found
    fetched = FOLDER / name
    if not fetched.is_dir():
        _fetch(name, fetched, more)
    binary = next(path for path in fetched.glob(f"usr/*bin/{name}"))
    if "not found" in _printed("ldd", str(binary), with_libraries=libraries(str(binary))):
        pytest.skip(f"{name} was fetched, and this machine lacks libraries that it needs")
    return str(binary)


def libraries(binary: str) -> dict[str, str]:
    """Return what an environment needs so that ``binary`` finds the libraries beside it."""
    beside = Path(binary).parent.parent.glob("lib/*-linux-gnu*")
    return {"LD_LIBRARY_PATH": ":".join(map(str, beside))} if FOLDER in Path(binary).parents else {}


def _fetch(name: str, folder: Path, more: tuple[str, ...]) -> None:
    if not shutil.which("apt-get"):
        pytest.skip(f"{name} is not installed, and this machine has no packages of Debian")
    packages = folder.with_name(f"{name}-package")
    packages.mkdir(parents=True, exist_ok=True)
    wanted = (name, *more)
    _printed("apt-get", "download", *wanted, folder=packages)
    found = [max(packages.glob(f"{each}_*.deb"), default=None) for each in wanted]
    if None in found:
        pytest.skip(f"{name} is not installed, and Debian's archive can't be reached")
    for package in found:
        _printed("dpkg", "-x", str(package), str(packages / "unpacked"))
    (packages / "unpacked").rename(folder)  # whole or not at all


def _printed(
    *command: str, folder: Path = ROOT, with_libraries: Mapping[str, str] = MappingProxyType({})
) -> str:
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **with_libraries},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    return done.stdout
