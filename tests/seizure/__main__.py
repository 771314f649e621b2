"""``python -m tests.seizure``: go through everything, search it, and write docs/seizure.md."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.proofs.record import record
from tests.seizure.page import PAGE, failures, figures, page
from tests.seizure.search import WHOLE, search


def main() -> None:
    """Write the page, print it, and end with 1 if anything must not be so, or wasn't done."""
    with tempfile.TemporaryDirectory(prefix="seizure-") as folder:
        findings = search(Path(folder), WHOLE)
    shown = page(findings)
    PAGE.write_text(shown, encoding="utf-8")
    print(shown)
    found = failures(findings)
    record("seizure", "make seizure", figures(findings), held=not found)
    print("\n".join(found), file=sys.stderr)
    sys.exit(bool(found))


main()
