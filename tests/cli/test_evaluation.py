"""quietline evaluate, as far as it needs no model: which sets, which table, which files."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.cli.evaluation import misjudged, read_sets, table, write_report
from bot.cli.plots import plot
from bot.cli.recognition_report import bounds, report
from bot.safety.figures import Measured, Name, measure
from bot.safety.topics import PRECEDENCE, Topic
from tests.judging import Pair, heard, item, not_understood, right

SMALL = 60_000  # bytes of a picture


def pairs() -> list[Pair]:
    """Return a set in which every topic is right once, and four texts are misjudged."""
    missed = item("suicide_risk", text="half-said | with *signs* <b>")
    alarm = item("out_of_scope", text="pancakes for the children", about_children=True)
    return [
        *(right(topic, "route" if topic == "imminent_risk" else "ask") for topic in PRECEDENCE),
        (missed, not_understood()),
        (alarm, heard("out_of_scope", "ask", 0.4, asks="imminent_risk")),
        (item("self_help", text="a plan"), heard("ask_privacy", confidence=0.7)),
        (item("self_help", text="an exercise"), heard("ask_privacy", confidence=0.8)),
    ]


@pytest.fixture(scope="module")
def measured() -> list[Measured]:
    return [measure("en", pairs()), measure("ar", pairs())]


def a_set(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / f"{name}.yml").write_text("items: [{text: a text, topics: [survivor]}]")
    return folder


def test_every_set_is_read_in_the_order_of_locales_whether_offered_or_not(tmp_path: Path) -> None:
    assert list(read_sets(a_set(tmp_path, "ar", "xx", "fi", "en"))) == ["en", "fi", "ar", "xx"]


def test_one_locale_can_be_asked_for(tmp_path: Path) -> None:
    assert list(read_sets(a_set(tmp_path, "en", "fi"), "fi")) == ["fi"]


def test_a_locale_without_a_set_is_refused_before_anything_is_loaded() -> None:
    done = CliRunner().invoke(main, ["evaluate", "--locale", "xx"])

    assert done.exit_code == 2
    assert "xx has no evaluation set; there are: en de fr" in done.output


def test_the_page_is_never_written_for_one_locale_alone() -> None:
    done = CliRunner().invoke(main, ["evaluate", "--locale", "de", "--write"])

    assert done.exit_code == 2
    assert "leave --locale out" in done.output


def test_the_table_prints_shares_counts_and_intervals_and_marks_what_misses_its_target(
    measured: list[Measured],
) -> None:
    lines = list(table(measured))
    shares, counts, intervals = (line.split() for line in lines[3:6])

    assert shares == ["en", "0.842*", "0.857*", "1.000", "0.500*", "0.000", "0.833*", "1.000*"]
    assert counts == ["16/19", "6/7", "1/1", "1/2", "0/12", "10/12", "1/1"]
    assert intervals[0] == "0.62-0.94"
    assert max(map(len, lines)) <= 110


def test_the_table_prints_the_targets(measured: list[Measured]) -> None:
    lines = list(table(measured))

    assert "  others asked: <= 0.10" in lines
    assert "  topic right: >= 0.90; >= 0.80 without training examples (ar, ro, sv, tr, uk)" in lines


def test_nothing_measured_is_no_share() -> None:
    lines = list(table([measure("en", [right("self_help")])]))

    assert lines[3].split() == ["en", "1.000", "none", "none", "none", "0.000", "0.000", "none"]


def test_misjudged_texts_are_printed_the_worst_first(measured: list[Measured]) -> None:
    first, *lines = misjudged(measured[0])

    assert first.strip() == "en: 4 of 19 misjudged"
    assert [line.split(":")[0].strip() for line in lines] == [
        "not caught", "false alarm", "wrong topic", "wrong topic",
    ]  # fmt: skip
    assert lines[0].endswith(
        "suicide_risk heard as not understood (0.10): half-said | with *signs* <b>"
    )


def test_the_page_has_a_chapter_for_every_locale_in_the_same_shape(
    measured: list[Measured],
) -> None:
    headings = [line for line in report(measured).splitlines() if line.startswith("#")]
    chapters = [
        [f"## {tag}", *(f"### {tag}: {part}" for part in
                        ("topics", "confusion", "calibration", "worst misses"))]
        for tag in ("en", "ar")
    ]  # fmt: skip

    assert headings == [
        "# How well messages are understood",
        "## What is measured",
        "## Targets",
        "## All locales",
        "## How to read the tables",
        *chapters[0],
        *chapters[1],
    ]


def test_every_table_of_the_page_is_as_wide_in_each_row(measured: list[Measured]) -> None:
    tables = [block for block in report(measured).split("\n\n") if "|---|" in block]
    widths = [
        {row.count("|") for row in block.splitlines() if row.startswith("|")} for block in tables
    ]

    assert [len(width) for width in widths] == [1] * (2 + 4 * len(measured))


def test_the_page_names_every_topic_every_figure_and_every_target(measured: list[Measured]) -> None:
    page = report(measured)

    assert all(page.count(f" {topic} |") >= 4 for topic in Topic)
    assert all(f"| {name} | " in page for name in Name)
    assert all(bounds(name) in page for name in Name)


def test_a_share_that_misses_its_target_is_bold(measured: list[Measured]) -> None:
    page = report(measured)

    assert "| suicide_risk caught | **0.500 (1/2, 0.09–0.91)** | >= 1.00 | no |" in page
    assert "| imminent_risk caught | 1.000 (1/1, 0.21–1.00) | >= 1.00 | yes |" in page


def test_the_signs_of_a_text_are_shown_as_they_are(measured: list[Measured]) -> None:
    assert r"half-said \| with \*signs\* \<b\>" in report(measured)


def test_the_page_shows_every_danger_missed_but_not_every_wrong_topic() -> None:
    wrong = [(item("self_help"), heard("ask_privacy"))] * 40
    missed = [(item("survivor"), not_understood())] * 20
    page = report([measure("en", wrong + missed)])

    assert page.count("* **not caught**") == 20
    assert page.count("* **wrong topic**") == 12
    assert "* … and 28 more wrong topics, less sure." in page


def test_a_set_without_a_mistake_says_so() -> None:
    assert "None in this set." in report([measure("en", [right("self_help")])])


def test_writing_twice_leaves_no_difference(measured: list[Measured], tmp_path: Path) -> None:
    write_report(tmp_path, measured)
    first = {path: path.read_bytes() for path in sorted(tmp_path.rglob("*.*"))}
    write_report(tmp_path, measured)

    assert {path.name for path in first} == {"recognition.md", "en.svg", "ar.svg"}
    assert {path: path.read_bytes() for path in first} == first


def test_the_page_shows_the_pictures_that_are_written(
    measured: list[Measured], tmp_path: Path
) -> None:
    write_report(tmp_path, measured)
    page = (tmp_path / "recognition.md").read_text(encoding="utf-8")

    for path in (tmp_path / "recognition").iterdir():
        assert f"](recognition/{path.name})" in page


def test_a_picture_is_small_undated_and_its_words_are_text(measured: list[Measured]) -> None:
    drawn = plot(measured[0])

    assert len(drawn.encode()) < SMALL
    assert "dc:date" not in drawn
    assert all(f">{topic} (" in drawn for topic in Topic)


def test_a_picture_of_nothing_can_be_drawn() -> None:
    assert plot(measure("en", [])).startswith("<?xml")
