"""What signatures cover besides words: order, services, buttons, minutes, kinds, sources, rules.

The product and the studio both ask here, so that they never differ about what is signed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any, Final

from bot.checkin.reading import read_check_in
from bot.checkin.survey import read_survey
from bot.conversation.answers import read_answers
from bot.errors import BrokenContent
from bot.languages.catalogs import SOURCE
from bot.languages.yaml import read_yaml
from bot.modules.reading import read_shelf
from bot.referral.facts import facts
from bot.referral.reading import Directory, read_directory

THRESHOLDS: Final = "policy"
DECISIONS: Final = "decisions"
PHRASES: Final = "phrases"
DUTIES: Final = "duties"
RULES: Final = (THRESHOLDS, DECISIONS, PHRASES, DUTIES)
"""Parts without words; one of phrases is ``phrases.<tag>`` when its language isn't offered."""

POLICY: Final = "content/safety/policy.yml"
CHECK_IN: Final = "content/checkin/check_in.yml"
DUTY_LIST: Final = "content/duties.yml"

Told = dict[tuple[str, str], str]
"""Facts by part and locale; of the locale EVERY, they are those of every locale."""
EVERY: Final = ""


@dataclass(frozen=True)
class Facts:
    """What is signed besides words.

    Attributes:
        shared: Part to its facts, the same in every locale.
        rules: Locale to the parts that are facts alone: thresholds, decisions, phrases, duties.
    """

    shared: Mapping[str, str]
    rules: Mapping[str, Mapping[str, str]]

    def of(self, part: str, locale: str) -> str:
        """Return the facts of a part, or empty when it is words alone."""
        return self.rules.get(locale, {}).get(part, "") or self.shared.get(part, "")


def read_facts(
    root: Path,
    locales: Iterable[str],
    directory: Directory | None = None,
) -> Facts:
    """Return what everything in ``root`` tells besides words.

    Args:
        root: Has ``content/``.
        locales: The tags on offer.
        directory: The services in it, when they were read already.

    Raises:
        BrokenContent: A file can't be used.
    """
    found: Told = {}
    for group, read in GROUPS.items():
        is_known = directory is not None and read is _services
        found |= _by_service(directory) if directory and is_known else read_group(root, group)
    return sorted_out(found, locales)


def read_group(root: Path, group: str) -> Told:
    """Return what the files of one of GROUPS tell.

    Raises:
        BrokenContent: A file can't be used.
    """
    try:
        return dict(GROUPS[group](root / "content"))
    except (KeyError, TypeError, AttributeError, ValueError, IndexError):
        raise BrokenContent(
            f"content/{group}", None, "a key or list is missing, or of another kind than before"
        ) from None


def groups_of(files: Iterable[str]) -> set[str]:
    """Return which of GROUPS must be read when ``files``, seen from the root, changed."""
    found = {PurePosixPath(file).parts[1:2] for file in files if file.startswith("content/")}
    return {
        _GROUP_OF.get(first, first) for (first,) in found if _GROUP_OF.get(first, first) in GROUPS
    }


def sorted_out(told: Told, locales: Iterable[str]) -> Facts:
    """Return facts by locale; phrases of a language that isn't offered are signed in English."""
    tags = frozenset(locales)
    rules: dict[str, dict[str, str]] = {}
    for (part, tag), fact in told.items():
        if tag in tags:
            rules.setdefault(tag, {})[part] = fact
        elif tag != EVERY:
            rules.setdefault(SOURCE, {})[f"{part}.{tag}"] = fact
    return Facts({part: fact for (part, tag), fact in told.items() if tag == EVERY}, rules)


def file_of_rule(part: str, locale: str) -> str:
    """Return the file of a part that is facts alone, seen from the root; empty for other parts."""
    name, _, tag = part.partition(".")
    if name == PHRASES:
        return f"content/safety/{tag or locale}.yml"
    return {THRESHOLDS: POLICY, DECISIONS: CHECK_IN, DUTIES: DUTY_LIST}.get(part, "")


def is_rule(part: str) -> bool:
    """Tell whether a part is facts alone that decide for everybody."""
    return part.partition(".")[0] in RULES


def canonical(value: object) -> str:
    """Return plain values, or what holds them, as a text that is the same every time."""
    return json.dumps(_plain(value), ensure_ascii=True)


def _answers(content: Path) -> Iterator[tuple[tuple[str, str], str]]:
    for intent, answer in read_answers(content / "answers").items():
        yield (f"answer.{intent}", EVERY), canonical(answer)


def _shelf(content: Path) -> Iterator[tuple[tuple[str, str], str]]:
    shelf = read_shelf(content / "modules", content / "exercises")
    for slug, module in shelf.modules.items():
        yield (f"module.{slug}", EVERY), canonical(module)
    for slug, exercise in shelf.exercises.items():
        yield (f"exercise.{slug}", EVERY), canonical(exercise)


def _check_in(content: Path) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield the questions and answers, and with what follows from them the decisions."""
    whole = read_check_in(content / "checkin" / "check_in.yml")
    questions = replace(whole, rules=(), sums_in=frozenset())
    yield ("check_in", EVERY), canonical(questions)
    yield (DECISIONS, SOURCE), canonical(whole)


def _survey(content: Path) -> Iterator[tuple[tuple[str, str], str]]:
    yield ("survey", EVERY), canonical(read_survey(content / "survey.yml"))


def _services(content: Path) -> Iterator[tuple[tuple[str, str], str]]:
    yield from _by_service(read_directory(content / "services")).items()


def _by_service(directory: Directory) -> Told:
    services = directory.services.values()
    return {(f"service.{service.id}", EVERY): facts(service) for service in services}


def _safety(content: Path) -> Iterator[tuple[tuple[str, str], str]]:
    for path in sorted((content / "safety").glob("*.yml")):
        is_policy = path.stem == "policy"
        place = (THRESHOLDS, SOURCE) if is_policy else (PHRASES, path.stem)
        yield place, canonical(read_yaml(path))


def _duties(content: Path) -> Iterator[tuple[tuple[str, str], str]]:
    yield (DUTIES, SOURCE), canonical(read_yaml(content / "duties.yml"))


def _plain(value: Any) -> Any:
    """Return lists and texts; sets are sorted, and what a mapping holds keeps its order."""
    if is_dataclass(value) and not isinstance(value, type):
        named = ((field.name, getattr(value, field.name)) for field in fields(value))
        return [type(value).__name__, *([name, _plain(part)] for name, part in named)]
    if isinstance(value, Mapping):
        return [[_plain(key), _plain(part)] for key, part in value.items()]
    if isinstance(value, set | frozenset):
        return sorted(map(_plain, value))
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value if isinstance(value, bool | int | float | None) else str(value)


GROUPS: Final[Mapping[str, Callable[[Path], Iterator[tuple[tuple[str, str], str]]]]] = {
    "answers": _answers,
    "modules": _shelf,
    "checkin": _check_in,
    "survey.yml": _survey,
    "services": _services,
    "safety": _safety,
    "duties.yml": _duties,
}
"""What is read together, by its first name below ``content/``."""
_GROUP_OF: Final = {"exercises": "modules"}
