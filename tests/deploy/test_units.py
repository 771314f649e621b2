"""deploy/systemd and deploy/host: every process in a sandbox, and nothing that writes a log."""

from __future__ import annotations

import re
import shutil
import subprocess
from configparser import ConfigParser
from dataclasses import fields
from pathlib import Path

import pytest

from bot.cli import COMMANDS
from bot.settings import ROOT, Settings
from tests.deploy.units import FOLDER, SANDBOX, read_unit, services

DEPLOY = ROOT / "deploy"
MOST_EXPOSED = "20"  # systemd-analyze counts in tenths: 2.0 of 10
KEYS = {"QUIETLINE_STAFF_KEY"}
"""Read by the staff's pages from the environment alone, because it is a secret and no setting."""
PUBLISHED = "/var/lib/quietline-published"
NEEDS = ("site", "assistant", "pages", "staff", "release")


def places(path: Path) -> dict[str, str]:
    """Return what a unit and the drop-in of all set in the environment."""
    return dict(each.split("=", 1) for each in " ".join(read_unit(path)["Environment"]).split())


names = pytest.mark.parametrize("path", services(), ids=lambda path: path.stem)


def test_there_is_a_unit_for_every_process() -> None:
    assert {path.stem.removeprefix("quietline-") for path in services()} == {*NEEDS}


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="this machine has no systemd")
@names
def test_systemd_finds_every_unit_hard_to_break_out_of(path: Path) -> None:
    asked = ["systemd-analyze", "security", "--offline=true", f"--threshold={MOST_EXPOSED}"]

    done = subprocess.run([*asked, str(path)], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout[-200:] + done.stderr
    assert "Overall exposure level" in done.stdout


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="this machine has no systemd")
def test_systemd_knows_every_setting(tmp_path: Path) -> None:
    files = sorted(path for end in ("service", "timer", "path") for path in FOLDER.glob(f"*.{end}"))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *map(str, files)],
        capture_output=True,
        text=True,
        check=False,
    )
    # On a machine without Quietline its program is missing; that is all that may be said of ours.
    ours = [line for line in done.stderr.splitlines() if "quietline" in line]

    assert [line for line in ours if "is not executable" not in line] == []


@names
def test_memory_never_reaches_a_disk(path: Path) -> None:
    unit = read_unit(path)

    assert unit["LimitCORE"] == ["0"]
    assert unit["MemorySwapMax"] == ["0"]


@names
def test_a_unit_writes_where_its_state_lies_and_nowhere_else(path: Path) -> None:
    unit = read_unit(path)

    assert unit["ProtectSystem"] == ["strict"]
    assert {"LogsDirectory", "CacheDirectory"}.isdisjoint(unit)
    shared = [f"-{PUBLISHED}"] if path.stem == "quietline-staff" else []
    assert unit.get("ReadWritePaths", []) == shared
    if path.stem == "quietline-assistant":  # it has conversations, so it has no place to put them
        assert "StateDirectory" not in unit
        assert "-/var/lib/quietline" in " ".join(unit["InaccessiblePaths"])


@names
def test_who_needs_no_network_has_none(path: Path) -> None:
    unit = read_unit(path)

    assert unit["IPAddressDeny"] == ["any"]
    if path.stem in ("quietline-site", "quietline-staff"):
        assert unit["IPAddressAllow"] == ["localhost"]
    else:
        assert unit["PrivateNetwork"] == ["yes"]
        assert unit["RestrictAddressFamilies"] == ["AF_UNIX"]
        assert "IPAddressAllow" not in unit


@names
def test_one_process_cannot_read_the_memory_of_another(path: Path) -> None:
    unit = read_unit(path)

    assert unit["PrivateUsers"] == ["yes"]  # site and assistant are the same user
    assert unit["ProtectProc"] == ["invisible"]
    assert "process_vm_readv" in " ".join(unit["SystemCallFilter"])
    # ONNX Runtime reads what the processor can do in /proc/cpuinfo, to answer and to train.
    needs_processor = path.stem in ("quietline-assistant", "quietline-staff")
    assert ("ProcSubset" in unit) is not needs_processor


@names
def test_what_the_staff_publish_lies_where_every_unit_finds_and_reads_it(path: Path) -> None:
    unit = read_unit(path)
    values = places(path)

    for name in ("QUIETLINE_BUNDLES", "QUIETLINE_MODELS", "QUIETLINE_BUNDLE_KEY"):
        assert values[name].startswith(f"{PUBLISHED}/")
        assert not [
            closed for closed in " ".join(unit["InaccessiblePaths"]).split()
            if Path(values[name]).is_relative_to(closed.removeprefix("-"))
        ]  # fmt: skip


def test_drafts_lie_where_nobody_but_the_staffs_pages_looks() -> None:
    path = FOLDER / "quietline-staff.service"
    unit, values = read_unit(path), places(path)

    assert unit["StateDirectory"] == ["quietline-staff"]
    assert unit["StateDirectoryMode"] == ["0700"]
    for name in ("QUIETLINE_STUDIO", "QUIETLINE_STUDIO_DATABASE"):
        assert "/var/lib/quietline-staff/" in values[name]


def test_a_training_has_memory_enough_and_gives_way_to_the_site() -> None:
    staff, site = (read_unit(FOLDER / f"quietline-{name}.service") for name in ("staff", "site"))

    assert staff["MemoryMax"] == ["2G"]
    assert int(staff["CPUWeight"][0]) < int(site["CPUWeight"][0])
    assert int(staff["OOMScoreAdjust"][0]) > int(site["OOMScoreAdjust"][0])


@names
def test_what_a_unit_sets_is_a_setting(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    known = {f"QUIETLINE_{field.name.upper()}" for field in fields(Settings)}

    assert {*re.findall(r"QUIETLINE_[A-Z_]+", text)} - KEYS <= known


def test_every_file_of_a_deployment_sets_only_settings() -> None:
    known = {f"QUIETLINE_{field.name.upper()}" for field in fields(Settings)} | KEYS
    for path in (path for path in DEPLOY.rglob("*") if path.is_file()):
        found = {*re.findall(r"QUIETLINE_[A-Z_]+", path.read_text(encoding="utf-8"))}
        assert found <= known, path


@names
def test_a_unit_starts_a_command_that_there_is(path: Path) -> None:
    (started,) = read_unit(path)["ExecStart"]
    program, command, *_ = started.split()

    assert program == "/opt/quietline/.venv/bin/quietline"
    assert command in COMMANDS


def test_the_services_that_visitors_need_always_start_again() -> None:
    for name in ("site", "assistant"):
        unit = read_unit(FOLDER / f"quietline-{name}.service")
        assert unit["Restart"] == ["always"]
        assert unit["StartLimitIntervalSec"] == ["0"]  # and nobody ever gives up


def test_systemd_keeps_the_assistant_and_the_site_keeps_itself() -> None:
    site, assistant = (
        read_unit(FOLDER / f"quietline-{name}.service")["ExecStart"][0]
        for name in ("site", "assistant")
    )
    assert site.endswith("/quietline site")
    assert assistant.endswith("/quietline assistant --once")


def test_site_and_assistant_meet_at_one_socket() -> None:
    sockets = {
        value
        for name in ("site", "assistant")
        for value in " ".join(
            read_unit(FOLDER / f"quietline-{name}.service")["Environment"]
        ).split()
        if value.startswith("QUIETLINE_SOCKET=")
    }

    assert sockets == {"QUIETLINE_SOCKET=/run/quietline/assistant.sock"}


def test_nothing_switches_on_a_log() -> None:
    for path in (path for path in DEPLOY.rglob("*") if path.is_file()):
        text = "\n".join(
            line for line in path.read_text(encoding="utf-8").splitlines()
            if not line.lstrip().startswith("#")
        )  # fmt: skip
        # A switch that our processes, uvicorn, Rasa or Python would obey.
        assert not re.search(
            r"(?i)log[_-]?level|--debug|--verbose|access[_-]log (?!off)|PYTHONVERBOSE"
            r"|PYTHONASYNCIODEBUG|DEBUG=|SENTRY|TELEMETRY|logrotate|syslog\b(?!=no)|\blog prefix\b",
            text.replace("ForwardToSyslog=no", ""),
        ), path


@pytest.mark.parametrize("path", ["systemd/journald@quietline.conf", "host/journald.conf"])
def test_journals_are_in_memory_only(path: str) -> None:
    journal = ConfigParser()
    journal.read(DEPLOY / path)

    assert journal["Journal"]["Storage"] == "volatile"
    assert journal["Journal"]["ForwardToSyslog"] == "no"


def test_our_own_lines_go_to_the_journal_in_memory_and_nothing_else_goes_anywhere() -> None:
    unit = read_unit(SANDBOX)

    assert unit["StandardOutput"] == ["null"]
    assert unit["StandardError"] == ["journal"]
    assert unit["LogNamespace"] == ["quietline"]
    assert (FOLDER / "journald@quietline.conf").exists()


@pytest.mark.parametrize("name", ["nginx.service.d", "tor@default.service.d"])
def test_what_stands_before_the_site_leaves_no_memory_on_disk_either(name: str) -> None:
    unit = read_unit(FOLDER / name / "quietline.conf")

    assert unit["LimitCORE"] == unit["MemorySwapMax"] == ["0"]
    assert unit["StandardOutput"] == unit["StandardError"] == ["null"]


def test_the_kernel_writes_no_core_file() -> None:
    text = (DEPLOY / "host" / "sysctl.conf").read_text(encoding="utf-8")
    lines = dict(re.findall(r"^([\w.]+) = (.+)$", text, flags=re.M))

    assert lines["kernel.core_pattern"] == "|/bin/false"
    assert lines["fs.suid_dumpable"] == "0"


def test_the_firewall_lets_out_nothing_of_ours_and_logs_nothing() -> None:
    text = (DEPLOY / "host" / "nftables.conf").read_text(encoding="utf-8")

    assert text.count("policy drop;") == 3
    assert 'meta skuid { "quietline", "quietline-staff" } drop' in text
    assert not re.search(r"^[^#]*\blog\b", text, flags=re.M)


def test_no_flood_keeps_neighbours_or_the_operator_out() -> None:
    text = (DEPLOY / "host" / "nftables.conf").read_text(encoding="utf-8")
    lines = [line.strip() for line in text.splitlines()]
    [limited] = [line for line in lines if "limit rate" in line]
    [neighbours] = [line for line in lines if line.startswith("icmpv6 type")]

    assert "icmp" in limited
    assert lines.index(neighbours) < lines.index(limited)
    for name in ("nd-router-advert", "nd-neighbor-solicit", "nd-neighbor-advert"):
        assert name in neighbours
    assert neighbours.endswith("ip6 hoplimit 255 accept")  # nobody farther away can send that
    assert "tcp dport 22 accept" in lines


def test_the_way_to_a_container_is_shut_until_somebody_wants_it() -> None:
    text = (DEPLOY / "host" / "nftables.conf").read_text(encoding="utf-8")
    output = text.partition("chain output")[2]

    assert re.findall(r"^ *(.*) tcp dport 8080 accept$", output, flags=re.M) == [
        '#oifname { "podman*", "br-*" }'
    ]


def test_help_pages_are_written_however_often_the_site_starts() -> None:
    site, pages = (read_unit(FOLDER / f"quietline-{name}.service") for name in ("site", "pages"))

    assert site["Wants"] == ["quietline-pages.service"]
    assert pages["StartLimitIntervalSec"] == ["0"]


def test_the_file_of_settings_has_a_line_for_whoever_finds_a_weakness() -> None:
    text = (FOLDER / "quietline.env").read_text(encoding="utf-8")

    assert re.search(r"^#QUIETLINE_SECURITY_CONTACT=mailto:", text, flags=re.M)


def test_commands_by_hand_use_the_places_of_the_services() -> None:
    script = (DEPLOY / "host" / "quietline").read_text(encoding="utf-8")
    script = script.replace("$state", "/var/lib/quietline")
    for name in ("release", "staff"):
        for value in " ".join(
            read_unit(FOLDER / f"quietline-{name}.service")["Environment"]
        ).split():
            if "sqlite" in value:
                assert value.split("=", 1)[1] in script, value


def test_commands_by_hand_publish_where_the_units_read() -> None:
    script = (DEPLOY / "host" / "quietline").read_text(encoding="utf-8")
    script = script.replace("$published", PUBLISHED)

    for name, value in places(FOLDER / "quietline-staff.service").items():
        if re.fullmatch("QUIETLINE_(STUDIO|BUNDLES|MODELS|BUNDLE_KEY)", name):
            assert re.search(rf'\b{name}="?{value}', script)


def test_deployment_files_name_places_of_a_server() -> None:
    for path in (path for path in DEPLOY.rglob("*") if path.is_file()):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"/home/|/tmp/[a-z]", text), path
