"""``python -m tests.fuzz <seconds>``: run every target for so long, and record what came of it."""

from __future__ import annotations

import sys

from bot.settings import ROOT
from tests.fuzz.starting import TARGETS, run
from tests.proofs.record import record

FOLDER = ROOT / "build" / "fuzz"


def main(seconds: int) -> None:
    """Print how many inputs each target had; end with 1 if one of them broke it."""
    found = {target: run(target, seconds, FOLDER) for target in TARGETS}
    for target, fuzzed in found.items():
        print(f"{target}: {fuzzed.inputs} inputs, {'held' if fuzzed.held else fuzzed.said}")
    held = all(fuzzed.held for fuzzed in found.values())
    inputs = {f"inputs of the {target} target": one.inputs for target, one in found.items()}
    figures = {"time for each target (s)": seconds, **inputs}
    record("fuzz", f"make fuzz SECONDS={seconds}", figures, held=held)
    sys.exit(not held)


if __name__ == "__main__":
    main(int(sys.argv[1]))
