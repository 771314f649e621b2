"""Read the conditions of the check-in file: is, at_least, at_most, sum, all, any."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any as Anything

from bot.checkin.check_in import SKIP, Item
from bot.checkin.conditions import All, Any, Chosen, Condition, Sum
from bot.checkin.entries import Entry, Fault, check_keys, check_known

JOINS: Mapping[str, type[All] | type[Any]] = {"all": All, "any": Any}


def read_condition(entry: Anything, items: Mapping[str, Item], *trail: str) -> Condition:
    """Return what ``entry`` asks for; it may look at ``items`` only."""
    if not isinstance(entry, dict):
        raise Fault("a condition needs one of: item, sum, all, any", *trail)
    for join, kind in JOINS.items():
        if join in entry:
            check_keys(entry, (join,), *trail)
            return kind(_parts(entry[join], items, *trail, f"{join}:"))
    return _sum(entry, items, *trail) if "sum" in entry else _chosen(entry, items, *trail)


def _parts(entries: Anything, items: Mapping[str, Item], *trail: str) -> tuple[Condition, ...]:
    if not isinstance(entries, list) or not entries:
        raise Fault("this needs a list of conditions", *trail)
    return tuple(read_condition(entry, items, *trail) for entry in entries)


def _sum(entry: Entry, items: Mapping[str, Item], *trail: str) -> Sum:
    check_keys(entry, ("sum", "at_least"), *trail)
    if not isinstance(entry["sum"], list) or not entry["sum"]:
        raise Fault("sum needs a list of items", *trail, "sum:")
    for name in entry["sum"]:
        check_known(name, items, "earlier item", *trail)
    return Sum({name: _values(items[name]) for name in entry["sum"]}, _number(entry, *trail))


def _chosen(entry: Entry, items: Mapping[str, Item], *trail: str) -> Chosen:
    tests = [key for key in ("is", "at_least", "at_most") if key in entry]
    check_keys(entry, ("item", *tests), *trail)
    if len(tests) != 1:
        raise Fault("a condition needs one of: is, at_least, at_most", *trail, "item:")
    check_known(entry["item"], items, "earlier item", *trail)
    item = items[entry["item"]]
    wanted = _named(entry, item, *trail) if tests == ["is"] else _reaching(entry, item, *trail)
    return Chosen(item.id, wanted)


def _named(entry: Entry, item: Item, *trail: str) -> frozenset[str]:
    named = entry["is"] if isinstance(entry["is"], list) else [entry["is"]]
    for answer in named:
        check_known(answer, [*_values(item), SKIP], f"answer of {item.id} called", *trail)
    return frozenset(named)


def _reaching(entry: Entry, item: Item, *trail: str) -> frozenset[str]:
    limit, values = _number(entry, *trail), _values(item)
    if "at_least" in entry:
        return frozenset(answer for answer, value in values.items() if value >= limit)
    return frozenset(answer for answer, value in values.items() if value <= limit)


def _number(entry: Entry, *trail: str) -> int:
    key = "at_most" if "at_most" in entry else "at_least"
    limit = entry[key]
    if not isinstance(limit, int) or isinstance(limit, bool):
        raise Fault(f"{key} needs a whole number", *trail, f"{key}:")
    return limit


def _values(item: Item) -> dict[str, int]:
    return {answer.id: value for value, answer in enumerate(item.answers)}
