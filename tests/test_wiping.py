"""bot.wiping: what is freed is overwritten, seen from outside in the memory of a process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import ROOT
from bot.wiping import WIPING
from tests.seizure.marks import WORD, marks
from tests.seizure.memory import Unreadable, found_in_memory

FORGETTING = """
import os

def use(read, times):
    small = [read + bytes([n]) for n in range(times)]
    return len([bytes(line) for line in small]), small[0] * 500

use(os.read(0, 1000), 200)
use(b"a" * 18, 1)  # what was left on the stack of calls goes with the next visitor
print("freed", flush=True)
os.read(0, 1)
"""


def marks_left(**environment: str) -> int:
    """Return how often a word lies in a process that read it, used it and let it go."""
    with subprocess.Popen(
        [sys.executable, "-c", FORGETTING],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, **environment},
        text=True,
    ) as forgetful:
        assert forgetful.stdin
        assert forgetful.stdout
        forgetful.stdin.write(WORD)
        forgetful.stdin.flush()
        assert forgetful.stdout.readline() == "freed\n"
        try:
            return found_in_memory(forgetful.pid, marks([])).get(WORD, 0)
        except Unreadable as reason:
            pytest.skip(str(reason))
        finally:
            forgetful.stdin.close()


def test_what_is_freed_is_overwritten_at_once() -> None:
    assert marks_left(**WIPING) == 0


def test_without_that_it_stays_in_memory() -> None:
    assert marks_left() > 0


AGAIN = """
import os, sys
from bot.wiping import WIPING, wipe_what_is_freed
wipe_what_is_freed(here=sys.argv[1] == "here")
print(sys.argv[2:], WIPING.items() <= os.environ.items(), sys.pycache_prefix, flush=True)
"""


@pytest.mark.parametrize("where", ["here", "below"])
def test_a_process_starts_again_once_with_the_same_arguments(where: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-X", f"pycache_prefix={tmp_path}", "-c", AGAIN, where, "one", "two"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=20,
        check=True,
    )

    assert done.stdout == f"['one', 'two'] True {tmp_path}\n"
