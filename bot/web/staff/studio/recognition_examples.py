"""Example sentences of a language, by topic: searched, added, changed, taken out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final

from starlette.responses import Response
from starlette.routing import Route

from bot.conversation.content import Content
from bot.errors import BrokenContent, UnknownText
from bot.languages.catalogs import SOURCE
from bot.safety.evaluation import SAFETY
from bot.safety.examples import is_held_out
from bot.safety.phrases import fold
from bot.safety.topics import PRECEDENCE, Topic
from bot.storage.staff.people import Role
from bot.studio.recognition import examples
from bot.studio.recognition.checking import Finding, Known, findings, tidy
from bot.studio.recognition.examples import Line
from bot.studio.recognition.room import Room
from bot.web.staff.access import audit
from bot.web.staff.pages import go_to, render
from bot.web.staff.site import staff_of
from bot.web.staff.studio.entrance import LONGEST_WORDS, READERS, in_studio, keeping_words
from bot.web.staff.studio.naming import address
from bot.web.staff.studio.opening import AtDesk
from bot.web.staff.typed import typed

PAGE: Final = "/studio/recognition/examples"
WANTED, WANTED_SAFETY = 80, 120
"""Sentences of a topic from which more of them hardly help; safety topics want more."""
SHOWN: Final = 100  # sentences on a page
MOST_AT_ONCE: Final = 40  # sentences added by one form


@dataclass(frozen=True)
class Shown:
    """A sentence on the page; ``number`` tells its forms apart."""

    line: Line
    number: int
    is_held_out: bool


@dataclass(frozen=True)
class Checked:
    """A sentence that was typed, and what the checks find."""

    text: str
    findings: list[Finding]


@dataclass(frozen=True)
class Asked:
    """Which sentences are asked for; ``words`` may be empty."""

    locale: str
    topic: Topic
    words: str = ""

    @property
    def wanted(self) -> int:
        """How many sentences this topic should have."""
        return WANTED_SAFETY if self.topic in SAFETY else WANTED


@in_studio(*READERS)
async def page(at: AtDesk) -> Response:
    """List the sentences of a topic in a language."""
    query = at.request.query_params
    return await _page(at, _asked(at, query), done=query.get("done", ""))


@keeping_words
@in_studio(Role.AUTHOR)
async def change(at: AtDesk) -> Response:
    """Add sentences, or change or take out one; what stops a sentence is told beside it."""
    form = {name: await typed(at.request, name, LONGEST_WORDS) for name in FIELDS}
    asked, content = _asked(at, form), await at.ask(at.opened.trial.content)
    intent = form["intent"]
    if content.policy.care_for(intent).topic != asked.topic or intent not in content.policy.intents:
        raise UnknownText("There is no such kind of sentence; choose it from the list.")
    if form["old"] and PurePosixPath(form["file"]).parent != examples.FOLDER / asked.locale:
        raise UnknownText("There is no such sentence in this language; open the page again.")
    if form["old"]:
        return await _change(at, asked, content, form)
    texts = tidy(form["words"])[:MOST_AT_ONCE]
    checked = await at.ask(_checked, at.opened.room, texts, intent, asked.locale, content)
    if not texts or _stops(checked, form["sure"]):
        return await _page(at, asked, checked, form, status=400)
    await at.ask(_add, at, asked.locale, intent, texts)
    await _note(at, "added sentences", asked, intent, 0, len(texts))
    return go_to(_address(asked, "added"))


async def _change(
    at: AtDesk, asked: Asked, content: Content, form: Mapping[str, str]
) -> Response:  # fmt: skip
    """Change one sentence, or take it out."""
    old = Line(form["old"], form["intent"], form["file"])
    texts = [] if form["do"] == "remove" else tidy(form["words"])[:1]
    if form["do"] != "remove" and texts in ([], [old.text]):
        return go_to(_address(asked))
    checked = await at.ask(_checked, at.opened.room, texts, old.intent, asked.locale, content, old)
    if _stops(checked, form["sure"]):
        return await _page(at, asked, checked, form, status=400)
    try:
        await at.ask(_put, at, old, "".join(texts))
    except (UnknownText, BrokenContent) as error:
        return await _page(at, asked, checked, form, status=409, refused=_said(error))
    what = "changed sentence" if texts else "removed sentence"
    await _note(at, what, asked, old.intent, 1, len(texts))
    return go_to(_address(asked, "changed" if texts else "removed"))


async def _note(
    at: AtDesk, what: str, asked: Asked, intent: str, before: int, after: int
) -> None:  # fmt: skip
    """Audit a change by numbers; the trail never holds a sentence."""
    await audit(at.request, what, f"{asked.locale} {intent}", str(before), str(after))


async def _page(
    at: AtDesk,
    asked: Asked,
    checked: Sequence[Checked] = (),
    form: Mapping[str, str] | None = None,
    status: int = 200,
    refused: str = "",
    done: str = "",
) -> Response:
    content = await at.ask(at.opened.trial.content)
    of_topic = await at.ask(_of_topic, at.opened.room, asked, content)
    found = [each for each in of_topic if fold(asked.words) in fold(each.text)]
    intents = [n for n, care in content.policy.intents.items() if care.topic == asked.topic]
    return render(
        at.request,
        "staff/studio/recognition_examples.html",
        status,
        asked=asked,
        total=len(of_topic),
        number=len(found),
        shown=[Shown(line, at_, is_held_out(line.text)) for at_, line in enumerate(found[:SHOWN])],
        intents=intents,
        checked=[each for each in checked if each.findings],
        may_be_sure=not any(one.stops for each in checked for one in each.findings),
        form=form or {},
        refused=refused,
        most=MOST_AT_ONCE,
        locales=[locale for locale in at.desk.index.locales if locale.tag in _tags(at)],
        topics=PRECEDENCE,
        may_write=Role.AUTHOR in at.person.roles,
        done=done,
    )


def _asked(at: AtDesk, fields: Mapping[str, Any]) -> Asked:
    locale, topic = fields.get("locale", ""), fields.get("topic", "")
    return Asked(
        locale=locale if locale in _tags(at) else SOURCE,
        topic=Topic(topic) if topic in set(Topic) else Topic.IMMINENT_RISK,
        words=str(fields.get("q", "")).strip()[:200],
    )


def _tags(at: AtDesk) -> list[str]:
    return [*at.desk.index.tags]


def _of_topic(room: Room, asked: Asked, content: Content) -> list[Line]:
    lines, policy = room.book.lines(asked.locale), content.policy
    return [line for line in lines if policy.care_for(line.intent).topic == asked.topic]


def _checked(
    room: Room, texts: Sequence[str], intent: str, locale: str, content: Content,
    instead_of: Line | None = None,
) -> list[Checked]:  # fmt: skip
    """Check each text, also against those before it."""
    lines = [line for line in room.book.lines(locale) if line != instead_of]
    found = []
    for text in texts:
        known = Known(lines, room.measured(), content.personal)
        found.append(Checked(text, findings(text, intent, locale, known)))
        lines = [*lines, Line(text, intent, "")]
    return found


def _stops(checked: Sequence[Checked], sure: str) -> bool:
    """Tell whether a finding stops the form, or asks whether somebody is sure."""
    found = [one for each in checked for one in each.findings]
    return any(one.stops for one in found) or (bool(found) and sure != "yes")


def _add(at: AtDesk, locale: str, intent: str, texts: Sequence[str]) -> None:
    room, now = at.opened.room, staff_of(at.request).clock()
    examples.add(room.book, at.desk.store, at.person.account, locale, intent, texts, now)


def _put(at: AtDesk, old: Line, words: str) -> None:
    room, now = at.opened.room, staff_of(at.request).clock()
    examples.change(room.book, at.desk.store, at.person.account, old, words, now)


def _said(error: UnknownText | BrokenContent) -> str:
    return error.cure if isinstance(error, BrokenContent) else str(error)


def _address(asked: Asked, done: str = "") -> str:
    return address(
        "recognition/examples", locale=asked.locale, topic=asked.topic, q=asked.words, done=done
    )


FIELDS: Final = ("locale", "topic", "q", "intent", "words", "old", "file", "do", "sure")
routes = [
    Route(PAGE, page, methods=["GET"]),
    Route(PAGE, change, methods=["POST"]),
]
