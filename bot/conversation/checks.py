"""Find what content promises and the product doesn't have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.checkin.survey import Survey
from bot.conversation.choices import is_ours
from bot.conversation.content import Content
from bot.languages.checks.looking import findings
from bot.statistics.events import OF_THE_SURVEY


def unknown_buttons(content: Content) -> Iterator[tuple[str, str]]:
    """Yield file and choice id of every button that leads nowhere or has no words."""
    for place, choices in _all_buttons(content):
        for choice in choices:
            if not is_ours(choice, content):
                yield place, choice


def survey_problems(survey: Survey, content: Content) -> Iterator[str]:
    """Yield what to change in the survey so that it goes with the rest of the product."""
    for slug in sorted(survey.left_out - set(content.shelf.modules)):
        yield f"there is no module {slug} to be left out"
    for choice in content.answers["under_18"].choices:
        kind, _, slug = choice.partition(".")
        if kind == "module" and slug not in survey.left_out:
            yield f"minors may open the module {slug}; name it under left_out"
    tables = tuple(f"survey_{question.id}" for question in survey.questions)
    if tables != OF_THE_SURVEY:
        yield f"the questions must be those of the tables {', '.join(OF_THE_SURVEY)}"


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
