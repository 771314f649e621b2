"""Read by which words personal data is known: ``content/words/personal.yml``.

Every locale's words are heard in every message. What a word means is decided in
``names.py`` and ``streets.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from phonenumbers import SUPPORTED_REGIONS

from bot.errors import BrokenContent
from bot.languages.yaml import read_yaml
from bot.masking.plain import plain_word, spelled_word

LISTS = ("countries", "openings", "stops", "particles")
SHAPES = ("ending", "last", "first", "numbered")
CERTAINTIES = ("sure", "unsure")


@dataclass(frozen=True)
class Speech:
    """How one language surrounds a name.

    Attributes:
        stops: Words that are never part of a name.
        serious: Words of clinicians' phrases; none is taken for a second name.
    """

    stops: frozenset[str]
    serious: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Opening:
    """What stands before a name, by its words.

    Attributes:
        words: Without accents, as many people type.
        spelled: As listed. Whoever types accents types these: "me llamó" isn't "me llamo".
    """

    words: tuple[str, ...]
    spelled: tuple[str, ...]
    speech: Speech


@dataclass(frozen=True)
class Street:
    """A word for a kind of street, and how an address is built with it.

    Attributes:
        shape: ``ending`` (Mainstreet 5), ``last`` (Main Street 5 or 5 Main Street), ``first``
            (rue Main 5) or ``numbered`` (5 rue Main).
        is_sure: A number is enough; otherwise a capital letter or the end of a sentence must tell.
    """

    word: str
    shape: str
    is_sure: bool
    speech: Speech


@dataclass(frozen=True)
class Personal:
    """By which words personal data is known.

    Attributes:
        openings: Those that begin with a word, by that word.
        streets: Single word to the streets that it may be.
        endings: Those that are the end of a longer word.
        particles: Words inside names, such as "de la".
        countries: Whose telephone numbers are looked for, as ISO 3166 alpha-2.
        public: Digits of numbers that anyone may say, such as helplines'.
    """

    openings: Mapping[str, tuple[Opening, ...]]
    streets: Mapping[str, tuple[Street, ...]]
    endings: tuple[Street, ...]
    particles: frozenset[str]
    countries: tuple[str, ...]
    public: frozenset[str] = field(default=frozenset())


def read_personal(
    path: Path,
    serious: Iterable[str] = (),
    public: Iterable[str] = (),
) -> Personal:
    """Return what ``path`` lists.

    Args:
        path: ``personal.yml``.
        serious: Words that must never vanish as a second name, in any language.
        public: Digits of telephone numbers that stay readable.

    Raises:
        BrokenContent: A list is missing or empty, or a country or kind of street is unknown.
    """
    content = read_yaml(path)
    if not isinstance(content, dict) or not content:
        raise BrokenContent(path, None, "list openings, stops and streets under each locale")
    kept = frozenset(serious)
    speeches = {
        tag: Speech(_words(path, tag, entry, "stops"), kept) for tag, entry in content.items()
    }
    streets = [
        street for tag in content for street in _streets(path, tag, content[tag], speeches[tag])
    ]
    return Personal(
        openings=_openings(path, content, speeches),
        streets=_grouped(street for street in streets if street.shape != "ending"),
        endings=tuple(street for street in streets if street.shape == "ending"),
        particles=frozenset().union(*(_words(path, t, e, "particles") for t, e in content.items())),
        countries=_countries(path, content),
        public=frozenset(public),
    )


def _list(path: Path, tag: str, entry: Any, name: str) -> list[str]:
    """Return a list of words; YAML reads some of them, such as an unquoted true, otherwise."""
    found = entry.get(name) if isinstance(entry, dict) else None
    if not isinstance(found, list) or not found or not all(map(_has_letters, found)):
        raise BrokenContent(path, None, f"{tag}: {name} must be a list of words")
    return found


def _has_letters(word: Any) -> bool:
    return isinstance(word, str) and any(character.isalpha() for character in word)


def _words(path: Path, tag: str, entry: Any, name: str) -> frozenset[str]:
    return frozenset(plain_word(word) for word in _list(path, tag, entry, name))


def _openings(
    path: Path, content: Mapping[str, Any], speeches: Mapping[str, Speech]
) -> dict[str, tuple[Opening, ...]]:
    found: dict[str, tuple[Opening, ...]] = {}
    for tag, entry in content.items():
        for listed in _list(path, tag, entry, "openings"):
            words = tuple(plain_word(listed).split())
            opening = Opening(words, tuple(spelled_word(listed).split()), speeches[tag])
            found[words[0]] = (*found.get(words[0], ()), opening)
    return found


def _countries(path: Path, content: Mapping[str, Any]) -> tuple[str, ...]:
    listed = [c for tag, entry in content.items() for c in _list(path, tag, entry, "countries")]
    unknown = set(listed) - SUPPORTED_REGIONS
    if unknown:
        raise BrokenContent(path, None, f"{sorted(unknown)[0]} is not a country's code, such as DE")
    return tuple(dict.fromkeys(listed))


def _streets(path: Path, tag: str, entry: Mapping[str, Any], speech: Speech) -> Iterator[Street]:
    shapes = entry.get("streets")
    unknown = set(entry) - {*LISTS, "streets"} | set(shapes or ()) - set(SHAPES)
    if not isinstance(shapes, dict) or unknown:
        wrong = f"remove or correct {sorted(unknown)[0]}" if unknown else "add streets"
        raise BrokenContent(path, None, f"{tag}: {wrong}")
    for shape, by_certainty in shapes.items():
        if not isinstance(by_certainty, dict) or set(by_certainty) - set(CERTAINTIES):
            raise BrokenContent(path, None, f"{tag}: {shape} needs lists called sure or unsure")
        for certainty in by_certainty:
            for word in sorted(_words(path, tag, by_certainty, certainty)):
                yield Street(word, shape, certainty == "sure", speech)


def _grouped(streets: Iterable[Street]) -> dict[str, tuple[Street, ...]]:
    found: dict[str, tuple[Street, ...]] = {}
    for street in streets:
        found[street.word] = (*found.get(street.word, ()), street)
    return found
