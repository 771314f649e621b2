"""bot.web.public.keeper: so many numbers at once that their memory is bounded, and no more."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from threading import Lock

import pytest

from bot.storage import progress
from bot.storage.progress import Key, ProgressStore
from bot.web.public.keeper import Keeper

HELD_SECONDS = 0.1  # long enough for all the others to begin, if they may


class Watched(ProgressStore):
    """Counts the derivations that run at once, without the work and the memory of them."""

    running, most, lock = 0, 0, Lock()

    def key(self, number: str) -> Key:
        with self.lock:
            Watched.running += 1
            Watched.most = max(self.most, self.running)
        try:
            time.sleep(HELD_SECONDS)
            return Key(number.encode(), bytes(32))
        finally:
            with self.lock:
                Watched.running -= 1


async def test_of_many_numbers_two_are_tried_at_once_and_each_gets_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "ProgressStore", Watched)
    keeper = Keeper(f"sqlite:///{tmp_path / 'progress.sqlite'}")
    await keeper.ask("0" * 24, lambda store, key: key)  # opens the database
    numbers = [f"{number:024d}" for number in range(7)]
    keys = await asyncio.gather(*(keeper.ask(one, lambda store, key: key) for one in numbers))

    assert Watched.most == 2
    assert len(set(keys)) == len(numbers)
