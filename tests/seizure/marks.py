"""What is marked about a visitor, every form that it may take on disk or in memory; a search."""

from __future__ import annotations

import base64
import functools
import html
import json
import struct
import tempfile
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Final
from urllib.parse import quote, quote_plus

import numpy as np

from bot.encoder.encoder import MOST_TOKENS
from bot.encoder.tokens import Tokens, store
from bot.encoder.weights import read_weights

WORD: Final = "Quittenlaubenzwerg"
TYPED: Final = "Mirabellenröschen «4b8e»"
"""Has letters outside ASCII, a space and signs, which escaping changes."""
FORWARDED: Final = "203.0.113.77"
CALLER: Final = "127.83.91.147"
"""Every address that begins with 127 is this machine; nobody else calls from this one."""
AGENT: Final = "CanaryBrowser"
TOKEN: Final = "Q7canaryTokenZebraLantern0123456789abcdefgh"
TEXTS: Final = (WORD, TYPED, FORWARDED, CALLER, AGENT)

_CODES: Final = ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "latin-1")
"""Besides what programs write: the last three are how Python itself keeps a text in memory."""
AT_ONCE: Final = 16 * 2**20  # bytes that are searched together
BEGINNING: Final = 4  # bytes of a form by which it is looked for first
OVERLAP: Final = 1024  # bytes that are searched twice, so that nothing is cut in two

Marks = dict[str, frozenset[bytes]]
"""What was marked, and all its forms in small letters."""


def marks(tokens: Iterable[str]) -> Marks:
    """Return what to search for: the marked texts, and ``tokens``."""
    made = {text: _forms_of_text(text) for text in TEXTS}
    made |= {f"token {token}": _forms_of_token(token) for token in tokens}
    return {name: frozenset(form.lower() for form in forms) for name, forms in made.items()}


@functools.cache
def _tokens() -> Tokens:
    with tempfile.TemporaryDirectory() as folder:
        store(read_weights().vocabulary(), Path(folder))
        return Tokens(Path(folder))


def _forms_of_pieces(text: str) -> Iterator[bytes]:
    """Yield a text as the encoder has it: numbers of pieces, from which it can be read again."""
    before = len(_tokens().ids("", MOST_TOKENS)) - 1
    pieces = _tokens().ids(text, MOST_TOKENS)[before:-1]
    yield from (np.array(pieces, kind).tobytes() for kind in (np.int64, np.int32))


def _forms_of_text(text: str) -> Iterator[bytes]:
    yield from _forms_of_pieces(text)
    spellings = {text, text.upper(), text.lower()}
    for spelling in spellings:
        yield from (spelling.encode(code) for code in _CODES)
        escaped = (quote(spelling), quote_plus(spelling), html.escape(spelling))
        yield from (form.encode() for form in (*escaped, json.dumps(spelling)[1:-1]))
        yield spelling.encode("unicode_escape")
        yield from _forms_of_bytes(spelling.encode())


def _forms_of_token(token: str) -> Iterator[bytes]:
    yield from (token.encode(code) for code in _CODES)
    yield from _forms_of_bytes(token.encode())
    raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    yield raw
    yield raw.hex().encode()
    yield base64.b64encode(raw).rstrip(b"=")


def _forms_of_bytes(raw: bytes) -> Iterator[bytes]:
    yield raw.hex().encode()
    for shift in range(3):  # base64 looks different at each of three places
        coded = base64.b64encode(b"x" * shift + raw)[4:-4]
        yield coded
        yield coded.translate(bytes.maketrans(b"+/", b"-_"))


def found_in(content: bytes, sought: Marks) -> dict[str, int]:
    """Return each mark that ``content`` holds, and at how many places."""
    small, begins = content.lower(), _by_beginning(sought)
    counts: dict[str, int] = {}
    for place in _candidates(small, begins):
        known = begins.get(small[place : place + BEGINNING], ())
        for name in {name for form, name in known if small.startswith(form, place)}:
            counts[name] = counts.get(name, 0) + 1
    return counts


def _by_beginning(sought: Marks) -> dict[bytes, list[tuple[bytes, str]]]:
    begins: dict[bytes, list[tuple[bytes, str]]] = {}
    for name, forms in sought.items():
        for form in forms:
            begins.setdefault(form[:BEGINNING], []).append((form, name))
    return begins


def _candidates(small: bytes, begins: Collection[bytes]) -> list[int]:
    """Return the places where a form may begin; hundreds of forms cost as little as one."""
    if len(small) < BEGINNING:
        return []
    is_first = np.zeros(2**16, bool)
    is_first[[struct.unpack("<H", begin[:2])[0] for begin in begins]] = True
    places: list[int] = []
    for start in (0, 1):  # pairs of bytes at even places, and at odd ones
        pairs = np.frombuffer(small, "<u2", (len(small) - start) // 2, start)
        places += (2 * np.flatnonzero(is_first[pairs]) + start).tolist()
    return [place for place in places if small[place : place + BEGINNING] in begins]


def found_below(folder: Path, sought: Marks) -> dict[str, list[str]]:
    """Return each file below ``folder`` whose content or name holds a mark, and which marks."""
    found = {}
    for path in folder.rglob("*"):
        name = str(path.relative_to(folder))
        inside = found_in(name.encode("utf-8", "surrogateescape"), sought)
        for content in _contents(path):
            inside |= found_in(content, sought)
        if inside:
            found[name] = sorted(inside)
    return found


def _contents(path: Path) -> Iterator[bytes]:
    """Yield a file in parts."""
    try:
        if path.is_symlink() or not path.is_file():
            return
        with path.open("rb") as file:
            tail = b""
            while part := file.read(AT_ONCE):
                yield tail + part
                tail = part[-OVERLAP:]
    except FileNotFoundError:  # a program tidied up while we looked
        return
