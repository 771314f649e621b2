"""What visitors of a language go on reading while a changed English text waits for a translator.

Translators don't all read their mail in the hour in which a sentence is mended. Until they have, a
part stays in their language exactly as visitors have it, with the signatures that it has: whole,
never one sentence of today beside one of last month.

Danger is different, and so is a question whose answer decides: there, words of before beside
decisions of today could do harm. Such a part is published when it is translated, not earlier.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.languages.signoff import fingerprint
from bot.studio.entries import with_words
from bot.studio.index import Index
from bot.studio.unpublished import Live
from bot.studio.writing import catalog_file

ANSWERS_DECIDE: Final = ("check_in", "survey")
Kept = Mapping[str, Mapping[str, Mapping[str, str]]]
"""Locale to the names of its parts that stay, and to the words of each by message id."""


def kept(index: Index, live: Live) -> Kept:
    """Return the parts that stay as visitors have them; only locales that have such parts."""
    found = {
        tag: {
            name: words
            for name in _in_doubt(index, tag)
            if (words := _stays(index, live, tag, name))
        }
        for tag in index.translated
    }
    return {tag: parts for tag, parts in found.items() if parts}


def keep(index: Index, staying: Kept) -> None:
    """Write the words that stay into the catalogs that ``index`` reads: a copy to be published."""
    for tag, parts in staying.items():
        for message_id, words in (pair for texts in parts.values() for pair in texts.items()):
            path = index.root / catalog_file(index.places[message_id].catalog, tag)
            text = path.read_text(encoding="utf-8")
            path.write_text(with_words(text, message_id, words), encoding="utf-8")


def _in_doubt(index: Index, tag: str) -> list[str]:
    """Return the parts that were translated once, every text of them."""
    doubtful = index.doubtful[tag]
    missing = index.open[tag] - doubtful
    return sorted({index.part_of[i] for i in doubtful} - {index.part_of[i] for i in missing})


def _stays(index: Index, live: Live, tag: str, name: str) -> dict[str, str]:
    """Return the words that visitors have of a part; nothing when it can't stay as it is."""
    here, there = index.parts[tag][name], live.parts.get(tag, {}).get(name)
    if there is None or here.is_safety or there.is_safety or name in ANSWERS_DECIDE:
        return {}
    published = live.content.words
    words = {i: published.text(tag, i) for i in index.members[name] if published.has(i)}
    would_be = fingerprint(words, index.facts.of(name, tag))
    return words if would_be == there.fingerprint else {}
