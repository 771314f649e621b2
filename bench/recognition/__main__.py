"""``python -m bench.recognition [--quick]``: ours, Rasa's stock pipeline and plain n-grams."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.processes import end_kindly, note
from bench.recognition import columns
from bench.recognition.material import Material, read_material
from bench.recognition.processes import Failed, Listened, give, listen, train
from bench.recognition.table import BARE, OURS, Compared, Cost, table
from bench.sides import BUILD
from bot.cli.evaluation import SETS
from bot.safety.figures import WITHOUT_TRAINING
from bot.safety.policy import Policy, read_policy
from bot.settings import ROOT

SIDES: Final = {OURS: "ours", "DIET": "diet", "n-grams": "ngrams"}
"""What each side is called, and its module."""


@dataclass(frozen=True)
class Plan:
    """How much is done.

    Attributes:
        epochs: Of DIET; Rasa's own number is 100.
        locales: All when empty; ours was trained on all of them in any case.
        trains_ours: Whether to find out how long that takes.
    """

    epochs: int = 100
    locales: tuple[str, ...] = ()
    trains_ours: bool = True


QUICK: Final = Plan(epochs=3, locales=("en", "sv"), trains_ours=False)


def main() -> None:
    """Measure and print."""
    end_kindly()
    try:
        print(table(_compare(_plan())))
    except KeyboardInterrupt:
        note("stopped")
    except Failed as failed:
        sys.exit(str(failed))


def _plan() -> Plan:
    parser = argparse.ArgumentParser(prog="python -m bench.recognition", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a look at whether it works")
    parser.add_argument("--epochs", type=int, help="of DIET, instead of Rasa's 100")
    parser.add_argument("--locales", help="learn and measure only these, e.g. en,de,sv")
    asked = parser.parse_args()
    usual = QUICK if asked.quick else Plan()
    locales = tuple(asked.locales.split(",")) if asked.locales else usual.locales
    known = {path.stem for path in SETS.glob("*.yml")}
    if not known.issuperset(locales) or (locales and WITHOUT_TRAINING.issuperset(locales)):
        parser.error(f"--locales takes some of {' '.join(sorted(known))}, one with examples")
    return Plan(asked.epochs or usual.epochs, locales, usual.trains_ours)


def _compare(plan: Plan) -> Compared:
    policy = read_policy(ROOT / "content" / "safety" / "policy.yml")
    material = read_material(policy, plan.locales)
    BUILD.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-recognition-") as place:
        folders = {name: Path(place) / name for name in SIDES}
        for folder in folders.values():
            give(folder, material, plan.epochs)
        seconds = {name: _train(name, folder, plan) for name, folder in folders.items()}
        # All trained before any is heard, so that the times of hearing are close to each other.
        listened = {name: _listen(name, folder) for name, folder in folders.items()}
    return Compared(
        examples=len(material.learnt),
        epochs=plan.epochs,
        chosen=_columns(listened, material, policy, chosen=True),
        by_policy=_columns(listened, material, policy, chosen=False),
        costs={
            name: Cost(seconds[name], one.memory_mb, one.milliseconds)
            for name, one in listened.items()
        },
    )


def _train(name: str, folder: Path, plan: Plan) -> float | None:
    if name == OURS and not plan.trains_ours:
        return None
    note(f"training {name} ...")
    return train(SIDES[name], folder)


def _listen(name: str, folder: Path) -> Listened:
    note(f"{name} hears the texts ...")
    return listen(SIDES[name], folder)


def _columns(
    listened: Mapping[str, Listened], material: Material, policy: Policy, *, chosen: bool
) -> Sequence[columns.Column]:
    judge = columns.by_chosen if chosen else columns.by_policy
    return [
        columns.product(OURS, listened[OURS].heard, material),
        *(
            judge(BARE if name == OURS else name, one.heard, material, policy)
            for name, one in listened.items()
        ),
    ]


if __name__ == "__main__":
    main()
