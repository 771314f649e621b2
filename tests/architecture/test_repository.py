"""What is in the repository: its own product, and nothing of the machine that it was made on."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from bot.settings import ROOT

# In parts, so that this file isn't a find of its own.
MACHINE = re.compile(
    "|".join(
        [
            "/wo" + r"rk/",
            "/ro" + r"ot/",
            "/ho" + r"me/[a-z]",
            "/Us" + r"ers/[a-zA-Z]",
            r"[Cc]:\\" + "Users",
            "files.python" + "hosted",
            "pypi" + r"\.org",
            "registry" + r"\.npmjs",
            "--extra-index" + "-url",
            "index-url" + r"[ =]h",
            "arti" + "factory",
        ]
    )
)
TOP = {
    "README.md", "config.yml", "domain.yml", "endpoints.yml", "credentials.yml", "pyproject.toml",
    "requirements.lock", "Makefile", "Procfile", "data", "content", "locales", "bot", "actions",
    "tests", "docs",
}  # fmt: skip


def tracked() -> list[Path]:
    """Return what a commit would hold, whether or not it was made already."""
    done = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.skip("this is no git checkout")
    return [ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


def text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def test_no_file_names_a_path_of_a_machine_or_a_package_registry() -> None:
    found = {path: match for path in tracked() if (match := MACHINE.search(text_of(path)))}

    assert found == {}


def test_nothing_that_was_made_is_tracked() -> None:
    made = {".mo", ".pyc", ".gz", ".sqlite", ".sock", ".log"}

    assert [path for path in tracked() if path.suffix in made] == []


def test_what_the_design_puts_at_the_top_is_there() -> None:
    assert {name for name in TOP if not (ROOT / name).exists()} == set()


def test_every_lock_carries_hashes() -> None:
    for path in ROOT.glob("requirements*.lock"):
        text = path.read_text(encoding="utf-8")
        assert text.count("==") <= text.count("--hash=sha256:"), path.name
