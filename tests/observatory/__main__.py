"""Measure what others' tools say about the headers, print it, and hand it to docs/proofs.md."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import httpx2

from tests.browser.serving import serving
from tests.observatory.install import CantJudge, install
from tests.observatory.judging import ACCEPTED, Score, held_against, score
from tests.observatory.tls import authority, behind_tls
from tests.proofs.record import record

LEAST: Final = {"/": 130, "/help": 130, "/embed": 120}
"""Points that each page must have; 100 is an A+."""
POLICY: Final = "content-security-policy"
PARTNER: Final = "https://partner.example"


def measure(folder: Path) -> tuple[dict[str, Score], list[str]]:
    """Return the score of each page, and what the evaluator calls serious in a policy."""
    settings = {"socket": str(folder / "none.sock"), "embed": PARTNER}
    trusted = authority(folder)
    with (
        serving(folder, "site", "--once", **settings) as site,
        behind_tls(trusted, site.address) as address,
    ):
        policies = {httpx2.get(site.address + path).headers[POLICY] for path in LEAST}
        scores = {path: score(address + path, trusted.certificate) for path in LEAST}
    return scores, [str(each) for policy in sorted(policies) for each in held_against(policy)]


def holds(scores: Mapping[str, Score], serious: list[str]) -> bool:
    """Tell whether every page has its points, and no policy a serious finding."""
    return not serious and all(scores[path].points >= LEAST[path] for path in LEAST)


def main() -> int:
    """Measure, or say in one sentence why not."""
    try:
        install()
    except CantJudge as reason:
        print(reason, file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        scores, serious = measure(Path(folder))
    figures: dict[str, int | float | str] = {
        f"HTTP Observatory {path} (points)": each.points for path, each in scores.items()
    }
    figures["CSP Evaluator, findings besides the accepted one"] = len(serious)
    figures["accepted, because only our own files are served"] = " ".join(ACCEPTED)
    for label, figure in figures.items():
        print(f"{label}: {figure}")
    held = holds(scores, serious)
    record("observatory", "make observatory", figures, held=held)
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
