"""Words for message ids: English from ``content/``, every other locale from its catalogs.

A message id such as ``safety.child.now`` is a gettext context; the message itself is the English
text, so a translator sees both, and a changed English text loses its translations until they are
looked at again.
"""

from __future__ import annotations

import gettext
import string
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from bot.errors import BrokenContent
from bot.languages.yaml import read_yaml

CATALOGS = ("interface", "safety", "modules")
"""Three catalogs a locale, because three kinds of people review them."""

SOURCE = "en"
"""The locale in which ``content/`` is written."""


@dataclass(frozen=True)
class Words:
    """Every text of the product in every locale.

    Attributes:
        source: Message id to English text, by catalog.
        translations: Locale tag to its loaded catalogs.
    """

    source: Mapping[str, Mapping[str, str]]
    translations: Mapping[str, Mapping[str, gettext.NullTranslations]] = field(default_factory=dict)

    def text(self, locale: str, message_id: str, **values: object) -> str:
        """Return the words for ``message_id``, with ``{name}`` placeholders filled.

        A locale that lacks the message answers in English.

        Raises:
            KeyError: No catalog has this id; a test makes sure that it never ships.
        """
        catalog = self._catalog_of(message_id)
        english = self.source[catalog][message_id]
        loaded = self.translations.get(locale, {}).get(catalog)
        words = loaded.pgettext(message_id, english) if loaded else english
        return words.format_map(values) if values else words

    def has(self, message_id: str) -> bool:
        """Tell whether any catalog has this id."""
        return any(message_id in messages for messages in self.source.values())

    def _catalog_of(self, message_id: str) -> str:
        for name, messages in self.source.items():
            if message_id in messages:
                return name
        raise KeyError(message_id)


def load_translations(
    folder: Path, locales: tuple[str, ...]
) -> dict[str, dict[str, gettext.NullTranslations]]:
    """Return the compiled catalogs of every locale but the source.

    Raises:
        BrokenContent: A catalog is missing or unreadable, and so is what it is compiled from.
    """
    return {tag: _load(folder / tag / "LC_MESSAGES") for tag in locales if tag != SOURCE}


def read_words(path: Path) -> dict[str, str]:
    """Return a file of ``id: text`` pairs; nested keys are joined with dots.

    Raises:
        BrokenContent: A text isn't a string, or a placeholder is broken.
    """
    return dict(_flatten(path, "", read_yaml(path)))


def placeholders(text: str) -> frozenset[str]:
    """Return the names in ``{braces}``.

    Raises:
        ValueError: A brace is not closed, or holds more than a name.
    """
    names = [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]
    if not all(name.isidentifier() for name in names):
        raise ValueError("a placeholder must be a plain name")
    return frozenset(names)


def _load(folder: Path) -> dict[str, gettext.NullTranslations]:
    return {name: _read_compiled(folder / f"{name}.mo") for name in CATALOGS}


def _read_compiled(path: Path) -> gettext.NullTranslations:
    try:
        with path.open("rb") as file:
            return gettext.GNUTranslations(file)
    except (OSError, ValueError, LookupError, struct.error):  # missing, garbage, or cut short
        return _compiled_now(path)


def _compiled_now(path: Path) -> gettext.NullTranslations:
    """Compile a catalog in memory: a lost or damaged file takes nobody's language away."""
    import polib  # here alone: a site whose catalogs are whole starts without it

    try:
        binary = polib.pofile(str(path.with_suffix(".po")), encoding="utf-8").to_binary()
        return gettext.GNUTranslations(BytesIO(binary))
    except (OSError, ValueError, LookupError):
        raise BrokenContent(path, None, "compile the catalogs again with: make setup") from None


def _flatten(path: Path, prefix: str, node: object) -> list[tuple[str, str]]:
    if isinstance(node, str):
        _check_placeholders(path, prefix, node)
        return [(prefix, node.strip())]
    if isinstance(node, dict):
        return [
            pair
            for key, value in node.items()
            for pair in _flatten(path, f"{prefix}.{key}" if prefix else str(key), value)
        ]
    raise BrokenContent(path, None, f"{prefix or 'the file'} must be a text or a group of texts")


def _check_placeholders(path: Path, message_id: str, text: str) -> None:
    try:
        placeholders(text)
    except ValueError:
        raise BrokenContent(path, None, f"{message_id} has a broken {{placeholder}}") from None
