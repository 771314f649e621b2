"""bot.referral.duties: dated, unsigned, and a careful sentence where nothing is known."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import BrokenContent
from bot.languages.catalogs import Words
from bot.referral.countries import all_countries
from bot.referral.duties import DUTIES, duty_words, read_duties
from bot.settings import ROOT

FOUND = read_duties(ROOT / "content" / "duties.yml")


def test_a_duty_is_told_with_its_country_and_year_and_as_unsigned(words: Words) -> None:
    said = duty_words(FOUND, words, "en", "FR")

    assert said.startswith("France: by a survey of 2014, all professionals must report")
    assert said.endswith("No lawyer has checked this yet.")


@pytest.mark.parametrize("country", ["", "ZZ", "JP"])
def test_where_nothing_is_known_the_sentence_tells_to_ask(words: Words, country: str) -> None:
    assert duty_words(FOUND, words, "en", country).startswith("Rules differ")


def test_every_line_is_of_a_country_and_has_a_source() -> None:
    assert set(FOUND) <= all_countries()
    assert {duty.kind for duty in FOUND.values()} == set(DUTIES)
    assert all(duty.source.startswith("https://") for duty in FOUND.values())


@pytest.mark.parametrize(
    ("line", "cure"),
    [
        ("{country: DE, duty: some, year: 2014, source: 'https://a.example'}", "must be one of"),
        ("{country: DE, duty: none_general, year: soon, source: 'https://a.example'}", "year is"),
        ("{country: DE, duty: none_general, year: 2014, source: a.example}", "begins with https"),
        ("{country: DE, duty: none_general, year: 2014}", "needs exactly"),
    ],
)
def test_a_wrong_line_is_refused_with_its_cure(tmp_path: Path, line: str, cure: str) -> None:
    path = tmp_path / "duties.yml"
    path.write_text(f"duties:\n- {line}\n", encoding="utf-8")

    with pytest.raises(BrokenContent, match=cure):
        read_duties(path)


def test_a_country_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    path, line = tmp_path / "duties.yml", "- {country: DE, duty: none_general, year: 2014, "
    path.write_text("duties:\n" + f"{line}source: 'https://a.example'}}\n" * 2, encoding="utf-8")

    with pytest.raises(BrokenContent, match="DE is there twice"):
        read_duties(path)
