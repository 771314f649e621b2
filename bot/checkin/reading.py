"""Read ``content/checkin/check_in.yml``, and refuse what is broken with file, line and cure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bot.checkin.check_in import CheckIn
from bot.checkin.entries import BAND_TEXTS, Entry, Fault, check_file, line_of
from bot.checkin.reading_parts import read_bands, read_items, read_rules
from bot.errors import BrokenContent
from bot.languages.yaml import read_yaml


def read_check_in(path: Path) -> CheckIn:
    """Return the check-in that clinicians wrote.

    Raises:
        BrokenContent: A key, an id or a text is unknown, missing, doubled or out of order.
    """
    try:
        content = check_file(read_yaml(path))
        items = read_items(content)
        bands = read_bands(content)
        rules = read_rules(content, items, bands)
        return CheckIn(items, bands, rules, frozenset(content.get("sums_in", [])))
    except Fault as fault:
        line = line_of(path.read_text(encoding="utf-8"), fault.trail)
        raise BrokenContent(path, line, fault.cure) from None


def check_in_words(path: Path) -> dict[str, str]:
    """Return message id to English text of the whole check-in.

    Raises:
        BrokenContent: As ``read_check_in``; words of a broken check-in are worth nothing.
    """
    read_check_in(path)
    return dict(_words(read_yaml(path)))


def _words(content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "check_in.intro", content["intro"].strip()
    for domain, text in content["domains"].items():
        yield f"check_in.domain.{domain}", text.strip()
    for name, answers in content["answer_sets"].items():
        yield from _labels(f"check_in.set.{name}", answers)
    for item in content["items"]:
        yield f"check_in.{item['id']}.question", item["question"].strip()
        if isinstance(item["answers"], list):
            yield from _labels(f"check_in.{item['id']}", item["answers"])
    for band in content["bands"]:
        for name in BAND_TEXTS:
            yield f"check_in.band.{band['id']}.{name}", band[name].strip()


def _labels(prefix: str, answers: list[Entry]) -> Iterator[tuple[str, str]]:
    return ((f"{prefix}.{answer['id']}", answer["text"].strip()) for answer in answers)
