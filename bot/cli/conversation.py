"""Commands that let programs and people talk to the real assistant."""

from __future__ import annotations

import asyncio
import json
import secrets
import sys
from collections.abc import Iterator
from typing import Any, TextIO

import click

from bot import settings, wiring
from bot.conversation import other_language
from bot.conversation.message import clean
from bot.conversation.turn import Turn
from bot.errors import AssistantUnavailable
from bot.masking.masking import Masked, mask


@click.command()
def parse() -> None:
    """Read JSON lines with id, text and locale; write topic, outcome, urgency and confidence.

    One line out for each line in, in order, whatever the text.
    """
    from bot.assistant.launcher import prepare

    prepare()  # before anything imports Rasa
    from bot.assistant.parsing import assess_all

    entries = [_entry(line) for line in lines()]
    texts = [str(entry.get("text") or "") for entry in entries]
    for entry, heard in zip(entries, assess_all(settings.read().model, texts), strict=True):
        _write(
            {
                "id": entry.get("id"),
                "topic": str(heard.topic),
                "outcome": str(heard.outcome),
                "urgency": heard.urgency.word,
                "confidence": round(heard.confidence, 4),
            }
        )


@click.command()
@click.option("--locale", default="en", help="BCP 47 tag of the conversation.")
@click.option("--country", default="", help="ISO 3166 code of the visitor's country.")
def talk(locale: str, country: str) -> None:
    """Read one visitor message a line; write the assistant's turn for each as a JSON line."""
    if locale not in {known.tag for known in wiring.locales()}:
        raise click.BadParameter(f"{locale} is not offered; see: quietline locales")
    from bot.assistant.launcher import prepare

    prepare()
    asyncio.run(_talk(locale, country))


async def _talk(locale: str, country: str) -> None:
    from bot.assistant.channel import converse
    from bot.assistant.launcher import load_agent

    agent = await load_agent(settings.read().model)
    sender = secrets.token_hex(32)
    for number, line in enumerate(lines(), start=1):
        masked = mask(clean(line), wiring.content().personal, country)
        text = masked.text if masked.is_changed else line
        body = {"text": text, "choice": "", "locale": locale, "country": country}
        try:
            turn = await converse(agent.handle_message, sender, body)
        except AssistantUnavailable:
            _write({"turn": number, "text": text, "locale": locale, "replies": [], "offers": [],
                    "services": [], "choices": []})  # fmt: skip
            continue
        shown = turn.to_json()
        _write(
            {
                "turn": number,
                "text": text,
                "locale": locale,
                "replies": [*shown["replies"], *_about_language(turn), *_left_out(masked, locale)],
                "offers": shown["offers"],
                "services": [*shown["services"], *shown["kept"]],
                "choices": shown["choices"],
            }
        )


def _about_language(turn: Turn) -> list[dict[str, str]]:
    """Return what the page says in other languages than its own."""
    words, tags = wiring.content().words, {known.tag for known in wiring.locales()}
    said = other_language.lines(turn.locale, turn.speaks, tags)
    return [{"id": line, "text": words.text(tag, line)} for line, tag in said]


def _left_out(masked: Masked, locale: str) -> list[dict[str, str]]:
    """Return what the page says when personal data was left out of a message."""
    line = "chat.personal_data"
    words = wiring.content().words
    return [{"id": line, "text": words.text(locale, line)}] if masked.is_changed else []


def lines(stream: TextIO | None = None) -> Iterator[str]:
    """Yield lines of standard input without their ends; bytes that aren't UTF-8 are replaced."""
    for raw in (stream or sys.stdin).buffer:
        yield raw.decode("utf-8", errors="replace").rstrip("\r\n")


def _entry(line: str) -> dict[str, Any]:
    """Return the object in a line; anything else counts as a text without id."""
    try:
        entry = json.loads(line)
    except ValueError:
        return {"id": None, "text": ""}
    return entry if isinstance(entry, dict) else {"id": None, "text": ""}


def _write(data: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(data, ensure_ascii=False) + "\n")
    sys.stdout.flush()
