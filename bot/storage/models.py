"""Released models: bundles of their own, which hold a trained model and what is known of it."""

from __future__ import annotations

import functools
import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from bot.errors import BadBundle
from bot.settings import ROOT, Settings
from bot.storage.bundles import current_name

PARTS: Final = ("model", "data")
EXAMPLES: Final = Path("data", "nlu")
MODEL: Final = Path("model", "quietline.tar.gz")
ABOUT: Final = Path("model", "about.json")
PROGRAM: Final = (
    "config.yml",
    "domain.yml",
    "requirements.lock",
    "data/rules/*.yml",
    "bot/encoder/*.py",
    "bot/encoder/adapter.npz",
    "bot/assistant/sentence_vectors.py",
    "bot/assistant/topic_model.py",
    "bot/assistant/topic_classifier.py",
    "bot/assistant/safety_screen.py",
    "bot/assistant/safety_policy.py",
    "bot/safety/examples.py",
)
"""What a model is made by and runs in; a model of another program may mean something else."""


@dataclass(frozen=True)
class About:
    """What is known of a trained model.

    Attributes:
        model: SHA-256 of the file.
        program: ``program`` of the checkout that trained it.
        asked_by: The account that had it trained; empty for the one that came with the program.
        authors: The accounts that changed examples since the model before it.
        last_version: The newest version of anything in the studio when its examples were read.
        signed_by: Account to the role in which it was signed.
        made: As bot.storage.staff.people.stamp writes it, or empty.
        examples: ``examples_digest`` of what it learnt from.
        shipped: SHA-256 of the model that came with the program when this one was trained.
    """

    model: str
    program: str
    asked_by: str = ""
    authors: tuple[str, ...] = ()
    last_version: int = 0
    signed_by: dict[str, str] | None = None
    made: str = ""
    examples: str = ""
    shipped: str = ""


@dataclass(frozen=True)
class Live:
    """The model that visitors are understood by.

    Attributes:
        name: Of its bundle; empty for the one that came with the program.
    """

    name: str
    path: Path


def live(settings: Settings) -> Live:
    """Return the model that the assistant takes, unverified.

    One that another program made is passed over, as the assistant passes over it.
    """
    name = current_name(settings.models)
    if name and is_ours(settings.models / name):
        return Live(name, settings.models / name / MODEL)
    return Live("", settings.model)


def usable(bundle: Path, settings: Settings) -> Path:
    """Return the model in a verified bundle, or for the checkout the one that came with it.

    Raises:
        BadBundle: Another program made it; what it learnt need not mean the same here. Or the
            model isn't the one that its signatures name.
    """
    if bundle == ROOT:
        return settings.model
    if not is_ours(bundle):
        raise BadBundle(bundle.name, "another version of the program made it; train a new model")
    if digest_of(bundle / MODEL) != read_about(bundle / ABOUT).model:
        raise BadBundle(bundle.name, "its model isn't the one that was signed; release it again")
    return bundle / MODEL


def examples_of(found: Live, shipped: Path = ROOT) -> Path:
    """Return the folder whose ``data/nlu`` a live model learnt from.

    Args:
        found: The live model; one that was released without its examples counts as shipped.
        shipped: Has the examples of the model that came with the program.
    """
    bundle = found.path.parent.parent
    return bundle if found.name and (bundle / EXAMPLES).is_dir() else shipped


def is_ours(bundle: Path) -> bool:
    """Tell whether this program made the model in a bundle."""
    try:
        return read_about(bundle / ABOUT).program == program()
    except BadBundle:
        return False


@functools.cache
def program(root: Path = ROOT) -> str:
    """Return a hash over what makes and runs a model, its examples apart."""
    digest = hashlib.sha256()
    for path in sorted({path for pattern in PROGRAM for path in root.glob(pattern)}):
        digest.update(str(path.relative_to(root)).encode() + path.read_bytes())
    return digest.hexdigest()


def digest_of(model: Path) -> str:
    """Return the SHA-256 of a model; empty when there is none."""
    return hashlib.sha256(model.read_bytes()).hexdigest() if model.exists() else ""


def examples_digest(root: Path) -> str:
    """Return the SHA-256 over the example sentences below ``root``."""
    digest = hashlib.sha256()
    for path in sorted((root / EXAMPLES).glob("*/*.yml")):
        digest.update(f"{path.relative_to(root).as_posix()}\n".encode() + path.read_bytes())
    return digest.hexdigest()


def read_about(path: Path) -> About:
    """Return what ``write_about`` wrote.

    Raises:
        BadBundle: It can't be read.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return About(**{**found, "authors": tuple(found["authors"])})
    except (OSError, ValueError, TypeError, KeyError):
        raise BadBundle(path.parent.parent.name, "what is known of it can't be read") from None


def write_about(path: Path, about: About) -> None:
    """Write what is known of a model beside it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(asdict(about), indent=1, sort_keys=True), encoding="utf-8")
