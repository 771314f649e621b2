"""Whatever happens to the file of kept progress, help stands, and what was kept is there after."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from bot.conversation.content import Content
from tests.faults.breaking import FAULTS, Disk, can_be_read_only, small_disk
from tests.faults.helping import pages_stand
from tests.faults.running import Line, Running, free_port, start, wait_until
from tests.faults.visits import Asked, Watched
from tests.seizure.marks import WORD

pytestmark = pytest.mark.slow

NAME = "progress.sqlite"
KEPT = "module.urges"
FAULT_SECONDS = 3.0
PAUSE_SECONDS = 1.1  # numbers of all visitors together have a pace
FIELD = re.compile(r'name="(number|asked|ticket)" value="([^"]*)"')


@dataclass(frozen=True)
class Keeping:
    """Somebody who keeps progress, the file that it lies in, and the pages that they got."""

    visitor: Watched
    disk: Disk
    running: Running
    said: list[str] = field(default_factory=list)

    def keep(self) -> str:
        """Keep a module, with a mark beside it; return the number."""
        form = {"kept": KEPT, "note": WORD}
        fields = dict(FIELD.findall(self._step("make", **form)))
        number, first = fields["number"], 4 * int(fields["asked"])
        self.visitor.asked.tokens.add(number)
        self._step("confirm", typed=number[first : first + 4], **form, **fields)
        return number

    def has(self, number: str) -> bool:
        """Tell whether ``number`` opens what was kept; there is help on the page in any case."""
        time.sleep(PAUSE_SECONDS)
        return f'value="{KEPT}" autocomplete="off" checked' in self._step("open", number=number)

    def _step(self, step: str, **form: str) -> str:
        answer = self.visitor.post("/progress", step=step, **form)
        assert answer.status_code in {200, 503}
        assert 'href="tel:999"' in answer.text
        self.said.append(html.unescape(answer.text))
        return answer.text


@pytest.fixture(scope="module")
def keeping(
    assistant: tuple[Running, Line], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Keeping]:
    """A site that keeps progress on a disk of its own."""
    folder: Path = tmp_path_factory.mktemp("progress")
    visitor = Watched(f"http://127.0.0.1:{(port := free_port())}", Asked())
    with small_disk(folder / "disk") as is_mounted:
        settings = {
            "port": str(port),
            "socket": str(assistant[1].socket),
            "resume": "on",
            "progress_database": f"sqlite:///{folder / 'disk' / NAME}",
        }
        running = start(folder, "site", "--once", **settings)
        try:
            wait_until(visitor.is_up, running)
            writer = psutil.Process(running.process.pid)
            yield Keeping(visitor, Disk(folder / "disk", is_mounted, writer, NAME), running)
        finally:
            running.stop()


@pytest.mark.parametrize("fault", FAULTS)
def test_help_stands_and_a_number_opens_what_was_kept_when_it_is_over(
    keeping: Keeping, content: Content, fault: str
) -> None:
    if fault == "read-only" and not can_be_read_only(keeping.disk):
        pytest.skip("root writes whatever the mode says, and no disk can be mounted here")
    number = keeping.keep()
    assert keeping.has(number)

    keeping.said.clear()
    with FAULTS[fault](keeping.disk):
        until = time.monotonic() + FAULT_SECONDS
        while time.monotonic() < until:
            keeping.has(number)
            keeping.keep()
            pages_stand(keeping.visitor)
    unavailable = content.words.text("en", "progress.unavailable").split("\n")[0]
    assert any(unavailable in page for page in keeping.said), "nothing came of the fault"

    wait_until(lambda: keeping.has(number), keeping.running, seconds=30)
    again = keeping.keep()
    assert keeping.has(again)
    assert keeping.visitor.asked.traces(keeping.running.folder) == []
