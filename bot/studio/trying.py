"""The working copy as visitors would have it, before it is published: to look at and talk to.

Recognition by the trained model has no part in it. Listed phrases hear danger as they do on the
site; besides them only buttons say what is meant.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.conversation import danger, replies
from bot.conversation.choices import Choice, label, read_choice
from bot.conversation.content import Content
from bot.conversation.dialogue import ALARMING, heard_in, press
from bot.conversation.finishing import finish
from bot.conversation.script import Script
from bot.conversation.state import State
from bot.conversation.turn import Turn, put_into_words
from bot.errors import UnknownChoice
from bot.studio.index import Index, besides_words
from bot.studio.staging import staged


class Trial:
    """The content of a working copy with its present words; read again only when it must be."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._files: dict[str, tuple[int, str]] = {}
        self._read: Content | None = None
        self._worded: tuple[int, Content] | None = None
        self._lock = threading.Lock()

    def content(self) -> Content:
        """Return what a process would have that took over the working copy now.

        Takes seconds when something else than words has changed.

        Raises:
            BrokenContent: A file was changed by hand so that it can't be used.
        """
        with self._lock:
            self._index.refresh()
            revision = self._index.revision
            if self._worded is None or self._worded[0] != revision:
                if self._has_other_rules():
                    self._read = None
                self._read = self._read or staged(self._index.root, {}).content
                self._worded = revision, replace(self._read, words=self._index.all_words())
            return self._worded[1]

    def _has_other_rules(self) -> bool:
        """Look at what changed since the last time; tell whether it was more than words."""
        before, self._files = self._files, self._seen(self._files)
        gone_or_new = before.keys() != self._files.keys()
        return gone_or_new or any(
            besides_words(file, before[file][1]) != besides_words(file, text)
            for file, (_, text) in self._files.items()
            if before[file][1] != text
        )

    def _seen(self, before: dict[str, tuple[int, str]]) -> dict[str, tuple[int, str]]:
        found = {}
        for path in sorted((self._index.root / "content").rglob("*.yml")):
            file, made = path.relative_to(self._index.root).as_posix(), path.stat().st_mtime_ns
            known = before.get(file)
            found[file] = (
                known if known and known[0] == made else (made, path.read_text(encoding="utf-8"))
            )
        return found


@dataclass(frozen=True)
class Said:
    """What a visitor does: types ``text``, or presses ``choice``.

    Attributes:
        meant: For a typed text, the intent to take for granted where no phrase is heard; or empty.
    """

    text: str = ""
    choice: str = ""
    meant: str = ""


@dataclass(frozen=True)
class Exchange:
    """What a visitor typed or read on a button, and the answer; None when there is no such button.

    Attributes:
        heard: What listed phrases made of the text: a topic, or empty.
    """

    visitor: str
    is_button: bool
    turn: Turn | None
    heard: str = ""


def conversation(
    content: Content, locale: str, country: str, steps: Iterable[Said], now: datetime
) -> list[Exchange]:
    """Return a whole conversation from its beginning."""
    return list(_had(content, State(locale=locale, country=country), steps, now))


def _had(
    content: Content, state: State, steps: Iterable[Said], now: datetime
) -> Iterator[Exchange]:
    for step in steps:
        heard, turn = "", None
        try:
            state, turn, heard = _answered(content, state, step, now)
        except UnknownChoice:
            turn = None
        yield Exchange(_shown(content, state.locale, step), bool(step.choice), turn, heard)


def _answered(content: Content, state: State, said: Said, now: datetime) -> tuple[State, Turn, str]:
    heard = ""
    if said.choice:
        after, script = press(content, state, read_choice(said.choice, content), now)
    else:
        after, script, heard = _typed(content, state, said, now)
    finished, whole = finish(content, after, script, now, wrote=not said.choice)
    return finished, put_into_words(content, finished, whole), heard


def _typed(content: Content, state: State, said: Said, now: datetime) -> tuple[State, Script, str]:
    heard = heard_in(content, said.text)
    if said.text and heard.outcome in ALARMING:
        return (*danger.respond(content, state, heard, now), str(heard.asks or heard.topic))
    if said.meant:
        choice = Choice(f"topic.{said.meant}", said.meant, (said.meant,))
        return (*press(content, state, choice, now), "")
    return (*replies.menu(content, state, now), "")


def _shown(content: Content, locale: str, step: Said) -> str:
    if not step.choice:
        return step.text
    try:
        message_id = label(step.choice, content)
    except UnknownChoice:
        return step.choice
    words = content.words
    return words.text(locale, message_id) if words.has(message_id) else step.choice


def spoken(turn: Turn | None) -> Sequence[str]:
    """Return what a turn says and offers, line by line, to compare it with another."""
    if turn is None:
        return ("(no answer)",)
    return (
        *(reply.text for reply in turn.replies),
        *(f"[shows the exercise {turn.exercise}]" for _ in range(bool(turn.exercise))),
        *(f"[shows the service {service}]" for service in (*turn.services, *turn.kept)),
        *(f"[button] {choice.text}" for choice in turn.choices),
    )
