"""bot.safety.evaluation: the sets are read strictly, and every share knows its interval."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BrokenContent
from bot.safety.evaluation import Item, Share, read_items
from bot.safety.topics import Topic


def written(folder: Path, items: str) -> Path:
    path = folder / "xx.yml"
    path.write_text(f"locale: xx\nitems:\n{items}", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (1, 29, 0.0061, 0.1718),
        (0, 20, 0.0, 0.1611),
        (20, 20, 0.8389, 1.0),
    ],
)
def test_the_interval_is_wilsons_as_published(hits: int, of: int, low: float, high: float) -> None:
    assert Share(hits, of).interval == pytest.approx((low, high), abs=5e-5)


def test_nothing_measured_says_nothing() -> None:
    assert Share(0, 0).interval == (0.0, 1.0)
    assert Share(0, 0).value == 0.0


@given(st.lists(st.booleans()))
def test_a_share_lies_within_its_interval_and_both_within_0_and_1(hits: list[bool]) -> None:
    share = Share.counted(hits)
    low, high = share.interval

    assert 0 <= low <= share.value <= high <= 1


def test_an_item_is_read_with_its_topics_in_order_and_its_mark(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "- {text: one, topics: [survivor, under_18]}\n"
        "- {text: two, topics: [out_of_scope], about_children: true}\n",
    )

    assert read_items(path) == (
        Item("one", (Topic.SURVIVOR, Topic.UNDER_18)),
        Item("two", (Topic.OUT_OF_SCOPE,), about_children=True),
    )


@pytest.mark.parametrize(
    "broken",
    [
        "{text: one}",
        "{text: '', topics: [survivor]}",
        "{text: one, topics: []}",
        "{text: one, topics: [gardening]}",
        "{text: one, topics: [survivor], about_children: true}",
        "{text: one, topics: [out_of_scope], about_children: perhaps}",
    ],
)
def test_a_broken_item_is_refused_with_its_file(broken: str, tmp_path: Path) -> None:
    with pytest.raises(BrokenContent, match=r"xx\.yml"):
        read_items(written(tmp_path, f"- {broken}\n"))
