"""Run a fuzz target with what all of them share; libFuzzer's own options may follow."""

from __future__ import annotations

import sys
from collections.abc import Callable

import atheris

OPTIONS = ("-len_control=0", "-max_len=8000", "-verbosity=0", "-print_final_stats=1")
"""Long inputs from the beginning, and at the end how many there were."""


def fuzz(target: Callable[[bytes], None]) -> None:
    """Call ``target`` with one input after the other, until time is up or it raises an error.

    Then the input lies in a file: give the file's name instead of a time to see the error again.
    """
    atheris.Setup([sys.argv[0], *OPTIONS, *sys.argv[1:]], target)
    atheris.Fuzz()
