"""``python -m tests.mutation``: change the code on which people depend, and see that a test fails.

mutmut makes the changes and runs the tests, both as [tool.mutmut] in pyproject.toml says. Here they
are counted by module and group; what no test can see is listed in equivalents.py.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from bot.settings import ROOT
from tests.mutation.counting import LEAST, figures, held, table
from tests.mutation.mutants import mutants, unfound
from tests.proofs.record import record

QUICKLY = {
    "HYPOTHESIS_PROFILE": "mutation",
    "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    "PYTEST_PLUGINS": "pytest_asyncio.plugin,_hypothesis_pytestplugin",
}
"""pytest starts once for each mutant; its other plugins would take most of the time."""


def main() -> None:
    """Print the table and what lives, and end with 1 if it is too much."""
    run()
    found = mutants(ROOT)
    print("\n".join(table(found)))
    for mutant in found:
        if mutant.lives:
            print(f"\n{mutant.name}: {mutant.status}\n{mutant.change}")
    stale = unfound(found)
    for entry in stale:
        print(f"\n{entry.function}: take it from equivalents.py, no such change lives: {entry.now}")
    is_held = held(found) and not stale
    record("mutation", "make mutation", figures(found), held=is_held)
    if not held(found):
        print(f"\nIn each group {LEAST:.0%} must be killed: write a test that sees the change.")
    sys.exit(not is_held)


def run() -> None:
    """Let mutmut make every mutant anew, and run the tests of each."""
    shutil.rmtree(ROOT / "mutants", ignore_errors=True)
    mutmut = Path(sys.executable).with_name("mutmut")
    subprocess.run([mutmut, "run"], cwd=ROOT, env=os.environ | QUICKLY, check=True)


main()
