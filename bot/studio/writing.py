"""What a change of words or of a whole file makes of the working copy's files.

Nothing here writes on its own: changes are collected as texts by path, and ``written`` puts them
there all together, or none of them.
"""

from __future__ import annotations

import fcntl
import os
import re
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from bot.errors import BrokenContent
from bot.languages import extraction
from bot.languages.catalogs import CATALOGS, placeholders
from bot.studio.entries import line_of, rebuilt, with_source, with_words
from bot.studio.places import Place
from bot.studio.scalars import replaced

LOCK: Final = ".lock"
COMMENTS: Final = Path("content", "words", "translators.yml")
BREAKS: Final = re.compile("\r\n|[\r\x85\u2028\u2029]")

Source = Mapping[str, Mapping[str, str]]
"""Message id to English text, by catalog."""
Changes = dict[str, str | None]
"""What files hold from now on, by their paths in the working copy; None is a file that goes."""
Raw = Mapping[str, str | bytes | None]
"""The same, some of it in UTF-8 already."""


def tidy(words: str) -> str:
    """Return ``words`` as they are kept: composed, without empty ends or unprintable characters."""
    broken = BREAKS.sub("\n", words).replace("\t", " ")
    kept = (sign for sign in unicodedata.normalize("NFC", broken) if sign == "\n" or _is_kept(sign))
    lines = "".join(kept).split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()


def refuse_unfit(place: Place, words: str, path: str, line: int) -> None:
    """Refuse words that would break a page: the names in braces are the program's.

    Raises:
        BrokenContent: They aren't the same as in the English text that stands there.
    """
    try:
        wanted, found = placeholders(place.words), placeholders(words)
    except ValueError:
        raise BrokenContent(path, line, "close each { with a }, a plain name in between") from None
    if wanted != found:
        names = ", ".join(f"{{{name}}}" for name in sorted(wanted)) or "no names in braces"
        raise BrokenContent(path, line, f"{place.message_id} needs exactly: {names}")


def english_changes(root: Path, place: Place, words: str, tags: Iterable[str]) -> Raw:
    """Return the files that another English text changes, templates and catalogs included.

    Raises:
        BrokenContent: The words are empty, or don't fit.
    """
    if not words:
        raise BrokenContent(place.file, place.line, "write a text; visitors need one here")
    refuse_unfit(place, words, place.file, place.line)
    before = (root / place.file).read_text(encoding="utf-8")
    try:
        changes: dict[str, str | bytes] = {place.file: replaced(before, place.trail, words)}
    except BrokenContent as error:
        raise BrokenContent(place.file, error.line, error.cure) from None
    for file in catalog_files(place.catalog, tags):
        changes[file] = with_source(_plain_lines(root / file), place.message_id, words)
    return changes


def translation_changes(root: Path, place: Place, tag: str, words: str) -> Changes:
    """Return the catalog with another translation; empty words take it back.

    Raises:
        BrokenContent: The words don't fit.
    """
    file = catalog_file(place.catalog, tag)
    text = (root / file).read_text(encoding="utf-8")
    if words:
        refuse_unfit(place, words, file, line_of(text, place.message_id))
    return {file: with_words(text, place.message_id, words)}


def source_changes(
    root: Path, before: Source, after: Source, tags: list[str], comments: extraction.Comments | None
) -> Changes:
    """Return templates and catalogs for other English texts, as ``content strings`` writes them.

    ``comments`` are what translators are told from now on, or None: the same as before.
    """
    changes: Changes = {}
    told = comments or extraction.read_comments(root / COMMENTS)
    for name in CATALOGS:
        if before[name] == after[name] and comments is None:
            continue
        template = _template(after, name, told)
        changes[f"locales/{name}.pot"] = template
        for tag in tags:
            file = catalog_file(name, tag)
            changes[file] = rebuilt((root / file).read_text(encoding="utf-8"), template)
    return changes


def catalog_file(catalog: str, tag: str) -> str:
    """Return the path of a locale's catalog."""
    return f"locales/{tag}/LC_MESSAGES/{catalog}.po"


def catalog_files(catalog: str, tags: Iterable[str]) -> list[str]:
    """Return the paths of a template and of every locale's catalog of that name."""
    return [f"locales/{catalog}.pot", *(catalog_file(catalog, tag) for tag in tags)]


@contextmanager
def written(root: Path, changes: Raw) -> Iterator[None]:
    """Write all changes when the block ends; whatever fails until then, every file is as before.

    What is new waits in hidden files beside the old ones. So the block, which records who wrote
    it, comes first: words without an author could be signed by who wrote them.
    """
    kept = {file: _bytes(root / file) for file in changes}
    new = {file: text.encode() if isinstance(text, str) else text for file, text in changes.items()}
    differing = [file for file in changes if new[file] != kept[file]]
    try:
        for file in differing:
            _lay_ready(root / file, new[file])
        yield
        for file in differing:
            _put(root / file, new[file])
    except BaseException:
        for file in differing:
            _fresh(root / file).unlink(missing_ok=True)
            if _bytes(root / file) != kept[file]:
                _lay_ready(root / file, kept[file])
                _put(root / file, kept[file])
        raise


@contextmanager
def alone(root: Path, lock: str = LOCK) -> Iterator[None]:
    """Let nobody else write to the working copy, in this process or another one.

    It may not be entered twice: whoever holds it and asks again waits for ever.
    """
    with (root / lock).open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _is_kept(sign: str) -> bool:
    """Tell whether YAML and catalogs can hold ``sign`` as itself, and a font may show it."""
    is_odd = sign == "\ufeff" or ord(sign) & 0xFFFE == 0xFFFE
    return not is_odd and unicodedata.category(sign) not in ("Cc", "Cs")


def _template(source: Source, name: str, comments: extraction.Comments) -> str:
    with tempfile.TemporaryDirectory() as folder:
        only = {each: source[each] if each == name else {} for each in CATALOGS}
        extraction.write_templates(only, Path(folder), comments)
        return Path(folder, f"{name}.pot").read_text(encoding="utf-8")


def _plain_lines(path: Path) -> bytes:
    catalog = path.read_bytes()
    # To look for one byte costs a tenth of replacing two, and forty catalogs are looked through.
    return catalog.replace(b"\r\n", b"\n") if b"\r" in catalog else catalog


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


def _lay_ready(path: Path, content: bytes | None) -> None:
    if content is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        _fresh(path).write_bytes(content)


def _put(path: Path, content: bytes | None) -> None:
    """Take what lies ready, at once, so that nobody reads half of it."""
    if content is None:
        path.unlink(missing_ok=True)
    else:
        os.replace(_fresh(path), path)


def _fresh(path: Path) -> Path:
    return path.with_name(f".{path.name}")
