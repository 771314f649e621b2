"""What mutmut left in its folder: each change that it made, and what became of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path
from typing import Any, Final

from mutmut.stats import status_by_exit_code
from mutmut.utils.format_utils import orig_function_and_class_names_from_key

from tests.mutation.equivalents import EQUIVALENTS, Equivalent

KILLED: Final = frozenset({"killed", "timeout", "segfault"})
"""What counts as seen by a test; a change that makes the code run forever is seen as well."""


@dataclass(frozen=True)
class Mutant:
    """One change.

    Attributes:
        name: mutmut's, for ``mutmut show``.
        file: The changed file, from the checkout's root.
        function: Its function or method, with the module.
        status: mutmut's word for what became of it.
        change: The lines that differ, those of before with ``-`` and those of now with ``+``.
    """

    name: str
    file: str
    function: str
    status: str
    change: str

    @property
    def is_killed(self) -> bool:
        """A test fails with it."""
        return self.status in KILLED

    @property
    def is_equivalent(self) -> bool:
        """No test can fail with it, because it changes nothing that anybody could see."""
        return not self.is_killed and any(
            entry.fits(self.function, self.change) for entry in EQUIVALENTS
        )

    @property
    def lives(self) -> bool:
        """A test is missing."""
        return not self.is_killed and not self.is_equivalent


def mutants(root: Path) -> list[Mutant]:
    """Return every mutant of the run that lies in ``root``, in order of files and lines."""
    folder = root / "mutants"
    return [each for meta in sorted(folder.rglob("*.py.meta")) for each in _of(folder, meta)]


def unfound(found: Iterable[Mutant]) -> list[Equivalent]:
    """Return what is listed as equivalent although no such change was made, or one was killed."""
    alive = [mutant for mutant in found if mutant.is_equivalent]
    return [
        entry
        for entry in EQUIVALENTS
        if not any(entry.fits(mutant.function, mutant.change) for mutant in alive)
    ]


def _of(folder: Path, meta: Path) -> Iterator[Mutant]:
    path = meta.with_suffix("")
    lines = path.read_text("utf-8").splitlines()
    spans = _json(path.with_suffix(".py.spans"))["spans"]
    for name, code in _json(meta)["exit_code_by_key"].items():
        module, _, short = name.rpartition(".")
        function, of_class = orig_function_and_class_names_from_key(name)
        yield Mutant(
            name=name,
            file=str(path.relative_to(folder)),
            function=".".join(part for part in (module, of_class, function) if part),
            status=status_by_exit_code[code],
            change=_change(lines, spans, short),
        )


def _change(lines: list[str], spans: Mapping[str, tuple[int, int]], short: str) -> str:
    before, now = (
        [line.replace(name, "") for line in lines[first - 1 : last]]
        for name in (f"{short.partition('__mutmut_')[0]}__mutmut_orig", short)
        for first, last in [spans[name]]
    )
    differing = [line for line in unified_diff(before, now, n=0, lineterm="") if line[0] in "+-"]
    return "\n".join(f"{line[0]} {line[1:].strip()}" for line in differing[2:])


def _json(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))
