"""Find what content promises and the product doesn't have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.conversation.choices import read_choice
from bot.conversation.content import Content
from bot.errors import UnknownChoice
from bot.languages.checks.looking import findings


def unknown_buttons(content: Content) -> Iterator[tuple[str, str]]:
    """Yield file and choice id of every button that leads nowhere or has no words."""
    for place, choices in _all_buttons(content):
        for choice in choices:
            if not _leads_somewhere(content, choice):
                yield place, choice


def word_problems(content: Content, root: Path, tags: Iterable[str]) -> Iterator[str]:
    """Yield ``file:line: id: check: cure`` for every text of English and ``tags`` to mend.

    ``root`` is the folder that ``content`` was read from.
    """
    names = [service.name for service in content.directory.services.values()]
    for finding in findings(root, content.words.source, tags, names):
        yield finding.line(root)


def _all_buttons(content: Content) -> Iterator[tuple[str, tuple[str, ...]]]:
    for intent, answer in content.answers.items():
        yield f"answers/{intent}.yml", answer.choices
    for slug, module in content.shelf.modules.items():
        yield f"modules/{slug}.yml", module.choices
    for slug, exercise in content.shelf.exercises.items():
        yield f"exercises/{slug}.yml", exercise.choices


def _leads_somewhere(content: Content, choice: str) -> bool:
    try:
        read_choice(choice, content)
    except UnknownChoice:
        return False
    return True
