"""What a conversation keeps of a place that clinicians have changed in the meantime."""

from __future__ import annotations

from bot.conversation.choices import is_ours
from bot.conversation.content import Content
from bot.conversation.danger import CHECK_IN
from bot.conversation.state import State


def fitted(content: Content, state: State) -> State:
    """Return ``state`` without what is not in ``content`` any more; it goes on all the same."""
    answers = {
        item: ids
        for item, ids in state.answers.items()
        if all(content.has_answer(item, answer) for answer in ids)
    }
    return state.but(
        place=state.place if is_ours(state.place, content) else "",
        answers=answers,
        kept=state.kept if state.kept in content.answers or state.kept == CHECK_IN else "",
        question=state.question if _is_asked(content, state.question) else "",
    )


def _is_asked(content: Content, topic: str) -> bool:
    return not topic or (topic in content.answers and bool(content.answers[topic].ask))
