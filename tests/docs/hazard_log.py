"""Read the hazard log and make its page: ``python -m tests.docs.hazard_log``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.languages.yaml import read_yaml
from bot.settings import ROOT

SOURCE = ROOT / "docs" / "safety" / "hazards.yml"
PAGE = ROOT / "docs" / "safety" / "hazards.md"

STOPS = 4  # a risk that must be brought down

HEAD = """\
# Hazard log

{signed}

*Made from [hazards.yml](hazards.yml) by `python -m tests.docs.hazard_log`; not edited by hand.
`tests/docs/test_hazards.py` fails when a test that is named here does not exist, or when this page
is old.*

The manner is that of NHS DCB0129 (the maker's side); what a deployer has to do (DCB0160) is named
with each hazard. Severity and likelihood are estimates of engineers, without data.
"""
UNSIGNED = """\
*Draft by engineers. **No clinical safety officer has signed this log**, and no clinician has looked
at it. It is no clinical safety case.*"""
RISKS = """\
5 is unacceptable; 4 must be brought down; 3 is undesirable, and acceptable only if less can't be
had, which a clinical safety officer has to say; 1 and 2 are acceptable.
"""


@dataclass(frozen=True)
class Rating:
    """How bad, how likely, and what follows on the scales of the log: a risk from 1 to 5."""

    severity: str
    likelihood: str
    risk: int


@dataclass(frozen=True)
class Measure:
    """Something that is done, and the tests (``file::name``) that show it."""

    does: str
    shown_by: tuple[str, ...]


@dataclass(frozen=True)
class Hazard:
    """One thing that can go wrong for a person.

    Attributes:
        deployer: What whoever runs the service has to do.
        remains: What is still open with all of it.
    """

    id: str
    name: str
    cause: str
    effect: str
    before: Rating
    measures: tuple[Measure, ...]
    deployer: str
    after: Rating
    remains: str


@dataclass(frozen=True)
class Log:
    """The whole log; scales run from the least to the worst, ``risks`` by likelihood, severity."""

    signed: tuple[str, ...]
    severities: Mapping[str, str]
    likelihoods: Mapping[str, str]
    risks: Sequence[Sequence[int]]
    hazards: tuple[Hazard, ...]


def read_log(path: Path = SOURCE) -> Log:
    """Return the log in ``path``; a field that is missing or unknown is an error."""
    found = read_yaml(path)
    raw = found.pop("hazards")
    for scale in ("severities", "likelihoods"):
        found[scale] = dict(_step(**entry) for entry in found[scale])
    found["signed"] = tuple(found["signed"])
    empty = Log(**found, hazards=())
    return Log(**found, hazards=tuple(_hazard(entry, empty) for entry in raw))


def _step(name: str, means: str) -> tuple[str, str]:
    return name, means


def _hazard(entry: dict[str, Any], log: Log) -> Hazard:
    measures = [Measure(each["does"], tuple(each["shown_by"])) for each in entry["measures"]]
    ratings = {name: _rating(entry[name], log) for name in ("before", "after")}
    return Hazard(**{**entry, **ratings, "measures": tuple(measures)})


def _rating(entry: dict[str, str], log: Log) -> Rating:
    row = list(log.likelihoods).index(entry["likelihood"])
    column = list(log.severities).index(entry["severity"])
    return Rating(**entry, risk=log.risks[row][column])


def page_of(log: Log) -> str:
    """Return the page, as Markdown."""
    signed = f"Signed by: {', '.join(log.signed)}." if log.signed else UNSIGNED
    parts = [HEAD.format(signed=signed), *_scales(log), *_overview(log)]
    return "\n".join([*parts, *(_section(hazard) for hazard in log.hazards)])


def _scales(log: Log) -> Iterator[str]:
    yield "## Scales\n"
    yield _table(["likelihood \\ severity", *log.severities], _steps(log))
    yield RISKS
    for title, scale in (("Severity", log.severities), ("Likelihood", log.likelihoods)):
        yield (
            f"{title}: " + "; ".join(f"*{name}*: {means}" for name, means in scale.items()) + ".\n"
        )


def _steps(log: Log) -> Iterator[tuple[str, Sequence[int]]]:
    return zip(log.likelihoods, log.risks, strict=True)


def _overview(log: Log) -> Iterator[str]:
    yield "## All hazards\n"
    rows = [(h.id, [h.name, h.before.risk, h.after.risk]) for h in log.hazards]
    yield _table(["", "hazard", "risk before", "risk after"], rows)
    stopping = [hazard.id for hazard in log.hazards if hazard.after.risk >= STOPS]
    if stopping:
        yield f"No service may go live while a risk stays at {STOPS} or 5: {', '.join(stopping)}.\n"


def _section(hazard: Hazard) -> str:
    lines = [
        f"## {hazard.id} {hazard.name}\n",
        f"* **Cause:** {hazard.cause}",
        f"* **Effect:** {hazard.effect}",
        f"* **Before:** {_said(hazard.before)}",
        *(_measure(measure) for measure in hazard.measures),
        f"* **For the deployer:** {hazard.deployer}",
        f"* **After:** {_said(hazard.after)}",
        f"* **Remains:** {hazard.remains}\n",
    ]
    return "\n".join(lines)


def _measure(measure: Measure) -> str:
    return "\n".join([f"* {measure.does}", *(f"  `{test}`" for test in measure.shown_by)])


def _said(rating: Rating) -> str:
    return f"severity {rating.severity}, likelihood {rating.likelihood}: risk {rating.risk}"


def _table(head: Sequence[str], rows: Any) -> str:
    cells = [head, ["---"] * len(head), *([first, *map(str, rest)] for first, rest in rows)]
    return "\n".join(f"| {' | '.join(row)} |" for row in cells) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page_of(read_log()), encoding="utf-8")
