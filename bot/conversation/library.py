"""Walk through modules and exercises."""

from __future__ import annotations

from datetime import datetime

from bot.conversation.content import Content
from bot.conversation.replies import closed, closed_door, opens
from bot.conversation.script import Script, say
from bot.conversation.state import State
from bot.conversation.taking_part import on_first_screen, on_last_screen

ALWAYS_OPEN = ("grounding",)
"""Exercises for everybody, also for minors and after refusals."""


def show_module(
    content: Content, state: State, slug: str, number: int, now: datetime
) -> tuple[State, Script]:
    """Show screen ``number`` (from 1) of a module; ``slug`` and ``number`` exist."""
    if not opens(content, state, f"module.{slug}"):
        return closed_door(content, state, now)
    module = content.shelf.modules[slug]
    screen, last = module.screens[number - 1], len(module.screens)
    says = say(screen.title, screen.text, *([screen.do] if screen.do else []))
    following = number < last
    here = f"module.{slug}.{number}" if following else ""
    opened = state.but(place=here, question="", misunderstood=0)
    return opened, Script(
        says=(*say(*([module.title] if number == 1 else [])), *says),
        choices=_ways_on(content, opened, slug, number),
        progress=(number, last),
        topic="self_help",
        part=f"module.{slug}",
        is_finished=not following,
    )


def _ways_on(content: Content, state: State, slug: str, number: int) -> tuple[str, ...]:
    """Return the buttons of a screen; the survey's own stand on the first and the last."""
    module = content.shelf.modules[slug]
    if number == len(module.screens):
        leads_to = ("menu",) if closed(state) else module.choices
        return (*on_last_screen(content, state, slug), *leads_to)
    invitation = on_first_screen(content, state, slug) if number == 1 else ()
    return (f"module.{slug}.{number + 1}", "exercise.grounding", *invitation)


def show_exercise(content: Content, state: State, slug: str, now: datetime) -> tuple[State, Script]:
    """Show an exercise whole; the page holds what is typed into it."""
    if slug not in ALWAYS_OPEN and not opens(content, state, f"exercise.{slug}"):
        return closed_door(content, state, now)
    exercise = content.shelf.exercises[slug]
    back = (state.place,) if state.place else ()
    choices = ("menu",) if closed(state) else exercise.choices
    return state.but(question="", misunderstood=0), Script(
        says=say(exercise.title, exercise.intro),
        choices=(*back, *choices),
        exercise=slug,
        topic="self_help",
        part="exercise",
    )
