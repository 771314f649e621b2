"""Look at every text of every locale, and say file, line and cure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.languages.catalogs import SOURCE
from bot.languages.checks.each import (
    Check,
    Glossary,
    NoClaimOfEffect,
    NoLeadingQuestion,
    NoShouting,
    NoUnsourcedNumber,
    QuotedWords,
    WordsPerBubble,
    WordsPerSentence,
)
from bot.languages.checks.lists import Lists, read_avoided, read_lists
from bot.languages.checks.parts import (
    EveryModuleNamesHarmAndService,
    MeanWordsPerSentence,
    PartCheck,
    ReadingLevel,
)
from bot.languages.checks.text import (
    Text,
    by_part,
    source_texts,
    source_years,
    translated_texts,
)


@dataclass(frozen=True)
class Finding:
    """What one check found in one text, and how to mend it."""

    check: str
    text: Text
    cure: str

    def line(self, root: Path) -> str:
        """Return ``file:line: id: check: cure``, the file as seen from ``root``."""
        place = self.text.file.relative_to(root) if root in self.text.file.parents else ""
        return (
            f"{place or self.text.file}:{self.text.line}: {self.text.id}: {self.check}: {self.cure}"
        )


def findings(
    root: Path,
    source: Mapping[str, Mapping[str, str]],
    tags: Iterable[str],
    names: Iterable[str] = (),
) -> Iterator[Finding]:
    """Yield everything found in the source and in the locales ``tags``.

    Args:
        root: The folder that has ``content/`` and ``locales/``.
        source: Message id to English text, by catalog.
        tags: Every locale to look at, the source among them or not.
        names: What services call themselves, for the marks in their names.

    Raises:
        BrokenContent: A list, limit or glossary is missing or broken.
    """
    english = {i: words for messages in source.values() for i, words in messages.items()}
    known, years = tuple(names), source_years(root / "content")
    for tag in dict.fromkeys((SOURCE, *tags)):
        texts = tuple(
            source_texts(source, root / "content")
            if tag == SOURCE
            else translated_texts(root / "locales", tag)
        )
        lists = read_lists(root / "content" / "words" / "checks.yml", tag)
        glossary = root / "locales" / tag / "glossary.yml"
        here = {text.id: text.words for text in texts}
        yield from look(
            texts,
            [
                *plain_checks(lists),
                Glossary(read_avoided(glossary, lists.readers_judge)),
                NoShouting(known),
                NoUnsourcedNumber(lists.out_of, lists.percent, years),
                QuotedWords(english, here, lists.pointers),
            ],
            part_checks(lists),
        )


def plain_checks(lists: Lists) -> list[Check]:
    """Return the checks of one text that need nothing but a locale's lists."""
    return [
        WordsPerBubble(lists.words_per_bubble),
        WordsPerSentence(lists.words_per_sentence),
        NoClaimOfEffect(lists.claims),
        NoLeadingQuestion(lists.tags),
    ]


def part_checks(lists: Lists) -> list[PartCheck]:
    """Return the checks of an answer, a module or an exercise as a whole."""
    return [
        MeanWordsPerSentence(lists.mean_words),
        ReadingLevel(lists.measure, lists.reading),
        EveryModuleNamesHarmAndService(lists),
    ]


def look(
    texts: Iterable[Text], each: Iterable[Check], parts: Iterable[PartCheck]
) -> Iterator[Finding]:
    """Yield what the checks find in the texts of one locale."""
    all_texts, of_each, of_parts = tuple(texts), tuple(each), tuple(parts)
    for text in all_texts:
        for check in of_each:
            yield from (Finding(check.name, text, cure) for cure in check.look(text))
    for part in by_part(all_texts).values():
        for whole in of_parts:
            yield from (Finding(whole.name, part[0], cure) for cure in whole.look(part))
