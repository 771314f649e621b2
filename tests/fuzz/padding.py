"""Feed bot.web.padding with pages: ``python -m tests.fuzz.padding -max_total_time=60``."""

from __future__ import annotations

import atheris

with atheris.instrument_imports(include=["bot.web"]):
    from bot.web.padding import CLOSE, OPEN, SIZES, pad

from tests.fuzz.running import fuzz

MOST_TIMES = 20_000
LONGEST = SIZES[-1]


def padding_hides_the_length(data: bytes) -> None:
    """Pad a page of any length, up to some times the longest size."""
    given = atheris.FuzzedDataProvider(data)
    times = given.ConsumeIntInRange(1, MOST_TIMES)
    page = given.ConsumeUnicodeNoSurrogates(atheris.ALL_REMAINING)
    page = page * min(times, 4 * LONGEST // max(1, len(page)))

    padded = pad(page)

    assert unpadded(padded) == page
    assert len(padded) == smallest(len(page.encode()) + len(OPEN) + len(CLOSE))


def unpadded(padded: bytes) -> str:
    """Return the page that ``pad`` filled up."""
    assert padded.endswith(CLOSE)
    filled = padded.removesuffix(CLOSE).rstrip(b" ")
    assert filled.endswith(OPEN)
    return filled.removesuffix(OPEN).decode()


def smallest(needed: int) -> int:
    """Return the smallest size that holds ``needed`` bytes, searched for and not calculated."""
    sizes = [*SIZES]
    while sizes[-1] < needed:
        sizes.append(sizes[-1] + LONGEST)
    return min(size for size in sizes if size >= needed)


if __name__ == "__main__":
    fuzz(padding_hides_the_length)
