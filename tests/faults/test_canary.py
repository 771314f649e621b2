"""Nothing about a person is kept: a marked visitor goes through everything that can happen, and
afterwards every byte that the product wrote is searched for the marks.

`make seizure` does the same in all languages and with Chromium, and writes docs/seizure.md.
"""

from __future__ import annotations

import pytest

from tests.seizure.page import CLOCK, MOST_SIZES, undone
from tests.seizure.search import SHORT, Findings, search

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def findings(tmp_path_factory: pytest.TempPathFactory) -> Findings:
    return search(tmp_path_factory.mktemp("seized"), SHORT)


def test_the_visit_really_went_through_all_of_it(findings: Findings) -> None:
    assert undone(findings) == []


def test_while_it_runs_no_file_holds_a_word_a_token_or_an_address(findings: Findings) -> None:
    assert findings.while_running == {}


def test_when_it_has_stopped_no_file_holds_one_either(findings: Findings) -> None:
    assert {name: hits for place in findings.places for name, hits in place.hits.items()} == {}


def test_what_was_printed_and_counted_was_searched(findings: Findings) -> None:
    searched = {place.name: place.size for place in findings.places}

    assert searched["what the processes printed"] > 100
    assert searched["database of the counters, with its journals"] > 1_000
    assert searched["published content"] > 10_000


def test_nothing_is_left_in_the_temporary_folder_or_the_checkout(findings: Findings) -> None:
    assert findings.left == ()


@pytest.mark.parametrize("when", ["memory", "memory_after_faults"])
def test_the_memory_of_the_site_holds_nothing_soon_after_a_visitor_left(
    findings: Findings, when: str
) -> None:
    site = getattr(findings, when)["site"]
    if isinstance(site, str):
        pytest.skip(site)

    assert site == {}


def test_pages_have_three_lengths_at_most(findings: Findings) -> None:
    assert 0 < len(findings.sizes) <= MOST_SIZES


def test_no_time_is_printed(findings: Findings) -> None:
    assert not CLOCK.search(findings.printed)
