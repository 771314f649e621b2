"""docs/seizure.md is what ``make seizure`` writes today, but for its figures."""

from __future__ import annotations

import html
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import inspect

from bot.storage.counters import SqlCountStore
from tests.builders import content
from tests.seizure.faults import FAULTS
from tests.seizure.page import NUMBER, PAGE, failures, figures, page, structure
from tests.seizure.search import ELSEWHERE, FAULTY, PLACES, WHOLE, Findings, Place, way
from tests.seizure.visitor import FLOWS, says


def nothing_found(folder: Path) -> Findings:
    """Return what a search that found nothing returns, with the tables that there are today."""
    store = SqlCountStore(f"sqlite:///{folder / 'statistics.sqlite'}")
    tables = inspect(store._engine)
    names = sorted(tables.get_table_names())
    columns = {name: tuple(c["name"] for c in tables.get_columns(name)) for name in names}
    store.close()
    places = [Place(name, 1, 2_000, {}) for name in dict.fromkeys((*PLACES.values(), ELSEWHERE))]
    memory: dict[str, dict[str, int] | str] = {name: {} for name in WHOLE.memories}
    ways = [way(name, tag) for name in FLOWS for tag in WHOLE.locales]
    return Findings(
        extent=WHOLE,
        tokens=frozenset(map(str, range(30))),
        reached={each: {"help.intro": True} for each in (*ways, FAULTY)},
        browsed=WHOLE.browsers,
        pages={name: in_fault(fault.shows) for name, fault in FAULTS.items()},
        said={name: " ".join(fault.prints) for name, fault in FAULTS.items()},
        while_running={},
        memory=memory,
        memory_after_faults=memory,
        places=tuple(places),
        left=(),
        columns=columns,
        rows=7,
        printed="",
        sizes=(1, 2),
        commit="1234567",
    )


def in_fault(message_id: str) -> str:
    """Return a page with a number to call and the words of ``message_id``."""
    words = html.escape(content().words.text("en", message_id))
    return f"<main><p>{words}</p></main><a {NUMBER}>Call</a>"


def test_the_page_has_the_places_flows_faults_and_tables_of_today(tmp_path: Path) -> None:
    expected = structure(page(nothing_found(tmp_path)))

    assert structure(PAGE.read_text("utf-8")) == expected, "it is stale; run: make seizure"


def test_figures_and_commit_are_no_part_of_the_structure() -> None:
    assert structure("| 1,024 | 7 | commit `abc`") == structure("| 3 | 12 | commit `def, with x`")


def test_a_mark_anywhere_is_a_failure(tmp_path: Path) -> None:
    clean = nothing_found(tmp_path)
    dirty = replace(clean.places[0], hits={"err": ["a word"]})

    assert failures(clean) == []
    assert failures(replace(clean, places=(dirty, *clean.places[1:]))) == ["err holds a word."]
    assert failures(replace(clean, left=("core",))) == ["core was written or left behind."]
    assert failures(replace(clean, memory={"site": {"a word": 1}, "assistant": {}})) == [
        "The memory of site holds a word."
    ]
    assert failures(replace(clean, memory={"site": {}, "assistant": {"a word": 1}})) == []
    assert failures(
        replace(clean, memory_after_faults={"site": {"a word": 1}, "assistant": {}})
    ) == ["The memory of site holds a word after the faults."]


def test_memory_that_nobody_read_is_a_failure(tmp_path: Path) -> None:
    clean = nothing_found(tmp_path)

    assert failures(replace(clean, memory={"assistant": {}})) == [
        "The memory of site wasn't read: nobody looked."
    ]
    assert failures(replace(clean, memory={"site": "only root may", "assistant": {}})) == [
        "The memory of site wasn't read: only root may."
    ]


@pytest.mark.parametrize(
    ("nothing", "said"),
    [
        ({"tokens": frozenset()}, "The visitors had fewer keys than conversations."),
        ({"sizes": ()}, "No page came."),
        ({"rows": 0}, "Nothing was counted."),
        ({"places": ()}, "Nothing lay in: Chromium's profile after the exit."),
        ({"reached": {}}, "Nothing was reached on the way: danger, fi."),
        ({"reached": {way("danger", "fi"): {}}}, "Nothing was reached on the way: danger, fi."),
        (
            {"reached": {way("danger", "fi"): {"answer.suicide_risk.1": False}}},
            "danger, fi: answer.suicide_risk.1 wasn't shown.",
        ),
        ({"browsed": WHOLE.browsers[:-1]}, "Chromium didn't go, fi, without scripts."),
        ({"pages": {}}, "disk full: the page had no number to call."),
        ({"pages": {}}, "assistant hung: chat.unavailable wasn't shown."),
        ({"said": {}}, "assistant killed: process.restarting wasn't printed."),
    ],
)
def test_what_was_never_done_is_a_failure_that_the_page_tells(
    tmp_path: Path, nothing: dict[str, object], said: str
) -> None:
    found = replace(nothing_found(tmp_path), **nothing)  # type: ignore[arg-type]

    assert said in failures(found)
    assert f"* {said}" in page(found).splitlines()


def test_only_words_in_the_middle_of_a_page_count_as_shown() -> None:
    words = html.escape(content().words.text("de", "chat.forgotten"))

    assert says(f"<main><p><b>{words}</b></p></main>", "de", "chat.forgotten")
    assert not says(f"<main></main><p>{words}</p>", "de", "chat.forgotten")
    assert not says(f"<main><p>{words}</p></main>", "en", "chat.forgotten")


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
