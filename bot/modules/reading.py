"""Read ``content/modules`` and ``content/exercises``, and refuse what is broken."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.errors import BrokenContent
from bot.languages.yaml import read_yaml
from bot.modules.module import KINDS, Exercise, Module, Screen, Shelf, Source, Step

MODULE_KEYS = {"slug", "code", "title", "about", "sources", "screens", "choices"}
EXERCISE_KEYS = {
    "slug", "code", "kind", "title", "about", "intro", "steps", "end", "choices", "sources",
}  # fmt: skip
STEP_KEYS = {"id", "title", "text"}
SOURCE_KEYS = {"title", "year", "url"}
NEEDED = {"timer": {"minutes"}, "ratings": {"scale"}, "sentences": {"options"}}
"""What a step of a kind has besides STEP_KEYS."""
SCREENS = range(4, 8)  # a module fits into five to eight minutes


def read_shelf(modules: Path, exercises: Path) -> Shelf:
    """Return all modules and exercises.

    Raises:
        BrokenContent: A file has a wrong key, a missing text, a double id or too many screens.
    """
    return Shelf(
        {path.stem: _module(path, entry) for path, entry in _read(modules, MODULE_KEYS, "screens")},
        {
            path.stem: _exercise(path, entry)
            for path, entry in _read(exercises, EXERCISE_KEYS, "steps")
        },
    )


def _read(folder: Path, keys: set[str], parts: str) -> list[tuple[Path, dict[str, Any]]]:
    """Return each file with what is in it, by the number of its code: M2 before M10."""
    entries = [(path, _checked(path, keys, parts)) for path in sorted(folder.glob("*.yml"))]
    return sorted(entries, key=lambda pair: _number(str(pair[1]["code"])))


def _number(code: str) -> int:
    return int(code[1:]) if code[1:].isdecimal() else 0


def shelf_words(modules: Path, exercises: Path) -> dict[str, str]:
    """Return message id to English text of all modules and exercises."""
    words: dict[str, str] = {}
    for path in sorted(modules.glob("*.yml")):
        words |= _words(f"module.{path.stem}", read_yaml(path), "screens", ("title", "about"))
    for path in sorted(exercises.glob("*.yml")):
        texts = ("title", "about", "intro", "end")
        words |= _words(f"exercise.{path.stem}", read_yaml(path), "steps", texts)
    return words


def _words(
    prefix: str, entry: Mapping[str, Any], parts: str, texts: tuple[str, ...]
) -> dict[str, str]:
    words = {f"{prefix}.{name}": entry[name].strip() for name in texts}
    for part in entry[parts]:
        for name in ("title", "text", "do"):
            if part.get(name):
                words[f"{prefix}.{part['id']}.{name}"] = part[name].strip()
        for option in part.get("options", ()):
            words[f"{prefix}.{part['id']}.{option['id']}"] = option["text"].strip()
    return words


def _module(path: Path, entry: Mapping[str, Any]) -> Module:
    prefix = f"module.{path.stem}"
    if len(entry["screens"]) not in SCREENS:
        raise BrokenContent(path, None, "a module has 4 to 7 screens")
    return Module(
        slug=entry["slug"],
        code=str(entry["code"]),
        title=f"{prefix}.title",
        about=f"{prefix}.about",
        screens=tuple(_screen(prefix, part) for part in entry["screens"]),
        choices=tuple(entry["choices"]),
        sources=_sources(path, entry),
    )


def _screen(prefix: str, part: Mapping[str, Any]) -> Screen:
    name = f"{prefix}.{part['id']}"
    return Screen(
        part["id"], f"{name}.title", f"{name}.text", f"{name}.do" if part.get("do") else ""
    )


def _exercise(path: Path, entry: Mapping[str, Any]) -> Exercise:
    prefix = f"exercise.{path.stem}"
    if entry["kind"] not in KINDS:
        raise BrokenContent(path, None, f"kind must be one of {', '.join(KINDS)}")
    return Exercise(
        slug=entry["slug"],
        code=str(entry["code"]),
        kind=entry["kind"],
        title=f"{prefix}.title",
        about=f"{prefix}.about",
        intro=f"{prefix}.intro",
        steps=tuple(_step(path, entry["kind"], prefix, part) for part in entry["steps"]),
        end=f"{prefix}.end",
        choices=tuple(entry["choices"]),
        sources=_sources(path, entry),
    )


def _step(path: Path, kind: str, prefix: str, part: Mapping[str, Any]) -> Step:
    name = f"{prefix}.{part['id']}"
    needed: set[str] = NEEDED.get(kind, set())
    if set(part) != STEP_KEYS | needed:
        wrong = ", ".join(sorted(set(part) ^ (STEP_KEYS | needed)))
        raise BrokenContent(path, None, f"step {part['id']} of kind {kind}: check {wrong}")
    low, high = part.get("scale", (1, 0))
    return Step(
        id=part["id"],
        title=f"{name}.title",
        text=f"{name}.text",
        minutes=int(part.get("minutes", 0)),
        scale=tuple(range(low, high + 1)),
        options=tuple(f"{name}.{option['id']}" for option in part.get("options", ())),
    )


def _sources(path: Path, entry: Mapping[str, Any]) -> tuple[Source, ...]:
    if not all(set(source) == SOURCE_KEYS for source in entry["sources"]):
        raise BrokenContent(path, None, "each of the sources needs title, year and url, no more")
    return tuple(
        Source(str(each["title"]), int(each["year"]), str(each["url"])) for each in entry["sources"]
    )


def _checked(path: Path, keys: set[str], parts: str) -> dict[str, Any]:
    entry = read_yaml(path)
    if not isinstance(entry, dict) or set(entry) - keys or keys - set(entry):
        wrong = sorted((set(entry) ^ keys) if isinstance(entry, dict) else keys)
        raise BrokenContent(path, None, f"check the keys: {', '.join(wrong)}")
    if entry["slug"] != path.stem:
        raise BrokenContent(path, None, "slug must be the file's name")
    ids = [part.get("id") for part in entry[parts]]
    if len(set(ids)) != len(ids) or not all(ids):
        raise BrokenContent(path, None, f"every one of the {parts} needs its own id")
    if not all(part.get("title") and part.get("text") for part in entry[parts]):
        raise BrokenContent(path, None, f"every one of the {parts} needs a title and a text")
    return dict(entry)
