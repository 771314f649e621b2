"""A passkey's challenge counts once, for one browser and purpose, and nobody pushes it out."""

from __future__ import annotations

import pytest

from bot.errors import PasskeyRefused
from bot.web.staff.challenges import CHALLENGE_SECONDS, Challenges
from tests.web.staff.conftest import Clock


@pytest.fixture
def challenges(clock: Clock) -> Challenges:
    return Challenges(clock.seconds)


def test_a_challenge_waits_whoever_asks_meanwhile_and_counts_once(challenges: Challenges) -> None:
    mine = challenges.ask("me", "sign_in")
    others = {challenges.ask(f"stranger {number}", "sign_in") for number in range(2_000)}

    assert len(others) == 2_000
    assert challenges.take("me", "sign_in", mine) == mine
    with pytest.raises(PasskeyRefused):
        challenges.take("me", "sign_in", mine)


def test_a_challenge_is_of_one_browser_purpose_and_process(
    challenges: Challenges, clock: Clock
) -> None:
    mine = challenges.ask("me", "sign_in")
    for who, purpose, said in (
        ("you", "sign_in", mine), ("me", "add", mine), ("me", "sign_in", b""),
        ("me", "sign_in", mine[:-1]), ("me", "sign_in", bytes([mine[0] ^ 1]) + mine[1:]),
    ):  # fmt: skip
        with pytest.raises(PasskeyRefused):
            challenges.take(who, purpose, said)  # type: ignore[arg-type]
    with pytest.raises(PasskeyRefused):
        Challenges(clock.seconds).take("me", "sign_in", mine)
    assert challenges.take("me", "sign_in", mine) == mine


def test_a_challenge_grows_too_old_and_what_was_used_is_forgotten_then(
    challenges: Challenges, clock: Clock
) -> None:
    used, mine = challenges.ask("me", "add"), challenges.ask("me", "add")
    challenges.take("me", "add", used)
    clock.forward(CHALLENGE_SECONDS)
    for challenge in (used, mine):
        with pytest.raises(PasskeyRefused):
            challenges.take("me", "add", challenge)
