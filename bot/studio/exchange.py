"""Begin a working copy, take in what was written elsewhere, and give everything back."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Final

import polib

from bot.errors import BrokenContent, NotReady
from bot.languages.signoff import Signature, read_ledger, sign
from bot.storage.studio_records import NewVersion
from bot.studio import files
from bot.studio.desk import LEDGER, Desk
from bot.studio.entries import Entry, entries, rebuilt, with_words
from bot.studio.index import LOCALES
from bot.studio.places import Place
from bot.studio.recognition import examples
from bot.studio.writing import (
    Changes,
    alone,
    catalog_file,
    refuse_unfit,
    tidy,
    written,
)

SHARED: Final = ("content", "locales")
PATTERNS: Final = ("content/**/*", "locales/*.pot", "locales/*.yml", "locales/*/glossary.yml",
                   "locales/*/LC_MESSAGES/*.po", "data/nlu/*/*.yml")  # fmt: skip
CHARSET: Final = re.compile(rb'"Content-Type:[^"\n]*charset=([\w-]+)')


@dataclass(frozen=True)
class Imported:
    """What an import did.

    Attributes:
        files: Whole files that are others now.
        texts: How many texts have a new version.
        suggested: How many translations of an older English became suggestions.
        older: How many were skipped, because a newer version has replaced them here.
        signatures: How many signatures came in.
        unsigned: How many were left out; they come in only when somebody says their number.
    """

    files: int = 0
    texts: int = 0
    suggested: int = 0
    older: int = 0
    signatures: int = 0
    unsigned: int = 0


def start(checkout: Path, root: Path) -> None:
    """Make the working copy from the checkout's files.

    Raises:
        NotReady: There is one already.
    """
    if (root / "content").exists():
        raise NotReady(f"There is a working copy already: {root}; use it, or move it away.")
    for part in SHARED:
        compiled = shutil.ignore_patterns("*.mo")
        shutil.copytree(checkout / part, root / part, ignore=compiled, dirs_exist_ok=True)
    if (checkout / examples.FOLDER).is_dir():
        shutil.copytree(checkout / examples.FOLDER, root / examples.FOLDER)


def export(root: Path, folder: Path) -> list[str]:
    """Write everything into ``folder``, and return the paths that differed there.

    Files of words that the working copy doesn't have are removed there; the rest is left alone.
    """
    here = {path: (root / path).read_bytes() for path in _shared(root)}
    differing = [path for path, content in here.items() if _other(folder / path, content)]
    gone = [path for path in _shared(folder) if path not in here and _is_kept_here(root, path)]
    for path in differing:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(here[path])
    for path in gone:
        (folder / path).unlink()
    return sorted([*differing, *gone])


def import_folder(
    desk: Desk, folder: Path, author: str, now: datetime, signatures: int | None = None
) -> Imported:
    """Take over all files of ``folder``, which has ``content/`` and ``locales/``, or none of them.

    Catalogs that are as ``content strings`` writes them are taken byte for byte. Signatures stay
    as they are: whoever takes in others must say how many, and answers for them.

    Args:
        desk: What takes them over.
        folder: An export, or a checkout.
        author: Their account's name.
        now: With a time zone.
        signatures: How many come in; None takes none.

    Raises:
        BrokenContent: The product couldn't use it, it offers other languages, or brings another
            number of signatures; says line and cure.
    """
    with alone(desk.root):
        desk.refresh()
        replaced, signed = _replaced(desk.root, folder), _signatures(desk, folder)
        if signatures is not None and signatures != len(signed):
            cure = f"it brings {len(signed)} signatures that are not here; say that number"
            raise BrokenContent(folder / LEDGER, None, cure)
        changes: Changes = {}
        versions: list[NewVersion] = []
        if replaced:
            changes, versions = files.replacing(desk.index, author, replaced)
        after = files.after(desk.index, replaced)
        for tag in desk.index.translated:
            for file, text, new in _catalogs(desk, folder, tag, author, after, changes):
                changes[file] = text
                versions += new
        whole = [
            files.new_version(desk.root, author, file, text, None)
            for file, text in replaced.items()
        ]
        if signatures:
            changes[LEDGER] = _signed(desk, signed)
        learnt, sentences = examples.brought(desk.root, folder, author)
        changes |= learnt
        differing = {f for f, text in changes.items() if _differs(desk.root / f, text)}
        with written(desk.root, changes):
            desk.store.save([*whole, *versions, *sentences], now)
        desk.refresh()
    texts = sum(not v.item.startswith("part/") for v in versions)
    taken = signatures or 0
    return Imported(len(differing), texts, signatures=taken, unsigned=len(signed) - taken)


def import_catalog(desk: Desk, path: Path, author: str, now: datetime) -> Imported:
    """Take over the translations of one catalog that came from Poedit or Weblate, or none.

    Raises:
        BrokenContent: It isn't a catalog of ours, or a text in it can't be used; says line and
            cure.
    """
    found = read_catalog(path)
    with alone(desk.root):
        desk.refresh()
        tag, catalog = _which(desk, path, found)
        file = catalog_file(catalog, tag)
        text = (desk.root / file).read_text(encoding="utf-8")
        brought = _Brought(desk, path, tag, author)
        for entry in found:
            text = brought.take(entry, text)
        with written(desk.root, {file: text}):
            desk.store.save(brought.versions, now)
        for entry in brought.outdated:
            desk.store.suggest(entry.msgctxt, tag, tidy(entry.msgstr), author, now)
        desk.refresh()
    texts, suggested = len(brought.versions), len(brought.outdated)
    return Imported(int(texts > 0), texts, suggested, brought.older)


def read_catalog(path: Path) -> polib.POFile:
    """Return a catalog that a translator's program wrote.

    Raises:
        BrokenContent: It isn't UTF-8, or no catalog; says the line.
    """
    content = path.read_bytes()
    named = CHARSET.search(content)
    if named and named[1].lower() not in (b"utf-8", b"utf8"):
        line = content.count(b"\n", 0, named.start()) + 1
        raise BrokenContent(path, line, "save the file as UTF-8, and say so here")
    try:
        return polib.pofile(content.decode("utf-8-sig"), wrapwidth=100)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BrokenContent(path, line, "save the file as UTF-8") from None
    except OSError as error:
        at = re.search(r"line (\d+)", str(error))
        cure = "this is no line of a catalog; mend it, or export it again"
        raise BrokenContent(path, int(at[1]) if at else None, cure) from None


class _Brought:
    """What one catalog brings, while its messages are gone through."""

    def __init__(self, desk: Desk, path: Path, tag: str, author: str) -> None:
        self._desk, self._path, self._tag, self._author = desk, path, tag, author
        self.versions: list[NewVersion] = []
        self.outdated: list[polib.POEntry] = []
        self.older = 0

    def take(self, entry: polib.POEntry, text: str) -> str:
        """Return our catalog with the message's translation, where it is a new one."""
        place, words = self._desk.index.places[entry.msgctxt], tidy(entry.msgstr)
        ours = self._desk.index.entry(self._tag, place.message_id)
        before = ours.words if ours else ""
        is_fuzzy = bool(entry.fuzzy)
        if not words or (words, is_fuzzy) == (before, bool(ours and ours.is_fuzzy)):
            return text
        if entry.msgid.strip() != place.words:
            self.outdated += [entry] if words != before else []
            return text
        refuse_unfit(place, words, str(self._path), entry.linenum)
        if self._is_older(place.message_id, words, before):
            self.older += 1
            return text
        new = NewVersion(place.message_id, self._tag, words, self._author, before)
        self.versions.append(new)
        return with_words(text, place.message_id, words, is_fuzzy)

    def _is_older(self, message_id: str, words: str, before: str) -> bool:
        """Tell whether these words stood here once, and somebody has replaced them since."""
        if words == before or not self._desk.history.latest(message_id, self._tag):
            return False
        return any(v.words == words for v in self._desk.versions(message_id, self._tag))


def _which(desk: Desk, path: Path, found: polib.POFile) -> tuple[str, str]:
    """Return the locale and the catalog that a file is for."""
    tag = str(found.metadata.get("Language", "")).replace("_", "-")
    known = [t for t in desk.index.translated if t == tag or t == tag.split("-")[0]]
    if not known:
        cure = f'write "Language: ...\\n" into its head, one of {", ".join(desk.index.translated)}'
        raise BrokenContent(path, 1, cure)
    catalogs: dict[str, None] = {}
    for entry in found:
        place = desk.index.places.get(entry.msgctxt or "")
        if place is None or not entry.msgid:
            cure = "this message is none of ours; export the catalog again and work on that"
            raise BrokenContent(path, entry.linenum, f"{entry.msgctxt or 'no msgctxt'}: {cure}")
        catalogs[place.catalog] = None
        if len(catalogs) > 1:
            cure = f"this message belongs into {place.catalog}.po; import that by itself"
            raise BrokenContent(path, entry.linenum, f"{entry.msgctxt}: {cure}")
    if not catalogs:
        raise BrokenContent(path, None, "the catalog is empty; export it again")
    return known[-1], next(iter(catalogs))


def _shared(folder: Path) -> list[str]:
    found = {path for pattern in PATTERNS for path in folder.glob(pattern)}
    return sorted(
        path.relative_to(folder).as_posix()
        for path in found
        if path.is_file() and not path.name.startswith(".")
    )


def _is_kept_here(root: Path, path: str) -> bool:
    """Tell whether the working copy is the home of ``path``; an older one has no examples."""
    is_example = PurePosixPath(path).is_relative_to(examples.FOLDER)
    return not is_example or (root / examples.FOLDER).is_dir()


def _other(path: Path, content: bytes) -> bool:
    return not path.exists() or path.read_bytes() != content


def _differs(path: Path, text: str | None) -> bool:
    return path.exists() if text is None else _other(path, text.encode())


def _replaced(root: Path, folder: Path) -> dict[str, str | None]:
    """Return the YAML files that differ in ``folder``; None for those that it doesn't have."""
    for part in SHARED:
        if not (folder / part).is_dir():
            raise BrokenContent(folder, None, f"the folder must have {part}/, as an export has")
    if _other(folder / LOCALES, (root / LOCALES).read_bytes()):
        cure = "it offers other languages than the working copy; begin a new one from it"
        raise BrokenContent(folder / LOCALES, None, cure)
    there, here = set(_words(folder)), set(_words(root))
    replaced: dict[str, str | None] = dict.fromkeys(sorted(here - there))
    for file in sorted(there):
        if _other(root / file, (folder / file).read_bytes()):
            replaced[file] = _text(folder / file)
    return replaced


def _words(folder: Path) -> Iterable[str]:
    apart = (LOCALES, LEDGER)
    found = (path for path in _shared(folder) if path.endswith(".yml") and path not in apart)
    return (path for path in found if not PurePosixPath(path).is_relative_to(examples.FOLDER))


def _signatures(desk: Desk, folder: Path) -> list[Signature]:
    """Return the signatures of ``folder`` that aren't here, and replace no newer one."""
    path = folder / LEDGER
    ours = {s.place: s for given in desk.index.signatures.values() for s in given}
    found = read_ledger(path) if path.exists() else ()
    return [
        each
        for each in found
        if each.place not in ours or (each != ours[each.place] and each.on >= ours[each.place].on)
    ]


def _signed(desk: Desk, new: list[Signature]) -> str:
    ours = [each for given in desk.index.signatures.values() for each in given]
    return sign((desk.root / LEDGER).read_text(encoding="utf-8"), ours, new)


def _text(path: Path) -> str:
    content = path.read_bytes()
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BrokenContent(path, line, "save the file as UTF-8") from None


def _catalogs(
    desk: Desk, folder: Path, tag: str, author: str, after: dict[str, Place], changes: Changes
) -> Iterator[tuple[str, str, list[NewVersion]]]:
    """Yield each catalog of a locale that changes, with its new text and versions."""
    for name in dict.fromkeys(place.catalog for place in after.values()):
        file = catalog_file(name, tag)
        if not (folder / file).exists():
            raise BrokenContent(folder / file, None, "the catalog is missing; export it again")
        old = (desk.root / file).read_text(encoding="utf-8")
        base, template = changes.get(file) or old, f"locales/{name}.pot"
        wanted = changes.get(template) or _text(desk.root / template)
        theirs = _text(folder / file)
        if theirs != base:
            fresh = _merged(folder / file, theirs, base, wanted, after)
            yield file, fresh, list(_new(tag, author, entries(old), entries(fresh)))


def _merged(path: Path, theirs: str, base: str, template: str, after: dict[str, Place]) -> str:
    found = read_catalog(path)
    sources = {entry.msgctxt: entry.msgid for entry in found}
    for entry in found:
        place = after.get(entry.msgctxt or "")
        if place and entry.msgstr and entry.msgid == place.words:
            refuse_unfit(place, entry.msgstr, str(path), entry.linenum)
    wanted = {entry.message_id: entry.source for entry in entries(template).values()}
    if sources == wanted and rebuilt(theirs, template) == theirs:
        return theirs
    merged = base
    for entry in found:
        place = after.get(entry.msgctxt or "")
        if place and entry.msgid == place.words:
            merged = with_words(merged, place.message_id, tidy(entry.msgstr), bool(entry.fuzzy))
    return merged


def _new(
    tag: str, author: str, old: dict[str, Entry], fresh: dict[str, Entry]
) -> Iterator[NewVersion]:
    for message_id, entry in fresh.items():
        before = old[message_id].words if message_id in old else ""
        if entry.words != before:
            yield NewVersion(message_id, tag, entry.words, author, before)
