"""Attack: guess suppressed numbers, and try each guess against the digests that are published.

The attacker knows the code, every file of the release, and all but one noisy number; a noisy number
has some sixty likely values, so that trying them all takes no time. Bound: every guess fits.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.release import witness
from bot.release.folder import files
from bot.statistics.events import VERSION
from bot.statistics.ledger import Draw, next_draw
from bot.statistics.register import Line, lines_for, standing
from bot.statistics.release import Rules, release_of
from tests.release.operating import READY, WEEK, Place, files_of
from tests.statistics.attacks.population import MONDAY, conversations, ledger

RULES = Rules()
GUESSES = range(-60, RULES.cut)


def test_from_the_ledgers_own_digest_a_suppressed_number_is_guessed_at_once() -> None:
    secret = next_draw(None, MONDAY, "showing", VERSION, 0.25, {"first_page": -7})

    fitting = [
        guess
        for guess in GUESSES
        if next_draw(None, MONDAY, "showing", VERSION, 0.25, {"first_page": guess}).digest
        == secret.digest
    ]

    assert fitting == [-7]  # which is why this digest must stay with the operator


@settings(max_examples=6)
@given(st.integers(0, 10**9), st.data())
def test_every_guess_at_a_suppressed_number_fits_the_published_files(
    seed: int, data: st.DataObject
) -> None:
    draws = ledger([conversations(120, random.Random(seed))] * 2, RULES.epsilon)
    number = data.draw(st.integers(0, len(draws) - 1))
    hidden = [cell for cell, noisy in draws[number].noisy.items() if noisy < RULES.cut]
    cell = data.draw(st.sampled_from(hidden))

    seen = folder_of(draws)

    for guess in (GUESSES[0], 0, GUESSES[-1]):
        assert folder_of(with_guess(draws, number, cell, guess)) == seen


def with_guess(draws: tuple[Draw, ...], number: int, cell: str, guess: int) -> tuple[Draw, ...]:
    """Return the ledger as it would be, with all digests, if the guess were right."""
    made: list[Draw] = []
    for place, draw in enumerate(draws):
        noisy = {**draw.noisy, cell: guess} if place == number else draw.noisy
        last = made[-1] if made else None
        made.append(next_draw(last, draw.week, draw.table, VERSION, draw.epsilon, noisy))
    return tuple(made)


def folder_of(draws: tuple[Draw, ...]) -> Mapping[str, str]:
    return files(release_of(draws, "ab", False, RULES), lines_for(draws, (), RULES))


def test_no_file_that_is_published_holds_a_digest_of_the_ledger(place: Place) -> None:
    place.release(READY)
    backup = place.backup()
    place.release(READY + WEEK)
    lost = place.draws()
    place.restore(backup)
    place.release(READY + 2 * WEEK, accept_loss=True)
    secret = {draw.digest.encode() for draw in (*lost, *place.draws())}

    public = [data for name, data in files_of(place.releases).items() if "/" in name]

    assert len(public) > 30
    assert not any(digest in data for data in public for digest in secret)
    assert any(digest in operators_register(place) for digest in secret)


def operators_register(place: Place) -> bytes:
    return (place.releases / witness.REGISTER).read_bytes()


def test_the_lines_of_a_lost_draw_tell_no_more_than_what_was_published_of_it(place: Place) -> None:
    backup = place.backup()
    first = place.release(READY).folder
    place.restore(backup)
    later = place.release(READY + WEEK, accept_loss=True).folder

    assert first
    assert later
    before, after = (register_of(folder) for folder in (first, later))
    assert after[: len(before)] == before
    held = standing(witness.read(place.releases / witness.REGISTER))
    assert [line.published for line in held] == [digest for _, digest in digests(after)]


def register_of(folder: Path) -> list[str]:
    return (folder / "register.jsonl").read_text().splitlines()


def digests(lines: list[str]) -> Iterator[tuple[int, str]]:
    for line in lines:
        number, digest = line.split('"number": ')[1], line.split('"digest": "')[1]
        yield int(number.split(",")[0]), digest.split('"')[0]


@given(st.integers(0, 10**9))
def test_two_published_chains_differ_only_if_published_numbers_do(seed: int) -> None:
    draws = ledger([conversations(80, random.Random(seed))], RULES.epsilon)
    floor = [
        replace(
            draw, noisy={cell: max(number, RULES.cut - 1) for cell, number in draw.noisy.items()}
        )
        for draw in draws
    ]

    assert chain(lines_for(draws, (), RULES)) == chain(lines_for(floor, (), RULES))


def chain(lines: tuple[Line, ...]) -> list[str]:
    return [line.published for line in lines]
