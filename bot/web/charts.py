"""What a chart shows, as plain values; the SVG is made of them in templates/charts.html.

Across, everything is in percent of the chart's width, from where its language begins to read; down,
in em of its font. An SVG without a view box takes both, so a chart fits any window and its words
stay as large as the reader wants them.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

LABEL: Final = 34  # characters of a label in a line; as many fit into 280 pixels
LINE, BAR, GAP = 1.35, 1.1, 0.75  # em
MOST: Final = 60  # percent of the width for the longest bar; the rest is for its number
LEAST_STUBS: Final = 5
"""A chart reaches to at least so many times the cut, or a hidden number would look large."""
PLOT, ABOVE, BELOW = 9.0, 1.6, 1.8  # em: height of a time series, and of the words around it
SCALE: Final = 14  # percent of the width for the numbers of the scale
STUB: Final = 0.6  # of the width that a period has
FEWEST_MARKED: Final = 2
FINE: Final = 20  # periods, from which on points are small


@dataclass(frozen=True)
class Row:
    """One released number: a line of a table, and a bar or point beside it.

    Attributes:
        label: What was counted, or when.
        shown: The number in words: with signs of the language, or why it is not shown.
        number: Conversations, or None where it is suppressed.
        margin: Half the width of the interval that holds the true number 95 times in 100.
        is_partial: Something suppressed is missing from it, so that it is a lower bound.
    """

    label: str
    shown: str
    number: int | None
    margin: int = 0
    is_partial: bool = False

    @property
    def low(self) -> int:
        """Return the lower end of the interval; there are no conversations below zero."""
        return max(0, (self.number or 0) - self.margin)

    @property
    def high(self) -> int:
        """Return the upper end of the interval; of a partial number there is none to be told."""
        return (self.number or 0) + self.margin


@dataclass(frozen=True)
class Line:
    """A line of a label; ``y`` is its baseline."""

    text: str
    y: float


@dataclass(frozen=True)
class Bar:
    """One row as a bar: ``x`` to ``x + width``; its whisker from ``low`` to ``high``.

    Attributes:
        y: The bar's upper edge.
        missing_x: Where the hatched part begins that stands for what is suppressed.
        missing: Its width; zero where nothing is missing.
        said: Where the number is written.
    """

    row: Row
    lines: tuple[Line, ...]
    y: float
    x: float
    width: float
    low: float
    high: float
    missing_x: float
    missing: float
    said: float

    @property
    def middle(self) -> float:
        """Return the height of the whisker."""
        return round(self.y + BAR / 2, 2)


@dataclass(frozen=True)
class Bars:
    """Bars from top to bottom."""

    bars: tuple[Bar, ...]
    height: float
    is_mirrored: bool


@dataclass(frozen=True)
class Point:
    """One period of a time series, in the middle of its slot, with a whisker from low to high.

    What is suppressed has no point; a hatched stub stands for it, or for the part that is missing.

    Attributes:
        stub_x: Where the stub begins.
        stub_y: Its upper edge.
        stub: Its width; zero where nothing is missing.
        stub_height: As far down as it reaches.
    """

    row: Row
    x: float
    y: float
    low: float
    high: float
    stub_x: float
    stub_y: float
    stub: float
    stub_height: float


@dataclass(frozen=True)
class Tick:
    """A line across at a round number."""

    y: float
    shown: str


@dataclass(frozen=True)
class Series:
    """Periods in order, with the pieces of line between those next to each other.

    Attributes:
        base: The height of zero.
        start: Where the numbers of the scale stand.
        first: Where the words for the first period do.
        last: Where those for the last one do.
    """

    points: tuple[Point, ...]
    joins: tuple[tuple[Point, Point], ...]
    ticks: tuple[Tick, ...]
    base: float
    height: float
    start: float
    first: float
    last: float
    is_fine: bool


def bars(rows: Sequence[Row], cut: int, *, is_mirrored: bool = False) -> Bars:
    """Return ``rows`` as bars on one scale; mirrored for languages from right to left.

    ``cut`` is the number under which nothing is shown: the length of what is hatched.
    """
    highest = _highest(rows, cut)
    made, y = [], 0.0
    for row in rows:
        made.append(_bar(row, y, cut, highest, is_mirrored))
        y = made[-1].y + BAR + GAP
    return Bars(tuple(made), round(y, 2), is_mirrored)


def series(
    rows: Sequence[Row], cut: int, number: Callable[[int], str], *, is_mirrored: bool = False
) -> Series:
    """Return ``rows``, one a period and in order, as points over time.

    ``number`` writes the round numbers of the scale.
    """
    highest = _highest(rows, cut)
    points = tuple(
        _point(row, place, len(rows), cut, highest, is_mirrored) for place, row in enumerate(rows)
    )
    joins = tuple(pair for pair in pairwise(points) if all(_is_shown(one.row) for one in pair))
    ticks = tuple(Tick(_down(value, highest), number(value)) for value in round_numbers(highest))
    start, first, last = (_from_start(at, 0, is_mirrored) for at in (0, SCALE, 100))
    height = ABOVE + PLOT + BELOW
    base = _down(0, highest)
    return Series(points, joins, ticks, base, height, start, first, last, len(rows) > FINE)


def round_numbers(highest: int) -> tuple[int, ...]:
    """Return two to five round numbers up to ``highest``, which is at least 5."""
    power = 10 ** int(math.log10(highest / FEWEST_MARKED))
    step = max(n * power for n in (1, 2, 5) if n * power * FEWEST_MARKED <= highest)
    return tuple(range(step, highest + 1, step))


def _highest(rows: Sequence[Row], cut: int) -> int:
    return max([LEAST_STUBS * cut, *(row.high + (cut if row.is_partial else 0) for row in rows)])


def _bar(row: Row, top: float, cut: int, highest: int, is_mirrored: bool) -> Bar:
    def across(value: int) -> float:
        return round(value / highest * MOST, 2)

    texts = textwrap.wrap(row.label, LABEL) or [""]
    lines = tuple(Line(text, round(top + 1 + at * LINE, 2)) for at, text in enumerate(texts))
    width = across(row.number or 0)
    missing = across(cut) if row.number is None or row.is_partial else 0.0
    end = max(width + missing, across(row.high) if row.number is not None else 0)
    return Bar(
        row=row,
        lines=lines,
        y=round(top + len(texts) * LINE, 2),
        x=_from_start(0, width, is_mirrored),
        width=width,
        low=_from_start(across(row.low), 0, is_mirrored),
        high=_from_start(across(row.high), 0, is_mirrored),
        missing_x=_from_start(width, missing, is_mirrored),
        missing=missing,
        said=_from_start(end, 0, is_mirrored),
    )


def _point(row: Row, place: int, places: int, cut: int, highest: int, is_mirrored: bool) -> Point:
    slot = (100 - SCALE) / places
    begin = SCALE + place * slot
    stub = round(slot * STUB, 2) if row.number is None or row.is_partial else 0.0
    number = row.number or 0
    return Point(
        row=row,
        x=_from_start(begin + slot / 2, 0, is_mirrored),
        y=_down(number, highest),
        low=_down(row.low, highest),
        high=_down(row.high, highest),
        stub_x=_from_start(begin + (1 - STUB) / 2 * slot, stub, is_mirrored),
        stub_y=_down(number + cut, highest),
        stub=stub,
        stub_height=round(PLOT * cut / highest, 2) if stub else 0.0,
    )


def _is_shown(row: Row) -> bool:
    return row.number is not None


def _from_start(begin: float, width: float, is_mirrored: bool) -> float:
    """Return the left edge of what begins at ``begin`` and is ``width`` wide."""
    return round(100 - begin - width if is_mirrored else begin, 2)


def _down(value: int, highest: int) -> float:
    return round(ABOVE + PLOT * (1 - value / highest), 2)
