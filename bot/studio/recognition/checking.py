"""What is wrong with a sentence before recognition learns from it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bot.conversation.message import clean
from bot.languages.noticing import noticed
from bot.masking.masking import mask
from bot.masking.personal import Personal
from bot.safety.likeness import nearest
from bot.safety.phrases import fold
from bot.studio.recognition.examples import Line

LONGEST: Final = 1_000  # characters; the encoder reads no more of a text
SCRIPTS: Final = {"uk": "CYRILLIC", "ar": "ARABIC"}
LATIN: Final = "LATIN"
ANNOTATION: Final = ("](", "]{", "][")


@dataclass(frozen=True)
class Finding:
    """What a check found and how to mend it.

    Attributes:
        stops: The sentence can't be taken; else whoever adds it decides.
    """

    check: str
    cure: str
    stops: bool = True


@dataclass(frozen=True)
class Known:
    """What a new sentence is held against.

    Attributes:
        lines: The sentences of its locale.
        measured: The texts that recognition is measured on, of every locale: the encoder
            understands in one language what it learnt in another.
    """

    lines: Sequence[Line]
    measured: Iterable[str]
    personal: Personal


def tidy(typed: str) -> list[str]:
    """Return each typed line as recognition would read it; empty ones are left out."""
    return [text for line in typed.splitlines() if (text := clean(line))]


def findings(text: str, intent: str, locale: str, known: Known) -> list[Finding]:
    """Return what is to be said about a tidy sentence, what stops it first."""
    found = (
        *_form(text, locale),
        *_personal(text, known.personal),
        *_measured(text, known.measured),
        *_learnt(text, intent, known.lines),
        *_language(text, locale),
    )
    return sorted(found, key=lambda each: not each.stops)


def _form(text: str, locale: str) -> Iterator[Finding]:
    if len(text) > LONGEST:
        yield Finding("length", f"shorten it: a sentence has {LONGEST} characters at most")
    if not fold(text):
        yield Finding("letters", "it has no letters; write what somebody would say")
    if any(sign in text for sign in ANNOTATION):
        yield Finding("brackets", "leave out the square brackets; they would be read as marks")
    script = SCRIPTS.get(locale, LATIN)
    if any(sign.isalpha() and not _is_of(sign, script) for sign in text):
        yield Finding("letters", f"it has letters that are not {script.capitalize()}")


def _personal(text: str, personal: Personal) -> Iterator[Finding]:
    if mask(text, personal).is_changed:
        cure = "it seems to hold a name, number or address; invent a sentence without one"
        yield Finding("personal data", cure)


def _measured(text: str, measured: Iterable[str]) -> Iterator[Finding]:
    if nearest(text, measured):
        cure = "it is nearly a text that recognition is measured on; say it in another way"
        yield Finding("measured", cure)


def _learnt(text: str, intent: str, lines: Sequence[Line]) -> Iterator[Finding]:
    near = nearest(text, (line.text for line in lines))
    if not near:
        return
    line = next(line for line in lines if line.text == near)
    if fold(near) == fold(text):
        yield Finding("twice", f"it is there already, as {line.intent}")
    else:
        doubt = "" if line.intent == intent else "; look whether both mean what they are listed as"
        yield Finding("nearly twice", f"{line.intent} has nearly the same: {near}{doubt}", False)


def _language(text: str, locale: str) -> Iterator[Finding]:
    language = noticed(text, locale)
    if language:
        yield Finding("language", f"it seems to be another language: {language}", stops=False)


def _is_of(sign: str, script: str) -> bool:
    name = unicodedata.name(sign, script)
    return name.startswith(script) or name.startswith("MODIFIER") or "ORDINAL" in name
