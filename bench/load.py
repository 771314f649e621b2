"""``python -m bench.load``: is help there while the chat is flooded, and does memory stay flat?

One run: help is asked for on a quiet site, and again while others flood the chat as fast as they
are answered. All of it stays on this machine's loopback interface.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import multiprocessing
import os
import secrets
import sys
import time
import urllib.parse
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import cycle
from multiprocessing.sharedctypes import Synchronized
from statistics import median, quantiles
from typing import Any, Final

import psutil

from bench import sides
from bench.processes import MEGABYTE, end_kindly, note
from bench.talking import PageDoor
from bot.web.connections import room
from tests.proofs.record import Figure, record

CONNECTIONS: Final = 64
NICE: Final = 10  # of the flood: whoever attacks brings a machine of their own; ours is the site's
QUIET_SECONDS: Final = 15.0
PROBES_A_SECOND: Final = 20
PROBE_SECONDS: Final = 5.0  # who waits longer counts as not helped
SAMPLE_SECONDS: Final = 2.0
MOST_MILLISECONDS: Final = 250.0
MOST_GROWTH: Final = 0.05  # of memory, from the second fifth of the flood to its last fifth
PLACES: Final = ("/help?locale=en&country=GB", "/help?locale=de&country=AT", "/help", "/")
WAYS: Final = ("new", "made up", "same", "danger")
"""What the flood does: begin, bring tokens of nobody, hurry in one conversation, tell of danger."""
TEXTS: Final = {"danger": "I want to kill myself"}
TEXT: Final = "I feel ashamed and alone with my thoughts and don't know whom to talk to."
ANSWERS: Final = {(200, True): "answered", (200, False): "asked for proof", (503, False): "held"}
NO_CARD: Final = "danger without a card"
"""What may never come of a message that tells of danger, whatever else is going on."""


@dataclass
class Asked:
    """How often help was asked for, how long each took in milliseconds, and who got none."""

    taken: list[float] = field(default_factory=list)
    failed: int = 0

    @property
    def success(self) -> float:
        """Share of those who got the page."""
        return len(self.taken) / max(1, len(self.taken) + self.failed)

    @property
    def p99(self) -> float:
        """Milliseconds within which 99 of 100 had it."""
        return quantiles(self.taken, n=100)[-1]


@dataclass(frozen=True)
class Measured:
    """What one run found; memory in bytes, in order of time, during the flood."""

    quiet: Asked
    flooded: Asked
    memory: list[int]
    chat: dict[str, int]
    seconds: float
    connections: int


def main() -> int:
    """Measure and print; return 1 if a target was missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.load", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0, help="how long the flood lasts")
    parser.add_argument(
        "--connections", type=int, default=CONNECTIONS, help="how many flood at once"
    )
    options = parser.parse_args()
    end_kindly()
    try:
        measured = measure(options.minutes * 60, options.connections)
        wanted = f"make load MINUTES={options.minutes:g}"
        if options.connections != CONNECTIONS:
            wanted += f" CONNECTIONS={options.connections}"
        held = is_held(measured)
        record("load", wanted, figures(measured), held=held)
        print(table(measured))
    except KeyboardInterrupt:
        note("stopped")
        return 1
    return 0 if held else 1


def measure(seconds: float, connections: int) -> Measured:
    """Start the product, ask for help without and with a flood, and watch the site's memory."""
    note("starting the product ...")
    with sides.ours() as (ours, page, _):
        assert isinstance(page, PageDoor)
        site = _site_of(ours.process)
        note("a quiet site ...")
        quiet, _ = probe(page.port, QUIET_SECONDS, site)
        note(f"a flood of {seconds:.0f} s ...")
        with Flood(page.port, connections) as chat:
            flooded, memory = probe(page.port, seconds, site)
            counted = chat()
    return Measured(quiet, flooded, memory, counted, seconds, connections)


def probe(port: int, seconds: float, site: psutil.Process) -> tuple[Asked, list[int]]:
    """Ask for help again and again, as a new visitor each time; note the site's memory."""
    asked, memory, paths = Asked(), list[int](), cycle(PLACES)
    began = time.monotonic()
    sampled = began
    while (now := time.monotonic()) < began + seconds:
        _ask(port, next(paths), asked)
        if now - sampled >= SAMPLE_SECONDS:
            memory.append(site.memory_full_info().uss)
            sampled = now
        time.sleep(max(0.0, now + 1 / PROBES_A_SECOND - time.monotonic()))
    return asked, memory


def _ask(port: int, path: str, asked: Asked) -> None:
    began = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PROBE_SECONDS)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        is_there = response.status == 200 and b'id="help"' in response.read()
    except (OSError, http.client.HTTPException):
        is_there = False
    finally:
        connection.close()
    if is_there:
        asked.taken.append((time.perf_counter() - began) * 1000)
    else:
        asked.failed += 1


class Flood:
    """A process of its own that floods the chat while the block lasts; it counts the answers."""

    def __init__(self, port: int, connections: int) -> None:
        names = (*ANSWERS.values(), "nothing", NO_CARD)
        fresh = multiprocessing.get_context("spawn")
        self._counts = {name: fresh.Value("q", 0) for name in names}
        self._process = fresh.Process(
            target=flood, args=(port, connections, self._counts), daemon=True
        )

    def __enter__(self) -> Callable[[], dict[str, int]]:
        self._process.start()
        while not any(count.value for count in self._counts.values()):
            time.sleep(0.1)
        return lambda: {name: count.value for name, count in self._counts.items()}

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.join()


def flood(port: int, connections: int, counts: dict[str, Synchronized[int]]) -> None:
    """Flood until this process is ended."""
    room()  # as many files as the site has
    os.nice(NICE)
    asyncio.run(_all(port, connections, counts))


async def _all(port: int, connections: int, counts: dict[str, Synchronized[int]]) -> None:
    ways = cycle(WAYS)
    await asyncio.gather(*(_one(port, next(ways), counts) for _ in range(connections)))


async def _one(port: int, way: str, counts: dict[str, Synchronized[int]]) -> None:
    """Send one message after the other, each over the same connection as long as it holds."""
    bodies = _bodies(way)
    while True:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**20)
            while True:
                writer.write(next(bodies))
                status, page = await _answer(reader)
                kind = ANSWERS.get((status, status == 200 and b'class="turn"' in page), "nothing")
                counts[kind].value += 1
                counts[NO_CARD].value += way == "danger" and b'class="services"' not in page
        except (OSError, asyncio.IncompleteReadError):
            counts["nothing"].value += 1
            await asyncio.sleep(0.05)


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = int(head.split(b"content-length: ")[1].split(b"\r\n")[0])
    return int(head.split(b" ")[1]), await reader.readexactly(length)


def _bodies(way: str) -> Iterator[bytes]:
    same = secrets.token_urlsafe(32)
    while True:
        token = {"made up": secrets.token_urlsafe(32), "same": same}.get(way, "")
        form: dict[str, Any] = {"token": token, "locale": "en", "country": "GB"}
        body = urllib.parse.urlencode(form | {"text": TEXTS.get(way, TEXT)}).encode()
        head = (
            "POST / HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-origin\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        yield head.encode() + body


def _site_of(process: psutil.Process) -> psutil.Process:
    """Return the process that serves the pages itself, not the one that keeps it running."""
    found = [child for child in process.children(recursive=True) if "site" in child.cmdline()]
    return max(found, key=lambda child: float(child.create_time()))


def table(measured: Measured) -> str:
    """Return the figures and the targets."""
    quiet, flooded = measured.quiet, measured.flooded
    rows = [
        _row("help page", "quiet", "flooded"),
        _row("asked", *(f"{len(a.taken) + a.failed}" for a in (quiet, flooded))),
        _row("median (ms)", *(f"{median(a.taken):.1f}" for a in (quiet, flooded))),
        _row("p99 (ms)", *(f"{a.p99:.1f}" for a in (quiet, flooded))),
        _row("slowest (ms)", *(f"{max(a.taken):.1f}" for a in (quiet, flooded))),
        "",
        *(_row(f"chat, {name} (a second)", "", f"{number / measured.seconds:.1f}")
          for name, number in measured.chat.items() if name != NO_CARD),
        "",
        _row("targets", "measured", "at most", "reached"),
        _target("help p99, flooded (ms)", flooded.p99, MOST_MILLISECONDS),
        _target("help pages that failed (%)", 100 * (1 - flooded.success), 0.0),
        _target("chat, danger without a card", measured.chat[NO_CARD], 0.0),
        _target("growth of the site (%)", 100 * growth(measured.memory), 100 * MOST_GROWTH),
    ]  # fmt: skip
    most = max(measured.memory, default=0) / MEGABYTE
    return "\n".join([*rows, _row("site at most (MB)", f"{most:.1f}")])


def figures(measured: Measured) -> dict[str, Figure]:
    """Return what docs/proofs.md says of a run."""
    flooded, most = measured.flooded, max(measured.memory, default=0)
    return {
        "flood (minutes)": round(measured.seconds / 60, 1),
        "connections of the flood": measured.connections,
        "the flood gives way to the site on its cores (nice)": NICE,
        "answers to the flood": sum(measured.chat[name] for name in ANSWERS.values()),
        "answers to danger in it without a card": measured.chat[NO_CARD],
        "help pages asked for": len(flooded.taken) + flooded.failed,
        "help pages that failed": flooded.failed,
        "help page, median, flooded (ms)": round(median(flooded.taken), 1),
        "help page, 99 of 100, flooded (ms)": round(flooded.p99, 1),
        "help page, 99 of 100, quiet (ms)": round(measured.quiet.p99, 1),
        "growth of the site's memory (%)": round(100 * growth(measured.memory), 2),
        "the site's memory at most (MB)": round(most / MEGABYTE, 1),
    }


def is_held(measured: Measured) -> bool:
    """Tell whether every target was reached."""
    flooded = measured.flooded
    in_time = not flooded.failed and flooded.p99 <= MOST_MILLISECONDS
    return in_time and not measured.chat[NO_CARD] and growth(measured.memory) <= MOST_GROWTH


def growth(memory: list[int]) -> float:
    """Return by what share memory grew from the second fifth to the last: first it warms up."""
    fifth = len(memory) // 5
    if not fifth:
        return 0.0
    before, after = median(memory[fifth : 2 * fifth]), median(memory[-fifth:])
    return after / before - 1


def _target(name: str, measured: float, most: float) -> str:
    return _row(name, f"{measured:.2f}", f"{most:.2f}", "yes" if measured <= most else "no")


def _row(name: str, *cells: str) -> str:
    return f"{name:<34}" + "".join(f"{cell:>10}" for cell in cells)


if __name__ == "__main__":
    sys.exit(main())
