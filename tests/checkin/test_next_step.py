"""bot.checkin.next_step: any answers lead to a step, and worry or a skip never lowers it."""

from __future__ import annotations

from dataclasses import fields

from hypothesis import given
from hypothesis import strategies as st

from bot.checkin.check_in import DONE, KINDS, SKIP, CheckIn, Item
from bot.checkin.conditions import Answers
from bot.checkin.next_step import NextStep, next_step
from bot.checkin.reading import read_check_in
from bot.settings import ROOT

# hypothesis can't draw from a fixture
CHECK_IN = read_check_in(ROOT / "content" / "checkin" / "check_in.yml")
BANDS = [band.id for band in CHECK_IN.bands]
BETTER_LAST = ("can_stop",)  # the scale whose high end is good
BETTER_FIRST = ("someone_to_talk", "barriers", "worth")  # "yes" is good here
NEUTRAL = ("importance", "confidence", "way", "country", "language")  # never change the band

ITEMS = {item.id: item for item in CHECK_IN.items}


def _chosen(item: Item) -> st.SearchStrategy[tuple[str, ...]]:
    ids = [answer.id for answer in item.answers]
    if item.many:
        some = st.lists(st.sampled_from(ids), min_size=1, unique=True)
        return st.one_of(st.just((SKIP,)), some.map(lambda picked: (*picked, DONE)))
    return st.sampled_from([(ident,) for ident in (*ids, SKIP)])


def _from_calm_to_worrying(item: Item) -> list[str]:
    ids = [answer.id for answer in item.answers]
    rising = item.id in BETTER_FIRST or (
        ids[0] in ("0", "not_at_all") and item.id not in BETTER_LAST
    )
    return ids if rising else ids[::-1]


def _rank(answers: Answers) -> int:
    return BANDS.index(next_step(CHECK_IN, answers).band)


answers_of_any_kind = st.fixed_dictionaries(
    {}, optional={item.id: _chosen(item) for item in CHECK_IN.items}
)
ordered = st.sampled_from([i for i in CHECK_IN.items if not i.many and i.id not in NEUTRAL])
items = st.sampled_from(CHECK_IN.items)


@given(answers_of_any_kind)
def test_any_answers_lead_to_a_whole_step(answers: Answers) -> None:
    step = next_step(CHECK_IN, answers)

    assert step.band in BANDS
    assert len(step.says) == 3
    assert step.module
    assert step.services
    assert set(step.services) <= set(KINDS)


@given(st.dictionaries(st.text(), st.lists(st.text()).map(tuple)))
def test_answers_that_nobody_knows_still_lead_to_a_step(answers: Answers) -> None:
    assert next_step(CHECK_IN, answers).band in BANDS


@given(answers_of_any_kind, items, st.data())
def test_one_answer_more_never_lowers_the_band(
    answers: Answers, item: Item, data: st.DataObject
) -> None:
    without = {name: chosen for name, chosen in answers.items() if name != item.id}

    assert _rank({**without, item.id: data.draw(_chosen(item))}) >= _rank(without)


@given(answers_of_any_kind, ordered)
def test_a_skip_is_never_below_not_asked_nor_below_the_calmest_answer(
    answers: Answers, item: Item
) -> None:
    without = {name: chosen for name, chosen in answers.items() if name != item.id}
    calmest = (_from_calm_to_worrying(item)[0],)

    skipped = _rank({**without, item.id: (SKIP,)})

    assert skipped >= _rank(without)
    assert skipped >= _rank({**without, item.id: calmest})


@given(answers_of_any_kind, ordered, st.data())
def test_a_more_worrying_answer_never_lowers_the_band(
    answers: Answers, item: Item, data: st.DataObject
) -> None:
    order = _from_calm_to_worrying(item)
    calmer = data.draw(st.integers(0, len(order) - 1))
    worse = data.draw(st.integers(calmer, len(order) - 1))

    before = _rank({**answers, item.id: (order[calmer],)})

    assert _rank({**answers, item.id: (order[worse],)}) >= before


@given(answers_of_any_kind, st.data())
def test_one_worry_more_never_lowers_the_band(answers: Answers, data: st.DataObject) -> None:
    kinds = st.sampled_from([answer.id for answer in ITEMS["worry"].answers])
    some = data.draw(st.lists(kinds, unique=True).map(tuple))
    more = (*some, data.draw(kinds))

    assert _rank({**answers, "worry": more}) >= _rank({**answers, "worry": some})


@given(answers_of_any_kind, st.sampled_from(NEUTRAL), st.data())
def test_wishes_and_readiness_change_no_band(
    answers: Answers, name: str, data: st.DataObject
) -> None:
    assert _rank({**answers, name: data.draw(_chosen(ITEMS[name]))}) == _rank(answers)


def test_the_result_has_no_place_for_a_score_or_a_label() -> None:
    names = {field.name for field in fields(NextStep)}

    assert names == {"band", "urgency", "says", "module", "exercise", "later", "services"}


def test_without_any_answer_it_suggests_to_keep_building(check_in: CheckIn) -> None:
    assert next_step(check_in, {}).urgency == "none"
