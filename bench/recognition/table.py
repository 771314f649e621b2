"""Put the comparison into tables that can be read without this code."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bench.recognition.asking import TO_CATCH
from bench.recognition.columns import Column
from bot.safety.evaluation import Judged, Share
from bot.safety.figures import WITHOUT_TRAINING, Name, measure

MISSED: Final = {
    Name.IMMINENT_RISK_CAUGHT: "imminent_risk missed",
    Name.SUICIDE_RISK_CAUGHT: "suicide_risk missed",
}
"""Figures that are told the other way round: the number of texts that were not caught."""

SHOWN: Final = (
    Name.TOPIC_RIGHT,
    Name.SAFETY_CAUGHT,
    *MISSED,
    Name.OTHERS_ROUTED,
    Name.OTHERS_ASKED,
    Name.CHILDREN_FLAGGED,
)
BY_LOCALE: Final = (Name.TOPIC_RIGHT, Name.SAFETY_CAUGHT)
OURS: Final = "ours"
BARE: Final = "ours, bare"


@dataclass(frozen=True)
class Cost:
    """What a side takes.

    Attributes:
        training_seconds: None where it wasn't trained in this run.
        milliseconds: Median of one text at a time.
    """

    training_seconds: float | None
    memory_mb: float
    milliseconds: float


@dataclass(frozen=True)
class Compared:
    """Everything that was measured.

    Attributes:
        examples: How many the others than ours learnt from.
        chosen: Columns whose thresholds for asking were chosen for each.
        by_policy: The same sides with the policy's thresholds.
        costs: By side; ours among them.
    """

    examples: int
    epochs: int
    chosen: Sequence[Column]
    by_policy: Sequence[Column]
    costs: Mapping[str, Cost]


def table(compared: Compared) -> str:
    """Return recognition with both kinds of thresholds, by locale, and what it takes."""
    parts = [
        _introduction(compared),
        [
            f"each asks from where {TO_CATCH:.0%} of held-out safety examples are caught",
            *_recognition(compared.chosen),
        ],
        ["all ask from the policy's thresholds", *_recognition(compared.by_policy)],
        *(_by_locale(name, compared.chosen) for name in BY_LOCALE),
        _costs(compared.costs),
    ]
    return "\n\n".join("\n".join(part) for part in parts)


def _introduction(compared: Compared) -> Iterator[str]:
    yield f"{OURS}: the product as it runs, with its listed phrases and the policy's thresholds"
    yield f"{BARE}: its classifier without listed phrases, to compare like with like"
    yield f"DIET: Rasa's stock pipeline, {compared.epochs} epochs"
    yield f"DIET and n-grams learnt from {compared.examples} examples of the locales below"


def _recognition(columns: Sequence[Column]) -> Iterator[str]:
    yield _row("", *(column.name for column in columns), "texts")
    yield _row("asks from", *map(_threshold, columns), "")
    for name, tags in _groups(columns[0]):
        if tags:
            yield _row(f"{name}: {' '.join(tags)}")
            pooled = [_pooled(column, tags) for column in columns]
            yield from (_figure(figure, pooled) for figure in SHOWN)


def _by_locale(name: Name, columns: Sequence[Column]) -> Iterator[str]:
    yield _row(f"{name}, as in the first table", *(column.name for column in columns), "texts")
    for tag in columns[0].judged:
        judged = [column.judged[tag] for column in columns]
        yield _figure(name, judged, label=tag)


def _costs(costs: Mapping[str, Cost]) -> Iterator[str]:
    others = [name for name in costs if name != OURS]
    yield _row("what it takes", *costs, *(f"{OURS}/{name}" for name in others))
    yield _compared("training (s)", costs, lambda cost: cost.training_seconds)
    yield _compared("peak memory, hearing (MB)", costs, lambda cost: cost.memory_mb)
    yield _compared("a sentence, median (ms)", costs, lambda cost: cost.milliseconds)


def _groups(column: Column) -> Iterator[tuple[str, list[str]]]:
    untrained = [tag for tag in column.judged if tag in WITHOUT_TRAINING]
    yield "with examples", [tag for tag in column.judged if tag not in WITHOUT_TRAINING]
    yield "without examples", untrained


def _pooled(column: Column, tags: Sequence[str]) -> Judged:
    return [pair for tag in tags for pair in column.judged[tag]]


def _figure(name: Name, judged: Sequence[Judged], label: str = "") -> str:
    shares = [measure("", one).figures[name].share for one in judged]
    cells = (_missed(share) if name in MISSED else _share(share) for share in shares)
    return _row(f"  {label or MISSED.get(name, name)}", *cells, str(shares[0].of))


def _share(share: Share) -> str:
    return f"{share.value:.3f}" if share.of else "none"


def _missed(share: Share) -> str:
    return str(share.of - share.hits) if share.of else "none"


def _threshold(column: Column) -> str:
    return "policy" if column.asks_from is None else f"{column.asks_from:.3f}"


def _compared(name: str, costs: Mapping[str, Cost], figure: Callable[[Cost], float | None]) -> str:
    figures = {side: figure(cost) for side, cost in costs.items()}
    ours = figures[OURS]
    others = [number for side, number in figures.items() if side != OURS]
    return _row(name, *map(_number, figures.values()), *(_ratio(ours, one) for one in others))


def _number(figure: float | None) -> str:
    return "not run" if figure is None else f"{figure:.1f}"


def _ratio(ours: float | None, other: float | None) -> str:
    return f"{ours / other:.2f}" if ours is not None and other else ""


def _row(name: str, *cells: str) -> str:
    return (f"{name:<36}" + "".join(f"{cell:>14}" for cell in cells)).rstrip()
