"""Walk through the check-in: record an answer, find the next question and the one before."""

from __future__ import annotations

from bot.checkin.check_in import DONE, SKIP, CheckIn, Item
from bot.checkin.conditions import Answers, holds
from bot.checkin.next_step import next_step
from bot.errors import UnknownChoice


def answer(check_in: CheckIn, answers: Answers, item_id: str, answer_id: str) -> Answers:
    """Return ``answers`` with this one recorded; an earlier item may be answered again.

    An item with several answers turns ``answer_id`` on or off and stays open until ``done``;
    done with nothing chosen is a skip.

    Raises:
        UnknownChoice: There is no such item, or it has no such answer.
    """
    item = next((item for item in check_in.items if item.id == item_id), None)
    if item is None or not _has(item, answer_id):
        raise UnknownChoice
    chosen = (answer_id,) if not item.many else _toggled(item, answers.get(item_id, ()), answer_id)
    return {**answers, item_id: chosen}


def next_item(check_in: CheckIn, answers: Answers) -> Item | None:
    """Return the first item to ask, or None when the next step is due.

    It is due when all is answered, and also when the answers so far already ask for the most
    urgent band: help doesn't wait for the questions that are left.
    """
    if next_step(check_in, answers).band == check_in.bands[-1].id:
        return None
    return next((item for item in _reachable(check_in, answers) if not _asked(item, answers)), None)


def previous_item(check_in: CheckIn, answers: Answers) -> Item | None:
    """Return the item answered before the one now asked, or None at the beginning.

    To go back, take its answer out of ``answers``; then ``next_item`` asks it again.
    """
    now = next_item(check_in, answers)
    reachable = _reachable(check_in, answers)
    before = reachable[: reachable.index(now)] if now else reachable
    return next((item for item in reversed(before) if _asked(item, answers)), None)


def progress(check_in: CheckIn, answers: Answers) -> tuple[int, int]:
    """Return the number of the item now asked, counted from 1, and how many can be reached.

    The second number can grow or shrink by the items that depend on answers. At the end both
    are the same.
    """
    now, reachable = next_item(check_in, answers), _reachable(check_in, answers)
    return (reachable.index(now) + 1 if now else len(reachable)), len(reachable)


def _reachable(check_in: CheckIn, answers: Answers) -> list[Item]:
    return [item for item in check_in.items if item.when is None or holds(item.when, answers)]


def _asked(item: Item, answers: Answers) -> bool:
    chosen = answers.get(item.id, ())
    return DONE in chosen or SKIP in chosen if item.many else bool(chosen)


def _has(item: Item, answer_id: str) -> bool:
    always = (SKIP, DONE) if item.many else (SKIP,)
    return answer_id in (*always, *(answer.id for answer in item.answers))


def _toggled(item: Item, chosen: tuple[str, ...], answer_id: str) -> tuple[str, ...]:
    kept = [each.id for each in item.answers if (each.id in chosen) != (each.id == answer_id)]
    if answer_id == SKIP or (answer_id == DONE and not kept):
        return (SKIP,)
    return (*kept, DONE) if answer_id == DONE else tuple(kept)
