"""bot.assistant.launcher: a model answers visitors only after it has understood something."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import rasa.core.agent

from bot.assistant import launcher
from bot.following import Follower
from bot.settings import Settings, read
from bot.storage import bundles, models

pytestmark = pytest.mark.slow  # it imports Rasa


class RasasAgent:
    """Stands for Rasa's agent: it loads whatever there is, and some of it can't understand."""

    def __init__(self, tracker_store: Any, **_: Any) -> None:
        self.tracker_store = SimpleNamespace(_tracker_store=tracker_store)
        self.model, self.was_asked = "", False

    def load_model(self, path: str) -> None:
        self.model = Path(path).read_text()

    async def parse_message(self, text: str) -> None:
        if self.model == "can't understand":
            raise ValueError("no such array")
        self.was_asked = bool(text)


@pytest.fixture
def chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A released model that loads and can't understand; the one that came can."""
    monkeypatch.setattr(rasa.core.agent, "Agent", RasasAgent)
    chosen = replace(
        read({}),
        model=tmp_path / "came.tar.gz",
        models=tmp_path / "models",
        bundle_key=tmp_path / "bundle.pub",
    )
    chosen.model.write_text("came with the program")
    bundles.write_keys(chosen.bundle_key.with_suffix(".key"), chosen.bundle_key)
    release(chosen, tmp_path / "one", "can't understand")
    return chosen


def release(chosen: Settings, folder: Path, says: str) -> None:
    (folder / "model").mkdir(parents=True)
    (folder / models.MODEL).write_text(says)
    about = models.About(models.digest_of(folder / models.MODEL), models.program())
    models.write_about(folder / models.ABOUT, about)
    for part in models.PARTS:
        (folder / part).mkdir(parents=True, exist_ok=True)
    private, day = chosen.bundle_key.with_suffix(".key"), date(2026, 11, 23)
    made = bundles.make(folder, chosen.models, private, day, "", models.PARTS)
    bundles.switch(chosen.models, made.name, chosen.bundle_key)


def test_at_the_start_a_model_that_cant_understand_gives_way_to_the_one_that_came(
    chosen: Settings, capfd: pytest.CaptureFixture[str]
) -> None:
    follower = Follower(chosen, folder=chosen.models)

    async def starts() -> Any:  # as in the assistant, whose loop runs already
        return await asyncio.to_thread(follower.first, partial(launcher.build_warm, chosen))

    agent = asyncio.run(starts())

    assert agent.model == "came with the program"
    assert agent.was_asked
    assert "bundle.refused" in capfd.readouterr().err


def test_a_running_assistant_keeps_its_model_when_the_next_cant_understand(
    chosen: Settings, tmp_path: Path
) -> None:
    follower = Follower(chosen, folder=chosen.models)
    first = follower.first(partial(launcher.build_warm, chosen))
    release(chosen, tmp_path / "two", "can't understand")
    assert follower.newer(partial(launcher.build_warm, chosen)) is None

    release(chosen, tmp_path / "three", "better")
    agent = follower.newer(lambda root: launcher.build_warm(chosen, root))
    assert agent is not None
    assert agent is not first
