"""bot.web.charts: what is drawn, as numbers, and the SVG that is made of them."""

from __future__ import annotations

import functools
import itertools
import math
import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Template

from bot.web.charts import MOST, Row, bars, round_numbers, series
from bot.web.public.pages import read_templates
from tests.web.reading import Attributes

CUT = 20
WORDS = {
    "what": "What",
    "number": "Number",
    "interval": "Between",
    "hidden": "Hatched: not shown.",
    "same": "The table has the same.",
    "write": str,
}
PRINTED = st.characters(categories=("L", "N", "P", "S", "Zs"))
numbers = st.integers(min_value=4, max_value=4_000).map(lambda fives: 5 * fives)
rows = st.builds(
    lambda label, number, is_partial: a_row(number, label, is_partial),
    st.text(PRINTED, max_size=120),
    st.none() | numbers,
    st.booleans(),
)


def a_row(number: int | None, label: str = "German", is_partial: bool = False) -> Row:
    shown = "fewer than 20" if number is None else f"{number}{' or more' if is_partial else ''}"
    return Row(label, shown, number, 14, is_partial and number is not None)


def drawn(macro: str, chart: object, title: str = "Languages") -> ET.Element:
    """Return the SVG; that it parses as XML is more than a browser needs."""
    return ET.fromstring(template(macro).render(chart=chart, words=WORDS, title=title))


@functools.cache
def template(macro: str) -> Template:
    imported = "{% from 'charts.html' import bars, series %}"
    return read_templates().from_string(f"{imported}{{{{ {macro}('x', title, chart, words) }}}}")


def texts(svg: ET.Element) -> str:
    return " ".join(" ".join(svg.itertext()).split())


@given(st.lists(rows, min_size=1, max_size=30), st.booleans())
def test_everything_that_is_drawn_lies_inside_the_chart(made: list[Row], mirrored: bool) -> None:
    chart = bars(made, CUT, is_mirrored=mirrored)
    line = series(made, CUT, str, is_mirrored=mirrored)

    for bar in chart.bars:
        for across in (bar.x, bar.x + bar.width, bar.low, bar.high, bar.missing_x, bar.said):
            assert -0.01 <= across <= 100.01
        assert 0 <= bar.y < chart.height
    for point in line.points:
        assert 0 <= point.x <= 100
        assert point.stub_y >= 0
        assert all(0 <= down <= line.height for down in (point.y, point.low, point.high))


@given(st.lists(rows, min_size=1, max_size=30))
def test_lengths_are_in_proportion_to_the_numbers(made: list[Row]) -> None:
    chart = bars(made, CUT)
    shown = [bar for bar in chart.bars if bar.row.number]

    for one, other in itertools.pairwise(shown):
        ratio = (one.row.number or 0) / (other.row.number or 1)
        assert math.isclose(one.width, other.width * ratio, abs_tol=0.02 * max(1, ratio))


@given(st.lists(rows, min_size=1, max_size=30))
def test_a_mirrored_chart_is_the_same_chart_seen_in_a_mirror(made: list[Row]) -> None:
    plain, mirrored = bars(made, CUT), bars(made, CUT, is_mirrored=True)

    for one, other in zip(plain.bars, mirrored.bars, strict=True):
        assert math.isclose(one.x + one.width + other.x, 100, abs_tol=0.02)
        assert math.isclose(one.high + other.high, 100, abs_tol=0.02)
        assert math.isclose(one.said + other.said, 100, abs_tol=0.02)


@given(st.lists(rows, min_size=1, max_size=12), st.booleans())
def test_what_is_suppressed_is_hatched_and_never_a_bar_or_a_point(
    made: list[Row], mirrored: bool
) -> None:
    shown = sum(row.number is not None for row in made)
    hatched = sum(row.number is None or row.is_partial for row in made)

    for macro, mark, chart in (
        ("bars", "length", bars(made, CUT, is_mirrored=mirrored)),
        ("series", "point", series(made, CUT, str, is_mirrored=mirrored)),
    ):
        svg = drawn(macro, chart)
        marks = [one.get("class") for one in svg.iter()]
        assert marks.count(mark) == shown
        assert marks.count("hidden") == hatched
        fills = {one.get("fill") for one in svg.iter() if one.get("class") == "hidden"}
        assert fills <= {"url(#x-hatch)"}


def test_a_hidden_number_is_drawn_up_to_the_cut_and_looks_small() -> None:
    (hidden,) = bars([a_row(None)], CUT).bars
    (point,) = series([a_row(None)], CUT, str).points

    assert (hidden.width, hidden.missing) == (0, MOST / 5)
    assert math.isclose(point.stub_y + point.stub_height, point.y, abs_tol=0.02)


def test_a_partial_number_has_a_hatched_end_and_no_whisker() -> None:
    svg = drawn("bars", bars([a_row(100, is_partial=True)], CUT))

    marks = [one.get("class") for one in svg.iter()]
    assert marks.count("length") == marks.count("hidden") == 1
    assert "whisker" not in marks


def test_a_line_joins_only_numbers_that_are_shown() -> None:
    made = [a_row(number) for number in (50, 60, None, 70, 80)]

    joins = series(made, CUT, str).joins

    assert [(one.row.number, two.row.number) for one, two in joins] == [(50, 60), (70, 80)]


def test_a_series_without_any_week_is_an_empty_chart() -> None:
    assert series([], CUT, str).points == ()


def test_a_chart_is_named_described_and_holds_its_words_as_text() -> None:
    svg = drawn("bars", bars([a_row(125), a_row(None)], CUT))

    assert svg.get("role") == "img"
    assert svg.get("aria-labelledby") == "x-title"
    assert svg.get("aria-describedby") == "x-desc"
    assert svg.find("title") is not None
    assert "Languages The table has the same. Hatched: not shown." in texts(svg)
    assert "German 125 German fewer than 20" in texts(svg)


def test_a_chart_needs_no_style_attribute_and_no_script() -> None:
    svg = drawn("bars", bars([a_row(125), a_row(None)], CUT))

    names = {name for _, name, _ in Attributes(ET.tostring(svg, encoding="unicode")).found}
    assert not [name for name in names if name == "style" or name.startswith("on")]
    assert not list(svg.iter("script"))


def test_words_that_look_like_markup_stay_words() -> None:
    svg = drawn("bars", bars([a_row(125, "<script>&\"'")], CUT))

    assert "<script>&\"'" in texts(svg)


def test_a_long_label_runs_over_lines_and_loses_no_word() -> None:
    label = "Being ready to talk to someone, before and after a text that was read to its end"

    (bar,) = bars([a_row(125, label)], CUT).bars

    assert len(bar.lines) > 1
    assert " ".join(line.text for line in bar.lines) == label


@pytest.mark.parametrize(
    ("highest", "expected"),
    [(100, (50, 100)), (114, (50, 100)), (1_250, (500, 1_000)), (480, (200, 400)), (5, (2, 4))],
)
def test_a_scale_has_round_numbers(highest: int, expected: tuple[int, ...]) -> None:
    assert round_numbers(highest) == expected


@given(st.integers(min_value=5, max_value=1_000_000))
def test_a_scale_has_two_to_five_numbers(highest: int) -> None:
    found = round_numbers(highest)

    assert 2 <= len(found) <= 5
    assert found[-1] <= highest
    assert re.fullmatch(r"[125]0*", str(found[0]))
