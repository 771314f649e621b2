"""deploy/container: the same walls as the units, where containers have them.

Read, not built: that needs a registry of images, and podman with rights on the machine.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from bot.cli import COMMANDS
from bot.settings import ROOT

FOLDER = ROOT / "deploy" / "container"
INSTRUCTION = re.compile(
    r"^(FROM|RUN|COPY|ADD|USER|ENTRYPOINT|WORKDIR|ENV|EXPOSE|VOLUME|ARG) (.+)$", re.M
)


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return dict(yaml.safe_load((FOLDER / "compose.yaml").read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def instructions() -> list[tuple[str, str]]:
    text = (FOLDER / "Containerfile").read_text(encoding="utf-8")
    return [(each[0], each[1]) for each in INSTRUCTION.findall(text)]


def test_the_image_runs_as_nobody_in_particular(instructions: list[tuple[str, str]]) -> None:
    last = len(instructions) - 1 - [name for name, _ in reversed(instructions)].index("FROM")
    final = instructions[last:]

    assert ("USER", "10001:10001") in final
    assert [value for name, value in final if name == "COPY"] == [
        "--from=build --chown=0:0 /opt/quietline /opt/quietline"  # of root, so not to be changed
    ]
    assert "HISTFILE=/dev/null" in dict(final)["ENV"]


def test_only_named_files_get_in_and_packages_only_by_hash(
    instructions: list[tuple[str, str]],
) -> None:
    copied = [value for name, value in instructions if name == "COPY"]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    installing = [line for line in makefile.splitlines() if "pip sync" in line]

    assert not [value for value in copied if value.split()[0] in (".", "./")]
    assert "ADD" not in {name for name, _ in instructions}
    assert [value for name, value in instructions if name == "RUN" and "make setup" in value]
    assert [line for line in installing if "requirements.lock" in line]
    assert [line for line in installing if "--require-hashes" not in line] == []


def test_what_is_copied_is_there(instructions: list[tuple[str, str]]) -> None:
    for name, value in instructions:
        if name == "COPY" and not value.startswith("--from"):
            assert [each for each in value.split()[:-1] if not any(ROOT.glob(each))] == []


@pytest.mark.parametrize("name", ["site", "assistant", "pages", "release"])
def test_every_container_is_read_only_without_rights_logs_or_swap(
    compose: dict[str, Any], name: str
) -> None:
    service = compose["services"][name]

    assert service["read_only"] is True
    assert service["user"] == "10001:10001"
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["logging"] == {"driver": "none"}
    assert service["ulimits"].items() >= {"core": 0}.items()
    assert service["mem_limit"] == service["memswap_limit"]
    assert all(each.startswith("/tmp:rw,noexec,nosuid,nodev") for each in service["tmpfs"])
    assert "privileged" not in service
    assert service["command"][0] in COMMANDS


def test_only_the_site_has_a_network_and_that_one_leads_nowhere(compose: dict[str, Any]) -> None:
    on_a_network = {name for name, each in compose["services"].items()
                    if each.get("network_mode") != "none"}  # fmt: skip

    assert on_a_network == {"site"}
    assert compose["services"]["site"]["ports"] == ["127.0.0.1:8080:8080"]
    assert compose["networks"]["front"]["driver_opts"] == {
        "com.docker.network.bridge.enable_ip_masquerade": "false"
    }


def test_site_and_assistant_share_a_socket_in_memory_and_nothing_else(
    compose: dict[str, Any],
) -> None:
    site, assistant = compose["services"]["site"], compose["services"]["assistant"]

    assert {*site["volumes"]} & {*assistant["volumes"]} == {"socket:/run/quietline"}
    assert len(assistant["volumes"]) == 1
    assert compose["volumes"]["socket"]["driver_opts"]["type"] == "tmpfs"
    assert site["environment"]["QUIETLINE_SOCKET"] == assistant["environment"]["QUIETLINE_SOCKET"]
