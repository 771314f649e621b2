"""Read structured fields (RFC 9651) as far as our headers need; what is none raises an error."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

KEY = re.compile(r"[a-z*][a-z0-9_.*-]*")
TOKEN = re.compile(r"[A-Za-z*][A-Za-z0-9:/!#$%&'*+.^_`|~-]*")
NUMBER = re.compile(r"-?\d{1,15}(?!\.)")
STRING = re.compile(r'"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"')


class Token(str):
    """A word without quotation marks, which is something else than a text with them."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return type(other) is Token and str(self) == str(other)

    __hash__ = str.__hash__


Bare = Token | str | int | bool
Value = Bare | tuple["Item", ...]


@dataclass(frozen=True)
class Item:
    """A value, or an inner list of items, with parameters."""

    value: Value
    parameters: dict[str, Bare] = field(default_factory=dict)


class NoField(ValueError):
    """A browser would ignore this header as a whole."""


def parse_item(header: str) -> Item:
    """Read a header that is one item.

    Raises:
        NoField: It isn't.
    """
    rest = _Rest(header.strip(" "))
    item = rest.item()
    rest.end()
    return item


def parse_dictionary(header: str) -> dict[str, Item]:
    """Read a header that is a dictionary of items and inner lists.

    Raises:
        NoField: It isn't, or a key stands in it twice, which only the last would count of.
    """
    rest, members = _Rest(header.strip(" ")), {}
    while True:
        key = rest.take(KEY)
        if key in members:
            raise NoField(header)
        members[key] = rest.member() if rest.skip("=") else Item(True, rest.parameters())
        rest.spaces("\t ")
        if not rest.left:
            return members
        rest.must(",")
        rest.spaces("\t ")


class _Rest:
    """What is left of a header to read."""

    def __init__(self, left: str) -> None:
        self.left = left

    def take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.left)
        if not found:
            raise NoField(self.left)
        self.left = self.left[found.end() :]
        return found[found.lastindex or 0]

    def skip(self, sign: str) -> bool:
        is_there = self.left.startswith(sign)
        self.left = self.left.removeprefix(sign)
        return is_there

    def must(self, sign: str) -> None:
        if not self.skip(sign):
            raise NoField(self.left)

    def spaces(self, signs: str = " ") -> None:
        self.left = self.left.lstrip(signs)

    def end(self) -> None:
        if self.left:
            raise NoField(self.left)

    def member(self) -> Item:
        if not self.skip("("):
            return self.item()
        items = []
        while True:
            self.spaces()
            if self.skip(")"):
                return Item(tuple(items), self.parameters())
            items.append(self.item())
            if not self.left.startswith((" ", ")")):
                raise NoField(self.left)

    def item(self) -> Item:
        return Item(self.bare(), self.parameters())

    def parameters(self) -> dict[str, Bare]:
        found: dict[str, Bare] = {}
        while self.skip(";"):
            self.spaces()
            key = self.take(KEY)
            found[key] = self.bare() if self.skip("=") else True
        return found

    def bare(self) -> Bare:
        if self.skip("?"):
            return self.take(re.compile("[01]")) == "1"
        if self.left.startswith('"'):
            return re.sub(r"\\(.)", r"\1", self.take(STRING))
        if NUMBER.match(self.left):
            return int(self.take(NUMBER))
        return Token(self.take(TOKEN))
