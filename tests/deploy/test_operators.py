"""docs/operators.md: what it tells to copy and to run is there."""

from __future__ import annotations

import re

from bot.cli import COMMANDS
from bot.settings import ROOT, Settings

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


def test_what_the_steps_and_the_backup_run_is_installed() -> None:
    [first] = re.findall(r"^\| 1 \| `(.+?)`", TEXT, flags=re.M)

    for name in ("git", "curl", "sqlite3", "certbot", "nftables", "systemd-timesyncd"):
        assert name in first.split()


def test_whoever_changes_the_firewall_is_told_to_load_it() -> None:
    parts = [each for each in TEXT.split("\n## ") if "/etc/nftables.conf" in each]

    assert len(parts) > 3
    for part in parts:
        assert re.search(r"reload (apparmor )?nftables|enable --now nftables|podman", part), part


def test_an_update_starts_every_service_anew() -> None:
    [part] = [each for each in TEXT.split("\n## ") if each.startswith("Updates")]
    restarted = " ".join(re.findall(r"^systemctl (?:try-)?restart (.+)$", part, flags=re.M))

    always = {f"quietline-{name}" for name in ("pages", "assistant", "site", "staff")}
    assert {*restarted.split()} == always


def test_the_shown_values_need_no_quotes() -> None:
    assert not re.search(r"QUIETLINE_\w+=[\"'](?!\$)", TEXT)


def test_a_tunnel_leads_to_the_staffs_pages_and_nowhere_else() -> None:
    port = f"127.0.0.1:{Settings().staff_port}"

    assert f'restrict,port-forwarding,permitopen="{port}" ' in TEXT
    assert f"ssh -N -L {Settings().staff_port}:{port} " in TEXT
    assert f"http://localhost:{Settings().staff_port}/invitation" in TEXT


def test_every_page_that_is_named_is_there() -> None:
    assert [
        name for name in re.findall(r"docs/[\w-]+\.md", TEXT) if not (ROOT / name).exists()
    ] == []


def test_every_command_that_is_named_is_there() -> None:
    named = re.findall(r"(?:^|`|bin/)quietline ([a-z]+)(?= |`)", TEXT, flags=re.M)

    assert {"staff", "statistics"} <= {*named} <= {*COMMANDS}
