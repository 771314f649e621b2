"""Replace one text in a YAML file, and leave every other byte as it is."""

from __future__ import annotations

import functools
import json
import re
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ruamel.yaml import YAML, YAMLError

from bot.errors import BrokenContent

WIDTH: Final = 100  # characters of a line
TEXT: Final = "tag:yaml.org,2002:str"
BLOCKS: Final = ("|", ">")

Trail = tuple[str | int, ...]
"""Keys and places in lists, counted from 0, that lead to a value."""


@dataclass(frozen=True)
class Scalar:
    """One value, and where it stands.

    Attributes:
        line: Where it begins, counted from 0; so are ``column``, ``last_line``, ``last_column``.
        style: ``|``, ``>``, a quotation mark, or nothing.
        indent: How far the lines of a block would be moved in; -1 where there can be none.
    """

    tag: str
    value: str
    style: str
    line: int
    column: int
    last_line: int
    last_column: int
    indent: int


@functools.lru_cache(maxsize=4)  # a file is read to show it, to change it and to compare it
def scalars(text: str) -> Mapping[Trail, Scalar]:
    """Return every value of a YAML text by its trail.

    Raises:
        ruamel.yaml.YAMLError: It isn't YAML.
    """
    root = YAML(typ="safe").compose(text)
    return {} if root is None else dict(_walk(root, (), -1))


def values(found: Mapping[Trail, Scalar]) -> dict[Trail, tuple[str, str]]:
    """Return what the values are, wherever and however they are written."""
    return {trail: (scalar.tag, scalar.value) for trail, scalar in found.items()}


def replaced(text: str, trail: Trail, words: str) -> str:
    """Return ``text`` with ``words``, which aren't empty or padded, as the value at ``trail``.

    It is written in the style that stood there, where that can hold the new words.

    Raises:
        BrokenContent: YAML can't hold the words there; the path is left to the caller.
    """
    found = scalars(text)
    old = found[trail]
    if old.value.strip() == words:
        return text
    wanted = values(found) | {trail: (TEXT, words)}
    for candidate in _candidates(text.split("\n"), old, words):
        if _holds(candidate, trail, wanted):
            return candidate
    raise BrokenContent("", old.line + 1, "these words can't be written here; use plain letters")


def _walk(node: Any, trail: Trail, indent: int) -> Iterator[tuple[Trail, Scalar]]:
    if node.id == "mapping":
        for key, value in node.value:
            inner = -1 if node.flow_style else key.start_mark.column + 2
            yield from _walk(value, (*trail, key.value), inner)
    elif node.id == "sequence":
        for number, value in enumerate(node.value):
            inner = -1 if node.flow_style else value.start_mark.column
            yield from _walk(value, (*trail, number), inner)
    else:
        yield trail, _scalar(node, indent)


def _scalar(node: Any, indent: int) -> Scalar:
    begin, end = node.start_mark, node.end_mark
    return Scalar(
        node.tag, node.value, node.style or "", begin.line, begin.column, end.line, end.column,
        indent,
    )  # fmt: skip


def _holds(text: str, trail: Trail, wanted: Mapping[Trail, tuple[str, str]]) -> bool:
    """Tell whether ``text`` has the wanted values and no other; blank ends don't count."""
    try:
        found = values(scalars(text))
    except YAMLError:
        return False
    tag, value = found.get(trail, ("", ""))
    return found | {trail: (tag, value.strip())} == wanted


def _candidates(lines: list[str], old: Scalar, words: str) -> Iterator[str]:
    """Yield the text with the new words, in the style to prefer first."""
    if old.style in BLOCKS:
        yield from _as_blocks(lines, old, words)
    else:
        yield from _inline_first(lines, old, words)


def _as_blocks(lines: list[str], old: Scalar, words: str) -> Iterator[str]:
    first, last, indent = _block(lines, old.line + 1)
    head = lines[old.line]
    for style in BLOCKS if old.style == "|" else reversed(BLOCKS):
        header = head[: old.column] + style + head[old.column + 1 :]
        above = [*lines[: old.line], header, *lines[old.line + 1 : first]]
        for body in _bodies(style, indent, words):
            yield "\n".join([*above, *body, *lines[last:]])


def _block(lines: list[str], begin: int) -> tuple[int, int, int]:
    """Return the first line of a block's text, the one after its last, and its indentation."""
    first = next(number for number in range(begin, len(lines)) if lines[number].strip())
    indent = _indent(lines[first])
    last = first
    for number in range(first, len(lines)):
        if lines[number].strip() and _indent(lines[number]) < indent:
            break
        if lines[number].strip():
            last = number
    return first, last + 1, indent


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _inline_first(lines: list[str], old: Scalar, words: str) -> Iterator[str]:
    before, after = lines[old.line][: old.column], lines[old.last_line][old.last_column :]
    above, below = lines[: old.line], lines[old.last_line + 1 :]
    inline = ("\n".join([*above, before + each + after, *below]) for each in _quoted(old, words))
    blocks = (
        "\n".join([*above, f"{before}{style}-{after}", *body, *below])
        for style in _block_styles(words)
        for body in _bodies(style, old.indent, words)
        if old.indent >= 0
    )
    is_wide = len(before) + len(words) > WIDTH >= len(lines[old.line])
    if "\n" in words or is_wide or old.last_line > old.line:
        yield from blocks
    yield from inline


def _block_styles(words: str) -> tuple[str, ...]:
    return ("|",) if "\n" in words else (">", "|")


def _quoted(old: Scalar, words: str) -> Iterator[str]:
    if "\n" not in words:
        if old.style == "":
            yield words
        if old.style == "'":
            yield "'" + words.replace("'", "''") + "'"
    yield json.dumps(words, ensure_ascii=False)


def _bodies(style: str, indent: int, words: str) -> Iterator[list[str]]:
    """Yield the lines of a block, wrapped first; a folded one shows a break as an empty line."""
    if style == ">":
        for width in (WIDTH - indent, len(words) + 1):
            folded = re.sub(r"\n+", lambda run: run[0] + "\n", words).split("\n")
            yield _moved([part for line in folded for part in _wrapped(line, width)], indent)
    else:
        yield _moved(words.split("\n"), indent)


def _wrapped(line: str, width: int) -> list[str]:
    broken = textwrap.wrap(
        line, max(width, 20), break_long_words=False, break_on_hyphens=False
    )  # fmt: skip
    return broken or [""]


def _moved(lines: list[str], indent: int) -> list[str]:
    return [" " * indent + line if line else "" for line in lines]
