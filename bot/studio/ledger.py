"""Read content/signoff.yml quickly: thousands of lines, of which one changes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Final

from bot.languages.signoff import SIGNATURES, Signature, read_ledger

LINE: Final = re.compile(
    r'- \{part: (\S+), locale: (\S+), hash: "([0-9a-f]{64})", role: (\w+),'
    r" on: (\d{4}-\d\d-\d\d), until: (\d{4}-\d\d-\d\d)\}"
)


def read(path: Path, known: Mapping[str, Signature]) -> dict[str, Signature]:
    """Return the signatures of a ledger by their lines.

    Lines in ``known`` aren't read again. A ledger that somebody wrote by hand is read as the
    product reads it.

    Raises:
        BrokenContent: As bot.languages.signoff.read_ledger.
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    begin = lines.index(SIGNATURES) + 1 if SIGNATURES in lines else len(lines)
    written = lines[begin:]
    if not written or not all(line in known or LINE.fullmatch(line) for line in written):
        return {str(number): each for number, each in enumerate(read_ledger(path))}
    found = {line: known.get(line) or _signature(line) for line in written}
    if len({each.place for each in found.values()}) < len(written):
        read_ledger(path)  # which says what is there twice
    return found


def _signature(line: str) -> Signature:
    found = LINE.fullmatch(line)
    part, locale, digest, role, on, until = found.groups() if found else ("",) * 6
    return Signature(part, locale, digest, role, date.fromisoformat(on), date.fromisoformat(until))
