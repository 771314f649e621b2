"""A site that is killed at any moment is back in a moment, and has lost nothing that it may keep.

`make proofs-kill` does the same a hundred times.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.killing import Killed, kill_again_and_again
from tests.faults.running import Line, Running

pytestmark = pytest.mark.slow

KILLS = 6
SEED = 20261122


@pytest.fixture(scope="module")
def killed(assistant: tuple[Running, Line], tmp_path_factory: pytest.TempPathFactory) -> Killed:
    folder: Path = tmp_path_factory.mktemp("killed") / "site"
    return kill_again_and_again(folder, assistant[1], KILLS, SEED)


def test_help_is_there_again_in_time(killed: Killed) -> None:
    assert killed.kills >= KILLS
    assert max(killed.restarts) < 30, "a busy machine may be slow; this is no pause any more"


def test_no_kill_damages_the_counters_or_leaves_a_trace(killed: Killed) -> None:
    assert killed.damage == []


def test_what_was_handed_over_before_a_kill_is_counted(killed: Killed) -> None:
    pages, conversations = killed.counted

    assert 0 < pages <= killed.visits.shown
    assert 0 < conversations <= killed.visits.begun
