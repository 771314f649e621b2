"""Train Rasa's model when what it is made of has changed."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from bot.assistant.launcher import prepare
from bot.errors import NotReady
from bot.settings import ROOT
from bot.storage.models import PROGRAM

INPUTS = (*PROGRAM, "data/**/*.yml")
"""What the model is made of; phrases and thresholds are read when the assistant starts."""


def fingerprint(root: Path = ROOT) -> str:
    """Return a hash over every file that the model is made of."""
    digest = hashlib.sha256()
    for path in sorted({path for pattern in INPUTS for path in root.glob(pattern)}):
        digest.update(str(path.relative_to(root)).encode() + path.read_bytes())
    return digest.hexdigest()


def is_current(model: Path) -> bool:
    """Tell whether ``model`` was trained from the files as they are now."""
    mark = _mark(model)
    return model.exists() and mark.exists() and mark.read_text() == fingerprint()


def train_model(model: Path) -> None:
    """Train ``model`` from the checkout, and remember from which files.

    Raises:
        NotReady: Rasa could not train.
    """
    train(model, ROOT / "data" / "nlu")
    _mark(model).write_text(fingerprint())


def train(model: Path, examples: Path) -> None:
    """Train and store a model from a folder of examples; progress goes to standard error.

    Raises:
        NotReady: Rasa could not train.
    """
    prepare()
    import rasa

    print("Training the model; this takes a few minutes.", file=sys.stderr, flush=True)
    result = rasa.train(
        domain=str(ROOT / "domain.yml"),
        config=str(ROOT / "config.yml"),
        training_files=[str(examples), str(ROOT / "data" / "rules")],
        output=str(model.parent),
        fixed_model_name=model.name.removesuffix(".tar.gz"),
    )
    if result.code != 0 or not model.exists():
        raise NotReady("Training failed; the lines above say why. Then run: make train")


def _mark(model: Path) -> Path:
    return model.with_name(model.name + ".sha256")
