"""``python -m tests.supply.advisories``: make docs/advisories.md of docs/advisories.yml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bot.languages.yaml import read_yaml
from bot.settings import ROOT

LIST: Final = ROOT / "docs" / "advisories.yml"
PAGE: Final = ROOT / "docs" / "advisories.md"
LEFT_OUT: Final = "left out"


@dataclass(frozen=True)
class Reason:
    """Why a weakness can't be used here, and the tests and files that hold it."""

    why: str
    held_by: tuple[str, ...]


@dataclass(frozen=True)
class Weakness:
    """One that a locked version has; ``id`` is what pip-audit knows it by."""

    package: str
    version: str
    id: str
    reason: str
    what: str


@dataclass(frozen=True)
class Lifted:
    """One that an older version had; ``newer`` is the locked one, or LEFT_OUT."""

    package: str
    older: str
    newer: str
    id: str
    what: str


@dataclass(frozen=True)
class Advisories:
    """The whole list, as of one day."""

    as_of: str
    sources: str
    reasons: Mapping[str, Reason]
    here: tuple[Weakness, ...]
    lifted: tuple[Lifted, ...]


def advisories(path: Path = LIST) -> Advisories:
    """Return the list.

    Raises:
        TypeError: A field is missing, or there is one too many.
    """
    read: dict[str, Any] = read_yaml(path)
    reasons = {n: Reason(r["why"], tuple(r["held_by"])) for n, r in read["reasons"].items()}
    here = tuple(Weakness(**fields) for fields in read["here"])
    lifted = tuple(
        Lifted(each["package"], each["from"], each["to"], each["id"], each["what"])
        for each in read["lifted"]
    )
    return Advisories(str(read["as_of"]), read["sources"].strip(), reasons, here, lifted)


def page(known: Advisories) -> str:
    """Return docs/advisories.md."""
    return "\n".join([*_top(known), *_here(known), *_lifted(known)]) + "\n"


def _top(known: Advisories) -> Iterator[str]:
    yield "# Known weaknesses of the packages"
    yield ""
    yield "*Made of `docs/advisories.yml` by `python -m tests.supply.advisories`; don't change it"
    yield "by hand. No security auditor has looked at it.*"
    yield ""
    yield f"As of {known.as_of}. {known.sources}"
    yield ""
    yield "So this list may lack some. `make audit` asks a live database for others, and says so"
    yield "when it gives no answer; `make audit SNAPSHOT=folder` asks a copy of one."
    yield "Ask where there is a network, once a week and before each release. Rasa 3.6 is out of"
    yield "maintenance: what is found in it will not be mended by its makers."
    yield ""


def _here(known: Advisories) -> Iterator[str]:
    yield "## In the locked versions, and why they can't be used"
    for name, reason in known.reasons.items():
        yield ""
        yield f"### Needs {name.replace('_', ' ')}"
        yield reason.why.strip()
        yield f"Held by {', '.join(f'`{each}`' for each in reason.held_by)}."
        yield ""
        yield "| package | version | advisory | what |"
        yield "|---|---|---|---|"
        for each in known.here:
            if each.reason == name:
                yield f"| {each.package} | {each.version} | {each.id} | {each.what} |"
    yield ""


def _lifted(known: Advisories) -> Iterator[str]:
    yield "## Gone, because a newer version is locked or the package is left out"
    yield ""
    yield "| package | older | locked | advisory | what |"
    yield "|---|---|---|---|---|"
    for each in known.lifted:
        cells = (each.package, each.older, each.newer, each.id, each.what)
        yield f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    PAGE.write_text(page(advisories()), encoding="utf-8")
