"""The golden conversations: what visitors say and press, and what they must be told.

Tests and ``quietline transcripts`` have them with the trained model; the studio shows what a change
would make of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bot.errors import BrokenContent
from bot.languages.yaml import read_yaml
from bot.settings import ROOT

CONVERSATIONS: Final = ROOT / "tests" / "conversations"
EVENING: Final = "One whole evening"

Step = Mapping[str, Any]


@dataclass(frozen=True)
class Golden:
    """The golden conversations of one locale, by title: steps as in ``tests/conversations``."""

    locale: str
    country: str
    conversations: Mapping[str, Sequence[Step]]

    def steps(self) -> Iterator[Step]:
        """Yield the steps of all conversations."""
        for steps in self.conversations.values():
            yield from steps


def read_golden(path: Path) -> Golden:
    """Return the conversations of a file that is named after its locale.

    Raises:
        BrokenContent: It has no country, no evening or no others.
    """
    document = read_yaml(path)
    if not isinstance(document, dict) or set(document) != {"country", "evening", "others"}:
        raise BrokenContent(path.name, None, "it needs country:, evening: and others:")
    talks = {EVENING: document["evening"], **document["others"]}
    return Golden(path.stem, str(document["country"]), talks)
