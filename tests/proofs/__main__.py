"""``python -m tests.proofs``: take over what was measured, and write docs/proofs.md."""

from __future__ import annotations

import sys

from tests.proofs.page import KEPT, PAGE, Measured, keep, kept, page, promises
from tests.proofs.record import commit, recorded, today


def main() -> None:
    """Write the page, and end with 1 if something was measured that didn't hold."""
    known = promises()
    new = {each.name: each for each in recorded()}
    for name in sorted({*new} - {*known.commands}):
        print(f"{name} was measured, and tests/proofs/promises.yml doesn't name it.")
        new.pop(name)
    measured = Measured(commit(), today(), {**kept().records, **new})
    keep(measured)
    PAGE.write_text(page(known, kept()), encoding="utf-8")
    print(f"Wrote {PAGE.name} and {KEPT.name} from {len(measured.records)} records.")
    failed = [name for name, each in measured.records.items() if not each.held]
    print("\n".join(f"{name} didn't hold." for name in failed), file=sys.stderr, end="")
    sys.exit(bool(failed))


main()
