"""deploy/onion: the onion service bears an attack, and remembers nothing."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from bot.settings import ROOT
from tests.deploy.nginx_file import FOLDER as NGINX
from tests.deploy.programs import program

TORRC = ROOT / "deploy" / "onion" / "torrc"


@pytest.fixture
def torrc() -> dict[str, str]:
    lines = TORRC.read_text(encoding="utf-8").splitlines()
    pairs = [line.split(" ", 1) for line in lines if line and not line.startswith("#")]
    assert len({name for name, _ in pairs}) == len(pairs)
    return dict(pairs)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HiddenServicePoWDefensesEnabled", "1"),  # off by default
        ("HiddenServiceEnableIntroDoSDefense", "1"),  # off by default
        ("HiddenServiceMaxStreams", "50"),  # unlimited by default
        ("HiddenServiceMaxStreamsCloseCircuit", "1"),
        ("HiddenServiceExportCircuitID", "none"),  # else requests of one visitor could be joined
        ("HiddenServiceVersion", "3"),
        ("SafeLogging", "1"),
        ("Log", "err file /dev/null"),
        ("HeartbeatPeriod", "0"),  # else figures about traffic are logged
        ("SocksPort", "0"),  # on by default, and a way out
    ],
)
def test_it_defends_itself_and_says_nothing(torrc: dict[str, str], name: str, value: str) -> None:
    assert torrc[name] == value


def test_a_queue_is_no_longer_than_a_small_machine_can_serve(torrc: dict[str, str]) -> None:
    assert int(torrc["HiddenServicePoWQueueRate"]) <= 30
    assert int(torrc["HiddenServicePoWQueueBurst"]) <= 300


def test_tor_and_nginx_meet_at_one_socket(torrc: dict[str, str]) -> None:
    port, target = torrc["HiddenServicePort"].split()
    nginx = (NGINX / "quietline" / "onion.conf").read_text(encoding="utf-8")
    allowed = (TORRC.parent / "apparmor").read_text(encoding="utf-8")

    assert port == "80"
    assert f"listen {target}" in nginx
    assert target.removeprefix("unix:") + " rw," in allowed


@pytest.mark.slow
def test_tor_takes_the_file(tmp_path: Path) -> None:
    folder = tmp_path / "service"
    text = TORRC.read_text(encoding="utf-8").replace("/var/lib/tor/quietline", str(folder))
    (tmp_path / "torrc").write_text(text)
    asked = [
        program("tor"),
        "--verify-config",
        "-f",
        str(tmp_path / "torrc"),
        "--DataDirectory",
        str(tmp_path),
    ]

    done = subprocess.run(asked, capture_output=True, text=True, timeout=60, check=False)

    assert "Configuration was valid" in done.stdout, done.stdout
