"""bot.statistics.events: a closed dictionary, and nothing finer than a week."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.tallying import DOOR_OF, OWN_DOORS
from bot.errors import UnknownEvent
from bot.safety.topics import Topic
from bot.settings import ROOT
from bot.statistics.events import (
    DOORS,
    MODULES,
    NEXT_STEPS,
    OF_A_SHOWING,
    OF_THE_SURVEY,
    TABLES,
    WAYS_IN,
    Event,
    from_text,
    known,
    to_text,
    week_of,
)
from tests.builders import content, surveying, tags

MONDAY = date(2026, 11, 23)
CELLS = [(table, cell) for table, cells in TABLES.items() for cell in cells]


@pytest.mark.parametrize(("table", "cell"), CELLS)
def test_every_cell_survives_its_way_as_text(table: str, cell: str) -> None:
    event = Event(MONDAY, table, cell, left=TABLES[table][-1])

    assert known(event)
    assert from_text(to_text(event)) == event


@given(st.text(max_size=40))
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(UnknownEvent):
        from_text(text)


@pytest.mark.parametrize("days", range(1, 7))
def test_a_day_that_is_no_monday_is_refused(days: int) -> None:
    assert not known(Event(MONDAY + timedelta(days), "locale", "en"))


def test_a_cell_of_another_table_is_refused() -> None:
    assert not known(Event(MONDAY, "locale", "began"))
    assert not known(Event(MONDAY, "outcome", "saw.none", left="en"))


@given(st.dates(min_value=date(1, 1, 7)))
def test_a_week_is_its_monday(day: date) -> None:
    monday = week_of(day)

    assert monday.weekday() == 0
    assert timedelta(0) <= day - monday < timedelta(7)


def test_the_dictionary_has_exactly_the_modules_and_next_steps_of_the_content() -> None:
    shelf, check_in = content().shelf, content().check_in
    modules, bands = set(shelf.modules), [band.id for band in check_in.bands]

    assert set(MODULES) == modules
    assert list(NEXT_STEPS) == bands
    assert set(TABLES["self_help"]) == {
        *(f"module.{slug}" for slug in modules),
        *(f"check_in.{band}" for band in bands),
        "exercise",
    }


def test_the_dictionary_has_every_locale_and_those_that_are_measured_already() -> None:
    measured = {path.stem for path in (ROOT / "tests" / "recognition").glob("*.yml")}

    assert TABLES["locale"][: len(tags())] == tags()
    assert set(TABLES["locale"]) == measured


def test_the_dictionary_has_exactly_the_doors_that_there_are() -> None:
    small_talk = {Topic.CHITCHAT_CONTROL, Topic.OUT_OF_SCOPE}

    assert set(DOOR_OF) == set(Topic) - small_talk
    assert set(DOORS) == {*DOOR_OF.values(), *OWN_DOORS}
    assert set(TABLES["entry"]) == {f"{way}.{door}" for way in WAYS_IN for door in DOORS}


def test_the_dictionary_has_exactly_the_questions_of_the_survey() -> None:
    survey = surveying().survey
    assert survey is not None
    tables = tuple(f"survey_{question.id}" for question in survey.questions)

    assert tables == OF_THE_SURVEY
    assert {TABLES[table] for table in OF_THE_SURVEY} == {("lower", "same", "higher")}


def test_no_cell_stands_twice() -> None:
    assert all(len(set(cells)) == len(cells) for cells in TABLES.values())


def test_the_tables_are_no_others() -> None:
    own = {"locale", "entry", "outcome", "self_help"}

    assert set(TABLES) == {*own, *OF_A_SHOWING, *OF_THE_SURVEY}


@pytest.mark.parametrize("table", TABLES)
def test_no_table_is_about_how_a_person_is(table: str) -> None:
    forbidden = {"score", "risk", "level", "urgency", "profile", "band", "mood", "age", "country"}
    words = {word for cell in TABLES[table] for word in cell.replace(".", "_").split("_")}

    assert not forbidden & {*table.split("_"), *words}
