"""A proof of work or a sum counts once, in time, and only when it is ours."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import altcha
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.web.forgetting import TEN_MINUTES
from bot.web.proof import COST, GOOD_FOR_SECONDS, Proofs, Sums
from tests.web.limits.conftest import Clock, solved


async def test_a_proof_counts_once_even_when_it_comes_twice_at_the_same_time(clock: Clock) -> None:
    proofs = Proofs(clock)
    proof = solved(proofs.challenge())
    held = await asyncio.gather(*(proofs.holds(proof) for _ in range(4)))

    assert sorted(held) == [False, False, False, True]
    clock.now += TEN_MINUTES / 2
    assert not await proofs.holds(proof)


async def test_a_proof_of_another_site_or_of_none_is_nothing(clock: Clock) -> None:
    proofs = Proofs(clock)
    forged = altcha.create_challenge("PBKDF2/SHA-256", COST, hmac_secret="ours?").to_dict()

    assert not await proofs.holds(solved(Proofs(clock).challenge()))
    assert not await proofs.holds(solved(forged))
    for unsigned in (None, 7, "é", "\ud83d", ["a"]):
        assert not await proofs.holds(solved(proofs.challenge() | {"signature": unsigned}))
    for junk in ("", "x", "e30=", "bnVsbA==", "W10=", "A" * 5_000, "\ud83d"):
        assert not await proofs.holds(junk)


@pytest.mark.parametrize("easier", [{"cost": 1}, {"keyPrefix": ""}, {"algorithm": "SHA-256"},
                                    {"expiresAt": 9_999_999_999}])  # fmt: skip
async def test_a_challenge_that_was_made_easier_is_not_ours(
    clock: Clock, easier: dict[str, object]
) -> None:
    proofs = Proofs(clock)
    challenge = proofs.challenge()
    challenge["parameters"] |= easier

    assert not await proofs.holds(solved(challenge))


async def test_a_wrong_solution_is_none(clock: Clock) -> None:
    proofs = Proofs(clock)
    challenge = proofs.challenge()
    known = altcha.Challenge.from_dict(challenge)
    wrong = altcha.Payload(known, altcha.Solution(1, "00" * 32)).to_base64()

    assert not await proofs.holds(wrong)
    assert await proofs.holds(solved(challenge))


async def test_a_proof_that_comes_late_is_none(clock: Clock) -> None:
    late = Proofs(clock, wall_clock=lambda: time.time() - GOOD_FOR_SECONDS - 2)
    forgotten = Proofs(clock)
    proof = solved(forgotten.challenge())
    clock.now += 2 * TEN_MINUTES

    assert not await late.holds(solved(late.challenge()))
    assert not await forgotten.holds(proof)


def test_a_sum_counts_once_right_or_wrong_and_not_late(clock: Clock) -> None:
    sums = Sums(clock)

    def asked(answer: Callable[[int], str]) -> tuple[str, str]:
        first, second, ticket = sums.new()
        return ticket, answer(first + second)

    right, wrong, late = asked(str), asked(lambda n: str(n + 1)), asked(str)
    assert sums.holds(*right)
    assert not sums.holds(*right)
    assert not sums.holds(*wrong)
    assert not sums.holds(wrong[0], str(int(wrong[1]) - 1))
    assert not Sums(clock).holds(*asked(str))
    assert sums.holds(*asked(lambda n: f" {n} "))
    clock.now += GOOD_FOR_SECONDS + 1
    assert not sums.holds(*late)


@given(st.text(max_size=80), st.text(max_size=30))
def test_no_made_up_ticket_lets_anybody_in(ticket: str, answer: str) -> None:
    assert not Sums(Clock()).holds(ticket, answer)
