"""Find what content promises and the product doesn't have."""

from __future__ import annotations

from collections.abc import Iterator

from bot.conversation.choices import read_choice
from bot.conversation.content import Content
from bot.errors import UnknownChoice


def unknown_buttons(content: Content) -> Iterator[tuple[str, str]]:
    """Yield file and choice id of every button that leads nowhere or has no words."""
    for place, choices in _all_buttons(content):
        for choice in choices:
            if not _leads_somewhere(content, choice):
                yield place, choice


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
