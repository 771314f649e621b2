"""Turn the entries of the check-in file into items, bands and the decision table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from bot.checkin.check_in import KINDS, Answer, Band, Item, Rule
from bot.checkin.entries import (
    BAND_TEXTS,
    Entry,
    Fault,
    check_answers,
    check_keys,
    check_known,
    check_list,
    check_text,
)
from bot.checkin.reading_conditions import read_condition

MOST_ITEMS = 24
RESERVED = ("set", "domain", "band")  # they begin other message ids
URGENCIES = ("none", "this_week", "today", "now")
TOPICS = ("imminent_risk", "suicide_risk", "other_endangers_child")
ITEM_KEYS = ("id", "domain", "question", "answers", "many", "when", "leaves")
BAND_KEYS = ("id", "urgency", *BAND_TEXTS, "module", "exercise", "services")
RULE_KEYS = ("id", "band", "when", "adds", "instead_of_sums")
ADDED = ("module", "exercise", "services")


def read_items(content: Entry) -> tuple[Item, ...]:
    """Return the items in their order; a condition may look at earlier items only."""
    entries = check_list(content["items"], "items:")
    if len(entries) > MOST_ITEMS:
        raise Fault(f"there are {len(entries)} items, {MOST_ITEMS} at most", "items:")
    items: dict[str, Item] = {}
    for entry in entries:
        items[entry["id"]] = _item(entry, content, items)
    return tuple(items.values())


def read_bands(content: Entry) -> tuple[Band, ...]:
    """Return the four bands, from the least urgent to the most."""
    bands = tuple(_band(entry) for entry in check_list(content["bands"], "bands:"))
    if tuple(band.urgency for band in bands) != URGENCIES:
        raise Fault(f"one band for each urgency, in this order: {', '.join(URGENCIES)}", "bands:")
    return bands


def read_rules(content: Entry, items: Sequence[Item], bands: Sequence[Band]) -> tuple[Rule, ...]:
    """Return the decision table, its most urgent lines first."""
    by_id, ranks = {item.id: item for item in items}, [band.id for band in bands]
    entries = check_list(content["decisions"], "decisions:")
    rules = tuple(_rule(entry, by_id, ranks) for entry in entries)
    for above, below in pairwise(rules):
        if ranks.index(above.band) < ranks.index(below.band):
            trail = ("decisions:", f"id: {below.id}")
            raise Fault(f"move {below.id} up to the other lines of {below.band}", *trail)
    return rules


def _item(entry: Entry, content: Entry, earlier: Mapping[str, Item]) -> Item:
    trail = ("items:", f"id: {entry['id']}")
    check_keys(entry, ITEM_KEYS, *trail, optional=("many", "when", "leaves"))
    check_text(entry, "question", *trail)
    check_known(entry["domain"], content["domains"], "domain", *trail, "domain:")
    if entry["id"] in RESERVED:
        raise Fault(f"an item can't be called {entry['id']}", *trail)
    answers = _answers(entry, content["answer_sets"], *trail)
    return Item(
        id=entry["id"],
        domain=entry["domain"],
        question=f"check_in.{entry['id']}.question",
        answers=answers,
        many=_many(entry, *trail),
        when=read_condition(entry["when"], earlier, *trail, "when:") if "when" in entry else None,
        leaves=_leaves(entry, answers, *trail),
    )


def _answers(entry: Entry, sets: Entry, *trail: str) -> tuple[Answer, ...]:
    answers, prefix = entry["answers"], f"check_in.{entry['id']}"
    if not isinstance(answers, list):
        check_known(answers, sets, "answer set", *trail, "answers:")
        answers, prefix = sets[answers], f"check_in.set.{answers}"
    checked = check_answers(answers, *trail, "answers:")
    return tuple(Answer(answer["id"], f"{prefix}.{answer['id']}") for answer in checked)


def _yes(entry: Entry, key: str, *trail: str) -> bool:
    value = entry.get(key, False)
    if not isinstance(value, bool):
        raise Fault(f"{key} is true or false", *trail, f"{key}:")
    return value


def _many(entry: Entry, *trail: str) -> bool:
    many = _yes(entry, "many", *trail)
    if many and "leaves" in entry:
        raise Fault("an item with many can't have leaves", *trail, "leaves:")
    return many


def _leaves(entry: Entry, answers: tuple[Answer, ...], *trail: str) -> dict[str, str]:
    leaves = entry.get("leaves", {})
    if not isinstance(leaves, dict):
        raise Fault("leaves needs answers and their topics", *trail, "leaves:")
    for answer, topic in leaves.items():
        check_known(answer, [each.id for each in answers], "answer", *trail, "leaves:")
        check_known(topic, TOPICS, "topic", *trail, "leaves:")
    return dict(leaves)


def _band(entry: Entry) -> Band:
    trail = ("bands:", f"id: {entry['id']}")
    check_keys(entry, BAND_KEYS, *trail, optional=("exercise",))
    for name in (*BAND_TEXTS, "module", *({"exercise"} & set(entry))):
        check_text(entry, name, *trail)
    prefix = f"check_in.band.{entry['id']}"
    return Band(
        id=entry["id"],
        urgency=entry["urgency"],
        says=tuple(f"{prefix}.{name}" for name in BAND_TEXTS if name != "name"),
        module=entry["module"],
        exercise=entry.get("exercise"),
        services=_kinds(entry, *trail),
    )


def _rule(entry: Entry, items: Mapping[str, Item], bands: Sequence[str]) -> Rule:
    trail = ("decisions:", f"id: {entry['id']}")
    check_keys(entry, RULE_KEYS, *trail, optional=("adds", "instead_of_sums"))
    check_known(entry["band"], bands, "band", *trail, "band:")
    adds = entry.get("adds", {})
    check_keys(adds, ADDED, *trail, "adds:", optional=ADDED)
    for name in {"module", "exercise"} & set(adds):
        check_text(adds, name, *trail, "adds:")
    return Rule(
        id=entry["id"],
        band=entry["band"],
        when=read_condition(entry["when"], items, *trail, "when:"),
        module=adds.get("module", ""),
        exercise=adds.get("exercise", ""),
        services=_kinds(adds, *trail),
        instead_of_sums=_yes(entry, "instead_of_sums", *trail),
    )


def _kinds(entry: Entry, *trail: str) -> tuple[str, ...]:
    kinds = entry.get("services", [])
    if not isinstance(kinds, list):
        raise Fault("services must be a list of kinds", *trail, "services:")
    for kind in kinds:
        check_known(kind, KINDS, "kind of services", *trail, "services:")
    return tuple(kinds)
