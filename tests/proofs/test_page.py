"""docs/proofs.md is made of what was measured, leaves out nothing, and names tests that exist."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from tests.docs.naming import is_test
from tests.proofs.page import PAGE, Measured, Promise, Promises, keep, kept, page, promises
from tests.proofs.record import Record, machine, record, recorded, today

KNOWN = promises()
LOAD = Record("load", "make load", True, {"p99 (ms)": 1234.5}, "abc1234", "2026-11-22", "2 cores")
FEW = Promises(
    (Promise("Help", "It is there.", ("load", "kill"), ("tests/x.py::test_y",)),),
    {"load": "make load", "kill": "make proofs-kill"},
)


def test_the_page_is_made_of_what_was_kept() -> None:
    assert PAGE.read_text("utf-8") == page(KNOWN, kept()), "it is stale; run: make proofs"


def test_every_test_that_holds_a_promise_exists() -> None:
    named = [test for each in KNOWN.promises for test in each.held_by]

    assert [test for test in named if not is_test(test)] == []
    assert all(each.held_by for each in KNOWN.promises)


def test_every_record_measures_a_promise_and_has_a_command() -> None:
    assert {name for each in KNOWN.promises for name in each.measured_by} == {*KNOWN.commands}
    assert {*kept().records} <= {*KNOWN.commands}


def test_what_was_not_measured_is_said() -> None:
    shown = page(FEW, Measured("abc1234", "2026-11-22", {"load": LOAD}))

    assert "Not measured on this commit: `make proofs-kill`." in shown
    assert "**`make proofs-kill`**: not measured yet." in shown
    assert "**`make load`**: held, on this commit, 2026-11-22, 2 cores." in shown
    assert "| p99 (ms) | 1,234.5 |" in shown


def test_what_was_measured_on_another_commit_or_did_not_hold_is_said() -> None:
    old = replace(LOAD, held=False)
    shown = page(FEW, Measured("def5678", "2026-11-23", {"load": old}))

    assert "Not measured on this commit: `make proofs-kill`, `make load`." in shown
    assert "**`make load`**: **not held**, on commit `abc1234`, 2026-11-22, 2 cores." in shown


def test_what_was_measured_with_changes_is_never_of_this_commit() -> None:
    changed = replace(LOAD, commit="abc1234, with changes")
    shown = page(FEW, Measured("abc1234, with changes", "2026-11-22", {"load": changed}))

    assert "Not measured on this commit: `make proofs-kill`, `make load`." in shown


def test_a_record_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = record("load", "make load", {"asked": 7, "said": "yes"}, held=True, folder=tmp_path)
    found = recorded(tmp_path)[0]

    assert json.loads(path.read_text("utf-8"))["figures"] == {"asked": 7, "said": "yes"}
    assert (found.name, found.held, found.figures["asked"]) == ("load", True, 7)
    assert (found.day, found.machine) == (today(), machine())


def test_what_is_kept_comes_back_whole(tmp_path: Path) -> None:
    measured = Measured("abc1234", "2026-11-22", {"load": LOAD})
    keep(measured, tmp_path / "kept.json")

    assert kept(tmp_path / "kept.json") == measured
    assert kept(tmp_path / "none.json").records == {}
