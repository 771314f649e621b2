"""bot.simulation: made-up visitors are counted as real ones, and the same seed makes the same."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest

from bot.conversation.choices import read_choice
from bot.errors import UnknownChoice
from bot.safety.topics import Topic
from bot.simulation.model import COUNTRIES, Model
from bot.simulation.visitors import WRITTEN_ONLY, talk
from bot.simulation.weeks import Order, simulate, volumes
from bot.statistics.counts import Count
from bot.statistics.events import OF_THE_SURVEY, TABLES, from_text
from bot.statistics.funnel import reached
from tests.builders import NOON, content, surveying, tags

SUNDAY = date(2026, 11, 22)
MODEL = Model()


class Kept:
    """A store that adds up what it is given."""

    def __init__(self) -> None:
        self.cells: Counter[tuple[date, str, str]] = Counter()

    def add(self, counts: list[Count]) -> None:
        for count in counts:
            self.cells[count.week, count.table, count.cell] += count.conversations

    def sums(self, table: str) -> Counter[str]:
        """Return the cells of a table, over all weeks."""
        found: Counter[str] = Counter()
        for (_, where, cell), number in self.cells.items():
            if where == table:
                found[cell] += number
        return found


def simulated(
    weeks: int = 2, a_week: int = 20, seed: int = 1
) -> tuple[Kept, list[tuple[date, int]]]:
    store = Kept()
    made = list(simulate(Order(weeks, a_week, seed, SUNDAY), content(), store))
    return store, made


@pytest.mark.parametrize(
    ("today", "last"),
    [
        (date(2026, 11, 22), date(2026, 11, 9)),
        (date(2026, 11, 23), date(2026, 11, 16)),
        (date(2026, 11, 29), date(2026, 11, 16)),
        (date(2026, 1, 1), date(2025, 12, 22)),
    ],
)
def test_the_last_week_is_the_last_whole_one_before_today(today: date, last: date) -> None:
    weeks = [week for week, _ in volumes(Order(5, 10, 1, today), MODEL, Random(1))]

    assert weeks == [last - timedelta(weeks=back) for back in (4, 3, 2, 1, 0)]


def test_the_same_seed_makes_the_same_counts_and_another_one_others() -> None:
    first, again, other = simulated(1), simulated(1), simulated(1, seed=2)

    assert first[0].cells == again[0].cells
    assert first[0].cells != other[0].cells


def test_every_conversation_is_in_one_cell_of_the_tables_that_all_are_in() -> None:
    store, made = simulated()
    total = sum(conversations for _, conversations in made)

    assert store.sums("locale").total() == store.sums("outcome").total() == total
    assert 0 < store.sums("entry").total() <= total
    assert 0 < store.sums("self_help").total() <= total


def test_all_counts_lie_in_the_dictionary_and_none_is_below_zero() -> None:
    store, made = simulated()

    assert {week for week, _, _ in store.cells} == {week for week, _ in made}
    assert all(cell in TABLES[table] for _, table, cell in store.cells)
    assert all(number >= 0 for number in store.cells.values())


def test_the_first_page_is_shown_more_often_than_a_conversation_begins() -> None:
    store, made = simulated()

    for week, conversations in made:
        shown = store.cells[week, "showing", "first_page"]
        assert shown == round(conversations / MODEL.begins) > conversations


def test_some_come_as_far_as_can_be_and_some_leave_at_once() -> None:
    outcomes = simulated(weeks=1, a_week=120)[0].sums("outcome")

    assert outcomes["began"] > 0
    for step in ("saw", "opened", "begun", "finished"):
        assert sum(number for cell, number in outcomes.items() if reached(cell, step)) > 0


def test_the_survey_is_counted_only_where_it_is_on() -> None:
    liked = {
        "": 0.1,
        "module.": 9.0,
        "survey.about.": 99.0,
        "survey.yes.": 99.0,
        "survey.after.": 99.0,
    }
    agreeing = replace(MODEL, liked=liked, goes_on=0.95, goes_on_inside=0.99)
    order = Order(1, 15, 1, SUNDAY)
    off, on = Kept(), Kept()
    list(simulate(order, content(), off, agreeing))
    list(simulate(order, surveying(), on, agreeing))

    assert all(off.sums(table).total() == 0 for table in OF_THE_SURVEY)
    assert sum(on.sums(table).total() for table in OF_THE_SURVEY) > 0


def test_weeks_have_about_as_many_as_were_asked_for_grow_and_dip_in_summer() -> None:
    sizes = dict(volumes(Order(52, 300, 1, SUNDAY), MODEL, Random(1)))
    weeks = list(sizes)
    july = [size for week, size in sizes.items() if week.month == 7]
    june = [size for week, size in sizes.items() if week.month == 6]

    assert abs(sum(sizes.values()) - 52 * 300) < 600
    assert sum(sizes[week] for week in weeks[-8:]) > 1.3 * sum(sizes[week] for week in weeks[:8])
    assert sum(july) / len(july) < sum(june) / len(june)


def test_one_conversation_counts_as_a_real_one_does() -> None:
    for seed in range(30):
        events = [from_text(text) for text in talk(MODEL, content(), Random(seed), NOON)]
        inside = Counter((event.table, event.cell) for event in events)
        inside.subtract((event.table, event.left) for event in events if event.left)
        tables = [table for (table, _), number in inside.items() if number]

        assert set(inside.values()) <= {0, 1}
        assert len(set(tables)) == len(tables)


def test_the_model_knows_every_locale_and_only_doors_and_intents_that_there_are() -> None:
    known = content()

    assert tuple(MODEL.locales) == tags() == tuple(COUNTRIES)
    assert set(MODEL.later) - {"not_understood"} <= set(known.policy.intents)
    for door in MODEL.doors:
        intent = door.removeprefix("topic.")
        if intent in WRITTEN_ONLY:
            assert Topic(intent) in {care.topic for care in known.policy.intents.values()}
        else:
            assert read_choice(door, known).id == door


@pytest.mark.parametrize("share", ["begins", "greets", "writes", "writes_later", "unclear",
                                   "names_country", "goes_on", "goes_on_inside", "opens",
                                   "summer"])  # fmt: skip
def test_shares_are_shares(share: str) -> None:
    assert 0 < getattr(MODEL, share) < 1


def test_a_button_s_own_beginning_counts_before_that_of_its_sort() -> None:
    assert MODEL.liking("check_in.back") < MODEL.liking("check_in.strength.3")
    assert MODEL.liking("topic.survivor") == MODEL.liked[""]


def test_a_door_that_nobody_has_is_refused_rather_than_counted() -> None:
    gone = replace(MODEL, greets=0.0, doors={"topic.gardening": 1.0}, writes=0.0)

    with pytest.raises(UnknownChoice):
        list(talk(gone, content(), Random(1), NOON))
