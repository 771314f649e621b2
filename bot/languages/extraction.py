"""Write what is to be translated, bring translations up to date, and compile them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import polib

from bot.errors import BrokenContent
from bot.languages.catalogs import CATALOGS, placeholders


def write_templates(source: Mapping[str, Mapping[str, str]], folder: Path) -> None:
    """Write ``<catalog>.pot`` for each catalog; the same words always give the same bytes."""
    for name in CATALOGS:
        _template(source[name]).save(str(folder / f"{name}.pot"))


def is_current(source: Mapping[str, Mapping[str, str]], folder: Path) -> bool:
    """Tell whether the templates on disk hold exactly the words of ``content/``."""
    return all(
        _on_disk(folder / f"{name}.pot") == str(_template(source[name])) for name in CATALOGS
    )


def update(folder: Path, tags: list[str]) -> None:
    """Bring every locale's catalogs to the templates; a changed text becomes untranslated."""
    for tag in tags:
        for name in CATALOGS:
            _update(folder / f"{name}.pot", folder / tag / "LC_MESSAGES" / f"{name}.po", tag)


def compile_catalogs(folder: Path, tags: list[str]) -> None:
    """Write the ``.mo`` files that the product reads.

    Raises:
        BrokenContent: A catalog can't be read.
    """
    for tag in tags:
        for name in CATALOGS:
            path = folder / tag / "LC_MESSAGES" / f"{name}.po"
            _read(path).save_as_mofile(str(path.with_suffix(".mo")))


def problems(folder: Path, tags: list[str]) -> Iterator[str]:
    """Yield one line, with file and cure, for every missing, fuzzy or broken translation."""
    for tag in tags:
        for name in CATALOGS:
            path = folder / tag / "LC_MESSAGES" / f"{name}.po"
            wanted = polib.pofile(str(folder / f"{name}.pot"))
            translated = _read(path)
            yield from _missing(path, wanted, translated)
            yield from (line for entry in translated for line in _broken(path, entry))


def _template(messages: Mapping[str, str]) -> polib.POFile:
    catalog = polib.POFile(wrapwidth=100)
    catalog.metadata = {"Content-Type": "text/plain; charset=UTF-8", "MIME-Version": "1.0"}
    for message_id, text in sorted(messages.items()):
        catalog.append(polib.POEntry(msgctxt=message_id, msgid=text, msgstr=""))
    return catalog


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
