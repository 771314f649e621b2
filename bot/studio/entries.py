"""One message in a catalog: find it, and write it as ``quietline content strings`` would.

Catalogs are written by polib, one empty line between messages; so a message can be found and
written by itself, and the others keep every byte.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import AnyStr, Final

import polib

from bot.errors import BrokenContent

WRAP: Final = 100  # characters, as bot.languages.extraction has it
APART: Final = "\n\n"
LINE: Final = re.compile(r'(?:(msgctxt|msgid|msgstr) )?"(.*)"\s*')


@dataclass(frozen=True)
class Entry:
    """One message of a catalog.

    Attributes:
        digest: Of its lines; the same lines needn't be read twice.
    """

    message_id: str
    source: str
    words: str
    is_fuzzy: bool
    digest: int

    @property
    def is_done(self) -> bool:
        """Whether visitors read ``words``, and not the English."""
        return bool(self.words) and not self.is_fuzzy


def entries(text: str, known: Iterable[Entry] = ()) -> dict[str, Entry]:
    """Return the messages of a catalog by their ids.

    Args:
        text: The whole catalog.
        known: Messages that were read before; their lines aren't read again.

    Raises:
        BrokenContent: A line isn't one of a catalog; the path is left to the caller.
    """
    read = {entry.digest: entry for entry in known}
    found = (read.get(hash(block)) or _entry(block, line) for line, block in _blocks(text))
    return {entry.message_id: entry for entry in found if entry}


def one_entry(catalog: bytes, message_id: str) -> Entry:
    """Return one message, without reading the others, which may be thousands."""
    begin, end = _span(catalog, message_id)
    found = _entry(catalog[begin:end].decode(), 1)
    if found is None:
        raise KeyError(message_id)
    return found


def line_of(text: str, message_id: str) -> int:
    """Return the line on which a message begins with its id, counted from 1."""
    return text.count("\n", 0, text.index(f'\nmsgctxt "{message_id}"\n')) + 2


def with_words(text: str, message_id: str, words: str, is_fuzzy: bool = False) -> str:
    """Return the catalog with another translation, which is in doubt or not."""
    begin, end = _span(text, message_id)
    entry = _parsed(text[begin:end])
    if (entry.msgstr, entry.fuzzy) == (words, is_fuzzy):
        return text
    entry.msgstr = words
    entry.flags = [flag for flag in entry.flags if flag != "fuzzy"] + ["fuzzy"] * is_fuzzy
    if not is_fuzzy:
        entry.previous_msgid = None
    return text[:begin] + _printed(entry) + text[end:]


def with_source(catalog: bytes, message_id: str, source: str) -> bytes:
    """Return the catalog, or template, for another English text; a translation is then in doubt.

    It changes every language at once: only the message is read, the rest stays bytes.
    """
    begin, end = _span(catalog, message_id)
    changed = _changed(catalog[begin:end].decode(), source).encode()
    return b"".join((catalog[:begin], changed, catalog[end:]))


def rebuilt(text: str, template: str) -> str:
    """Return the catalog with exactly the messages of ``template``, in its order."""
    blocks = {_id(block): block for _, block in _blocks(text)}
    head = next(iter(text.split(APART)))
    kept = (
        _kept(blocks.get(entry.message_id), block, entry)
        for _, block in _blocks(template)
        if (entry := _entry(block, 0))
    )
    return APART.join([head, *kept]) + "\n"


def _kept(old: str | None, fresh: str, wanted: Entry) -> str:
    """Return the message as the template has it now, with what translators wrote."""
    if old is None:
        return fresh
    had = _entry(old, 0)
    if _comments(old) != _comments(fresh):
        commented = _parsed(old)
        commented.comment = _parsed(fresh).comment
        old = _printed(commented)
    return old if had and had.source == wanted.source else _changed(old, wanted.source)


def _comments(block: str) -> list[str]:
    return [line for line in block.split("\n") if line.startswith("#.")]


def _changed(block: str, source: str) -> str:
    entry = _parsed(block)
    if entry.msgid == source:
        return block
    if entry.msgstr:
        entry.flags, entry.previous_msgid = ["fuzzy"], entry.msgid
    entry.msgid = source
    return _printed(entry)


def _blocks(text: str) -> Iterator[tuple[int, str]]:
    """Yield each message with the number of its first line; the head of the catalog is none."""
    line = 1
    for block in text.rstrip("\n").split(APART):
        if "msgctxt " in block:
            yield line, block.strip("\n")
        line += block.count("\n") + len(APART)


def _entry(block: str, line: int) -> Entry | None:
    parts: dict[str, list[str]] = {}
    is_fuzzy, current = False, ""
    for number, written in enumerate(block.split("\n")):
        if written.startswith("#"):
            is_fuzzy = is_fuzzy or (written.startswith("#,") and "fuzzy" in written)
            continue
        found = LINE.fullmatch(written)
        if found is None:
            raise BrokenContent("", line + number, "this is no line of a catalog; mend it")
        current = found[1] or current
        parts.setdefault(current, []).append(found[2])
    joined = {name: polib.unescape("".join(lines)) for name, lines in parts.items()}
    if "msgctxt" not in joined:
        return None
    source, words = joined.get("msgid", ""), joined.get("msgstr", "")
    return Entry(joined["msgctxt"], source, words, is_fuzzy, hash(block))


def _span(text: AnyStr, message_id: str) -> tuple[int, int]:
    def as_in(words: str) -> AnyStr:
        return words if isinstance(text, str) else words.encode()

    apart = as_in(APART)
    key = text.index(as_in(f'\nmsgctxt "{message_id}"\n'))
    begin = text.rindex(apart, 0, key + 1) + len(apart)
    end = text.find(apart, key)
    return begin, len(text.rstrip(as_in("\n"))) if end < 0 else end


def _id(block: str) -> str:
    found = re.search(r'^msgctxt "(.*)"$', block, re.MULTILINE)
    return found[1] if found else ""


def _parsed(block: str) -> polib.POEntry:
    return polib.pofile(block, wrapwidth=WRAP)[0]


def _printed(entry: polib.POEntry) -> str:
    return str(entry.__unicode__(WRAP)).rstrip("\n")
