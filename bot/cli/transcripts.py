"""Write the golden conversations as plain texts, so that a clinician can read what is said."""

from __future__ import annotations

import asyncio
import secrets
import textwrap
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click

from bot import settings, wiring
from bot.conversation.choices import label
from bot.conversation.golden import CONVERSATIONS, Golden, Step, read_golden
from bot.conversation.message import clean
from bot.conversation.turn import Turn
from bot.errors import AssistantUnavailable, UnknownChoice
from bot.referral.card import Card, card
from bot.settings import ROOT

FOLDER = ROOT / "build" / "transcripts"
WIDTH = 92  # characters
HEAD = """\
Quietline: the golden conversations, {name} ({locale}), country {country}

The trained model had them on {day} at {hour} UTC. Which services come first depends on the
hour: those that are open. Lines with > are buttons. Services marked "still" stay in view from
an earlier danger. [in brackets]: what the page shows beside the words.
"""

Converse = Callable[[str, dict[str, str]], Awaitable[Turn]]


@dataclass(frozen=True)
class Exchange:
    """What a visitor typed or pressed, and the answer to it; None where there was none."""

    visitor: str
    turn: Turn | None


@click.command()
@click.option("--to", "folder", type=click.Path(path_type=Path), default=FOLDER,
              help="Folder for one text a locale; build/transcripts unless given.")  # fmt: skip
@click.option("--from", "golden", type=click.Path(path_type=Path), default=CONVERSATIONS,
              help="Folder with one file of golden conversations a locale.")  # fmt: skip
@click.option("--locale", "tags", multiple=True, help="Only this locale; can be given again.")
def transcripts(folder: Path, golden: Path, tags: tuple[str, ...]) -> None:
    """Have every golden conversation with the trained model and write it down to be read."""
    known = [locale.tag for locale in wiring.locales()]
    for tag in tags:
        if tag not in known:
            raise click.BadParameter(f"{tag} is not offered; see: quietline locales")
    everything = [read_golden(golden / f"{tag}.yml") for tag in tags or known]
    from bot.assistant.launcher import prepare

    prepare()  # before anything imports Rasa
    folder.mkdir(parents=True, exist_ok=True)
    for path in asyncio.run(_write(everything, folder)):
        click.echo(path)


def transcript(golden: Golden, talks: Mapping[str, list[Exchange]], now: datetime) -> str:
    """Return the text of one locale."""
    name = next((known.name for known in wiring.locales() if known.tag == golden.locale), "")
    head = HEAD.format(name=name, locale=golden.locale, country=golden.country,
                       day=f"{now:%Y-%m-%d}", hour=f"{now:%H:%M}")  # fmt: skip
    parts = [head]
    for number, (title, exchanges) in enumerate(talks.items(), start=1):
        heading = f"{number}. {title}"
        lines = [line for one in exchanges for line in (*_exchange(one, golden, now), "")]
        parts.append("\n".join([heading, "=" * len(heading), "", *lines]))
    return "\n".join(parts).rstrip() + "\n"


async def _write(everything: Iterable[Golden], folder: Path) -> list[Path]:
    from bot.assistant.channel import converse
    from bot.assistant.launcher import load_agent

    agent = await load_agent(settings.read().model)

    async def say(sender: str, body: dict[str, str]) -> Turn:
        return await converse(agent.handle_message, sender, body)

    written = []
    for golden in everything:
        talks = {title: await _had(golden, steps, say)
                 for title, steps in golden.conversations.items()}  # fmt: skip
        path = folder / f"{golden.locale}.txt"
        path.write_text(transcript(golden, talks, datetime.now(UTC)), encoding="utf-8")
        written.append(path)
    return written


async def _had(golden: Golden, steps: Sequence[Step], say: Converse) -> list[Exchange]:
    """Have one conversation, from its first step to its last."""
    sender = secrets.token_hex(32)
    had = []
    for step in steps:
        body = {
            "text": clean(step.get("say", "")),
            "choice": step.get("press", ""),
            "locale": golden.locale,
            "country": golden.country,
        }
        turn: Turn | None
        try:
            turn = await say(sender, body)
        except (AssistantUnavailable, UnknownChoice):
            turn = None
        had.append(Exchange(_visitor(step, golden.locale), turn))
    return had


def _visitor(step: Step, locale: str) -> str:
    if "say" in step:
        return str(step["say"])
    content = wiring.content()
    message_id = label(step["press"], content)
    words = content.words
    shown = words.text(locale, message_id) if words.has(message_id) else step["press"]
    return f"> {shown}"


def _exchange(exchange: Exchange, golden: Golden, now: datetime) -> Iterator[str]:
    yield from _said("VISITOR", exchange.visitor)
    if exchange.turn is None:
        yield "  [no answer]"
        return
    turn = exchange.turn
    for reply in turn.replies:
        yield from _said("ASSISTANT", reply.text)
    if turn.speaks:
        yield f"  [offers the language {turn.speaks}]"
    if turn.exercise:
        title = wiring.content().words.text(golden.locale, f"exercise.{turn.exercise}.title")
        yield f"  [shows the exercise: {title}]"
    for service in turn.services:
        yield from _service("*", service, golden, now)
    for service in turn.kept:
        yield from _service("* still:", service, golden, now)
    yield from (f"  > {choice.text}" for choice in turn.choices)


def _said(who: str, text: str) -> Iterator[str]:
    lines = [line.strip() for line in text.splitlines()] or [""]
    for number, line in enumerate(lines):
        begin = f"{who}: " if number == 0 else "  "
        yield from textwrap.wrap(line, WIDTH, initial_indent=begin, subsequent_indent="  ",
                                 break_long_words=False) or [begin.rstrip()]  # fmt: skip


def _service(mark: str, service: str, golden: Golden, now: datetime) -> Iterator[str]:
    content = wiring.content()
    found = content.directory.services.get(service)
    if found is None:
        yield f"  {mark} [unknown service {service}]"
        return
    shown = card(found, content.words, golden.locale, golden.country, now)
    yield f"  {mark} {shown.name}: {_ways(shown)}"


def _ways(shown: Card) -> str:
    return "; ".join(f"{contact.label} {contact.display}".strip() for contact in shown.contacts)
