"""deploy/host/quietline: a command by hand gets the settings that its unit gets."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from bot.languages.extraction import compile_catalogs
from bot.settings import ROOT, read

SCRIPT = ROOT / "deploy" / "host" / "quietline"
AS_THE_USER = 'exec runuser -u "$user" -- /opt/quietline/.venv/bin/quietline "$@"'
LINES = """\
# QUIETLINE_TITLE=not this one
QUIETLINE_TITLE='A "neutral" name = this'
QUIETLINE_EMBED="https://partner.example https://www.partner.example"
QUIETLINE_EXIT_URL=https://www.example.org/?a="b"
QUIETLINE_SECURITY_CONTACT=""
PATH=/nowhere
"""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Return what a command would find, were the script's places in a folder of the test."""
    text = SCRIPT.read_text(encoding="utf-8")
    for old, new in {
        "/etc/quietline/": f"{tmp_path}/",
        "cd /opt/quietline": f"cd {tmp_path}",
        AS_THE_USER: "exec env -0",
    }.items():
        assert old in text
        text = text.replace(old, new)
    (tmp_path / "quietline.env").write_text(LINES)
    done = subprocess.run(
        ["sh", "-c", text, "quietline", "statistics"],
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(each.split("=", 1) for each in done.stdout.split("\0") if each)


def test_quotes_around_a_value_go_and_others_stay_as_systemd_has_it(
    environment: dict[str, str],
) -> None:
    assert environment["QUIETLINE_EMBED"] == "https://partner.example https://www.partner.example"
    assert environment["QUIETLINE_TITLE"] == 'A "neutral" name = this'
    assert environment["QUIETLINE_EXIT_URL"] == 'https://www.example.org/?a="b"'
    assert environment["QUIETLINE_SECURITY_CONTACT"] == ""
    assert environment["PATH"] == os.environ["PATH"]


def test_the_product_takes_two_addresses_that_stand_in_quotes(environment: dict[str, str]) -> None:
    chosen = read({"QUIETLINE_EMBED": environment["QUIETLINE_EMBED"]})

    assert len(chosen.embed.split()) == 2


def test_who_may_only_read_the_checkout_can_ask_for_its_compiled_words(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "locales" / "de", tmp_path / "de")
    compile_catalogs(tmp_path, ["de"])
    compiled = sorted(tmp_path.rglob("*.mo"))
    for path in compiled:
        os.utime(path, (0, 0))

    compile_catalogs(tmp_path, ["de"])

    assert compiled
    assert [path for path in compiled if path.stat().st_mtime] == []
