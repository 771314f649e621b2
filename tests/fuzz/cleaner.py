"""Feed bot.conversation.message with texts: ``python -m tests.fuzz.cleaner -max_total_time=60``."""

from __future__ import annotations

import unicodedata

import atheris

with atheris.instrument_imports(include=["bot.conversation"]):
    from bot.conversation.message import COMMAND, LONGEST, clean

from tests.fuzz.running import fuzz

TIMES = [1, 1, 40, LONGEST]
JOINERS = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"


def clean_is_safe(data: bytes) -> None:
    """Clean a text of any characters, surrogates among them, and of any length."""
    given = atheris.FuzzedDataProvider(data)
    times = given.PickValueInList(TIMES)
    text = given.ConsumeUnicode(atheris.ALL_REMAINING) * times

    cleaned = clean(text)

    assert clean(cleaned) == cleaned
    assert len(cleaned) <= LONGEST
    assert not cleaned.startswith(COMMAND)
    assert " ".join(cleaned.split()) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    assert not any(is_strange(character) for character in cleaned)
    assert cleaned.encode().decode() == cleaned


def is_strange(character: str) -> bool:
    """Tell whether it is a control, format, bidi, private or unassigned character."""
    return unicodedata.category(character).startswith("C") and character not in JOINERS


if __name__ == "__main__":
    fuzz(clean_is_safe)
