"""bot.web.proof at its edges: the last moment, the longest proof, and one that is nearly right."""

from __future__ import annotations

import asyncio
import base64
import time

import altcha
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.web import proof as proof_module
from bot.web.forgetting import TEN_MINUTES
from bot.web.proof import (
    ALGORITHM,
    GOOD_FOR_SECONDS,
    LARGEST,
    LONGEST_PROOF,
    SMALLEST,
    Proofs,
    Sums,
)
from tests.web.limits.conftest import Clock, solved


@pytest.fixture(autouse=True)
def _little_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a number be tried in two rounds instead of thousands."""
    monkeypatch.setattr(proof_module, "COST", 2)


# ---------- proofs ----------


def test_a_challenge_says_which_work_it_wants_and_until_when(clock: Clock) -> None:
    made = Proofs(clock, wall_clock=lambda: 1_800_000_000.9).challenge()["parameters"]

    assert (made["algorithm"], made["cost"]) == (ALGORITHM, proof_module.COST)
    assert made["expiresAt"] == 1_800_000_000 + GOOD_FOR_SECONDS


async def test_a_proof_of_the_period_before_counts_and_so_does_the_longest(clock: Clock) -> None:
    proofs = Proofs(clock)
    before, longest, too_long = (solved(proofs.challenge()) for _ in range(3))
    clock.now += TEN_MINUTES

    assert await proofs.holds(before)
    assert await proofs.holds(longest.ljust(LONGEST_PROOF))
    assert not await proofs.holds(too_long.ljust(LONGEST_PROOF + 1))


async def test_when_no_more_proofs_can_be_remembered_none_counts(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proof_module, "MOST_USED", 1)
    proofs = Proofs(clock)
    first, second = (solved(proofs.challenge()) for _ in range(2))

    assert await proofs.holds(first)
    assert not await proofs.holds(second)


async def test_one_proof_is_looked_at_at_a_time(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    verify, at_work, most = altcha.verify_solution, set[str](), list[int]()

    def watched(proof: str, key: bytes) -> altcha.VerifySolutionResult:
        at_work.add(proof)
        most.append(len(at_work))
        time.sleep(0.01)
        at_work.discard(proof)
        return verify(proof, key)

    monkeypatch.setattr(altcha, "verify_solution", watched)
    proofs = Proofs(clock)
    held = await asyncio.gather(*(proofs.holds(solved(proofs.challenge())) for _ in range(3)))

    assert held == [True] * 3
    assert set(most) == {1}


# ---------- sums ----------


def asked(sums: Sums, plus: int = 0) -> tuple[str, str]:
    """Return the ticket of a new sum and an answer, the right one or so much more."""
    first, second, ticket = sums.new()
    return ticket, str(first + second + plus)


def test_the_numbers_of_a_sum_are_all_from_two_to_nine(clock: Clock) -> None:
    sums = Sums(clock)
    made = [sums.new()[:2] for _ in range(300)]

    for numbers in zip(*made, strict=True):
        assert set(numbers) == set(range(SMALLEST, LARGEST + 1))


@pytest.mark.parametrize(("number", "total"), [(SMALLEST, 4), (LARGEST, 18)])
def test_the_smallest_and_the_largest_sum_hold(
    clock: Clock, monkeypatch: pytest.MonkeyPatch, number: int, total: int
) -> None:
    monkeypatch.setattr("secrets.randbelow", lambda _: number - SMALLEST)
    sums = Sums(clock)

    first, second, ticket = sums.new()

    assert (first, second) == (number, number)
    assert sums.holds(ticket, str(total))


def test_a_sum_is_good_for_five_minutes_also_in_the_next_period(clock: Clock) -> None:
    sums = Sums(clock)
    clock.now += TEN_MINUTES - 0.1
    in_time, late = asked(sums), asked(sums)
    clock.now = int(clock.now) + GOOD_FOR_SECONDS

    assert sums.holds(*in_time)
    clock.now += 0.5
    assert not sums.holds(*late)


@pytest.mark.parametrize(
    ("written", "holds"),
    [
        (" {} ", True),
        ("{:09}", True),
        ("{:010}", False),
        ("{:05000}", False),
        ("{}.", False),
        ("+{}", False),
        ("", False),
    ],
)
def test_an_answer_is_a_short_number(clock: Clock, written: str, holds: bool) -> None:
    sums = Sums(clock)
    ticket, total = asked(sums)

    assert sums.holds(ticket, written.format(int(total))) is holds


def test_when_no_more_sums_can_be_remembered_none_counts(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proof_module, "MOST_USED", 1)
    sums = Sums(clock)

    assert sums.holds(*asked(sums))
    assert not sums.holds(*asked(sums))


@given(st.integers(0), st.integers(1, 255))
def test_a_ticket_that_was_changed_is_none(place: int, change: int) -> None:
    sums = Sums(Clock())
    ticket, answer = asked(sums)
    raw = bytearray(base64.urlsafe_b64decode(ticket))
    raw[place % len(raw)] ^= change

    assert not sums.holds(base64.urlsafe_b64encode(raw).decode(), answer)


@pytest.mark.parametrize("cut", [slice(-1), slice(1, None), slice(20), slice(10), slice(0)])
def test_a_part_of_a_ticket_is_none(clock: Clock, cut: slice) -> None:
    sums = Sums(clock)
    ticket, answer = asked(sums)
    part = base64.urlsafe_b64encode(base64.urlsafe_b64decode(ticket)[cut]).decode()

    assert not sums.holds(part, answer)


def test_tickets_that_are_made_up_leave_room_for_those_that_arent(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proof_module, "MOST_USED", 1)
    sums = Sums(clock)
    ticket, total = asked(Sums(clock))

    assert not sums.holds(ticket, total)
    assert sums.holds(*asked(sums))
