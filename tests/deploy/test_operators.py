"""docs/operators.md: what it tells to copy and to run is there."""

from __future__ import annotations

import re

from bot.cli import COMMANDS
from bot.settings import ROOT

TEXT = (ROOT / "docs" / "operators.md").read_text(encoding="utf-8")
SOURCES = re.compile(r"(?<![\w/.])(?:deploy/)?((?:host|systemd|nginx|onion|container)/[\w.@*/-]*)")


def test_every_file_that_is_copied_is_there() -> None:
    named = {each.rstrip(".") for each in SOURCES.findall(TEXT)}

    assert len(named) > 8
    assert [each for each in named if not list((ROOT / "deploy").glob(each.rstrip("/")))] == []


def test_every_file_of_a_deployment_is_mentioned() -> None:
    deploy = ROOT / "deploy"
    for path in (path for path in deploy.rglob("*") if path.is_file()):
        parts = path.relative_to(deploy).parts
        names = {"/".join(parts), parts[0] + "/", parts[0] + "/quietline-*", parts[0] + "/*"}
        assert any(name in TEXT for name in names), path


def test_every_page_that_is_named_is_there() -> None:
    assert [
        name for name in re.findall(r"docs/[\w-]+\.md", TEXT) if not (ROOT / name).exists()
    ] == []


def test_every_command_that_is_named_is_there() -> None:
    named = re.findall(r"(?:^|`|bin/)quietline ([a-z]+)(?= |`)", TEXT, flags=re.M)

    assert {"staff", "statistics"} <= {*named} <= {*COMMANDS}
