"""docs/seizure.md is what ``make seizure`` writes today, but for its figures."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sqlalchemy import inspect

from bot.storage.counters import SqlCountStore
from tests.seizure.page import PAGE, failures, figures, page, structure
from tests.seizure.search import ELSEWHERE, PLACES, WHOLE, Findings, Place


def nothing_found(folder: Path) -> Findings:
    """Return what a search that found nothing returns, with the tables that there are today."""
    store = SqlCountStore(f"sqlite:///{folder / 'statistics.sqlite'}")
    tables = inspect(store._engine)
    names = sorted(tables.get_table_names())
    columns = {name: tuple(c["name"] for c in tables.get_columns(name)) for name in names}
    store.close()
    places = [Place(name, 1, 2_000, {}) for name in dict.fromkeys((*PLACES.values(), ELSEWHERE))]
    memory: dict[str, dict[str, int] | str] = {name: {} for name in WHOLE.memories}
    return Findings(
        WHOLE, frozenset(), {}, {}, memory, tuple(places), (), columns, 7, "", (1, 2), "1234567"
    )


def test_the_page_has_the_places_flows_faults_and_tables_of_today(tmp_path: Path) -> None:
    expected = structure(page(nothing_found(tmp_path)))

    assert structure(PAGE.read_text("utf-8")) == expected, "it is stale; run: make seizure"


def test_figures_and_commit_are_no_part_of_the_structure() -> None:
    assert structure("| 1,024 | 7 | commit `abc`") == structure("| 3 | 12 | commit `def, with x`")


def test_a_mark_anywhere_is_a_failure(tmp_path: Path) -> None:
    clean = nothing_found(tmp_path)
    dirty = replace(clean.places[0], hits={"err": ["a word"]})

    assert failures(clean) == []
    assert failures(replace(clean, places=(dirty,))) == ["err holds a word."]
    assert failures(replace(clean, left=("core",))) == ["core was written or left behind."]
    assert failures(replace(clean, memory={"site": {"a word": 1}})) == [
        "The memory of site holds a word."
    ]
    assert failures(replace(clean, memory={"assistant": {"a word": 1}})) == []


def test_the_figures_are_sums_over_places_and_processes(tmp_path: Path) -> None:
    clean = nothing_found(tmp_path)
    dirty = replace(clean.places[0], hits={"err": ["a word"], "out": ["a word", "a token"]})
    found = replace(
        clean,
        places=(dirty, *clean.places[1:]),
        memory={"site": {"a word": 2, "a token": 1}, "assistant": "the process forbids it"},
    )

    assert figures(found) | {
        "files searched": len(clean.places),
        "bytes searched": 2_000 * len(clean.places),
        "files with a mark": 2,
        "marks in the memory of site": 3,
    } == figures(found)
    assert "marks in the memory of assistant" not in figures(found)
