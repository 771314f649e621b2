"""Write what is to be translated, bring translations up to date, and compile them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import polib

from bot.errors import BrokenContent
from bot.languages.catalogs import CATALOGS, placeholders
from bot.languages.yaml import read_yaml

Source = Mapping[str, Mapping[str, str]]
"""Message id to English text, by catalog."""
Comments = Mapping[str, str]
"""Beginning of message ids to what translators should know about them."""


def write_templates(
    source: Source, folder: Path, comments: Comments = MappingProxyType({})
) -> None:
    """Write ``<catalog>.pot`` for each catalog; the same words always give the same bytes."""
    for name in CATALOGS:
        _template(source[name], comments).save(str(folder / f"{name}.pot"))


def is_current(source: Source, folder: Path, comments: Comments = MappingProxyType({})) -> bool:
    """Tell whether the templates on disk hold exactly the words of ``content/``."""
    return all(
        _on_disk(folder / f"{name}.pot") == str(_template(source[name], comments))
        for name in CATALOGS
    )


def read_comments(path: Path) -> Comments:
    """Return what translators should know, by the beginning of message ids.

    Raises:
        BrokenContent: The file isn't a group of texts under ``comments:``.
    """
    document = read_yaml(path)
    found = document.get("comments") if isinstance(document, dict) else None
    if not isinstance(found, dict) or not all(isinstance(text, str) for text in found.values()):
        raise BrokenContent(path, None, "the file must hold texts under comments:")
    return found


def update(folder: Path, tags: list[str]) -> None:
    """Bring every locale's catalogs to the templates; a changed text becomes untranslated."""
    for tag in tags:
        for name in CATALOGS:
            _update(folder / f"{name}.pot", folder / tag / "LC_MESSAGES" / f"{name}.po", tag)


def compile_catalogs(folder: Path, tags: list[str]) -> None:
    """Write the ``.mo`` files that the product reads, where they don't say the same already.

    So who may only read them can ask for it as well.

    Raises:
        BrokenContent: A catalog can't be read.
    """
    for tag in tags:
        for name in CATALOGS:
            path = folder / tag / "LC_MESSAGES" / f"{name}.po"
            made, target = _read(path).to_binary(), path.with_suffix(".mo")
            if not target.exists() or target.read_bytes() != made:
                target.write_bytes(made)


def problems(folder: Path, tags: list[str]) -> Iterator[str]:
    """Yield one line, with file and cure, for every missing, fuzzy or broken translation."""
    for tag in tags:
        for name in CATALOGS:
            path = folder / tag / "LC_MESSAGES" / f"{name}.po"
            wanted = polib.pofile(str(folder / f"{name}.pot"))
            translated = _read(path)
            yield from _missing(path, wanted, translated)
            yield from (line for entry in translated for line in _broken(path, entry))


def _template(messages: Mapping[str, str], comments: Comments) -> polib.POFile:
    catalog = polib.POFile(wrapwidth=100)
    catalog.metadata = {"Content-Type": "text/plain; charset=UTF-8", "MIME-Version": "1.0"}
    for message_id, text in sorted(messages.items()):
        entry = polib.POEntry(msgctxt=message_id, msgid=text, msgstr="")
        entry.comment = _comment(message_id, comments)
        catalog.append(entry)
    return catalog


def _comment(message_id: str, comments: Comments) -> str:
    """Return the comment with the longest beginning that fits, as gettext marks it; or nothing."""
    fitting = [start for start in comments if message_id.startswith(start)]
    return f"Translators: {comments[max(fitting, key=len)]}" if fitting else ""


def _update(template: Path, path: Path, tag: str) -> None:
    wanted = polib.pofile(str(template), wrapwidth=100)
    earlier = {e.msgctxt: e for e in _read(path)} if path.exists() else {}
    for entry in wanted:
        old = earlier.get(entry.msgctxt)
        if old:
            _carry_over(old, entry)
    wanted.metadata = {**wanted.metadata, "Language": tag}
    path.parent.mkdir(parents=True, exist_ok=True)
    wanted.save(str(path))


def _carry_over(old: polib.POEntry, entry: polib.POEntry) -> None:
    """Keep the translation; it stays fuzzy until a translator takes the mark away."""
    entry.msgstr, entry.tcomment = old.msgstr, old.tcomment
    entry.flags, entry.previous_msgid = list(old.flags), old.previous_msgid
    if old.msgid != entry.msgid and old.msgstr:
        entry.flags, entry.previous_msgid = ["fuzzy"], old.msgid


def _missing(path: Path, wanted: polib.POFile, translated: polib.POFile) -> Iterator[str]:
    done = {(e.msgctxt, e.msgid) for e in translated if e.msgstr and not e.fuzzy}
    for entry in wanted:
        if (entry.msgctxt, entry.msgid) not in done:
            yield f"{path}: {entry.msgctxt} is not translated; run make strings and translate it"


def _broken(path: Path, entry: polib.POEntry) -> Iterator[str]:
    if not entry.msgstr:
        return
    try:
        same = placeholders(entry.msgstr) == placeholders(entry.msgid)
    except ValueError:
        same = False
    if not same:
        yield f"{path}:{entry.linenum}: {entry.msgctxt} needs the same {{placeholders}} as English"


def _read(path: Path) -> polib.POFile:
    try:
        return polib.pofile(str(path), wrapwidth=100, encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        cure = "save it as UTF-8 and mend the line named: " + str(error).split("(")[-1].rstrip(")")
        raise BrokenContent(path, None, cure) from None


def _on_disk(path: Path) -> str:
    return str(polib.pofile(str(path), wrapwidth=100)) if path.exists() else ""
