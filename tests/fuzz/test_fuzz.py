"""Each fuzz target holds for some seconds; ``make fuzz`` gives each of them a minute."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz.starting import TARGETS, run

SECONDS = 5
FEWEST_INPUTS = 50


@pytest.mark.slow
@pytest.mark.parametrize("target", TARGETS)
def test_no_input_breaks_what_must_always_hold(target: str, tmp_path: Path) -> None:
    fuzzed = run(target, SECONDS, tmp_path, "-seed=1")

    assert fuzzed.held, fuzzed.said
    assert fuzzed.inputs >= FEWEST_INPUTS
