"""What an entry of the check-in file must look like, and where in the file a fault is."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from bot.languages.catalogs import placeholders

Entry = Mapping[str, Any]

FILE_KEYS = (
    "review", "intro", "domains", "answer_sets", "sums_in", "items", "bands", "decisions",
)  # fmt: skip
ANSWER_KEYS = ("id", "text")
BAND_TEXTS = ("name", "mirror", "do_now", "call")


class Fault(Exception):
    """Something in the file is wrong.

    Attributes:
        cure: What to change.
        trail: Words that follow one another in the file; the fault is in the line of the last.
    """

    def __init__(self, cure: str, *trail: str) -> None:
        """Keep where and how to mend it."""
        super().__init__(cure)
        self.cure, self.trail = cure, trail


def line_of(text: str, trail: Iterable[str]) -> int | None:
    """Return the line, counted from 1, where ``trail`` ends, as far as it can be followed.

    The same words twice in a row mean their second line.
    """
    lines, at, before = text.splitlines(), -1, ""
    for words in trail:
        pattern = re.compile(rf"(?<![\w-]){re.escape(words)}(?!\w)")
        rest = range(at + 1 if words == before else max(at, 0), len(lines))
        at, before = next((line for line in rest if pattern.search(lines[line])), at), words
    return at + 1 or None


def check_file(content: Any) -> Entry:
    """Return ``content`` once it has all its sections, and all shared words are in order."""
    check_keys(content, FILE_KEYS, optional=("review", "sums_in"))
    check_text(content, "intro")
    for name in ("domains", "answer_sets"):
        if not isinstance(content[name], dict):
            raise Fault(f"{name} must be a group of names", f"{name}:")
    tags = content.get("sums_in", [])
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise Fault("sums_in must be a list of locales: [en]", "sums_in:")
    for domain in content["domains"]:
        check_text(content["domains"], domain, "domains:")
    for name, answers in content["answer_sets"].items():
        check_answers(answers, "answer_sets:", f"{name}:")
    return dict(content)


def check_list(entries: Any, *trail: str) -> list[Entry]:
    """Return ``entries`` once it is a list in which every entry has an id of its own."""
    if not isinstance(entries, list) or not entries:
        raise Fault("this must be a list with at least one entry", *trail)
    seen: set[str] = set()
    for entry in entries:
        ident = entry.get("id") if isinstance(entry, dict) else None
        if not isinstance(ident, str) or not re.fullmatch(r"[a-z0-9_]+", ident):
            raise Fault("give every entry an id of small letters, digits and _", *trail)
        if ident in seen:
            raise Fault(f"the id {ident} is used twice", *trail, *[f"id: {ident}"] * 2)
        seen.add(ident)
    return entries


def check_answers(answers: Any, *trail: str) -> list[Entry]:
    """Return ``answers`` once each has an id of its own and a text."""
    for answer in check_list(answers, *trail):
        place = (*trail, f"id: {answer['id']}")
        check_keys(answer, ANSWER_KEYS, *place)
        check_text(answer, "text", *place)
        if answer["id"] in ("skip", "done", "question"):
            raise Fault(f"an answer can't be called {answer['id']}", *place)
    return list(answers)


def check_keys(
    entry: Any, keys: Collection[str], *trail: str, optional: Collection[str] = ()
) -> None:
    """Refuse an entry with a key that isn't in ``keys``, or without one that isn't optional."""
    if not isinstance(entry, dict):
        raise Fault(f"this needs the keys {', '.join(keys)}", *trail)
    for key in entry:
        if key not in keys:
            raise Fault(f"remove or correct the key {key}", *trail, f"{key}:")
    for key in keys:
        if key not in entry and key not in optional:
            raise Fault(f"add the missing key {key}", *trail)


def check_text(entry: Entry, key: str, *trail: str) -> None:
    """Refuse a text that is missing, empty, or holds a placeholder; nothing fills one here."""
    text = entry.get(key)
    if not isinstance(text, str) or not text.strip():
        raise Fault(f"write the missing words of {key}", *trail, f"{key}:")
    if _has_placeholder(text):
        raise Fault(f"{key} must have no {{braces}}", *trail, f"{key}:")


def check_known(value: Any, known: Collection[str], what: str, *trail: str) -> None:
    """Refuse a ``value`` that isn't one of ``known``."""
    if not isinstance(value, str) or value not in known:
        cure = f"there is no {what} {value}; use one of {', '.join(known)}"
        raise Fault(cure, *trail, str(value))


def _has_placeholder(text: str) -> bool:
    try:
        return bool(placeholders(text))
    except ValueError:
        return True
