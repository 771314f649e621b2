"""Order, buttons, kinds and minutes of a file, changed one at a time; the rest keeps every byte.

A form asks ``parts`` what it may change. What it changes is a whole file's text, which counts only
when the product can read it (bot.studio.staging).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import StringIO
from pathlib import PurePosixPath
from typing import Any, Final

from ruamel.yaml import YAML, YAMLError
from ruamel.yaml.scalarstring import LiteralScalarString

from bot.conversation.facts import CHECK_IN
from bot.errors import BrokenContent
from bot.modules.module import KINDS as EXERCISES
from bot.referral.service import KINDS as SERVICES
from bot.studio.index import Index
from bot.studio.scalars import WIDTH, Trail, scalars

LISTS: Final[Mapping[str, tuple[str, ...]]] = {
    "answers": ("services", "choices"),
    "modules": ("screens", "choices"),
    "exercises": ("steps", "choices"),
    "checkin": ("items",),
}
"""Folder below ``content/`` to the lists that a form may change, in the order of the page."""
FIXED: Final = ("items",)
"""Lists of which nothing goes: what the check-in decides hangs on each question."""
_FOLDERS: Final = {"answer": "answers", "module": "modules", "exercise": "exercises"}


@dataclass(frozen=True)
class Entry:
    """One entry of a list: its id or name, and the title that visitors read, or empty."""

    id: str
    title: str = ""
    minutes: str = ""


@dataclass(frozen=True)
class Parts:
    """What a form may change in a file.

    Attributes:
        lists: Name of a list to its entries, in their order.
        code: Where it stands on the shelf, such as ``M8``; or empty.
        kind: Of an exercise; or empty.
    """

    lists: Mapping[str, tuple[Entry, ...]]
    code: str = ""
    kind: str = ""


def has_form(file: str) -> bool:
    """Tell whether a file has a form for its structure."""
    path = PurePosixPath(file)
    return path.suffix == ".yml" and path.parts[:1] == ("content",) and path.parts[1] in LISTS


def file_of(part: str) -> str:
    """Return the file in which the structure of a part stands, or empty when it has no form."""
    kind, _, name = part.partition(".")
    if part == "check_in":
        return CHECK_IN
    return f"content/{_FOLDERS[kind]}/{name}.yml" if name and kind in _FOLDERS else ""


def parts(file: str, text: str) -> Parts:
    """Return what a form may change.

    Raises:
        BrokenContent: The text isn't YAML, or isn't built as its readers want it.
    """
    document = _read(file, text)
    try:
        names = [name for name in LISTS[PurePosixPath(file).parts[1]] if document.get(name)]
        lists = {name: tuple(map(_entry, document[name])) for name in names}
        return Parts(lists, str(document.get("code", "")), str(document.get("kind", "")))
    except (KeyError, TypeError, AttributeError):
        raise BrokenContent(file, None, "a key or a list in it is of another kind") from None


def in_order(text: str, name: str, order: Sequence[int]) -> str:
    """Return the text with the entries of a list in another order; those left out go.

    A remark above an entry goes with it.

    Raises:
        BrokenContent: It can't be written so; the path is left to the caller.
    """
    wanted = _read("", text)
    wanted[name] = [wanted[name][number] for number in order]
    node = _list(text, name)
    if node.flow_style:
        kept = [_piece(text, node.value[number]) for number in order]
        return _held(_with_flow(text, node, kept), wanted)
    blocks = _blocks(text, node)
    lines = text.split("\n")
    begin, end = blocks[0][0], blocks[-1][1]
    body = [line for number in order for line in lines[slice(*blocks[number])]]
    return _held("\n".join([*lines[:begin], *body, *lines[end:]]), wanted)


def with_entry(text: str, name: str, entry: str | Mapping[str, str]) -> str:
    """Return the text with one more entry at the end of a list.

    Raises:
        BrokenContent: As ``in_order``.
    """
    wanted = _read("", text)
    wanted[name] = [*wanted[name], entry]
    node = _list(text, name)
    if node.flow_style:
        kept = [_piece(text, each) for each in node.value]
        return _held(_with_flow(text, node, [*kept, str(entry)]), wanted)
    lines, end = text.split("\n"), _blocks(text, node)[-1][1]
    indent = " " * node.start_mark.column
    added = [f"{indent}{line}".rstrip() for line in _dumped(entry).rstrip("\n").split("\n")]
    return _held("\n".join([*lines[:end], *added, *lines[end:]]), wanted)


def with_value(text: str, trail: Trail, value: str | int) -> str:
    """Return the text with another plain word or number at ``trail``.

    Raises:
        BrokenContent: As ``in_order``.
    """
    wanted = _read("", text)
    inner = wanted
    for step in trail[:-1]:
        inner = inner[step]
    inner[trail[-1]] = value
    old, lines = scalars(text)[trail], text.split("\n")
    line = lines[old.line]
    lines[old.line] = line[: old.column] + str(value) + line[old.last_column :]
    return _held("\n".join(lines), wanted)


def offered(index: Index, name: str, present: Iterable[str]) -> list[str]:
    """Return what a list of names may have besides: kinds of services, or buttons in use."""
    found = SERVICES if name == "services" else sorted(_buttons(index))
    return [each for each in found if each not in present]


def kinds() -> tuple[str, ...]:
    """Return the kinds of exercises."""
    return EXERCISES


def _buttons(index: Index) -> set[str]:
    """Return every button that leads somewhere: what is used now, and each text to read."""
    shelf = {name for name in index.part_of.values() if name.startswith(("module.", "exercise."))}
    facts = (json.loads(fact) for part, fact in index.facts.shared.items() if _has_buttons(part))
    used = {choice for fact in facts for key, value in fact[1:] if key == "choices"
            for choice in value}  # fmt: skip
    return {each for each in shelf if each.count(".") == 1} | used


def _has_buttons(part: str) -> bool:
    return part.startswith(("answer.", "module.", "exercise."))


def _entry(entry: Any) -> Entry:
    if isinstance(entry, str):
        return Entry(entry)
    title = str(entry.get("title") or entry.get("question") or "")
    return Entry(str(entry["id"]), title, str(entry.get("minutes", "")))


def _read(file: str, text: str) -> Any:
    try:
        document = YAML(typ="safe").load(text)
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        cure = str(getattr(error, "problem", None) or "not valid YAML")
        raise BrokenContent(file, mark.line + 1 if mark else None, cure) from None
    if not isinstance(document, dict):
        raise BrokenContent(file, 1, "the file must hold keys with values")
    return document


def _list(text: str, name: str) -> Any:
    root = YAML(typ="safe").compose(text)
    return next(value for key, value in root.value if key.value == name)


def _piece(text: str, node: Any) -> str:
    return text[node.start_mark.index : node.end_mark.index]


def _with_flow(text: str, node: Any, entries: Iterable[str]) -> str:
    begin, end = node.start_mark.index, node.end_mark.index
    return f"{text[:begin]}[{', '.join(entries)}]{text[end:]}"


def _blocks(text: str, node: Any) -> list[tuple[int, int]]:
    """Return the lines of each entry of a list, with the remarks above it: first, and after."""
    lines, column = text.split("\n"), node.start_mark.column
    found: list[tuple[int, int]] = []
    for entry in node.value:
        first = entry.start_mark.line
        lead = first - sum(1 for _ in _remarks(lines, first, found[-1][1] if found else 0))
        found.append((lead, _end(lines, first, column)))
    return found


def _remarks(lines: Sequence[str], first: int, after: int) -> Iterator[str]:
    for line in reversed(lines[after:first]):
        if line.strip() and not line.lstrip().startswith("#"):
            return
        yield line


def _end(lines: Sequence[str], first: int, column: int) -> int:
    """Return the line after the last one of an entry that begins with a dash at ``column``."""
    end = first + 1
    for number in range(first + 1, len(lines)):
        if lines[number].strip():
            if len(lines[number]) - len(lines[number].lstrip(" ")) <= column:
                break
            end = number + 1
    return end


def _dumped(entry: str | Mapping[str, str]) -> str:
    """Return an entry as the lines of a list of its own."""
    writer, out = YAML(), StringIO()
    writer.width = WIDTH
    value = entry if isinstance(entry, str) else {k: _block(each) for k, each in entry.items()}
    writer.dump([value], out)
    return out.getvalue()


def _block(words: str) -> str:
    return LiteralScalarString(words) if "\n" in words else words


def _held(text: str, wanted: Any) -> str:
    """Return ``text`` if it says exactly what is wanted."""
    with suppress(YAMLError):
        if YAML(typ="safe").load(text) == wanted:
            return text
    raise BrokenContent("", None, "this can't be written in a form; change the file instead")
