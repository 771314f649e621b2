"""docs/advisories.yml: what it says of packages and tests is so, and the page is made of it."""

from __future__ import annotations

import re

import pytest

from bot.settings import ROOT
from tests.docs.naming import is_test
from tests.supply.advisories import LEFT_OUT, PAGE, advisories, page
from tests.supply.lock import pinned

KNOWN = advisories()
ID = re.compile(r"CVE-\d{4}-\d{4,7}|GHSA(?:-[0-9a-z]{4}){3}|PYSEC-\d{4}-\d+")


def test_every_named_version_is_the_locked_one() -> None:
    lock = pinned()

    assert {(each.package, each.version) for each in KNOWN.here} <= {
        (name, each.version) for name, each in lock.items()
    }
    for each in KNOWN.lifted:
        assert lock[each.package].version == each.newer if each.package in lock else (
            each.newer == LEFT_OUT
        )  # fmt: skip


def test_every_weakness_has_a_reason_and_every_reason_a_weakness() -> None:
    assert {each.reason for each in KNOWN.here} == {*KNOWN.reasons}


@pytest.mark.parametrize("name", KNOWN.reasons)
def test_every_reason_is_held_by_something_that_is_there(name: str) -> None:
    held_by = KNOWN.reasons[name].held_by

    assert held_by
    for each in held_by:
        assert is_test(each) if "::" in each else (ROOT / each).is_file(), each
    assert any("::" in each for each in held_by)


def test_every_id_is_one_that_databases_use_and_named_once() -> None:
    ids = [each.id for each in KNOWN.here]

    assert [each for each in ids if not ID.fullmatch(each)] == []
    assert len(ids) == len({*ids})


def test_the_page_is_made_of_the_list() -> None:
    expected = page(KNOWN)

    assert PAGE.read_text("utf-8") == expected, "run: python -m tests.supply.advisories"
