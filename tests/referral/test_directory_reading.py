"""bot.referral.reading: the shipped directory is sound, and a broken one is refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.errors import BrokenContent
from bot.languages.catalogs import Words
from bot.referral.reading import Directory, read_directory, service_words
from bot.referral.service import CATEGORIES, KINDS

EU = "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE"


@pytest.fixture
def copy(services: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(services, tmp_path / "services"))


def replace_in(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_112_is_listed_for_every_country_of_the_union(directory: Directory) -> None:
    assert set(directory.services["emergency-112-eu"].countries) == set(EU.split())


def test_every_kind_is_answered_by_somebody(directory: Directory) -> None:
    assert {kind for s in directory.services.values() for kind in s.kinds} == set(KINDS)


def test_every_category_has_words_for_services_that_say_no_more(words: Words) -> None:
    assert all(words.has(f"referral.about.{category}") for category in CATEGORIES)


def test_international_services_come_last(directory: Directory) -> None:
    files = [service.file for service in directory.services.values()]

    assert files.index("international.yml") > files.index("lu.yml")


def test_the_words_of_the_directory_have_ids_of_their_own(
    directory: Directory, words: Words
) -> None:
    found = service_words(directory)

    assert all(text and "!" not in text.replace("Now!", "") for text in found.values())
    assert all(words.text("en", message_id) == text for message_id, text in found.items())


@pytest.mark.parametrize(
    ("old", "new", "cure"),
    [
        ('value: "116 123"', "value: 116123", "in quotes"),
        ('value: "116 123"', 'value: "12"', "can't be dialled in GB, IE"),
        ('value: "0808 1000 900"', 'value: "0808 1000 90011"', "can't be dialled"),
        ("https://www.stopitnow.org.uk/helpline/", "http://www.stopitnow.org.uk/", "https://"),
        ("https://www.stopitnow.org.uk/helpline/", "https://[", "web address"),
        ('from: "09:00"', 'from: "9"', "not a time"),
        ('from: "09:00"', 'from: "24:00"', "not a time"),
        ('to: "21:00"', 'to: "09:00"', "00:00 to 24:00"),
        ("days: [mon,", "days: [monday,", "days"),
        ("    timezone: Europe/London\n", "", "timezone"),
        ("timezone: Europe/London", "timezone: Europe/Londres", "timezone"),
        ("hours: always", "hours: 24/7", "always"),
        ("countries: [GB]", "countries: [UK]", "ISO"),
        ("countries: [GB]", "countries: [IE]", "add GB"),
        ("countries: [GB]", "countries: []", "name a country"),
        ("categories: [emergency]", "categories: [police]", "categories"),
        ("languages: [en, cy]", "languages: [English]", "languages"),
        ("audience: [self, family,", "audience: [everyone,", "audience"),
        ("cost: free", "cost: cheap", "cost"),
        ("anonymous: true", "anonymous: maybe", "anonymous"),
        ("confidence: high", "confidence: sure", "confidence"),
        ('checked_on: "2026-11-22"', "checked_on: yesterday", "2026-11-22"),
        ("  cost: free\n", "", "add cost"),
        ("  cost: free\n", "  cost: free\n  price: 0\n", "remove price"),
        ("id: samaritans-gb-ie", "id: shout-gb", "another id"),
        ("id: shout-gb", "id: Shout GB", "small letters"),
        ("services:", "servces:", "services:"),
        ("keyword: SHOUT", "keyword: 1", "keyword"),
        ("    keyword: SHOUT", "    note: loud", "note"),
    ],
)
def test_what_is_broken_is_refused_with_file_and_cure(
    copy: Path, old: str, new: str, cure: str
) -> None:
    replace_in(copy / "gb.yml", old, new)

    with pytest.raises(BrokenContent) as caught:
        read_directory(copy)

    assert caught.value.path.endswith("gb.yml")
    assert cure in caught.value.cure


def test_the_line_of_the_entry_is_named(copy: Path) -> None:
    replace_in(copy / "gb.yml", "id: napac-gb", "id: childline-gb")

    with pytest.raises(BrokenContent) as caught:
        read_directory(copy)

    lines = (copy / "gb.yml").read_text(encoding="utf-8").splitlines()
    assert caught.value.line is not None
    assert lines[caught.value.line - 1] == "- id: childline-gb"


def test_a_directory_without_a_last_resort_is_refused(copy: Path) -> None:
    replace_in(copy / "international.yml", "- id: emergency-local", "- id: emergency-somewhere")
    replace_in(copy / "international.yml", 'countries: ["*"]', "countries: [US]")

    with pytest.raises(BrokenContent):
        read_directory(copy)


def test_an_unquoted_number_with_a_plus_is_still_a_number(copy: Path) -> None:
    replace_in(copy / "ie.yml", 'value: "+44 1372 847 161"', "value: +44 1372 847 161")

    channels = read_directory(copy).services["stop-it-now-ireland"].channels
    assert channels[0].value == "+44 1372 847 161"
