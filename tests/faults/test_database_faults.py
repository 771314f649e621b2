"""Whatever happens to the database of the counters, help stands, and no count is made up."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from bot.conversation.content import Content
from tests.faults.breaking import FAULTS, Disk, can_be_read_only, small_disk
from tests.faults.helping import danger_gets_its_card, pages_stand
from tests.faults.running import Browser, Line, Running, free_port, start, wait_until
from tests.faults.visits import Visits, counted

pytestmark = pytest.mark.slow

BATCH_SECONDS = 1.5  # longer than counts stay in memory here


@pytest.fixture(scope="module")
def broken(
    assistant: tuple[Running, Line], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Disk, Visits, Running]]:
    """A site in front of the real assistant whose counters lie on a disk of their own."""
    folder: Path = tmp_path_factory.mktemp("database")
    visits = Visits(Browser(f"http://127.0.0.1:{(port := free_port())}"))
    with small_disk(folder / "disk") as is_mounted:
        settings = {
            "port": str(port),
            "socket": str(assistant[1].socket),
            "flush_seconds": "1",
            "database": f"sqlite:///{folder / 'disk' / 'statistics.sqlite'}",
        }
        running = start(folder, "site", "--once", **settings)
        try:
            wait_until(visits.browser.is_up, running)
            writer = psutil.Process(running.process.pid)
            yield Disk(folder / "disk", is_mounted, writer), visits, running
        finally:
            running.stop()


@pytest.mark.parametrize("fault", FAULTS)
def test_help_stands_and_counts_go_on_when_it_is_over(
    broken: tuple[Disk, Visits, Running],
    assistant: tuple[Running, Line],
    content: Content,
    fault: str,
) -> None:
    disk, visits, running = broken
    if fault == "read-only" and not can_be_read_only(disk):
        pytest.skip("root writes whatever the mode says, and no disk can be mounted here")
    see_that_it_counts(disk, visits, running)

    with FAULTS[fault](disk):
        until = time.monotonic() + 2 * BATCH_SECONDS
        while time.monotonic() < until:
            visits.look()
            visits.talk()
            pages_stand(visits.browser)
            danger_gets_its_card(visits.browser, content, locales=("en",), is_alone=False)
            time.sleep(0.1)

    see_that_it_counts(disk, visits, running)
    assert running.printed() == ""
    assert visits.damage(running.folder, disk.database) == []
    assert visits.asked.traces(assistant[0].folder) == []


def see_that_it_counts(disk: Disk, visits: Visits, running: Running) -> None:
    """Wait until another first page and conversation are counted, and no more than came."""
    before = counted(disk.database)
    visits.look()
    visits.talk()

    def both_are_counted() -> bool:
        after = counted(disk.database)
        return all(before[table] < after[table] for table in ("showing", "locale"))

    wait_until(both_are_counted, running, seconds=30)
    assert visits.asked.overcounted(counted(disk.database)) == []
