"""A model is trained as the studio does, and taken over while a visitor talks: nothing is lost."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from bot import settings
from bot.settings import ROOT
from bot.storage import bundles
from bot.storage.models import PARTS
from bot.studio.recognition import job
from bot.studio.recognition.candidates import CANDIDATE
from bot.studio.recognition.examples import FOLDER
from bot.studio.recognition.job import How
from tests.faults.running import Line, Running, new_token, wait_until
from tests.studio.recognition.small import write_examples, write_sets

pytestmark = pytest.mark.slow

TRAINING_SECONDS = 500  # on a busy machine; a quiet one takes half a minute
OF_OUR_OWN = "umbrella zebra lantern"
Start = Callable[..., Running]


class Office:
    """A working copy with few sentences, and what is trained and released from it."""

    def __init__(self, folder: Path) -> None:
        self.copy, self.models = folder / "copy", folder / "models"
        self.public, self._private = folder / "bundle.pub", folder / "bundle.key"
        bundles.write_keys(self._private, self.public)
        write_examples(self.copy, of_each=16)
        shutil.copytree(self.copy / FOLDER, folder / FOLDER)  # as if the program came with these
        file = self.copy / FOLDER / "en" / "safety.yml"
        block = "- intent: thanks\n  examples: |\n"
        own = "".join(f"    - {OF_OUR_OWN} {number}\n" for number in range(30))
        file.write_text(file.read_text().replace(block, block + own))
        shutil.copytree(ROOT / "content", self.copy / "content")
        sets = write_sets(folder / "sets", 2)
        self.measured = ("--sets", str(sets), "--shipped", str(folder))
        self.settings = {
            "studio": str(self.copy),
            "studio_database": f"sqlite:///{folder / 'studio.sqlite'}",
            "models": str(self.models),
            "bundle_key": str(self.public),
            "take_over_seconds": "1",
        }

    def release(self, *, is_forged: bool = False) -> Path:
        """Make the trained model a bundle and name it, past the gate (it has its own tests)."""
        folder = self.copy / "recognition" / CANDIDATE
        made = bundles.make(folder, self.models, self._private, date(2026, 11, 23), "", PARTS)
        if is_forged:
            model = made / "model" / "quietline.tar.gz"
            model.chmod(0o644)
            model.write_bytes(model.read_bytes()[:-1] + b"x")
            (self.models / "current").write_text(made.name)
        else:
            bundles.switch(self.models, made.name, self.public)
        return made


def test_a_model_changes_in_the_middle_of_a_conversation(started: Start, tmp_path: Path) -> None:
    assert settings.read().model.exists(), "there is no trained model yet; run: make setup"
    office, line, token = Office(tmp_path), Line(tmp_path / "a.sock"), new_token()
    training = started("training", "studio", "train", *office.measured, **office.settings)
    assert training.process.wait(TRAINING_SECONDS) == 0, training.printed()
    done = job.read(office.copy / "recognition")
    assert done
    assert (done.how, done.problem) == (How.DONE, "")
    told = started("told", "studio", "models", *office.measured, **office.settings)
    assert told.process.wait(TRAINING_SECONDS) == 0, told.printed()
    assert "Safety figures that fell" in told.printed()

    assistant = started(
        "assistant", "assistant", "--once", socket=str(line.socket), **office.settings
    )
    wait_until(line.is_ready, assistant, TRAINING_SECONDS)

    def said(text: str) -> list[str]:
        answer = line.turn(token, text).json()
        return [reply["id"] for reply in answer["turn"]["replies"]]

    before = said(f"{OF_OUR_OWN} 7")
    assert not before[0].startswith("answer.thanks")
    assert line.turn(token, choice="module.urges").json()["known"]
    forged = office.release(is_forged=True)
    wait_until(lambda: "bundle.refused" in assistant.printed(), assistant)
    assert f"name={forged.name}" in assistant.printed()
    assert said(f"{OF_OUR_OWN} 7") == before

    office.release()
    wait_until(lambda: "bundle.taken_over" in assistant.printed(), assistant, TRAINING_SECONDS)
    wait_until(lambda: said(f"{OF_OUR_OWN} 7")[0].startswith("answer.thanks"), assistant)
    after = line.turn(token, choice="module.urges.2").json()
    assert after["known"], "the conversation was lost"
    assert OF_OUR_OWN not in assistant.printed()
