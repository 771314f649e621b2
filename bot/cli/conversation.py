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
from bot.errors import AssistantUnavailable


@click.command()
def parse() -> None:
    """Read JSON lines with id, text and locale; write topic, outcome, urgency and confidence.

    One line out for each line in, in order, whatever the text.
    """
    from bot.assistant.launcher import prepare

    prepare()  # before anything imports Rasa
    from bot.assistant.parsing import assess_all

    entries = [_entry(line) for line in _lines()]
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
    for number, text in enumerate(_lines(), start=1):
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
                **{name: shown[name] for name in ("replies", "offers")},
                "services": [*shown["services"], *shown["kept"]],
                "choices": shown["choices"],
            }
        )


def _lines(stream: TextIO | None = None) -> Iterator[str]:
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
