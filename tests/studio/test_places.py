"""bot.studio.places: every text is found where it stands."""

from __future__ import annotations

import pytest

from bot import wiring
from bot.errors import BrokenContent
from bot.referral.reading import read_directory
from bot.settings import ROOT
from bot.studio.places import Place, places, places_in


@pytest.fixture(scope="module")
def everything() -> dict[str, Place]:
    found: dict[str, Place] = {}
    for path in sorted((ROOT / "content").rglob("*.yml")):
        found |= places(ROOT, path.relative_to(ROOT).as_posix())
    return found


def test_every_text_of_the_product_has_a_place_with_its_words_and_no_other_has(
    everything: dict[str, Place],
) -> None:
    source = wiring.source_words(ROOT, read_directory(ROOT / "content" / "services"))
    wanted = {(i, name, words) for name, group in source.items() for i, words in group.items()}

    assert {(p.message_id, p.catalog, p.words) for p in everything.values()} == wanted


def test_a_place_names_the_line_on_which_its_text_begins(everything: dict[str, Place]) -> None:
    for place in everything.values():
        lines = (ROOT / place.file).read_text(encoding="utf-8").splitlines()[place.line - 1 :]
        begin = place.words.split()[0].strip("'\"")
        assert begin in " ".join(lines[:2]).replace("''", "'"), place


@pytest.mark.parametrize(
    ("text", "line"), [("say: [", 1), ("say:\n- a\n- 'b", 3), ("ask: a", None), ("- a", None)]
)
def test_a_file_that_cant_be_read_says_so_with_its_path(text: str, line: int | None) -> None:
    with pytest.raises(BrokenContent) as told:
        places_in("content/answers/greet.yml", text)

    assert told.value.path == "content/answers/greet.yml"
    assert line is None or (told.value.line or 0) >= line


def test_files_without_texts_have_no_places() -> None:
    assert places(ROOT, "content/safety/policy.yml") == {}
    assert places(ROOT, "content/words/checks.yml") == {}
