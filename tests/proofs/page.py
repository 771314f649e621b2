"""docs/proofs.md, made of promises.yml and of what was measured: no figure is typed by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from bot.languages.yaml import read_yaml
from bot.settings import ROOT
from tests.proofs.record import CHANGED, Figure, Record, written

PAGE: Final = ROOT / "docs" / "proofs.md"
KEPT: Final = ROOT / "docs" / "proofs.json"
PROMISES: Final = Path(__file__).with_name("promises.yml")


@dataclass(frozen=True)
class Promise:
    """What is promised, the records that measure it, and the tests that hold it at every commit."""

    title: str
    says: str
    measured_by: tuple[str, ...]
    held_by: tuple[str, ...]


@dataclass(frozen=True)
class Promises:
    """All of them, and the command that makes each record."""

    promises: tuple[Promise, ...]
    commands: Mapping[str, str]


@dataclass(frozen=True)
class Measured:
    """What is known when the page is made: at which commit and day, and every record by name."""

    commit: str
    day: str
    records: Mapping[str, Record]


def promises(path: Path = PROMISES) -> Promises:
    """Return what promises.yml says."""
    read: dict[str, Any] = read_yaml(path)
    made = tuple(
        Promise(each["title"], each["says"].strip(), (*each["measured_by"],), (*each["held_by"],))
        for each in read["promises"]
    )
    return Promises(made, read["commands"])


def kept(path: Path = KEPT) -> Measured:
    """Return what was kept when the page was made last; nothing if it never was."""
    if not path.exists():
        return Measured("", "", {})
    fields = json.loads(path.read_text(encoding="utf-8"))
    records = (Record(**each) for each in fields["records"])
    return Measured(fields["commit"], fields["day"], {each.name: each for each in records})


def keep(measured: Measured, path: Path = KEPT) -> None:
    """Keep it beside the page, so that the page can be made again without measuring again."""
    records = [asdict(measured.records[name]) for name in sorted(measured.records)]
    fields = {"commit": measured.commit, "day": measured.day, "records": records}
    path.write_text(written(fields), encoding="utf-8")


def page(known: Promises, measured: Measured) -> str:
    """Return docs/proofs.md."""
    parts = (_promise(each, known.commands, measured) for each in known.promises)
    return "\n".join([*_top(known, measured), *(line for part in parts for line in part)])


def _top(known: Promises, measured: Measured) -> Iterator[str]:
    now = {name for name, each in measured.records.items() if _is_of(each, measured.commit)}
    others = dict.fromkeys(known.commands[name] for name in sorted({*known.commands} - now))
    yield "# Proofs: what is promised, what was measured, which test holds it"
    yield ""
    yield f"*Written by `make proofs` on commit `{measured.commit}`, {measured.day}; don't change"
    yield "it by hand.*"
    yield ""
    yield "Each figure comes from the command beside it, with the commit and the machine that it"
    yield "was measured on; `with changes` means that files differed from the commit. Tests run at"
    yield "each commit; what a machine lacks for one (root, nginx, systemd, npm) it says when it is"
    yield "left out. These commands take longer, and are run before a release."
    yield ""
    if others:
        yield f"Not measured on this commit: {', '.join(f'`{command}`' for command in others)}."
        yield ""


def _promise(promise: Promise, commands: Mapping[str, str], measured: Measured) -> Iterator[str]:
    yield f"## {promise.title}"
    yield promise.says
    yield ""
    for name in promise.measured_by:
        yield from _figures(commands[name], measured.records.get(name), measured.commit)
    yield "Held at each commit by:"
    yield from (f"* `{test}`" for test in promise.held_by)
    yield ""


def _figures(command: str, record: Record | None, commit: str) -> Iterator[str]:
    if record is None:
        yield f"**`{command}`**: not measured yet."
        yield ""
        return
    when = "on this commit" if _is_of(record, commit) else f"on commit `{record.commit}`"
    held = "held" if record.held else "**not held**"
    yield f"**`{record.command}`**: {held}, {when}, {record.day}, {record.machine}."
    yield ""
    yield "| measured | |"
    yield "|---|---:|"
    yield from (f"| {label} | {_shown(figure)} |" for label, figure in record.figures.items())
    yield ""


def _is_of(record: Record, commit: str) -> bool:
    """Tell whether it was measured on this very commit; no two changes of one are the same."""
    return record.commit == commit and not commit.endswith(CHANGED)


def _shown(figure: Figure) -> str:
    return figure if isinstance(figure, str) else f"{figure:,}"
