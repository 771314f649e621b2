"""Attack: edit the database by hand, between two releases.

The attacker may run any SQL. Bound: what was drawn can't be changed unseen, neither a number nor
its place. A count that is changed before its noise is drawn is not noticed, and can't be.
"""

from __future__ import annotations

import pytest

from bot.errors import BotError, BrokenLedger, LedgerRefused
from bot.release import witness
from bot.statistics.ledger import Draw, next_draw
from tests.release.operating import READY, WEEK, Place, files_of
from tests.statistics.attacks.editing import edited


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        (
            "UPDATE noisy_count SET conversations = conversations + 1 WHERE cell = 'fi'",
            BrokenLedger,
        ),
        ("UPDATE noisy_count SET conversations = 1.5 WHERE cell = 'fi'", BrokenLedger),
        ("UPDATE noisy_count SET conversations = 'many' WHERE cell = 'fi'", BrokenLedger),
        ("UPDATE noisy_count SET cell = 'xx' WHERE cell = 'fi'", BrokenLedger),
        ("DELETE FROM noisy_count WHERE cell = 'fi'", BrokenLedger),
        ("DELETE FROM noisy_count", BrokenLedger),
        ("INSERT INTO noisy_count VALUES (1, 'second_page', 40)", BrokenLedger),
        ("UPDATE draw SET \"table\" = 'tongue' WHERE number = 2", BrokenLedger),
        ("UPDATE draw SET week = '2026-10-26' WHERE number = 2", BrokenLedger),
        ("UPDATE draw SET week = 'never' WHERE number = 2", BrokenLedger),
        ("UPDATE draw SET epsilon = 0.5", BrokenLedger),
        ("UPDATE draw SET dictionary = 1 WHERE number = 5", BrokenLedger),
        ("UPDATE draw SET number = 9 WHERE number = 5", BrokenLedger),
        ("UPDATE draw SET previous = digest WHERE number = 2", BrokenLedger),
        ("UPDATE draw SET digest = previous WHERE number = 5", BrokenLedger),
        ("DELETE FROM draw WHERE number = 2", BrokenLedger),
        ("DELETE FROM draw WHERE number = 5", LedgerRefused),
        ("DELETE FROM draw", LedgerRefused),
        ("UPDATE ledger SET id = 'another'", LedgerRefused),
        ("INSERT INTO ledger VALUES ('another', FALSE)", BrokenLedger),
        ("DELETE FROM ledger", BrokenLedger),
    ],
)
def test_what_was_drawn_cant_be_changed_by_hand(
    place: Place, statement: str, error: type[BotError]
) -> None:
    place.release(READY)
    before = files_of(place.releases)
    edited(place, statement)

    with pytest.raises(error):
        place.release(READY + WEEK)

    assert files_of(place.releases) == before


def test_whoever_computes_the_whole_chain_anew_is_stopped_by_the_register(place: Place) -> None:
    place.release(READY)
    before = files_of(place.releases)
    forged: list[Draw] = []
    for draw in place.draws():
        noisy = {cell: number + 1 for cell, number in draw.noisy.items()}
        last = forged[-1] if forged else None
        forged.append(next_draw(last, draw.week, draw.table, draw.dictionary, draw.epsilon, noisy))
    edited(
        place,
        "UPDATE noisy_count SET conversations = conversations + 1",
        *(
            f"UPDATE draw SET previous = '{draw.previous}', digest = '{draw.digest}' "
            f"WHERE number = {draw.number}"
            for draw in forged
        ),
    )
    assert place.draws() == tuple(forged)

    with pytest.raises(LedgerRefused):
        place.release(READY + WEEK)

    assert files_of(place.releases) == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE weekly_count SET cell = 'xx' WHERE cell = 'en'",
        "UPDATE weekly_count SET \"table\" = 'person' WHERE cell = 'en'",
        "UPDATE weekly_count SET week = '2026-11-03' WHERE cell = 'en'",
        "UPDATE weekly_count SET week = 'never' WHERE cell = 'en'",
        "UPDATE weekly_count SET conversations = 9999999999 WHERE cell = 'en'",
        "UPDATE weekly_count SET conversations = 1.5 WHERE cell = 'en'",
    ],
)
def test_a_count_that_cant_be_ours_stops_the_draw_and_nothing_is_published(
    place: Place, statement: str
) -> None:
    edited(place, statement)

    with pytest.raises(BrokenLedger):
        place.release(READY)

    assert place.draws() == ()
    assert files_of(place.releases) == {}
    assert not (place.releases / witness.REGISTER).exists()


def test_a_count_that_was_changed_before_its_draw_is_not_noticed(place: Place) -> None:
    edited(place, "UPDATE weekly_count SET conversations = 5000 WHERE cell = 'en'")

    made = place.release(READY)

    assert made.release
    shown = {cell.cell: cell.conversations or 0 for cell in made.release.weeks}
    assert shown["en"] > 4_000
