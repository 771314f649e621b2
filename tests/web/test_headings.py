"""Headings go down one level at a time on every page, so that a screen reader can walk them."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from starlette.testclient import TestClient

from tests.builders import content

PAGES = ["/", "/help", "/about", "/privacy", "/library", "/directory", "/card?service=emergency"]
READ = [
    *(f"module.{slug}" for slug in content().shelf.modules),
    *(f"exercise.{slug}" for slug in content().shelf.exercises),
]
CHOICES = ["topic.suicide_risk", "module.urges", "exercise.urge_timer", "exercise.grounding"]
HEADING = re.compile(r"<h([1-6])\b")


def skipped(page: str) -> list[tuple[int, int]]:
    """Return each pair of headings in ``page`` between which a level was left out."""
    levels = [0, *map(int, HEADING.findall(page))]
    return [(above, below) for above, below in pairwise(levels) if below > above + 1]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_leaves_out_no_level(client: TestClient, path: str) -> None:
    assert skipped(client.get(path).text) == []


@pytest.mark.parametrize("choice", READ)
def test_a_page_to_read_leaves_out_no_level(client: TestClient, choice: str) -> None:
    page = client.post("/read", data={"choice": choice, "locale": "en"}).text

    assert "<h1" in page
    assert skipped(page) == []


@pytest.mark.parametrize("choice", CHOICES)
def test_a_turn_leaves_out_no_level(client: TestClient, choice: str) -> None:
    page = client.post("/", data={"choice": choice, "locale": "en", "country": "GB"}).text

    assert skipped(page) == []


def test_a_level_that_is_left_out_would_be_seen() -> None:
    assert skipped("<h1>a</h1><h2>b</h2><h4>c</h4><h2>d</h2>") == [(2, 4)]
