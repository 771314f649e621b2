"""Read changed files as the product will, before they count."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final

from bot import wiring
from bot.conversation.content import Content
from bot.conversation.facts import Facts, read_facts
from bot.errors import BotError, BrokenContent
from bot.languages.catalogs import SOURCE
from bot.languages.checks.lists import read_avoided, read_lists
from bot.languages.extraction import Comments, read_comments
from bot.languages.locales import read_locales
from bot.languages.yaml import read_yaml
from bot.studio.writing import COMMENTS, Changes

LOCALES: Final = "locales/locales.yml"
LEDGER: Final = wiring.LEDGER.as_posix()
ONLY_SOURCE: Final = f"locales:\n- tag: {SOURCE}\n"
CHECKS: Final = "content/words/checks.yml"


@dataclass(frozen=True)
class Staged:
    """What changed files make of the content, in English; of the facts, in every locale."""

    content: Content
    comments: Comments
    facts: Facts


def staged(root: Path, changes: Changes) -> Staged:
    """Return what the product would read; it can use it.

    Raises:
        BrokenContent: It couldn't; the path is seen from the working copy; says line and cure.
    """
    with _copied(root, changes) as copy:
        try:
            for file in changes:
                _read(copy, file)
            return _used(copy, [locale.tag for locale in read_locales(root / LOCALES)])
        except BrokenContent as error:
            raise BrokenContent(_inside(copy, error.path), error.line, error.cure) from None
        except BotError:
            raise
        except (KeyError, TypeError, AttributeError, ValueError, IndexError):
            cure = "a key or a list in it is missing, or is of another kind than before"
            raise BrokenContent(next(iter(changes)), None, cure) from None


def refuse_other_paths(changes: Changes) -> None:
    """Refuse paths that nobody writes by hand here.

    Raises:
        BrokenContent: It isn't a YAML file of content/, nor a glossary; or signatures.
    """
    for file in changes:
        path = PurePosixPath(file)
        is_content = path.parts[:1] == ("content",) and path.suffix == ".yml" and file != LEDGER
        is_glossary = path.match("locales/*/glossary.yml") and not path.is_absolute()
        # Another spelling of a path, such as content/./signoff.yml, would lead to the same file.
        is_plain = path.as_posix() == file and ".." not in path.parts
        if not (is_plain and (is_content or is_glossary)):
            raise BrokenContent(file, None, "choose a .yml file below content/, or a glossary")


@contextmanager
def _copied(root: Path, changes: Changes) -> Iterator[Path]:
    """Give a copy with the changes, that offers the source locale alone: it is read quickly."""
    with tempfile.TemporaryDirectory(prefix="studio") as folder:
        staged = Path(folder).resolve()
        shutil.copytree(root / "content", staged / "content")
        (staged / "locales").mkdir()
        for file, text in changes.items():
            place = staged / file
            if text is None:
                place.unlink(missing_ok=True)
            else:
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_text(text, encoding="utf-8", newline="")
        yield staged


def _used(copy: Path, tags: Sequence[str]) -> Staged:
    (copy / LOCALES).write_text(ONLY_SOURCE, encoding="utf-8")
    content = wiring.content(copy)
    told = read_facts(copy, tags, content.directory)
    return Staged(content, read_comments(copy / COMMENTS), told)


def _read(staged: Path, file: str) -> None:
    """Read a file that the product reads only in some locales, or only to check."""
    path = staged / file
    if not path.exists():
        return
    document = read_yaml(path)
    if file == CHECKS:
        for tag in document:
            read_lists(path, tag)
    elif file in _READERS:
        _READERS[file](path)
    elif path.name == "glossary.yml":
        read_avoided(path)


def _inside(staged: Path, path: str) -> str:
    found = Path(path)
    return found.relative_to(staged).as_posix() if found.is_relative_to(staged) else path


_READERS: Final[Mapping[str, Callable[[Path], Any]]] = {
    LOCALES: read_locales,
}
