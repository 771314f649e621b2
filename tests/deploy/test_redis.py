"""deploy/redis in a real Redis: it keeps nothing, and our user may do only what we need."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import NoPermissionError

from bot.errors import StateUnavailable
from bot.settings import read
from bot.storage.sealed_redis import SharedStore
from tests.deploy.units import FOLDER, read_unit
from tests.faults.running import free_port
from tests.observatory.tls import authority
from tests.redis_server import SHIPPED, Server, running_redis

FORBIDDEN = (
    "MONITOR",
    "KEYS *",
    "SCAN 0",
    "RANDOMKEY",
    "CONFIG SET save 60",
    "CONFIG REWRITE",
    "SAVE",
    "BGSAVE",
    "BGREWRITEAOF",
    "REPLICAOF 127.0.0.1 6379",
    "SYNC",
    "DUMP quietline:row:x",
    "OBJECT IDLETIME quietline:row:x",
    "PERSIST quietline:row:x",
    "EVAL return 0",
    "CLIENT LIST",
    "SLOWLOG GET",
    "ACL LIST",
    "INFO",
    "FLUSHALL",
    "SUBSCRIBE x",
    "GET another",
    "SET another x",
)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running_redis() as server:
        yield server


@pytest.mark.slow
@pytest.mark.parametrize("command", FORBIDDEN)
def test_the_products_user_may_do_nothing_else(server: Server, command: str) -> None:
    with Redis.from_url(server.url, protocol=2) as ours, pytest.raises(NoPermissionError):
        ours.execute_command(*command.split())


@pytest.mark.slow
def test_nobody_else_reaches_its_socket(server: Server) -> None:
    mode = (server.folder / "quietline.sock").stat().st_mode

    assert stat.S_IMODE(mode) == 0o700


@pytest.mark.slow
async def test_when_it_ends_it_leaves_nothing_behind() -> None:
    with running_redis() as server:
        store = SharedStore(server.url, 60, 60)
        await store.put(await store.handle(bytes(32)), b"state")
        await store.close()
        assert len(server.names()) == 2
        assert server.process
        server.process.terminate()
        server.process.wait(20)

        assert {path.name for path in server.folder.iterdir()} == {"printed", "redis.conf"}
        assert "quietline:" not in (server.folder / "printed").read_text()


@pytest.mark.slow
async def test_nodes_on_other_machines_reach_it_through_tls_as_its_lines_say(
    tmp_path: Path,
) -> None:
    authority(tmp_path)
    root, leaf, port = tmp_path / "root.pem", tmp_path / "leaf.pem", free_port()
    offered = re.findall(r"^#(tls-.+)$", SHIPPED.read_text("utf-8"), flags=re.M)
    places = {
        "/etc/quietline/node.pem": leaf,
        "/etc/quietline/node.key": leaf,
        "/etc/quietline/ca.pem": root,
        "6380": port,
    }
    lines = [_replaced(line, places) for line in offered]
    assert len(lines) == 5
    with running_redis(*lines):
        address = f"rediss://localhost:{port}/0?ssl_ca_certs={root}"
        known = f"{address}&ssl_certfile={leaf}&ssl_keyfile={leaf}"
        store = SharedStore(read({"QUIETLINE_STATE_URL": known}).state_url, 60, 60)
        await store.put(await store.handle(bytes(32)), b"state")

        assert await store.get(await store.handle(bytes(32))) == b"state"
        await store.close()
        stranger = SharedStore(address, 60, 60)
        with pytest.raises(StateUnavailable):
            await stranger.check()
        await stranger.close()


def _replaced(line: str, places: dict[str, object]) -> str:
    for old, new in places.items():
        line = line.replace(old, str(new))
    return line


def test_its_unit_belongs_to_the_assistants_user_and_its_memory_never_reaches_a_disk() -> None:
    unit = read_unit(FOLDER / "redis-server.service.d" / "quietline.conf")

    assert unit["LimitCORE"] == unit["MemorySwapMax"] == ["0"]
    assert unit["StandardOutput"] == unit["StandardError"] == ["null"]
    assert unit["User"] == read_unit(FOLDER / "quietline-assistant.service")["User"]
    assert unit["RuntimeDirectoryMode"] == ["0700"]
    assert "/etc/quietline/redis.conf" in unit["ExecStart"][-1]
    assert unit["ReadWritePaths"][-1] == "/run/redis"


def test_its_file_says_all_that_the_product_insists_on() -> None:
    lines = SHIPPED.read_text("utf-8").splitlines()

    for line in (
        'save ""',
        "appendonly no",
        "slowlog-log-slower-than -1",
        "maxmemory-policy volatile-ttl",
        "crash-log-enabled no",
        "port 0",
    ):
        assert lines.count(line) == 1
